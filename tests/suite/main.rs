//! Whole-system tests: one binary.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

mod bad_input;
mod browser;
mod flows;
mod program;
mod tidy;
