//! What import noticed in an item: it stands before everybody until it is mended or answered.

use yigao_core::{Actor, Finding, ItemId};
use yigao_store::StoreError;

use crate::hub::Hub;

impl Hub {
    /// What import noticed in a version, with its answers; in the newest when no number is given.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when there is no such version.
    pub async fn findings(
        &self,
        item: &ItemId,
        version: Option<u32>,
    ) -> Result<Vec<Finding>, StoreError> {
        self.store.findings(item, version).await
    }

    /// Answers a finding of the newest version by its number: what it says may stay as it is. With `version`, only when that
    /// is the newest still.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when there is no such finding, it is answered already or blocks, or there is a newer version.
    pub async fn answer_finding(
        &self,
        item: &ItemId,
        version: Option<u32>,
        number: u32,
        reason: &str,
        actor: &Actor,
    ) -> Result<Finding, StoreError> {
        let now = self.clock.now();
        let answer = self
            .store
            .answer_finding(item, version, number, reason, actor, now);
        answer.await
    }
}
