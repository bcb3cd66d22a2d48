//! 取消: a delivery that has sent nothing yet is taken back.

use yigao_core::{Actor, Delivery, DeliveryId};
use yigao_store::StoreError;

use crate::hub::Hub;

impl Hub {
    /// Cancels a delivery that waits and has never sent anything; returns it with its new state.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when something of it may have been sent: a withdrawal is needed then.
    pub async fn cancel(&self, id: &DeliveryId, actor: &Actor) -> Result<Delivery, StoreError> {
        // A delivery that is not there is a mistake of its own.
        self.store.delivery(id).await?;
        self.store.cancel(id, actor, self.clock.now()).await?;
        self.store.delivery(id).await
    }
}
