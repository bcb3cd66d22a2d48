//! A delivery: one version × one destination × one intent, with its state.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    digest::Digest,
    fault::ChannelError,
    finding::Localized,
    id::{DeliveryId, DestinationId, ItemId},
    intent::Intent,
    outcome::{Observation, Prior, Receipt, Ticket},
};

/// 状态. `CONTRACT`'s table of transitions is [`crate::next::next`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Waiting,
    Working,
    Accepted,
    Unconfirmed,
    Delivered,
    Failed,
    InDoubt,
    Superseded,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 8] = [
        Self::Waiting,
        Self::Working,
        Self::Accepted,
        Self::Unconfirmed,
        Self::Delivered,
        Self::Failed,
        Self::InDoubt,
        Self::Superseded,
    ];

    /// `snake_case` name, as stored.
    pub fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Working => "working",
            Self::Accepted => "accepted",
            Self::Unconfirmed => "unconfirmed",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
            Self::InDoubt => "in_doubt",
            Self::Superseded => "superseded",
        }
    }

    /// Chinese name, as on screens.
    pub fn zh(self) -> &'static str {
        match self {
            Self::Waiting => "待投",
            Self::Working => "投递中",
            Self::Accepted => "已受理",
            Self::Unconfirmed => "待证实",
            Self::Delivered => "已送达",
            Self::Failed => "失败",
            Self::InDoubt => "存疑",
            Self::Superseded => "已被取代",
        }
    }

    /// Nothing more will happen automatically.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Delivered | Self::Failed | Self::Superseded)
    }

    /// It continues automatically: neither at its end nor waiting for a person's decision.
    pub fn is_under_way(self) -> bool {
        !self.is_final() && self != Self::InDoubt
    }

    /// Reads the stored name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.name() == name)
    }
}

/// What a delivery waits for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum WaitReason {
    /// Planned, due now.
    Planned,
    /// No approval names its rendition.
    Approval,
    /// 禁发.
    Embargo,
    /// A later hour was asked for.
    Scheduled,
    /// 暂扣, by whom and why.
    Hold { by: String, reason: String },
    /// A lookup of what became of a step.
    Lookup { op: String },
    /// Another destination's address or number.
    Slot { destination: String },
    /// The allowance of an operation.
    Quota { op: String },
    /// Back-off after a fault.
    Backoff { kind: String, message: Localized },
    /// An earlier delivery of the same item there.
    Order { delivery: String },
    /// The destination is paused.
    Paused { by: String },
    /// The destination failed too often in a row.
    Breaker,
    /// A value that several deliveries share is being made by another.
    Shared { op: String },
    /// The remote's own job.
    Remote { op: String },
    /// A person's answer.
    Person { asked: Localized },
    /// The proof of a withdrawal.
    Proof,
    /// The worker stopped in the middle; the next one continues.
    Handover,
}

impl WaitReason {
    /// One sentence in each language.
    pub fn localized(&self) -> Localized {
        match self {
            Self::Planned => Localized::new("等待投递", "waiting for a worker"),
            Self::Approval => Localized::new(
                "等待审核：渠道稿尚未批准",
                "waits for approval of its rendition",
            ),
            Self::Embargo => Localized::new("禁发期内", "under embargo"),
            Self::Scheduled => Localized::new("定时发布", "scheduled"),
            Self::Hold { by, reason } => Localized::new(
                format!("{by} 暂扣：{reason}"),
                format!("held by {by}: {reason}"),
            ),
            Self::Lookup { op } => Localized::new(
                format!("上次“{op}”结果不明，等待核对"),
                format!("{op}: the outcome is unknown; it is looked up again"),
            ),
            Self::Slot { destination } => Localized::new(
                format!("等待“{destination}”先送达，取其网址"),
                format!("waits for {destination}, whose address it prints"),
            ),
            Self::Quota { op } => Localized::new(
                format!("“{op}”额度用完，等待复位"),
                format!("quota of {op} used up"),
            ),
            Self::Backoff { message, .. } => Localized::new(
                format!("等待重试：{}", message.zh),
                format!("waits to be tried again: {}", message.en),
            ),
            Self::Order { delivery } => Localized::new(
                format!("排在 {delivery} 之后"),
                format!("waits for {delivery} to end"),
            ),
            Self::Paused { by } => Localized::new(
                format!("目的账号已由 {by} 暂停"),
                format!("destination paused by {by}"),
            ),
            Self::Breaker => Localized::new(
                "目的账号连续出错，暂停尝试",
                "the destination fails repeatedly; it is tried again later",
            ),
            Self::Shared { op } => Localized::new(
                format!("另一投递正在准备“{op}”"),
                format!("another delivery is making the shared {op}"),
            ),
            Self::Remote { op } => Localized::new(
                format!("对方处理中（{op}）"),
                format!("remote is working on {op}"),
            ),
            Self::Person { asked } => Localized::new(
                format!("等待人工确认：{}", asked.zh),
                format!("waits for a person: {}", asked.en),
            ),
            Self::Proof => Localized::new("已撤稿，等待证实", "withdrawn, proof due"),
            Self::Handover => Localized::new(
                "上一个进程中断，等待接手",
                "its worker stopped; the next one continues",
            ),
        }
    }
}

/// What the next claim of a delivery is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DueFor {
    /// Run the intent's method.
    Deliver,
    /// Remove our own leftovers.
    Cleanup,
    /// Read back what is live.
    Observe,
}

/// 投递.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Delivery {
    pub id: DeliveryId,
    pub item: ItemId,
    pub version: u32,
    pub destination: DestinationId,
    /// Identity of the destination (app id, folder) when it was planned.
    pub identity: String,
    pub intent: Intent,
    pub state: State,
    /// When it is due next; for a working delivery the end of its lease.
    pub due_at: Option<Timestamp>,
    pub due_for: DueFor,
    pub why: Option<WaitReason>,
    /// Fencing token: the number of claims so far.
    pub fence: i64,
    pub worker: Option<String>,
    /// Claims in a row without an outcome.
    pub starts: u32,
    /// Attempts spent; deferrals and lookups spend none.
    pub attempts: u32,
    /// Rounds of a withdrawal that found its target still public.
    pub round: u32,
    /// Observations made so far.
    pub observed: u32,
    pub rendition: Digest,
    pub not_before: Option<Timestamp>,
    pub prior: Prior,
    pub ticket: Option<Ticket>,
    pub receipt: Option<Receipt>,
    pub fault: Option<ChannelError>,
    pub doubt: Option<Doubt>,
    pub observation: Option<Observation>,
    /// A worker was in it when something newer superseded it; its next write is refused.
    pub superseded_by: Option<DeliveryId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub actor: String,
}

impl Delivery {
    /// The name under which remotes know it: the same over its attempts, another in each round, or a remote that remembers
    /// keys would answer a second withdrawal with the first one's answer.
    pub fn key(&self) -> String {
        match self.round {
            0 => self.id.to_string(),
            round => format!("{}.r{round}", self.id),
        }
    }
}

/// 存疑: what nobody can know from here, with what was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doubt {
    pub op: String,
    pub part: String,
    pub evidence: String,
}
