//! What the trial of the contract did not run: priors that change while a delivery waits, what ended deliveries left unsure,
//! answers about the whole.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot continue fails"
)]

use yigao_core::{
    Asks, By, Delivery, DeliveryId, DueFor, Intent, Localized, Observation, RemoteState, Seen,
    State, Ticket, WaitReason,
    journal::{Finish, Verb},
    next::{Event, Policy},
};
use yigao_store::{Decision, StoreError};

use crate::place::{
    Kind, LEASE, Ledger, at, begin, check, claim_one, ledger, me, open_ticket, planned, receipt,
    record, rendition, version,
};

/// One publication that is claimed and has an intent committed; returns it with the entry's number.
async fn publishing(l: &Ledger) -> (Delivery, i64) {
    let v = version(&l.store, "a", "题").await;
    let publish = planned(&l.store, 1, rendition(&v, "push", Intent::Publish), at(0)).await;
    let publish = claim_one(&l.store, &publish.id, at(0)).await.unwrap();
    let begun = l.store.journal_begin(
        check(&publish, at(0)),
        None,
        begin("put", Verb::Once, at(0)),
    );
    let Ok(seq) = begun.await.unwrap() else {
        panic!("the gate is open");
    };
    (publish, seq)
}

async fn receipted(l: &Ledger, d: &Delivery, id: &str) {
    let event = Event::Receipt {
        receipt: receipt(id),
        proof_at: None,
        cleanup_at: None,
    };
    assert!(record(&l.store, d, event, at(2)).await);
}

pub(crate) async fn a_correction_that_queued_learns_how_the_publication_ended(on: Kind) {
    let l = ledger(on, "queued").await;
    let (publish, _) = publishing(&l).await;
    let v = version(&l.store, "a", "题二").await;
    let correct = planned(&l.store, 2, rendition(&v, "push", Intent::Correct), at(1)).await;
    assert_eq!(
        correct.prior.remote_state,
        RemoteState::Unsure,
        "planned while it was under way"
    );
    receipted(&l, &publish, "r1").await;
    let correct = claim_one(&l.store, &correct.id, at(3)).await.unwrap();
    assert_eq!(correct.prior.remote_state, RemoteState::Out(receipt("r1")));
    assert_eq!(correct.prior.key, "d-001");
    let stored = l.store.delivery(&correct.id).await.unwrap();
    assert_eq!(
        stored.prior, correct.prior,
        "a worker that takes it over gets the same prior"
    );
}

pub(crate) async fn what_an_ended_delivery_left_unsure_is_known_to_all_that_come_after(on: Kind) {
    let l = ledger(on, "unsure").await;
    let (publish, seq) = publishing(&l).await;
    // Its answer was lost, it was found by a lookup: an earlier request may still come through.
    let found = Finish::Done {
        seq,
        value: serde_json::json!("r1"),
        unsure: true,
    };
    l.store
        .journal_finish(&publish.id, publish.fence, found)
        .await
        .unwrap();
    receipted(&l, &publish, "r1").await;
    let v = version(&l.store, "a", "题").await;
    let withdraw = planned(&l.store, 2, rendition(&v, "push", Intent::Withdraw), at(3)).await;
    let unsure = l.store.unsure_up_to(&withdraw.id).await.unwrap();
    let open: Vec<_> = unsure
        .iter()
        .map(|(row, own)| (row.op.as_str(), row.seq, *own))
        .collect();
    assert_eq!(open, [("put", seq, false)]);
    let other = version(&l.store, "b", "题").await;
    let other = planned(
        &l.store,
        3,
        rendition(&other, "push", Intent::Publish),
        at(3),
    )
    .await;
    assert!(
        l.store.unsure_up_to(&other.id).await.unwrap().is_empty(),
        "another item's are not its business"
    );
}

async fn decide(l: &Ledger, id: &DeliveryId, decision: Decision) -> Result<Delivery, StoreError> {
    l.store
        .decide(id, decision, &me(), "看过后台", at(9), &Policy::default())
        .await
}

pub(crate) async fn a_doubt_about_the_whole_is_ended_or_begun_anew(on: Kind) {
    let l = ledger(on, "whole").await;
    let (publish, _) = publishing(&l).await;
    let replay = yigao_core::Doubt {
        op: "replay".into(),
        part: String::new(),
        evidence: "the program changed".into(),
    };
    record(&l.store, &publish, Event::Doubt(replay.clone()), at(1)).await;
    let anew = decide(&l, &publish.id, Decision::DidNot).await.unwrap();
    assert_eq!((anew.state, anew.round), (State::Waiting, 1));
    assert!(l.store.journal(&anew.id, 1).await.unwrap().is_empty());
    assert_eq!(
        l.store.journal(&anew.id, 0).await.unwrap().len(),
        1,
        "what was noted stays on record"
    );
    assert_eq!(anew.key(), "d-001.r1", "under a key of its own");

    let again = l
        .store
        .claim(Some(publish.id.clone()), 1, "w", LEASE, at(10));
    let again = again.await.unwrap().remove(0);
    assert!(!again.open_once, "what is open in the round before is past");
    record(&l.store, &again.delivery, Event::Doubt(replay), at(10)).await;
    let there = Decision::Happened {
        id: "99".into(),
        url: Some("https://x.example/99".into()),
    };
    let done = decide(&l, &publish.id, there.clone()).await.unwrap();
    let receipt = done.receipt.unwrap();
    assert_eq!(
        (done.state, receipt.id.as_str(), receipt.by),
        (State::Delivered, "99", By::Person(me().to_string()))
    );
    assert!(matches!(
        decide(&l, &publish.id, there).await,
        Err(StoreError::Refused(_))
    ));
}

pub(crate) async fn a_person_proves_a_withdrawal_that_nobody_else_can_see(on: Kind) {
    let l = ledger(on, "blind").await;
    let (publish, _) = publishing(&l).await;
    receipted(&l, &publish, "r1").await;
    let v = version(&l.store, "a", "题").await;
    let withdraw = planned(&l.store, 2, rendition(&v, "push", Intent::Withdraw), at(3)).await;
    let withdraw = claim_one(&l.store, &withdraw.id, at(3)).await.unwrap();
    let event = Event::Receipt {
        receipt: receipt("k"),
        proof_at: Some(at(4)),
        cleanup_at: None,
    };
    record(&l.store, &withdraw, event, at(3)).await;
    let blind = claim_one(&l.store, &withdraw.id, at(4)).await.unwrap();
    assert_eq!(
        (blind.state, blind.due_for),
        (State::Unconfirmed, DueFor::Observe)
    );
    let seen = Observation::by_remote(Seen::CannotSee, at(4));
    record(&l.store, &blind, Event::Proof { seen }, at(4)).await;
    let gone = Decision::Happened {
        id: String::new(),
        url: None,
    };
    let proved = decide(&l, &withdraw.id, gone).await.unwrap();
    let seen = proved.observation.unwrap();
    assert_eq!(
        (
            proved.state,
            proved.receipt.map(|r| r.id),
            seen.remote_state,
            seen.by
        ),
        (
            State::Delivered,
            Some("k".into()),
            Seen::Gone,
            By::Person(me().to_string())
        )
    );
}

/// The answer comes while the ticket is still on its way into the ledger: it wakes the delivery when the ticket is there.
pub(crate) async fn an_answer_that_was_quicker_than_its_ticket_wakes_all_the_same(on: Kind) {
    let l = ledger(on, "quick").await;
    let v = version(&l.store, "a", "题").await;
    let d = planned(&l.store, 1, rendition(&v, "push", Intent::Publish), at(0)).await;
    let d = claim_one(&l.store, &d.id, at(0)).await.unwrap();
    let body = serde_json::json!({"who": "李"});
    let rung = l
        .store
        .receive(&d.destination, ("t-1", "m1"), &body, &me(), at(1))
        .await;
    assert_eq!(rung.unwrap(), [], "nothing waits for it yet");
    let asked = Localized::new("请确认", "please confirm");
    let accepted = |ticket: &str| Event::Accepted {
        ticket: Ticket {
            id: ticket.into(),
            asks: Asks::Person(asked.clone()),
            note: serde_json::Value::Null,
        },
        until: None,
        why: WaitReason::Person {
            asked: asked.clone(),
        },
    };
    assert!(record(&l.store, &d, accepted("t-1"), at(1)).await);
    let waits = l.store.delivery(&d.id).await.unwrap();
    assert_eq!((waits.state, waits.due_at), (State::Accepted, Some(at(1))));
    // Once it has been read, the same answer does not wake the delivery for ever.
    let again = claim_one(&l.store, &d.id, at(2)).await.unwrap();
    assert!(record(&l.store, &again, accepted("t-1"), at(3)).await);
    assert_eq!(l.store.delivery(&d.id).await.unwrap().due_at, None);
}

/// An answer on the page of something that was withdrawn since: the withdrawal is checked again.
pub(crate) async fn an_answer_on_an_old_page_wakes_the_withdrawal(on: Kind) {
    let l = ledger(on, "late").await;
    let v = version(&l.store, "a", "题").await;
    let publish = planned(&l.store, 1, rendition(&v, "push", Intent::Publish), at(0)).await;
    let publish = claim_one(&l.store, &publish.id, at(0)).await.unwrap();
    let ticket = Ticket {
        id: "t-1".into(),
        asks: Asks::Remote,
        note: serde_json::json!({"pack": {"title": "题"}}),
    };
    open_ticket(&l.store, &publish, &ticket).await;
    receipted(&l, &publish, "r1").await;
    let withdraw = planned(&l.store, 2, rendition(&v, "push", Intent::Withdraw), at(3)).await;
    let withdraw = claim_one(&l.store, &withdraw.id, at(3)).await.unwrap();
    receipted(&l, &withdraw, "k").await;
    let far = l.store.delivery(&withdraw.id).await.unwrap().due_at;
    assert!(far > Some(at(9)));

    let body = serde_json::json!({"who": "李", "answer": "adopted"});
    l.store
        .receive(&withdraw.destination, ("t-1", "m1"), &body, &me(), at(9))
        .await
        .unwrap();
    let rung = l.store.delivery(&withdraw.id).await.unwrap();
    assert_eq!((rung.due_at, rung.due_for), (Some(at(9)), DueFor::Observe));
    let handed = l
        .store
        .handed_over(&withdraw.destination, "t-1")
        .await
        .unwrap();
    let handed = handed.unwrap();
    assert_eq!(
        (
            handed.delivery.id,
            handed.newer.map(|d| d.id),
            handed.ticket
        ),
        (publish.id.clone(), Some(withdraw.id), ticket)
    );
    assert_eq!(handed.callbacks.len(), 1);
    let publish = l.store.delivery(&publish.id).await.unwrap();
    assert_eq!(
        l.store.callbacks_of(&publish).await.unwrap(),
        handed.callbacks
    );
    let nothing = l.store.handed_over(&publish.destination, "t-2").await;
    assert_eq!(nothing.unwrap(), None);
}

/// A report about a delivery that is public does not bring its cleanup forward: late requests may still make leftovers.
pub(crate) async fn an_answer_leaves_the_hour_of_cleanup_alone(on: Kind) {
    let l = ledger(on, "cleanup").await;
    let (publish, _) = publishing(&l).await;
    let ticket = Ticket {
        id: "t-1".into(),
        asks: Asks::Remote,
        note: serde_json::Value::Null,
    };
    open_ticket(&l.store, &publish, &ticket).await;
    let event = Event::Receipt {
        receipt: receipt("r1"),
        proof_at: None,
        cleanup_at: Some(at(500)),
    };
    record(&l.store, &publish, event, at(2)).await;
    let body = serde_json::json!({"who": "李", "answer": "adopted"});
    l.store
        .receive(&publish.destination, ("t-1", "m1"), &body, &me(), at(9))
        .await
        .unwrap();
    let out = l.store.delivery(&publish.id).await.unwrap();
    assert_eq!((out.due_at, out.due_for), (Some(at(500)), DueFor::Cleanup));
}
