//! The doors, the API and the pages, over a real ledger.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests: what is not as expected must end the test"
)]

mod api;
mod client;
mod doors;
mod events;
mod fake;
mod findings;
mod hand_over;
mod pages;
mod place;
mod recovery;
mod style;
mod use_cases;
