//! What is wrong with an import, where, and what to do.

use yigao_core::Words;

/// One mistake in what was given. Nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Problem {
    /// File inside the bundle.
    pub file: String,
    /// Line, from 1, when there is one.
    pub line: Option<usize>,
    /// Stable name, `snake_case`.
    pub code: String,
    pub says: Words,
    /// The way out.
    pub fix: Words,
}
