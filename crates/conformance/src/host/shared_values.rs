//! Shared values, in memory.

use async_trait::async_trait;
use serde_json::Value;
use yigao_channel::{Does, Op, R, host::SharedValues};
use yigao_core::{
    Timestamp,
    journal::{Finish, Gate, SharedValue},
};

use super::MemoryHost;
use crate::world::{Inner, KeptRow};

#[async_trait]
impl SharedValues for MemoryHost<'_> {
    async fn kept(&self, op: &str, part: &str) -> R<SharedValue> {
        let mut facts = self.world.facts();
        let name = (op.to_owned(), part.to_owned());
        let Some(row) = facts.kept.get(&name).cloned() else {
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
