//! `make bench`: figures beside a peer or the limit, both from one run, a line each. `COLD=1` builds the demo anew as well.

mod idle;
mod import;
mod peers;
mod render;

use std::{
    collections::BTreeMap,
    io::Write as _,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use anyhow::Context as _;
use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, Method, Response, Uri},
};
use yigao_channel::{Adapter as _, Opening, Secret};
use yigao_core::{Actor, Block, Content, DestinationId, Inline, ItemId, State as DeliveryState};
use yigao_engine::{Clock, Destination, Destinations, Hub, PrivateHosts, Request, Tuning, Wire};
use yigao_formats::Draft;
use yigao_memory::{Board, Dedupe, Memory};
use yigao_store::{MediaFolder, Store};
use yigao_worker::{WorkQueue, Worker, WorkerSettings};

const TOKEN: &str = "bench";
const ITEMS: usize = 1_500;
const CLICKS: usize = 200;
const DESTINATIONS: usize = 15;
const AT_ONCE: usize = 16;
/// How long nothing may come to its end before the benchmark gives up.
const STILL: Duration = Duration::from_secs(20);

type Shared = Arc<Mutex<Board>>;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let folder = std::env::temp_dir().join(format!("yigao-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let base = sink().await?;
    let bare = bare_loop(&base).await?;
    let (journaled, sync, p50, p99) = journaled(&folder, &base).await?;
    let peers = peers::measure(&base, TOKEN, ITEMS, AT_ONCE).await?;
    // The same loop again: other work on the machine weighs on both sides of the ratio.
    let bare = (bare + bare_loop(&base).await?) / 2.0;
    say(&format!(
        "bench-path: deliveries_per_s={journaled:.0} bare_loop_per_s={bare:.0} ratio={:.3} bar=0.40 sync_ms={:.2}",
        journaled / bare,
        sync.as_secs_f64() * 1_000.0,
    ))?;
    say(&format!(
        "bench-peers: bullmq_per_s={:.0} (redis, appendfsync always) ours_to_bullmq={:.2} pg_boss_per_s={:.0} (postgresql) ours_to_pg_boss={:.2}",
        peers.bullmq,
        journaled / peers.bullmq,
        peers.pg_boss,
        journaled / peers.pg_boss,
    ))?;
    say(&format!(
        "bench-click: destinations={DESTINATIONS} clicks={CLICKS} p50_ms={} p99_ms={} bar_p99_ms=100",
        p50.as_millis(),
        p99.as_millis(),
    ))?;
    say(&render::measure()?)?;
    say(&import::measure()?)?;
    say(&idle::measure(&folder)?)?;
    if std::env::args().any(|arg| arg == "--cold") {
        say(&idle::cold_build(&folder)?)?;
    }
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}

fn say(line: &str) -> std::io::Result<()> {
    writeln!(std::io::stdout(), "{line}")
}

/// The notice board over HTTP on loopback.
async fn sink() -> anyhow::Result<String> {
    let board: Shared = Arc::new(Mutex::new(Board::new(TOKEN, Dedupe::Key)));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let base = format!("http://{}", listener.local_addr()?);
    let app = Router::new().fallback(answer).with_state(board);
    #[expect(
        clippy::disallowed_methods,
        reason = "the sink lives as long as the benchmark"
    )]
    tokio::spawn(async move { axum::serve(listener, app).await });
    Ok(base)
}

async fn answer(
    State(board): State<Shared>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let headers: Vec<(String, String)> = headers
        .iter()
        .filter_map(|(n, v)| Some((n.as_str().to_owned(), v.to_str().ok()?.to_owned())))
        .collect();
    let now = Clock::System.now();
    let answer = match board.lock() {
        Ok(mut board) => board.answer(method.as_str(), &uri.to_string(), &headers, &body, now),
        Err(_) => return Response::new(Body::empty()),
    };
    let mut response = Response::new(Body::from(answer.body));
    if let Ok(status) = axum::http::StatusCode::from_u16(answer.status) {
        *response.status_mut() = status;
    }
    response
}

/// The same number of posts, sixteen at once, with nothing recorded.
async fn bare_loop(base: &str) -> anyhow::Result<f64> {
    drop(rustls::crypto::ring::default_provider().install_default());
    let client = reqwest::Client::builder().no_proxy().build()?;
    let begun = Instant::now();
    let mut running = tokio::task::JoinSet::new();
    for n in 0..ITEMS {
        if running.len() >= AT_ONCE {
            running.join_next().await;
        }
        let (client, url) = (client.clone(), format!("{base}/posts"));
        running.spawn(async move {
            let body = serde_json::json!({"key": format!("bare-{n}"), "mark": format!("bare-{n}"), "title": "题", "html": "<p>正文</p>"});
            client.post(url).header("x-board-token", TOKEN).header("content-type", "application/json").body(body.to_string()).send().await
        });
    }
    while running.join_next().await.is_some() {}
    Ok(rate(ITEMS, begun.elapsed()))
}

fn rate(count: usize, took: Duration) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX)) / took.as_secs_f64()
}

async fn journaled(
    folder: &std::path::Path,
    base: &str,
) -> anyhow::Result<(f64, Duration, Duration, Duration)> {
    let clock = Clock::System;
    let store = Store::open(&folder.join("ledger.db")).await?;
    let media = MediaFolder::open(&folder.join("media")).await?;
    let host = base.trim_start_matches("http://").to_owned();
    let wire = Wire::new(store.clone(), clock.clone(), PrivateHosts::new([host]))?;
    let mut destinations = Vec::new();
    for n in 0..DESTINATIONS {
        let id: DestinationId = format!("board-{n:02}").parse()?;
        let config =
            format!("base_url = \"{base}\"\ntoken = {{ env = \"BENCH\" }}\ndedupe = \"key\"");
        let opening = Opening {
            destination: &id,
            public_url: None,
            secrets: &|_| Ok(Secret::new(TOKEN)),
        };
        let channel = Arc::new(Memory::open(toml::from_str(&config)?, &opening)?);
        destinations.push(Destination::new(id.clone(), id.to_string(), channel));
    }
    let queue = WorkQueue::open(&folder.join("queue.db")).await?;
    let hub = Hub::new(
        store.clone(),
        media,
        Destinations::new(destinations),
        wire,
        clock,
        Tuning::default(),
        format!("bench-{}", std::process::id()),
    )
    .with_queue(Arc::new(queue.clone()));
    hub.announce().await?;
    let sync = store.sync_time().await?;
    let me = Actor::user("bench");
    for n in 0..ITEMS {
        let one = Request {
            destinations: vec![format!("board-{:02}", n % DESTINATIONS).parse()?],
            ..Request::approved()
        };
        plan(&hub, &format!("item-{n}"), &one, &me).await?;
    }
    let begun = Instant::now();
    let worker = Worker::start(hub.clone(), queue, &WorkerSettings::default());
    all_delivered(&hub).await?;
    let journaled = rate(ITEMS, begun.elapsed());
    let (p50, p99) = clicks(&hub, &me).await?;
    worker.stop().await;
    Ok((journaled, sync, p50, p99))
}

/// Waits for the last; an error where nothing moves any more.
async fn all_delivered(hub: &Hub) -> anyhow::Result<()> {
    let all = i64::try_from(ITEMS)?;
    let (mut before, mut moved) = (0, Instant::now());
    loop {
        let counts = hub.count_by_state().await?;
        let delivered = counts
            .iter()
            .find(|(s, _)| *s == DeliveryState::Delivered)
            .map_or(0, |(_, n)| *n);
        if delivered >= all {
            return Ok(());
        }
        if delivered > before {
            (before, moved) = (delivered, Instant::now());
        }
        anyhow::ensure!(
            moved.elapsed() < STILL,
            "{delivered} of {all} were delivered, and none for {STILL:?}: {counts:?}"
        );
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// From the click to the last of fifteen receipts.
async fn clicks(hub: &Hub, me: &Actor) -> anyhow::Result<(Duration, Duration)> {
    let everywhere = Request::approved();
    let mut times = Vec::new();
    for n in 0..CLICKS {
        let item: ItemId = format!("click-{n}").parse()?;
        content(hub, &item, me).await?;
        let begun = Instant::now();
        hub.publish(&item, &everywhere, me).await?;
        while hub.is_under_way(&item).await? {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        times.push(begun.elapsed());
    }
    times.sort_unstable();
    let at = |share: usize| {
        times
            .get((times.len() * share / 100).min(times.len().saturating_sub(1)))
            .copied()
            .context("clicks were made")
    };
    Ok((at(50)?, at(99)?))
}

async fn plan(hub: &Hub, name: &str, request: &Request, me: &Actor) -> anyhow::Result<()> {
    let item: ItemId = name.parse()?;
    content(hub, &item, me).await?;
    hub.publish(&item, request, me).await?;
    Ok(())
}

async fn content(hub: &Hub, item: &ItemId, me: &Actor) -> anyhow::Result<()> {
    let body = vec![Block::Paragraph {
        text: vec![Inline::plain("正文。")],
    }];
    let content = Content {
        title: format!("题 {item}"),
        unit: "局".into(),
        body,
        ..Content::default()
    };
    let draft = Draft {
        id: item.clone(),
        content,
        files: BTreeMap::default(),
        findings: Vec::new(),
    };
    hub.ingest(draft, me).await?;
    Ok(())
}
