//! The values that deliveries of one destination share, in the ledger.

use async_trait::async_trait;
use serde_json::Value;
use yigao_channel::{Access, Op, StepResult, host::SharedValues};
use yigao_core::{
    Timestamp,
    journal::{Finish, Gate, SharedValue},
};

use super::{DeliveryHost, gate, lost};

#[async_trait]
impl SharedValues for DeliveryHost<'_> {
    async fn shared_value(&self, op: &str, part: &str) -> StepResult<SharedValue> {
        let user = (Some(&self.delivery.item), Some(&self.delivery.id));
        self.hub
            .store
            .shared_value(&self.destination.id, (op, part), user, self.hub.clock.now())
            .await
            .map_err(|e| lost(&e))
    }

    async fn shared_begin(
        &self,
        last: Option<Finish>,
        op: &Op,
        part: &str,
        ends: Timestamp,
    ) -> Result<bool, Gate> {
        let check = self.check(op.name, op.access == Access::Write);
        let begun = self
            .hub
            .store
            .shared_begin(check, last, &self.destination.id, (op.name, part), ends)
            .await;
        gate(begun)
    }

    async fn shared_done(
        &self,
        op: &str,
        part: &str,
        value: Value,
        expires: Option<Timestamp>,
    ) -> StepResult<()> {
        self.hub
            .store
            .shared_done(
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

    async fn shared_undone(
        &self,
        op: &str,
        part: &str,
        open: bool,
        lookups: u32,
    ) -> StepResult<()> {
        self.hub
            .store
            .shared_undone(
                &self.destination.id,
                (op, part),
                (&self.delivery.id, self.delivery.fence, self.hub.clock.now()),
                open,
                lookups,
            )
            .await
            .map_err(|e| lost(&e))
    }

    async fn shared_forget(&self, op: &str, part: &str, value: &Value) -> StepResult<()> {
        self.hub
            .store
            .shared_forget(&self.destination.id, (op, part), value)
            .await
            .map_err(|e| lost(&e))
    }

    async fn unshared(&self, op: &str) -> StepResult<Vec<(String, Value)>> {
        self.hub
            .store
            .unshared(&self.destination.id, op, &self.delivery.item)
            .await
            .map_err(|e| lost(&e))
    }

    async fn stop_using(&self, op: &str) -> StepResult<()> {
        self.hub
            .store
            .stop_using(&self.destination.id, op, &self.delivery.item)
            .await
            .map_err(|e| lost(&e))
    }
}
