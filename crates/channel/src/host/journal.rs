//! The journal of one delivery.

use std::fmt::Debug;

use async_trait::async_trait;
use yigao_core::journal::{Begin, Entry, Finish, Gate};

use crate::{
    interrupt::{Interrupt, StepResult},
    profile::Op,
};

impl From<Gate> for Interrupt {
    fn from(gate: Gate) -> Self {
        match gate {
            Gate::Lost(why) => Self::Lost(why),
            Gate::Superseded => Self::Superseded,
            Gate::Waits { until, why } => Self::Waits { until, why },
        }
    }
}

/// What a delivery has begun and what became of it. Every method that writes has committed when it returns.
#[async_trait]
pub trait Journal: Debug + Send + Sync {
    /// Asked before each writing act, before its time begins to run: a run that goes step by step waits here for a person.
    async fn ready(&self, _op: &Op, _part: &str) -> StepResult<()> {
        Ok(())
    }

    /// The entries of this delivery's current round, in recorded order.
    async fn entries(&self) -> StepResult<Vec<Entry>>;
    /// Commits `last` and then the intent, if the gate lets it; returns the entry's `seq`.
    /// For a write the gate asks: fence, not superseded, embargo passed, approval of this digest, destination not paused,
    /// quota left. When it refuses, `last` is committed all the same.
    async fn begin(&self, last: Option<Finish>, intent: Begin) -> Result<i64, Gate>;
    /// Commits what became of an entry, also under an old fence if that fence opened it.
    async fn finish(&self, finish: Finish) -> StepResult<()>;
}
