//! What is in the queue, and how often its worker reports.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use yigao_core::DeliveryId;

/// The task: a name, nothing else.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Ring {
    pub(crate) delivery: DeliveryId,
}

/// When a worker that says nothing is given up and its rings go to others.
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
