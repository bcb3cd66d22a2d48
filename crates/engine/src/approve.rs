//! 成品审核: an actor signs exactly the renditions that were shown.

use yigao_core::{Actor, DestinationId, Digest, ItemId};

use crate::{hub::Hub, preflight::DestinationReport, publish::PublishError};

impl Hub {
    /// Approves the newest version's renditions for the destinations named (all when none is). If `shown` is given, only
    /// when the digests are still the ones that were shown: a change in between voids what was seen.
    ///
    /// # Errors
    /// [`PublishError::Blocked`] with the findings; nothing is signed then.
    pub async fn approve(
        &self,
        item: &ItemId,
        only: &[DestinationId],
        shown: Option<&[Digest]>,
        actor: &Actor,
    ) -> Result<Vec<DestinationReport>, PublishError> {
        self.known(only)?;
        let version = self.store.version(item, None).await?;
        let reports = self.preflight(&version, only, None, None).await?;
        let reports: Vec<DestinationReport> = reports.into_iter().filter(|s| !s.skipped).collect();
        let changed = |s: &&DestinationReport| {
            shown.is_some_and(|shown| s.digest.as_ref().is_none_or(|d| !shown.contains(d)))
        };
        let blocked: Vec<DestinationReport> =
            reports.iter().filter(|s| !s.is_clear()).cloned().collect();
        if !blocked.is_empty() {
            return Err(PublishError::Blocked(blocked));
        }
        let changed: Vec<DestinationReport> = reports.iter().filter(changed).cloned().collect();
        if !changed.is_empty() {
            return Err(PublishError::Unapproved(changed));
        }
        let digests = reports.iter().filter_map(|s| s.digest.clone()).collect();
        self.store.approve(digests, actor, self.clock.now()).await?;
        Ok(self
            .preflight(&version, only, None, None)
            .await?
            .into_iter()
            .filter(|s| !s.skipped)
            .collect())
    }
}
