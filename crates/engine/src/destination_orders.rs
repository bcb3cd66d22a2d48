//! 暂停, 排空, 恢复: what operators order for a destination, and how the destinations are.

use yigao_core::{Actor, DestinationId, State};
use yigao_store::{DestinationRow, ListDeliveries, StoreError};

use crate::{hub::Hub, publish::PublishError};

impl Hub {
    /// Every destination that was ever configured, with its health and the orders that hold for it; by name.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn destination_rows(&self) -> Result<Vec<DestinationRow>, StoreError> {
        self.store.destinations().await
    }

    /// Sends nothing to a destination until it is resumed.
    ///
    /// # Errors
    /// When there is no such destination; when the ledger cannot be written.
    pub async fn pause_destination(
        &self,
        id: &DestinationId,
        reason: &str,
        actor: &Actor,
    ) -> Result<(), PublishError> {
        let now = self.clock.now();
        let paused = self.store.pause(id, Some(reason), actor, now).await;
        self.ordered(id, paused)
    }

    /// Takes nothing new at a destination; what is under way continues, and a withdrawal is taken at any time.
    ///
    /// # Errors
    /// When there is no such destination; when the ledger cannot be written.
    pub async fn drain_destination(
        &self,
        id: &DestinationId,
        reason: &str,
        actor: &Actor,
    ) -> Result<(), PublishError> {
        let drained = self.store.drain(id, reason, actor, self.clock.now()).await;
        self.ordered(id, drained)
    }

    /// Resumes a destination: ends a pause and a drain, and closes a tripped breaker.
    ///
    /// # Errors
    /// When there is no such destination; when the ledger cannot be written.
    pub async fn resume_destination(
        &self,
        id: &DestinationId,
        actor: &Actor,
    ) -> Result<(), PublishError> {
        let resumed = self.store.pause(id, None, actor, self.clock.now()).await;
        self.ordered(id, resumed)
    }

    /// A destination that the ledger does not know is reported with those that are configured.
    fn ordered(
        &self,
        id: &DestinationId,
        done: Result<(), StoreError>,
    ) -> Result<(), PublishError> {
        if matches!(done, Err(StoreError::Missing { .. })) {
            self.known(std::slice::from_ref(id))?;
        }
        Ok(done?)
    }

    /// How many deliveries to a destination are not at their end; at most 1,000 are counted.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn under_way(&self, id: &DestinationId) -> Result<usize, StoreError> {
        let which = ListDeliveries {
            destination: Some(id.clone()),
            states: State::ALL
                .into_iter()
                .filter(|state| !state.is_final())
                .collect(),
            limit: 1_000,
            ..ListDeliveries::default()
        };
        Ok(self.store.deliveries(&which).await?.len())
    }
}
