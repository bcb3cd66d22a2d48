//! What is in the queue, and how often its worker reports.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use yigao_core::DeliveryId;

/// A task of the queue: the name of a delivery and nothing else.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Notification {
    pub(crate) delivery: DeliveryId,
}

/// When a worker that sends no heartbeat counts as dead and its tasks go to other workers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Beat {
    pub(crate) every: Duration,
    pub(crate) missed: usize,
}

impl Default for Beat {
    fn default() -> Self {
        Self {
            every: Duration::from_secs(3),
            missed: 3,
        }
    }
}
