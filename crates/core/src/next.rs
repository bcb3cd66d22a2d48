//! The pure state machine of a delivery: what an event makes of it. The matches below are the table.

mod ends;
mod fault;

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    delivery::{Delivery, Doubt, DueFor, State, WaitReason},
    fault::ChannelError,
    id::DeliveryId,
    outcome::{Observation, Receipt, Ticket},
};

pub use ends::observe_at;
use ends::{decided, in_doubt, proved, receipted};
pub use fault::backoff;
use fault::faulted;

/// Numbers the machine works by; configuration.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Policy {
    /// First wait after a fault.
    pub backoff_first: Duration,
    /// Longest wait after a fault, and the bound of delays that a server asks for.
    pub backoff_max: Duration,
    /// Attempts before a delivery is failed.
    pub attempts_max: u32,
    /// Claims in a row without an outcome before it fails, or is in doubt where something may be public.
    pub starts_max: u32,
    /// When to read back after delivery, counted from the receipt; the last one repeats.
    pub observe: Vec<Duration>,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            backoff_first: Duration::from_secs(5),
            backoff_max: Duration::from_secs(3_600),
            attempts_max: 8,
            starts_max: 3,
            observe: vec![
                Duration::from_secs(30),
                Duration::from_secs(300),
                Duration::from_secs(3_600),
                Duration::from_secs(86_400),
            ],
        }
    }
}

/// What happened to a delivery.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A worker took it, or took it over from one whose lease had lapsed.
    Claimed { lease_end: Timestamp },
    /// It was claimed too often without an outcome. `open_once`: a step that readers would see twice is open.
    Stuck { open_once: bool },
    /// The worker gives it back before its end: what it was claimed for is due at once, for the next.
    HandedBack,
    /// The method ended. `proof_at`: for a withdrawal, when what was under way can no longer become public;
    /// `cleanup_at`: when our own leftovers can be removed.
    Receipt {
        receipt: Receipt,
        proof_at: Option<Timestamp>,
        cleanup_at: Option<Timestamp>,
    },
    /// It is too early for a lookup, a slot, a quota or a window.
    Waits { until: Timestamp, why: WaitReason },
    /// A ticket was stored; `until` is the next poll, none when only a person can answer.
    Accepted {
        ticket: Ticket,
        until: Option<Timestamp>,
        why: WaitReason,
    },
    /// The inbox has something for it, or a person answered.
    Woken,
    /// A fault. `lookup_at`: the next lookup of an open `once`; `cleanup_at`: when leftovers can be removed, should it end here.
    Fault {
        error: ChannelError,
        lookup_at: Option<Timestamp>,
        cleanup_at: Option<Timestamp>,
    },
    /// Nobody can know.
    Doubt(Doubt),
    /// A person states what became of the whole, where no step can be answered: it is done, by this receipt; or nothing of it
    /// is there (of a withdrawal: it is still public), and it begins anew.
    Decided { receipt: Option<Receipt> },
    /// Something newer superseded it.
    Superseded { by: DeliveryId },
    /// A person cancels it. `begun`: its journal has an entry, so that something of it may have been sent.
    Cancelled { begun: bool },
    /// A withdrawal that is unconfirmed or in doubt was read back.
    Proof { seen: Observation },
    /// A delivered one was read back.
    Observed { seen: Observation },
    /// Leftovers were removed, or could not be this time.
    CleanedUp,
}

/// The delivery after an event. Everything not named here is unchanged.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    pub state: State,
    pub due_at: Option<Timestamp>,
    pub due_for: DueFor,
    pub why: Option<WaitReason>,
    pub starts: u32,
    pub attempts: u32,
    pub round: u32,
    pub observed: u32,
    pub ticket: Option<Ticket>,
    pub receipt: Option<Receipt>,
    pub fault: Option<ChannelError>,
    pub doubt: Option<Doubt>,
    pub observation: Option<Observation>,
}

/// An event that cannot happen in this state: a mistake of ours, never of a remote.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a delivery that is {state} cannot be {event}")]
pub struct Illegal {
    pub state: &'static str,
    pub event: &'static str,
}

/// What `event` makes of `delivery` at `now`.
///
/// # Errors
/// [`Illegal`] when the table has no such row; nothing may be written then.
#[expect(
    clippy::too_many_lines,
    reason = "one table of all transitions, an arm for each event"
)]
pub fn next(
    delivery: &Delivery,
    event: Event,
    now: Timestamp,
    policy: &Policy,
) -> Result<Change, Illegal> {
    let name = event_name(&event);
    let illegal = || Illegal {
        state: delivery.state.name(),
        event: name,
    };
    let unchanged = Change {
        state: delivery.state,
        due_at: delivery.due_at,
        due_for: delivery.due_for,
        why: delivery.why.clone(),
        starts: delivery.starts,
        attempts: delivery.attempts,
        round: delivery.round,
        observed: delivery.observed,
        ticket: delivery.ticket.clone(),
        receipt: delivery.receipt.clone(),
        fault: delivery.fault.clone(),
        doubt: delivery.doubt.clone(),
        observation: delivery.observation.clone(),
    };
    let ended = Change {
        starts: 0,
        ..unchanged.clone()
    };
    let working = delivery.state == State::Working;
    match event {
        Event::Claimed { lease_end } => claimed(delivery, unchanged, lease_end).ok_or_else(illegal),
        Event::Stuck { open_once } if working => Ok(if open_once {
            let evidence = format!("{} starts without an outcome", delivery.starts);
            let doubt = Doubt {
                op: "start".into(),
                part: String::new(),
                evidence,
            };
            in_doubt(delivery, ended, doubt, now, policy)
        } else {
            Change {
                state: State::Failed,
                due_at: None,
                why: None,
                ..ended
            }
        }),
        Event::HandedBack if working => Ok(Change {
            state: State::Waiting,
            due_at: Some(now),
            why: Some(WaitReason::Handover),
            ..unchanged
        }),
        // Reading back and cleaning up leave the state alone, claimed and given back.
        Event::HandedBack if delivery.due_for != DueFor::Deliver => {
            claimed(delivery, unchanged, now).ok_or_else(illegal)
        }
        Event::Receipt {
            receipt,
            proof_at,
            cleanup_at,
        } if working => Ok(receipted(
            delivery, ended, receipt, proof_at, cleanup_at, now, policy,
        )),
        Event::Waits { until, why } if working => Ok(Change {
            state: State::Waiting,
            due_at: Some(until),
            why: Some(why),
            ..ended
        }),
        Event::Accepted { ticket, until, why } if working => Ok(Change {
            state: State::Accepted,
            due_at: until,
            why: Some(why),
            ticket: Some(ticket),
            ..ended
        }),
        Event::Woken => woken(delivery.state, ended, now).ok_or_else(illegal),
        Event::Fault {
            error,
            lookup_at,
            cleanup_at,
        } if working => Ok(faulted(
            ended,
            error,
            (lookup_at, cleanup_at),
            delivery,
            now,
            policy,
        )),
        Event::Doubt(doubt) if working => Ok(in_doubt(delivery, ended, doubt, now, policy)),
        Event::Decided { receipt } => {
            decided(delivery, ended, receipt, now, policy).ok_or_else(illegal)
        }
        Event::Superseded { .. } if !delivery.state.is_final() => Ok(Change {
            state: State::Superseded,
            due_at: None,
            why: None,
            ..ended
        }),
        // Once anything may have gone out, only a withdrawal can find out what became of it.
        Event::Cancelled { begun: false } if delivery.state == State::Waiting => Ok(Change {
            state: State::Superseded,
            due_at: None,
            why: None,
            ..ended
        }),
        Event::Proof { seen } => proved(delivery, ended, seen, now, policy).ok_or_else(illegal),
        Event::Observed { seen } if delivery.state == State::Delivered => {
            let observed = delivery.observed.saturating_add(1);
            Ok(Change {
                observed,
                due_at: observe_at(now, observed, policy),
                observation: Some(seen),
                ..ended
            })
        }
        Event::CleanedUp if delivery.due_for == DueFor::Cleanup => {
            let out = delivery.state == State::Delivered;
            let due_at = if out {
                observe_at(now, delivery.observed, policy)
            } else {
                None
            };
            Ok(Change {
                due_at,
                due_for: DueFor::Observe,
                ..ended
            })
        }
        _ => Err(illegal()),
    }
}

fn event_name(event: &Event) -> &'static str {
    match event {
        Event::Claimed { .. } => "claimed",
        Event::Stuck { .. } => "stuck",
        Event::HandedBack => "handed back",
        Event::Receipt { .. } => "receipted",
        Event::Waits { .. } => "made to wait",
        Event::Accepted { .. } => "accepted",
        Event::Woken => "woken",
        Event::Fault { .. } => "faulted",
        Event::Doubt(_) => "doubted",
        Event::Decided { .. } => "decided",
        Event::Superseded { .. } => "superseded",
        Event::Cancelled { .. } => "cancelled",
        Event::Proof { .. } => "proved",
        Event::Observed { .. } => "observed",
        Event::CleanedUp => "cleaned_up",
    }
}

/// A claim for delivery makes it work; a claim for cleanup or reading back leaves the state alone.
fn claimed(delivery: &Delivery, unchanged: Change, lease_end: Timestamp) -> Option<Change> {
    let due_at = Some(lease_end);
    match (delivery.due_for, delivery.state) {
        (DueFor::Deliver, State::Waiting | State::Working | State::Accepted) => {
            let starts = delivery.starts.saturating_add(1);
            Some(Change {
                state: State::Working,
                due_at,
                why: None,
                starts,
                ..unchanged
            })
        }
        (DueFor::Observe, State::Unconfirmed | State::InDoubt | State::Delivered)
        | (
            DueFor::Cleanup,
            State::Delivered | State::Failed | State::Unconfirmed | State::Superseded,
        ) => Some(Change {
            due_at,
            ..unchanged
        }),
        _ => None,
    }
}

fn woken(state: State, ended: Change, now: Timestamp) -> Option<Change> {
    match state {
        State::Waiting | State::Accepted => Some(Change {
            due_at: Some(now),
            due_for: DueFor::Deliver,
            ..ended
        }),
        State::InDoubt => Some(Change {
            state: State::Waiting,
            due_at: Some(now),
            due_for: DueFor::Deliver,
            why: Some(WaitReason::Planned),
            doubt: None,
            ..ended
        }),
        _ => None,
    }
}

#[cfg(test)]
#[path = "next_tests.rs"]
mod tests;
