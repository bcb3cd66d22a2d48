//! The values that deliveries of one destination share.

use std::fmt::Debug;

use async_trait::async_trait;
use serde_json::Value;
use yigao_core::{
    Timestamp,
    journal::{Finish, Gate, SharedValue},
};

use crate::{profile::Op, stop::R};

/// Shared values, each made by one delivery at a time. Every method that writes has committed when it returns.
#[async_trait]
pub trait SharedValues: Debug + Send + Sync {
    /// The shared value, and a note that this item uses it.
    async fn kept(&self, op: &str, part: &str) -> R<SharedValue>;
    /// Takes the making of a shared value upon this delivery; for a writing op through the gate.
    /// `false`: another was faster.
    async fn keep_begin(
        &self,
        last: Option<Finish>,
        op: &Op,
        part: &str,
        ends: Timestamp,
    ) -> Result<bool, Gate>;
    /// Stores a made value.
    async fn keep_done(
        &self,
        op: &str,
        part: &str,
        value: Value,
        expires: Option<Timestamp>,
    ) -> R<()>;
    /// Gives up the making: `open` leaves it for a lookup, else it is as if never begun.
    async fn keep_undone(&self, op: &str, part: &str, open: bool, looks: u32) -> R<()>;
    /// Forgets the value if it is still this one; who uses it goes on using what is made in its place.
    async fn keep_forget(&self, op: &str, part: &str, value: &Value) -> R<()>;
    /// Values of `op` that this item uses and no other does.
    async fn unshared(&self, op: &str) -> R<Vec<(String, Value)>>;
    /// This item uses no value of `op` any more.
    async fn unuse(&self, op: &str) -> R<()>;
}
