//! `make crash`: kills real processes at every choke point, spoils calls in seven ways, freezes workers until they have
//! lost their leases, and then asks every remote what it holds. `SABOTAGE=journal|fence|lookup` takes one rule out, and
//! the proof must fail.

mod board;
mod decide;
mod editor;
mod lives;
mod options;
mod orders;
mod report;
mod round;
mod scene;
mod watcher;
mod witness;
mod work;

use std::{
    path::Path,
    process::ExitCode,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use anyhow::Context as _;
use futures_util::{StreamExt as _, stream::FuturesUnordered};
use tokio::sync::RwLock;
use yigao_engine::{IngestError, PublishError};
use yigao_store::StoreError;
use yigao_testkit::Postgres;

use crate::{options::Options, report::Tally};

/// Between two ends of the ledger's server, in a soak.
const ENDS: Duration = Duration::from_secs(20);

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    let mut args = std::env::args().skip(1);
    if args.next().as_deref() == Some("life") {
        let scene = args.next().unwrap_or_default();
        let orders = args.next().unwrap_or_default();
        let lived = work::live(Path::new(&scene), &orders).await;
        return match lived {
            // A process that freezes inside a commit makes others wait until they time out, and a server that ends answers
            // nobody; the next life continues.
            Err(error) if is_away(&error) => Ok(ExitCode::from(lives::GAVE_WAY)),
            lived => lived.map(|()| ExitCode::SUCCESS),
        };
    }
    let options = Options::read(std::env::args().skip(1))?;
    let tally = rounds(&options).await?;
    report::print(&options, &tally)
}

/// The ledger is another's for now, or its server has ended.
fn is_away(error: &anyhow::Error) -> bool {
    let away = |cause: &(dyn std::error::Error + 'static)| {
        // These pass for what they hold: they are no link of the chain themselves.
        let inside = match cause.downcast_ref() {
            Some(PublishError::Store(error)) => Some(error),
            _ => None,
        };
        let inside = inside.or_else(|| match cause.downcast_ref() {
            Some(IngestError::Store(error)) => Some(error),
            _ => None,
        });
        match cause.downcast_ref().or(inside) {
            Some(StoreError::Locked | StoreError::Lost | StoreError::Unknown) => true,
            // A server that has just ended, or is about to be there again.
            Some(StoreError::Open { path, .. }) => path.starts_with("postgres://"),
            _ => false,
        }
    };
    error.chain().any(away)
}

/// Ends the ledger's server as a power cut does, and starts it again, counting: between what the parent itself reads and writes.
/// Where there is none, nothing for ever. Comes back only where it does not start.
async fn end_again_and_again(
    server: Option<&Postgres>,
    calm: &RwLock<()>,
    ended: &AtomicU64,
) -> anyhow::Error {
    let Some(server) = server else {
        return std::future::pending().await;
    };
    loop {
        tokio::time::sleep(ENDS).await;
        let _nobody_asks = calm.write().await;
        let again = tokio::task::block_in_place(|| {
            server.crash();
            server.run()
        });
        if let Err(error) = again {
            return error.into();
        }
        ended.fetch_add(1, Ordering::Relaxed);
    }
}

/// Rounds beside one another, until enough has fired.
async fn rounds(options: &Options) -> anyhow::Result<Tally> {
    let postgres = match options.postgres {
        true => {
            let programs = Postgres::find().context("PostgreSQL is not installed")?;
            Some(Postgres::start(programs)?)
        }
        false => None,
    };
    let mut numbers = 0..options.rounds;
    let calm = RwLock::new(());
    let begin = |number| round::play(options, number, postgres.as_ref(), &calm);
    let mut under_way: FuturesUnordered<_> =
        numbers.by_ref().take(options.beside).map(begin).collect();
    let mut tally = Tally::default();
    let begun = Instant::now();
    let over = || {
        let minutes = options.minutes.map(|minutes| minutes.saturating_mul(60));
        minutes.is_some_and(|seconds| begun.elapsed().as_secs() >= seconds)
    };
    let ended = AtomicU64::new(0);
    let soaked = postgres.as_ref().filter(|_| options.minutes.is_some());
    let ending = end_again_and_again(soaked, &calm, &ended);
    tokio::pin!(ending);
    loop {
        let shown = tokio::select! {
            shown = under_way.next() => shown,
            failed = &mut ending => return Err(failed),
        };
        let Some(shown) = shown else { break };
        tally.add(shown?);
        if tally.has_shown(options) {
            // The others play without a rule, too, and need not come to an end.
            break;
        }
        let ended = tally.has_ended(options) || over();
        under_way.extend(numbers.next().filter(|_| !ended).map(begin));
    }
    for _ in 0..ended.load(Ordering::Relaxed) {
        tally.hurt("restart", "postgres");
    }
    Ok(tally)
}
