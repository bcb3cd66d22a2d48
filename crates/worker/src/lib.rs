#![doc = include_str!("../README.md")]

mod pool;
mod queue;
mod sweeper;
#[cfg(test)]
mod tests;
mod wake;
mod worker;

pub use queue::{QueueError, WorkQueue};
pub use worker::{Worker, WorkerSettings};
