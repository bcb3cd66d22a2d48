#![doc = include_str!("../README.md")]

mod account;
mod answer;
mod approve;
mod clock;
mod deliver;
mod derivatives;
mod destinations;
mod embedded;
mod hooks;
mod host;
mod hub;
mod ingest;
mod observe;
mod operate;
mod preflight;
mod preview;
mod probe;
mod publish;
mod steps;
mod sweep;
mod tidy;
mod wire;

pub use clock::Clock;
pub use destinations::{Destination, Destinations};
pub use embedded::OpenError;
pub use hooks::Hook;
pub use hub::{Bell, Hub, NoBell, Tuning};
pub use ingest::{IngestError, Ingested, read_draft, read_path};
pub use operate::{LOOK_AT, Recovered, Replayed};
pub use preflight::Sheet;
pub use publish::{LeftOut, Plan, PublishError, Request};
pub use steps::{NextStep, Steps};
pub use wire::{PrivateHosts, Wire, window};
pub use yigao_store::Claimed;
