//! The ledger's rules, on a real file and a real server.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot continue fails"
)]

use std::time::Duration;

use serde_json::json;
use yigao_core::{
    Actor, Content, Delivery, Digest, DueFor, Intent, Localized, RemoteState, State, Timestamp,
    WaitReason,
    journal::{Begin, EntryState, Finish, Gate, PersonsAnswer, SharedValue, Verb},
    next::{Event, Policy, next},
    plan::NotPlanned,
};
use yigao_store::{AttemptRow, Decision, GateCheck, NewDelivery, PlanError, RunRecord, StoreError};

use crate::place::{
    Kind, LEASE, at, begin, check, claim_one, delivered, destination, item, ledger, me, new,
    open_ticket, planned, receipt, record, rendition, version,
};

pub(crate) async fn equal_content_is_one_version_and_a_change_is_the_next(on: Kind) {
    let l = ledger(on, "versions").await;
    let first = version(&l.store, "a", "题").await;
    let again = l
        .store
        .put_version(&item("a"), first.content.clone(), &[], &me(), at(1))
        .await
        .unwrap();
    assert_eq!((again.new, again.version.number), (false, 1));
    let second = version(&l.store, "a", "新题").await;
    assert_eq!(second.number, 2);
    assert_eq!(l.store.version(&item("a"), Some(1)).await.unwrap(), first);
    assert_eq!(l.store.version(&item("a"), None).await.unwrap(), second);
}

pub(crate) async fn nothing_unapproved_is_claimed_and_an_approval_makes_it_due(on: Kind) {
    let l = ledger(on, "approval").await;
    let v = version(&l.store, "a", "题").await;
    let r = rendition(&v, "site", Intent::Publish);
    let d = l.store.plan(new(1, r.clone()), &me(), at(0)).await.unwrap();
    assert_eq!(
        (d.due_at, d.why.clone()),
        (None, Some(WaitReason::Approval))
    );
    assert_eq!(claim_one(&l.store, &d.id, at(1)).await, None);
    l.store
        .approve(vec![r.digest()], &me(), at(2))
        .await
        .unwrap();
    assert_eq!(
        claim_one(&l.store, &d.id, at(2)).await.map(|d| d.state),
        Some(State::Working)
    );
    let missing = l
        .store
        .approve(vec![Digest::of_bytes(b"other")], &me(), at(2))
        .await;
    assert!(matches!(
        missing,
        Err(StoreError::Missing {
            what: "rendition",
            ..
        })
    ));
}

pub(crate) async fn a_claim_is_exclusive_until_its_lease_lapses_and_raises_the_fence(on: Kind) {
    let l = ledger(on, "lease").await;
    let v = version(&l.store, "a", "题").await;
    let d = planned(&l.store, 1, rendition(&v, "site", Intent::Publish), at(0)).await;
    let first = claim_one(&l.store, &d.id, at(0)).await.unwrap();
    assert_eq!(claim_one(&l.store, &d.id, at(9)).await, None);
    assert_eq!(
        l.store
            .heartbeat(vec![(d.id.clone(), first.fence)], LEASE, at(9))
            .await
            .unwrap(),
        []
    );
    assert_eq!(claim_one(&l.store, &d.id, at(18)).await, None);
    let second = claim_one(&l.store, &d.id, at(19)).await.unwrap();
    assert_eq!((second.fence, second.starts), (first.fence + 1, 2));
    assert_eq!(
        l.store
            .heartbeat(vec![(d.id.clone(), first.fence)], LEASE, at(20))
            .await
            .unwrap(),
        std::slice::from_ref(&d.id)
    );
    let stale = l
        .store
        .journal_begin(
            check(&first, at(20)),
            None,
            begin("put", Verb::Step, at(20)),
        )
        .await
        .unwrap();
    assert_eq!(stale, Err(Gate::taken_over()));
    assert!(
        !record(
            &l.store,
            &first,
            Event::Receipt {
                receipt: receipt("x"),
                proof_at: None,
                cleanup_at: None
            },
            at(20)
        )
        .await
    );
    assert_eq!(l.store.delivery(&d.id).await.unwrap().state, State::Working);
}

pub(crate) async fn a_late_result_closes_the_entry_its_own_fence_opened_and_no_other(on: Kind) {
    let l = ledger(on, "late").await;
    let v = version(&l.store, "a", "题").await;
    let d = planned(&l.store, 1, rendition(&v, "site", Intent::Publish), at(0)).await;
    let old = claim_one(&l.store, &d.id, at(0)).await.unwrap();
    let Ok(mine) = l
        .store
        .journal_begin(check(&old, at(1)), None, begin("put", Verb::Once, at(1)))
        .await
        .unwrap()
    else {
        panic!("the gate is open")
    };
    let new = claim_one(&l.store, &d.id, at(11)).await.unwrap();
    let Ok(other) = l
        .store
        .journal_begin(check(&new, at(12)), None, begin("next", Verb::Once, at(12)))
        .await
        .unwrap()
    else {
        panic!("the gate is open")
    };
    for seq in [mine, other] {
        let done = Finish::Done {
            seq,
            value: json!(7),
            unsure: false,
        };
        l.store
            .journal_finish(&d.id, old.fence, done)
            .await
            .unwrap();
    }
    let rows = l.store.journal(&d.id, 0).await.unwrap();
    let states: Vec<_> = rows
        .iter()
        .map(|r| (r.op.as_str(), r.state.clone()))
        .collect();
    assert_eq!(
        states,
        [
            ("put", EntryState::Done(json!(7))),
            ("next", EntryState::Open)
        ]
    );
}

/// A delivery whose first worker has begun `put` and lost it to a second; the entry, and both.
async fn begun_and_lost(l: &crate::place::Ledger) -> (i64, Delivery, Delivery) {
    let v = version(&l.store, "a", "题").await;
    let d = planned(&l.store, 1, rendition(&v, "site", Intent::Publish), at(0)).await;
    let old = claim_one(&l.store, &d.id, at(0)).await.unwrap();
    let begun = l
        .store
        .journal_begin(check(&old, at(1)), None, begin("put", Verb::Once, at(1)))
        .await;
    let Ok(seq) = begun.unwrap() else {
        panic!("the gate is open")
    };
    let new = claim_one(&l.store, &d.id, at(11)).await.unwrap();
    (seq, old, new)
}

pub(crate) async fn a_late_nothing_takes_no_entry_from_who_has_the_delivery_now(on: Kind) {
    let l = ledger(on, "late-nothing").await;
    let (seq, old, new) = begun_and_lost(&l).await;
    let gone = Finish::Gone { seq };
    l.store
        .journal_finish(&old.id, old.fence, gone.clone())
        .await
        .unwrap();
    let again = Begin {
        again: Some(seq),
        ..begin("put", Verb::Once, at(12))
    };
    let begun = l
        .store
        .journal_begin(check(&new, at(12)), None, again)
        .await;
    assert_eq!(begun.unwrap(), Ok(seq), "it acts on what it read");
    let rows = l.store.journal(&new.id, 0).await.unwrap();
    assert_eq!(rows.len(), 1, "and that is on record");
    l.store
        .journal_finish(&new.id, new.fence, gone)
        .await
        .unwrap();
    let rows = l.store.journal(&new.id, 0).await.unwrap();
    assert_eq!(rows.len(), 0, "who has it may take it away");
}

pub(crate) async fn what_a_late_answer_has_closed_is_not_acted_on_again(on: Kind) {
    let l = ledger(on, "late-answer").await;
    let (seq, old, new) = begun_and_lost(&l).await;
    let done = Finish::Done {
        seq,
        value: json!(7),
        unsure: false,
    };
    l.store
        .journal_finish(&old.id, old.fence, done)
        .await
        .unwrap();
    let again = Begin {
        again: Some(seq),
        ..begin("put", Verb::Once, at(12))
    };
    let begun = l
        .store
        .journal_begin(check(&new, at(12)), None, again)
        .await;
    assert_eq!(begun.unwrap(), Err(Gate::taken_over()));
    let rows = l.store.journal(&new.id, 0).await.unwrap();
    assert_eq!(rows.first().unwrap().state, EntryState::Done(json!(7)));
}

#[expect(
    clippy::too_many_lines,
    reason = "one story of several workers, in the order in which they act"
)]
pub(crate) async fn the_gate_is_shut_by_embargo_hold_pause_quota_and_what_superseded_it(on: Kind) {
    let l = ledger(on, "gate").await;
    let v = version(&l.store, "a", "题").await;
    let d = planned(&l.store, 1, rendition(&v, "push", Intent::Publish), at(0)).await;
    let d = claim_one(&l.store, &d.id, at(0)).await.unwrap();
    let ask = |quotas: Vec<(Timestamp, u32, Timestamp)>| GateCheck {
        quotas,
        ..check(&d, at(1))
    };
    let waits = |gate: Result<i64, Gate>| match gate {
        Err(Gate::Waits { why, .. }) => Some(why),
        Ok(_) | Err(Gate::Lost(_) | Gate::Superseded) => None,
    };
    l.store
        .hold(&v.item, Some("等通知"), &me(), at(1))
        .await
        .unwrap();
    let held = l
        .store
        .journal_begin(ask(vec![]), None, begin("a", Verb::Step, at(1)))
        .await
        .unwrap();
    assert_eq!(
        waits(held),
        Some(WaitReason::Hold {
            by: "user:tester".into(),
            reason: "等通知".into()
        })
    );
    l.store.hold(&v.item, None, &me(), at(1)).await.unwrap();
    l.store
        .pause(&destination("push"), Some("维护"), &me(), at(1))
        .await
        .unwrap();
    let paused = l
        .store
        .journal_begin(ask(vec![]), None, begin("a", Verb::Step, at(1)))
        .await
        .unwrap();
    assert_eq!(
        waits(paused),
        Some(WaitReason::Paused {
            by: "user:tester".into()
        })
    );
    l.store
        .pause(&destination("push"), None, &me(), at(1))
        .await
        .unwrap();
    let window = (at(0), 1, at(3_600));
    assert!(
        l.store
            .pay_quota(&destination("push"), "a", at(0), 1)
            .await
            .unwrap()
    );
    assert!(
        !l.store
            .pay_quota(&destination("push"), "a", at(0), 1)
            .await
            .unwrap()
    );
    let spent = l
        .store
        .journal_begin(ask(vec![window]), None, begin("a", Verb::Step, at(1)))
        .await
        .unwrap();
    assert_eq!(
        spent,
        Err(Gate::Waits {
            until: at(3_600),
            why: WaitReason::Quota { op: "a".into() }
        })
    );
    let withdraw = planned(&l.store, 2, rendition(&v, "push", Intent::Withdraw), at(2)).await;
    let superseded = l
        .store
        .journal_begin(ask(vec![]), None, begin("a", Verb::Step, at(2)))
        .await
        .unwrap();
    assert_eq!(superseded, Err(Gate::Superseded));
    assert_eq!(
        claim_one(&l.store, &withdraw.id, at(3)).await,
        None,
        "its worker has not returned"
    );
    record(&l.store, &d, Event::HandedBack, at(3)).await;
    assert!(claim_one(&l.store, &withdraw.id, at(3)).await.is_some());
}

pub(crate) async fn before_its_embargo_a_delivery_is_neither_due_nor_let_through(on: Kind) {
    let l = ledger(on, "embargo").await;
    let v = version(&l.store, "a", "题").await;
    let r = rendition(&v, "push", Intent::Publish);
    l.store
        .put_renditions(vec![(r.clone(), vec![])], at(0))
        .await
        .unwrap();
    l.store
        .approve(vec![r.digest()], &me(), at(0))
        .await
        .unwrap();
    let new = NewDelivery {
        not_before: Some((at(100), WaitReason::Embargo)),
        ..new(1, r)
    };
    let d = l.store.plan(new, &me(), at(0)).await.unwrap();
    assert_eq!(
        (d.due_at, claim_one(&l.store, &d.id, at(99)).await),
        (Some(at(100)), None)
    );
    assert!(
        !l.store.wake(&d.id, at(50)).await.unwrap(),
        "a retry does not get round an embargo"
    );
    let claimed = claim_one(&l.store, &d.id, at(100)).await.unwrap();
    let early = l
        .store
        .journal_begin(
            check(&claimed, at(99)),
            None,
            begin("a", Verb::Step, at(99)),
        )
        .await
        .unwrap();
    assert_eq!(
        early,
        Err(Gate::Waits {
            until: at(100),
            why: WaitReason::Embargo
        })
    );
}

pub(crate) async fn lanes_bound_what_is_worked_at_a_destination(on: Kind) {
    let l = ledger(on, "max_in_flight").await;
    for n in 1..=3 {
        let v = version(&l.store, &format!("i{n}"), "题").await;
        planned(&l.store, n, rendition(&v, "site", Intent::Publish), at(0)).await;
    }
    assert_eq!(
        l.store
            .claim(None, 10, "w", LEASE, at(0))
            .await
            .unwrap()
            .len(),
        1
    );
    assert_eq!(
        l.store
            .claim(None, 10, "w", LEASE, at(0))
            .await
            .unwrap()
            .len(),
        0,
        "the lane is taken"
    );
}

pub(crate) async fn a_long_queue_at_one_destination_delays_no_other(on: Kind) {
    let l = ledger(on, "fair").await;
    for n in 1..=8 {
        let v = version(&l.store, &format!("i{n}"), "题").await;
        // The crowded one comes first and was due long before.
        let (to, second) = if n <= 6 { ("push", 0) } else { ("site", 5) };
        planned(&l.store, n, rendition(&v, to, Intent::Publish), at(second)).await;
    }
    let claimed = l.store.claim(None, 3, "w", LEASE, at(5)).await.unwrap();
    let names: Vec<_> = claimed.iter().map(|c| c.delivery.id.as_str()).collect();
    assert_eq!(names, ["d-001", "d-007", "d-002"]);
    let rest = l.store.claim(None, 9, "w", LEASE, at(5)).await.unwrap();
    let names: Vec<_> = rest.iter().map(|c| c.delivery.id.as_str()).collect();
    assert_eq!(names, ["d-003", "d-004"], "four lanes there, one here");
}

/// As tasks ask: one at a time, while the crowd still has room and was due long before.
pub(crate) async fn one_at_a_time_takes_turns_too(on: Kind) {
    let l = ledger(on, "turns").await;
    for n in 1..=4 {
        let v = version(&l.store, &format!("i{n}"), "题").await;
        let (to, second) = if n <= 3 { ("push", 0) } else { ("site", 5) };
        planned(&l.store, n, rendition(&v, to, Intent::Publish), at(second)).await;
    }
    let mut names = Vec::new();
    for _ in 0..5 {
        let claimed = l.store.claim(None, 1, "w", LEASE, at(5)).await.unwrap();
        names.extend(claimed.into_iter().map(|c| c.delivery.id.to_string()));
    }
    assert_eq!(names, ["d-001", "d-004", "d-002", "d-003"]);
}

/// What is read back is not put off for as long as something waits to be sent.
pub(crate) async fn reading_back_has_its_turn_beside_a_queue(on: Kind) {
    let l = ledger(on, "watch").await;
    let v = version(&l.store, "out", "题").await;
    let out = planned(&l.store, 1, rendition(&v, "push", Intent::Publish), at(0)).await;
    delivered(&l.store, &out, "r", at(1)).await;
    let due = l.store.delivery(&out.id).await.unwrap().due_at.unwrap();
    for n in 2..=4 {
        let v = version(&l.store, &format!("i{n}"), "题").await;
        planned(&l.store, n, rendition(&v, "push", Intent::Publish), at(0)).await;
    }
    let mut names = Vec::new();
    for _ in 0..2 {
        let claimed = l.store.claim(None, 1, "w", LEASE, due).await.unwrap();
        names.extend(claimed.into_iter().map(|c| c.delivery.id.to_string()));
    }
    assert_eq!(names, ["d-002", "d-001"]);
}

/// One that is being read back delays no other: reading takes no room.
pub(crate) async fn read_backs_do_not_wait_for_each_other(on: Kind) {
    let l = ledger(on, "side-by-side").await;
    for n in 1..=2 {
        let v = version(&l.store, &format!("i{n}"), "题").await;
        let out = planned(&l.store, n, rendition(&v, "site", Intent::Publish), at(0)).await;
        delivered(&l.store, &out, "r", at(1)).await;
    }
    let mut names = Vec::new();
    for _ in 0..2 {
        let claimed = l.store.claim(None, 1, "w", LEASE, at(500)).await.unwrap();
        names.extend(claimed.into_iter().map(|c| c.delivery.id.to_string()));
    }
    assert_eq!(names, ["d-001", "d-002"]);
}

pub(crate) async fn order_is_kept_and_a_withdrawal_passes(on: Kind) {
    let l = ledger(on, "order").await;
    let v = version(&l.store, "a", "题").await;
    let publish = planned(&l.store, 1, rendition(&v, "push", Intent::Publish), at(0)).await;
    let working = claim_one(&l.store, &publish.id, at(0)).await.unwrap();
    l.store
        .journal_begin(
            check(&working, at(0)),
            None,
            begin("put", Verb::Once, at(0)),
        )
        .await
        .unwrap()
        .unwrap();
    let correct = planned(&l.store, 2, rendition(&v, "push", Intent::Correct), at(1)).await;
    assert_eq!(
        correct.why,
        Some(WaitReason::Order {
            delivery: "d-001".into()
        })
    );
    assert_eq!(claim_one(&l.store, &correct.id, at(1)).await, None);
    record(
        &l.store,
        &working,
        Event::Receipt {
            receipt: receipt("r"),
            proof_at: None,
            cleanup_at: None,
        },
        at(2),
    )
    .await;
    let due = l.store.delivery(&correct.id).await.unwrap();
    assert_eq!(
        (due.due_at, due.why),
        (Some(at(2)), Some(WaitReason::Planned)),
        "the end of the first notifies the second"
    );
    let second = l
        .store
        .plan(new(3, rendition(&v, "push", Intent::Publish)), &me(), at(3))
        .await;
    assert!(matches!(
        second,
        Err(PlanError::NotPlanned(NotPlanned::UnderWay(_)))
    ));
}

pub(crate) async fn a_drained_destination_takes_withdrawals_and_nothing_else_that_is_new(on: Kind) {
    let l = ledger(on, "drained").await;
    let v = version(&l.store, "a", "题").await;
    let other = version(&l.store, "b", "题").await;
    let push = destination("push");
    let first = planned(&l.store, 1, rendition(&v, "push", Intent::Publish), at(0)).await;
    l.store.drain(&push, "换账号", &me(), at(1)).await.unwrap();
    let row = l.store.destinations().await.unwrap().remove(0);
    assert_eq!(row.drained_why.as_deref(), Some("换账号"));
    let refused = |planned: Result<_, PlanError>| match planned {
        Err(PlanError::NotPlanned(NotPlanned::Draining { by, why })) => {
            assert_eq!((by.as_str(), why.as_str()), ("user:tester", "换账号"));
        }
        other => panic!("{other:?}"),
    };
    let correct = new(2, rendition(&v, "push", Intent::Correct));
    refused(l.store.plan(correct, &me(), at(1)).await);
    let publish = new(3, rendition(&other, "push", Intent::Publish));
    refused(l.store.plan(publish, &me(), at(1)).await);
    assert!(
        claim_one(&l.store, &first.id, at(1)).await.is_some(),
        "what was planned continues"
    );
    planned(&l.store, 4, rendition(&v, "push", Intent::Withdraw), at(2)).await;
    l.store.pause(&push, None, &me(), at(3)).await.unwrap();
    planned(
        &l.store,
        5,
        rendition(&other, "push", Intent::Publish),
        at(3),
    )
    .await;
    let verbs: Vec<String> = l
        .store
        .ledger(Some("push"), 10)
        .await
        .unwrap()
        .into_iter()
        .map(|entry| entry.verb)
        .collect();
    assert_eq!(verbs, ["destination.drain", "destination.resume"]);
}

pub(crate) async fn what_a_superseded_worker_brings_back_reaches_the_withdrawal(on: Kind) {
    let l = ledger(on, "returned").await;
    let v = version(&l.store, "a", "题").await;
    let publish = planned(&l.store, 1, rendition(&v, "push", Intent::Publish), at(0)).await;
    let working = claim_one(&l.store, &publish.id, at(0)).await.unwrap();
    l.store
        .journal_begin(
            check(&working, at(0)),
            None,
            begin("put", Verb::Once, at(0)),
        )
        .await
        .unwrap()
        .unwrap();
    let withdraw = planned(&l.store, 2, rendition(&v, "push", Intent::Withdraw), at(1)).await;
    assert_eq!(withdraw.prior.remote_state, RemoteState::Unsure);
    let event = Event::Receipt {
        receipt: receipt("late"),
        proof_at: None,
        cleanup_at: None,
    };
    assert!(!record(&l.store, &working, event, at(2)).await);
    let withdraw = claim_one(&l.store, &withdraw.id, at(2)).await.unwrap();
    assert_eq!(
        withdraw.prior.remote_state,
        RemoteState::Out(receipt("late"))
    );
    let publish = l.store.delivery(&publish.id).await.unwrap();
    assert_eq!(
        (publish.state, publish.receipt),
        (State::Superseded, Some(receipt("late")))
    );
}

#[expect(
    clippy::too_many_lines,
    reason = "one story of several workers, in the order in which they act"
)]
pub(crate) async fn a_shared_value_is_made_by_one_and_kept_while_others_use_it(on: Kind) {
    let l = ledger(on, "shared").await;
    let (a, b) = (
        version(&l.store, "a", "一").await,
        version(&l.store, "b", "二").await,
    );
    let first = planned(&l.store, 1, rendition(&a, "push", Intent::Publish), at(0)).await;
    let second = planned(&l.store, 2, rendition(&b, "push", Intent::Publish), at(0)).await;
    let first = claim_one(&l.store, &first.id, at(0)).await.unwrap();
    let second = claim_one(&l.store, &second.id, at(5)).await.unwrap();
    let (to, name) = (destination("push"), ("picture", "p"));
    let ends = at(30);
    let begun = |d: &Delivery, now| l.store.shared_begin(check(d, now), None, &to, name, ends);
    assert_eq!(begun(&first, at(0)).await.unwrap(), Ok(true));
    assert_eq!(
        begun(&second, at(1)).await.unwrap(),
        Ok(false),
        "one maker at a time"
    );
    let seen = l
        .store
        .shared_value(&to, name, (Some(&b.item), Some(&second.id)), at(1))
        .await
        .unwrap();
    assert_eq!(seen, SharedValue::Busy);
    // Its maker's lease has lapsed: the value is to be looked up.
    let seen = l
        .store
        .shared_value(&to, name, (Some(&b.item), Some(&second.id)), at(11))
        .await
        .unwrap();
    assert_eq!(seen, SharedValue::Open { ends, lookups: 0 });
    assert_eq!(begun(&second, at(9)).await.unwrap(), Ok(false));
    // The first maker comes back late, after the second has begun to make it: its value is refused.
    assert_eq!(begun(&second, at(11)).await.unwrap(), Ok(true));
    let done = |d: &Delivery, now, value| {
        let by = (d.id.clone(), d.fence, now);
        let (store, to, item) = (l.store.clone(), to.clone(), a.item.clone());
        async move {
            let by = (&by.0, by.1, by.2);
            store
                .shared_done(&to, name, by, Some(&item), &json!(value), None)
                .await
        }
    };
    done(&first, at(11), "u0").await.unwrap();
    l.store
        .shared_undone(&to, name, (&first.id, first.fence, at(11)), false, 0)
        .await
        .unwrap();
    done(&second, at(11), "u1").await.unwrap();
    assert_eq!(
        l.store.unshared(&to, "picture", &a.item).await.unwrap(),
        [("p".to_owned(), json!("u1"))]
    );
    l.store
        .shared_value(&to, name, (Some(&b.item), Some(&second.id)), at(2))
        .await
        .unwrap();
    assert_eq!(
        l.store.unshared(&to, "picture", &a.item).await.unwrap(),
        [],
        "another item uses it too"
    );
    l.store
        .shared_forget(&to, name, &json!("older"))
        .await
        .unwrap();
    assert_eq!(
        l.store
            .shared_value(&to, name, (None, None), at(2))
            .await
            .unwrap(),
        SharedValue::Done(json!("u1"))
    );
    l.store
        .shared_forget(&to, name, &json!("u1"))
        .await
        .unwrap();
    assert_eq!(
        l.store
            .shared_value(&to, name, (None, None), at(2))
            .await
            .unwrap(),
        SharedValue::Absent
    );
    // Made again by one of them, it is still the other's, until that one is done with it.
    assert_eq!(begun(&second, at(11)).await.unwrap(), Ok(true));
    done(&second, at(11), "u2").await.unwrap();
    assert_eq!(l.store.unshared(&to, "picture", &a.item).await.unwrap(), []);
    l.store.stop_using(&to, "picture", &b.item).await.unwrap();
    assert_eq!(
        l.store.unshared(&to, "picture", &a.item).await.unwrap(),
        [("p".to_owned(), json!("u2"))]
    );
}

pub(crate) async fn what_is_received_wakes_the_ticket_it_names_once(on: Kind) {
    let l = ledger(on, "inbox").await;
    let v = version(&l.store, "a", "题").await;
    let d = planned(&l.store, 1, rendition(&v, "push", Intent::Publish), at(0)).await;
    let d = claim_one(&l.store, &d.id, at(0)).await.unwrap();
    let ticket = yigao_core::Ticket {
        id: "t-1".into(),
        asks: yigao_core::Asks::Person(Localized::new("请确认", "please confirm")),
        note: json!({}),
    };
    open_ticket(&l.store, &d, &ticket).await;
    let event = Event::Accepted {
        ticket,
        until: None,
        why: WaitReason::Person {
            asked: Localized::new("请确认", "please confirm"),
        },
    };
    record(&l.store, &d, event, at(1)).await;
    let body = json!({"who": "王"});
    let rung = l
        .store
        .receive(
            &destination("push"),
            ("t-1", "m1"),
            &body,
            &Actor::person("王"),
            at(2),
        )
        .await
        .unwrap();
    assert_eq!(rung, std::slice::from_ref(&d.id));
    l.store
        .receive(
            &destination("push"),
            ("t-1", "m1"),
            &body,
            &Actor::person("王"),
            at(3),
        )
        .await
        .unwrap();
    let callbacks = l
        .store
        .callbacks(&destination("push"), &["t-1".into()])
        .await
        .unwrap();
    assert_eq!(
        callbacks.iter().map(|h| &h.body).collect::<Vec<_>>(),
        [&body]
    );
    assert_eq!(l.store.delivery(&d.id).await.unwrap().due_at, Some(at(2)));
}

#[expect(
    clippy::too_many_lines,
    reason = "one story of several workers, in the order in which they act"
)]
pub(crate) async fn a_doubt_is_decided_by_a_person_both_ways_and_nothing_else_is(on: Kind) {
    let l = ledger(on, "decide").await;
    let v = version(&l.store, "a", "题").await;
    for (n, decision, expected) in [
        (
            1,
            Decision::Happened {
                id: "99".into(),
                url: None,
            },
            vec![EntryState::Answered(PersonsAnswer {
                id: "99".into(),
                url: None,
                by: me().to_string(),
            })],
        ),
        (2, Decision::DidNot, vec![]),
    ] {
        let to = if n == 1 { "push" } else { "site" };
        let d = planned(&l.store, n, rendition(&v, to, Intent::Publish), at(0)).await;
        let d = claim_one(&l.store, &d.id, at(0)).await.unwrap();
        let refused = l
            .store
            .decide(
                &d.id,
                decision.clone(),
                &me(),
                "看过后台",
                at(1),
                &Policy::default(),
            )
            .await;
        assert!(
            matches!(refused, Err(StoreError::Refused(_))),
            "it is not in doubt yet"
        );
        l.store
            .journal_begin(check(&d, at(0)), None, begin("put", Verb::Once, at(0)))
            .await
            .unwrap()
            .unwrap();
        let doubt = yigao_core::Doubt {
            op: "put".into(),
            part: String::new(),
            evidence: "lost".into(),
        };
        record(&l.store, &d, Event::Doubt(doubt), at(1)).await;
        let decided = l
            .store
            .decide(
                &d.id,
                decision,
                &me(),
                "看过后台",
                at(2),
                &Policy::default(),
            )
            .await
            .unwrap();
        assert_eq!(
            (decided.state, decided.due_at),
            (State::Waiting, Some(at(2)))
        );
        let states: Vec<_> = l
            .store
            .journal(&d.id, 0)
            .await
            .unwrap()
            .iter()
            .map(|r| r.state.clone())
            .collect();
        assert_eq!(states, expected);
    }
}

pub(crate) async fn a_breaker_trips_after_faults_in_a_row_and_a_receipt_closes_it(on: Kind) {
    let l = ledger(on, "breaker").await;
    let v = version(&l.store, "a", "题").await;
    let d = planned(&l.store, 1, rendition(&v, "push", Intent::Publish), at(0)).await;
    for n in 0..3 {
        let now = at(n * 100);
        l.store.wake(&d.id, now).await.unwrap();
        let claimed = claim_one(&l.store, &d.id, now).await.unwrap();
        let error =
            yigao_core::ChannelError::new(yigao_core::ErrorKind::Unavailable, "put", "down");
        let change = next(
            &claimed,
            Event::Fault {
                error,
                lookup_at: None,
                cleanup_at: None,
            },
            now,
            &Policy::default(),
        )
        .unwrap();
        let attempt = AttemptRow {
            fence: claimed.fence,
            purpose: "deliver".into(),
            worker: "w".into(),
            started_at: now,
            ended_at: now,
            outcome: "fault".into(),
            message: Localized::new("断线", "down"),
        };
        let record = RunRecord {
            delivery: d.id.clone(),
            fence: claimed.fence,
            from: claimed.state,
            change,
            last: None,
            attempt,
            exchanges: vec![],
            escape: None,
            healthy: Some(false),
            breaker: (3, Duration::from_secs(60)),
            now,
            ledger: None,
            notices: vec![],
        };
        l.store.record(record).await.unwrap();
    }
    let push = l
        .store
        .destinations()
        .await
        .unwrap()
        .into_iter()
        .find(|r| r.id.as_str() == "push")
        .unwrap();
    assert_eq!((push.failures, push.tripped_until), (3, Some(at(260))));
    l.store.wake(&d.id, at(250)).await.unwrap();
    assert_eq!(
        claim_one(&l.store, &d.id, at(250)).await,
        None,
        "left alone while tripped"
    );
    assert!(claim_one(&l.store, &d.id, at(261)).await.is_some());
}

pub(crate) async fn the_ledger_is_append_only_and_its_chain_shows_a_change(on: Kind) {
    let l = ledger(on, "chain").await;
    version(&l.store, "a", "题").await;
    version(&l.store, "b", "题").await;
    assert_eq!(l.store.ledger_broken_at().await.unwrap(), None);
    let change = "update ledger set actor = 'user:other' where seq = 1";
    let refused = l.sql(change).await.unwrap_err();
    assert!(refused.contains("append only"), "{refused}");
    let refused = l.sql("delete from ledger").await.unwrap_err();
    assert!(refused.contains("append only"), "{refused}");
    l.sql(match on {
        Kind::Sqlite => "drop trigger ledger_keeps",
        Kind::Postgres => "drop trigger ledger_keeps on ledger",
    })
    .await
    .unwrap();
    l.sql(change).await.unwrap();
    assert_eq!(l.store.ledger_broken_at().await.unwrap(), Some(1));
}

pub(crate) async fn a_ledger_of_a_newer_program_is_refused_with_advice(on: Kind) {
    let l = ledger(on, "newer").await;
    l.sql(match on {
        Kind::Sqlite => "insert into _sqlx_migrations (version, description, success, checksum, execution_time) values (9999, 'future', 1, x'00', 0)",
        Kind::Postgres => "insert into _sqlx_migrations (version, description, success, checksum, execution_time) values (9999, 'future', true, '', 0)",
    })
    .await
    .unwrap();
    let refused = l.again().await;
    let Err(StoreError::Schema {
        found,
        needed,
        advice,
    }) = refused
    else {
        panic!("{refused:?}")
    };
    assert_eq!((found, needed), (9_999, 8));
    assert!(advice.contains("newer yigao"), "{advice}");
}

pub(crate) async fn a_full_disk_is_reported_and_the_ledger_continues_when_there_is_room(on: Kind) {
    let l = ledger(on, "full").await;
    let v = version(&l.store, "a", "题").await;
    // The same error as a disk without room: the page limit of the writer's own connection, or a rule that says so.
    match on {
        Kind::Sqlite => {
            let pages = l.sql("pragma page_count").await.unwrap();
            l.store.limit_pages(pages.parse().ok()).await.unwrap();
        }
        Kind::Postgres => {
            let full = "create function no_room() returns trigger language plpgsql as $$ begin raise exception using errcode = '53100'; end $$;
                create trigger no_room before insert on version for each row execute function no_room()";
            l.sql(full).await.unwrap();
        }
    }
    let big = Content {
        title: "大".repeat(400_000),
        unit: "局".into(),
        ..Content::default()
    };
    let refused = l
        .store
        .put_version(&item("big"), big.clone(), &[], &me(), at(1))
        .await;
    assert_eq!(refused, Err(StoreError::Full));
    assert_eq!(
        l.store.version(&v.item, None).await.unwrap(),
        v,
        "what was there is there"
    );
    match on {
        Kind::Sqlite => l.store.limit_pages(None).await.unwrap(),
        Kind::Postgres => drop(l.sql("drop trigger no_room on version").await.unwrap()),
    }
    assert!(
        l.store
            .put_version(&item("big"), big, &[], &me(), at(2))
            .await
            .unwrap()
            .new
    );
}

pub(crate) async fn one_bad_change_does_not_sink_the_ones_committed_with_it(on: Kind) {
    let l = ledger(on, "savepoint").await;
    version(&l.store, "a", "题").await;
    let content = |title: &str| Content {
        title: title.into(),
        ..Content::default()
    };
    let (a, b, c) = (item("x"), item("y"), item("z"));
    let actor = me();
    let nobody = Digest::of_bytes(b"nobody");
    let (first, bad, second) = tokio::join!(
        l.store.put_version(&a, content("一"), &[], &actor, at(1)),
        l.store.approve(vec![nobody], &actor, at(1)),
        l.store.put_version(&b, content("二"), &[], &actor, at(1)),
    );
    assert!(first.is_ok() && bad.is_err() && second.is_ok());
    assert!(l.store.version(&c, None).await.is_err());
    assert_eq!(l.store.items(None, 10).await.unwrap().len(), 3);
}

pub(crate) async fn a_cancel_takes_back_only_what_never_sent_anything(on: Kind) {
    let l = ledger(on, "cancel").await;
    let v = version(&l.store, "a", "题").await;
    let d = planned(&l.store, 1, rendition(&v, "push", Intent::Publish), at(0)).await;
    l.store.cancel(&d.id, &me(), at(1)).await.unwrap();
    assert_eq!(
        l.store.delivery(&d.id).await.unwrap().state,
        State::Superseded
    );
    let again = planned(&l.store, 2, rendition(&v, "push", Intent::Publish), at(2)).await;
    delivered(&l.store, &again, "r", at(2)).await;
    assert!(matches!(
        l.store.cancel(&again.id, &me(), at(3)).await,
        Err(StoreError::Refused(_))
    ));
    let unchanged = l.store.delivery(&again.id).await.unwrap();
    assert_eq!(
        (unchanged.state, unchanged.due_for),
        (State::Delivered, DueFor::Observe)
    );
}

pub(crate) async fn old_exchanges_are_forgotten_but_not_those_that_a_doubt_is_decided_by(on: Kind) {
    let l = ledger(on, "exchanges").await;
    let v = version(&l.store, "a", "题").await;
    let done = planned(&l.store, 1, rendition(&v, "push", Intent::Publish), at(0)).await;
    delivered(&l.store, &done, "r", at(1)).await;
    let open = planned(&l.store, 2, rendition(&v, "site", Intent::Publish), at(0)).await;
    // One of each delivery after a second, and two more of what is done, after two and ninety.
    for sql in [
        "insert into exchange (delivery, fence, at, took_ms, op, request, answer) select id, 1, created_at + 1000, 5, 'put', '', '' from delivery",
        "insert into exchange (delivery, fence, at, took_ms, op, request, answer) select id, 1, created_at + 2000, 5, 'put', '', '' from delivery where destination = 'push'",
        "insert into exchange (delivery, fence, at, took_ms, op, request, answer) select id, 1, created_at + 90000, 5, 'put', '', '' from delivery where destination = 'push'",
    ] {
        l.sql(sql).await.unwrap();
    }
    let forget = async || l.store.forget_exchanges(at(60), 1).await.unwrap();
    assert_eq!([forget().await, forget().await, forget().await], [1, 1, 0]);
    let left = l.store.exchanges(&done.id).await.unwrap();
    assert_eq!(left.iter().map(|e| e.at).collect::<Vec<_>>(), [at(90)]);
    assert_eq!(l.store.exchanges(&open.id).await.unwrap().len(), 1);
}
