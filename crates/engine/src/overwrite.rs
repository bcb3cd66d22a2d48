//! 覆盖: a person agrees that exactly what was read back at a destination is written over.

use std::collections::BTreeMap;

use yigao_core::{Delivery, DestinationId, Digest, ItemId, State};
use yigao_store::{ListDeliveries, StoreError};

use crate::{
    hub::Hub,
    input::{InputError, Overwrite},
    publish::PublishError,
};

/// What a person agreed to write over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Agreed {
    /// Whatever was read back last; allowed for one destination only.
    LastSeen,
    /// Exactly this.
    Exactly(Overwrite),
}

/// The digest of what was last read back of a delivery: what a person agrees to write over. None before the first
/// reading.
pub fn seen_digest(delivery: &Delivery) -> Option<Digest> {
    let seen = delivery.observation.as_ref()?;
    Some(Digest::of_json(&seen.leaves))
}

impl Hub {
    /// For each destination the digest that may be written over. `to` are the destinations of the order; none means all.
    /// An agreement that names no destination holds only where the order goes to exactly one: what one site shows must
    /// never be taken for what another shows.
    ///
    /// # Errors
    /// [`PublishError::Input`] when an agreement does not name which destination it is about, or names one to which the
    /// order does not go.
    pub async fn agreed_overwrites(
        &self,
        item: &ItemId,
        to: &[DestinationId],
        agreed: &[Agreed],
    ) -> Result<BTreeMap<DestinationId, Digest>, PublishError> {
        self.known(to)?;
        let all: Vec<&DestinationId> = self.destinations.iter().map(|d| &d.id).collect();
        let to: Vec<&DestinationId> = match to.is_empty() {
            true => all,
            false => to.iter().collect(),
        };
        let only = || match to.as_slice() {
            [one] => Ok((*one).clone()),
            _ => Err(InputError::new(
                "overwrite_which",
                "覆盖要写明是哪一处所见：--overwrite=目的账号=摘要；只有发往一个目的账号时才可省略",
                "say which destination's content is overwritten: --overwrite=destination=digest; it may be left out only when the order goes to one destination",
            )),
        };
        let mut over = BTreeMap::new();
        for one in agreed {
            let (destination, digest) = match one {
                Agreed::LastSeen => {
                    let destination = only()?;
                    let seen = self.last_seen(item, &destination).await?;
                    (destination, seen)
                }
                Agreed::Exactly(Overwrite {
                    destination: None,
                    digest,
                }) => (only()?, Some(digest.clone())),
                Agreed::Exactly(Overwrite {
                    destination: Some(destination),
                    digest,
                }) => (destination.clone(), Some(digest.clone())),
            };
            if !to.contains(&&destination) {
                return Err(InputError::new(
                    "overwrite_elsewhere",
                    format!("覆盖写的是 {destination}，这次并不发往那里"),
                    format!("the overwrite names {destination}, to which this order does not go"),
                )
                .into());
            }
            if let Some(digest) = digest {
                over.insert(destination, digest);
            }
        }
        Ok(over)
    }

    /// Digest of what was last read back of an item at a destination.
    async fn last_seen(
        &self,
        item: &ItemId,
        to: &DestinationId,
    ) -> Result<Option<Digest>, StoreError> {
        let which = ListDeliveries {
            item: Some(item.clone()),
            destination: Some(to.clone()),
            states: vec![State::Delivered],
            limit: 1,
            ..ListDeliveries::default()
        };
        let newest = self.store.deliveries(&which).await?.into_iter().next();
        Ok(newest.as_ref().and_then(seen_digest))
    }
}
