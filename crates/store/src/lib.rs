#![doc = include_str!("../README.md")]

mod error;
mod media;
mod rows;
mod sqlite;

pub use error::StoreError;
pub use media::{MediaError, MediaFolder};
pub use rows::{
    AttemptRow, Claimed, Decision, DestinationRow, ExchangeRow, GateCheck, HeardRow, ItemRow,
    JournalBegin, JournalFinish, JournalRow, JournalState, KeptRow, LedgerRow, LintEscape,
    ListDeliveries, NewDelivery, Outcome, PlanError, PutVersion, RunRecord,
};
pub use sqlite::Store;
