#![doc = include_str!("../README.md")]
#![expect(
    clippy::unwrap_used,
    reason = "only tests use it: a broken premise stops the test where it happens"
)]

pub mod board;
mod shared_sandbox;

pub use shared_sandbox::SharedSandbox;
