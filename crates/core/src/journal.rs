//! The journal of a delivery in plain data: what is committed before a remote effect and after it, what the gate answers, the
//! values that deliveries of one destination share, and messages from outside. The adapter contract, the engine and the store
//! all use these types; whoever implements the journal follows the rules stated at each of them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    delivery::WaitReason,
    outcome::{Asks, Ticket},
};

/// Which verb of the adapter contract wrote an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    /// An effect that may happen twice without any reader noticing.
    Step,
    /// An effect that a reader would see twice.
    Once,
    /// Something that ends elsewhere and later.
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

/// One entry of a delivery's journal.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Entry {
    /// Place in the record; grows.
    pub seq: i64,
    /// Round of the delivery in which it was written; negative for cleaning up, whose entries answer nothing else.
    pub round: i64,
    pub verb: Verb,
    /// The operation, by its name in the adapter's profile.
    pub op: String,
    /// Which of several: a picture's digest; empty where there is one.
    pub part: String,
    /// When its intent was committed.
    pub at: Timestamp,
    /// When the request begun at `at` is over at the latest.
    pub ends: Timestamp,
    /// Fence of the claim that acted last.
    pub fence: i64,
    /// Lookups made.
    pub lookups: u32,
    /// An act of it may have had an effect that was not answered. Stays true even when it is answered later.
    pub unsure: bool,
    /// Written beside the other members, as `state` and, where there is one, `value`.
    #[serde(flatten)]
    pub state: EntryState,
    /// What the last lookup saw when it could not decide.
    pub evidence: Option<String>,
}

/// The state of an entry.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "state", content = "value", rename_all = "snake_case")]
pub enum EntryState {
    Open,
    Done(Value),
    /// A person decided what came of it.
    Answered(PersonsAnswer),
}

impl EntryState {
    /// Nobody knows yet what came of it.
    pub fn is_open(&self) -> bool {
        matches!(self, Self::Open)
    }
}

/// A person's statement that a step has happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonsAnswer {
    /// What the remote calls the thing.
    pub id: String,
    /// Where readers see it, if they do.
    pub url: Option<String>,
    /// Who confirmed it.
    pub by: String,
}

/// An intent to be committed, with the result of the one before in the same commit.
#[derive(Clone, Debug, PartialEq)]
pub struct Begin {
    pub verb: Verb,
    pub op: String,
    pub part: String,
    pub at: Timestamp,
    pub ends: Timestamp,
    /// The key under which the remote knows this effect.
    pub key: String,
    /// The entry this acts on again, if it was there.
    pub again: Option<i64>,
    pub ticket: Option<Ticket>,
}

impl Begin {
    /// Whether something is sent with it: a write, or a ticket that a person is given. A remote's ticket is the number of
    /// what it has accepted already, and is stored whatever was ordered meanwhile.
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
    /// Certainly without effect: the entry is deleted.
    Gone { seq: i64 },
    /// Still open: something may have happened, or a lookup could not decide.
    Open {
        seq: i64,
        lookups: u32,
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

/// Why the gate before a write refuses it.
#[derive(Clone, Debug, PartialEq)]
pub enum Gate {
    /// Not this worker's delivery any more, or the ledger cannot be reached.
    Lost(String),
    /// Something newer superseded this delivery.
    Superseded,
    /// Not yet.
    Waits { until: Timestamp, why: WaitReason },
}

impl Gate {
    /// Another worker holds the delivery, or has answered the entry.
    pub fn taken_over() -> Self {
        Self::Lost("another worker has the delivery".to_owned())
    }
}

/// A value that deliveries of one destination share: a token, a picture by its digest, a category.
#[derive(Clone, Debug, PartialEq)]
pub enum SharedValue {
    /// Made and valid.
    Done(Value),
    /// Being made by a delivery whose lease runs.
    Busy,
    /// Begun by a delivery that did not finish.
    Open { ends: Timestamp, lookups: u32 },
    /// Not there, or expired.
    Absent,
}

/// A message from outside about a delivery: a callback, a confirmation, a person's answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Message {
    /// Grows with the order of arrival.
    pub id: i64,
    pub body: Value,
    /// Who brought it.
    pub actor: String,
    pub at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The API shows entries as they were shown before there was one type: `state` a word, `value` beside it.
    #[test]
    fn an_entry_is_written_with_its_state_beside_the_rest() {
        let entry = |state| Entry {
            seq: 1,
            round: 0,
            verb: Verb::Once,
            op: "post".into(),
            part: String::new(),
            at: Timestamp::UNIX_EPOCH,
            ends: Timestamp::UNIX_EPOCH,
            fence: 1,
            lookups: 0,
            unsure: false,
            state,
            evidence: None,
        };
        let shown = |state| serde_json::to_value(entry(state)).unwrap();
        let open = shown(EntryState::Open);
        assert_eq!(
            (&open["verb"], &open["state"], open.get("value")),
            (&"once".into(), &"open".into(), None)
        );
        let done = shown(EntryState::Done(serde_json::json!({"id": 7})));
        assert_eq!(
            (&done["state"], &done["value"]["id"]),
            (&"done".into(), &7.into())
        );
        let answered = shown(EntryState::Answered(PersonsAnswer {
            id: "7".into(),
            url: None,
            by: "wang".into(),
        }));
        assert_eq!(
            (&answered["state"], &answered["value"]["by"]),
            (&"answered".into(), &"wang".into())
        );
    }
}
