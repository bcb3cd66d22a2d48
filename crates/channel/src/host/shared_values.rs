//! The values that deliveries of one destination share.

use std::fmt::Debug;

use async_trait::async_trait;
use serde_json::Value;
use yigao_core::{
    Timestamp,
    journal::{Finish, Gate, SharedValue},
};

use crate::{interrupt::StepResult, profile::Op};

/// Shared values, each made by one delivery at a time. Every method that writes has committed when it returns.
#[async_trait]
pub trait SharedValues: Debug + Send + Sync {
    /// The shared value, and a note that this item uses it.
    async fn shared_value(&self, op: &str, part: &str) -> StepResult<SharedValue>;
    /// Reserves the making of a shared value for this delivery; for a writing op through the gate.
    /// `false`: another was faster.
    async fn shared_begin(
        &self,
        last: Option<Finish>,
        op: &Op,
        part: &str,
        ends: Timestamp,
    ) -> Result<bool, Gate>;
    /// Stores a made value.
    async fn shared_done(
        &self,
        op: &str,
        part: &str,
        value: Value,
        expires: Option<Timestamp>,
    ) -> StepResult<()>;
    /// Abandons the making: `open` leaves it for a lookup, else it is as if never begun.
    async fn shared_undone(&self, op: &str, part: &str, open: bool, lookups: u32)
    -> StepResult<()>;
    /// Deletes the value if it is still this one; its users use the value that replaces it.
    async fn shared_forget(&self, op: &str, part: &str, value: &Value) -> StepResult<()>;
    /// Values of `op` that this item uses and no other does.
    async fn unshared(&self, op: &str) -> StepResult<Vec<(String, Value)>>;
    /// This item uses no value of `op` any more.
    async fn stop_using(&self, op: &str) -> StepResult<()>;
}
