//! What a fault makes of a delivery, and how long it waits before it is tried again.

use std::time::Duration;

use jiff::Timestamp;

use super::{Change, Policy};
use crate::{
    delivery::{Delivery, DueFor, State, WaitReason},
    fault::{ChannelError, Retry},
    time::later,
};

pub(super) fn faulted(
    ended: Change,
    error: ChannelError,
    (lookup_at, cleanup_at): (Option<Timestamp>, Option<Timestamp>),
    delivery: &Delivery,
    now: Timestamp,
    policy: &Policy,
) -> Change {
    let attempts = delivery
        .attempts
        .saturating_add(u32::from(!error.is_deferral()));
    let spent = error.retry() == Retry::Never || attempts >= policy.attempts_max;
    let why = WaitReason::Backoff {
        kind: error.kind().name().to_owned(),
        message: error.localized(),
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
    match (spent, lookup_at) {
        // Doubt is cleared before failure is claimed. The lookup may be overdue when what it needs faulted before it:
        // then the back-off holds, or a remote that is down would be asked in a tight circle.
        (_, Some(at)) => Change {
            state: State::Waiting,
            due_at: Some(at.max(again_at)),
            why: Some(WaitReason::Lookup {
                op: error.op().to_owned(),
            }),
            ..base
        },
        (true, None) => Change {
            state: State::Failed,
            due_at: cleanup_at,
            due_for: if cleanup_at.is_some() {
                DueFor::Cleanup
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
