//! What checks report: severity, place and what to do.

use serde::{Deserialize, Serialize};

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
