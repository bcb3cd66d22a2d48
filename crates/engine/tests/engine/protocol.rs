//! Rules of the protocol that only a whole engine shows.

use std::time::Duration;

use yigao_core::{Seen, State, WaitReason, plan::NotPlanned};
use yigao_engine::{PublishError, Request};
use yigao_store::{NewDelivery, PlanError};

use crate::{
    board::Remote,
    place::{On, on_both},
    stage::{Stage, item, me},
};

on_both!(
    a_request_left_unsure_by_an_ended_delivery_cannot_bring_a_withdrawn_item_back,
    a_lookup_that_is_never_answered_becomes_a_doubt_in_the_end,
    a_lookup_that_is_answered_after_hours_finds_what_was_done,
    a_correction_behind_a_publication_knows_its_receipt,
    a_correction_under_way_is_not_planned_again
);

/// A request is lost on its way, a second one goes through, the item is withdrawn; then the first arrives after all. The
/// withdrawal is not proven before that has become impossible, and what became public is withdrawn.
async fn a_request_left_unsure_by_an_ended_delivery_cannot_bring_a_withdrawn_item_back(on: On) {
    let stage = Stage::new(on, "late").await;
    let mood = &stage.remote.mood;
    Remote::set(&mood.later, true);
    Remote::set(&mood.mute, true);
    let publish = stage.publish().await;
    stage.work().await;
    assert_eq!(stage.now(&publish).await.state, State::Waiting);
    assert!(stage.remote.posts().is_empty(), "it lies in the tray");
    let held_up = stage.remote.folder.join("tray");
    let held_back = stage.remote.folder.join("lost");
    std::fs::rename(&held_up, &held_back).unwrap();
    std::fs::create_dir(&held_up).unwrap();

    Remote::set(&mood.later, false);
    Remote::set(&mood.mute, false);
    for _ in 0..9 {
        if stage.now(&publish).await.state == State::Delivered {
            break;
        }
        stage.work_next(&publish).await;
    }
    assert_eq!(stage.now(&publish).await.state, State::Delivered);
    assert_eq!(stage.remote.posts().len(), 1);

    let withdraw = stage.withdraw().await;
    stage.work().await;
    assert!(stage.remote.posts().is_empty());
    let waits = stage.now(&withdraw).await;
    assert_eq!(
        (waits.state, waits.why),
        (State::Unconfirmed, Some(WaitReason::Proof)),
        "the first request may still come through"
    );

    for request in std::fs::read_dir(&held_back).unwrap() {
        let request = request.unwrap();
        std::fs::rename(request.path(), held_up.join(request.file_name())).unwrap();
    }
    stage.remote.carry_out();
    assert_eq!(stage.remote.posts().len(), 1, "it is back");
    for _ in 0..9 {
        if stage.now(&withdraw).await.state == State::Delivered {
            break;
        }
        stage.work_next(&withdraw).await;
    }
    let proven = stage.now(&withdraw).await;
    assert!(stage.remote.posts().is_empty(), "and gone again");
    assert_eq!((proven.state, proven.round), (State::Delivered, 1));
    assert_eq!(
        proven.observation.map(|seen| seen.remote_state),
        Some(Seen::Gone)
    );
}

/// A remote whose lookups fail for days is reported to a person; until then nothing is decided and nothing is sent.
async fn a_lookup_that_is_never_answered_becomes_a_doubt_in_the_end(on: On) {
    let stage = Stage::new(on, "deaf").await;
    let mood = &stage.remote.mood;
    Remote::set(&mood.mute, true);
    Remote::set(&mood.deaf, true);
    let publish = stage.publish().await;
    stage.work().await;
    let mut waited = Duration::ZERO;
    for _ in 0..10_000 {
        if stage.now(&publish).await.state == State::InDoubt {
            break;
        }
        waited += stage.work_next(&publish).await;
        assert_eq!(stage.remote.posts().len(), 1, "nothing is sent again");
    }
    let doubt = stage.now(&publish).await.doubt.unwrap();
    assert_eq!(doubt.op, "post");
    assert!(doubt.evidence.contains("deaf"), "{doubt:?}");
    assert!(waited > Duration::from_secs(24 * 3_600), "{waited:?}");
}

/// As soon as it answers again, it is found, whatever the hour.
async fn a_lookup_that_is_answered_after_hours_finds_what_was_done(on: On) {
    let stage = Stage::new(on, "deaf-for-hours").await;
    let mood = &stage.remote.mood;
    Remote::set(&mood.mute, true);
    Remote::set(&mood.deaf, true);
    let publish = stage.publish().await;
    stage.work().await;
    stage.hub.clock.advance(Duration::from_secs(10 * 3_600));
    stage.work().await;
    assert_eq!(stage.now(&publish).await.state, State::Waiting);
    Remote::set(&mood.deaf, false);
    stage.work_next(&publish).await;
    let found = stage.now(&publish).await;
    assert_eq!(found.state, State::Delivered);
    assert_eq!(
        found.receipt.map(|r| r.id),
        stage.remote.posts().pop(),
        "the receipt names what is public there"
    );
}

/// A correction that was planned while the publication was under way replaces what the publication brought.
async fn a_correction_behind_a_publication_knows_its_receipt(on: On) {
    let stage = Stage::new(on, "behind").await;
    let publish = stage.publish().await;
    let claimed = stage.hub.claim(&publish).await.unwrap().unwrap();
    stage.write("题二").await;
    let plan = stage
        .hub
        .correct(&item(), &Request::approved(), &me())
        .await
        .unwrap();
    let correct = plan.deliveries[0].id.clone();
    stage.hub.work(claimed).await.unwrap();
    stage.work().await;
    let (first, second) = (stage.now(&publish).await, stage.now(&correct).await);
    assert_eq!(second.state, State::Delivered);
    assert_eq!(
        first.receipt.map(|r| r.id),
        second.receipt.map(|r| r.id),
        "in its place, not beside it"
    );
    assert_eq!(stage.remote.posts().len(), 1);
}

/// Two people ask for the same correction, or one asks twice: once it is being sent, the second gets this answer.
async fn a_correction_under_way_is_not_planned_again(on: On) {
    let stage = Stage::new(on, "twice").await;
    stage.publish().await;
    stage.work().await;
    stage.write("更正后的题").await;
    let (item, request, me) = (item(), Request::approved(), me());
    let planned = stage.hub.correct(&item, &request, &me).await.unwrap();
    let first = planned.deliveries[0].id.clone();
    let claimed = stage.hub.claim(&first).await.unwrap();
    let again = stage.hub.correct(&item, &request, &me).await;
    let Err(PublishError::Nothing(left_out)) = again else {
        panic!("planned twice: {again:?}");
    };
    assert_eq!(left_out[0].code, "under_way");
    stage.hub.work(claimed.unwrap()).await.unwrap();
    assert_eq!(stage.now(&first).await.state, State::Delivered);

    // Who asked before it was there and comes to planning after it.
    let hub = &stage.hub;
    let (rendition, findings) = hub
        .rendition(&stage.now(&first).await.rendition)
        .await
        .unwrap();
    let new = NewDelivery {
        id: "d-late".parse().unwrap(),
        rendition,
        findings,
        not_before: None,
        over: None,
    };
    let late = stage.store.plan(new, &me, hub.clock.now()).await;
    let same = NotPlanned::Same(first);
    assert_eq!(late.unwrap_err(), PlanError::NotPlanned(same));
}
