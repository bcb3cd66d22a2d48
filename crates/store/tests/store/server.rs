//! What only a server does: it is away, it crashes, its sessions are killed, its rows are locked by hand.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot continue fails"
)]

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use serde_json::json;
use sqlx::{Connection as _, PgConnection};
use tokio::{task::JoinSet, time::sleep};
use yigao_core::{Actor, Asks, Content, Intent, Localized, Ticket, WaitReason, next::Event};
use yigao_store::{Store, StoreError};
use yigao_testkit::Postgres;

use crate::place::{
    Kind, LEASE, at, claim_one, destination, item, ledger, me, open_ticket, planned, record,
    rendition, server, version,
};

pub(crate) async fn a_row_that_is_held_by_hand_is_passed_over(on: Kind) {
    let l = ledger(on, "by-hand").await;
    for n in 1..=2 {
        let v = version(&l.store, &format!("i{n}"), "题").await;
        planned(&l.store, n, rendition(&v, "push", Intent::Publish), at(0)).await;
    }
    let mut by_hand = PgConnection::connect(&l.url()).await.unwrap();
    let mut held = by_hand.begin().await.unwrap();
    sqlx::query("select 1 from delivery where id = 'd-001' for update")
        .fetch_one(&mut *held)
        .await
        .unwrap();
    let begun = Instant::now();
    let claimed = l.store.claim(None, 10, "w", LEASE, at(1)).await.unwrap();
    assert_eq!(claimed.len(), 1);
    assert!(begun.elapsed() < Duration::from_secs(4), "it does not wait");
    held.rollback().await.unwrap();
    let claimed = l.store.claim(None, 10, "w", LEASE, at(1)).await.unwrap();
    assert_eq!(claimed.len(), 1);
}

pub(crate) async fn an_unreachable_server_is_named_without_its_password(_: Kind) {
    let message = |error: &StoreError| format!("{error} {error:?}");
    let refused = Store::open_at("postgres://yigao:geheim@127.0.0.1:1/ledger")
        .await
        .unwrap_err();
    let StoreError::Open { path, .. } = &refused else {
        panic!("{refused:?}")
    };
    assert_eq!(path, "postgres://127.0.0.1:1/ledger");
    assert!(!message(&refused).contains("geheim"), "{refused}");
    for other in [
        "mysql://yigao:geheim@127.0.0.1/ledger",
        "postgres://yigao:geheim@127.0.0.1:none/ledger",
    ] {
        let refused = Store::open_at(other).await.unwrap_err();
        assert!(matches!(refused, StoreError::Open { .. }), "{refused:?}");
        assert!(!message(&refused).contains("geheim"), "{refused}");
    }
    let refused = Store::open_at(&server().url("nowhere")).await.unwrap_err();
    assert!(refused.to_string().contains("nowhere"), "{refused}");
}

pub(crate) async fn a_database_that_may_only_be_read_is_reported_with_what_to_do(on: Kind) {
    let l = ledger(on, "only_read").await;
    let v = version(&l.store, "a", "题").await;
    l.sql("do $$ begin execute format('alter database %I set default_transaction_read_only = on', current_database()); end $$")
        .await
        .unwrap();
    let refused = l.again().await.unwrap_err();
    assert_eq!(refused, StoreError::ReadOnly);
    assert!(
        refused.localized().zh.contains("主库"),
        "{}",
        refused.localized().zh
    );
    // Whoever was connected before continues.
    assert_eq!(l.store.version(&v.item, None).await.unwrap(), v);
}

/// Writers that continue until they are stopped. Each returns how many versions were reported to it as written, and how many
/// as possibly written.
struct Writers {
    stop: Arc<AtomicBool>,
    running: JoinSet<(u32, u32)>,
}

impl Writers {
    fn start(store: &Store) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let mut running = JoinSet::new();
        for writer in 0..4 {
            let (store, stop) = (store.clone(), stop.clone());
            running.spawn(async move {
                let (mut written, mut unknown) = (0, 0);
                let item = item(&format!("w{writer}"));
                for n in 0.. {
                    if stop.load(Ordering::SeqCst) {
                        break;
                    }
                    let content = Content {
                        title: format!("{n}"),
                        ..Content::default()
                    };
                    match store.put_version(&item, content, &[], &me(), at(n)).await {
                        Ok(put) => {
                            assert!(put.new, "nothing is written twice");
                            written += 1;
                        }
                        Err(StoreError::Lost) => {}
                        Err(StoreError::Unknown) => unknown += 1,
                        Err(error) => panic!("{error}"),
                    }
                }
                (written, unknown)
            });
        }
        Self { stop, running }
    }

    /// All that was answered is there, nothing else is, and no half of anything.
    async fn settle(self, store: &Store) -> u32 {
        self.stop.store(true, Ordering::SeqCst);
        let all = self.running.join_all().await;
        let (written, unknown) = all.into_iter().fold((0, 0), |(w, u), (written, unknown)| {
            (w + written, u + unknown)
        });
        let mut found = 0;
        for row in store.items(None, 100).await.unwrap() {
            for number in 1..=row.latest {
                store.version(&row.id, Some(number)).await.unwrap();
            }
            let entries = store.ledger(Some(row.id.as_str()), 100_000).await.unwrap();
            assert_eq!(entries.len(), usize::try_from(row.latest).unwrap());
            found += row.latest;
        }
        assert!(
            (written..=written + unknown).contains(&found),
            "{written} answered, {unknown} unknown, {found} found"
        );
        assert_eq!(store.ledger_broken_at().await.unwrap(), None);
        found
    }
}

pub(crate) async fn a_server_that_crashes_and_comes_back_has_all_that_was_answered(_: Kind) {
    let server = Postgres::start(Postgres::find().unwrap()).unwrap();
    let url = server.database("crash").unwrap();
    let store = Store::connect(&url).await.unwrap();
    let writers = Writers::start(&store);
    for _ in 0..2 {
        sleep(Duration::from_millis(150)).await;
        server.crash();
        sleep(Duration::from_millis(100)).await;
        server.run().unwrap();
    }
    sleep(Duration::from_millis(100)).await;
    assert!(writers.settle(&store).await > 0);
    version(&store, "after", "题").await;
}

/// Changes wait for ten seconds, then each fails at once; nothing hangs, and nothing has to be started again.
pub(crate) async fn a_server_that_stays_away_is_reported_and_used_again_when_it_is_back(_: Kind) {
    let server = Postgres::start(Postgres::find().unwrap()).unwrap();
    let store = Store::connect(&server.database("away").unwrap()).await;
    let store = store.unwrap();
    version(&store, "before", "题").await;
    server.crash();
    let (a, actor) = (item("a"), me());
    let write = || store.put_version(&a, Content::default(), &[], &actor, at(1));
    let (written, read) = tokio::join!(write(), store.items(None, 10));
    assert_eq!(written, Err(StoreError::Lost));
    assert_eq!(read, Err(StoreError::Lost));
    let begun = Instant::now();
    assert_eq!(write().await, Err(StoreError::Lost));
    assert!(begun.elapsed() < Duration::from_secs(3), "it is known");
    server.run().unwrap();
    assert!(write().await.unwrap().new);
    assert_eq!(store.items(None, 10).await.unwrap().len(), 2);
}

pub(crate) async fn sessions_that_are_killed_lose_nothing_and_double_nothing(on: Kind) {
    let l = ledger(on, "killed").await;
    let writers = Writers::start(&l.store);
    let mut killer = PgConnection::connect(&l.url()).await.unwrap();
    for _ in 0..40 {
        sleep(Duration::from_millis(23)).await;
        sqlx::query("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()")
            .fetch_all(&mut killer)
            .await
            .unwrap();
    }
    assert!(writers.settle(&l.store).await > 0);
}

pub(crate) async fn a_character_that_the_database_refuses_does_not_stop_a_delivery(on: Kind) {
    let l = ledger(on, "nul").await;
    let body = json!({"message": "a\u{0}b"});
    let about = ("t\u{0}1", "m1");
    let (push, actor) = (destination("push"), Actor::person("王"));
    l.store
        .receive(&push, about, &body, &actor, at(1))
        .await
        .unwrap();
    let callbacks = l.store.callbacks(&push, &["t\u{0}1".into()]).await.unwrap();
    // In documents that the ledger reads: everything else that waits would be blocked by it.
    let v = version(&l.store, "a", "题").await;
    let d = planned(&l.store, 1, rendition(&v, "push", Intent::Publish), at(1)).await;
    let d = claim_one(&l.store, &d.id, at(1)).await.unwrap();
    let asked = Localized::new("请\u{0}确认 \\u0000", "\u{0}");
    let ticket = Ticket {
        id: "t-2".into(),
        asks: Asks::Person(asked.clone()),
        note: json!({"\u{0}": "\u{0}"}),
    };
    open_ticket(&l.store, &d, &ticket).await;
    let accepted = Event::Accepted {
        ticket,
        until: None,
        why: WaitReason::Person { asked },
    };
    record(&l.store, &d, accepted, at(2)).await;
    let rung = l
        .store
        .receive(&push, ("t-2", "m2"), &body, &actor, at(3))
        .await;
    assert_eq!(rung.unwrap(), std::slice::from_ref(&d.id));
    let bodies: Vec<_> = callbacks.iter().map(|h| &h.body).collect();
    assert_eq!(bodies, [&body]);
    assert_eq!(l.store.ledger_broken_at().await.unwrap(), None);
}
