//! Counts what fired and what was found, and reports it.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{Read as _, Seek as _, SeekFrom, Write as _},
    path::PathBuf,
    process::ExitCode,
};

use yigao_core::trial::{Point, Then};

use crate::{
    options::Options,
    scene::{PLACES, Stage},
};

/// How many findings are printed in full.
const TOLD: usize = 20;

/// All that a run has shown.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) runs: u64,
    /// What fired: kind, point and destination.
    fired: BTreeMap<(String, String, String), u64>,
    /// Operations that were hit, with what.
    ops: BTreeSet<(String, String, String)>,
    deliveries: BTreeMap<&'static str, u64>,
    /// Left waiting for another day's quota; neither right nor wrong.
    pub(crate) postponed: u64,
    in_doubt: u64,
    doubts_needless: u64,
    lost: u64,
    duplicated: u64,
    hidden: u64,
    findings: Vec<String>,
}

impl Tally {
    fn fire(&mut self, kind: &str, point: &str, destination: &str, op: &str) {
        let of = |text: &str| text.to_owned();
        let key = (of(kind), of(point), of(destination));
        *self.fired.entry(key).or_default() += 1;
        if !op.is_empty() {
            self.ops.insert((of(destination), of(op), of(kind)));
        }
    }

    /// What another round has shown, too.
    pub(crate) fn add(&mut self, other: Self) {
        self.runs += other.runs;
        for (key, many) in other.fired {
            *self.fired.entry(key).or_default() += many;
        }
        self.ops.extend(other.ops);
        for (place, many) in other.deliveries {
            *self.deliveries.entry(place).or_default() += many;
        }
        self.postponed += other.postponed;
        self.in_doubt += other.in_doubt;
        self.doubts_needless += other.doubts_needless;
        self.lost += other.lost;
        self.duplicated += other.duplicated;
        self.hidden += other.hidden;
        self.findings.extend(other.findings);
        self.findings.truncate(TOLD);
    }

    /// The queue's server was emptied or restarted, or the ledger's.
    pub(crate) fn hurt(&mut self, kind: &str, server: &str) {
        self.fire(kind, server, "", "");
    }

    pub(crate) fn all(&self) -> u64 {
        self.fired.values().sum()
    }

    fn found(&mut self, what: &str, about: &str) {
        if self.findings.len() < TOLD {
            self.findings.push(format!("{what}: {about}"));
        }
    }

    pub(crate) fn delivered(&mut self, place: &'static str) {
        *self.deliveries.entry(place).or_default() += 1;
    }

    pub(crate) fn doubts(&mut self, rightly: u64, wrongly: Vec<String>) {
        self.in_doubt += rightly;
        for about in wrongly {
            self.doubts_needless += 1;
            self.found("a needless doubt", &about);
        }
    }

    pub(crate) fn lost(&mut self, about: &str) {
        self.lost += 1;
        self.found("lost", about);
    }

    pub(crate) fn doubled(&mut self, about: &str) {
        self.duplicated += 1;
        self.found("duplicated", about);
    }

    pub(crate) fn hidden(&mut self, about: &str) {
        self.hidden += 1;
        self.found("not as the ledger says", about);
    }

    pub(crate) fn is_clean(&self) -> bool {
        self.lost + self.duplicated + self.hidden + self.doubts_needless == 0
    }

    /// A rule was taken out, and the findings show it.
    pub(crate) fn has_shown(&self, options: &Options) -> bool {
        options.sabotage.is_some() && !self.is_clean()
    }

    /// Enough has fired.
    pub(crate) fn has_ended(&self, options: &Options) -> bool {
        self.all() >= options.enough || self.has_shown(options)
    }

    fn count(&self, of: impl Fn(&(String, String, String)) -> bool) -> u64 {
        self.fired
            .iter()
            .filter(|(key, _)| of(key))
            .map(|(_, n)| n)
            .sum()
    }

    /// Points at which no process ever died.
    fn missed(&self, small: bool) -> Vec<String> {
        let died = |point: Point, place: &str| {
            self.count(|(kind, at, to)| {
                kind == "dies" && at == point.name() && (place.is_empty() || to == place)
            })
        };
        let points = Point::ALL.into_iter().filter(|point| died(*point, "") == 0);
        let mut missed: Vec<String> = points.map(|point| point.name().to_owned()).collect();
        for place in PLACES.iter().filter(|place| place.calls && !small) {
            for point in [Point::BeforeCall, Point::AfterCall] {
                if died(point, place.id) == 0 {
                    missed.push(format!("{} of {}", point.name(), place.id));
                }
            }
        }
        missed
    }
}

/// The file in which the children say what they do before they do it.
#[derive(Debug)]
pub(crate) struct Fired {
    path: PathBuf,
    at: u64,
}

impl Fired {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self { path, at: 0 }
    }

    /// Counts what is new. Who froze since.
    pub(crate) fn read(&mut self, tally: &mut Tally) -> anyhow::Result<Vec<u32>> {
        let Ok(mut file) = std::fs::File::open(&self.path) else {
            return Ok(Vec::new());
        };
        file.seek(SeekFrom::Start(self.at))?;
        let mut text = String::new();
        file.read_to_string(&mut text)?;
        let whole = text.rfind('\n').map_or(0, |end| end + 1);
        self.at += u64::try_from(whole)?;
        let mut frozen = Vec::new();
        for line in text.get(..whole).unwrap_or_default().lines() {
            let words: Vec<&str> = line.split(',').collect();
            let [kind, point, destination, op, pid] = words.as_slice() else {
                anyhow::bail!("fired.log: {line}");
            };
            anyhow::ensure!(*kind != "cannot", "a process could not end itself: {line}");
            tally.fire(kind, point, destination, op);
            if *kind == "freezes" {
                frozen.push(pid.parse()?);
            }
        }
        Ok(frozen)
    }
}

fn say(text: &str) -> anyhow::Result<()> {
    writeln!(std::io::stdout(), "{text}")?;
    Ok(())
}

pub(crate) fn progress(round: u64, stage: Stage, tally: &Tally) -> anyhow::Result<()> {
    let Tally {
        runs,
        lost,
        duplicated,
        hidden,
        in_doubt,
        ..
    } = tally;
    say(&format!(
        "  round {round:<3} {:<8} runs {runs}, fired {}, lost {lost}, duplicated {duplicated}, hidden doubts {hidden}, in doubt {in_doubt}",
        format!("{stage:?}").to_lowercase(),
        tally.all(),
    ))
}

/// The tables and the last line; the exit status agrees with it.
pub(crate) fn print(options: &Options, tally: &Tally) -> anyhow::Result<ExitCode> {
    table(tally)?;
    for finding in &tally.findings {
        say(finding)?;
    }
    let missed = tally.missed(options.small);
    let covered = missed.is_empty() || options.sabotage.is_some();
    if !covered {
        say(&format!("never hit: {}", missed.join(", ")))?;
    }
    let adapters: BTreeSet<&str> = PLACES.iter().map(|place| place.id).collect();
    say(&format!(
        "crash: ledger={} sabotage={} seed={} points={} faults={} adapters={} runs={} deliveries={} postponed={} fired={} lost={} duplicated={} in_doubt={} needless_doubts={} hidden_doubts={}",
        options.ledger(),
        options.sabotage.map_or("none", |rule| rule.name()),
        options.seed,
        Point::ALL.len(),
        Then::FAULTS.len(),
        adapters.len(),
        tally.runs,
        tally.deliveries.values().sum::<u64>(),
        tally.postponed,
        tally.all(),
        tally.lost,
        tally.duplicated,
        tally.in_doubt,
        tally.doubts_needless,
        tally.hidden,
    ))?;
    Ok(match covered && tally.is_clean() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

/// Deliveries, deaths, freezes and spoilt calls by destination.
fn table(tally: &Tally) -> anyhow::Result<()> {
    let faults = Then::FAULTS.map(Then::name);
    let mut head = format!(
        "{:<12}{:>10}{:>6}{:>8}{:>8}{:>8}",
        "", "deliveries", "ops", "die-bef", "die-aft", "freeze"
    );
    for fault in faults {
        head.push_str(&format!("{fault:>13}"));
    }
    say(&head)?;
    for place in PLACES {
        let of = |what: &str, point: &str| {
            tally.count(|(kind, at, to)| {
                kind == what && to == place.id && (point.is_empty() || at == point)
            })
        };
        let ops: BTreeSet<&String> = tally
            .ops
            .iter()
            .filter(|(to, ..)| to == place.id)
            .map(|(_, op, _)| op)
            .collect();
        let mut line = format!(
            "{:<12}{:>10}{:>6}{:>8}{:>8}{:>8}",
            place.id,
            tally.deliveries.get(place.id).copied().unwrap_or_default(),
            ops.len(),
            of("dies", Point::BeforeCall.name()),
            of("dies", Point::AfterCall.name()),
            of("freezes", ""),
        );
        for fault in faults {
            line.push_str(&format!("{:>13}", of(fault, "")));
        }
        say(&line)?;
    }
    let at =
        |what: &str, point: Point| tally.count(|(kind, at, _)| kind == what && at == point.name());
    for point in Point::ALL {
        say(&format!(
            "{:<14} died {:>6}  froze {:>6}",
            point.name(),
            at("dies", point),
            at("freezes", point)
        ))?;
    }
    let ended = tally.count(|(kind, at, _)| kind == "restart" && at == "postgres");
    if ended > 0 {
        say(&format!("postgres       ended and restarted {ended:>4}"))?;
    }
    let redis = |what: &str| tally.count(|(kind, at, _)| kind == what && at == "redis");
    if redis("flush") > 0 {
        say(&format!(
            "redis          emptied {:>4}  restarted {:>4}",
            redis("flush"),
            redis("restart")
        ))?;
    }
    Ok(())
}
