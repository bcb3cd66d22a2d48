//! The time of a run.

use std::{fmt::Debug, time::Duration};

use async_trait::async_trait;
use yigao_core::Timestamp;

/// The time, and waiting for it to pass.
#[async_trait]
pub trait Clock: Debug + Send + Sync {
    /// The time.
    fn now(&self) -> Timestamp;
    /// Waits in place for a moment.
    async fn pause(&self, wait: Duration);
}
