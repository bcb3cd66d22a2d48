//! Whole-system tests: one binary.

mod bad_input;
mod flows;
mod program;
mod tidy;
