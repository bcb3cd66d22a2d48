//! Several processes on one ledger: each has a handle of its own, with its own connections.
#![expect(clippy::unwrap_used, reason = "a test that cannot continue fails")]

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::task::JoinSet;
use yigao_core::{Content, Delivery, Intent, next::Event};
use yigao_store::Store;

use crate::place::{
    Kind, LEASE, at, check, claim_one, destination, item, ledger, me, planned, receipt, record,
    rendition, version,
};

const DELIVERIES: u32 = 200;
const LANES: usize = 4;

#[derive(Clone, Default)]
struct Race {
    under_way: Arc<AtomicUsize>,
    claimed: Arc<Mutex<Vec<String>>>,
}

async fn works(store: Store, worker: String, race: Race) {
    let all = usize::try_from(DELIVERIES).unwrap();
    while race.claimed.lock().unwrap().len() < all {
        let mine = store.claim(None, 3, &worker, LEASE, at(1)).await.unwrap();
        let now = race.under_way.fetch_add(mine.len(), Ordering::SeqCst) + mine.len();
        assert!(now <= LANES, "{now} are worked at once");
        for claimed in mine {
            let delivery: Delivery = claimed.delivery;
            race.claimed.lock().unwrap().push(delivery.id.to_string());
            tokio::task::yield_now().await;
            race.under_way.fetch_sub(1, Ordering::SeqCst);
            let event = Event::Receipt {
                receipt: receipt("r"),
                proof_at: None,
                cleanup_at: None,
            };
            assert!(record(&store, &delivery, event, at(1)).await);
        }
    }
}

pub(crate) async fn two_processes_claim_each_delivery_once_and_never_more_than_its_lanes(on: Kind) {
    let l = ledger(on, "race").await;
    let mut planning = JoinSet::new();
    for n in 0..DELIVERIES {
        let store = l.store.clone();
        planning.spawn(async move {
            let v = version(&store, &format!("i{n}"), "题").await;
            planned(&store, n, rendition(&v, "push", Intent::Publish), at(0)).await;
        });
    }
    planning.join_all().await;
    let race = Race::default();
    let other = l.again().await.unwrap();
    let mut running = JoinSet::new();
    for n in 0..4 {
        let store = if n % 2 == 0 { &l.store } else { &other };
        running.spawn(works(store.clone(), format!("w{n}"), race.clone()));
    }
    running.join_all().await;
    let claimed = race.claimed.lock().unwrap();
    let once: BTreeSet<&String> = claimed.iter().collect();
    assert_eq!((claimed.len(), once.len()), (200, 200));
}

pub(crate) async fn four_processes_write_one_chain(on: Kind) {
    let l = ledger(on, "chains").await;
    let mut running = JoinSet::new();
    for process in 0..4 {
        let store = l.again().await.unwrap();
        running.spawn(async move {
            for n in 0..25 {
                let content = Content {
                    title: format!("{process}-{n}"),
                    ..Content::default()
                };
                // One item for all, so that its versions count what came through.
                let put = store
                    .put_version(&item("one"), content, &[], &me(), at(n))
                    .await;
                assert!(put.unwrap().new);
            }
        });
    }
    running.join_all().await;
    assert_eq!(l.store.ledger_broken_at().await.unwrap(), None);
    assert_eq!(l.store.ledger(Some("one"), 1_000).await.unwrap().len(), 100);
    let latest = l.store.version(&item("one"), None).await.unwrap();
    assert_eq!(latest.number, 100);
}

pub(crate) async fn what_is_one_s_is_one_s_between_processes(on: Kind) {
    let l = ledger(on, "exclusive").await;
    let mut processes = Vec::new();
    for n in 0..4 {
        let store = l.again().await.unwrap();
        let v = version(&store, &format!("i{n}"), "题").await;
        let d = planned(&store, n, rendition(&v, "push", Intent::Publish), at(0)).await;
        let d = claim_one(&store, &d.id, at(0)).await.unwrap();
        processes.push((store, d));
    }
    let (mut paying, mut making) = (JoinSet::new(), JoinSet::new());
    for (store, d) in processes {
        for _ in 0..10 {
            let store = store.clone();
            paying.spawn(async move {
                let push = destination("push");
                store.pay_quota(&push, "put", at(0), 7).await.unwrap()
            });
        }
        making.spawn(async move {
            let (check, push) = (check(&d, at(1)), destination("push"));
            let begun = store.shared_begin(check, None, &push, ("picture", "p"), at(30));
            begun.await.unwrap()
        });
    }
    let paid = paying.join_all().await;
    assert_eq!(paid.iter().filter(|paid| **paid).count(), 7);
    let begun = making.join_all().await;
    let makers = begun.iter().filter(|k| **k == Ok(true)).count();
    assert_eq!(makers, 1, "{begun:?}");
}
