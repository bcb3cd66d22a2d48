//! Texts as YAML scalars on one line.

/// A text as a YAML scalar on one line, quoted unless it is plainly harmless.
pub(crate) fn scalar(text: &str) -> String {
    let harmless = |c: char| {
        c.is_alphanumeric()
            || matches!(
                c,
                '-' | '_' | '.' | '/' | '（' | '）' | '《' | '》' | '、' | '，' | '。'
            )
    };
    let reads_as_null = matches!(text.to_ascii_lowercase().as_str(), "null" | "~" | "");
    let plain = !reads_as_null
        && text.chars().all(harmless)
        && text.chars().next().is_some_and(char::is_alphanumeric);
    if plain {
        return text.to_owned();
    }
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            c if c.is_control() || (c != ' ' && c.is_whitespace()) || c == '\u{feff}' => {
                out.push_str(&format!("\\U{:08x}", c as u32));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// The same, always in quotes: what stands within `[…]` and `{…}` needs them.
pub(super) fn quoted(text: &str) -> String {
    let one = scalar(text);
    if one.starts_with('"') {
        one
    } else {
        format!("\"{one}\"")
    }
}

/// Why YAML would not read an unquoted text on one line as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hazard {
    /// From a `#` on it would be a comment.
    Comment,
    /// `: ` would make a key of what stands before it.
    Colon,
    /// The first sign means something else.
    Sign(char),
}

/// What YAML would make of an unquoted text; `None` when it is read as typed.
pub(super) fn hazard(text: &str) -> Option<Hazard> {
    let mut chars = text.chars();
    let first = chars.next()?;
    let second_is_blank = chars.next().is_none_or(is_blank);
    if first == '#' || text.contains(" #") || text.contains("\t#") {
        Some(Hazard::Comment)
    } else if text.contains(": ") || text.contains(":\t") || text.ends_with(':') {
        Some(Hazard::Colon)
    } else if matches!(first, '-' | '?') && second_is_blank || "@`%*&!|>,[]{}\"'".contains(first) {
        Some(Hazard::Sign(first))
    } else {
        None
    }
}

/// What means `none` in YAML, when no quotes stand around it.
pub(super) fn is_null(text: &str) -> bool {
    matches!(text, "~" | "null" | "Null" | "NULL")
}

/// White space of YAML: full-width spaces are none.
pub(super) fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t')
}

/// A text without white space of YAML at its ends.
pub(super) fn trimmed(text: &str) -> &str {
    text.trim_matches(is_blank)
}

/// Splits a quoted text from what stands behind it; `None` when the quote is not closed in `text`.
pub(super) fn closing_quote(text: &str) -> Option<(&str, &str)> {
    let mut chars = text.char_indices();
    let (_, quote) = chars.next()?;
    while let Some((at, c)) = chars.next() {
        if c == '\\' && quote == '"' {
            chars.next();
        } else if c == quote {
            let end = at + c.len_utf8();
            let rest = text.get(end..)?;
            if quote == '\'' && rest.starts_with('\'') {
                chars.next();
            } else {
                return Some((text.get(..end)?, rest));
            }
        }
    }
    None
}
