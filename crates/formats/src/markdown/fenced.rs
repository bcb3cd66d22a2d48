//! A fenced block as it was found.

/// One fenced block: its first line, its text, the line it begins in and its level in the body.
pub(crate) struct Fenced<'t> {
    pub info: &'t str,
    pub text: &'t str,
    pub line: usize,
    pub level: usize,
}
