//! What operators do after trouble: what failed is tried again, and a destination that was away is given what it missed.
//! Each can be asked for as a list first.

use std::collections::BTreeSet;

use yigao_core::{
    Actor, Delivery, DeliveryId, DestinationId, DueFor, Intent, ItemId, Localized, State, Timestamp,
};
use yigao_store::{ListDeliveries, PlanError, StoreError};

use crate::{
    hub::Hub,
    publish::{PublishError, Request},
};

/// Most deliveries or items that one order considers, the newest.
pub const VERIFY_MOST: u32 = 1_000;

/// One delivery that failed, and what became of trying it again.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Recovered {
    pub failed: DeliveryId,
    pub item: ItemId,
    pub destination: DestinationId,
    /// What went wrong then.
    pub message: Option<Localized>,
    /// The delivery that was planned; none when it was only asked what would be.
    pub planned: Option<DeliveryId>,
    /// Why it was not planned.
    pub left_out: Option<Localized>,
}

/// One item that a destination missed, and what became of sending it.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Replayed {
    pub item: ItemId,
    pub planned: Option<DeliveryId>,
    pub left_out: Option<Localized>,
}

impl Hub {
    /// Tries again what failed since a time and was not followed by anything newer. Each is a new delivery, with a journal
    /// and keys of its own. With `dry_run` nothing is planned.
    ///
    /// # Errors
    /// When the ledger fails.
    pub async fn recover(
        &self,
        since: Timestamp,
        to: Option<&DestinationId>,
        dry_run: bool,
        actor: &Actor,
    ) -> Result<Vec<Recovered>, StoreError> {
        let failed = ListDeliveries {
            destination: to.cloned(),
            states: vec![State::Failed],
            newest_only: true,
            limit: VERIFY_MOST,
            ..ListDeliveries::default()
        };
        let mut failed = self.store.deliveries(&failed).await?;
        failed.retain(|delivery| delivery.updated_at >= since);
        // In the order in which they were asked for.
        failed.reverse();
        let mut recovered = Vec::new();
        for delivery in failed {
            let mut one = Recovered {
                failed: delivery.id.clone(),
                item: delivery.item.clone(),
                destination: delivery.destination.clone(),
                message: delivery.fault.as_ref().map(|fault| fault.localized()),
                planned: None,
                left_out: None,
            };
            if !dry_run {
                match self.retry(&delivery.id, actor).await {
                    Ok(planned) => one.planned = Some(planned.id),
                    Err(PlanError::NotPlanned(why)) => one.left_out = Some(why.localized()),
                    Err(PlanError::Store(StoreError::Refused(why))) => one.left_out = Some(why),
                    Err(PlanError::Store(error)) => return Err(error),
                }
            }
            recovered.push(one);
        }
        Ok(recovered)
    }

    /// Has everything of an item that is public read back now instead of at its time; no destination named means everywhere.
    /// Returns the deliveries that will be. What is under way, in doubt or still waits for cleanup is not among them, nor what
    /// is not configured here.
    ///
    /// # Errors
    /// An unknown destination; a failing ledger.
    pub async fn verify(
        &self,
        item: &ItemId,
        to: &[DestinationId],
    ) -> Result<Vec<Delivery>, PublishError> {
        self.known(to)?;
        let asked = |destination: &DestinationId| to.is_empty() || to.contains(destination);
        let all = ListDeliveries {
            item: Some(item.clone()),
            limit: VERIFY_MOST,
            ..ListDeliveries::default()
        };
        let mut settled = BTreeSet::new();
        let mut verified = Vec::new();
        // Newest first. A newer one that failed, or that nobody has begun (scheduled, not approved), changed nothing that is
        // known; after any other, what came before is no evidence.
        for delivery in self.store.deliveries(&all).await? {
            let to = &delivery.destination;
            let untouched = delivery.state == State::Waiting && delivery.fence == 0;
            if matches!(delivery.state, State::Failed | State::Superseded)
                || untouched
                || !settled.insert(to.clone())
                || !asked(to)
                || self.destinations.get(to).is_none()
                || delivery.state != State::Delivered
                || delivery.due_for != DueFor::Observe
            {
                continue;
            }
            // Nothing to wake where a worker reads it back at this moment: what it sees is just as new.
            self.store.wake(&delivery.id, self.clock.now()).await?;
            self.notify(&delivery.id).await;
            verified.push(delivery);
        }
        Ok(verified)
    }

    /// Sends to a destination what is public elsewhere and never was there: items published while it was not configured, or
    /// left out. What was withdrawn is not brought back. With `dry_run` nothing is planned.
    ///
    /// # Errors
    /// An unknown destination; a failing ledger.
    pub async fn replay(
        &self,
        to: &DestinationId,
        approve: bool,
        dry_run: bool,
        actor: &Actor,
    ) -> Result<Vec<Replayed>, PublishError> {
        self.known(std::slice::from_ref(to))?;
        let mut items = self.store.items(None, VERIFY_MOST).await?;
        // Oldest first: readers meet them in the order in which they were published.
        items.reverse();
        let mut replayed = Vec::new();
        for item in items {
            if !self.missed(&item.id, to).await? {
                continue;
            }
            let mut one = Replayed {
                item: item.id.clone(),
                planned: None,
                left_out: None,
            };
            if !dry_run {
                let request = Request {
                    destinations: vec![to.clone()],
                    approve,
                    ..Request::default()
                };
                match self.publish(&item.id, &request, actor).await {
                    Ok(plan) => one.planned = plan.deliveries.into_iter().next().map(|d| d.id),
                    Err(error) => one.left_out = Some(left_out(error)?),
                }
            }
            replayed.push(one);
        }
        Ok(replayed)
    }

    /// Public somewhere, not withdrawn since, meant for `to`, and nothing of it was ever sent there.
    async fn missed(&self, item: &ItemId, to: &DestinationId) -> Result<bool, StoreError> {
        if self.newest(item, Some(to)).await?.is_some() {
            return Ok(false);
        }
        let out = self.newest(item, None).await?.is_some_and(|newest| {
            newest.intent != Intent::Withdraw && newest.state == State::Delivered
        });
        if !out {
            return Ok(false);
        }
        let version = self.store.version(item, None).await?;
        let skipped = version.content.overrides.get(to).is_some_and(|o| o.skip);
        Ok(!skipped)
    }

    async fn newest(
        &self,
        item: &ItemId,
        at: Option<&DestinationId>,
    ) -> Result<Option<Delivery>, StoreError> {
        let which = ListDeliveries {
            item: Some(item.clone()),
            destination: at.cloned(),
            limit: 1,
            ..ListDeliveries::default()
        };
        Ok(self.store.deliveries(&which).await?.into_iter().next())
    }
}

/// Why one item was left out; the others continue. A failing ledger stops them all.
fn left_out(error: PublishError) -> Result<Localized, PublishError> {
    Ok(match error {
        PublishError::Blocked(_) => Localized::new(
            "预检未通过：yigao preflight 看原因",
            "pre-flight stops it; yigao preflight shows why",
        ),
        PublishError::Unapproved(_) => Localized::new(
            "尚未批准：先 yigao item approve，或加 --approve",
            "not approved: yigao item approve first, or add --approve",
        ),
        PublishError::Nothing(why) => why.into_iter().next().map_or_else(
            || Localized::new("没有可做的", "nothing to do"),
            |left| left.message,
        ),
        other => return Err(other),
    })
}
