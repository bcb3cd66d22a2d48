//! The states of items at their destinations, counted by the database: right at any size.

use std::collections::BTreeMap;

use yigao_core::{ItemId, State};

use super::{Store, read};
use crate::{driver::Builder, error::StoreError};

impl Store {
    /// For each of these items: at how many destinations its newest delivery is in which state, by the state's name.
    /// An item without deliveries is absent.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn item_states(
        &self,
        items: &[ItemId],
    ) -> Result<BTreeMap<ItemId, BTreeMap<&'static str, u32>>, StoreError> {
        let mut states: BTreeMap<ItemId, BTreeMap<&'static str, u32>> = BTreeMap::new();
        if items.is_empty() {
            return Ok(states);
        }
        let mut list = Builder::new(
            "select item, state, count(*) as n from delivery where not exists (select 1 from delivery later where later.item = delivery.item and later.destination = delivery.destination and later.seq > delivery.seq) and item in ",
        );
        list.push_list(items.iter().map(ItemId::as_str));
        list.push(" group by item, state");
        for row in list.build().fetch_all(&self.readers).await? {
            let item = ItemId::parse(&row.try_get::<String>("item")?)
                .map_err(|_| read::damaged("name"))?;
            let state = State::from_name(&row.try_get::<String>("state")?)
                .ok_or_else(|| read::damaged("state"))?;
            let count = read::small(row.try_get("n")?)?;
            states.entry(item).or_default().insert(state.name(), count);
        }
        Ok(states)
    }
}
