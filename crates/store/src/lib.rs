#![doc = include_str!("../README.md")]

mod batch;
mod dialect;
mod driver;
mod error;
mod local;
mod media;
mod postgres;
mod rows;
mod sqlite;
mod store;
mod value;
mod writer;

pub use error::StoreError;
pub use media::{MediaError, MediaFolder};
pub use rows::{
    AttemptRow, Claimed, Decision, DestinationRow, ExchangeRow, GateCheck, HandedOver, ItemRow,
    LedgerRow, LintEscape, ListDeliveries, NewDelivery, NewNotice, NoticeRow, PlanError,
    PutVersion, RunRecord,
};
pub use store::Store;
