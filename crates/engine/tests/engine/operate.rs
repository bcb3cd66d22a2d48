//! What operators do after trouble.

use std::time::Duration;

use yigao_core::{Intent, ItemId, State};
use yigao_engine::{Agreed, PublishError, Request, input::overwrite, seen_digest};

use crate::{
    board::Remote,
    place::{On, on_both},
    stage::{Stage, item, me},
};

on_both!(
    what_failed_is_tried_again_once_and_only_when_nothing_came_after,
    a_new_destination_is_given_what_is_out_and_not_what_was_withdrawn,
    what_could_not_be_read_is_reported_in_sentences,
    an_overwrite_holds_for_the_destination_it_names_and_no_other,
    what_is_ordered_apart_prints_the_address_it_is_about_to_have,
    what_was_refused_before_anything_was_written_is_checked_as_a_publication
);

async fn what_failed_is_tried_again_once_and_only_when_nothing_came_after(on: On) {
    let stage = Stage::new(on, "recover").await;
    let before = stage.hub.clock.now();
    Remote::set(&stage.remote.mood.strict, true);
    let failed = stage.publish().await;
    stage.work().await;
    assert_eq!(stage.now(&failed).await.state, State::Failed);
    stage.hub.clock.advance(Duration::from_secs(60));
    let later = stage.hub.clock.now();
    let recover = async |since, dry_run| {
        let hub = &stage.hub;
        hub.recover(since, None, dry_run, &me()).await.unwrap()
    };
    assert_eq!(recover(later, false).await.len(), 0, "not since then");

    let would = recover(before, true).await;
    assert_eq!((would.len(), would[0].planned.clone()), (1, None));
    assert!(would[0].message.as_ref().unwrap().zh.contains("内容被拒"));
    let all = stage.hub.deliveries_of(&item()).await.unwrap();
    assert_eq!(all.len(), 1, "a dry run plans nothing");

    Remote::set(&stage.remote.mood.strict, false);
    let done = recover(before, false).await;
    let planned = done[0].planned.clone().unwrap();
    stage.work().await;
    assert_eq!(stage.now(&planned).await.state, State::Delivered);
    assert_eq!(
        stage.now(&failed).await.state,
        State::Failed,
        "it stays on record"
    );
    assert_eq!(stage.remote.posts().len(), 1);
    assert_eq!(
        recover(before, false).await.len(),
        0,
        "nothing is left to try"
    );
}

async fn a_new_destination_is_given_what_is_out_and_not_what_was_withdrawn(on: On) {
    let mut stage = Stage::new(on, "replay").await;
    stage.publish().await;
    let gone = ItemId::parse("gone").unwrap();
    stage.write_as(gone.clone(), "撤回的").await;
    let never = ItemId::parse("never").unwrap();
    stage.write_as(never, "没发过的").await;
    let approved = Request::approved();
    stage.hub.publish(&gone, &approved, &me()).await.unwrap();
    stage.work().await;
    stage
        .hub
        .withdraw(&gone, Vec::new(), "误发", &me())
        .await
        .unwrap();
    stage.work().await;

    let another = stage.with_another("late").await;
    let to = "late".parse().unwrap();
    let replay = async |approve, dry_run| {
        let hub = &stage.hub;
        hub.replay(&to, approve, dry_run, &me()).await.unwrap()
    };
    let would = replay(true, true).await;
    let names: Vec<_> = would.iter().map(|one| one.item.as_str()).collect();
    assert_eq!(names, ["a"]);
    let unsigned = replay(false, false).await;
    assert!(unsigned[0].planned.is_none());
    assert!(
        unsigned[0]
            .left_out
            .as_ref()
            .unwrap()
            .zh
            .contains("尚未批准")
    );
    assert!(another.posts().is_empty());

    let done = replay(true, false).await;
    assert!(done[0].planned.is_some());
    stage.work().await;
    assert_eq!(another.posts().len(), 1);
    assert_eq!(
        stage.remote.posts().len(),
        1,
        "nothing is sent where it is out"
    );
    assert_eq!(replay(true, false).await.len(), 0);
}

async fn what_is_ordered_apart_prints_the_address_it_is_about_to_have(on: On) {
    let mut stage = Stage::new(on, "apart").await;
    let home = stage.with_home("site").await;
    let site: Vec<_> = vec!["site".parse().unwrap()];
    let printed = async || {
        let version = stage.hub.version(&item(), None).await.unwrap();
        let board = vec!["board".parse().unwrap()];
        let reports = stage.hub.preflight(&version, &board, None, None).await;
        let rendition = reports.unwrap().remove(0).rendition.unwrap();
        rendition.payload[1].as_str().map(str::to_owned)
    };
    let approved = Request {
        destinations: site.clone(),
        ..Request::approved()
    };
    assert_eq!(printed().await, None, "it is going nowhere");

    Remote::set(&home.mood.strict, true);
    let plan = stage.hub.publish(&item(), &approved, &me()).await.unwrap();
    assert_eq!(printed().await.as_deref(), Some("site"), "on its way");
    stage.work().await;
    let failed = stage.now(&plan.deliveries[0].id).await;
    assert_eq!((failed.state, printed().await), (State::Failed, None));

    Remote::set(&home.mood.strict, false);
    stage.hub.publish(&item(), &approved, &me()).await.unwrap();
    stage.work().await;
    assert_eq!(printed().await.as_deref(), Some("site"), "it is public");
    stage
        .hub
        .withdraw(&item(), site, "误发", &me())
        .await
        .unwrap();
    assert_eq!(printed().await, None, "it is about to go");
}

async fn an_overwrite_holds_for_the_destination_it_names_and_no_other(on: On) {
    let mut stage = Stage::new(on, "overwrite").await;
    stage.with_another("two").await;
    let board = stage.publish().await;
    stage.work().await;
    stage.work_next(&board).await;
    let seen = seen_digest(&stage.now(&board).await).unwrap();
    let both = async |agreed: Agreed| {
        let agreed = [agreed];
        stage.hub.agreed_overwrites(&item(), &[], &agreed).await
    };
    // Two destinations: what is overwritten has to be stated for one of them.
    let bare = overwrite(seen.as_str()).unwrap();
    for agreed in [Agreed::LastSeen, Agreed::Exactly(bare.clone())] {
        match both(agreed).await {
            Err(PublishError::Input(error)) => assert_eq!(error.code, "overwrite_which"),
            other => panic!("{other:?}"),
        }
    }
    let named = overwrite(&format!("board={seen}")).unwrap();
    let over = both(Agreed::Exactly(named.clone())).await.unwrap();
    stage.write("改过的题").await;
    let request = Request {
        over,
        ..Request::approved()
    };
    let plan = stage.hub.correct(&item(), &request, &me()).await.unwrap();
    assert_eq!(plan.deliveries.len(), 2, "{:?}", plan.left_out);
    for delivery in plan.deliveries {
        let agreed = (delivery.destination.as_str() == "board").then(|| seen.clone());
        assert_eq!(delivery.prior.over, agreed, "{}", delivery.destination);
    }
    // One destination: it may be left out. Another one than the order goes to is a mistake.
    let one = ["two".parse().unwrap()];
    let agreed = async |what| {
        let what = [Agreed::Exactly(what)];
        stage.hub.agreed_overwrites(&item(), &one, &what).await
    };
    assert_eq!(agreed(bare).await.unwrap()[&one[0]], seen);
    match agreed(named).await {
        Err(PublishError::Input(error)) => assert_eq!(error.code, "overwrite_elsewhere"),
        other => panic!("{other:?}"),
    }
}

/// Names of types and fields are for programmers.
async fn what_could_not_be_read_is_reported_in_sentences(on: On) {
    let stage = Stage::new(on, "sentences").await;
    let id = stage.publish().await;
    stage.work().await;
    Remote::set(&stage.remote.mood.deaf, true);
    stage.work_next(&id).await;
    let seen = stage.now(&id).await.observation.unwrap();
    let reported = &seen.drift[0];
    assert_eq!(reported.zh, "这次没能回读：“list”未成：对方故障（deaf）");
    assert_eq!(reported.en, "it could not be read back: list failed: deaf");

    Remote::set(&stage.remote.mood.mute, true);
    let board = "board".parse().unwrap();
    let fault = stage.hub.check_destination(&board).await.unwrap_err();
    let reported = fault.with_way_out();
    let both = format!("{} {}", reported.zh, reported.en);
    assert!(!both.contains("Waits") && !both.contains('{'), "{both}");
    assert!(
        reported
            .zh
            .contains(&yigao_core::WaitReason::Breaker.localized().zh),
        "{both}"
    );
}

/// Pre-flight asks what is public as the plan does, by the journal: an approval of a correction that can only be planned as a
/// publication would be worth nothing.
async fn what_was_refused_before_anything_was_written_is_checked_as_a_publication(on: On) {
    let stage = Stage::new(on, "refused").await;
    let intent = async || {
        let version = stage.hub.version(&item(), None).await.unwrap();
        let reports = stage.hub.preflight(&version, &[], None, None).await;
        reports.unwrap().remove(0).intent
    };
    assert_eq!(intent().await, Intent::Publish);
    Remote::set(&stage.remote.mood.strict, true);
    let failed = stage.publish().await;
    stage.work().await;
    assert_eq!(stage.now(&failed).await.state, State::Failed);
    assert_eq!(intent().await, Intent::Publish, "nothing was written");

    Remote::set(&stage.remote.mood.strict, false);
    stage.publish().await;
    stage.work().await;
    assert_eq!(intent().await, Intent::Correct, "it is public");
}
