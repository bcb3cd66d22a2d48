//! What is done with a ledger all day, each a few hundred times, beside its bar.

use std::time::{Duration, Instant};

use yigao_core::{
    Actor, By, DeliveryId, DestinationId, DueFor, ItemId, Localized, Receipt, State, Timestamp,
    next::{Event, Policy, next},
    time::later,
};
use yigao_store::{AttemptRow, Claimed, ListDeliveries, RunRecord, Store};

use crate::{
    Failed,
    fill::{self, Size},
    say,
};

const CLAIMS: usize = 500;
const LOOKUPS: usize = 100;
const SWEEPS: usize = 100;
const LEASE: Duration = Duration::from_secs(60);
const BAR_CLAIM: Duration = Duration::from_millis(5);
const BAR_LIST: Duration = Duration::from_millis(100);
const BAR_SWEEP: Duration = Duration::from_secs(1);
const BAR_OPEN: Duration = Duration::from_secs(1);

/// The times of one thing that was done again and again.
struct Times {
    what: String,
    all: Vec<Duration>,
}

impl Times {
    fn new(what: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            all: Vec::new(),
        }
    }

    fn at(&self, share: usize) -> Duration {
        let mut all = self.all.clone();
        all.sort_unstable();
        let at = (all.len() * share / 100).min(all.len().saturating_sub(1));
        all.get(at).copied().unwrap_or_default()
    }

    /// Prints them; whether the slowest but one in a hundred is under the bar, where there is one.
    fn told(&self, bar: Option<Duration>) -> bool {
        let (p50, p99) = (self.at(50), self.at(99));
        let met = bar.is_none_or(|bar| p99 < bar);
        let beside = bar.map_or_else(
            || "no bar".to_owned(),
            |bar| {
                format!(
                    "bar {} ms{}",
                    bar.as_millis(),
                    if met { "" } else { ", over" }
                )
            },
        );
        say(&format!(
            "  {:<44} p50 {:>8.2} ms  p99 {:>8.2} ms  ({beside})",
            self.what,
            p50.as_secs_f64() * 1_000.0,
            p99.as_secs_f64() * 1_000.0,
        ));
        met
    }
}

fn now() -> Result<Timestamp, Failed> {
    Ok(Timestamp::from_millisecond(fill::NOW + 1_000)?)
}

pub(crate) async fn all(
    store: &Store,
    size: Size,
    ledger: &str,
    open: Duration,
) -> Result<bool, Failed> {
    let sync = store.sync_time().await?;
    say(&format!(
        "  {ledger}: a commit takes {:.2} ms on this disk",
        sync.as_secs_f64() * 1_000.0
    ));
    let mut opened = Times::new("open");
    opened.all.push(open);
    let mut met = opened.told(Some(BAR_OPEN));
    met &= lists(store, size).await?;
    met &= claims(store).await?;
    met &= sweeps(store).await?;
    met &= writes(store, size).await?;
    Ok(met)
}

/// Every list, filter and search that people have.
async fn lists(store: &Store, size: Size) -> Result<bool, Failed> {
    let mut which = vec![("all deliveries".to_owned(), ListDeliveries::default())];
    for state in State::ALL {
        let of = ListDeliveries {
            states: vec![state],
            ..ListDeliveries::default()
        };
        which.push((format!("deliveries that are {}", state.name()), of));
    }
    let destination = DestinationId::parse(&fill::destination(size.destinations / 2))?;
    let there = ListDeliveries {
        destination: Some(destination),
        ..ListDeliveries::default()
    };
    let open = vec![
        State::Waiting,
        State::Working,
        State::Accepted,
        State::Unconfirmed,
        State::InDoubt,
    ];
    let open_there = ListDeliveries {
        states: open.clone(),
        ..there.clone()
    };
    let under_way = ListDeliveries {
        states: open,
        limit: 1_000,
        ..ListDeliveries::default()
    };
    let of_item = ListDeliveries {
        item: Some(ItemId::parse(&fill::item(size.items / 2))?),
        ..ListDeliveries::default()
    };
    let needs_a_person = ListDeliveries {
        states: vec![State::Failed, State::InDoubt],
        newest_only: true,
        limit: 1_000,
        ..ListDeliveries::default()
    };
    which.push(("what needs a person, a thousand".to_owned(), needs_a_person));
    which.push(("deliveries of one destination".to_owned(), there));
    which.push((
        "what is under way at one destination".to_owned(),
        open_there,
    ));
    which.push(("what is under way, a thousand".to_owned(), under_way));
    which.push(("deliveries of one item".to_owned(), of_item));
    let mut met = true;
    for (what, which) in which {
        let mut times = Times::new(what);
        for _ in 0..LOOKUPS {
            let begun = Instant::now();
            store.deliveries(&which).await?;
            times.all.push(begun.elapsed());
        }
        met &= times.told(Some(BAR_LIST));
    }
    Ok(met & searches(store, size).await?)
}

async fn searches(store: &Store, size: Size) -> Result<bool, Failed> {
    let mut met = true;
    let oldest = fill::item(3);
    let searches = [
        ("items, the newest fifty", None, 50),
        ("items, the newest thousand", None, 1_000),
        ("items, a word in all titles", Some("春季"), 50),
        ("items, the name of an old one", Some(oldest.as_str()), 50),
        ("items, a word in none", Some("没有这个词"), 50),
    ];
    for (what, text, limit) in searches {
        let mut times = Times::new(what);
        for _ in 0..LOOKUPS {
            let begun = Instant::now();
            store.items(text, limit).await?;
            times.all.push(begun.elapsed());
        }
        met &= times.told(Some(BAR_LIST));
    }
    let mut changed = Times::new("what changed in the last hour");
    let mut counted = Times::new("deliveries by state, counted");
    let mut one = Times::new("one delivery with all that is known of it");
    let hour_ago = Timestamp::from_millisecond(fill::NOW - 3_600_000)?;
    for n in 0..LOOKUPS {
        let begun = Instant::now();
        store.changed_since(hour_ago, 1_000).await?;
        changed.all.push(begun.elapsed());
        let begun = Instant::now();
        store.count_by_state().await?;
        counted.all.push(begun.elapsed());
        let number = u64::try_from(n)? * 7_919 % size.items;
        let id = DeliveryId::parse(&fill::delivery(number, 1))?;
        let begun = Instant::now();
        let delivery = store.delivery(&id).await?;
        store.attempts(&id).await?;
        store.exchanges(&id).await?;
        store.journal_of(&id).await?;
        store.callbacks_of(&delivery).await?;
        one.all.push(begun.elapsed());
    }
    met &= changed.told(Some(BAR_LIST));
    met &= counted.told(Some(BAR_LIST));
    met &= one.told(Some(BAR_LIST));
    Ok(met)
}

/// A worker's day: claim, and record what came of it.
async fn claims(store: &Store) -> Result<bool, Failed> {
    let mut claim = Times::new("claim of the one that is due the longest");
    let mut record = Times::new("record of its end");
    let mut many = Times::new("claim of sixteen");
    let mut bare = Times::new("a commit of one row, in between");
    let mut now = now()?;
    let place = DestinationId::parse(&fill::destination(0))?;
    for _ in 0..CLAIMS {
        now = later(now, Duration::from_millis(5));
        let begun = Instant::now();
        let claimed = store.claim(None, 1, "bench", LEASE, now).await?;
        claim.all.push(begun.elapsed());
        let begun = Instant::now();
        store.pay_quota(&place, "bench", now, u32::MAX).await?;
        bare.all.push(begun.elapsed());
        for claimed in claimed {
            let begun = Instant::now();
            store.record(delivered(&claimed, now)?).await?;
            record.all.push(begun.elapsed());
        }
    }
    for _ in 0..CLAIMS / 16 {
        now = later(now, Duration::from_millis(5));
        let begun = Instant::now();
        let claimed = store.claim(None, 16, "bench", LEASE, now).await?;
        many.all.push(begun.elapsed());
        if claimed.len() < 16 {
            return Err(format!("only {} were due", claimed.len()).into());
        }
        for claimed in claimed {
            store.record(delivered(&claimed, now)?).await?;
        }
    }
    let met = claim.told(Some(BAR_CLAIM));
    bare.told(None);
    record.told(None);
    many.told(None);
    Ok(met)
}

/// The sweep's own work: take up what is due, forget, ask when the next is due; also where nothing can be taken up because
/// everything that is due is paused.
async fn sweeps(store: &Store) -> Result<bool, Failed> {
    let mut now = later(now()?, Duration::from_secs(60));
    let mut times = Times::new("sweep");
    let mut met = true;
    for _ in 0..SWEEPS {
        now = later(now, Duration::from_millis(5));
        let begun = Instant::now();
        let claimed = store.claim(None, 16, "bench", LEASE, now).await?;
        store.forget_exchanges(now, 500).await?;
        store.next_due().await?;
        times.all.push(begun.elapsed());
        for claimed in claimed {
            store.record(delivered(&claimed, now)?).await?;
        }
    }
    met &= times.told(Some(BAR_SWEEP));
    let me = Actor::user("bench");
    for place in store.destinations().await? {
        store.pause(&place.id, Some("bench"), &me, now).await?;
    }
    let mut paused = Times::new("sweep, everything paused");
    for _ in 0..SWEEPS {
        let begun = Instant::now();
        store.claim(None, 16, "bench", LEASE, now).await?;
        store.next_due().await?;
        paused.all.push(begun.elapsed());
    }
    met &= paused.told(Some(BAR_SWEEP));
    let mut resumed = Times::new("resume of a destination");
    for place in store.destinations().await? {
        let begun = Instant::now();
        store.pause(&place.id, None, &me, now).await?;
        resumed.all.push(begun.elapsed());
    }
    resumed.told(None);
    Ok(met)
}

/// What else is written while people and remotes work.
async fn writes(store: &Store, size: Size) -> Result<bool, Failed> {
    let now = later(now()?, Duration::from_secs(90));
    let me = Actor::user("bench");
    let mut callbacks = Times::new("an answer that is heard");
    let mut held = Times::new("hold and release of an item");
    for n in 0..u64::try_from(LOOKUPS)? {
        let number = n * 104_729 % size.items;
        let (id, item) = (
            fill::delivery(number, n % size.destinations),
            ItemId::parse(&fill::item(number))?,
        );
        let place = DestinationId::parse(&fill::destination(n % size.destinations))?;
        let begun = Instant::now();
        let body = serde_json::json!({});
        store.receive(&place, (&id, &id), &body, &me, now).await?;
        callbacks.all.push(begun.elapsed());
        let begun = Instant::now();
        store.hold(&item, Some("bench"), &me, now).await?;
        store.hold(&item, None, &me, now).await?;
        held.all.push(begun.elapsed());
    }
    callbacks.told(None);
    held.told(None);
    Ok(true)
}

fn delivered(claimed: &Claimed, now: Timestamp) -> Result<RunRecord, Failed> {
    let delivery = &claimed.delivery;
    let event = match claimed.purpose {
        DueFor::Deliver => Event::Receipt {
            receipt: Receipt {
                id: delivery.id.to_string(),
                url: None,
                at: now,
                by: By::Remote,
                parts: vec![],
                note: serde_json::Value::Null,
            },
            proof_at: None,
            cleanup_at: None,
        },
        other => return Err(format!("{}: due for {other:?}", delivery.id).into()),
    };
    // Read back tomorrow, not in the middle of the measuring.
    let policy = Policy {
        observe: vec![Duration::from_secs(86_400)],
        ..Policy::default()
    };
    let change = next(delivery, event, now, &policy).map_err(|e| format!("{e:?}"))?;
    Ok(RunRecord {
        delivery: delivery.id.clone(),
        fence: delivery.fence,
        from: delivery.state,
        change,
        last: None,
        attempt: AttemptRow {
            fence: delivery.fence,
            purpose: "deliver".into(),
            worker: "worker:bench".into(),
            started_at: now,
            ended_at: now,
            outcome: "receipt".into(),
            message: Localized::new("", ""),
        },
        exchanges: vec![],
        escape: None,
        healthy: Some(true),
        breaker: (3, Duration::from_secs(60)),
        now,
        ledger: Some("delivery.receipt".into()),
        notices: vec![],
    })
}
