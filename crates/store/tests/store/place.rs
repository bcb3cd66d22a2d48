//! Where a test's ledger is, and what every test needs.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot continue fails"
)]

use std::{path::PathBuf, sync::OnceLock, time::Duration};

use serde_json::json;
use sqlx::{ConnectOptions as _, Row as _};
use yigao_core::{
    Actor, By, Content, Delivery, DeliveryId, DestinationId, Intent, ItemId, Localized, Receipt,
    Rendition, Ticket, Timestamp, Version,
    journal::{Begin, Verb},
    next::{Change, Event, Policy, next},
    time::later,
};
use yigao_store::{AttemptRow, GateCheck, NewDelivery, RunRecord, Store, StoreError};
use yigao_testkit::Postgres;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Sqlite,
    Postgres,
}

/// One server for all tests of this process; it ends with the process, or with the run.
pub(crate) fn server() -> &'static Postgres {
    static SERVER: OnceLock<Postgres> = OnceLock::new();
    SERVER.get_or_init(|| Postgres::shared(Postgres::find().unwrap()).unwrap())
}

enum Place {
    File(PathBuf),
    Database(String),
}

pub(crate) struct Ledger {
    pub(crate) store: Store,
    place: Place,
}

impl Drop for Ledger {
    fn drop(&mut self) {
        if let Place::File(path) = &self.place {
            for end in ["", "-wal", "-shm"] {
                drop(std::fs::remove_file(format!("{}{end}", path.display())));
            }
        }
    }
}

impl Ledger {
    /// The same ledger as another process opens it.
    pub(crate) async fn again(&self) -> Result<Store, StoreError> {
        open(&self.place).await
    }

    /// The database's address.
    pub(crate) fn url(&self) -> String {
        match &self.place {
            Place::File(path) => path.display().to_string(),
            Place::Database(name) => server().url(name),
        }
    }

    /// Bypasses the ledger. Returns the first value of the first row.
    pub(crate) async fn sql(&self, statements: &'static str) -> Result<String, String> {
        let path = match &self.place {
            Place::Database(name) => {
                return server().sql(name, statements).map_err(|e| e.to_string());
            }
            Place::File(path) => path,
        };
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
        let mut conn = options.connect().await.map_err(|e| e.to_string())?;
        let rows = sqlx::query(statements).fetch_all(&mut conn).await;
        let rows = rows.map_err(|e| e.to_string())?;
        let number: Option<i64> = rows.first().and_then(|r| r.try_get(0).ok());
        Ok(number.map(|n| n.to_string()).unwrap_or_default())
    }
}

async fn open(place: &Place) -> Result<Store, StoreError> {
    match place {
        Place::File(path) => Store::open(path).await,
        Place::Database(name) => Store::open_at(&server().url(name)).await,
    }
}

pub(crate) async fn ledger(kind: Kind, name: &'static str) -> Ledger {
    let place = match kind {
        Kind::Sqlite => {
            let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
                .join(format!("{name}-{}.db", std::process::id()));
            drop(std::fs::remove_file(&path));
            Place::File(path)
        }
        Kind::Postgres => {
            // The server may be the whole run's.
            let name = format!("{name}-{}", std::process::id());
            server().database(&name).unwrap();
            Place::Database(name)
        }
    };
    let store = open(&place).await.unwrap();
    for (id, max_in_flight) in [("site", 1), ("push", 4)] {
        store
            .put_destination(&destination(id), "test", id, max_in_flight, at(0))
            .await
            .unwrap();
    }
    Ledger { store, place }
}

pub(crate) const LEASE: Duration = Duration::from_secs(10);

pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

pub(crate) fn me() -> Actor {
    Actor::user("tester")
}

pub(crate) fn destination(id: &str) -> DestinationId {
    DestinationId::parse(id).unwrap()
}

pub(crate) fn item(id: &str) -> ItemId {
    ItemId::parse(id).unwrap()
}

pub(crate) async fn version(store: &Store, id: &str, title: &str) -> Version {
    let content = Content {
        title: title.into(),
        unit: "局".into(),
        ..Content::default()
    };
    store
        .put_version(&item(id), content, &[], &me(), at(0))
        .await
        .unwrap()
        .version
}

pub(crate) fn rendition(version: &Version, to: &str, intent: Intent) -> Rendition {
    Rendition {
        destination: destination(to),
        intent,
        item: version.item.clone(),
        version: version.number,
        version_digest: version.digest.clone(),
        title: version.content.title.clone(),
        preview: String::new(),
        payload: json!({}),
        media: vec![],
        slots: vec![],
        leaves: vec![],
    }
}

pub(crate) fn new(n: u32, rendition: Rendition) -> NewDelivery {
    NewDelivery {
        id: DeliveryId::parse(&format!("d-{n:03}")).unwrap(),
        rendition,
        findings: vec![],
        not_before: None,
        over: None,
    }
}

/// Plans and approves.
pub(crate) async fn planned(
    store: &Store,
    n: u32,
    rendition: Rendition,
    now: Timestamp,
) -> Delivery {
    store
        .put_renditions(vec![(rendition.clone(), vec![])], now)
        .await
        .unwrap();
    store
        .approve(vec![rendition.digest()], &me(), now)
        .await
        .unwrap();
    store.plan(new(n, rendition), &me(), now).await.unwrap()
}

pub(crate) async fn claim_one(store: &Store, id: &DeliveryId, now: Timestamp) -> Option<Delivery> {
    store
        .claim(Some(id.clone()), 1, "w", LEASE, now)
        .await
        .unwrap()
        .into_iter()
        .next()
        .map(|c| c.delivery)
}

pub(crate) fn check(d: &Delivery, now: Timestamp) -> GateCheck {
    GateCheck {
        delivery: d.id.clone(),
        fence: d.fence,
        round: i64::from(d.round),
        now,
        whole: true,
        quotas: vec![],
    }
}

pub(crate) fn begin(op: &str, verb: Verb, now: Timestamp) -> Begin {
    Begin {
        verb,
        op: op.into(),
        part: String::new(),
        at: now,
        ends: later(now, Duration::from_secs(30)),
        key: format!("key.{op}"),
        again: None,
        ticket: None,
    }
}

/// Writes the ticket into the journal, as `wait` does.
pub(crate) async fn open_ticket(store: &Store, d: &Delivery, ticket: &Ticket) {
    let now = at(0);
    let wait = Begin {
        part: ticket.id.clone(),
        ticket: Some(ticket.clone()),
        ..begin("hand", Verb::Wait, now)
    };
    let begun = store.journal_begin(check(d, now), None, wait).await;
    assert!(begun.unwrap().is_ok());
}

pub(crate) fn receipt(id: &str) -> Receipt {
    Receipt {
        id: id.into(),
        url: None,
        at: at(5),
        by: By::Remote,
        parts: vec![],
        note: json!(null),
    }
}

/// What is recorded of a run that ended in `change`.
pub(crate) fn record_of(d: &Delivery, change: Change, now: Timestamp) -> RunRecord {
    RunRecord {
        delivery: d.id.clone(),
        fence: d.fence,
        from: d.state,
        change,
        last: None,
        attempt: AttemptRow {
            fence: d.fence,
            purpose: "deliver".into(),
            worker: "worker:w".into(),
            started_at: now,
            ended_at: now,
            outcome: "test".into(),
            message: Localized::new("", ""),
        },
        exchanges: vec![],
        escape: None,
        healthy: None,
        breaker: (3, Duration::from_secs(60)),
        now,
        ledger: Some("delivery.test".into()),
        notices: vec![],
    }
}

pub(crate) async fn record(store: &Store, d: &Delivery, event: Event, now: Timestamp) -> bool {
    let change = next(d, event, now, &Policy::default()).unwrap();
    store.record(record_of(d, change, now)).await.unwrap()
}

pub(crate) async fn delivered(store: &Store, d: &Delivery, id: &str, now: Timestamp) {
    let claimed = claim_one(store, &d.id, now).await.expect("it is due");
    assert!(
        record(
            store,
            &claimed,
            Event::Receipt {
                receipt: receipt(id),
                proof_at: None,
                cleanup_at: None
            },
            now
        )
        .await
    );
}
