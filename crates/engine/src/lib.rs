#![doc = include_str!("../README.md")]

mod account;
mod answer;
mod approve;
mod cancel;
mod cleanup;
mod clock;
mod deliver;
mod derivatives;
mod destination_orders;
mod destinations;
mod embedded;
mod export;
mod findings;
mod holds;
mod hook;
mod hooks;
mod host;
mod hub;
mod ingest;
pub mod input;
mod ledger;
mod lists;
mod losses;
mod making;
mod observe;
mod operate;
mod overwrite;
mod preflight;
mod preview;
mod probe;
mod publish;
mod run;
mod shelf;
mod steps;
mod stopped;
mod sweep;
mod wire;

pub use clock::Clock;
pub use destinations::{Destination, Destinations};
pub use embedded::{HubSettings, LedgerPlace, OpenError};
pub use export::Exported;
pub use hook::Hook;
pub use hub::{Hub, NoQueue, Queue, Tuning};
pub use ingest::{IngestError, Ingested, read_draft, read_path};
pub use input::InputError;
pub use lists::DeliveryRecord;
pub use operate::{Recovered, Replayed, VERIFY_MOST};
pub use overwrite::{Agreed, seen_digest};
pub use preflight::DestinationReport;
pub use publish::{LeftOut, Plan, PublishError, Request};
pub use steps::{NextStep, Steps};
pub use wire::{PrivateHosts, Wire, window};
/// The rows of the ledger, as the use cases return them; the ledger itself is private to this crate.
pub use yigao_store::{
    AttemptRow, Claimed, Decision, DestinationRow, ExchangeRow, HandedOver, ItemRow, LedgerRow,
    ListDeliveries, MediaError, NoticeRow, PlanError, PutVersion, StoreError,
};
