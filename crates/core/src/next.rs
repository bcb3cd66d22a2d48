//! The pure state machine of a delivery: what an event makes of it. The table stands in ARCHITECTURE.md.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    delivery::{Delivery, Doubt, DueFor, Intent, State, Why},
    fault::{ChannelError, Retry},
    id::DeliveryId,
    outcome::{Observation, Receipt, Seen, Ticket},
    time::later,
};

/// Numbers the machine works by; configuration.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Policy {
    /// First wait after a fault.
    pub backoff_first: Duration,
    /// Longest wait after a fault, and the bound of delays that a server asks for.
    pub backoff_max: Duration,
    /// Attempts before a delivery is failed.
    pub attempts_max: u32,
    /// Claims in a row without an outcome before it is quarantined.
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
    /// The worker gives it back before its end.
    HandedBack,
    /// The method ended. `proof_at`: for a kill, when what was under way can no longer come up;
    /// `tidy_at`: when our own litter can be taken away.
    Receipt {
        receipt: Receipt,
        proof_at: Option<Timestamp>,
        tidy_at: Option<Timestamp>,
    },
    /// A look, a slot, a quota, a window is not yet.
    Waits { until: Timestamp, why: Why },
    /// A ticket was stored; `until` is the next poll, none when only a person can answer.
    Accepted {
        ticket: Ticket,
        until: Option<Timestamp>,
        why: Why,
    },
    /// The inbox has something for it, or a person answered.
    Rung,
    /// A fault. `look_at`: the next look of an open `once`; `tidy_at`: when litter can be taken away, should it end here.
    Fault {
        error: ChannelError,
        look_at: Option<Timestamp>,
        tidy_at: Option<Timestamp>,
    },
    /// Nobody can know.
    Doubt(Doubt),
    /// A person says what became of the whole, where no step can be answered: it is done, by this receipt; or nothing of it
    /// is there (of a withdrawal: it is still up), and it begins anew.
    Told { receipt: Option<Receipt> },
    /// Something newer took its place.
    Overtaken { by: DeliveryId },
    /// An unproven kill, or a doubtful one, was looked at.
    Proof { seen: Observation },
    /// A delivered one was read back.
    Observed { seen: Observation },
    /// Litter was taken away, or could not be this time.
    Tidied,
}

/// What becomes of the delivery. Everything not named here stays.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    pub state: State,
    pub due_at: Option<Timestamp>,
    pub due_for: DueFor,
    pub why: Option<Why>,
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
    let keep = Change {
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
        ..keep.clone()
    };
    let working = delivery.state == State::Working;
    match event {
        Event::Claimed { lease_end } => claimed(delivery, keep, lease_end).ok_or_else(illegal),
        Event::Stuck { open_once } if working => Ok(if open_once {
            let evidence = format!("{} starts without an outcome", delivery.starts);
            let doubt = Doubt {
                op: "start".into(),
                part: String::new(),
                evidence,
            };
            doubtful(delivery, ended, doubt, now, policy)
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
            why: Some(Why::Handover),
            ..keep
        }),
        Event::Receipt {
            receipt,
            proof_at,
            tidy_at,
        } if working => Ok(receipted(
            delivery, ended, receipt, proof_at, tidy_at, now, policy,
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
        Event::Rung => rung(delivery.state, ended, now).ok_or_else(illegal),
        Event::Fault {
            error,
            look_at,
            tidy_at,
        } if working => Ok(faulted(
            ended,
            error,
            (look_at, tidy_at),
            delivery,
            now,
            policy,
        )),
        Event::Doubt(doubt) if working => Ok(doubtful(delivery, ended, doubt, now, policy)),
        Event::Told { receipt } => told(delivery, ended, receipt, now, policy).ok_or_else(illegal),
        Event::Overtaken { .. } if !delivery.state.is_final() => Ok(Change {
            state: State::Overtaken,
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
        Event::Tidied if delivery.due_for == DueFor::Tidy => {
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
        Event::Rung => "rung",
        Event::Fault { .. } => "faulted",
        Event::Doubt(_) => "doubted",
        Event::Told { .. } => "told",
        Event::Overtaken { .. } => "overtaken",
        Event::Proof { .. } => "proved",
        Event::Observed { .. } => "observed",
        Event::Tidied => "tidied",
    }
}

/// A claim for delivery makes it work; a claim for tidying or reading back leaves the state alone.
fn claimed(delivery: &Delivery, keep: Change, lease_end: Timestamp) -> Option<Change> {
    let due_at = Some(lease_end);
    match (delivery.due_for, delivery.state) {
        (DueFor::Deliver, State::Waiting | State::Working | State::Accepted) => {
            let starts = delivery.starts.saturating_add(1);
            Some(Change {
                state: State::Working,
                due_at,
                why: None,
                starts,
                ..keep
            })
        }
        (DueFor::Observe, State::Unproven | State::Doubtful | State::Delivered)
        | (DueFor::Tidy, State::Delivered | State::Failed | State::Unproven | State::Overtaken) => {
            Some(Change { due_at, ..keep })
        }
        _ => None,
    }
}

fn receipted(
    delivery: &Delivery,
    ended: Change,
    receipt: Receipt,
    proof_at: Option<Timestamp>,
    tidy_at: Option<Timestamp>,
    now: Timestamp,
    policy: &Policy,
) -> Change {
    let done = Change {
        receipt: Some(receipt),
        ticket: None,
        fault: None,
        doubt: None,
        // What was seen before it says nothing of what it did.
        observation: None,
        ..ended
    };
    // What was seen up after it had been taken down is looked for once more before it is called gone.
    let came_back = delivery
        .observation
        .as_ref()
        .is_some_and(|seen| seen.standing.is_up());
    let proof_at = proof_at.or(came_back.then_some(now));
    match (delivery.intent, proof_at) {
        (Intent::Kill, Some(at)) => Change {
            state: State::Unproven,
            due_at: Some(at),
            due_for: DueFor::Observe,
            why: Some(Why::Proof),
            ..done
        },
        _ => Change {
            state: State::Delivered,
            due_at: tidy_at.or_else(|| observe_at(now, 0, policy)),
            due_for: if tidy_at.is_some() {
                DueFor::Tidy
            } else {
                DueFor::Observe
            },
            why: None,
            ..done
        },
    }
}

fn rung(state: State, ended: Change, now: Timestamp) -> Option<Change> {
    match state {
        State::Waiting | State::Accepted => Some(Change {
            due_at: Some(now),
            due_for: DueFor::Deliver,
            ..ended
        }),
        State::Doubtful => Some(Change {
            state: State::Waiting,
            due_at: Some(now),
            due_for: DueFor::Deliver,
            why: Some(Why::Planned),
            doubt: None,
            ..ended
        }),
        _ => None,
    }
}

fn faulted(
    ended: Change,
    error: ChannelError,
    (look_at, tidy_at): (Option<Timestamp>, Option<Timestamp>),
    delivery: &Delivery,
    now: Timestamp,
    policy: &Policy,
) -> Change {
    let attempts = delivery
        .attempts
        .saturating_add(u32::from(!error.is_deferral()));
    let spent = error.retry() == Retry::Never || attempts >= policy.attempts_max;
    let why = Why::Backoff {
        kind: error.kind().name().to_owned(),
        says: error.words(),
    };
    let base = Change {
        attempts,
        fault: Some(error.clone()),
        ..ended
    };
    let wait = match error.retry() {
        Retry::After(asked) => asked.clamp(Duration::from_millis(200), policy.backoff_max),
        Retry::Never | Retry::Backoff => backoff(delivery, attempts, policy),
    };
    let again_at = later(now, wait);
    match (spent, look_at) {
        // Doubt is cleared before failure is claimed. The look may be overdue, when what it needs faulted before it:
        // then the back-off holds, or a remote that is down would be asked in a tight circle.
        (_, Some(at)) => Change {
            state: State::Waiting,
            due_at: Some(at.max(again_at)),
            why: Some(Why::Look {
                op: error.op().to_owned(),
            }),
            ..base
        },
        (true, None) => Change {
            state: State::Failed,
            due_at: tidy_at,
            due_for: if tidy_at.is_some() {
                DueFor::Tidy
            } else {
                base.due_for
            },
            why: None,
            ..base
        },
        (false, None) => Change {
            state: State::Waiting,
            due_at: Some(again_at),
            why: Some(why),
            ..base
        },
    }
}

/// Doubling from the first wait, with up to a quarter on top that depends on the delivery and the attempt alone:
/// a crowd that failed together does not come back together, and a replay gives the same times.
pub fn backoff(delivery: &Delivery, attempts: u32, policy: &Policy) -> Duration {
    let doublings = attempts.saturating_sub(1).min(20);
    let plain = policy
        .backoff_first
        .saturating_mul(1_u32 << doublings)
        .min(policy.backoff_max);
    let seed = delivery
        .id
        .as_str()
        .bytes()
        .fold(u64::from(attempts).wrapping_add(7), |sum, byte| {
            sum.wrapping_mul(31).wrapping_add(u64::from(byte))
        });
    let quarter = u64::try_from(plain.as_millis() / 4).unwrap_or(0);
    plain.saturating_add(Duration::from_millis(
        seed.checked_rem(quarter.saturating_add(1)).unwrap_or(0),
    ))
}

/// A withdrawal in doubt is not left to the person alone: what it could not find may come up, and is looked for.
fn doubtful(
    delivery: &Delivery,
    ended: Change,
    doubt: Doubt,
    now: Timestamp,
    policy: &Policy,
) -> Change {
    let watched = delivery.intent == Intent::Kill;
    Change {
        state: State::Doubtful,
        due_at: if watched {
            observe_at(now, delivery.observed, policy)
        } else {
            None
        },
        due_for: if watched {
            DueFor::Observe
        } else {
            ended.due_for
        },
        why: None,
        doubt: Some(doubt),
        ..ended
    }
}

fn proved(
    delivery: &Delivery,
    ended: Change,
    seen: Observation,
    now: Timestamp,
    policy: &Policy,
) -> Option<Change> {
    if delivery.intent != Intent::Kill
        || !matches!(delivery.state, State::Unproven | State::Doubtful)
    {
        return None;
    }
    let blind = matches!(seen.standing, Seen::CannotSee | Seen::NotThePage);
    let up = seen.standing.is_up();
    let looked = Change {
        observation: Some(seen),
        observed: delivery.observed.saturating_add(1),
        ..ended
    };
    Some(if up {
        anew(delivery, looked, now)
    } else if blind || delivery.state == State::Doubtful {
        Change {
            due_at: observe_at(now, looked.observed, policy),
            ..looked
        }
    } else {
        // It was unproven because something was unsure: that may have left litter, and its last look is over now.
        Change {
            state: State::Delivered,
            due_at: Some(now),
            due_for: DueFor::Tidy,
            why: None,
            ..looked
        }
    })
}

/// Under a journal and keys of its own: what the round before noted answers nothing any more.
fn anew(delivery: &Delivery, ended: Change, now: Timestamp) -> Change {
    Change {
        state: State::Waiting,
        due_at: Some(now),
        due_for: DueFor::Deliver,
        why: Some(Why::Planned),
        round: delivery.round.saturating_add(1),
        attempts: 0,
        doubt: None,
        ..ended
    }
}

fn told(
    delivery: &Delivery,
    ended: Change,
    receipt: Option<Receipt>,
    now: Timestamp,
    policy: &Policy,
) -> Option<Change> {
    match (delivery.state, receipt) {
        (State::Doubtful, Some(receipt)) => {
            Some(receipted(delivery, ended, receipt, None, None, now, policy))
        }
        // The remote's receipt stays; what was missing is somebody who looked.
        (State::Unproven, Some(receipt)) => Some(Change {
            state: State::Delivered,
            due_at: observe_at(now, delivery.observed, policy),
            why: None,
            observation: Some(Observation {
                standing: Seen::Gone,
                by: receipt.by,
                leaves: Vec::new(),
                url: None,
                at: receipt.at,
                drift: Vec::new(),
            }),
            ..ended
        }),
        (State::Doubtful | State::Unproven, None) => Some(anew(delivery, ended, now)),
        _ => None,
    }
}

/// When to read back next, after `observed` observations.
pub fn observe_at(now: Timestamp, observed: u32, policy: &Policy) -> Option<Timestamp> {
    let index = usize::try_from(observed).unwrap_or(usize::MAX);
    let wait = policy
        .observe
        .get(index)
        .or_else(|| policy.observe.last())?;
    let before = index
        .checked_sub(1)
        .and_then(|i| policy.observe.get(i))
        .copied()
        .unwrap_or_default();
    // The schedule counts from the receipt; between two observations lies the difference, and the last one repeats.
    let gap = if index < policy.observe.len() {
        wait.saturating_sub(before)
    } else {
        *wait
    };
    Some(later(now, gap.max(Duration::from_secs(1))))
}

#[cfg(test)]
#[path = "next_tests.rs"]
mod tests;
