//! Answers from outside that a delivery waits for.

use std::fmt::Debug;

use async_trait::async_trait;
use yigao_core::{Slot, journal::Message};

use crate::interrupt::StepResult;

/// Messages from outside, and what other destinations provide.
#[async_trait]
pub trait Answers: Debug + Send + Sync {
    /// What was received about any of these names, oldest first.
    async fn callbacks(&self, about: &[&str]) -> StepResult<Vec<Message>>;
    /// What another destination provides for this slot; `None` when it is not delivered yet.
    async fn slot(&self, slot: &Slot) -> StepResult<Option<String>>;
}
