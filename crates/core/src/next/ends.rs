//! How a delivery ends and what is examined afterwards: receipts, doubts, proofs, what a person decides.

use std::time::Duration;

use jiff::Timestamp;

use super::{Change, Policy, backoff};
use crate::{
    delivery::{Delivery, Doubt, DueFor, State, WaitReason},
    intent::Intent,
    outcome::{Observation, Receipt, Seen},
    time::later,
};

pub(super) fn receipted(
    delivery: &Delivery,
    ended: Change,
    receipt: Receipt,
    proof_at: Option<Timestamp>,
    cleanup_at: Option<Timestamp>,
    now: Timestamp,
    policy: &Policy,
) -> Change {
    let done = Change {
        receipt: Some(receipt),
        ticket: None,
        fault: None,
        doubt: None,
        // What was seen before it is no evidence of what it did.
        observation: None,
        ..ended
    };
    // What was seen public after its withdrawal is looked up once more before it counts as gone.
    let came_back = delivery
        .observation
        .as_ref()
        .is_some_and(|seen| seen.remote_state.is_up());
    let proof_at = proof_at.or(came_back.then_some(now));
    match (delivery.intent, proof_at) {
        (Intent::Withdraw, Some(at)) => Change {
            state: State::Unconfirmed,
            due_at: Some(at),
            due_for: DueFor::Observe,
            why: Some(WaitReason::Proof),
            ..done
        },
        _ => Change {
            state: State::Delivered,
            due_at: cleanup_at.or_else(|| observe_at(now, 0, policy)),
            due_for: if cleanup_at.is_some() {
                DueFor::Cleanup
            } else {
                DueFor::Observe
            },
            why: None,
            ..done
        },
    }
}

/// A withdrawal in doubt is not left to the person alone: what it could not find may still become public, so it is looked up.
pub(super) fn in_doubt(
    delivery: &Delivery,
    ended: Change,
    doubt: Doubt,
    now: Timestamp,
    policy: &Policy,
) -> Change {
    let watched = delivery.intent == Intent::Withdraw;
    Change {
        state: State::InDoubt,
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

pub(super) fn proved(
    delivery: &Delivery,
    ended: Change,
    seen: Observation,
    now: Timestamp,
    policy: &Policy,
) -> Option<Change> {
    if delivery.intent != Intent::Withdraw
        || !matches!(delivery.state, State::Unconfirmed | State::InDoubt)
    {
        return None;
    }
    let blind = matches!(seen.remote_state, Seen::CannotSee | Seen::NotThePage);
    let up = seen.remote_state.is_up();
    let read_back = Change {
        observation: Some(seen),
        observed: delivery.observed.saturating_add(1),
        ..ended
    };
    Some(if up {
        anew(delivery, read_back, now)
    } else if blind && delivery.state == State::Unconfirmed {
        // A proof is owed at once, not at the next reading back: as after a fault, only that no attempt is spent.
        Change {
            due_at: Some(later(now, backoff(delivery, read_back.observed, policy))),
            ..read_back
        }
    } else if delivery.state == State::InDoubt {
        Change {
            due_at: observe_at(now, read_back.observed, policy),
            ..read_back
        }
    } else {
        // It was unconfirmed because something was unsure: that may have left leftovers, and its last lookup is over now.
        Change {
            state: State::Delivered,
            due_at: Some(now),
            due_for: DueFor::Cleanup,
            why: None,
            ..read_back
        }
    })
}

/// Under a journal and keys of its own: what the round before noted answers nothing any more.
fn anew(delivery: &Delivery, ended: Change, now: Timestamp) -> Change {
    Change {
        state: State::Waiting,
        due_at: Some(now),
        due_for: DueFor::Deliver,
        why: Some(WaitReason::Planned),
        round: delivery.round.saturating_add(1),
        attempts: 0,
        doubt: None,
        ..ended
    }
}

pub(super) fn decided(
    delivery: &Delivery,
    ended: Change,
    receipt: Option<Receipt>,
    now: Timestamp,
    policy: &Policy,
) -> Option<Change> {
    match (delivery.state, receipt) {
        (State::InDoubt, Some(receipt)) => {
            Some(receipted(delivery, ended, receipt, None, None, now, policy))
        }
        // The remote's receipt stays; what was missing is somebody's confirmation.
        (State::Unconfirmed, Some(receipt)) => Some(Change {
            state: State::Delivered,
            due_at: observe_at(now, delivery.observed, policy),
            why: None,
            observation: Some(Observation {
                remote_state: Seen::Gone,
                by: receipt.by,
                leaves: Vec::new(),
                url: None,
                at: receipt.at,
                drift: Vec::new(),
            }),
            ..ended
        }),
        (State::InDoubt | State::Unconfirmed, None) => Some(anew(delivery, ended, now)),
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
    // The schedule counts from the receipt; the time between two observations is the difference, and the last one repeats.
    let gap = if index < policy.observe.len() {
        wait.saturating_sub(before)
    } else {
        *wait
    };
    Some(later(now, gap.max(Duration::from_secs(1))))
}
