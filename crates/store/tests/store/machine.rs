//! The state machine and the ledger say the same: what pure SQL does for speed is held against `next`, and no change is written
//! over another.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::time::Duration;

use proptest::{prelude::*, strategy::ValueTree as _, test_runner::TestRunner};
use yigao_core::{
    Delivery, Doubt, DueFor, Intent, Observation, Seen, State, Timestamp, WaitReason,
    next::{Change, Event, Policy, next},
};
use yigao_store::{Decision, Store};

use crate::place::{
    Kind, LEASE, at, claim_one, delivered, ledger, me, planned, record, record_of, rendition,
    version,
};

/// A delivery's row, as far as a claim depends on it or may touch it.
#[derive(Clone, Debug)]
struct Case {
    state: State,
    due_for: DueFor,
    /// Seconds from the claim, if it is due at all.
    due_in: Option<i64>,
    why: bool,
    starts: u32,
    attempts: u32,
    round: u32,
    observed: u32,
}

/// The counters of a row; its state and times are gone through one by one.
fn counters() -> impl Strategy<Value = (bool, u32, u32, u32, u32)> {
    (any::<bool>(), 0_u32..9, 0_u32..9, 0_u32..3, 0_u32..9)
}

fn cases() -> Vec<Case> {
    let mut runner = TestRunner::deterministic();
    let mut cases = Vec::new();
    for state in State::ALL {
        for due_for in [DueFor::Deliver, DueFor::Cleanup, DueFor::Observe] {
            for due_in in [None, Some(-1_000), Some(-1), Some(0), Some(1)] {
                let drawn = counters().new_tree(&mut runner).unwrap().current();
                let (why, starts, attempts, round, observed) = drawn;
                cases.push(Case {
                    state,
                    due_for,
                    due_in,
                    why,
                    starts,
                    attempts,
                    round,
                    observed,
                });
            }
        }
    }
    cases
}

/// Writes the row by the end of a run, which takes every change as it is given.
async fn put(store: &Store, d: &Delivery, case: &Case, now: Timestamp) {
    let due_at = case.due_in.map(|second| {
        let millis = now.as_millisecond() + second * 1_000;
        Timestamp::from_millisecond(millis).unwrap()
    });
    let change = Change {
        state: case.state,
        due_at,
        due_for: case.due_for,
        why: case.why.then_some(WaitReason::Handover),
        starts: case.starts,
        attempts: case.attempts,
        round: case.round,
        observed: case.observed,
        ticket: None,
        receipt: None,
        fault: None,
        doubt: None,
        observation: None,
    };
    assert!(store.record(record_of(d, change, now)).await.unwrap());
}

/// The delivery with a change applied to it.
fn changed(d: Delivery, change: Change) -> Delivery {
    Delivery {
        state: change.state,
        due_at: change.due_at,
        due_for: change.due_for,
        why: change.why,
        starts: change.starts,
        attempts: change.attempts,
        round: change.round,
        observed: change.observed,
        ticket: change.ticket,
        receipt: change.receipt,
        fault: change.fault,
        doubt: change.doubt,
        observation: change.observation,
        ..d
    }
}

/// Every state, purpose and time: the claim takes exactly what is due and `next` lets it take, and makes of it what `next` says.
/// Once by its name and once by the way of the queues, which must not offer what is refused.
pub(crate) async fn a_claim_is_what_the_state_machine_says(on: Kind) {
    let l = ledger(on, "machine").await;
    let mut taken = 0;
    for (n, case) in cases().into_iter().enumerate() {
        let n = u32::try_from(n).unwrap();
        // So far apart that no lease of the case before runs any more.
        let now = at(i64::from(n) * 10_000);
        let v = version(&l.store, &format!("i{n}"), "题").await;
        let d = planned(&l.store, n, rendition(&v, "push", Intent::Publish), now).await;
        let d = claim_one(&l.store, &d.id, now).await.unwrap();
        let now = at(i64::from(n) * 10_000 + 2_000);
        put(&l.store, &d, &case, now).await;
        let before = l.store.delivery(&d.id).await.unwrap();
        let lease_end = yigao_core::time::later(now, LEASE);
        let change = next(
            &before,
            Event::Claimed { lease_end },
            now,
            &Policy::default(),
        );
        let due = before.due_at.is_some_and(|at| at <= now);
        let claimed = if n % 2 == 0 {
            claim_one(&l.store, &d.id, now).await
        } else {
            let all = l.store.claim(None, 8, "w", LEASE, now).await.unwrap();
            all.into_iter()
                .map(|claimed| claimed.delivery)
                .find(|other| other.id == d.id)
        };
        let after = l.store.delivery(&d.id).await.unwrap();
        match (change, due) {
            (Ok(change), true) => {
                let expected = Delivery {
                    fence: before.fence + 1,
                    worker: Some("w".to_owned()),
                    updated_at: now,
                    ..changed(before, change)
                };
                assert_eq!(after, expected, "{case:?}");
                assert_eq!(claimed, Some(expected), "{case:?}");
                taken += 1;
            }
            (Ok(_) | Err(_), _) => {
                assert_eq!(claimed, None, "{case:?}");
                assert_eq!(after, before, "{case:?}");
            }
        }
        // Out of the way of the cases that follow.
        let gone = Case {
            state: State::Failed,
            due_for: DueFor::Deliver,
            due_in: None,
            ..case
        };
        put(&l.store, &after, &gone, now).await;
    }
    // Ten pairs of state and purpose may be claimed, at three of the five times.
    assert_eq!(taken, 30);
}

/// A person decides while the remote is being read: what the reading says belongs to a state that is over.
pub(crate) async fn a_decision_is_not_undone_by_a_run_that_began_before_it(on: Kind) {
    let l = ledger(on, "decided").await;
    let v = version(&l.store, "a", "题").await;
    let d = planned(&l.store, 1, rendition(&v, "push", Intent::Publish), at(0)).await;
    delivered(&l.store, &d, "r", at(0)).await;
    let withdraw = planned(&l.store, 2, rendition(&v, "push", Intent::Withdraw), at(1)).await;
    let withdraw = claim_one(&l.store, &withdraw.id, at(1)).await.unwrap();
    let doubt = Doubt {
        op: "remove".into(),
        part: String::new(),
        evidence: "no answer".into(),
    };
    assert!(record(&l.store, &withdraw, Event::Doubt(doubt), at(2)).await);
    let reading = claim_one(&l.store, &withdraw.id, at(100)).await.unwrap();
    assert_eq!(
        (reading.state, reading.due_for),
        (State::InDoubt, DueFor::Observe)
    );
    let happened = Decision::Happened {
        id: "r".into(),
        url: None,
    };
    let policy = Policy::default();
    let decided = l
        .store
        .decide(&withdraw.id, happened, &me(), "seen", at(101), &policy)
        .await
        .unwrap();
    assert_eq!(decided.state, State::Delivered);
    let seen = Observation::by_remote(Seen::Gone, at(102));
    assert!(
        !record(&l.store, &reading, Event::Proof { seen }, at(102)).await,
        "the reading belongs to the doubt, which is decided"
    );
    assert_eq!(l.store.delivery(&withdraw.id).await.unwrap(), decided);
}

/// What waits behind a delivery is due when that one is taken back: nothing else would ever wake it.
pub(crate) async fn a_cancel_makes_due_what_waited_behind(on: Kind) {
    let l = ledger(on, "cancel-behind").await;
    let v = version(&l.store, "a", "题").await;
    let first = planned(&l.store, 1, rendition(&v, "push", Intent::Publish), at(0)).await;
    let working = claim_one(&l.store, &first.id, at(0)).await.unwrap();
    let behind = planned(&l.store, 2, rendition(&v, "push", Intent::Correct), at(1)).await;
    assert_eq!(
        behind.why,
        Some(WaitReason::Order {
            delivery: first.id.to_string()
        })
    );
    l.store
        .hand_back(vec![(first.id.clone(), working.fence)], at(2))
        .await
        .unwrap();
    let back = l.store.delivery(&first.id).await.unwrap();
    assert_eq!(
        (back.state, back.due_at, back.why, back.worker),
        (
            State::Waiting,
            Some(at(2)),
            Some(WaitReason::Handover),
            None
        )
    );
    l.store.cancel(&first.id, &me(), at(3)).await.unwrap();
    let claimed = l
        .store
        .claim(None, 4, "w", Duration::from_secs(10), at(3))
        .await
        .unwrap();
    let ids: Vec<_> = claimed.iter().map(|c| &c.delivery.id).collect();
    assert_eq!(ids, [&behind.id]);
}
