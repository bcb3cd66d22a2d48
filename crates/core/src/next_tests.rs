use proptest::prelude::*;

use super::*;
use crate::{
    digest::Digest,
    fault::{ErrorKind, Retry},
    id::{DestinationId, ItemId},
    intent::Intent,
    outcome::{Asks, By, Prior, Seen},
    time::later,
};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn delivery(state: State, intent: Intent) -> Delivery {
    Delivery {
        id: DeliveryId::parse("d-01").unwrap(),
        item: ItemId::parse("item").unwrap(),
        version: 1,
        destination: DestinationId::parse("site").unwrap(),
        identity: "here".into(),
        intent,
        state,
        due_at: Some(at(0)),
        due_for: DueFor::Deliver,
        why: None,
        fence: 1,
        worker: None,
        starts: 1,
        attempts: 0,
        round: 0,
        observed: 0,
        rendition: Digest::of_bytes(b"r"),
        not_before: None,
        prior: Prior::default(),
        ticket: None,
        receipt: None,
        fault: None,
        doubt: None,
        observation: None,
        superseded_by: None,
        created_at: at(0),
        updated_at: at(0),
        actor: "user:t".into(),
    }
}

fn receipt() -> Receipt {
    Receipt {
        id: "1".into(),
        url: None,
        at: at(1),
        by: By::Remote,
        parts: vec![],
        note: serde_json::Value::Null,
    }
}

fn seen(remote_state: Seen) -> Observation {
    Observation {
        remote_state,
        by: By::Remote,
        leaves: vec![],
        url: None,
        at: at(1),
        drift: vec![],
    }
}

fn fault(kind: ErrorKind) -> ChannelError {
    ChannelError::new(kind, "draft", "no")
}

fn events() -> impl Strategy<Value = Event> {
    let kinds = prop::sample::select(ErrorKind::ALL.to_vec());
    let lookup = prop::option::of(100_i64..200).prop_map(|s| s.map(at));
    prop_oneof![
        Just(Event::Claimed { lease_end: at(500) }),
        any::<bool>().prop_map(|open_once| Event::Stuck { open_once }),
        Just(Event::HandedBack),
        (
            prop::option::of(100_i64..200),
            prop::option::of(100_i64..200)
        )
            .prop_map(|(p, t)| Event::Receipt {
                receipt: receipt(),
                proof_at: p.map(at),
                cleanup_at: t.map(at)
            }),
        Just(Event::Waits {
            until: at(300),
            why: WaitReason::Lookup { op: "x".into() }
        }),
        Just(Event::Accepted {
            ticket: Ticket {
                id: "t".into(),
                asks: Asks::Remote,
                note: serde_json::Value::Null
            },
            until: Some(at(60)),
            why: WaitReason::Remote { op: "job".into() }
        }),
        Just(Event::Woken),
        (kinds, lookup).prop_map(|(k, lookup_at)| Event::Fault {
            error: fault(k),
            lookup_at,
            cleanup_at: None,
        }),
        Just(Event::Doubt(Doubt {
            op: "x".into(),
            part: String::new(),
            evidence: "e".into()
        })),
        any::<bool>().prop_map(|done| Event::Decided {
            receipt: done.then(receipt)
        }),
        Just(Event::Superseded {
            by: DeliveryId::parse("d-02").unwrap()
        }),
        any::<bool>().prop_map(|begun| Event::Cancelled { begun }),
        prop::sample::select(vec![Seen::Live, Seen::Gone, Seen::CannotSee, Seen::Changed])
            .prop_map(|s| Event::Proof { seen: seen(s) }),
        Just(Event::Observed {
            seen: seen(Seen::Live)
        }),
        Just(Event::CleanedUp),
    ]
}

fn apply(mut d: Delivery, c: Change) -> Delivery {
    d.state = c.state;
    d.due_at = c.due_at;
    d.due_for = c.due_for;
    d.why = c.why;
    d.starts = c.starts;
    d.attempts = c.attempts;
    d.round = c.round;
    d.observed = c.observed;
    d.receipt = c.receipt;
    d.doubt = c.doubt;
    d
}

proptest! {
    /// Whatever happens in whatever order: a delivery is final, or asks a person, or is due at a time.
    #[test]
    fn nothing_is_ever_stranded(
        intent in prop::sample::select(vec![Intent::Publish, Intent::Correct, Intent::Withdraw]),
        events in prop::collection::vec(events(), 1..40),
    ) {
        let policy = Policy::default();
        let mut d = delivery(State::Waiting, intent);
        let mut second = 10;
        for event in events {
            second += 1;
            let was = d.clone();
            let Ok(change) = next(&d, event.clone(), at(second), &policy) else { continue };
            d = apply(d, change);
            let asks_person = d.state == State::InDoubt || d.state == State::Accepted;
            prop_assert!(d.state.is_final() || asks_person || d.due_at.is_some(), "{:?} after {event:?}", d.state);
            prop_assert!(d.attempts >= was.attempts || d.round > was.round, "attempts only grow within a round");
            prop_assert!(d.round >= was.round, "rounds only grow");
            prop_assert!(was.state != State::Failed || d.state == State::Failed, "failed is final");
            prop_assert!(was.state != State::Superseded || d.state == State::Superseded, "superseded is final");
            if d.state == State::Delivered {
                prop_assert!(d.receipt.is_some(), "delivered means there is a receipt");
            }
            if was.state == State::InDoubt && d.state == State::Delivered {
                prop_assert!(matches!(event, Event::Decided { .. }), "a doubt never turns into delivered automatically");
            }
        }
    }

    /// Waits between attempts grow, stay within bounds, and are the same each time they are asked for.
    #[test]
    fn backoff_is_bounded_and_repeatable(attempts in 1_u32..60) {
        let policy = Policy::default();
        let d = delivery(State::Working, Intent::Publish);
        let wait = backoff(&d, attempts, &policy);
        prop_assert_eq!(wait, backoff(&d, attempts, &policy));
        prop_assert!(wait >= policy.backoff_first.min(policy.backoff_max));
        prop_assert!(wait <= policy.backoff_max.mul_f64(1.25));
    }
}

#[test]
fn deferrals_spend_no_attempt_and_faults_do() {
    let policy = Policy::default();
    let d = delivery(State::Working, Intent::Publish);
    let deferred = next(
        &d,
        Event::Fault {
            error: fault(ErrorKind::RateLimited),
            lookup_at: None,
            cleanup_at: None,
        },
        at(5),
        &policy,
    )
    .unwrap();
    assert_eq!((deferred.state, deferred.attempts), (State::Waiting, 0));
    let failed = next(
        &d,
        Event::Fault {
            error: fault(ErrorKind::Unavailable),
            lookup_at: None,
            cleanup_at: None,
        },
        at(5),
        &policy,
    )
    .unwrap();
    assert_eq!((failed.state, failed.attempts), (State::Waiting, 1));
}

/// A doubt about the whole, such as a journal that the program no longer follows, has two answers that both lead on; so has
/// a withdrawal at a remote that cannot be read back.
#[test]
fn a_person_ends_what_nobody_else_can_or_begins_it_anew() {
    let policy = Policy::default();
    let by_person = || Receipt {
        by: By::Person("user:lin".into()),
        ..receipt()
    };
    let decided = |state, intent, receipt| {
        let d = Delivery {
            attempts: 8,
            receipt: (state == State::Unconfirmed).then(self::receipt),
            ..delivery(state, intent)
        };
        next(&d, Event::Decided { receipt }, at(5), &policy)
    };
    for intent in [Intent::Publish, Intent::Correct, Intent::Withdraw] {
        let done = decided(State::InDoubt, intent, Some(by_person())).unwrap();
        assert_eq!(
            (done.state, done.receipt),
            (State::Delivered, Some(by_person()))
        );
        let anew = decided(State::InDoubt, intent, None).unwrap();
        assert_eq!(
            (anew.state, anew.round, anew.attempts),
            (State::Waiting, 1, 0)
        );
    }
    let gone = decided(State::Unconfirmed, Intent::Withdraw, Some(by_person())).unwrap();
    let seen = gone.observation.unwrap();
    assert_eq!(
        (gone.state, seen.remote_state, seen.by, gone.receipt),
        (
            State::Delivered,
            Seen::Gone,
            By::Person("user:lin".into()),
            Some(receipt())
        )
    );
    let up = decided(State::Unconfirmed, Intent::Withdraw, None).unwrap();
    assert_eq!((up.state, up.round), (State::Waiting, 1));
    assert!(decided(State::Delivered, Intent::Publish, None).is_err());
}

#[test]
fn a_fault_with_an_open_once_waits_for_its_lookup_even_when_final() {
    let d = delivery(State::Working, Intent::Publish);
    let event = Event::Fault {
        error: fault(ErrorKind::Rejected),
        lookup_at: Some(at(90)),
        cleanup_at: None,
    };
    let change = next(&d, event, at(5), &Policy::default()).unwrap();
    assert_eq!(
        (change.state, change.due_at),
        (State::Waiting, Some(at(90)))
    );
    assert_eq!(change.why, Some(WaitReason::Lookup { op: "draft".into() }));
}

#[test]
fn a_refusal_for_good_fails_and_a_server_delay_is_bounded() {
    let policy = Policy::default();
    let d = delivery(State::Working, Intent::Publish);
    let never = next(
        &d,
        Event::Fault {
            error: fault(ErrorKind::Rejected),
            lookup_at: None,
            cleanup_at: None,
        },
        at(5),
        &policy,
    )
    .unwrap();
    assert_eq!((never.state, never.due_at), (State::Failed, None));
    let asked =
        fault(ErrorKind::Unavailable).with_retry(Retry::After(Duration::from_secs(1_000_000)));
    let bounded = next(
        &d,
        Event::Fault {
            error: asked,
            lookup_at: None,
            cleanup_at: None,
        },
        at(5),
        &policy,
    )
    .unwrap();
    assert_eq!(bounded.due_at, Some(later(at(5), policy.backoff_max)));
}

#[test]
fn a_withdrawal_with_something_under_way_is_unconfirmed_until_looked_at() {
    let policy = Policy::default();
    let d = delivery(State::Working, Intent::Withdraw);
    let event = Event::Receipt {
        receipt: receipt(),
        proof_at: Some(at(400)),
        cleanup_at: None,
    };
    let change = next(&d, event, at(5), &policy).unwrap();
    assert_eq!(
        (change.state, change.due_at, change.due_for),
        (State::Unconfirmed, Some(at(400)), DueFor::Observe)
    );
    let unconfirmed = apply(d, change);
    let still_up = next(
        &unconfirmed,
        Event::Proof {
            seen: seen(Seen::Live),
        },
        at(401),
        &policy,
    )
    .unwrap();
    assert_eq!(
        (still_up.state, still_up.round, still_up.due_for),
        (State::Waiting, 1, DueFor::Deliver)
    );
    let gone = next(
        &unconfirmed,
        Event::Proof {
            seen: seen(Seen::Gone),
        },
        at(401),
        &policy,
    )
    .unwrap();
    assert_eq!(
        (gone.state, gone.due_at, gone.due_for),
        (State::Delivered, Some(at(401)), DueFor::Cleanup)
    );
    let blind = next(
        &unconfirmed,
        Event::Proof {
            seen: seen(Seen::CannotSee),
        },
        at(401),
        &policy,
    )
    .unwrap();
    assert_eq!(blind.state, State::Unconfirmed);
    // A site that was down for a moment must not leave a withdrawal unconfirmed until the next day's reading back.
    let again = blind.due_at.unwrap();
    assert!(
        at(401) < again && again < later(at(401), policy.observe[0]),
        "{again}"
    );
}

#[test]
fn observations_follow_the_schedule_and_the_last_repeats() {
    let policy = Policy::default();
    let gaps: Vec<i64> = (0..6)
        .map(|n| observe_at(at(0), n, &policy).unwrap().as_second())
        .collect();
    assert_eq!(gaps, [30, 270, 3_300, 82_800, 86_400, 86_400]);
}

#[test]
fn what_is_final_takes_no_event_but_reading_back() {
    let policy = Policy::default();
    for state in [State::Failed, State::Superseded] {
        let d = delivery(state, Intent::Publish);
        assert!(next(&d, Event::Woken, at(5), &policy).is_err());
        assert!(next(&d, Event::Claimed { lease_end: at(9) }, at(5), &policy).is_err());
    }
}

#[test]
fn an_overdue_lookup_behind_a_fault_waits_for_the_back_off() {
    let policy = Policy::default();
    let d = delivery(State::Working, Intent::Publish);
    let event = |error| Event::Fault {
        error,
        lookup_at: Some(at(90)),
        cleanup_at: None,
    };
    let down = next(&d, event(fault(ErrorKind::Unavailable)), at(500), &policy).unwrap();
    assert_eq!(
        down.due_at,
        Some(later(at(500), backoff(&d, 1, &policy))),
        "the lookup was due at 90; repeating it at once would be a busy loop"
    );
    let slow = fault(ErrorKind::RateLimited).with_retry(Retry::After(Duration::from_secs(40)));
    let slow = next(&d, event(slow), at(500), &policy).unwrap();
    assert_eq!(slow.due_at, Some(at(540)));
}

#[test]
fn a_withdrawal_in_doubt_goes_on_being_looked_at() {
    let policy = Policy::default();
    let doubt = Doubt {
        op: "delete".into(),
        part: String::new(),
        evidence: "not found".into(),
    };
    let withdraw = delivery(State::Working, Intent::Withdraw);
    let change = next(&withdraw, Event::Doubt(doubt.clone()), at(5), &policy).unwrap();
    assert_eq!(
        (change.state, change.due_at, change.due_for),
        (State::InDoubt, Some(at(35)), DueFor::Observe)
    );
    let mut in_doubt = apply(withdraw, change);
    in_doubt.due_for = DueFor::Observe;
    let up = next(
        &in_doubt,
        Event::Proof {
            seen: seen(Seen::Live),
        },
        at(35),
        &policy,
    )
    .unwrap();
    assert_eq!(
        (up.state, up.due_for, up.round),
        (State::Waiting, DueFor::Deliver, 1)
    );
    let publish = delivery(State::Working, Intent::Publish);
    let change = next(&publish, Event::Doubt(doubt), at(5), &policy).unwrap();
    assert_eq!((change.state, change.due_at), (State::InDoubt, None));
}

#[test]
fn only_what_waits_and_has_begun_nothing_is_cancelled() {
    let policy = Policy::default();
    for state in State::ALL {
        for begun in [false, true] {
            let d = delivery(state, Intent::Publish);
            let change = next(&d, Event::Cancelled { begun }, at(5), &policy);
            let may = state == State::Waiting && !begun;
            assert_eq!(change.is_ok(), may, "{state:?} {begun}");
            if let Ok(change) = change {
                assert_eq!(
                    (change.state, change.due_at, change.why),
                    (State::Superseded, None, None)
                );
            }
        }
    }
}

#[test]
fn what_is_given_back_is_due_for_what_it_was_claimed_for() {
    let policy = Policy::default();
    let back = |state, due_for| {
        let d = Delivery {
            due_for,
            ..delivery(state, Intent::Withdraw)
        };
        next(&d, Event::HandedBack, at(5), &policy).ok()
    };
    let change = back(State::Working, DueFor::Deliver).unwrap();
    assert_eq!(
        (change.state, change.due_at, change.why),
        (State::Waiting, Some(at(5)), Some(WaitReason::Handover))
    );
    let change = back(State::Delivered, DueFor::Observe).unwrap();
    assert_eq!(
        (change.state, change.due_at, change.due_for),
        (State::Delivered, Some(at(5)), DueFor::Observe)
    );
    let change = back(State::Failed, DueFor::Cleanup).unwrap();
    assert_eq!(
        (change.state, change.due_for),
        (State::Failed, DueFor::Cleanup)
    );
    assert_eq!(back(State::Waiting, DueFor::Deliver), None);
    assert_eq!(back(State::Failed, DueFor::Observe), None);
}
