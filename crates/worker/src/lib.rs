#![doc = include_str!("../README.md")]

mod bell;
mod crew;
mod sweeper;
mod wake;
mod worker;

pub use bell::{BellError, SqliteBell};
pub use worker::{Worker, WorkerSettings};
