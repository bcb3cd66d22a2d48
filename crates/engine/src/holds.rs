//! 暂扣, 放行: an item is held back, and released again.

use yigao_core::{Actor, ItemId};
use yigao_store::StoreError;

use crate::hub::Hub;

impl Hub {
    /// Holds an item back: nothing of it is written anywhere until it is released.
    ///
    /// # Errors
    /// When there is no such item; when the ledger cannot be written.
    pub async fn hold_item(
        &self,
        item: &ItemId,
        reason: &str,
        actor: &Actor,
    ) -> Result<(), StoreError> {
        let now = self.clock.now();
        self.store.hold(item, Some(reason), actor, now).await
    }

    /// Releases a held item.
    ///
    /// # Errors
    /// When there is no such item; when the ledger cannot be written.
    pub async fn release_item(&self, item: &ItemId, actor: &Actor) -> Result<(), StoreError> {
        self.store.hold(item, None, actor, self.clock.now()).await
    }
}
