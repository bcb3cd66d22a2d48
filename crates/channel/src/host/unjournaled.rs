//! A run without a delivery.

use std::sync::atomic::{AtomicI64, Ordering};

use async_trait::async_trait;
use yigao_core::{
    Slot,
    journal::{Begin, Entry, Finish, Gate, Message},
};

use super::{Answers, Journal};
use crate::interrupt::StepResult;

/// The journal of a probe: nothing was begun before, nothing is remembered after, nobody has answered.
#[derive(Debug, Default)]
pub struct Unjournaled {
    seq: AtomicI64,
}

#[async_trait]
impl Journal for Unjournaled {
    async fn entries(&self) -> StepResult<Vec<Entry>> {
        Ok(Vec::new())
    }

    async fn begin(&self, _: Option<Finish>, _: Begin) -> Result<i64, Gate> {
        Ok(self.seq.fetch_add(1, Ordering::SeqCst))
    }

    async fn finish(&self, _: Finish) -> StepResult<()> {
        Ok(())
    }
}

#[async_trait]
impl Answers for Unjournaled {
    async fn callbacks(&self, _: &[&str]) -> StepResult<Vec<Message>> {
        Ok(Vec::new())
    }

    async fn slot(&self, _: &Slot) -> StepResult<Option<String>> {
        Ok(None)
    }
}
