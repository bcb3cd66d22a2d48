//! Mends that a line alone, or with the line before it, decides.

use std::borrow::Cow;

use yigao_core::Severity;

use super::{Said, bold, heading, picture};

/// The source with each line mended; fenced blocks are read on their own and stay as they are.
pub(super) fn mend<'s>(
    source: &'s str,
    is_file: &dyn Fn(&str) -> bool,
    said: &mut Vec<Said>,
) -> Cow<'s, str> {
    let mut out = String::with_capacity(source.len() + 16);
    let mut fence: Option<(char, usize)> = None;
    let mut before = "";
    for (number, line) in source.split_inclusive('\n').enumerate() {
        let bare = line.trim_start_matches([' ', '>']);
        let mark = bare.chars().next().filter(|c| matches!(c, '`' | '~'));
        let run = mark.map_or(0, |m| bare.chars().take_while(|c| *c == m).count());
        let opens = fence.is_none() && run >= 3;
        match (fence, mark) {
            (None, Some(mark)) if opens => fence = Some((mark, run)),
            (Some((open, length)), Some(mark)) if mark == open && run >= length => {
                fence = None;
                before = "";
                out.push_str(line);
                continue;
            }
            _ => {}
        }
        if fence.is_some() {
            out.push_str(line);
        } else {
            one(line, before, number, is_file, said, &mut out);
        }
        before = if fence.is_some() { "" } else { line };
    }
    if out == source {
        Cow::Borrowed(source)
    } else {
        Cow::Owned(out)
    }
}

fn one(
    line: &str,
    before: &str,
    number: usize,
    is_file: &dyn Fn(&str) -> bool,
    said: &mut Vec<Said>,
    out: &mut String,
) {
    if let Some(mended) = comparison(line, before) {
        said.push(Said {
            line: number,
            severity: Severity::Note,
            code: "greater_than_as_text",
            quote: line.trim().to_owned(),
            zh: "行首的“>”后面紧接数字，按大于号处理，不作引文",
            en: "the > before a number is taken as the sign, not as a quotation",
            advice_zh: "如确为引文，请在“>”后加一个空格。",
            advice_en: "Write a space behind > if a quotation is meant.",
        });
        return mend_text(&mended, is_file, out);
    }
    let at = line.len() - line.trim_start_matches([' ', '>']).len();
    let (prefix, rest) = line.split_at_checked(at).unwrap_or(("", line));
    if prefix.len() > prefix.trim_start_matches(' ').len() + 3 && !prefix.contains('>') {
        // Indented by four or more: an item's second line or a paragraph as in print; its marks are text.
        return mend_text(line, is_file, out);
    }
    match heading::mend(rest) {
        heading::Meant::Heading { source, joined } => {
            if joined {
                said.push(heading::said(number, rest, true));
            }
            out.push_str(prefix);
            mend_text(&source, is_file, out);
        }
        heading::Meant::Text { unclear } => {
            if unclear {
                said.push(heading::said(number, rest, false));
            }
            mend_text(line, is_file, out);
        }
        heading::Meant::Other => mend_text(line, is_file, out),
    }
}

fn mend_text(line: &str, is_file: &dyn Fn(&str) -> bool, out: &mut String) {
    let line = picture::mend(line, is_file);
    // Code spans show their asterisks.
    if line.contains('`') {
        out.push_str(&line);
    } else {
        bold::mend_line(&line, out);
    }
}

/// `>1000人`: more than a thousand people. Below a line of a quotation it is the quotation's next line.
fn comparison(line: &str, before: &str) -> Option<String> {
    let rest = line.trim_start_matches(' ');
    let digits = rest.strip_prefix('>')?;
    let first = digits.trim_start_matches(['=']).chars().next()?;
    let quoted = before.trim_start().starts_with('>') && comparison(before, "").is_none();
    (first.is_ascii_digit() && !quoted && line.len() - rest.len() < 4).then(|| {
        let indent = line.strip_suffix(rest).unwrap_or_default();
        format!("{indent}\\{rest}")
    })
}
