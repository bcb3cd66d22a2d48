//! 成品审核: an actor signs exactly the renditions that were shown.

use yigao_core::{Actor, DestinationId, Digest, ItemId};

use crate::{hub::Hub, preflight::Sheet, publish::PublishError};

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
    ) -> Result<Vec<Sheet>, PublishError> {
        self.known(only)?;
        let version = self.store.version(item, None).await?;
        let sheets = self.preflight(&version, only, None, None).await?;
        let sheets: Vec<Sheet> = sheets.into_iter().filter(|s| !s.skipped).collect();
        let changed = |s: &&Sheet| {
            shown.is_some_and(|shown| s.digest.as_ref().is_none_or(|d| !shown.contains(d)))
        };
        let blocked: Vec<Sheet> = sheets.iter().filter(|s| !s.is_clear()).cloned().collect();
        if !blocked.is_empty() {
            return Err(PublishError::Blocked(blocked));
        }
        let changed: Vec<Sheet> = sheets.iter().filter(changed).cloned().collect();
        if !changed.is_empty() {
            return Err(PublishError::Unapproved(changed));
        }
        let digests = sheets.iter().filter_map(|s| s.digest.clone()).collect();
        self.store.approve(digests, actor, self.clock.now()).await?;
        Ok(self
            .preflight(&version, only, None, None)
            .await?
            .into_iter()
            .filter(|s| !s.skipped)
            .collect())
    }
}
