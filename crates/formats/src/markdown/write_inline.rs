//! Runs of text as Markdown that reads the same.

use yigao_core::Inline;

/// Where a run of text will stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// At the start of a line.
    Line,
    /// In a table cell, where a bar must be escaped.
    Cell,
}

/// A paragraph's, heading's, item's or cell's text on one line.
pub(crate) fn inlines(runs: &[Inline], place: Place) -> String {
    let mut out = String::new();
    for (at, run) in runs.iter().enumerate() {
        let marked = |other: Option<&Inline>| other.is_some_and(|run| run.bold || run.italic);
        let before = at.checked_sub(1).and_then(|at| runs.get(at));
        // Asterisks of two neighbours would run together, and those between digits are signs.
        let apart = !marked(before)
            && !marked(runs.get(at + 1))
            && !ends(before, true)
            && !ends(runs.get(at + 1), false);
        let edge = Edge {
            first: at == 0,
            last: at + 1 == runs.len(),
            bare: is_bare(run),
            behind_note: before.is_some_and(|run| run.note.is_some()),
        };
        match run.note {
            Some(number) => out.push_str(&format!("[^{number}]")),
            None => out.push_str(&one(run, apart, edge, place)),
        }
    }
    out
}

/// Whether a neighbour ends (or begins) with a digit or a letter of the alphabet.
fn ends(run: Option<&Inline>, last: bool) -> bool {
    let c = run.and_then(|run| {
        let mut chars = run.text.chars();
        if last {
            chars.next_back()
        } else {
            chars.next()
        }
    });
    c.is_some_and(|c| c.is_ascii_alphanumeric())
}

#[derive(Clone, Copy)]
struct Edge {
    first: bool,
    last: bool,
    /// Nothing is written before the text: at the start of a line it could look like a block.
    bare: bool,
    /// A colon here would make the reference before it a definition.
    behind_note: bool,
}

fn is_bare(run: &Inline) -> bool {
    let marked = run.bold
        || run.italic
        || run.underline
        || run.superscript
        || run.subscript
        || run.emphasis_mark;
    !marked && run.link.is_none()
}

fn one(run: &Inline, apart: bool, edge: Edge, place: Place) -> String {
    let mut text = escaped(&run.text, edge, place);
    for (on, tag) in [
        (run.emphasis_mark, "dot"),
        (run.subscript, "sub"),
        (run.superscript, "sup"),
        (run.underline, "u"),
    ] {
        if on {
            text = format!("<{tag}>{text}</{tag}>");
        }
    }
    let (first, last) = (run.text.chars().next(), run.text.chars().next_back());
    let ends_in_letters = [first, last]
        .into_iter()
        .all(|c| c.is_some_and(char::is_alphanumeric));
    let bare =
        !(run.subscript || run.superscript || run.underline || run.italic || run.emphasis_mark);
    // A bold paragraph that begins with 问 would be read as a question.
    let stars = apart && bare && ends_in_letters && first != Some('问') && !run.text.contains('\n');
    if run.italic {
        text = format!("<i>{text}</i>");
    }
    if run.bold {
        text = if stars {
            format!("**{text}**")
        } else {
            format!("<b>{text}</b>")
        };
    }
    match &run.link {
        Some(link) => format!("[{text}](<{}>)", address(link)),
        None => text,
    }
}

fn address(link: &str) -> String {
    let mut out = String::new();
    for c in link.chars() {
        if matches!(c, '\\' | '<' | '>' | '&' | '|' | '*') {
            out.push_str(&entity(c));
        } else {
            out.push(c);
        }
    }
    out
}

pub(crate) fn entity(c: char) -> String {
    format!("&#{};", c as u32)
}

fn escaped(text: &str, edge: Edge, place: Place) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let count = text.chars().count();
    let leading = text.chars().take_while(|c| c.is_whitespace()).count();
    let trailing = text.chars().rev().take_while(|c| c.is_whitespace()).count();
    let mut digits_only = edge.first && edge.bare;
    for (at, c) in text.chars().enumerate() {
        let outer = (edge.first && at < leading) || (edge.last && at + trailing >= count);
        let starts = edge.first && edge.bare && at == 0;
        let ends = at + 1 == count;
        match c {
            c if outer && c.is_whitespace() => out.push_str(&entity(c)),
            '\n' => out.push_str("<br>"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '~' | '&' => {
                out.push('\\');
                out.push(c);
            }
            '|' if place == Place::Cell => out.push_str("\\|"),
            '#' | '+' | '-' | '=' | ':' if starts || (c == '#' && ends) => {
                out.push('\\');
                out.push(c);
            }
            // A full-width heading mark has no escape but its number.
            '＃' if starts => out.push_str(&entity(c)),
            ':' if edge.behind_note && at == 0 => out.push_str("\\:"),
            '|' if starts => out.push_str("\\|"),
            '.' | ')' if digits_only && at > 0 => {
                out.push('\\');
                out.push(c);
            }
            // A picture begins with !, and a link may follow.
            '!' if ends => out.push_str("\\!"),
            c => out.push(c),
        }
        digits_only &= c.is_ascii_digit();
    }
    out
}
