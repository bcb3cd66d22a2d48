//! What is wrong with an import, where, and what to do.

use yigao_core::Localized;

/// One mistake in what was given. Nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Problem {
    /// File inside the bundle.
    pub file: String,
    /// Line, from 1, when there is one.
    pub line: Option<usize>,
    /// Stable name, `snake_case`.
    pub code: String,
    pub message: Localized,
    /// What to do.
    pub advice: Localized,
}

impl Problem {
    /// A problem of a whole file.
    pub fn new(file: &str, code: &str, message: Localized, advice: Localized) -> Self {
        Self {
            file: file.to_owned(),
            line: None,
            code: code.to_owned(),
            message,
            advice,
        }
    }

    /// The same, at a line counted from 1.
    #[must_use]
    pub fn at(mut self, line: usize) -> Self {
        self.line = Some(line);
        self
    }
}

/// Both languages of one text; short, because every problem needs two of them.
pub(crate) fn words(zh: impl Into<String>, en: impl Into<String>) -> Localized {
    Localized::new(zh, en)
}
