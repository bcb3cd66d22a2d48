//! `![河街夜市](Night Market (1).jpg)`: names with blanks and brackets, which Markdown takes only in angle brackets.

use std::borrow::Cow;

/// Ends of names of pictures, for names that stand for no file and shall be reported whole.
const ENDS: [&str; 10] = [
    ".jpg", ".jpeg", ".png", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".heic", ".svg",
];

/// Most closing brackets that are tried, and longest name with its caption in bytes.
const BRACKETS_MAX: usize = 16;
const NAME_MAX: usize = 2_000;

/// The line with such names in angle brackets.
pub(super) fn mend<'l>(line: &'l str, is_file: &dyn Fn(&str) -> bool) -> Cow<'l, str> {
    if !line.contains("](") {
        return Cow::Borrowed(line);
    }
    let mut out = String::with_capacity(line.len() + 8);
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("](") {
        out.push_str(before);
        out.push_str("](");
        rest = after;
        let picture = before
            .rfind('[')
            .is_some_and(|at| before.get(..at).is_some_and(|head| head.ends_with('!')));
        if let Some(name) = name(after, picture, is_file) {
            out.push_str(&format!("<{}>", name.replace(['<', '>'], "")));
            rest = after.get(name.len()..).unwrap_or_default();
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The name at the start of `text` that must be put into angle brackets; `None` when Markdown reads it as it is.
fn name<'t>(text: &'t str, picture: bool, is_file: &dyn Fn(&str) -> bool) -> Option<&'t str> {
    if text.starts_with('<') {
        return None;
    }
    // A line of ten thousand opening brackets and no closing one is not searched to its end for each of them.
    let near = text
        .get(..text.floor_char_boundary(NAME_MAX + 1))
        .unwrap_or(text);
    let ends = near
        .match_indices(')')
        .take(BRACKETS_MAX)
        .filter_map(|(at, _)| text.get(..at))
        .take_while(|inner| inner.len() <= NAME_MAX);
    let mut best = None;
    for inner in ends {
        let whole = titled(inner);
        let named = picture && looks_like_picture(whole) && !whole.contains("](");
        if is_file(whole) || (best.is_none() && named) {
            best = Some(whole);
        }
    }
    best.filter(|name| !is_plain(name))
}

/// The name before a caption in quotes.
fn titled(inner: &str) -> &str {
    let caption = inner
        .find(" \"")
        .filter(|_| inner.trim_end().ends_with('"'));
    caption
        .and_then(|at| inner.get(..at))
        .unwrap_or(inner)
        .trim()
}

fn looks_like_picture(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    !lower.contains("://") && ENDS.iter().any(|end| lower.ends_with(end))
}

/// Whether CommonMark reads the name without angle brackets.
fn is_plain(name: &str) -> bool {
    !name
        .chars()
        .any(|c| c.is_whitespace() || matches!(c, '(' | ')' | '[' | ']' | '*' | '_' | '\\'))
        || name.is_empty()
}

#[cfg(test)]
mod tests {
    use super::mend;

    #[test]
    fn only_names_that_need_it_are_put_into_brackets() {
        let files = ["Night Market (1).jpg", "plain.jpg", "报名表 (1).docx"];
        let is_file = |name: &str| files.contains(&name);
        for (line, meant) in [
            (
                "![夜市](Night Market (1).jpg)",
                "![夜市](<Night Market (1).jpg>)",
            ),
            (
                "![夜市](Night Market (1).jpg \"图说\")",
                "![夜市](<Night Market (1).jpg> \"图说\")",
            ),
            (
                "见[报名表](报名表 (1).docx)。",
                "见[报名表](<报名表 (1).docx>)。",
            ),
            ("![缺](not here.PNG)", "![缺](<not here.PNG>)"),
            ("![平](plain.jpg)", "![平](plain.jpg)"),
            ("[网页](https://a.cn/x_(y))", "[网页](https://a.cn/x_(y))"),
            (
                "![夜市](<Night Market (1).jpg>)",
                "![夜市](<Night Market (1).jpg>)",
            ),
            ("没有](结束", "没有](结束"),
        ] {
            assert_eq!(mend(line, &is_file), meant);
        }
    }
}
