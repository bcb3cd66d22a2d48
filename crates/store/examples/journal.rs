//! How many journal steps a second the ledger takes: `cargo run --release -p yigao-store --example journal -- [path or URL]`.
#![expect(
    clippy::unwrap_used,
    reason = "a measurement that cannot continue ends"
)]
#![expect(clippy::print_stdout, reason = "it is a program for people")]

use std::time::{Duration, Instant};

use serde_json::json;
use yigao_core::{
    Actor, Content, DeliveryId, DestinationId, Intent, ItemId, Rendition, Timestamp,
    journal::{Begin, Finish, Verb},
    time::later,
};
use yigao_store::{GateCheck, NewDelivery, Store};

const STEPS: u32 = 400;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

async fn prepare(store: &Store, run: &str, n: u32) -> (DeliveryId, i64) {
    let me = Actor::user("bench");
    let item = ItemId::parse(&format!("i-{run}-{n}")).unwrap();
    let content = Content {
        title: "题".into(),
        unit: "局".into(),
        ..Content::default()
    };
    let version = store
        .put_version(&item, content, &[], &me, at(0))
        .await
        .unwrap()
        .version;
    let rendition = Rendition {
        destination: DestinationId::parse("site").unwrap(),
        intent: Intent::Publish,
        item,
        version: version.number,
        version_digest: version.digest,
        title: version.content.title,
        preview: String::new(),
        payload: json!({}),
        media: vec![],
        slots: vec![],
        leaves: vec![],
    };
    store
        .put_renditions(vec![(rendition.clone(), vec![])], at(0))
        .await
        .unwrap();
    store
        .approve(vec![rendition.digest()], &me, at(0))
        .await
        .unwrap();
    let new = NewDelivery {
        id: DeliveryId::parse(&format!("d-{run}-{n}")).unwrap(),
        rendition,
        findings: vec![],
        not_before: None,
        over: None,
    };
    let planned = store.plan(new, &me, at(0)).await.unwrap();
    let claimed = store
        .claim(
            Some(planned.id),
            1,
            "bench",
            Duration::from_secs(600),
            at(1),
        )
        .await
        .unwrap();
    let claimed = claimed.into_iter().next().unwrap().delivery;
    (claimed.id, claimed.fence)
}

/// Each commit: the result of the last step and the intent of the next.
async fn steps(store: Store, (delivery, fence): (DeliveryId, i64), count: u32) {
    let mut last = None;
    for n in 0..count {
        let check = GateCheck {
            delivery: delivery.clone(),
            fence,
            round: 0,
            now: at(2),
            whole: true,
            quotas: vec![],
        };
        let begin = Begin {
            verb: Verb::Step,
            op: "put".into(),
            part: n.to_string(),
            at: at(2),
            ends: later(at(2), Duration::from_secs(30)),
            key: format!("key.{n}"),
            again: None,
            ticket: None,
        };
        let Ok(seq) = store
            .journal_begin(check, last.take(), begin)
            .await
            .unwrap()
        else {
            return;
        };
        last = Some(Finish::Done {
            seq,
            value: json!({"id": n}),
            unsure: false,
        });
    }
}

#[tokio::main]
async fn main() {
    let place = std::env::args().nth(1).unwrap();
    let store = open(&place).await;
    store
        .put_destination(
            &DestinationId::parse("site").unwrap(),
            "test",
            "site",
            1_000,
            at(0),
        )
        .await
        .unwrap();
    println!("sync {:?}", store.sync_time().await.unwrap());
    let salt = std::process::id();
    for callers in [1_u32, 8, 64] {
        let mut rates = Vec::new();
        for turn in 0..5 {
            let mut held = Vec::new();
            for n in 0..callers {
                held.push(prepare(&store, &format!("{salt}-{callers}-{turn}"), n).await);
            }
            let each = if callers == 1 {
                2 * STEPS
            } else {
                STEPS * 8 / callers.min(16)
            };
            let begun = Instant::now();
            let mut running = tokio::task::JoinSet::new();
            for one in held {
                running.spawn(steps(store.clone(), one, each));
            }
            while running.join_next().await.is_some() {}
            rates.push(f64::from(each * callers) / begun.elapsed().as_secs_f64());
        }
        rates.sort_by(f64::total_cmp);
        println!("{callers} callers: {rates:.0?} steps/s");
    }
}

async fn open(place: &str) -> Store {
    Store::open_at(place).await.unwrap()
}
