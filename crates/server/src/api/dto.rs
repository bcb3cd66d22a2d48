//! What the API takes and gives. Core documents are passed through as the ledger keeps them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use yigao_channel::{Completion, Correction, Withdrawal};
use yigao_core::{
    Delivery, DeliveryId, DestinationId, Digest, Finding, Intent, ItemId, Localized, State,
    Timestamp, Version,
    journal::{Entry, Message},
};
use yigao_engine::{
    AttemptRow, DestinationReport, ExchangeRow, ItemRow, LedgerRow, LeftOut, NoticeRow, Recovered,
    Replayed, seen_digest,
};

use crate::sentence::sentence;

/// One sentence in both languages.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Both {
    zh: String,
    en: String,
}

impl From<Localized> for Both {
    fn from(words: Localized) -> Self {
        Self {
            zh: words.zh,
            en: words.en,
        }
    }
}

/// An item in a list, with how many destinations stand in each state.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ItemView {
    #[schema(value_type = Object)]
    #[serde(flatten)]
    pub(crate) item: ItemRow,
    pub(crate) states: BTreeMap<&'static str, u32>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ItemList {
    pub(crate) items: Vec<ItemView>,
}

/// The newest version of an item and its deliveries, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ItemDetail {
    #[schema(value_type = Object)]
    pub(crate) version: Version,
    /// What import noticed in it: each with its number, line, quotation and, when somebody answered it, the answer.
    #[schema(value_type = Vec<Object>)]
    pub(crate) findings: Vec<Finding>,
    pub(crate) deliveries: Vec<DeliveryView>,
}

/// What an import made.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Imported {
    #[schema(value_type = String)]
    pub(crate) item: ItemId,
    pub(crate) version: u32,
    #[schema(value_type = String)]
    pub(crate) digest: Digest,
    /// False: the newest version said exactly this already.
    pub(crate) new: bool,
    #[schema(value_type = Vec<Object>)]
    pub(crate) findings: Vec<Finding>,
}

/// One destination's page of a pre-flight.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DestinationReportView {
    #[schema(value_type = Object)]
    #[serde(flatten)]
    pub(crate) report: DestinationReport,
    /// Whether it can be approved and sent.
    pub(crate) clear: bool,
}

impl From<DestinationReport> for DestinationReportView {
    fn from(report: DestinationReport) -> Self {
        Self {
            clear: report.is_clear(),
            report,
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PreflightReport {
    pub(crate) reports: Vec<DestinationReportView>,
}

/// Which renditions are approved.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Approve {
    /// All when empty.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub(crate) destinations: Vec<DestinationId>,
    /// The digests that were shown; refused when a rendition has changed since.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>)]
    pub(crate) digests: Option<Vec<Digest>>,
}

/// What is published or corrected.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Send {
    /// All when empty.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub(crate) destinations: Vec<DestinationId>,
    /// Not before: RFC 3339, or `2026-05-01 09:00` in Asia/Shanghai.
    pub(crate) at: Option<String>,
    /// The sender has seen the renditions and approves them by name.
    #[serde(default)]
    pub(crate) approve: bool,
    /// Content that a person changed there and that is written over, each as `destination=digest` with the digest in
    /// `seen` of the delivery; a bare digest where the order goes to one destination.
    #[serde(default)]
    pub(crate) overwrite: Vec<String>,
}

/// Destinations that are meant.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Where {
    /// All when empty.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub(crate) destinations: Vec<DestinationId>,
}

/// What is withdrawn, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WithdrawRequest {
    pub(crate) reason: String,
    /// All when empty.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub(crate) destinations: Vec<DestinationId>,
}

/// Why something is held or paused.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reason {
    pub(crate) reason: String,
}

/// What was planned, and where nothing was.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PlanView {
    pub(crate) deliveries: Vec<DeliveryView>,
    #[schema(value_type = Vec<Object>)]
    pub(crate) left_out: Vec<LeftOut>,
}

/// A delivery, with its state of affairs in one sentence.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeliveryView {
    #[schema(value_type = Object)]
    #[serde(flatten)]
    pub(crate) delivery: Delivery,
    pub(crate) state_zh: &'static str,
    /// Cause, who is to act, what happens next, when.
    pub(crate) sentence: Both,
    /// Digest of what was last read back there; `overwrite` takes it.
    #[schema(value_type = Option<String>)]
    pub(crate) seen: Option<Digest>,
}

impl DeliveryView {
    pub(crate) fn new(delivery: Delivery, now: Timestamp) -> Self {
        Self {
            state_zh: delivery.state.zh(),
            sentence: sentence(&delivery, now).into(),
            seen: seen_digest(&delivery),
            delivery,
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeliveryList {
    pub(crate) deliveries: Vec<DeliveryView>,
}

/// All that is known of a delivery.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeliveryDetail {
    pub(crate) delivery: DeliveryView,
    #[schema(value_type = Vec<Object>)]
    pub(crate) attempts: Vec<AttemptRow>,
    #[schema(value_type = Vec<Object>)]
    pub(crate) journal: Vec<Entry>,
    /// Requests and answers, redacted.
    #[schema(value_type = Vec<Object>)]
    pub(crate) exchanges: Vec<ExchangeRow>,
    /// The webhooks that were sent about it, and what their receivers answered.
    #[schema(value_type = Vec<Object>)]
    pub(crate) notices: Vec<NoticeRow>,
    /// What people and remotes said about it, oldest first.
    #[schema(value_type = Vec<Object>)]
    pub(crate) callbacks: Vec<Message>,
    #[schema(value_type = Vec<Object>)]
    pub(crate) ledger: Vec<LedgerRow>,
}

/// A person's answer to a doubt: exactly one of the two.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Decide {
    /// It happened, and this is its name there.
    pub(crate) happened: Option<Happened>,
    /// It did not happen.
    #[serde(default)]
    pub(crate) did_not: bool,
    pub(crate) reason: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Happened {
    pub(crate) id: String,
    pub(crate) url: Option<String>,
}

/// A destination and its health.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DestinationView {
    #[schema(value_type = String)]
    pub(crate) id: DestinationId,
    pub(crate) name: String,
    pub(crate) channel: String,
    pub(crate) identity: String,
    pub(crate) home: bool,
    /// Whether this process has its configuration.
    pub(crate) configured: bool,
    pub(crate) paused_by: Option<String>,
    pub(crate) paused_why: Option<String>,
    /// Who ordered that it takes nothing new, and why.
    pub(crate) drained_by: Option<String>,
    pub(crate) drained_why: Option<String>,
    /// Faults in a row.
    pub(crate) failures: u32,
    #[schema(value_type = Option<String>)]
    pub(crate) tripped_until: Option<Timestamp>,
    pub(crate) max_in_flight: Option<u32>,
    #[schema(value_type = Option<String>)]
    pub(crate) correction: Option<Correction>,
    #[schema(value_type = Option<String>)]
    pub(crate) withdraw: Option<Withdrawal>,
    #[schema(value_type = Option<String>)]
    pub(crate) completion: Option<Completion>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DestinationList {
    pub(crate) destinations: Vec<DestinationView>,
}

/// What a check of a destination found.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Checked {
    #[schema(value_type = String)]
    pub(crate) destination: DestinationId,
    pub(crate) well: bool,
    /// What it tells of itself: who we are there, its version, what it takes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) tells: Vec<Both>,
    /// What is wrong and what to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) message: Option<Both>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub(crate) fault: Option<yigao_core::ChannelError>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LedgerList {
    #[schema(value_type = Vec<Object>)]
    pub(crate) entries: Vec<LedgerRow>,
}

/// A rendition with its findings.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RenditionView {
    #[schema(value_type = String)]
    pub(crate) digest: Digest,
    #[schema(value_type = Object)]
    pub(crate) rendition: yigao_core::Rendition,
    #[schema(value_type = Vec<Object>)]
    pub(crate) findings: Vec<Finding>,
    /// Who approved exactly this, and when.
    #[schema(value_type = Vec<Object>)]
    pub(crate) approvals: Vec<(String, Timestamp)>,
}

/// Renditions that are not stored.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PreviewList {
    pub(crate) renditions: Vec<RenditionView>,
}

/// Which failures are tried again.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Recover {
    /// RFC 3339, or `2026-05-01 09:00` in Asia/Shanghai.
    pub(crate) since: String,
    /// One destination; all when absent.
    #[schema(value_type = Option<String>)]
    pub(crate) to: Option<DestinationId>,
    /// Only say what would be tried.
    #[serde(default)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RecoveredList {
    #[schema(value_type = Vec<Object>)]
    pub(crate) recovered: Vec<Recovered>,
}

/// Which destination is sent what it missed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Replay {
    #[schema(value_type = String)]
    pub(crate) to: DestinationId,
    /// The sender has seen the renditions and approves them by name.
    #[serde(default)]
    pub(crate) approve: bool,
    /// Only say what would be sent.
    #[serde(default)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReplayedList {
    #[schema(value_type = Vec<Object>)]
    pub(crate) replayed: Vec<Replayed>,
}

/// Whether the ledger is whole.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Audited {
    pub(crate) whole: bool,
    /// Number of the first entry that does not follow from the one before it.
    pub(crate) broken_at: Option<i64>,
}

/// Data of the event `delivery`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Change {
    #[schema(value_type = String)]
    id: DeliveryId,
    #[schema(value_type = String)]
    item: ItemId,
    #[schema(value_type = String)]
    destination: DestinationId,
    #[schema(value_type = String)]
    intent: Intent,
    #[schema(value_type = String)]
    state: State,
    state_zh: &'static str,
    why: Option<Both>,
    sentence: Both,
    #[schema(value_type = String)]
    updated_at: Timestamp,
}

impl Change {
    pub(crate) fn new(delivery: &Delivery, now: Timestamp) -> Self {
        Self {
            id: delivery.id.clone(),
            item: delivery.item.clone(),
            destination: delivery.destination.clone(),
            intent: delivery.intent,
            state: delivery.state,
            state_zh: delivery.state.zh(),
            why: delivery.why.as_ref().map(|w| w.localized().into()),
            sentence: sentence(delivery, now).into(),
            updated_at: delivery.updated_at,
        }
    }
}
