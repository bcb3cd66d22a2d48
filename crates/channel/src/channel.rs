//! The seven methods of an adapter, and how one is opened from its configuration.

use std::fmt::Debug;

use async_trait::async_trait;
use serde::de::DeserializeOwned;
use serde_json::Value;
use yigao_core::{
    DestinationId, Digest, Finding, Intent, Localized, Observation, Prior, Receipt, Rendition,
    Version,
};

use crate::{
    config::ConfigError,
    cx::Cx,
    interrupt::{Interrupt, StepResult},
    profile::Profile,
    secret::{Secret, SecretRef},
};

/// A destination as the hub sees it. Implementations hold their configuration and their profile, no state: no client,
/// clock, cache, mutex or retry. There are no default bodies, so that every adapter states what it does.
#[async_trait]
pub trait Channel: Debug + Send + Sync {
    /// What it can do and take. The same value each time.
    fn profile(&self) -> &Profile;

    /// Shapes a version for this destination. Pure and deterministic; all findings at once.
    /// - For a withdrawal it is the notice that is sent instead, and may be empty.
    /// - No rendition comes with a blocking finding about something that cannot be shaped at all.
    fn render(&self, input: &RenderInput<'_>) -> Rendered;

    /// Reads a message that came from outside: checks the signature, decodes it and decides what to answer. Pure.
    ///
    /// # Errors
    /// [`Refusal`] with the HTTP status to answer; nothing is stored then.
    fn receive(&self, call: &Incoming) -> Result<Callback, Refusal>;

    /// Makes the rendition public. Run again from the top after a crash, a wait or a fault.
    async fn publish(&self, cx: &Cx<'_>, rendition: &Rendition) -> StepResult<Receipt>;
    /// Replaces what is public there according to `cx.prior()` by the rendition; where nothing is, publishes it.
    async fn correct(&self, cx: &Cx<'_>, rendition: &Rendition) -> StepResult<Receipt>;
    /// Withdraws what is public there according to `cx.prior()`. Withdrawing what is not there succeeds;
    /// with `RemoteState::Nothing` nothing is written.
    async fn withdraw(&self, cx: &Cx<'_>, notice: &Rendition) -> StepResult<Receipt>;
    /// Reads back what readers see, and writes nothing.
    async fn observe(&self, cx: &Cx<'_>, prior: &Prior) -> StepResult<Observation>;
    /// Removes this item's own leftovers: late drafts, staged files. Repeatable.
    async fn cleanup(&self, cx: &Cx<'_>, stays: Option<&Receipt>) -> StepResult<()>;
    /// Asks whether the destination can be reached and permits what we need to do. Returns what it reports about itself: who we
    /// are there, its version, what it takes; nothing where it reports nothing.
    async fn probe(&self, cx: &Cx<'_>) -> StepResult<Vec<Localized>>;
}

/// What `render` is given.
#[derive(Clone, Debug)]
pub struct RenderInput<'a> {
    pub destination: &'a DestinationId,
    pub intent: Intent,
    pub version: &'a Version,
    /// Why it is withdrawn; for withdrawals.
    pub reason: Option<&'a str>,
    /// The destination that is the place of record, whose address others print (阅读原文); itself excluded.
    pub home: Option<&'a DestinationId>,
    /// The destination's own picture for items that have none, where the channel demands a cover; in the media folder.
    pub cover: Option<&'a Digest>,
}

impl RenderInput<'_> {
    /// A rendition of this input that holds nothing but its title: the rest is filled in by struct update.
    pub fn blank(&self, title: &str) -> Rendition {
        Rendition {
            destination: self.destination.clone(),
            intent: self.intent,
            item: self.version.item.clone(),
            version: self.version.number,
            version_digest: self.version.digest.clone(),
            title: title.to_owned(),
            preview: String::new(),
            payload: Value::Null,
            media: Vec::new(),
            slots: Vec::new(),
            leaves: Vec::new(),
        }
    }
}

/// What `render` gives back.
#[derive(Clone, Debug, PartialEq)]
pub struct Rendered {
    pub rendition: Option<Rendition>,
    pub findings: Vec<Finding>,
}

/// A message from outside, as it came.
#[derive(Clone, Debug)]
pub struct Incoming {
    pub method: String,
    pub path: String,
    /// Decoded query parameters in their order.
    pub query: Vec<(String, String)>,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    pub now: yigao_core::Timestamp,
}

/// The content of a message.
#[derive(Clone, Debug, PartialEq)]
pub struct Callback {
    /// What it names: a ticket's id or a delivery's key.
    pub about: String,
    /// The same message twice has the same one.
    pub dedupe: String,
    pub body: Value,
    /// What to answer.
    pub answer: String,
}

/// A message that is not believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub status: u16,
    /// For whoever sent it: what is wrong, and what to do.
    pub message: Localized,
}

impl Refusal {
    /// Refuses with an HTTP status and a sentence in both languages.
    pub fn new(status: u16, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            status,
            message: Localized::new(zh, en),
        }
    }
}

/// A channel's kind: its configuration and how to open it. One line in `channels.rs` registers it.
pub trait Adapter: Channel + Sized + 'static {
    /// `kind = "…"` in a destination's file.
    const KIND: &'static str;
    /// An example file for a destination of this kind; tests read it.
    const EXAMPLE: &'static str;
    /// `[channel]` of a destination's file; unknown keys are refused.
    type Config: DeserializeOwned;

    /// Builds the destination.
    ///
    /// # Errors
    /// [`ConfigError`] states which key is wrong and what would be right.
    fn open(config: Self::Config, opening: &Opening<'_>) -> Result<Self, ConfigError>;
}

/// What an adapter is opened with besides its own configuration.
pub struct Opening<'a> {
    pub destination: &'a DestinationId,
    /// Base address at which people outside reach this hub, for signed pages; none when nothing may reach it.
    pub public_url: Option<&'a str>,
    /// Reads a secret where its reference points.
    pub secrets: &'a dyn Fn(&SecretRef) -> Result<Secret, ConfigError>,
}

impl Debug for Opening<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Opening")
            .field("destination", self.destination)
            .finish_non_exhaustive()
    }
}

/// Calls the method of an intent.
///
/// # Errors
/// What the method stops with.
pub async fn run(
    channel: &dyn Channel,
    intent: Intent,
    cx: &Cx<'_>,
    rendition: &Rendition,
) -> Result<Receipt, Interrupt> {
    match intent {
        Intent::Publish => channel.publish(cx, rendition).await,
        Intent::Correct => channel.correct(cx, rendition).await,
        Intent::Withdraw => channel.withdraw(cx, rendition).await,
    }
}
