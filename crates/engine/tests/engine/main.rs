//! The engine on a real ledger with a clock of the test's own, against a remote that is a folder with a will: requests are
//! files in it, and the test decides when and whether they are carried out.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot continue fails"
)]

mod board;
mod findings;
mod hooks;
mod operate;
mod place;
mod protocol;
mod simulation;
mod stage;
