//! `make cms-faults`: two workers, eight items in flight, a real WordPress behind a proxy, and one fault after the other: answers
//! lost, calls lost, gateways that give up, tables locked, PHP, database and workers killed. Afterwards the site's own database
//! is asked what it holds.

#![expect(
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a program of its own against a real site: it waits in real time, and a wrong index should stop it"
)]

mod fault;
mod lab;
mod orders;
mod proxy;
mod verdict;

use std::{
    collections::BTreeMap,
    io,
    process::ExitCode,
    time::{Duration, Instant},
};

use fault::Kind;
use lab::Lab;
use orders::Item;
use verdict::Found;

/// Items that are worked on at once.
const IN_FLIGHT: usize = 8;
/// Faults while one wave of eight is on its way.
const A_WAVE: u32 = 8;

/// What was counted.
#[derive(Debug, Default)]
struct Tally {
    rounds: u32,
    fired: u32,
    by_kind: BTreeMap<Kind, (u32, u32)>,
    found: Found,
    retried: u32,
}

fn main() -> anyhow::Result<ExitCode> {
    let mut args = std::env::args().skip(1);
    let (mut rounds, mut seed) = (300, 1);
    while let Some(name) = args.next() {
        let value: Option<u64> = args.next().and_then(|value| value.parse().ok());
        match (name.as_str(), value) {
            ("--rounds", Some(value)) => rounds = u32::try_from(value)?,
            ("--seed", Some(value)) => seed = value,
            _ => anyhow::bail!("cms-faults [--rounds N] [--seed N]"),
        }
    }
    let begun = Instant::now();
    let lab = Lab::start()?;
    let tally = waves(&lab, rounds, seed)?;
    let Found {
        duplicated,
        lost,
        drafts_left,
        files_twice,
        in_doubt,
    } = tally.found;
    // Only what the gateway calls too large is refused for good; everything else succeeds in the end without a person.
    let too_large = tally.by_kind.get(&Kind::TooLarge).map_or(0, |seen| seen.1);
    let gave_up = tally.retried.saturating_sub(too_large);
    if gave_up > 0 {
        say(&format!("{gave_up} deliveries failed that should not have"));
    }
    println_all(&tally, begun.elapsed());
    let wrong = duplicated + lost + drafts_left + files_twice + in_doubt + gave_up;
    Ok(if wrong == 0 && tally.fired > 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn waves(lab: &Lab, rounds: u32, seed: u64) -> anyhow::Result<Tally> {
    let mut tally = Tally::default();
    let mut items: Vec<Item> = (0..IN_FLIGHT).map(Item::new).collect();
    let mut dice = fault::Dice(seed);
    while tally.rounds < rounds {
        for item in &mut items {
            item.order(lab, &mut dice)?;
        }
        for _ in 0..A_WAVE.min(rounds - tally.rounds) {
            // A fault that nothing is under way for meets nothing.
            orders::keep_busy(lab, &mut items, &mut dice)?;
            let kind = Kind::ALL[dice.below(Kind::ALL.len())];
            let fired = kind.strike(lab, &mut dice)?;
            tally.rounds += 1;
            tally.fired += u32::from(fired);
            let seen = tally.by_kind.entry(kind).or_default();
            seen.0 += 1;
            seen.1 += u32::from(fired);
        }
        lab.heal()?;
        tally.retried += orders::rest(lab, &items)?;
        tally.found.add(&verdict::ask(lab, &items)?);
        say(&format!(
            "cms-faults: {} of {rounds} rounds, {} fired, {:?}",
            tally.rounds, tally.fired, tally.found
        ));
    }
    Ok(tally)
}

fn println_all(tally: &Tally, took: Duration) {
    say("fault                 rounds  fired");
    for (kind, (rounds, fired)) in &tally.by_kind {
        say(&format!("{:<20} {rounds:>7} {fired:>6}", kind.name()));
    }
    say(&format!(
        "took {} s, deliveries tried again by hand {}",
        took.as_secs(),
        tally.retried
    ));
    let Found {
        duplicated,
        lost,
        drafts_left,
        files_twice,
        in_doubt,
    } = &tally.found;
    say(&format!(
        "cms-faults: rounds={} fired={} duplicated={duplicated} lost={lost} drafts_left={drafts_left} files_twice={files_twice} in_doubt={in_doubt}",
        tally.rounds, tally.fired
    ));
}

/// A line for whoever lookups on.
fn say(line: &str) {
    use io::Write as _;
    let mut out = io::stdout().lock();
    drop(writeln!(out, "{line}"));
    drop(out.flush());
}
