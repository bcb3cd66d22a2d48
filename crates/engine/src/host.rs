//! The engine's side of `Cx`: the journal in the ledger and what others have answered. The destination's shared values and the
//! guarded transports are in files of their own.

mod shared_values;
mod transport;

use std::time::Duration;

use async_trait::async_trait;
use serde_json::Value;
use yigao_channel::{
    Interrupt, Op, StepResult,
    host::{Answers, Clock, Journal},
};
use yigao_core::{
    ChannelError, Delivery, DestinationId, DueFor, Effect, ErrorKind, Retry, Slot, State,
    Timestamp,
    journal::{Begin, Entry, Finish, Gate, Message, Verb},
    trial::{self, Rule},
};
use yigao_store::{GateCheck, ListDeliveries, StoreError};

use crate::{
    destinations::Destination,
    hub::Hub,
    steps::NextStep,
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

fn lost(error: &StoreError) -> Interrupt {
    Interrupt::Lost(error.to_string())
}

impl DeliveryHost<'_> {
    /// Cleanup writes under rounds of its own, below those of delivering, a new one for each claim.
    fn round(&self) -> i64 {
        match self.purpose {
            DueFor::Deliver | DueFor::Observe => i64::from(self.delivery.round),
            DueFor::Cleanup => -self.delivery.fence,
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

/// While the ledger cannot be reached, the gate refuses every write.
fn gate<T>(out: Result<Result<T, Gate>, StoreError>) -> Result<T, Gate> {
    out.unwrap_or_else(|error| Err(Gate::Lost(error.to_string())))
}

#[async_trait]
impl Clock for DeliveryHost<'_> {
    fn now(&self) -> Timestamp {
        self.hub.clock.now()
    }

    async fn pause(&self, wait: Duration) {
        self.hub.clock.sleep(wait).await;
    }
}

#[async_trait]
impl Journal for DeliveryHost<'_> {
    async fn ready(&self, op: &Op, part: &str) -> StepResult<()> {
        self.ask(op, part).await
    }

    async fn entries(&self) -> StepResult<Vec<Entry>> {
        let mut entries = self
            .hub
            .store
            .journal(&self.delivery.id, self.round())
            .await
            .map_err(|e| lost(&e))?;
        if trial::without(Rule::Journal) {
            entries.retain(|entry| !entry.state.is_open() || entry.verb == Verb::Wait);
        }
        Ok(entries)
    }

    async fn begin(&self, last: Option<Finish>, intent: Begin) -> Result<i64, Gate> {
        let check = self.check(&intent.op, intent.goes_out());
        gate(self.hub.store.journal_begin(check, last, intent).await)
    }

    async fn finish(&self, finish: Finish) -> StepResult<()> {
        self.hub
            .store
            .journal_finish(&self.delivery.id, self.delivery.fence, finish)
            .await
            .map_err(|e| lost(&e))
    }
}

#[async_trait]
impl Answers for DeliveryHost<'_> {
    async fn callbacks(&self, about: &[&str]) -> StepResult<Vec<Message>> {
        let names: Vec<String> = about.iter().map(|name| (*name).to_owned()).collect();
        self.hub
            .store
            .callbacks(&self.destination.id, &names)
            .await
            .map_err(|e| lost(&e))
    }

    async fn slot(&self, slot: &Slot) -> StepResult<Option<String>> {
        let Some(destination) = slot.destination() else {
            return Ok(None);
        };
        remote_address(self.hub, self.delivery, destination, slot)
            .await
            .map_err(|e| lost(&e))
    }
}

impl DeliveryHost<'_> {
    /// A *no* is final for the delivery: nothing of the step was sent.
    async fn ask(&self, op: &Op, part: &str) -> StepResult<()> {
        let Some(steps) = &self.hub.steps else {
            return Ok(());
        };
        let so_far = self.recorder.so_far();
        let next = NextStep {
            op: op.name,
            part,
            so_far: &so_far,
        };
        if steps.go_on(next).await {
            return Ok(());
        }
        let message = "a person stopped before this step";
        Err(Interrupt::Fault(
            ChannelError::new(ErrorKind::Interrupted, op.name, message)
                .with_effect(Effect::None)
                .with_retry(Retry::Never),
        ))
    }
}

/// What the newest delivered one of this item at `destination` provides for the slot.
async fn remote_address(
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
        yigao_core::Intent::Withdraw => None,
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
