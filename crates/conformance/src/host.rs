//! `Host` over memory: the ledger's rules without a ledger, and transports in which things go wrong.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use serde_json::Value;
use yigao_channel::{
    Answer, Call, Does, FileAnswer, FileCall, Mail, Op, Profile, R,
    host::{Begin, Entry, EntryState, Finish, Gate, HeardBody, Host, Kept},
    profile::Window,
};
use yigao_core::{
    ChannelError, Delivery, Digest, DueFor, Effect, ErrorKind, Slot, Timestamp, Why, time::later,
};

use crate::{
    exchange,
    fault::{Bad, Place},
    wire::{interrupted, refused},
    world::{Inner, KeptRow, Row, World},
};

/// When a delivery that met a pause at the gate looks again by itself.
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
            DueFor::Tidy => -self.delivery.fence,
        }
    }

    /// One commit of the journal, which the process may not survive.
    async fn commit<T>(&self, write: impl FnOnce(&mut Inner) -> T + Send) -> T {
        match self.world.meet(Place::Commit, Does::Write) {
            Some(Bad::CrashBefore) => self.world.crash().await,
            Some(_) => {
                write(&mut self.world.facts());
                self.world.crash().await
            }
            None => write(&mut self.world.facts()),
        }
    }

    /// The gate: fence current, not overtaken, and for a write also embargo passed, approved, not paused, quota left.
    fn gate(&self, facts: &Inner, op: &str, whole: bool) -> Option<Gate> {
        let current = facts.delivery(&self.delivery.id)?;
        if current.fence != self.delivery.fence {
            return Some(Gate::Lost("another worker has the delivery".to_owned()));
        }
        if current.overtaken_by.is_some() {
            return Some(Gate::Overtaken);
        }
        if !whole || self.purpose != DueFor::Deliver {
            return None;
        }
        let wait = |until, why| Some(Gate::Waits { until, why });
        if let Some(at) = current.not_before.filter(|at| *at > facts.now) {
            return wait(at, Why::Embargo);
        }
        let soon = later(facts.now, GATE_WAIT);
        if !facts.approved.contains(&current.rendition) {
            return wait(soon, Why::Approval);
        }
        if let Some(by) = &facts.paused {
            return wait(soon, Why::Paused { by: by.clone() });
        }
        let spec = self.profile.op(op)?;
        let used = facts.spent.get(spec.name).copied().unwrap_or(0);
        let quota = spec.quotas.iter().find(|quota| used >= quota.max)?;
        wait(
            later(facts.now, window(quota.window)),
            Why::Quota { op: op.to_owned() },
        )
    }
}

pub(crate) fn window(window: Window) -> Duration {
    Duration::from_secs(match window {
        Window::Hour => 3_600,
        Window::Day => 86_400,
    })
}

#[async_trait]
impl Host for MemoryHost<'_> {
    fn now(&self) -> Timestamp {
        self.world.now()
    }

    async fn pause(&self, wait: Duration) {
        let to = later(self.world.now(), wait);
        self.world.advance(to).await;
    }

    async fn journal(&self) -> R<Vec<Entry>> {
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

    async fn finish(&self, finish: Finish) -> R<()> {
        self.commit(|facts| facts.finish(&self.delivery.id, self.delivery.fence, &finish))
            .await;
        Ok(())
    }

    async fn kept(&self, op: &str, part: &str) -> R<Kept> {
        let mut facts = self.world.facts();
        let name = (op.to_owned(), part.to_owned());
        let Some(row) = facts.kept.get(&name).cloned() else {
            return Ok(Kept::Absent);
        };
        if let Some(value) = row.value {
            if row.expires.is_some_and(|at| at <= facts.now) {
                return Ok(Kept::Absent);
            }
            let item = self.delivery.item.to_string();
            facts.uses.insert((name.0, name.1, item));
            return Ok(Kept::Done(value));
        }
        if row.made_by != self.delivery.id && is_held(&facts, &row) {
            return Ok(Kept::Busy);
        }
        Ok(Kept::Open {
            ends: row.ends,
            looks: row.looks,
        })
    }

    async fn keep_begin(
        &self,
        last: Option<Finish>,
        op: &Op,
        part: &str,
        ends: Timestamp,
    ) -> Result<bool, Gate> {
        self.commit(|facts| {
            if let Some(last) = &last {
                facts.finish(&self.delivery.id, self.delivery.fence, last);
            }
            if let Some(shut) = self.gate(facts, op.name, op.does == Does::Write) {
                return Err(shut);
            }
            let name = (op.name.to_owned(), part.to_owned());
            let taken = facts.kept.get(&name).is_some_and(|row| match row.value {
                Some(_) => row.expires.is_none_or(|at| at > facts.now),
                None => row.made_by != self.delivery.id && is_held(facts, row),
            });
            if taken {
                return Ok(false);
            }
            let row = KeptRow {
                value: None,
                made_by: self.delivery.id.clone(),
                fence: self.delivery.fence,
                ends,
                looks: 0,
                expires: None,
            };
            facts.kept.insert(name, row);
            Ok(true)
        })
        .await
    }

    async fn keep_done(
        &self,
        op: &str,
        part: &str,
        value: Value,
        expires: Option<Timestamp>,
    ) -> R<()> {
        self.commit(|facts| {
            let name = (op.to_owned(), part.to_owned());
            if let Some(row) = facts.kept.get_mut(&name) {
                row.value = Some(value);
                row.expires = expires;
            }
            let item = self.delivery.item.to_string();
            facts.uses.insert((name.0, name.1, item));
        })
        .await;
        Ok(())
    }

    async fn keep_undone(&self, op: &str, part: &str, open: bool, looks: u32) -> R<()> {
        self.commit(|facts| {
            let name = (op.to_owned(), part.to_owned());
            let Some(row) = facts.kept.get_mut(&name).filter(|row| row.value.is_none()) else {
                return;
            };
            row.looks = looks;
            if !open {
                facts.kept.remove(&name);
            }
        })
        .await;
        Ok(())
    }

    async fn keep_forget(&self, op: &str, part: &str, value: &Value) -> R<()> {
        self.commit(|facts| {
            let name = (op.to_owned(), part.to_owned());
            if facts
                .kept
                .get(&name)
                .is_some_and(|row| row.value.as_ref() == Some(value))
            {
                facts.kept.remove(&name);
            }
        })
        .await;
        Ok(())
    }

    async fn unuse(&self, op: &str) -> R<()> {
        self.commit(|facts| {
            let item = self.delivery.item.to_string();
            facts.uses.retain(|(o, _, i)| o != op || *i != item);
        })
        .await;
        Ok(())
    }

    async fn unshared(&self, op: &str) -> R<Vec<(String, Value)>> {
        let item = self.delivery.item.as_str();
        Ok(self.world.facts().unshared(op, item))
    }

    async fn heard(&self, about: &[&str]) -> R<Vec<HeardBody>> {
        let facts = self.world.facts();
        Ok(facts
            .inbox
            .iter()
            .zip(1..)
            .filter(|((name, ..), _)| about.contains(&name.as_str()))
            .map(|((_, _, body, at), id)| HeardBody {
                id,
                body: body.clone(),
                at: *at,
            })
            .collect())
    }

    async fn slot(&self, slot: &Slot) -> R<Option<String>> {
        Ok(self.world.facts().addresses.get(&slot.name()).cloned())
    }

    async fn media(&self, digest: &Digest) -> Result<Bytes, ChannelError> {
        self.world
            .facts()
            .media
            .get(digest)
            .cloned()
            .ok_or_else(|| {
                ChannelError::new(ErrorKind::Config, "media", format!("no file {digest}"))
                    .with_effect(Effect::None)
            })
    }

    async fn send(
        &self,
        op: &Op,
        call: &Call,
        deadline: Timestamp,
    ) -> Result<Answer, ChannelError> {
        let out = self.one_try(op, call, deadline).await;
        // As the engine's wire does: one instant second try of a read that certainly did nothing.
        let refused = matches!(&out, Err(e) if e.kind() == ErrorKind::Unavailable && e.effect() == Effect::None);
        if refused && op.does == Does::Read {
            return self.one_try(op, call, deadline).await;
        }
        out
    }

    async fn file(
        &self,
        op: &Op,
        call: &FileCall,
        _: Timestamp,
    ) -> Result<FileAnswer, ChannelError> {
        let act = || self.world.facts().folder.ask(op.name, &call.act);
        let out = match self.world.meet(Place::File, op.does) {
            None => act(),
            Some(Bad::CrashBefore) => self.world.crash().await,
            Some(Bad::CrashAfter) => {
                drop(act());
                self.world.crash().await
            }
            Some(Bad::LostAnswer) => {
                drop(act());
                Err(interrupted(op))
            }
            Some(Bad::LostCall) => Err(interrupted(op)),
            Some(_) => Err(refused(op)),
        };
        let exchange = exchange::of_file(op.does, call, &out);
        self.world.facts().exchanges.push(exchange);
        out
    }

    async fn mail(&self, op: &Op, mail: &Mail, _: Timestamp) -> Result<(), ChannelError> {
        let keep = || self.world.facts().mails.push(mail.clone());
        match self.world.meet(Place::Mail, op.does) {
            None => {
                keep();
                Ok(())
            }
            Some(Bad::CrashBefore) => self.world.crash().await,
            Some(Bad::CrashAfter) => {
                keep();
                self.world.crash().await
            }
            Some(Bad::LostAnswer) => {
                keep();
                Err(interrupted(op))
            }
            Some(Bad::LostCall) => Err(interrupted(op)),
            Some(_) => Err(refused(op)),
        }
    }
}

/// Whether its maker's lease still runs.
fn is_held(facts: &Inner, row: &KeptRow) -> bool {
    let current = facts
        .delivery(&row.made_by)
        .is_some_and(|d| d.fence == row.fence);
    current
        && facts
            .leases
            .get(&row.made_by)
            .is_some_and(|end| *end > facts.now)
}

fn begin(facts: &mut Inner, host: &MemoryHost<'_>, intent: Begin) -> i64 {
    let known = intent
        .again
        .and_then(|seq| facts.rows.iter_mut().find(|r| r.entry.seq == seq));
    if let Some(row) = known {
        row.entry.at = intent.at;
        row.entry.ends = intent.ends;
        row.entry.fence = host.delivery.fence;
        row.entry.looks = 0;
        row.entry.unsure = true;
        return row.entry.seq;
    }
    facts.seq += 1;
    let entry = Entry {
        seq: facts.seq,
        verb: intent.verb,
        op: intent.op,
        part: intent.part,
        at: intent.at,
        ends: intent.ends,
        fence: host.delivery.fence,
        looks: 0,
        unsure: false,
        state: EntryState::Open,
    };
    facts.rows.push(Row {
        delivery: host.delivery.id.clone(),
        round: host.round(),
        key: intent.key,
        entry,
        evidence: String::new(),
    });
    facts.seq
}
