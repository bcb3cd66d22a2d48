//! Characters that no text may carry: they are taken out, and it is said.

use std::collections::BTreeMap;

use yigao_core::{Finding, Severity};

use crate::problem::words;

/// Takes reserved characters out of texts and counts them by place.
#[derive(Debug, Default)]
pub(crate) struct Sieve {
    dropped: BTreeMap<String, usize>,
}

impl Sieve {
    /// `text` without reserved characters; line breaks stay.
    pub(crate) fn text(&mut self, place: &str, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                '\r' => {
                    if chars.peek() != Some(&'\n') {
                        out.push('\n');
                    }
                }
                '\n' => out.push('\n'),
                '\t' => out.push(' '),
                c if is_reserved(c) => *self.dropped.entry(place.to_owned()).or_default() += 1,
                c => out.push(c),
            }
        }
        out
    }

    /// The same for what stands on one line: breaks become spaces.
    pub(crate) fn line(&mut self, place: &str, text: &str) -> String {
        self.text(place, text).replace('\n', " ")
    }

    /// What was taken out.
    pub(crate) fn findings(self) -> impl Iterator<Item = Finding> {
        self.dropped.into_iter().map(|(place, count)| {
            Finding::new(
                Severity::Note,
                "reserved_characters",
                place,
                words(
                    format!("去掉了 {count} 个控制字符或私用区字符。"),
                    format!("{count} control or private-use characters were taken out."),
                ),
                words(
                    "请核对原文，人名、地名里的生僻字若缺失，请改用标准汉字。",
                    "Compare with the source; where a rare character of a name is missing, use its standard code.",
                ),
            )
        })
    }
}

/// Control characters, private use (slots of renditions live there), annotation and direction controls, non-characters.
pub(crate) fn is_reserved(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}' | '\u{FFF9}'..='\u{FFFC}'
            | '\u{FFFE}' | '\u{FFFF}' | '\u{FDD0}'..='\u{FDEF}' | '\u{FEFF}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}
