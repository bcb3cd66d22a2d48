//! The tasks that run deliveries in this process, as many as may run at once. A task runs one delivery after the other until
//! nothing is due; a wake-up starts as many tasks as there is work for, with one claim.

use std::{panic::AssertUnwindSafe, sync::Arc};

use futures_util::FutureExt as _;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use yigao_core::DeliveryId;
use yigao_engine::{Claimed, Hub};

/// The running tasks and what they share. The queue's handlers and the sweep hold copies.
#[derive(Clone, Debug)]
pub(crate) struct TaskPool {
    pub(crate) hub: Hub,
    room: Arc<Semaphore>,
    /// Notified after a change: the sweep then asks again when the next delivery is due.
    pub(crate) wake: Arc<Notify>,
    pub(crate) stop: CancellationToken,
    /// The running tasks. apalis does not track them: its own tasks end at once, so a fault of the queue drops no delivery.
    pub(crate) tasks: TaskTracker,
}

impl TaskPool {
    pub(crate) fn new(hub: Hub, concurrency: usize) -> Self {
        Self {
            hub,
            room: Arc::new(Semaphore::new(concurrency)),
            wake: Arc::default(),
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
        }
    }

    /// Handles a task of the queue: waits for capacity, so that a busy process leaves further tasks to others, then runs the
    /// delivery that the task names and whatever else is due.
    pub(crate) async fn answer(&self, delivery: &DeliveryId) {
        let Ok(permit) = Arc::clone(&self.room).acquire_owned().await else {
            return;
        };
        if self.stop.is_cancelled() {
            return;
        }
        match self.hub.claim(delivery).await {
            Ok(Some(claimed)) => self.put_to_work(claimed, permit),
            // It is running elsewhere, or it is not due yet.
            Ok(None) => drop(permit),
            Err(error) => {
                tracing::error!(error = %error, "the delivery cannot be claimed; the sweep will try again");
                return;
            }
        }
        self.bring_out().await;
    }

    /// Claims what is due, as far as there is capacity, and starts a task for each delivery. Returns how many.
    pub(crate) async fn bring_out(&self) -> usize {
        let free = u32::try_from(self.room.available_permits()).unwrap_or(u32::MAX);
        let Ok(mut permits) = Arc::clone(&self.room).try_acquire_many_owned(free) else {
            // Other callers were quicker; they read the same ledger.
            return 0;
        };
        if free == 0 || self.stop.is_cancelled() {
            return 0;
        }
        let claimed = match self.hub.claim_due(free).await {
            Ok(claimed) => claimed,
            Err(error) => {
                tracing::error!(error = %error, "due deliveries cannot be claimed; the next sweep will try again");
                return 0;
            }
        };
        let count = claimed.len();
        for one in claimed {
            if let Some(permit) = permits.split(1) {
                self.put_to_work(one, permit);
            }
        }
        count
    }

    fn put_to_work(&self, claimed: Claimed, permit: OwnedSemaphorePermit) {
        let pool = self.clone();
        self.tasks.spawn(async move {
            let work = AssertUnwindSafe(pool.work(claimed)).catch_unwind();
            if work.await.is_err() {
                tracing::error!(
                    "the engine panicked; the lease expires and the next worker continues"
                );
            }
            drop(permit);
            pool.wake.notify_one();
        });
    }

    async fn work(&self, claimed: Claimed) {
        let mut next = Some(claimed);
        while let Some(claimed) = next.take() {
            let more = || !self.stop.is_cancelled();
            let (ended, claimed) = self.hub.work_and_claim(claimed, &more).await;
            if let Err(error) = ended {
                tracing::error!(error = %error, "the end of a run could not be stored; its lease expires");
            }
            next = claimed.unwrap_or_else(|error| {
                tracing::error!(error = %error, "due deliveries cannot be claimed; the next sweep will try again");
                None
            });
        }
    }
}
