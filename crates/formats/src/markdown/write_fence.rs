//! Fenced blocks as Markdown.

use super::write_inline::entity;

/// The first line of a fence, where entities and backslashes are read.
pub(super) fn info(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\\' | '&' | '\n' => entity(c),
            c => c.to_string(),
        })
        .collect()
}

/// A fence longer than any inside.
pub(super) fn fence(info: &str, body: &str) -> String {
    let longest = body
        .lines()
        .map(|line| line.trim_start_matches([' ', '>']))
        .map(|line| line.chars().take_while(|c| *c == '~').count())
        .max()
        .unwrap_or(0);
    let bar = "~".repeat(longest.max(2) + 1);
    format!("{bar}{info}\n{body}{bar}\n")
}
