//! What lists show, and what is stored beside the deliveries: counts, messages to other systems.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot continue fails"
)]

use std::time::Duration;

use yigao_core::{
    ChannelError, ErrorKind, Intent, Retry, State,
    next::{Event, Policy, next},
    time::later,
};
use yigao_store::{ListDeliveries, NewNotice, RunRecord};

use crate::place::{
    Kind, at, claim_one, delivered, destination, ledger, new, planned, record_of, rendition,
    version,
};

/// Ends it for good, telling `hooks` of it.
async fn failed(l: &crate::place::Ledger, n: u32, id: &str, to: &str, hooks: &[&str]) {
    let version = version(&l.store, id, id).await;
    let delivery = planned(
        &l.store,
        n,
        rendition(&version, to, Intent::Publish),
        at(i64::from(n)),
    )
    .await;
    let now = at(i64::from(n));
    let claimed = claim_one(&l.store, &delivery.id, now).await.unwrap();
    let error = ChannelError::new(ErrorKind::Rejected, "post", "no").with_retry(Retry::Never);
    let event = Event::Fault {
        error,
        lookup_at: None,
        cleanup_at: None,
    };
    let change = next(&claimed, event, now, &Policy::default()).unwrap();
    assert_eq!(change.state, State::Failed);
    let notices = hooks
        .iter()
        .map(|hook| NewNotice {
            id: format!("{}.{}", claimed.id, claimed.fence),
            hook: (*hook).to_owned(),
            kind: "delivery.failed".into(),
            body: "{}".into(),
        })
        .collect();
    let record = RunRecord {
        notices,
        ..record_of(&claimed, change, now)
    };
    assert!(l.store.record(record).await.unwrap());
}

pub(crate) async fn lists_are_by_state_and_place_newest_first_and_counted(on: Kind) {
    let l = ledger(on, "lists").await;
    for n in 1..=4 {
        let to = if n % 2 == 0 { "push" } else { "site" };
        failed(&l, n, &format!("item-{n}"), to, &[]).await;
    }
    let v = version(&l.store, "item-5", "五").await;
    let fifth = planned(&l.store, 5, rendition(&v, "push", Intent::Publish), at(5)).await;
    let names = |which: ListDeliveries| {
        let store = l.store.clone();
        async move {
            let rows = store.deliveries(&which).await.unwrap();
            let names = rows.iter().map(|d| d.id.to_string());
            names.collect::<Vec<_>>().join(" ")
        }
    };
    let all = ListDeliveries::default();
    assert_eq!(names(all.clone()).await, "d-005 d-004 d-003 d-002 d-001");
    let there = ListDeliveries {
        destination: Some(destination("push")),
        ..all.clone()
    };
    assert_eq!(names(there.clone()).await, "d-005 d-004 d-002");
    let both = ListDeliveries {
        states: vec![State::Failed, State::Waiting],
        limit: 2,
        ..there.clone()
    };
    assert_eq!(names(both).await, "d-005 d-004");
    let only_failed = ListDeliveries {
        states: vec![State::Failed],
        limit: 3,
        ..all.clone()
    };
    assert_eq!(names(only_failed).await, "d-004 d-003 d-002");
    let none = ListDeliveries {
        states: vec![State::InDoubt],
        ..there
    };
    assert_eq!(names(none).await, "");
    let count = |state| {
        let store = l.store.clone();
        async move {
            let counts = store.count_by_state().await.unwrap();
            counts.into_iter().find(|(s, _)| *s == state).map(|c| c.1)
        }
    };
    assert_eq!(count(State::Failed).await, Some(4));
    assert_eq!(count(State::Waiting).await, Some(1));
    delivered(&l.store, &fifth, "x", at(6)).await;
    assert_eq!(count(State::Waiting).await, None);
    assert_eq!(count(State::Delivered).await, Some(1));
    assert_eq!(l.store.counts().await.unwrap(), (5, 5));
    let changed = l.store.changed_since(at(4), 9).await.unwrap();
    let changed: Vec<&str> = changed.iter().map(|d| d.id.as_str()).collect();
    assert_eq!(changed, ["d-004", "d-005"]);
    let titles = l.store.titles(std::slice::from_ref(&v.item)).await.unwrap();
    assert_eq!(titles.get(&v.item).map(String::as_str), Some("五"));
    assert!(l.store.titles(&[]).await.unwrap().is_empty());
}

pub(crate) async fn an_old_failure_that_was_put_right_is_no_failure(on: Kind) {
    let l = ledger(on, "put_right").await;
    failed(&l, 1, "one", "push", &[]).await;
    failed(&l, 2, "two", "push", &[]).await;
    let v = version(&l.store, "one", "one").await;
    let again = l
        .store
        .plan(
            new(3, rendition(&v, "push", Intent::Publish)),
            &crate::place::me(),
            at(9),
        )
        .await
        .unwrap();
    delivered(&l.store, &again, "x", at(9)).await;
    let which = ListDeliveries {
        states: vec![State::Failed],
        ..ListDeliveries::default()
    };
    assert_eq!(l.store.deliveries(&which).await.unwrap().len(), 2);
    let which = ListDeliveries {
        newest_only: true,
        ..which
    };
    let left = l.store.deliveries(&which).await.unwrap();
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].item.as_str(), "two");
    let which = ListDeliveries {
        newest_only: true,
        ..ListDeliveries::default()
    };
    let newest = l.store.deliveries(&which).await.unwrap();
    let newest: Vec<&str> = newest.iter().map(|d| d.id.as_str()).collect();
    assert_eq!(newest, ["d-003", "d-002"]);
}

pub(crate) async fn a_word_to_another_system_is_one_s_to_say_until_it_is_taken(on: Kind) {
    let l = ledger(on, "notices").await;
    failed(&l, 1, "one", "push", &["ops", "duty"]).await;
    let lease = Duration::from_secs(60);
    let claim = |second| l.store.claim_notices("ops", 8, lease, at(second));
    let first = claim(2).await.unwrap();
    assert_eq!((first.len(), first[0].tries), (1, 1));
    assert_eq!(first[0].id, "d-001.1");
    assert!(claim(3).await.unwrap().is_empty(), "another has it");
    // Whoever had it died: the next sends it again, under the same name; what the first may still report is late.
    let second = claim(70).await.unwrap();
    assert_eq!((second[0].id.as_str(), second[0].tries), ("d-001.1", 2));
    let late = l.store.end_notice(&first[0], true, None, "200").await;
    assert!(!late.unwrap());
    let again = Some(later(at(70), Duration::from_secs(300)));
    let ended = l
        .store
        .end_notice(&second[0], false, again, "HTTP 500")
        .await;
    assert!(ended.unwrap());
    assert!(
        claim(300).await.unwrap().is_empty(),
        "its time has not come"
    );
    let third = claim(371).await.unwrap();
    let ended = l.store.end_notice(&third[0], true, None, "HTTP 204").await;
    assert!(ended.unwrap());
    assert!(claim(9_999).await.unwrap().is_empty());
    let of = l.store.notices_of(&third[0].delivery).await.unwrap();
    let of: Vec<_> = of
        .iter()
        .map(|n| (n.hook.as_str(), n.told, n.tries))
        .collect();
    assert_eq!(of, [("duty", false, 0), ("ops", true, 3)]);
    let untold = l.store.notices_untold(9).await.unwrap();
    assert!(untold.is_empty(), "one was taken, the other not yet sent");
    let duty = l
        .store
        .claim_notices("duty", 8, lease, at(400))
        .await
        .unwrap();
    let again = Some(at(999));
    let ended = l.store.end_notice(&duty[0], false, again, "HTTP 500").await;
    assert!(ended.unwrap());
    let untold = l.store.notices_untold(9).await.unwrap();
    assert_eq!(untold[0].hook, "duty");
    // They are forgotten with the exchanges, also what a hook that is not there any more never heard.
    l.store.forget_exchanges(at(1), 9).await.unwrap();
    let of = l.store.notices_of(&third[0].delivery).await.unwrap();
    assert_eq!(of.len(), 2);
    l.store.forget_exchanges(at(99_999), 9).await.unwrap();
    let of = l.store.notices_of(&third[0].delivery).await.unwrap();
    assert!(of.is_empty());
}

pub(crate) async fn an_item_lists_in_which_states_its_destinations_are(on: Kind) {
    let l = ledger(on, "item_states").await;
    failed(&l, 1, "a", "push", &[]).await;
    failed(&l, 2, "a", "site", &[]).await;
    failed(&l, 3, "b", "push", &[]).await;
    // What came after a failure is what counts.
    let version = version(&l.store, "a", "a").await;
    let again = rendition(&version, "push", Intent::Publish);
    planned(&l.store, 4, again, at(9)).await;
    let items = ["a", "b", "c"].map(|id| yigao_core::ItemId::parse(id).unwrap());
    let states = l.store.item_states(&items).await.unwrap();
    assert_eq!(states[&items[0]], [("failed", 1), ("waiting", 1)].into());
    assert_eq!(states[&items[1]], [("failed", 1)].into());
    assert!(!states.contains_key(&items[2]), "never sent");
    assert!(l.store.item_states(&[]).await.unwrap().is_empty());
}
