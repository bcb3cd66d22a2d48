//! The configuration as it is written; what is unknown is refused.

use std::path::PathBuf;

use serde::Deserialize;
use yigao_channel::SecretRef;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Raw {
    pub(super) data: RawData,
    pub(super) destinations: RawDestinations,
    pub(super) server: RawServer,
    pub(super) worker: RawWorker,
    pub(super) retry: RawRetry,
    pub(super) breaker: RawBreaker,
    pub(super) observe: RawObserve,
    pub(super) retention: RawRetention,
    pub(super) network: RawNetwork,
    #[serde(default)]
    pub(super) webhooks: Vec<RawWebhook>,
    pub(super) log: RawLog,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawData {
    pub(super) folder: PathBuf,
    pub(super) ledger: RawPlace,
    pub(super) queue: RawPlace,
}

/// In the data folder, or at an address that may hold a password.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum RawPlace {
    Word(String),
    Address(SecretRef),
}
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawDestinations {
    pub(super) folder: PathBuf,
}
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawServer {
    pub(super) listen: String,
    pub(super) public_url: String,
    #[serde(default)]
    pub(super) tokens: Vec<RawToken>,
}
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawToken {
    pub(super) name: String,
    pub(super) secret: SecretRef,
}
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawWorker {
    pub(super) concurrency: usize,
    pub(super) stop_within_seconds: u64,
    pub(super) lease_seconds: u64,
}
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawRetry {
    pub(super) first_seconds: f64,
    pub(super) longest_seconds: f64,
    pub(super) attempts_max: u32,
    pub(super) starts_max: u32,
}
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawBreaker {
    pub(super) failures: u32,
    pub(super) rest_seconds: u64,
}
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawObserve {
    pub(super) after_seconds: Vec<u64>,
}
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawRetention {
    pub(super) exchanges_days: u64,
}
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawNetwork {
    pub(super) private_hosts: Vec<String>,
}
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawWebhook {
    pub(super) name: String,
    pub(super) url: String,
    pub(super) secret: SecretRef,
}
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawLog {
    pub(super) level: String,
}
