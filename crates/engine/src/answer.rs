//! What people and remotes report to the hub: decisions on doubts, retries, messages, confirmations.

use yigao_channel::{Incoming, Refusal};
use yigao_core::{Actor, Delivery, DeliveryId, DestinationId, State};
use yigao_store::{Decision, NewDelivery, PlanError, StoreError};

use crate::hub::Hub;

impl Hub {
    /// 裁定: a person states what became of a step in doubt.
    ///
    /// # Errors
    /// When the delivery is not in doubt.
    pub async fn decide(
        &self,
        id: &DeliveryId,
        decision: Decision,
        actor: &Actor,
        reason: &str,
    ) -> Result<Delivery, StoreError> {
        let delivery = self
            .store
            .decide(
                id,
                decision,
                actor,
                reason,
                self.clock.now(),
                &self.tuning.policy,
            )
            .await?;
        self.notify(id).await;
        Ok(delivery)
    }

    /// Again: a waiting delivery is due at once; a failed one is planned anew, with a journal and keys of its own.
    ///
    /// # Errors
    /// When its state has no "again": a doubt must be decided first.
    pub async fn retry(&self, id: &DeliveryId, actor: &Actor) -> Result<Delivery, PlanError> {
        let delivery = self.store.delivery(id).await?;
        let now = self.clock.now();
        match delivery.state {
            State::Waiting | State::Accepted => {
                self.store.wake(id, now).await?;
                self.notify(id).await;
                Ok(self.store.delivery(id).await?)
            }
            State::Failed => {
                let (rendition, findings) = self.store.rendition(&delivery.rendition).await?;
                let new = NewDelivery {
                    id: self.new_delivery_id()?,
                    rendition,
                    findings,
                    not_before: None,
                    over: delivery.prior.over,
                };
                let planned = self.store.plan(new, actor, now).await?;
                self.notify(&planned.id).await;
                Ok(planned)
            }
            State::InDoubt => Err(StoreError::refused(
                format!("{id} 存疑：请先裁定它是否已发生（delivery decide）"),
                format!("{id} is in doubt: decide what became of it first (delivery decide)"),
            )
            .into()),
            State::Working | State::Unconfirmed | State::Delivered | State::Superseded => {
                Err(StoreError::refused(
                    format!("{id} 现在是“{}”：没有要重试的", delivery.state.zh()),
                    format!(
                        "{id} is {}: there is nothing to try again",
                        delivery.state.name()
                    ),
                )
                .into())
            }
        }
    }

    /// A message for a destination came from outside. If the adapter accepts it, it is written into the inbox,
    /// and the delivery it names is woken. Returns what to answer the sender.
    ///
    /// # Errors
    /// The adapter's refusal, with the HTTP status to answer.
    pub async fn receive(
        &self,
        destination: &DestinationId,
        call: &Incoming,
    ) -> Result<String, Refusal> {
        let unknown = || {
            Refusal::new(
                404,
                format!("没有目的账号 {destination}"),
                format!("no destination named {destination}"),
            )
        };
        let found = self.destinations.get(destination).ok_or_else(unknown)?;
        let callbacks = found.channel.receive(call)?;
        let actor = match callbacks
            .body
            .get("who")
            .and_then(serde_json::Value::as_str)
        {
            Some(who) => Actor::person(who),
            None => Actor::person(destination.as_str()),
        };
        let rung = self
            .store
            .receive(
                destination,
                (&callbacks.about, &callbacks.dedupe),
                &callbacks.body,
                &actor,
                self.clock.now(),
            )
            .await
            .map_err(|error| Refusal {
                status: 503,
                message: error.localized(),
            })?;
        for id in rung {
            self.notify(&id).await;
        }
        Ok(callbacks.answer)
    }
}
