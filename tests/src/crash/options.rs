//! What is asked for.

use anyhow::{Context as _, bail};
use yigao_core::trial::Rule;

/// Numbers of a run.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    /// Items of a round, each at every destination.
    pub(crate) items: usize,
    /// Rounds, each on a ledger and remotes of its own.
    pub(crate) rounds: u64,
    /// Rounds at the same time.
    pub(crate) beside: usize,
    /// Processes that are killed or frozen in one stage of a round, at most.
    pub(crate) deaths: usize,
    /// Enough faults that fired: no further round begins.
    pub(crate) enough: u64,
    /// Go on for so many minutes instead, however much has fired.
    pub(crate) minutes: Option<u64>,
    pub(crate) seed: u64,
    /// How many times faster than the machine's clock.
    pub(crate) times: u32,
    /// Calls out of a hundred that go wrong.
    pub(crate) spoilt: u64,
    /// The ledger on a private PostgreSQL instead of in a SQLite file.
    pub(crate) postgres: bool,
    /// The queue on a private Redis that is restarted and emptied meanwhile, instead of in a file.
    pub(crate) redis: bool,
    /// A rule that is taken out.
    pub(crate) sabotage: Option<Rule>,
    /// A run too small to hit every destination at every point; every point must still be hit.
    pub(crate) small: bool,
    /// Whether the folder of each round stays.
    pub(crate) keep: bool,
}

impl Options {
    pub(crate) fn read(args: impl Iterator<Item = String>) -> anyhow::Result<Self> {
        let mut options = Self {
            items: 8,
            rounds: 100,
            beside: 4,
            deaths: 80,
            enough: 10_000,
            minutes: None,
            seed: 1,
            times: 40,
            spoilt: 20,
            postgres: false,
            redis: false,
            sabotage: None,
            small: false,
            keep: false,
        };
        let mut args = args;
        while let Some(flag) = args.next() {
            let mut value = || args.next().with_context(|| format!("{flag} needs a value"));
            match flag.as_str() {
                "--items" => options.items = value()?.parse()?,
                "--rounds" => options.rounds = value()?.parse()?,
                "--beside" => options.beside = value()?.parse()?,
                "--deaths" => options.deaths = value()?.parse()?,
                "--enough" => options.enough = value()?.parse()?,
                "--minutes" => {
                    options.minutes = Some(value()?.parse()?);
                    (options.rounds, options.enough) = (u64::MAX, u64::MAX);
                }
                "--seed" => options.seed = value()?.parse()?,
                "--times" => options.times = value()?.parse()?,
                "--spoilt" => options.spoilt = value()?.parse()?,
                "--redis" => options.redis = true,
                "--postgres" => options.postgres = true,
                "--small" => options.small = true,
                "--keep" => options.keep = true,
                "--sabotage" => {
                    let name = value()?;
                    let rule = Rule::ALL.into_iter().find(|rule| rule.name() == name);
                    options.sabotage =
                        Some(rule.with_context(|| format!("{name}: journal, fence or lookup"))?);
                }
                _ => bail!("no option {flag}"),
            }
        }
        options.sabotaged();
        Ok(options)
    }

    /// What shows a missing rule soonest.
    fn sabotaged(&mut self) {
        match self.sabotage {
            Some(Rule::Journal | Rule::Lookup) => self.spoilt = 40,
            // Only who sleeps too long breaks it; the one that takes over must come to its end.
            Some(Rule::Fence) => self.spoilt = 0,
            None => {}
        }
    }

    /// Ledger and queue, as the last line names them.
    pub(crate) fn ledger(&self) -> &'static str {
        match (self.postgres, self.redis) {
            (true, true) => "postgres+redis",
            (true, false) => "postgres",
            (false, true) => "sqlite+redis",
            (false, false) => "sqlite",
        }
    }
}
