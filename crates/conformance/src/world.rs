//! All that is outside an adapter, in memory: the ledger, the clock, the folder, the media, the remote.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use serde_json::Value;
use tokio::sync::Notify;
use yigao_channel::{Access, Answer, Call, Mail};
use yigao_core::{
    Delivery, DeliveryId, Digest, Timestamp,
    journal::{Entry, EntryState, Finish, Verb},
    plan::Before,
};

use crate::{
    exchange::Exchange,
    fault::{Bad, Faults, Place as Point},
    folder::Folder,
    remote::{Copy, Place, Remote},
};

/// A journal entry with whose it is.
#[derive(Clone, Debug)]
pub struct Row {
    pub delivery: DeliveryId,
    pub key: String,
    pub entry: Entry,
}

impl Row {
    /// Whether something of it may still become public.
    pub fn is_unsure(&self) -> bool {
        let writes = matches!(self.entry.verb, Verb::Step | Verb::Once);
        writes
            && self.entry.round >= 0
            && (self.entry.state == EntryState::Open || self.entry.unsure)
    }
}

/// A value that deliveries share.
#[derive(Clone, Debug)]
pub(crate) struct SharedValueRow {
    pub(crate) value: Option<Value>,
    pub(crate) made_by: DeliveryId,
    pub(crate) fence: i64,
    pub(crate) ends: Timestamp,
    pub(crate) lookups: u32,
    pub(crate) expires: Option<Timestamp>,
}

/// The state of the world. Everything in it is a fact that tests may read.
#[derive(Debug)]
pub struct Inner {
    pub now: Timestamp,
    pub faults: Faults,
    pub deliveries: Vec<Delivery>,
    pub rows: Vec<Row>,
    pub folder: Folder,
    pub media: BTreeMap<Digest, Bytes>,
    pub mails: Vec<Mail>,
    pub exchanges: Vec<Exchange>,
    pub approved: BTreeSet<Digest>,
    /// Who paused the destination, if anybody did.
    pub paused: Option<String>,
    /// What other destinations provide, by the slot's name.
    pub addresses: BTreeMap<String, String>,
    /// Calls made, by operation.
    pub spent: BTreeMap<&'static str, u32>,
    /// Broken promises of the kit's own ledger: an answered entry that was lost.
    pub losses: Vec<String>,
    /// What `Cx` refused, as reported by the run that ended with it: a later success does not remove it.
    pub mistakes: Vec<String>,
    pub(crate) leases: BTreeMap<DeliveryId, Timestamp>,
    pub(crate) shared_value: BTreeMap<(String, String), SharedValueRow>,
    pub(crate) uses: BTreeSet<(String, String, String)>,
    pub(crate) inbox: Vec<(String, String, Value, Timestamp)>,
    pub(crate) late: Vec<(Timestamp, Call)>,
    pub(crate) seq: i64,
}

impl Inner {
    /// One delivery.
    pub fn delivery(&self, id: &DeliveryId) -> Option<&Delivery> {
        self.deliveries.iter().find(|d| d.id == *id)
    }

    pub(crate) fn delivery_mut(&mut self, id: &DeliveryId) -> Option<&mut Delivery> {
        self.deliveries.iter_mut().find(|d| d.id == *id)
    }

    /// The journal of one delivery's round.
    pub fn journal(&self, id: &DeliveryId, round: i64) -> Vec<Entry> {
        self.rows
            .iter()
            .filter(|row| row.delivery == *id && row.entry.round == round)
            .map(|row| row.entry.clone())
            .collect()
    }

    /// What happened, for the message of a failed trial.
    pub fn trail(&self) -> String {
        let mut out = String::new();
        for d in &self.deliveries {
            out.push_str(&format!(
                "  {} {} {} prior {:?} under {:?} fault {:?}\n",
                d.id,
                d.intent.name(),
                d.state.name(),
                d.prior.remote_state,
                d.prior.replaced.as_ref().map(|r| &r.id),
                d.fault.as_ref().map(ToString::to_string)
            ));
        }
        for row in &self.rows {
            let Entry {
                verb,
                op,
                part,
                state,
                unsure,
                ..
            } = &row.entry;
            let who = &row.delivery;
            out.push_str(&format!(
                "  {who} {verb:?} {op} {part:?} {state:?} unsure={unsure}\n"
            ));
        }
        for e in &self.exchanges {
            let first = |text: &str| text.lines().next().unwrap_or_default().to_owned();
            out.push_str(&format!(
                "  {}: {} -> {}\n",
                e.op,
                first(&e.request),
                first(&e.answer)
            ));
        }
        out
    }

    /// Every delivery with what its journal records, oldest first.
    pub fn before(&self) -> Vec<Before> {
        let of = |id: &DeliveryId| {
            self.rows
                .iter()
                .filter(|row| row.delivery == *id && row.entry.round >= 0)
                .filter(|row| matches!(row.entry.verb, Verb::Step | Verb::Once | Verb::Wait))
                .cloned()
                .collect::<Vec<_>>()
        };
        self.deliveries
            .iter()
            .map(|delivery| {
                let rows = of(&delivery.id);
                Before {
                    wrote: !rows.is_empty(),
                    unsure: rows.iter().any(Row::is_unsure),
                    delivery: delivery.clone(),
                }
            })
            .collect()
    }

    /// What became of an entry. A late result from an old fence is taken if it closes the entry which that fence opened; but
    /// only who holds the delivery deletes an entry.
    pub(crate) fn finish(&mut self, id: &DeliveryId, fence: i64, finish: &Finish) {
        let current = self.delivery(id).is_some_and(|d| d.fence == fence);
        let seq = finish.seq();
        let found = self.rows.iter().position(|row| {
            row.entry.seq == seq && row.delivery == *id && (current || row.entry.fence == fence)
        });
        let Some(index) = found else { return };
        let Some(row) = self.rows.get_mut(index) else {
            return;
        };
        match finish {
            Finish::Done { value, unsure, .. } => {
                if !matches!(row.entry.state, EntryState::Done(_)) {
                    row.entry.state = EntryState::Done(value.clone());
                    row.entry.unsure |= unsure;
                }
            }
            Finish::Gone { .. } if !current => {}
            Finish::Gone { .. } if row.entry.state == EntryState::Open => {
                self.rows.remove(index);
            }
            Finish::Gone { .. } => {
                let message = format!(
                    "{} {:?} was answered and then reported as gone",
                    row.entry.op, row.entry.part
                );
                self.losses.push(message);
            }
            Finish::Open {
                lookups,
                unsure,
                evidence,
                ..
            } => {
                if row.entry.state == EntryState::Open {
                    row.entry.lookups = *lookups;
                    row.entry.unsure |= unsure;
                    row.entry.evidence = Some(evidence.clone());
                }
            }
        }
    }
}

/// The world, shared by the kit and the hosts of its runs.
#[derive(Debug)]
pub struct World {
    inner: Mutex<Inner>,
    pub(crate) crashed: Notify,
    pub remote: Arc<dyn Remote>,
}

/// Every story begins at 2026-11-24 10:00 in Shanghai.
pub const BEGIN_SECOND: i64 = 1_795_485_600;

impl World {
    pub(crate) fn new(remote: Arc<dyn Remote>, media: BTreeMap<Digest, Bytes>) -> Self {
        let now = Timestamp::from_second(BEGIN_SECOND).unwrap_or(Timestamp::UNIX_EPOCH);
        let inner = Inner {
            now,
            faults: Faults::none(),
            deliveries: Vec::new(),
            rows: Vec::new(),
            folder: Folder::default(),
            media,
            mails: Vec::new(),
            exchanges: Vec::new(),
            approved: BTreeSet::new(),
            paused: None,
            addresses: BTreeMap::new(),
            spent: BTreeMap::new(),
            losses: Vec::new(),
            mistakes: Vec::new(),
            leases: BTreeMap::new(),
            shared_value: BTreeMap::new(),
            uses: BTreeSet::new(),
            inbox: Vec::new(),
            late: Vec::new(),
            seq: 0,
        };
        Self {
            inner: Mutex::new(inner),
            crashed: Notify::new(),
            remote,
        }
    }

    /// The facts. Never held over an await.
    pub fn facts(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        self.facts().now
    }

    /// Lets the time pass until `to`; what the remote does late happens on the way.
    pub async fn advance(&self, to: Timestamp) {
        loop {
            let due = {
                let mut facts = self.facts();
                let next = facts
                    .late
                    .iter()
                    .enumerate()
                    .filter(|(_, (at, _))| *at <= to)
                    .min_by_key(|(_, (at, _))| *at)
                    .map(|(index, _)| index);
                match next {
                    None => {
                        facts.now = facts.now.max(to);
                        return;
                    }
                    Some(index) => {
                        let (at, call) = facts.late.remove(index);
                        facts.now = facts.now.max(at);
                        (call, facts.now)
                    }
                }
            };
            // Nobody is there to read the answer.
            drop(self.remote.call(&due.0, due.1).await);
        }
    }

    /// The copies that readers can see.
    pub async fn copies(&self) -> Vec<Copy> {
        let place = self.place();
        self.remote.copies(&place).await
    }

    /// What a question to the remote is about.
    pub fn place(&self) -> Place {
        let facts = self.facts();
        Place {
            marker: facts.deliveries.first().map(marker).unwrap_or_default(),
            keys: facts.deliveries.iter().map(|d| d.id.to_string()).collect(),
            folder: facts.folder.clone(),
            now: facts.now,
        }
    }

    pub(crate) fn meet(&self, point: Point, access: Access) -> Option<Bad> {
        self.facts().faults.meet(point, access)
    }

    /// The process dies here: whoever waits for this never gets an answer.
    pub(crate) async fn crash<T>(&self) -> T {
        self.crashed.notify_one();
        std::future::pending().await
    }

    pub(crate) async fn ask(&self, call: &Call) -> Answer {
        let now = self.now();
        self.remote.call(call, now).await
    }
}

/// Item × destination, for life; as the engine writes it.
pub(crate) fn marker(delivery: &Delivery) -> String {
    format!("{}@{}", delivery.item, delivery.destination)
}

impl Inner {
    /// Values of `op` that `item` uses and no other does.
    pub(crate) fn unshared(&self, op: &str, item: &str) -> Vec<(String, Value)> {
        let used_by = |part: &str, who: &dyn Fn(&str) -> bool| {
            let mut uses = self.uses.iter();
            uses.any(|(o, p, i)| o == op && p == part && who(i))
        };
        let mine = self.shared_value.iter().filter(|((o, p), _)| {
            o == op && used_by(p, &|i| i == item) && !used_by(p, &|i| i != item)
        });
        mine.filter_map(|((_, part), row)| Some((part.clone(), row.value.clone()?)))
            .collect()
    }
}
