//! Whole-system tests: one binary.

mod bad_input;
mod program;
mod tidy;
