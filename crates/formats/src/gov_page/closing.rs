//! 落款: the unit and the day at the end of a document.

use jiff::civil::Date;
use yigao_core::{Block, block::plain_text};

use super::paragraph;
use crate::when;

/// How many blocks from the end the closing is looked up: a list of annexes may follow it.
const LOOK: usize = 6;
/// Longest name of a unit, and longest day in characters.
const UNIT_MAX: usize = 40;
const DAY_MAX: usize = 16;
/// What names of units end with.
const UNIT_ENDS: &str = "局委办会院馆厅部府室心处队校司站社团所署";

/// Gives the unit and the day paragraphs of their own; answers with the day.
pub(crate) fn split(body: &mut Vec<Block>) -> Option<Date> {
    for back in 1..=LOOK.min(body.len()) {
        let at = body.len() - back;
        let Some(Block::Paragraph { text }) = body.get(at) else {
            continue;
        };
        let text = plain_text(text);
        let Some((before, day_text, day)) = trailing_day(&text) else {
            continue;
        };
        if before.is_empty() {
            return Some(day);
        }
        let unit = before
            .rsplit(['。', '！', '？'])
            .next()
            .unwrap_or_default()
            .trim();
        let signs = unit.chars().count() <= UNIT_MAX
            && unit
                .chars()
                .next_back()
                .is_some_and(|c| UNIT_ENDS.contains(c))
            && !unit.contains(['，', ',', '：', ':', '；']);
        if !unit.is_empty() && !signs {
            return None;
        }
        let text_before = before.strip_suffix(unit).unwrap_or(before).trim();
        let parts = [text_before, unit, day_text]
            .into_iter()
            .filter(|part| !part.is_empty())
            .map(paragraph);
        body.splice(at..=at, parts.collect::<Vec<_>>());
        return Some(day);
    }
    None
}

/// The day a text ends with, and what stands before it.
fn trailing_day(text: &str) -> Option<(&str, &str, Date)> {
    let text = text.trim();
    if !text.ends_with('日') {
        return None;
    }
    let count = text.chars().count();
    let from = count.saturating_sub(DAY_MAX);
    text.char_indices().skip(from).find_map(|(at, _)| {
        let (before, tail) = text.split_at_checked(at)?;
        Some((before.trim(), tail.trim(), when::day(tail)?))
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn closed(text: &str) -> (Vec<String>, Option<Date>) {
        let mut body = vec![paragraph("正文。"), paragraph(text)];
        let day = split(&mut body);
        let texts = body.iter().skip(1).map(|b| {
            if let Block::Paragraph { text } = b {
                plain_text(text)
            } else {
                String::new()
            }
        });
        (texts.collect(), day)
    }

    #[test]
    fn units_and_days_part() {
        let day = Some(date(2019, 4, 23));
        assert_eq!(
            closed("青川市文化和旅游局 2019年4月23日"),
            (
                vec!["青川市文化和旅游局".to_owned(), "2019年4月23日".to_owned()],
                day
            )
        );
        assert_eq!(
            closed("请遵照执行。青川市图书馆二〇一九年四月二十三日").0,
            ["请遵照执行。", "青川市图书馆", "二〇一九年四月二十三日"]
        );
        assert_eq!(
            closed("2019年4月23日"),
            (vec!["2019年4月23日".to_owned()], day)
        );
        assert_eq!(
            closed("本办法有效期至2024年4月23日"),
            (vec!["本办法有效期至2024年4月23日".to_owned()], None)
        );
    }
}
