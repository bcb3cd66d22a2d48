//! 台账: its entries, whether it is intact, and the counts that a monitor asks for.

use yigao_core::{State, Timestamp};
use yigao_store::{LedgerRow, StoreError};

use crate::hub::Hub;

impl Hub {
    /// Entries about one subject, or about everything, oldest first.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn ledger(
        &self,
        subject: Option<&str>,
        limit: u32,
    ) -> Result<Vec<LedgerRow>, StoreError> {
        self.store.ledger(subject, limit).await
    }

    /// Walks the whole ledger; returns the number of the first entry that does not follow from the one before it.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn audit(&self) -> Result<Option<i64>, StoreError> {
        self.store.ledger_broken_at().await
    }

    /// How many deliveries are in each state; states without any are absent.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn count_by_state(&self) -> Result<Vec<(State, i64)>, StoreError> {
        self.store.count_by_state().await
    }

    /// When the next delivery is due, if any is.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        self.store.next_due().await
    }
}
