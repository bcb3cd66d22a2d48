//! What stands behind a [`crate::Cx`]: the journal of one delivery, the values its destination shares, the transports.
//! The engine implements it over the ledger; the conformance kit over memory.

use std::{fmt::Debug, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use serde_json::Value;
use yigao_core::{Asks, ChannelError, Digest, Slot, Ticket, Timestamp, Why};

use crate::{
    call::{Answer, Call, FileAnswer, FileCall, Mail},
    profile::Op,
    stop::Stop,
};

/// Which verb wrote an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    Step,
    Once,
    Wait,
    /// A slot filled from another destination.
    Slot,
}

impl Verb {
    /// As stored.
    pub fn name(self) -> &'static str {
        match self {
            Self::Step => "step",
            Self::Once => "once",
            Self::Wait => "wait",
            Self::Slot => "slot",
        }
    }
    /// Reads the stored name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Step, Self::Once, Self::Wait, Self::Slot]
            .into_iter()
            .find(|v| v.name() == name)
    }
}

/// One journal entry of a delivery's current round.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Place in the record; grows.
    pub seq: i64,
    pub verb: Verb,
    pub op: String,
    pub part: String,
    pub at: Timestamp,
    /// When the request begun at `at` is over at the latest.
    pub ends: Timestamp,
    pub fence: i64,
    /// Looks made.
    pub looks: u32,
    /// An act of it may have had an effect that was not answered. Kept even when it is answered later.
    pub unsure: bool,
    pub state: EntryState,
}

/// Where an entry stands.
#[derive(Clone, Debug, PartialEq)]
pub enum EntryState {
    Open,
    Done(Value),
    /// A person said what came of it.
    Answered {
        id: String,
        url: Option<String>,
        by: String,
    },
}

/// An intent to be committed, with the result of the one before in the same commit.
#[derive(Clone, Debug, PartialEq)]
pub struct Begin {
    pub verb: Verb,
    pub op: String,
    pub part: String,
    pub at: Timestamp,
    pub ends: Timestamp,
    pub key: String,
    /// The entry this acts on again, if it was there.
    pub again: Option<i64>,
    pub ticket: Option<Ticket>,
}

impl Begin {
    /// Whether something goes out with it: a write, or a ticket that a person is handed. A remote's ticket is the number of
    /// what it has taken on already, and is kept whatever was ordered meanwhile.
    pub fn goes_out(&self) -> bool {
        match self.verb {
            Verb::Step | Verb::Once => true,
            Verb::Wait => self
                .ticket
                .as_ref()
                .is_none_or(|ticket| ticket.asks != Asks::Remote),
            Verb::Slot => false,
        }
    }
}

/// What became of an entry.
#[derive(Clone, Debug, PartialEq)]
pub enum Finish {
    Done {
        seq: i64,
        value: Value,
        unsure: bool,
    },
    /// Certainly without effect: the entry goes.
    Gone { seq: i64 },
    /// Still open: something may have happened, or a look could not tell.
    Open {
        seq: i64,
        looks: u32,
        unsure: bool,
        evidence: String,
    },
}

impl Finish {
    /// The entry it is about.
    pub fn seq(&self) -> i64 {
        match self {
            Self::Done { seq, .. } | Self::Gone { seq } | Self::Open { seq, .. } => *seq,
        }
    }
}

/// Why the gate stays shut.
#[derive(Clone, Debug, PartialEq)]
pub enum Gate {
    /// Not this worker's delivery any more, or the ledger cannot be reached.
    Lost(String),
    Overtaken,
    Waits {
        until: Timestamp,
        why: Why,
    },
}

impl From<Gate> for Stop {
    fn from(gate: Gate) -> Self {
        match gate {
            Gate::Lost(why) => Self::Lost(why),
            Gate::Overtaken => Self::Overtaken,
            Gate::Waits { until, why } => Self::Waits { until, why },
        }
    }
}

/// A value that deliveries of one destination share.
#[derive(Clone, Debug, PartialEq)]
pub enum Kept {
    /// Made, and good for use.
    Done(Value),
    /// Being made by a delivery whose lease runs.
    Busy,
    /// Begun by one that did not finish.
    Open { ends: Timestamp, looks: u32 },
    /// Not there, or expired.
    Absent,
}

/// What was heard about a delivery: callbacks, confirmations, answers of people.
#[derive(Clone, Debug, PartialEq)]
pub struct HeardBody {
    pub id: i64,
    pub body: Value,
    pub at: Timestamp,
}

/// See the module's first lines. All journal methods commit before they return.
#[async_trait]
pub trait Host: Debug + Send + Sync {
    /// The time.
    fn now(&self) -> Timestamp;
    /// Waits in place for a moment.
    async fn pause(&self, wait: Duration);
    /// Asked before each writing act, before its time begins to run: who goes step by step waits here for their person.
    async fn ready(&self, _op: &Op, _part: &str) -> R<()> {
        Ok(())
    }

    /// The entries of this delivery's current round, in recorded order.
    async fn journal(&self) -> R<Vec<Entry>>;
    /// Commits `last` and then the intent, if the gate lets it; answers the entry's `seq`.
    /// For a write the gate asks: fence, not overtaken, embargo passed, approval of this digest, destination not paused,
    /// quota left. When it stays shut, `last` is committed all the same.
    async fn begin(&self, last: Option<Finish>, intent: Begin) -> Result<i64, Gate>;
    /// Commits what became of an entry, also under an old fence if that fence opened it.
    async fn finish(&self, finish: Finish) -> R<()>;

    /// The shared value, and a note that this item uses it.
    async fn kept(&self, op: &str, part: &str) -> R<Kept>;
    /// Takes the making of a shared value upon this delivery; for a writing op through the gate.
    /// `false`: another was faster.
    async fn keep_begin(
        &self,
        last: Option<Finish>,
        op: &Op,
        part: &str,
        ends: Timestamp,
    ) -> Result<bool, Gate>;
    /// Stores a made value.
    async fn keep_done(
        &self,
        op: &str,
        part: &str,
        value: Value,
        expires: Option<Timestamp>,
    ) -> R<()>;
    /// Gives up the making: `open` leaves it for a look, else it is as if never begun.
    async fn keep_undone(&self, op: &str, part: &str, open: bool, looks: u32) -> R<()>;
    /// Forgets the value if it is still this one; who uses it goes on using what is made in its place.
    async fn keep_forget(&self, op: &str, part: &str, value: &Value) -> R<()>;
    /// Values of `op` that this item uses and no other does.
    async fn unshared(&self, op: &str) -> R<Vec<(String, Value)>>;
    /// This item uses no value of `op` any more.
    async fn unuse(&self, op: &str) -> R<()>;

    /// What was heard about any of these names, oldest first.
    async fn heard(&self, about: &[&str]) -> R<Vec<HeardBody>>;
    /// What another destination says for this slot; `None` when it is not delivered yet.
    async fn slot(&self, slot: &Slot) -> R<Option<String>>;
    /// Bytes of a derivative or original from the media folder.
    async fn media(&self, digest: &Digest) -> Result<Bytes, ChannelError>;

    /// Sends one request through the guards. A fault carries what may have happened.
    async fn send(&self, op: &Op, call: &Call, deadline: Timestamp)
    -> Result<Answer, ChannelError>;
    /// Asks the destination's folder.
    async fn file(
        &self,
        op: &Op,
        call: &FileCall,
        deadline: Timestamp,
    ) -> Result<FileAnswer, ChannelError>;
    /// Sends one mail.
    async fn mail(&self, op: &Op, mail: &Mail, deadline: Timestamp) -> Result<(), ChannelError>;
}

use crate::stop::R;
