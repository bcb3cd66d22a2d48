//! HTML into lines of text, with bars between the cells of a table. No tree is built: a page may be as broken as it
//! likes and nest as deep as it likes.

use super::table;

/// Elements whose content is no text.
const SILENT: [&str; 5] = ["script", "style", "head", "noscript", "template"];
/// Elements that begin a line.
const BLOCKS: [&str; 16] = [
    "p", "div", "br", "tr", "table", "li", "ul", "ol", "h1", "h2", "h3", "h4", "section",
    "article", "header", "footer",
];

/// Longest name of an entity, and longest line that another is joined to, in characters and bytes.
const ENTITY_MAX: usize = 10;
const ROW_MAX: usize = 2_000;

/// The text of a page.
pub(crate) fn text(html: &str) -> String {
    let mut out = String::with_capacity(html.len() / 2);
    let mut rest = html;
    while let Some((before, after)) = rest.split_once('<') {
        push_text(&mut out, before);
        if let Some(comment) = after.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, rest)| rest);
            continue;
        }
        let begins_tag =
            after.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'));
        if !begins_tag {
            out.push('<');
            rest = after;
            continue;
        }
        let Some((tag, beyond)) = after.split_once('>') else {
            // No tag ends any more: the rest is text, and looking again at each < would take for ever.
            push_text(&mut out, "<");
            rest = after;
            break;
        };
        rest = beyond;
        let name: String = tag
            .trim_start_matches('/')
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .map(|c| c.to_ascii_lowercase())
            .collect();
        if BLOCKS.contains(&name.as_str()) {
            out.push('\n');
        } else if matches!(name.as_str(), "td" | "th") && tag.starts_with('/') {
            out.push_str(" | ");
        }
        if SILENT.contains(&name.as_str()) && !tag.starts_with('/') {
            rest = behind_end(rest, &name);
        }
    }
    push_text(&mut out, rest);
    joined_rows(&out)
}

/// What follows the end tag of a silent element.
fn behind_end<'a>(rest: &'a str, name: &str) -> &'a str {
    let mut at = rest;
    while let Some((_, after)) = at.split_once("</") {
        let ends = after
            .get(..name.len())
            .is_some_and(|tag| tag.eq_ignore_ascii_case(name));
        if ends {
            return after.split_once('>').map_or("", |(_, rest)| rest);
        }
        at = after;
    }
    ""
}

fn push_text(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        push_spaced(out, before);
        match entity_at(after) {
            Some((c, beyond)) => {
                out.push(c);
                rest = beyond;
            }
            None => {
                out.push('&');
                rest = after;
            }
        }
    }
    push_spaced(out, rest);
}

/// Breaks of the source are spaces in HTML, and none between Chinese characters.
fn push_spaced(out: &mut String, text: &str) {
    for c in text.chars() {
        if !matches!(c, '\n' | '\r' | '\t' | ' ') {
            out.push(c);
        } else if !out.ends_with([' ', '\n']) {
            out.push(' ');
        }
    }
}

/// The character an entity stands for, and what follows it. Only a short name is looked up.
fn entity_at(text: &str) -> Option<(char, &str)> {
    let (at, _) = text
        .char_indices()
        .take(ENTITY_MAX)
        .find(|(_, c)| *c == ';')?;
    let (name, rest) = text.split_at_checked(at)?;
    Some((entity(name)?, rest.strip_prefix(';')?))
}

fn entity(name: &str) -> Option<char> {
    let number = |digits: &str, base| {
        u32::from_str_radix(digits, base)
            .ok()
            .and_then(char::from_u32)
    };
    match name {
        "nbsp" | "ensp" | "emsp" => Some(' '),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "ldquo" => Some('“'),
        "rdquo" => Some('”'),
        "lsquo" => Some('‘'),
        "rsquo" => Some('’'),
        "hellip" => Some('…'),
        "mdash" => Some('—'),
        "middot" => Some('·'),
        "times" => Some('×'),
        "yen" => Some('¥'),
        _ => {
            let digits = name.strip_prefix('#')?;
            match digits.strip_prefix(['x', 'X']) {
                Some(hex) => number(hex, 16),
                None => number(digits, 10),
            }
            .filter(|c| !c.is_control())
        }
    }
}

/// Cells often hold paragraphs of their own: a bar goes up to its cell, and a label takes the next line with it.
fn joined_rows(text: &str) -> String {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .fold(String::new(), |mut out, line| {
            let last = out.lines().next_back().unwrap_or_default();
            let waits = last
                .strip_suffix('|')
                .is_some_and(|cell| table::is_label(cell.trim()));
            if (line.starts_with('|') || waits) && last.len() <= ROW_MAX && out.ends_with('\n') {
                out.pop();
                out.push(' ');
            }
            out.push_str(line);
            out.push('\n');
            out
        })
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn cells_become_bars_and_scripts_are_silent() {
        let page = "<html><head><title>x</title></head><body><script>var a = '<p>';</script><!-- <p>no</p> -->\
            <table><tr><td>索引号</td><td><p>A&amp;1</p></td></tr>\n<tr><td>文号</td><td></td></tr></table>\
            <p>一、目标&nbsp;&#24066;</p><P>1 < 2\n行</P>";
        assert_eq!(
            text(page),
            "索引号 | A&1 |\n文号 |  |\n一、目标 市\n1 < 2 行\n"
        );
    }

    #[test]
    fn broken_pages_end() {
        assert_eq!(text("<script>"), "");
        assert_eq!(text("a<!-- b"), "a\n");
        assert_eq!(text(&"<div>".repeat(50_000)), "");
        assert_eq!(text("a < b & c &bogus; <"), "a < b & c &bogus; <\n");
    }
}
