//! Whole-system simulation: from one seed workers, people, remotes and the clock do as chance has it, and what must hold is
//! asked after every action.

mod channel;
mod check;
mod found;
mod methods;
mod orders;
mod remote;
mod rng;
mod sim;
mod tasks;
mod turns;

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use sim::{Counts, Rules};
use turns::{Violation, simulate};
use yigao_core::Digest;

use crate::place::On;

/// What the environment sets for this run.
#[expect(
    clippy::disallowed_methods,
    reason = "a test binary has no configuration but its environment"
)]
fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

fn number(name: &str) -> Option<u64> {
    environment(name)?.parse().ok()
}

fn one(seed: u64, rules: Rules, run: &str) -> Result<(Counts, Digest), Violation> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(simulate(seed, rules, run))
}

fn red(violation: &Violation) -> String {
    let Violation {
        seed,
        turn,
        what,
        last,
    } = violation;
    let last = last.join("\n");
    format!(
        "seed {seed}, turn {turn}: {what}\nThe last actions:\n{last}\nAgain with SIM_SEED={seed}"
    )
}

#[test]
fn whatever_happens_nothing_is_lost_doubled_or_hidden() {
    all_hold("sqlite", 200);
}

#[test]
fn on_postgres_nothing_is_lost_doubled_or_hidden_either() {
    if On::Postgres.is_there() {
        all_hold("postgres", 12);
    }
}

/// Plays `usual` seeds on the ledger `on`, or those that the environment names.
fn all_hold(on: &str, usual: u64) {
    let seeds: Vec<u64> = match number("SIM_SEED") {
        Some(seed) => vec![seed],
        None => (1..=number("SIM_SEEDS").unwrap_or(usual)).collect(),
    };
    let next = AtomicU64::new(0);
    let total = Mutex::new(Counts::default());
    let broken: Mutex<Vec<Violation>> = Mutex::default();
    let work = || {
        loop {
            let index = usize::try_from(next.fetch_add(1, Ordering::Relaxed)).unwrap_or(usize::MAX);
            let Some(seed) = seeds.get(index) else { break };
            match one(*seed, Rules::All, on) {
                Ok((counts, _)) => total
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .add(counts),
                Err(violation) => broken
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(violation),
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    let mut broken = broken.into_inner().unwrap_or_default();
    broken.sort_by_key(|violation| violation.seed);
    let all: Vec<_> = broken
        .iter()
        .map(|v| format!("{}: {}", v.seed, v.what))
        .collect();
    if let Some(first) = broken.first() {
        assert!(
            broken.is_empty(),
            "{}\n{} of {} seeds are red:\n{}",
            red(first),
            broken.len(),
            seeds.len(),
            all.join("\n")
        );
    }
    let total = total.into_inner().unwrap_or_default();
    say(on, &total, seeds.len());
}

#[expect(clippy::print_stdout, reason = "the figures are what the run is for")]
fn say(on: &str, total: &Counts, seeds: usize) {
    let Counts {
        turns,
        faults,
        kills,
        calls,
        deliveries,
        doubts,
    } = total;
    println!("simulation: ledger={on} calls={calls} deliveries={deliveries} doubts={doubts}");
    println!(
        "simulation: ledger={on} seeds={seeds} turns={turns} faults={faults} kills={kills} lost=0 duplicated=0 hidden_doubts=0"
    );
}

#[test]
fn a_seed_is_the_same_twice() {
    for seed in [3, 14, 15] {
        let first = one(seed, Rules::All, "first").map(|(_, digest)| digest);
        let second = one(seed, Rules::All, "second").map(|(_, digest)| digest);
        assert_eq!(first.unwrap(), second.unwrap(), "seed {seed}");
    }
}

fn goes_red(rules: Rules) {
    let red = (1..=40).find_map(|seed| one(seed, rules, "red").err());
    assert!(red.is_some(), "{rules:?} is missed by nobody");
}

#[test]
fn without_the_journal_it_goes_red() {
    goes_red(Rules::NoJournal);
}

#[test]
fn with_lookups_that_see_nothing_it_goes_red() {
    goes_red(Rules::BlindLookups);
}

#[test]
fn with_people_who_say_that_nothing_happened_it_goes_red() {
    goes_red(Rules::Liar);
}
