//! The engine's side of `Cx`: the journal in the ledger, the destination's shared values, the guarded transports.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use serde_json::Value;
use yigao_channel::{
    Answer, Call, Does, FileAnswer, FileCall, Mail, Op, R, Stop,
    host::{Begin, Entry, EntryState, Finish, Gate, HeardBody, Host, Kept, Verb},
};
use yigao_core::{
    ChannelError, Delivery, DestinationId, Digest, DueFor, ErrorKind, Retry, Slot, State,
    Timestamp,
    trial::{self, Rule},
};
use yigao_store::{
    GateCheck, JournalBegin, JournalFinish, JournalRow, JournalState, KeptRow, ListDeliveries,
    MediaError, Outcome, StoreError,
};

use crate::{
    destinations::Destination,
    hub::Hub,
    wire::{Recorder, window},
};

/// The host of one run of one delivery.
#[derive(Debug)]
pub(crate) struct DeliveryHost<'a> {
    pub(crate) hub: &'a Hub,
    pub(crate) destination: &'a Destination,
    pub(crate) delivery: &'a Delivery,
    pub(crate) purpose: DueFor,
    pub(crate) recorder: &'a Recorder,
}

fn lost(error: &StoreError) -> Stop {
    Stop::Lost(error.to_string())
}

impl DeliveryHost<'_> {
    /// Tidying writes under rounds of its own, below those of delivering, a new one for each claim.
    fn round(&self) -> i64 {
        match self.purpose {
            DueFor::Deliver | DueFor::Observe => i64::from(self.delivery.round),
            DueFor::Tidy => -self.delivery.fence,
        }
    }

    fn check(&self, op: &str, whole: bool) -> GateCheck {
        let now = self.hub.clock.now();
        let quotas = self
            .destination
            .channel
            .profile()
            .op(op)
            .map(|op| op.quotas.as_slice())
            .unwrap_or_default();
        let quotas = quotas.iter().map(|quota| {
            let (start, end) = window(*quota, now);
            (start, quota.max, end)
        });
        GateCheck {
            delivery: self.delivery.id.clone(),
            fence: self.delivery.fence,
            round: self.round(),
            now,
            whole: whole && self.purpose == DueFor::Deliver,
            quotas: quotas.collect(),
        }
    }
}

fn to_gate(outcome: Result<Outcome, StoreError>) -> Result<i64, Gate> {
    match outcome {
        Ok(Outcome::Passed(seq)) => Ok(seq),
        Ok(Outcome::Lost) => Err(Gate::Lost("another worker has the delivery".to_owned())),
        Ok(Outcome::Overtaken) => Err(Gate::Overtaken),
        Ok(Outcome::Waits { until, why }) => Err(Gate::Waits { until, why }),
        Err(error) => Err(Gate::Lost(error.to_string())),
    }
}

pub(crate) fn to_finish(finish: Finish) -> JournalFinish {
    match finish {
        Finish::Done { seq, value, unsure } => JournalFinish::Done { seq, value, unsure },
        Finish::Gone { seq } => JournalFinish::Gone { seq },
        Finish::Open {
            seq,
            looks,
            unsure,
            evidence,
        } => JournalFinish::Open {
            seq,
            looks,
            unsure,
            evidence,
        },
    }
}

fn to_entry(row: JournalRow) -> Option<Entry> {
    let value = row.value.unwrap_or(Value::Null);
    let text = |name: &str| {
        value
            .get(name)
            .and_then(Value::as_str)
            .map(ToOwned::to_owned)
    };
    let state = match row.state {
        JournalState::Open => EntryState::Open,
        JournalState::Answered => EntryState::Answered {
            id: text("id").unwrap_or_default(),
            url: text("url"),
            by: text("by").unwrap_or_default(),
        },
        JournalState::Done => EntryState::Done(value),
    };
    Some(Entry {
        seq: row.seq,
        verb: Verb::from_name(&row.verb)?,
        op: row.op,
        part: row.part,
        at: row.at,
        ends: row.ends,
        fence: row.fence,
        looks: row.looks,
        unsure: row.unsure,
        state,
    })
}

#[async_trait]
impl Host for DeliveryHost<'_> {
    fn now(&self) -> Timestamp {
        self.hub.clock.now()
    }

    async fn pause(&self, wait: Duration) {
        self.hub.clock.sleep(wait).await;
    }

    async fn ready(&self, op: &Op, part: &str) -> R<()> {
        self.hub.ask(op, part, self.recorder).await
    }

    async fn journal(&self) -> R<Vec<Entry>> {
        let rows = self
            .hub
            .store
            .journal(&self.delivery.id, self.round())
            .await
            .map_err(|e| lost(&e))?;
        let forgets = trial::without(Rule::Journal);
        let known = |row: &JournalRow| {
            !forgets || row.state != JournalState::Open || row.verb == Verb::Wait.name()
        };
        Ok(rows
            .into_iter()
            .filter(known)
            .filter_map(to_entry)
            .collect())
    }

    async fn begin(&self, last: Option<Finish>, intent: Begin) -> Result<i64, Gate> {
        let check = self.check(&intent.op, intent.goes_out());
        let begin = JournalBegin {
            verb: intent.verb.name().to_owned(),
            op: intent.op,
            part: intent.part,
            at: intent.at,
            ends: intent.ends,
            key: intent.key,
            again: intent.again,
            ticket: intent.ticket,
        };
        to_gate(
            self.hub
                .store
                .journal_begin(check, last.map(to_finish), begin)
                .await,
        )
    }

    async fn finish(&self, finish: Finish) -> R<()> {
        self.hub
            .store
            .journal_finish(&self.delivery.id, self.delivery.fence, to_finish(finish))
            .await
            .map_err(|e| lost(&e))
    }

    async fn kept(&self, op: &str, part: &str) -> R<Kept> {
        let user = (Some(&self.delivery.item), Some(&self.delivery.id));
        let row = self
            .hub
            .store
            .kept(&self.destination.id, (op, part), user, self.hub.clock.now())
            .await;
        Ok(match row.map_err(|e| lost(&e))? {
            KeptRow::Done(value) => Kept::Done(value),
            KeptRow::Busy => Kept::Busy,
            KeptRow::Open { ends, looks } => Kept::Open { ends, looks },
            KeptRow::Absent => Kept::Absent,
        })
    }

    async fn keep_begin(
        &self,
        last: Option<Finish>,
        op: &Op,
        part: &str,
        ends: Timestamp,
    ) -> Result<bool, Gate> {
        let check = self.check(op.name, op.does == Does::Write);
        let last = last.map(to_finish);
        let begun = self
            .hub
            .store
            .keep_begin(check, last, &self.destination.id, (op.name, part), ends)
            .await;
        to_gate(begun).map(|mine| mine > 0)
    }

    async fn keep_done(
        &self,
        op: &str,
        part: &str,
        value: Value,
        expires: Option<Timestamp>,
    ) -> R<()> {
        self.hub
            .store
            .keep_done(
                &self.destination.id,
                (op, part),
                (&self.delivery.id, self.delivery.fence, self.hub.clock.now()),
                Some(&self.delivery.item),
                &value,
                expires,
            )
            .await
            .map_err(|e| lost(&e))
    }

    async fn keep_undone(&self, op: &str, part: &str, open: bool, looks: u32) -> R<()> {
        self.hub
            .store
            .keep_undone(
                &self.destination.id,
                (op, part),
                (&self.delivery.id, self.delivery.fence, self.hub.clock.now()),
                open,
                looks,
            )
            .await
            .map_err(|e| lost(&e))
    }

    async fn keep_forget(&self, op: &str, part: &str, value: &Value) -> R<()> {
        self.hub
            .store
            .keep_forget(&self.destination.id, (op, part), value)
            .await
            .map_err(|e| lost(&e))
    }

    async fn unshared(&self, op: &str) -> R<Vec<(String, Value)>> {
        self.hub
            .store
            .unshared(&self.destination.id, op, &self.delivery.item)
            .await
            .map_err(|e| lost(&e))
    }

    async fn unuse(&self, op: &str) -> R<()> {
        self.hub
            .store
            .unuse(&self.destination.id, op, &self.delivery.item)
            .await
            .map_err(|e| lost(&e))
    }

    async fn heard(&self, about: &[&str]) -> R<Vec<HeardBody>> {
        let names: Vec<String> = about.iter().map(|name| (*name).to_owned()).collect();
        let rows = self
            .hub
            .store
            .heard(&self.destination.id, &names)
            .await
            .map_err(|e| lost(&e))?;
        Ok(rows
            .into_iter()
            .map(|row| HeardBody {
                id: row.id,
                body: row.body,
                at: row.at,
            })
            .collect())
    }

    async fn slot(&self, slot: &Slot) -> R<Option<String>> {
        let Some(destination) = slot.destination() else {
            return Ok(None);
        };
        standing_address(self.hub, self.delivery, destination, slot)
            .await
            .map_err(|e| lost(&e))
    }

    async fn media(&self, digest: &Digest) -> Result<Bytes, ChannelError> {
        self.hub
            .media
            .get(digest)
            .await
            .map(Bytes::from)
            .map_err(|error| {
                let kind = if matches!(error, MediaError::Io(_)) {
                    ErrorKind::Unavailable
                } else {
                    ErrorKind::Config
                };
                ChannelError::new(kind, "media", error.to_string())
                    .with_effect(yigao_core::Effect::None)
            })
    }

    async fn send(
        &self,
        op: &Op,
        call: &Call,
        deadline: Timestamp,
    ) -> Result<Answer, ChannelError> {
        self.hub
            .wire
            .send(&self.destination.id, op, call, deadline, self.recorder)
            .await
    }

    async fn file(
        &self,
        op: &Op,
        call: &FileCall,
        _: Timestamp,
    ) -> Result<FileAnswer, ChannelError> {
        let Some(root) = &self.destination.channel.profile().folder else {
            let says = "this destination has no folder";
            return Err(
                ChannelError::new(ErrorKind::Config, op.name, says).with_retry(Retry::Never)
            );
        };
        let at = (&self.destination.id, root.as_path());
        self.hub.wire.file(at, op, call, self.recorder).await
    }

    async fn mail(&self, op: &Op, mail: &Mail, deadline: Timestamp) -> Result<(), ChannelError> {
        let to = &self.destination.id;
        self.hub
            .wire
            .mail(to, op, mail, deadline, self.recorder)
            .await
    }
}

/// What the newest delivered one of this item at `destination` says for the slot.
async fn standing_address(
    hub: &Hub,
    delivery: &Delivery,
    destination: &DestinationId,
    slot: &Slot,
) -> Result<Option<String>, StoreError> {
    let which = ListDeliveries {
        item: Some(delivery.item.clone()),
        destination: Some(destination.clone()),
        states: vec![State::Delivered],
        limit: 1,
        ..ListDeliveries::default()
    };
    let found = hub.store.deliveries(&which).await?;
    let receipt = found.into_iter().next().and_then(|d| match d.intent {
        yigao_core::Intent::Kill => None,
        yigao_core::Intent::Publish | yigao_core::Intent::Correct => d.receipt,
    });
    Ok(receipt.and_then(|receipt| match slot {
        Slot::Picture { .. } => None,
        Slot::UrlFrom { .. } => receipt.url,
        Slot::IndexNumberFrom { .. } => receipt
            .note
            .get("index_number")
            .and_then(Value::as_str)
            .map(ToOwned::to_owned),
    }))
}
