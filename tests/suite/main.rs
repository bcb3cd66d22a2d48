//! Whole-system tests: one binary.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

mod bad_input;
mod browser;
mod circles;
mod cms_faults;
mod corpus;
mod crash;
mod docs;
mod flows;
mod habits;
mod manifest;
mod plan;
mod program;
mod real_disk;
mod stop;
mod three_doors;
mod tidy;
mod wordpress;
mod wordpress_fields;
mod wordpress_staff;
