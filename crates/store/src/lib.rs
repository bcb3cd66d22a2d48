#![doc = include_str!("../README.md")]

mod dialect;
mod driver;
mod error;
mod local;
mod media;
mod postgres;
mod rows;
mod sqlite;
mod store;
mod writer;

pub use error::StoreError;
pub use media::{MediaError, MediaFolder};
pub use rows::{
    AttemptRow, Claimed, Decision, DestinationRow, ExchangeRow, GateCheck, HandedOver, HeardRow,
    ItemRow, JournalBegin, JournalFinish, JournalRow, JournalState, KeptRow, LedgerRow, LintEscape,
    ListDeliveries, NewDelivery, NewNotice, NoticeRow, Outcome, PlanError, PutVersion, RunRecord,
};
pub use store::Store;
