//! Limits with their units, and the one place where lengths are measured.

use serde::{Deserialize, Serialize};
use yigao_core::{Finding, Localized, Severity};

/// What a limit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Unicode scalar values: one Chinese character is 1, an emoji of several parts counts each part.
    Chars,
    /// Bytes of UTF-8: one Chinese character is 3.
    Utf8Bytes,
}

/// Longest length of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Length {
    pub max: usize,
    pub unit: Unit,
}

impl Length {
    /// At most this many characters.
    pub fn chars(max: usize) -> Self {
        Self {
            max,
            unit: Unit::Chars,
        }
    }
    /// At most this many bytes of UTF-8.
    pub fn utf8_bytes(max: usize) -> Self {
        Self {
            max,
            unit: Unit::Utf8Bytes,
        }
    }

    /// The length of `text` in this limit's unit.
    pub fn measure(self, text: &str) -> usize {
        match self.unit {
            Unit::Chars => text.chars().count(),
            Unit::Utf8Bytes => text.len(),
        }
    }

    /// Whether `text` fits.
    pub fn fits(self, text: &str) -> bool {
        self.measure(text) <= self.max
    }

    /// `text` cut to fit, on a character boundary.
    pub fn cut(self, text: &str) -> &str {
        let mut used = 0;
        let end = text.char_indices().find_map(|(at, character)| {
            used += match self.unit {
                Unit::Chars => 1,
                Unit::Utf8Bytes => character.len_utf8(),
            };
            (used > self.max).then_some(at)
        });
        end.and_then(|at| text.get(..at)).unwrap_or(text)
    }

    /// A blocking finding when `text` does not fit.
    pub fn check(self, what: &Limited<'_>, text: &str) -> Option<Finding> {
        let length = self.measure(text);
        if length <= self.max {
            return None;
        }
        let (unit_zh, unit_en) = match self.unit {
            Unit::Chars => ("字", "characters"),
            Unit::Utf8Bytes => ("字节", "bytes"),
        };
        let over = length - self.max;
        let mut finding = Finding::new(
            Severity::Block,
            what.code,
            what.place,
            Localized::new(
                format!(
                    "{}长 {length} {unit_zh}，{}最多 {} {unit_zh}",
                    what.zh, what.channel, self.max
                ),
                format!(
                    "{} has {length} {unit_en}, {} takes {}",
                    what.en, what.channel, self.max
                ),
            ),
            Localized::new(
                format!(
                    "请缩短 {over} {unit_zh}，或在该渠道的单独设置中另写{}",
                    what.zh
                ),
                format!(
                    "shorten it by {over}, or give this destination its own {} under overrides",
                    what.en
                ),
            ),
        );
        if let Some(code) = what.predicts {
            finding = finding.predicts(code);
        }
        Some(finding)
    }
}

/// What is being measured, for the finding's message.
#[derive(Clone, Copy, Debug)]
pub struct Limited<'a> {
    pub code: &'a str,
    pub place: &'a str,
    pub zh: &'a str,
    pub en: &'a str,
    /// The channel's name as people know it.
    pub channel: &'a str,
    /// The remote's code for this refusal, if it has one.
    pub predicts: Option<&'a str>,
}

/// All limits of a destination; `None` means that none is documented.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Limits {
    pub title: Option<Length>,
    pub summary: Option<Length>,
    pub author: Option<Length>,
    /// The rendered body, markup included.
    pub body: Option<Length>,
    pub pictures_max: Option<usize>,
    pub pictures_min: Option<usize>,
    /// Bytes of one picture.
    pub picture_bytes: Option<u64>,
    /// Media types of pictures that are taken.
    pub picture_types: Vec<&'static str>,
    /// Bytes of one attachment; attachments are not taken when absent.
    pub attachment_bytes: Option<u64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    const TITLE: Limited<'_> = Limited {
        code: "title_too_long",
        place: "title",
        zh: "标题",
        en: "title",
        channel: "公众号",
        predicts: Some("45003"),
    };

    #[test]
    fn exactly_at_the_limit_passes_and_one_over_does_not() {
        let chinese = "文".repeat(32);
        assert_eq!(Length::chars(32).check(&TITLE, &chinese), None);
        let over = Length::chars(32)
            .check(&TITLE, &format!("{chinese}旅"))
            .unwrap();
        assert_eq!(
            (over.code.as_str(), over.predicts.as_deref()),
            ("title_too_long", Some("45003"))
        );
        assert!(
            over.message.zh.contains("长 33 字") && over.message.zh.contains("最多 32 字"),
            "{}",
            over.message.zh
        );
        assert_eq!(
            Length::utf8_bytes(120).check(&TITLE, &"文".repeat(40)),
            None
        );
        assert!(
            Length::utf8_bytes(120)
                .check(&TITLE, &"文".repeat(41))
                .is_some()
        );
    }

    #[test]
    fn cutting_keeps_whole_characters() {
        assert_eq!(Length::utf8_bytes(4).cut("文旅a"), "文");
        assert_eq!(Length::chars(2).cut("e\u{301}x"), "e\u{301}");
        assert_eq!(Length::chars(9).cut("文旅"), "文旅");
    }
}
