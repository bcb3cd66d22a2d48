//! Where a heading or an item begins: 一、 （一） 1.

use crate::when;

/// A numeral that begins a heading or an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Marker {
    /// 一、
    One(u32),
    /// （一）
    Two(u32),
    /// 1. 1．1、
    Item(u32),
}

/// The last numbers seen: in unbroken text a numeral counts only when it follows on.
#[derive(Debug, Default)]
pub(crate) struct Numbers {
    one: u32,
    two: u32,
    item: u32,
}

impl Numbers {
    /// Whether the marker is the next of its kind; `alone` when it begins a line of its own.
    fn accepts(&mut self, marker: Marker, alone: bool) -> bool {
        let (last, number, restarts) = match marker {
            Marker::One(n) => (self.one, n, alone),
            Marker::Two(n) => (self.two, n, alone),
            Marker::Item(n) => (self.item, n, true),
        };
        let fits = alone || number == last + 1 || (restarts && number == 1);
        if fits {
            match marker {
                Marker::One(n) => (self.one, self.two) = (n, 0),
                Marker::Two(n) => self.two = n,
                Marker::Item(n) => self.item = n,
            }
        }
        fits
    }
}

/// The markers of a line that are accepted, each with its place and its length in characters.
pub(crate) fn find(chars: &[char], numbers: &mut Numbers) -> Vec<(usize, usize, Marker)> {
    let mut found = Vec::new();
    for at in 0..chars.len() {
        if !is_border(at.checked_sub(1).and_then(|before| chars.get(before))) {
            continue;
        }
        let rest = chars.get(at..).unwrap_or_default();
        if let Some((marker, length)) = marker(rest)
            && numbers.accepts(marker, at == 0)
        {
            found.push((at, length, marker));
        }
    }
    found
}

/// A marker stands at the beginning, after a space or after a sentence; elsewhere the numeral belongs to the text.
fn is_border(before: Option<&char>) -> bool {
    before.is_none_or(|c| c.is_whitespace() || "。！？；：!?;:".contains(*c))
}

fn marker(rest: &[char]) -> Option<(Marker, usize)> {
    one(rest).or_else(|| two(rest)).or_else(|| item(rest))
}

fn one(rest: &[char]) -> Option<(Marker, usize)> {
    let (number, length) = numeral(rest)?;
    if rest.get(length) != Some(&'、') {
        return None;
    }
    // 一、二、三等奖 counts things.
    let next_is_numeral = rest.get(length + 1).is_some_and(|c| is_numeral(*c));
    let counts = next_is_numeral
        && rest
            .get(length + 2)
            .is_some_and(|c| "、等级类期月是".contains(*c));
    (!counts).then_some((Marker::One(number), length + 1))
}

fn two(rest: &[char]) -> Option<(Marker, usize)> {
    if !matches!(rest.first(), Some('（' | '(')) {
        return None;
    }
    let (number, length) = numeral(rest.get(1..)?)?;
    if !matches!(rest.get(length + 1), Some('）' | ')')) {
        return None;
    }
    // （一）项 points at another place.
    let points = rest
        .get(length + 2)
        .is_some_and(|c| "项款条目".contains(*c));
    (!points).then_some((Marker::Two(number), length + 2))
}

fn item(rest: &[char]) -> Option<(Marker, usize)> {
    let is_digit = |c: &&char| matches!(c, '0'..='9' | '０'..='９');
    let digits: String = rest.iter().take_while(is_digit).collect();
    let length = digits.chars().count();
    if !(1..=2).contains(&length) || !matches!(rest.get(length), Some('.' | '．' | '、')) {
        return None;
    }
    // 5.6 is a number; a mark at the very end marks nothing.
    let next = rest.get(length + 1)?;
    (!is_digit(&next)).then_some((Marker::Item(when::digits(&digits)?), length + 1))
}

fn is_numeral(c: char) -> bool {
    "一二三四五六七八九十".contains(c)
}

/// A Chinese number up to 99 at the beginning.
fn numeral(rest: &[char]) -> Option<(u32, usize)> {
    let text: String = rest
        .iter()
        .take_while(|c| is_numeral(**c))
        .take(4)
        .collect();
    let length = text.chars().count();
    let number = if text.contains('十') {
        when::tens(&text)?
    } else {
        when::digits(&text).filter(|_| length == 1)?
    };
    Some((number, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(usize, Marker)> {
        let chars: Vec<char> = text.chars().collect();
        find(&chars, &mut Numbers::default())
            .into_iter()
            .map(|(at, _, marker)| (at, marker))
            .collect()
    }

    #[test]
    fn markers_of_unbroken_text() {
        use Marker::{Item, One, Two};
        assert_eq!(
            found("如下: 一、目标 甲。(一)乙。 1.丙。2．丁。 二、要求"),
            vec![
                (4, One(1)),
                (11, Two(1)),
                (17, Item(1)),
                (21, Item(2)),
                (26, One(2))
            ]
        );
        assert_eq!(found("十一、附则"), vec![(0, One(11))]);
    }

    #[test]
    fn numerals_of_the_text_stay_in_it() {
        for text in [
            "国办发〔2019〕14号和十九届二、三中全会精神",
            "增长5.6%。 2019年4月23日",
            "“三公”经费 5.6亿元",
            "设 一、二、三等奖",
            "依照 (一)项",
            "按照(一)强化",
            "三、跳号",
            "约 3.",
            "第 7.没有前六",
        ] {
            let inside = found(&format!("文{text}"));
            assert_eq!(inside, vec![], "{text}");
        }
    }
}
