#![doc = include_str!("../README.md")]

mod bell;
mod crew;
mod sweeper;
#[cfg(test)]
mod tests;
mod wake;
mod worker;

pub use bell::{BellError, QueueBell};
pub use worker::{Worker, WorkerSettings};
