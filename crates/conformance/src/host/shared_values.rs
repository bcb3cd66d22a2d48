//! Shared values, in memory.

use async_trait::async_trait;
use serde_json::Value;
use yigao_channel::{Access, Op, StepResult, host::SharedValues};
use yigao_core::{
    Timestamp,
    journal::{Finish, Gate, SharedValue},
};

use super::MemoryHost;
use crate::world::{Inner, SharedValueRow};

#[async_trait]
impl SharedValues for MemoryHost<'_> {
    async fn shared_value(&self, op: &str, part: &str) -> StepResult<SharedValue> {
        let mut facts = self.world.facts();
        let name = (op.to_owned(), part.to_owned());
        let Some(row) = facts.shared_value.get(&name).cloned() else {
            return Ok(SharedValue::Absent);
        };
        if let Some(value) = row.value {
            if row.expires.is_some_and(|at| at <= facts.now) {
                return Ok(SharedValue::Absent);
            }
            let item = self.delivery.item.to_string();
            facts.uses.insert((name.0, name.1, item));
            return Ok(SharedValue::Done(value));
        }
        if row.made_by != self.delivery.id && is_held(&facts, &row) {
            return Ok(SharedValue::Busy);
        }
        Ok(SharedValue::Open {
            ends: row.ends,
            lookups: row.lookups,
        })
    }

    async fn shared_begin(
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
            if let Some(shut) = self.gate(facts, op.name, op.access == Access::Write) {
                return Err(shut);
            }
            let name = (op.name.to_owned(), part.to_owned());
            let taken = facts
                .shared_value
                .get(&name)
                .is_some_and(|row| match row.value {
                    Some(_) => row.expires.is_none_or(|at| at > facts.now),
                    None => row.made_by != self.delivery.id && is_held(facts, row),
                });
            if taken {
                return Ok(false);
            }
            let row = SharedValueRow {
                value: None,
                made_by: self.delivery.id.clone(),
                fence: self.delivery.fence,
                ends,
                lookups: 0,
                expires: None,
            };
            facts.shared_value.insert(name, row);
            Ok(true)
        })
        .await
    }

    async fn shared_done(
        &self,
        op: &str,
        part: &str,
        value: Value,
        expires: Option<Timestamp>,
    ) -> StepResult<()> {
        self.commit(|facts| {
            let name = (op.to_owned(), part.to_owned());
            if let Some(row) = facts.shared_value.get_mut(&name) {
                row.value = Some(value);
                row.expires = expires;
            }
            let item = self.delivery.item.to_string();
            facts.uses.insert((name.0, name.1, item));
        })
        .await;
        Ok(())
    }

    async fn shared_undone(
        &self,
        op: &str,
        part: &str,
        open: bool,
        lookups: u32,
    ) -> StepResult<()> {
        self.commit(|facts| {
            let name = (op.to_owned(), part.to_owned());
            let Some(row) = facts
                .shared_value
                .get_mut(&name)
                .filter(|row| row.value.is_none())
            else {
                return;
            };
            row.lookups = lookups;
            if !open {
                facts.shared_value.remove(&name);
            }
        })
        .await;
        Ok(())
    }

    async fn shared_forget(&self, op: &str, part: &str, value: &Value) -> StepResult<()> {
        self.commit(|facts| {
            let name = (op.to_owned(), part.to_owned());
            if facts
                .shared_value
                .get(&name)
                .is_some_and(|row| row.value.as_ref() == Some(value))
            {
                facts.shared_value.remove(&name);
            }
        })
        .await;
        Ok(())
    }

    async fn stop_using(&self, op: &str) -> StepResult<()> {
        self.commit(|facts| {
            let item = self.delivery.item.to_string();
            facts.uses.retain(|(o, _, i)| o != op || *i != item);
        })
        .await;
        Ok(())
    }

    async fn unshared(&self, op: &str) -> StepResult<Vec<(String, Value)>> {
        let item = self.delivery.item.as_str();
        Ok(self.world.facts().unshared(op, item))
    }
}

/// Whether its maker's lease still runs.
fn is_held(facts: &Inner, row: &SharedValueRow) -> bool {
    let current = facts
        .delivery(&row.made_by)
        .is_some_and(|d| d.fence == row.fence);
    current
        && facts
            .leases
            .get(&row.made_by)
            .is_some_and(|end| *end > facts.now)
}
