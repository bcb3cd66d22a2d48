//! In the child: dies or freezes where its orders demand it, and spoils calls. What it does is written to a file first, which
//! survives it.

use std::{
    fs::{File, OpenOptions},
    io::Write as _,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use anyhow::Context as _;
use rustix::process::{Signal, getpid, kill_process};
use yigao_core::trial::{Point, Rule, Then, Watch};

use crate::{orders::Dice, scene::Scene};

/// Ends the process at the so-manieth time that it is there.
#[derive(Debug)]
struct Order {
    freezes: bool,
    point: String,
    destination: String,
    nth: u64,
    seen: AtomicU64,
}

impl Order {
    fn read(words: &str) -> anyhow::Result<Self> {
        let words: Vec<&str> = words.split('/').collect();
        let [end, point, destination, nth] = words.as_slice() else {
            anyhow::bail!("order {words:?}");
        };
        Ok(Self {
            freezes: *end == "freezes",
            point: (*point).to_owned(),
            destination: (*destination).to_owned(),
            nth: nth.parse().context("nth")?,
            seen: AtomicU64::new(0),
        })
    }

    fn is_due(&self, point: Point, destination: &str) -> bool {
        let here = self.point == point.name()
            && (self.destination.is_empty() || self.destination == destination);
        here && self.seen.fetch_add(1, Ordering::Relaxed) + 1 == self.nth
    }
}

#[derive(Debug)]
pub(crate) struct Watcher {
    log: File,
    orders: Vec<Order>,
    spoilt: u64,
    dice: Mutex<Dice>,
    sabotage: Option<String>,
}

impl Watcher {
    pub(crate) fn new(scene: &Scene, orders: &str) -> anyhow::Result<Self> {
        let mut words = orders.split(',');
        let life: u64 = words.next().unwrap_or_default().parse().context("life")?;
        let spoils = words.next() == Some("1");
        Ok(Self {
            log: OpenOptions::new()
                .append(true)
                .create(true)
                .open(scene.log())?,
            orders: words.map(Order::read).collect::<Result<_, _>>()?,
            spoilt: if spoils { scene.spoilt } else { 0 },
            dice: Mutex::new(Dice(scene.seed ^ life.wrapping_mul(0x2545_f491_4f6c_dd1d))),
            sabotage: scene.sabotage.clone(),
        })
    }

    /// One line in one write: several processes append to the file.
    fn note(&self, line: &str) {
        if let Err(error) = (&self.log).write_all(format!("{line}\n").as_bytes()) {
            tracing::error!(error = %error, "the log of what fired");
        }
    }

    fn end(&self, point: Point, destination: &str, op: &str) {
        let due = |order: &&Order| order.is_due(point, destination);
        let Some(order) = self.orders.iter().find(due) else {
            return;
        };
        let (what, signal) = match order.freezes {
            true => ("freezes", Signal::STOP),
            false => ("dies", Signal::KILL),
        };
        let pid = getpid();
        self.note(&format!(
            "{what},{},{destination},{op},{}",
            point.name(),
            pid.as_raw_nonzero()
        ));
        if let Err(error) = kill_process(pid, signal) {
            self.note(&format!("cannot,{error},,,"));
        }
    }

    fn spoil(&self, destination: &str, op: &str) -> Then {
        let drawn = {
            let mut dice = self.dice.lock().unwrap_or_else(PoisonError::into_inner);
            (dice.below(100), dice.below(25))
        };
        if drawn.0 >= self.spoilt {
            return Then::Go;
        }
        // The two that hold a call to its end cost the most time.
        let then = match drawn.1 {
            0..5 => Then::Refused,
            5..10 => Then::RequestLost,
            10..15 => Then::AnswerLost,
            15..19 => Then::ErrorAfter,
            19 => Then::Slow,
            20 => Then::Late,
            _ => Then::Junk,
        };
        self.note(&format!("{},call,{destination},{op},0", then.name()));
        then
    }
}

impl Watch for Watcher {
    fn reach(&self, point: Point, destination: &str, op: &str) -> Then {
        self.end(point, destination, op);
        match point {
            Point::BeforeCall => self.spoil(destination, op),
            _ => Then::Go,
        }
    }

    fn without(&self, rule: Rule) -> bool {
        self.sabotage.as_deref() == Some(rule.name())
    }
}
