//! Rows and requests that both ledgers share.

use std::time::Duration;

use serde::Serialize;
use serde_json::Value;
use yigao_core::{
    Delivery, DeliveryId, DestinationId, Digest, DueFor, Finding, ItemId, Localized, Rendition,
    State, Ticket, Timestamp, Version, WaitReason,
    journal::{Finish, Message},
    next::Change,
    plan::NotPlanned,
};

use crate::error::StoreError;

/// A version as put.
#[derive(Clone, Debug, PartialEq)]
pub struct PutVersion {
    pub version: Version,
    /// False when the newest version already had exactly this content.
    pub new: bool,
    /// What import noticed in it, numbered, with its answers.
    pub findings: Vec<Finding>,
}

/// An item in a list.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ItemRow {
    pub id: ItemId,
    pub latest: u32,
    pub title: String,
    pub kind: String,
    pub held_by: Option<String>,
    pub held_why: Option<String>,
    pub updated_at: Timestamp,
}

/// A destination's changing side.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DestinationRow {
    pub id: DestinationId,
    pub channel: String,
    pub identity: String,
    pub paused_by: Option<String>,
    pub paused_why: Option<String>,
    /// Who ordered that it takes nothing new, and why.
    pub drained_by: Option<String>,
    pub drained_why: Option<String>,
    /// Faults in a row.
    pub failures: u32,
    pub tripped_until: Option<Timestamp>,
}

/// A delivery to be planned.
#[derive(Clone, Debug)]
pub struct NewDelivery {
    pub id: DeliveryId,
    pub rendition: Rendition,
    pub findings: Vec<Finding>,
    /// Nothing of it is written before.
    pub not_before: Option<(Timestamp, WaitReason)>,
    /// "Overwrite exactly what I saw".
    pub over: Option<Digest>,
}

/// Why nothing was planned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    #[error(transparent)]
    NotPlanned(#[from] NotPlanned),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Which deliveries to list; all of them when nothing is asked.
#[derive(Clone, Debug, Default)]
pub struct ListDeliveries {
    pub item: Option<ItemId>,
    pub destination: Option<DestinationId>,
    pub states: Vec<State>,
    /// Only those that nothing newer of the same item at the same destination has followed: an old failure that was put right
    /// is no failure.
    pub newest_only: bool,
    /// At most this many, newest first; at most 1,000.
    pub limit: u32,
}

/// A delivery that a worker holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Claimed {
    /// As it is after the claim: its `fence` is the worker's.
    pub delivery: Delivery,
    /// What the claim is for.
    pub purpose: DueFor,
    /// Some step that readers would see twice is open.
    pub open_once: bool,
}

/// What the gate asks before an intent is committed.
#[derive(Clone, Debug)]
pub struct GateCheck {
    pub delivery: DeliveryId,
    pub fence: i64,
    pub round: i64,
    pub now: Timestamp,
    /// A write passes the whole gate; a wait, a slot and cleanup only the fence.
    pub whole: bool,
    /// Allowances of the operation: start of the window, most calls, end of the window.
    pub quotas: Vec<(Timestamp, u32, Timestamp)>,
}

/// What a person was given, and what became of it.
#[derive(Clone, Debug, PartialEq)]
pub struct HandedOver {
    pub delivery: Delivery,
    pub ticket: Ticket,
    /// The newest that was planned after it for its item there.
    pub newer: Option<Delivery>,
    /// Answers, oldest first.
    pub callbacks: Vec<Message>,
}

/// One run of a delivery.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AttemptRow {
    pub fence: i64,
    pub purpose: String,
    pub worker: String,
    pub started_at: Timestamp,
    pub ended_at: Timestamp,
    pub outcome: String,
    /// Its outcome, for people.
    pub message: Localized,
}

/// One request and its answer, redacted and cut.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ExchangeRow {
    pub fence: i64,
    pub at: Timestamp,
    pub took: Duration,
    pub op: String,
    pub request: String,
    pub answer: String,
}

/// A refusal that pre-flight had not predicted.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LintEscape {
    pub code: String,
    pub message: String,
}

/// A webhook message about the outcome of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewNotice {
    /// Of the event: the same for every system.
    pub id: String,
    pub hook: String,
    pub kind: String,
    /// Exactly the bytes that are signed and sent, at every try.
    pub body: String,
}

/// Such a message, and how far it came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NoticeRow {
    pub id: String,
    pub hook: String,
    pub delivery: DeliveryId,
    pub kind: String,
    #[serde(skip)]
    pub body: String,
    pub at: Timestamp,
    /// When it is sent next; nothing when it was accepted, or given up.
    pub due_at: Option<Timestamp>,
    pub tries: u32,
    pub told: bool,
    /// What the last try was answered.
    pub message: Option<String>,
}

/// All that is recorded of a run, committed at once.
#[derive(Clone, Debug)]
pub struct RunRecord {
    pub delivery: DeliveryId,
    pub fence: i64,
    /// The state that `change` was decided from: when the delivery has left it, nothing is changed.
    pub from: State,
    pub change: Change,
    pub last: Option<Finish>,
    pub attempt: AttemptRow,
    pub exchanges: Vec<ExchangeRow>,
    pub escape: Option<LintEscape>,
    /// A fault that speaks against the destination's health, or its opposite.
    pub healthy: Option<bool>,
    /// Faults in a row after which the destination is not tried, and for how long.
    pub breaker: (u32, Duration),
    pub now: Timestamp,
    /// Verb of the ledger entry, when the run ended something.
    pub ledger: Option<String>,
    /// Which webhooks report it.
    pub notices: Vec<NewNotice>,
}

/// A person's answer to a doubt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It happened, and this is its name there.
    Happened {
        id: String,
        url: Option<String>,
    },
    DidNot,
}

/// One entry of the ledger 台账.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LedgerRow {
    pub seq: i64,
    pub at: Timestamp,
    pub actor: String,
    pub verb: String,
    pub subject: String,
    pub body: Value,
    pub hash: String,
}

/// Names of purposes, as stored.
pub(crate) fn due_for_name(due_for: DueFor) -> &'static str {
    match due_for {
        DueFor::Deliver => "deliver",
        DueFor::Cleanup => "cleanup",
        DueFor::Observe => "observe",
    }
}

pub(crate) fn due_for_from(name: &str) -> Option<DueFor> {
    [DueFor::Deliver, DueFor::Cleanup, DueFor::Observe]
        .into_iter()
        .find(|d| due_for_name(*d) == name)
}
