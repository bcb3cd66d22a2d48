//! The info string of a fenced block, its first line: the block's name and the words after it.

use yigao_core::block::{CalloutKind, ChartKind};

/// Names of the blocks that a fence can be.
pub(crate) const NAMES: [&str; 10] = [
    "callout", "qa", "chart", "video", "audio", "figure", "gallery", "table", "list", "closing",
];

/// Kinds of callouts: in English, in Chinese, in the model.
pub(crate) const CALLOUTS: [(&str, &str, CalloutKind); 3] = [
    ("note", "提示", CalloutKind::Note),
    ("warning", "警告", CalloutKind::Warning),
    ("deadline", "截止", CalloutKind::Deadline),
];
/// Kinds of charts: in English, in Chinese, in the model.
pub(crate) const CHARTS: [(&str, &str, ChartKind); 3] = [
    ("bar", "柱状", ChartKind::Bar),
    ("line", "折线", ChartKind::Line),
    ("pie", "饼图", ChartKind::Pie),
];

/// The first word and the rest.
pub(crate) fn word(text: &str) -> (&str, &str) {
    let text = text.trim();
    text.split_once(char::is_whitespace)
        .map_or((text, ""), |(first, rest)| (first, rest.trim()))
}

/// The first word, or the text in double quotes (a quote inside is doubled), and the rest. `None` when there is none.
pub(crate) fn token(text: &str) -> Option<(String, &str)> {
    let text = text.trim_start();
    let Some(mut rest) = text.strip_prefix('"') else {
        let (first, rest) = word(text);
        return (!first.is_empty()).then(|| (first.to_owned(), rest));
    };
    let mut out = String::new();
    loop {
        let (before, after) = rest.split_once('"')?;
        out.push_str(before);
        match after.strip_prefix('"') {
            Some(after) => {
                out.push('"');
                rest = after;
            }
            None => return Some((out, after.trim())),
        }
    }
}

/// A word as [`token`] reads it.
pub(crate) fn quoted(text: &str) -> String {
    let plain = !text.is_empty() && !text.contains([' ', '"', '\n', '\u{3000}', '\u{a0}']);
    if plain && !text.chars().any(char::is_whitespace) {
        text.to_owned()
    } else {
        format!("\"{}\"", text.replace('"', "\"\""))
    }
}
