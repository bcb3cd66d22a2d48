//! 巡检: takes up all that is due, whether it was notified of or not. Losing every queue loses nothing.

use yigao_core::{DeliveryId, time::earlier};
use yigao_store::{Claimed, StoreError};

use crate::hub::Hub;

/// Exchanges that are deleted in one commit.
const FORGET_MAX: u32 = 500;

impl Hub {
    /// Claims the delivery that was notified of, if it is due.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub async fn claim(&self, id: &DeliveryId) -> Result<Option<Claimed>, StoreError> {
        let claimed = self
            .store
            .claim(
                Some(id.clone()),
                1,
                &self.worker,
                self.tuning.lease,
                self.clock.now(),
            )
            .await?;
        Ok(claimed.into_iter().next())
    }

    /// Claims up to `limit` of whatever else is due.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub async fn claim_due(&self, limit: u32) -> Result<Vec<Claimed>, StoreError> {
        self.store
            .claim(
                None,
                limit,
                &self.worker,
                self.tuning.lease,
                self.clock.now(),
            )
            .await
    }

    /// Deletes exchanges with remotes that are older than the retention time. Returns how many.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub async fn forget_exchanges(&self) -> Result<u64, StoreError> {
        let before = earlier(self.clock.now(), self.tuning.exchanges);
        self.store.forget_exchanges(before, FORGET_MAX).await
    }

    /// Works until nothing is due; for commands without a worker, and for tests. Returns how many runs it made.
    ///
    /// # Errors
    /// When the ledger fails.
    pub async fn work_all_due(&self, runs_max: usize) -> Result<usize, StoreError> {
        let mut runs = 0;
        while runs < runs_max {
            let Some(claimed) = self.claim_due(1).await?.into_iter().next() else {
                break;
            };
            self.work(claimed).await?;
            runs += 1;
        }
        Ok(runs)
    }
}
