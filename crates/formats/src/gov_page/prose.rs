//! Unbroken text back into paragraphs and headings. Not a character is added or lost but white space.

use yigao_core::{Block, Inline};

use super::{
    marker::{self, Marker, Numbers},
    paragraph,
};

/// Longest heading in characters, its numeral included.
const HEADING_MAX: usize = 30;

/// The blocks of one more line of a page.
pub(crate) fn line(line: &str, numbers: &mut Numbers, out: &mut Vec<Block>) {
    let chars: Vec<char> = line.chars().collect();
    let marks = marker::find(&chars, numbers);
    let slice = |from: usize, upto: usize| -> String {
        chars.get(from..upto).unwrap_or_default().iter().collect()
    };
    let first = marks.first().map_or(chars.len(), |(at, ..)| *at);
    out.extend(paragraphs(&slice(0, first)));
    let ends = marks
        .iter()
        .skip(1)
        .map(|(at, ..)| *at)
        .chain([chars.len()]);
    for ((at, length, marker), end) in marks.iter().zip(ends) {
        let text = slice(*at, end);
        match marker {
            Marker::One(_) => section(out, 1, &text, *length),
            Marker::Two(_) => section(out, 2, &text, *length),
            Marker::Item(_) => item(out, &text),
        }
    }
}

/// A heading and what follows it, or a paragraph when what follows the numeral is too long for one.
fn section(out: &mut Vec<Block>, level: u8, text: &str, numeral: usize) {
    let text = text.trim();
    match heading_end(text, numeral) {
        Some(end) => {
            let (heading, rest) = split_at_char(text, end);
            out.push(Block::Heading {
                level,
                text: vec![Inline::plain(heading.trim())],
            });
            out.extend(paragraphs(rest));
        }
        None => out.extend(paragraphs(text)),
    }
}

/// Where the heading ends, in characters: at the first space, or at the full stop of a run-in heading, or with the text.
fn heading_end(text: &str, numeral: usize) -> Option<usize> {
    let chars: Vec<char> = text.chars().collect();
    let body = chars
        .iter()
        .skip(numeral)
        .take_while(|c| c.is_whitespace())
        .count()
        + numeral;
    let find = |wanted: &dyn Fn(char) -> bool| {
        chars
            .iter()
            .enumerate()
            .skip(body)
            .find(|(_, c)| wanted(**c))
            .map(|(at, _)| at)
    };
    let space = find(&char::is_whitespace);
    let stop = find(&|c| c == '。');
    let end = match (space, stop) {
        (Some(space), stop) if stop.is_none_or(|stop| space < stop) => space,
        // The stop belongs to the text when it ends it: that is a sentence, not a heading.
        (_, Some(stop)) if stop + 1 < chars.len() => stop + 1,
        (_, Some(_)) => return None,
        _ if chars.last().is_some_and(|c| "；;：:，,".contains(*c)) => return None,
        _ => chars.len(),
    };
    (end <= HEADING_MAX && end > body).then_some(end)
}

/// An item: a paragraph whose first sentence is bold when it is short and more follows.
fn item(out: &mut Vec<Block>, text: &str) {
    let mut blocks = paragraphs(text);
    let lead = blocks.first().and_then(|first| {
        let Block::Paragraph { text } = first else {
            return None;
        };
        let whole = text.first()?.text.clone();
        let stop = whole.chars().position(|c| c == '。')? + 1;
        (stop <= HEADING_MAX && stop < whole.chars().count()).then(|| {
            let (lead, rest) = split_at_char(&whole, stop);
            let bold = Inline {
                bold: true,
                ..Inline::plain(lead)
            };
            Block::Paragraph {
                text: vec![bold, Inline::plain(rest)],
            }
        })
    });
    if let (Some(lead), Some(first)) = (lead, blocks.first_mut()) {
        *first = lead;
    }
    out.extend(blocks);
}

/// Paragraphs of a text: a space behind the end of a sentence parts them.
fn paragraphs(text: &str) -> Vec<Block> {
    let mut out = Vec::new();
    let mut current = String::new();
    for c in text.trim().chars() {
        if c.is_whitespace() && ends_sentence(&current) {
            out.push(paragraph(&std::mem::take(&mut current)));
        } else if !(c.is_whitespace() && current.is_empty()) {
            current.push(c);
        }
    }
    if !current.is_empty() {
        out.push(paragraph(&current));
    }
    out
}

fn ends_sentence(text: &str) -> bool {
    let text = text.trim_end_matches(['”', '）', ')', '’', '》']);
    text.ends_with(['。', '！', '？'])
}

/// Both sides of the character numbered `at`.
fn split_at_char(text: &str, at: usize) -> (&str, &str) {
    let byte = text
        .char_indices()
        .nth(at)
        .map_or(text.len(), |(byte, _)| byte);
    text.split_at_checked(byte).unwrap_or((text, ""))
}

#[cfg(test)]
mod tests {
    use yigao_core::block::plain_text;

    use super::*;

    fn shapes(lines: &[&str]) -> Vec<String> {
        let (mut numbers, mut blocks) = (Numbers::default(), Vec::new());
        for text in lines {
            line(text, &mut numbers, &mut blocks);
        }
        blocks
            .into_iter()
            .map(|block| match block {
                Block::Heading { level, text } => format!("h{level} {}", plain_text(&text)),
                Block::Paragraph { text } => text
                    .iter()
                    .map(|run| {
                        if run.bold {
                            format!("*{}*", run.text)
                        } else {
                            run.text.clone()
                        }
                    })
                    .collect(),
                other => format!("{other:?}"),
            })
            .collect()
    }

    #[test]
    fn headings_end_at_the_space_or_the_stop() {
        assert_eq!(
            shapes(&[
                "引言: 一、目标 以人为本。 第二段。(一)强化领导。各单位照办。 1.及时。从速。 二、附则"
            ]),
            [
                "引言:",
                "h1 一、目标",
                "以人为本。",
                "第二段。",
                "h2 (一)强化领导。",
                "各单位照办。",
                "*1.及时。*从速。",
                "h1 二、附则"
            ]
        );
    }

    #[test]
    fn long_numbered_sentences_are_paragraphs() {
        let long = format!("一、凡{}的,适用本办法", "在本市从事文化经营".repeat(5));
        assert_eq!(
            shapes(&[&long, "（一）年满十八周岁；", "（二）无不良记录。"]),
            [long.as_str(), "（一）年满十八周岁；", "（二）无不良记录。"]
        );
    }
}
