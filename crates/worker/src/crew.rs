//! Who works here: as many hands as deliveries may be worked at once. A hand works one delivery after the other until
//! nothing is due; a wake-up brings out as many as there is work for, with one claim.

use std::{panic::AssertUnwindSafe, sync::Arc};

use futures_util::FutureExt as _;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use yigao_core::DeliveryId;
use yigao_engine::{Claimed, Hub};

/// Shared by the bell's handlers and the sweep.
#[derive(Clone, Debug)]
pub(crate) struct Crew {
    pub(crate) hub: Hub,
    room: Arc<Semaphore>,
    /// Something changed here: the sweep looks again when the next delivery is due.
    pub(crate) nudge: Arc<Notify>,
    pub(crate) stop: CancellationToken,
    /// Hands at work. Not tracked by apalis: its tasks are answered at once, so a hiccup of the bell drops nothing.
    pub(crate) hands: TaskTracker,
}

impl Crew {
    pub(crate) fn new(hub: Hub, concurrency: usize) -> Self {
        Self {
            hub,
            room: Arc::new(Semaphore::new(concurrency)),
            nudge: Arc::default(),
            stop: CancellationToken::new(),
            hands: TaskTracker::new(),
        }
    }

    /// A ring: waits for room, so that a full process leaves further rings to others, then works what it names and
    /// whatever else is due.
    pub(crate) async fn answer(&self, delivery: &DeliveryId) {
        let Ok(permit) = Arc::clone(&self.room).acquire_owned().await else {
            return;
        };
        if self.stop.is_cancelled() {
            return;
        }
        match self.hub.claim(delivery).await {
            Ok(Some(claimed)) => self.put_to_work(claimed, permit),
            // Another hand has it, or its time has not come.
            Ok(None) => drop(permit),
            Err(error) => {
                tracing::error!(error = %error, "cannot claim: the sweep will");
                return;
            }
        }
        self.bring_out().await;
    }

    /// Claims what is due, as much as there is room for, and puts a hand to each. Answers how many.
    pub(crate) async fn bring_out(&self) -> usize {
        let free = u32::try_from(self.room.available_permits()).unwrap_or(u32::MAX);
        let Ok(mut permits) = Arc::clone(&self.room).try_acquire_many_owned(free) else {
            // Others were quicker; they look at the same ledger.
            return 0;
        };
        if free == 0 || self.stop.is_cancelled() {
            return 0;
        }
        let claimed = match self.hub.claim_due(free).await {
            Ok(claimed) => claimed,
            Err(error) => {
                tracing::error!(error = %error, "cannot claim: trying again at the next sweep");
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
        let crew = self.clone();
        self.hands.spawn(async move {
            let work = AssertUnwindSafe(crew.work(claimed)).catch_unwind();
            if work.await.is_err() {
                tracing::error!(
                    "the engine panicked; the lease lapses and the next worker goes on"
                );
            }
            drop(permit);
            crew.nudge.notify_one();
        });
    }

    async fn work(&self, claimed: Claimed) {
        let mut next = Some(claimed);
        while let Some(claimed) = next.take() {
            let more = || !self.stop.is_cancelled();
            let (ended, claimed) = self.hub.work_and_claim(claimed, &more).await;
            if let Err(error) = ended {
                tracing::error!(error = %error, "the end of a run could not be written; its lease lapses");
            }
            next = claimed.unwrap_or_else(|error| {
                tracing::error!(error = %error, "cannot claim: trying again at the next sweep");
                None
            });
        }
    }
}
