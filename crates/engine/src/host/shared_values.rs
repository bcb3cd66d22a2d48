//! The values that deliveries of one destination share, in the ledger.

use async_trait::async_trait;
use serde_json::Value;
use yigao_channel::{Does, Op, R, host::SharedValues};
use yigao_core::{
    Timestamp,
    journal::{Finish, Gate, SharedValue},
};

use super::{DeliveryHost, gate, lost};

#[async_trait]
impl SharedValues for DeliveryHost<'_> {
    async fn kept(&self, op: &str, part: &str) -> R<SharedValue> {
        let user = (Some(&self.delivery.item), Some(&self.delivery.id));
        self.hub
            .store
            .kept(&self.destination.id, (op, part), user, self.hub.clock.now())
            .await
            .map_err(|e| lost(&e))
    }

    async fn keep_begin(
        &self,
        last: Option<Finish>,
        op: &Op,
        part: &str,
        ends: Timestamp,
    ) -> Result<bool, Gate> {
        let check = self.check(op.name, op.does == Does::Write);
        let begun = self
            .hub
            .store
            .keep_begin(check, last, &self.destination.id, (op.name, part), ends)
            .await;
        gate(begun)
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
}
