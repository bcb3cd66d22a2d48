//! 落款: who issued a document, and the day, at its end. Every channel sets it at the right.
//!
//! It is a block of its own where the source says so. Most texts do not: they end with a paragraph for the unit and one for
//! the day. Those stay what they are in the item, so that no digest changes, and are recognised when a channel renders them.

use std::borrow::Cow;

use crate::block::{Block, Inline, plain_text};

/// Widest name of a unit, in Chinese characters.
const UNIT_EMS: usize = 24;
/// Most units that sign together.
const UNITS_MAX: usize = 12;
/// What names of units end with; the last unit before the day may end otherwise.
const UNIT_ENDS: &str = "局委办会院馆厅部府室心处队校司站社团所署行";

/// The body with the closing paragraphs at its end as one [`Block::Closing`]. Notes may follow them.
pub fn recognised(body: &[Block]) -> Cow<'_, [Block]> {
    let end = match body.last() {
        Some(Block::Notes { .. }) => body.len() - 1,
        _ => body.len(),
    };
    let before = |count: usize| end.checked_sub(count).and_then(|at| plain(body.get(at)?));
    let Some(date) = before(1).filter(|text| is_day(text)) else {
        return Cow::Borrowed(body);
    };
    let mut units: Vec<String> = Vec::new();
    while let Some(text) = before(units.len() + 2) {
        let signs = is_unit(&text) && (units.is_empty() || ends_as_unit(&text));
        if !signs || units.len() >= UNITS_MAX {
            break;
        }
        units.push(text);
    }
    if units.is_empty() {
        return Cow::Borrowed(body);
    }
    let begin = end - units.len() - 1;
    units.reverse();
    let mut out = body.get(..begin).unwrap_or_default().to_vec();
    out.push(Block::Closing { units, date });
    out.extend(body.get(end..).unwrap_or_default().iter().cloned());
    Cow::Owned(out)
}

/// The text of a paragraph that bears no marks.
fn plain(block: &Block) -> Option<String> {
    let Block::Paragraph { text } = block else {
        return None;
    };
    let unmarked = text.iter().all(|run| {
        *run == Inline {
            text: run.text.clone(),
            ..Inline::default()
        }
    });
    let text = plain_text(text);
    (unmarked && !text.contains('\n')).then_some(text)
}

fn is_unit(text: &str) -> bool {
    !text.trim().is_empty() && ems(text) <= UNIT_EMS && !text.contains(['。', '：', '<'])
}

fn ends_as_unit(text: &str) -> bool {
    text.trim_end()
        .chars()
        .next_back()
        .is_some_and(|c| UNIT_ENDS.contains(c))
}

/// Latin letters and digits are half as wide.
fn ems(text: &str) -> usize {
    let halves: usize = text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum();
    halves.div_ceil(2)
}

/// `2026年10月16日` or `二〇二六年十月十六日`, blanks aside, and nothing else.
fn is_day(text: &str) -> bool {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let parts = || {
        let (year, rest) = text.split_once('年')?;
        let (month, rest) = rest.split_once('月')?;
        Some([year, month, rest.strip_suffix('日')?])
    };
    let all = |part: &str, known: fn(char) -> bool| !part.is_empty() && part.chars().all(known);
    parts().is_some_and(|parts| {
        parts.iter().all(|part| all(part, |c| c.is_ascii_digit()))
            || parts
                .iter()
                .all(|part| all(part, |c| "〇○零一二三四五六七八九十".contains(c)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paragraph(text: &str) -> Block {
        Block::Paragraph {
            text: vec![Inline::plain(text)],
        }
    }

    fn closed(texts: &[&str]) -> Option<(usize, Vec<String>, String)> {
        let body: Vec<Block> = texts.iter().map(|text| paragraph(text)).collect();
        recognised(&body)
            .iter()
            .enumerate()
            .find_map(|(at, block)| match block {
                Block::Closing { units, date } => Some((at, units.clone(), date.clone())),
                _ => None,
            })
    }

    #[test]
    fn units_and_a_day_at_the_end_are_a_closing() {
        let found = closed(&[
            "正文。",
            "青川市文化和旅游局",
            "青川市财政局",
            "2026年3月2日",
        ]);
        let units = ["青川市文化和旅游局", "青川市财政局"]
            .map(str::to_owned)
            .to_vec();
        assert_eq!(found, Some((1, units, "2026年3月2日".to_owned())));
        let chinese = closed(&["正文。", "青川市图书馆", "二〇二六年三月二日"]);
        assert_eq!(
            chinese.map(|found| found.1),
            Some(vec!["青川市图书馆".to_owned()])
        );
    }

    #[test]
    fn what_only_looks_like_one_is_not() {
        for texts in [
            &["正文。", "2026年3月2日"][..],
            &["截止日期：", "2026年3月2日"],
            &["青川市图书馆", "有效期至2026年3月2日"],
            &["青川市图书馆", "2026年3月"],
            &["青川市图书馆"],
            &[],
        ] {
            assert_eq!(closed(texts), None, "{texts:?}");
        }
        let bold = Block::Paragraph {
            text: vec![Inline {
                bold: true,
                ..Inline::plain("青川市图书馆")
            }],
        };
        let body = [bold, paragraph("2026年3月2日")];
        assert!(matches!(recognised(&body), Cow::Borrowed(_)));
    }

    #[test]
    fn notes_may_follow() {
        let notes = Block::Notes { notes: Vec::new() };
        let body = [
            paragraph("青川市图书馆"),
            paragraph("2026年3月2日"),
            notes.clone(),
        ];
        let seen = recognised(&body);
        assert!(matches!(seen.as_ref(), [Block::Closing { .. }, last] if *last == notes));
    }
}
