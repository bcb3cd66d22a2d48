//! 编号 of ordered lists: where it starts, and how each number is written.

use serde::{Deserialize, Serialize};

/// Largest number a list may bear.
pub const NUMBER_MAX: u32 = 1_000_000;

/// How the numbers of a list are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NumberStyle {
    /// `1.`
    #[default]
    Decimal,
    /// `1)`
    Bracket,
    /// `（1）`
    FullBracket,
    /// `一、`
    Chinese,
    /// `（一）`
    ChineseBracket,
    /// `①`
    Circled,
}

/// Each style with its name in JSON and in Markdown.
pub const STYLES: [(&str, NumberStyle); 6] = [
    ("decimal", NumberStyle::Decimal),
    ("bracket", NumberStyle::Bracket),
    ("full_bracket", NumberStyle::FullBracket),
    ("chinese", NumberStyle::Chinese),
    ("chinese_bracket", NumberStyle::ChineseBracket),
    ("circled", NumberStyle::Circled),
];

/// The numbering of an ordered list. The default, from `1.` on, is not written out: digests of such items are what they
/// were before lists had a numbering.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Numbering {
    /// Number of the first item.
    pub start: u32,
    pub style: NumberStyle,
}

impl Default for Numbering {
    fn default() -> Self {
        Self {
            start: 1,
            style: NumberStyle::Decimal,
        }
    }
}

impl Numbering {
    /// Whether it is `1.`, `2.`, `3.`.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// Number of each item: the one it states, else one more than the item before it.
    pub fn numbers(self, stated: impl IntoIterator<Item = Option<u32>>) -> Vec<u32> {
        let mut next = self.start;
        stated
            .into_iter()
            .map(|stated| {
                let number = stated.unwrap_or(next);
                next = number.saturating_add(1);
                number
            })
            .collect()
    }

    /// Each item's number as readers see it in plain text, with the blank that belongs behind it.
    pub fn labels(self, stated: impl IntoIterator<Item = Option<u32>>) -> Vec<String> {
        self.numbers(stated)
            .into_iter()
            .map(|number| self.style.label(number))
            .collect()
    }
}

impl NumberStyle {
    /// `1. `, `1) `, `（1）`, `一、`, `（一）`, `①`. Beyond 99 in Chinese and 50 in circles digits are written in brackets.
    pub fn label(self, number: u32) -> String {
        match self {
            Self::Decimal => format!("{number}. "),
            Self::Bracket => format!("{number}) "),
            Self::FullBracket => format!("（{number}）"),
            Self::Chinese => {
                chinese(number).map_or_else(|| format!("{number}、"), |n| format!("{n}、"))
            }
            Self::ChineseBracket => {
                let number = chinese(number).unwrap_or_else(|| number.to_string());
                format!("（{number}）")
            }
            Self::Circled => circled(number).map_or_else(|| format!("（{number}）"), String::from),
        }
    }
}

/// 一 to 九十九.
fn chinese(number: u32) -> Option<String> {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let digit = |n: u32| usize::try_from(n).ok().and_then(|n| DIGITS.get(n)).copied();
    match number {
        1..=9 => digit(number).map(str::to_owned),
        10..=19 => Some(format!("十{}", digit(number - 10)?)),
        20..=99 => Some(format!("{}十{}", digit(number / 10)?, digit(number % 10)?)),
        _ => None,
    }
}

/// ① to ㊿.
fn circled(number: u32) -> Option<char> {
    let from = |base: u32, first: u32| char::from_u32(base + number - first);
    match number {
        1..=20 => from(0x2460, 1),
        21..=35 => from(0x3251, 21),
        36..=50 => from(0x32B1, 36),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_those_of_documents() {
        let seen: Vec<String> = STYLES.iter().map(|(_, style)| style.label(12)).collect();
        assert_eq!(seen, ["12. ", "12) ", "（12）", "十二、", "（十二）", "⑫"]);
        let far: Vec<String> = STYLES.iter().map(|(_, style)| style.label(100)).collect();
        assert_eq!(
            far,
            ["100. ", "100) ", "（100）", "100、", "（100）", "（100）"]
        );
        assert_eq!(
            (chinese(20), chinese(0), circled(50)),
            (Some("二十".to_owned()), None, Some('㊿'))
        );
    }

    #[test]
    fn an_item_may_state_its_own_number() {
        let numbering = Numbering {
            start: 3,
            style: NumberStyle::Bracket,
        };
        let labels = numbering.labels([None, Some(7), None]);
        assert_eq!(labels, ["3) ", "7) ", "8) "]);
    }
}
