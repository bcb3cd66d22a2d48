//! What is behind `Cx`, over memory: the ledger's rules without a ledger. The shared values and the transports, in which
//! things go wrong, are in files of their own.

mod shared_values;

use std::time::Duration;

use async_trait::async_trait;
use yigao_channel::{
    Access, Profile, StepResult,
    host::{Answers, Clock, Journal},
};
use yigao_core::{
    Delivery, DueFor, Slot, Timestamp, WaitReason,
    journal::{Begin, Entry, EntryState, Finish, Gate, Message},
    time::later,
};

use crate::{
    fault::{Bad, Place, window},
    world::{Inner, Row, World},
};

/// When a delivery that met a pause at the gate tries again automatically.
const GATE_WAIT: Duration = Duration::from_secs(60);

/// The host of one run of one delivery.
#[derive(Debug)]
pub struct MemoryHost<'w> {
    pub world: &'w World,
    pub profile: &'w Profile,
    /// As it was claimed.
    pub delivery: Delivery,
    pub purpose: DueFor,
}

impl MemoryHost<'_> {
    fn round(&self) -> i64 {
        match self.purpose {
            DueFor::Deliver | DueFor::Observe => i64::from(self.delivery.round),
            DueFor::Cleanup => -self.delivery.fence,
        }
    }

    /// One commit of the journal, which the process may not survive.
    async fn commit<T>(&self, write: impl FnOnce(&mut Inner) -> T + Send) -> T {
        match self.world.meet(Place::Commit, Access::Write) {
            Some(Bad::CrashBefore) => self.world.crash().await,
            Some(_) => {
                write(&mut self.world.facts());
                self.world.crash().await
            }
            None => write(&mut self.world.facts()),
        }
    }

    /// The gate: fence current, not superseded, and for a write also embargo passed, approved, not paused, quota left.
    fn gate(&self, facts: &Inner, op: &str, whole: bool) -> Option<Gate> {
        let current = facts.delivery(&self.delivery.id)?;
        if current.fence != self.delivery.fence {
            return Some(Gate::Lost("another worker has the delivery".to_owned()));
        }
        if current.superseded_by.is_some() {
            return Some(Gate::Superseded);
        }
        if !whole || self.purpose != DueFor::Deliver {
            return None;
        }
        let wait = |until, why| Some(Gate::Waits { until, why });
        if let Some(at) = current.not_before.filter(|at| *at > facts.now) {
            return wait(at, WaitReason::Embargo);
        }
        let soon = later(facts.now, GATE_WAIT);
        if !facts.approved.contains(&current.rendition) {
            return wait(soon, WaitReason::Approval);
        }
        if let Some(by) = &facts.paused {
            return wait(soon, WaitReason::Paused { by: by.clone() });
        }
        let spec = self.profile.op(op)?;
        let used = facts.spent.get(spec.name).copied().unwrap_or(0);
        let quota = spec.quotas.iter().find(|quota| used >= quota.max)?;
        wait(
            later(facts.now, window(quota.window)),
            WaitReason::Quota { op: op.to_owned() },
        )
    }
}

#[async_trait]
impl Clock for MemoryHost<'_> {
    fn now(&self) -> Timestamp {
        self.world.now()
    }

    async fn pause(&self, wait: Duration) {
        let to = later(self.world.now(), wait);
        self.world.advance(to).await;
    }
}

#[async_trait]
impl Journal for MemoryHost<'_> {
    async fn entries(&self) -> StepResult<Vec<Entry>> {
        Ok(self.world.facts().journal(&self.delivery.id, self.round()))
    }

    async fn begin(&self, last: Option<Finish>, intent: Begin) -> Result<i64, Gate> {
        let whole = intent.goes_out();
        self.commit(|facts| {
            if let Some(last) = &last {
                facts.finish(&self.delivery.id, self.delivery.fence, last);
            }
            if let Some(shut) = self.gate(facts, &intent.op, whole) {
                return Err(shut);
            }
            Ok(begin(facts, self, intent))
        })
        .await
    }

    async fn finish(&self, finish: Finish) -> StepResult<()> {
        self.commit(|facts| facts.finish(&self.delivery.id, self.delivery.fence, &finish))
            .await;
        Ok(())
    }
}

#[async_trait]
impl Answers for MemoryHost<'_> {
    async fn callbacks(&self, about: &[&str]) -> StepResult<Vec<Message>> {
        let facts = self.world.facts();
        Ok(facts
            .inbox
            .iter()
            .zip(1..)
            .filter(|((name, ..), _)| about.contains(&name.as_str()))
            .map(|((_, _, body, at), id)| Message {
                id,
                body: body.clone(),
                actor: "outside".to_owned(),
                at: *at,
            })
            .collect())
    }

    async fn slot(&self, slot: &Slot) -> StepResult<Option<String>> {
        Ok(self.world.facts().addresses.get(&slot.name()).cloned())
    }
}

fn begin(facts: &mut Inner, host: &MemoryHost<'_>, intent: Begin) -> i64 {
    let known = intent
        .again
        .and_then(|seq| facts.rows.iter_mut().find(|r| r.entry.seq == seq));
    if let Some(row) = known {
        row.entry.at = intent.at;
        row.entry.ends = intent.ends;
        row.entry.fence = host.delivery.fence;
        row.entry.lookups = 0;
        row.entry.unsure = true;
        return row.entry.seq;
    }
    facts.seq += 1;
    let entry = Entry {
        seq: facts.seq,
        round: host.round(),
        verb: intent.verb,
        op: intent.op,
        part: intent.part,
        at: intent.at,
        ends: intent.ends,
        fence: host.delivery.fence,
        lookups: 0,
        unsure: false,
        state: EntryState::Open,
        evidence: None,
    };
    facts.rows.push(Row {
        delivery: host.delivery.id.clone(),
        key: intent.key,
        entry,
    });
    facts.seq
}
