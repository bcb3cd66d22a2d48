//! One seed's world: workers over one ledger, a clock, remotes, and chance.

use std::{collections::BTreeMap, path::PathBuf, sync::Arc, time::Duration};

use yigao_core::{Delivery, DeliveryId, State, Timestamp, journal::Finish, time::later};
use yigao_engine::{Clock, Destination, Destinations, Hub, PrivateHosts, Tuning, Wire};
use yigao_store::{MediaFolder, Store};

use super::{
    channel::Stand,
    remote::{Kind, Post, Remote},
    rng::Rng,
    tasks::{Stepped, Task, Weather},
};
use crate::place::On;

/// What went wrong.
pub(crate) type Red = String;

/// A rule that is switched off, for the negative controls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rules {
    All,
    /// Open entries are gone from all journals after a withdrawal, as if they had been held in memory only.
    NoJournal,
    /// Lookups see nothing.
    BlindLookups,
    /// Whoever is asked answers that it did not happen.
    Liar,
}

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) turns: u64,
    pub(crate) faults: u64,
    pub(crate) kills: u64,
    pub(crate) calls: u64,
    pub(crate) deliveries: u64,
    pub(crate) doubts: u64,
}

impl Counts {
    pub(crate) fn add(&mut self, other: Self) {
        self.turns += other.turns;
        self.faults += other.faults;
        self.kills += other.kills;
        self.calls += other.calls;
        self.deliveries += other.deliveries;
        self.doubts += other.doubts;
    }
}

pub(crate) struct Sim {
    pub(crate) rng: Rng,
    pub(crate) rules: Rules,
    pub(crate) clock: Clock,
    pub(crate) store: Store,
    pub(crate) remote: Remote,
    pub(crate) workers: Vec<Hub>,
    pub(crate) tasks: Vec<Task>,
    pub(crate) weather: Weather,
    pub(crate) stands: Vec<(String, Kind)>,
    pub(crate) items: Vec<String>,
    pub(crate) names: BTreeMap<DeliveryId, String>,
    pub(crate) last: BTreeMap<DeliveryId, Delivery>,
    /// Deliveries and pieces of an item at a destination, as they were compared last.
    pub(crate) seen: BTreeMap<(String, String), (Vec<Delivery>, Vec<Post>)>,
    pub(crate) checked: std::collections::BTreeSet<String>,
    pub(crate) log: Vec<String>,
    pub(crate) counts: Counts,
    template: Hub,
    media: MediaFolder,
    born: usize,
    folder: PathBuf,
}

impl Drop for Sim {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

/// Memory where the machine has a folder in it: every commit waits for the disk otherwise.
fn scratch(name: &str) -> PathBuf {
    let memory = PathBuf::from("/dev/shm");
    let base = if memory.is_dir() {
        memory
    } else {
        PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
    };
    base.join(format!("yigao-{name}-{}", std::process::id()))
}

impl Sim {
    #[expect(
        clippy::too_many_lines,
        reason = "sets the whole stage from one seed, in the order in which the seed is read"
    )]
    pub(crate) async fn new(seed: u64, rules: Rules, run: &str) -> Self {
        let mut rng = Rng::new(seed);
        let folder = scratch(&format!("simulation-{run}-{seed}"));
        drop(std::fs::remove_dir_all(&folder));
        std::fs::create_dir_all(&folder).unwrap();
        let remote = Remote::default();
        remote.lock().blind = rules == Rules::BlindLookups;
        let kinds = [
            ("site", Kind::Site),
            ("slow", Kind::Slow),
            ("desk", Kind::Desk),
            ("site2", Kind::Site),
        ];
        let stands: Vec<_> = kinds
            .into_iter()
            .take(2 + rng.below(3))
            .map(|(name, kind)| (name.to_owned(), kind))
            .collect();
        let letters = ["a", "b", "c", "d", "e", "f"];
        let items = letters
            .into_iter()
            .take(3 + rng.below(4))
            .map(ToOwned::to_owned)
            .collect();
        let clock = Clock::manual("2026-11-25T00:00:00Z".parse().unwrap());
        let on = if run == "postgres" {
            On::Postgres
        } else {
            On::Sqlite
        };
        let store = on.open(&folder).await;
        let media = MediaFolder::open(&folder.join("media")).await.unwrap();
        let wire = Wire::new(store.clone(), clock.clone(), PrivateHosts::new([])).unwrap();
        let all = stands.iter().map(|(name, kind)| {
            let channel = Arc::new(Stand::new(name, *kind, remote.clone()));
            Destination::new(name.parse().unwrap(), name.clone(), channel)
        });
        let mut tuning = Tuning::default();
        // Below four milliseconds nothing of a wait depends on the delivery's name, which is chance of another kind.
        tuning.policy.backoff_first = Duration::from_millis(3);
        tuning.policy.backoff_max = Duration::from_millis(3);
        let template = Hub::new(
            store.clone(),
            media.clone(),
            Destinations::new(all),
            wire,
            clock.clone(),
            tuning,
            "operator".into(),
        );
        template.announce().await.unwrap();
        let mut sim = Self {
            rng,
            rules,
            clock,
            store,
            remote,
            workers: Vec::new(),
            tasks: Vec::new(),
            weather: Weather::default(),
            stands,
            items,
            names: BTreeMap::new(),
            last: BTreeMap::new(),
            seen: BTreeMap::new(),
            checked: std::collections::BTreeSet::new(),
            log: Vec::new(),
            counts: Counts::default(),
            template,
            media,
            born: 0,
            folder,
        };
        for _ in 0..3 {
            let hub = sim.newborn();
            sim.workers.push(hub);
        }
        for item in sim.items.clone() {
            sim.write(&item).await;
        }
        sim
    }

    /// A process that has just started: no task of its own.
    fn newborn(&mut self) -> Hub {
        self.born += 1;
        let t = &self.template;
        let mut hub = Hub::new(
            self.store.clone(),
            self.media.clone(),
            Destinations::default(),
            t.wire.clone(),
            t.clock.clone(),
            t.tuning.clone(),
            format!("worker-{}", self.born),
        );
        hub.destinations = Arc::clone(&t.destinations);
        hub
    }

    /// Whoever works at the desk of the hub itself.
    pub(crate) fn desk(&self) -> Hub {
        self.template.clone()
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn note(&mut self, line: String) {
        let at = self.now().as_millisecond() - 1_795_564_800_000;
        self.log.push(format!("{at:>10} {line}"));
    }

    pub(crate) async fn claim(
        &mut self,
        worker: usize,
        wanted: Option<DeliveryId>,
    ) -> Result<usize, Red> {
        let Some(hub) = self.workers.get(worker).cloned() else {
            return Ok(0);
        };
        let claimed = match wanted {
            Some(id) => hub.claim(&id).await.map(|one| one.into_iter().collect()),
            None => {
                let limit = u32::try_from(1 + self.rng.below(3)).unwrap_or(1);
                hub.claim_due(limit).await
            }
        };
        let claimed: Vec<_> = claimed.map_err(|error| format!("claim: {error}"))?;
        let many = claimed.len();
        let lease_end = later(self.now(), hub.tuning.lease);
        for one in claimed {
            let name = self.name_of(&one.delivery);
            self.note(format!("w{worker} claims {name} for {:?}", one.purpose));
            let task = Task::new(hub.clone(), worker, name, one, lease_end);
            self.check_alone(&task)?;
            self.tasks.push(task);
        }
        Ok(many)
    }

    /// Carries one task on to its next call, or to its end.
    pub(crate) async fn step(&mut self, index: usize) -> Result<bool, Red> {
        if index >= self.tasks.len() {
            return Ok(true);
        }
        let mut task = self.tasks.swap_remove(index);
        let before = task.stands();
        let now = self.now();
        self.counts.calls += 1;
        let chance = (&mut self.rng, self.weather, &mut self.counts.faults);
        let (stepped, what) = task.step(&self.remote, chance, now).await;
        match stepped {
            Stepped::Parked => {
                self.note(format!("{before}: {what}"));
                self.tasks.push(task);
                Ok(false)
            }
            Stepped::Ended(Ok(state)) => {
                self.note(format!("{before}: {what}, ends {}", state.name()));
                Ok(true)
            }
            Stepped::Ended(Err(error)) => Err(format!("{before}: {error}")),
        }
    }

    /// Carries the newest task on to its end.
    pub(crate) async fn finish(&mut self, index: usize) -> Result<(), Red> {
        let last = self.tasks.len().saturating_sub(1);
        if index < last {
            self.tasks.swap(index, last);
        }
        for _ in 0..200 {
            let at = self.tasks.len().saturating_sub(1);
            if self.step(at).await? {
                return Ok(());
            }
            self.inspect().await?;
        }
        Err("a run that does not end".to_owned())
    }

    /// A process dies: whatever it was in the middle of stays as it is.
    pub(crate) async fn kill_process(&mut self, worker: usize) {
        let was = self.tasks.len();
        self.tasks.retain(|task| task.worker != worker);
        let died = was - self.tasks.len();
        self.note(format!("w{worker} dies in the middle of {died}"));
        self.counts.kills += u64::from(died > 0);
        let hub = self.newborn();
        if let Some(place) = self.workers.get_mut(worker) {
            *place = hub;
        }
        if self.rules == Rules::NoJournal {
            let known: Vec<DeliveryId> = self.last.keys().cloned().collect();
            for id in known {
                self.forget(&id).await;
            }
        }
    }

    /// Takes the open entries out of a journal.
    async fn forget(&self, id: &DeliveryId) {
        let fence = self.store.delivery(id).await.unwrap().fence;
        for row in self.store.journal_of(id).await.unwrap() {
            if row.state.is_open() {
                let gone = Finish::Gone { seq: row.seq };
                self.store.journal_finish(id, fence, gone).await.unwrap();
            }
        }
    }

    /// A process stops in good order: it gives back what it has.
    pub(crate) async fn stop_process(&mut self, worker: usize) {
        self.note(format!("w{worker} stops"));
        if let Some(hub) = self.workers.get(worker).cloned() {
            self.tasks.retain(|task| task.worker != worker);
            hub.hand_back().await;
        }
        let hub = self.newborn();
        if let Some(place) = self.workers.get_mut(worker) {
            *place = hub;
        }
    }

    pub(crate) async fn heartbeat(&mut self, worker: usize) {
        let Some(hub) = self.workers.get(worker).cloned() else {
            return;
        };
        hub.heartbeat().await;
        let end = later(self.now(), hub.tuning.lease);
        // What was claimed and not begun is not among the worker's tasks yet, and is not renewed.
        let held = |task: &&mut Task| task.worker == worker && task.parked.is_some();
        for task in self.tasks.iter_mut().filter(held) {
            task.lease_end = end;
        }
        self.note(format!("w{worker} beats"));
    }

    pub(crate) fn advance(&mut self, by: Duration) {
        self.clock.advance(by);
        let now = self.now();
        self.remote.lock().pass_time(now);
    }

    /// The clock jumps back a little.
    pub(crate) fn set_back(&mut self, by: i64) {
        if let Clock::Manual(millis) = &self.clock {
            millis.fetch_sub(by, std::sync::atomic::Ordering::SeqCst);
        }
    }

    /// Item, destination, and the how-manieth there: names of deliveries are chance.
    pub(crate) fn name_of(&mut self, delivery: &Delivery) -> String {
        if let Some(name) = self.names.get(&delivery.id) {
            return name.clone();
        }
        let pair = format!("{}@{}#", delivery.item, delivery.destination);
        let many = self.names.values().filter(|n| n.starts_with(&pair)).count();
        let name = format!("{pair}{}", many + 1);
        self.names.insert(delivery.id.clone(), name.clone());
        name
    }

    /// Deliveries in these states, by name.
    pub(crate) fn those(&self, states: &[State]) -> Vec<Delivery> {
        let mut those: Vec<_> = self
            .last
            .values()
            .filter(|delivery| states.contains(&delivery.state))
            .cloned()
            .collect();
        those.sort_by_key(|delivery| self.names.get(&delivery.id).cloned());
        those
    }
}
