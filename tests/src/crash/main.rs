//! `make crash`: kills real processes at every choke point, spoils calls in seven ways, freezes workers until they have
//! lost their leases, and then asks every remote what it holds. `SABOTAGE=journal|fence|look` takes one rule out, and
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

use std::{path::Path, process::ExitCode, time::Instant};

use anyhow::Context as _;
use futures_util::{StreamExt as _, stream::FuturesUnordered};
use yigao_store::StoreError;
use yigao_testkit::Postgres;

use crate::{options::Options, report::Tally};

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    let mut args = std::env::args().skip(1);
    if args.next().as_deref() == Some("life") {
        let scene = args.next().unwrap_or_default();
        let orders = args.next().unwrap_or_default();
        let lived = work::live(Path::new(&scene), &orders).await;
        return match lived {
            // Who freezes inside of a commit makes others wait longer than they do; the next life goes on.
            Err(error) if is_locked(&error) => Ok(ExitCode::from(lives::GAVE_WAY)),
            lived => lived.map(|()| ExitCode::SUCCESS),
        };
    }
    let options = Options::read(std::env::args().skip(1))?;
    let tally = rounds(&options).await?;
    report::print(&options, &tally)
}

fn is_locked(error: &anyhow::Error) -> bool {
    let locked = |cause: &(dyn std::error::Error + 'static)| {
        matches!(cause.downcast_ref(), Some(StoreError::Locked))
    };
    error.chain().any(locked)
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
    let begin = |number| round::play(options, number, postgres.as_ref());
    let mut under_way: FuturesUnordered<_> =
        numbers.by_ref().take(options.beside).map(begin).collect();
    let mut tally = Tally::default();
    let begun = Instant::now();
    let over = || {
        let minutes = options.minutes.map(|minutes| minutes.saturating_mul(60));
        minutes.is_some_and(|seconds| begun.elapsed().as_secs() >= seconds)
    };
    while let Some(shown) = under_way.next().await {
        tally.add(shown?);
        if tally.has_shown(options) {
            // The others play without a rule, too, and need not come to an end.
            break;
        }
        let ended = tally.has_ended(options) || over();
        under_way.extend(numbers.next().filter(|_| !ended).map(begin));
    }
    Ok(tally)
}
