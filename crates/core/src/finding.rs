//! What checks report: severity, place and what to do.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::id::Actor;

/// One text in the two languages of the program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Localized {
    pub zh: String,
    pub en: String,
}

impl Localized {
    /// Both languages at once.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            zh: zh.into(),
            en: en.into(),
        }
    }
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// 提示.
    Note,
    /// 提醒: may go out.
    Warn,
    /// 必改: is not sent.
    Block,
}

/// Longest quotation of a finding in characters.
pub const QUOTE_MAX: usize = 60;

/// Most findings of one import that are stored with its version.
pub const LISTED_MAX: usize = 200;

/// 答复: who decided that what import noticed may stay as it is, when, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    pub actor: Actor,
    pub at: Timestamp,
    pub reason: String,
}

/// 检查结果: one result of a check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    pub severity: Severity,
    /// Stable name, `snake_case`: `title_too_long`.
    pub code: String,
    /// Where: `title`, `summary`, `body/3`, `asset/<name>`, `front_matter/embargo`.
    pub place: String,
    pub message: Localized,
    pub advice: Localized,
    /// Line of the imported file, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// The words in question, as they were typed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<String>,
    /// The remote's code for the refusal that this finding predicts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub predicts: Option<String>,
    /// Its number among what import noticed in the version, from 1, by which it is answered. The findings of a
    /// destination have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<u32>,
    /// Who answered it. An answered finding is shown and is no longer open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered: Option<Answer>,
}

impl Finding {
    /// A finding without a predicted remote code.
    pub fn new(
        severity: Severity,
        code: &str,
        place: impl Into<String>,
        message: Localized,
        advice: Localized,
    ) -> Self {
        Self {
            severity,
            code: code.to_owned(),
            place: place.into(),
            message,
            advice,
            line: None,
            quote: None,
            predicts: None,
            number: None,
            answered: None,
        }
    }

    /// Whether it still asks something of a person.
    pub fn is_open(&self) -> bool {
        self.answered.is_none()
    }

    /// The same as the check said it: without number and answer.
    #[must_use]
    pub fn as_found(&self) -> Self {
        Self {
            number: None,
            answered: None,
            ..self.clone()
        }
    }

    /// The same, at a line counted from 1.
    #[must_use]
    pub fn at(mut self, line: usize) -> Self {
        self.line = Some(line);
        self
    }

    /// The same with the words in question, shortened to [`QUOTE_MAX`] characters.
    #[must_use]
    pub fn quoting(mut self, text: &str) -> Self {
        let mut quote: String = text.chars().take(QUOTE_MAX).collect();
        if text.chars().nth(QUOTE_MAX).is_some() {
            quote.push('…');
        }
        self.quote = Some(quote);
        self
    }

    /// The same, naming the remote code it saves us from.
    #[must_use]
    pub fn predicts(mut self, code: impl ToString) -> Self {
        self.predicts = Some(code.to_string());
        self
    }
}

/// Whether any finding prevents the rendition from being sent.
pub fn blocks(findings: &[Finding]) -> bool {
    findings.iter().any(|f| f.severity == Severity::Block)
}

/// What one import noticed, as it is stored: equal findings once, numbered from 1, at most [`LISTED_MAX`]. Where there are
/// more, the worst come first and the last one says how many are not listed.
pub fn listed(findings: &[Finding]) -> Vec<Finding> {
    let mut seen = BTreeSet::new();
    let mut list: Vec<Finding> = findings
        .iter()
        .map(Finding::as_found)
        .filter(|finding| seen.insert(serde_json::to_string(finding).unwrap_or_default()))
        .collect();
    if list.len() > LISTED_MAX {
        list.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        let rest = list.split_off(LISTED_MAX.saturating_sub(1));
        list.push(not_listed(&rest));
    }
    for (finding, number) in list.iter_mut().zip(1..) {
        finding.number = Some(number);
    }
    list
}

fn not_listed(rest: &[Finding]) -> Finding {
    let count = rest.len();
    // The rest is sorted: whatever blocks among it blocks still.
    let severity = rest.first().map_or(Severity::Note, |f| f.severity);
    Finding::new(
        severity,
        "more_findings",
        "body",
        Localized::new(
            format!("另有 {count} 处检查结果没有列出"),
            format!("{count} more findings are not listed"),
        ),
        Localized::new(
            "先处理已列出的，改好后重新导入再看",
            "deal with those that are listed, then import the item again",
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(severity: Severity, line: usize) -> Finding {
        let words = Localized::new("话", "words");
        Finding::new(severity, "code", "body", words.clone(), words).at(line)
    }

    #[test]
    fn equal_findings_are_listed_once_and_numbered_from_one() {
        let (a, b) = (finding(Severity::Note, 1), finding(Severity::Warn, 2));
        let list = listed(&[a.clone(), b.clone(), a.clone()]);
        let numbers: Vec<_> = list.iter().map(|f| (f.line, f.number)).collect();
        assert_eq!(numbers, [(Some(1), Some(1)), (Some(2), Some(2))]);
        assert_eq!(
            listed(&list),
            list,
            "a list that is listed again stays as it is"
        );
    }

    #[test]
    fn of_too_many_findings_the_worst_are_listed_and_the_rest_counted() {
        let mut all: Vec<Finding> = (1..=300).map(|n| finding(Severity::Note, n)).collect();
        all.push(finding(Severity::Block, 301));
        let list = listed(&all);
        assert_eq!(list.len(), LISTED_MAX);
        assert_eq!(list[0].line, Some(301));
        let last = list.last().unwrap();
        assert_eq!(
            (last.code.as_str(), last.number),
            ("more_findings", Some(200))
        );
        assert!(last.message.zh.contains("102"), "{}", last.message.zh);
        let blocking: Vec<Finding> = (1..=300).map(|n| finding(Severity::Block, n)).collect();
        assert!(
            listed(&blocking)
                .iter()
                .all(|f| f.severity == Severity::Block)
        );
    }
}
