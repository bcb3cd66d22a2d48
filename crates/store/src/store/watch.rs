//! What has changed, for screens that follow and for measurements.

use yigao_core::{Delivery, State, Timestamp};

use super::{Store, read};
use crate::{
    driver::{Builder, query},
    error::StoreError,
};

impl Store {
    /// Deliveries that changed at `since` or later, in the order in which they changed; at most `limit`.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn changed_since(
        &self,
        since: Timestamp,
        limit: u32,
    ) -> Result<Vec<Delivery>, StoreError> {
        let mut list = Builder::new(format!(
            "select {} from delivery where updated_at >= ",
            read::DELIVERY
        ));
        list.push_bind(since.as_millisecond())
            .push(" order by updated_at, seq limit ")
            .push_bind(i64::from(limit.min(1_000)));
        let rows = list.build().fetch_all(&self.readers).await?;
        rows.iter().map(read::delivery).collect()
    }

    /// How many deliveries are in each state; states without any are left out.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn count_by_state(&self) -> Result<Vec<(State, i64)>, StoreError> {
        let rows = query("select state, n from delivery_count where n > 0 order by state")
            .fetch_all(&self.readers)
            .await?;
        rows.iter()
            .map(|row| {
                let state = State::from_name(&row.try_get::<String>("state")?)
                    .ok_or_else(|| read::damaged("state"))?;
                Ok((state, row.try_get("n")?))
            })
            .collect()
    }
}
