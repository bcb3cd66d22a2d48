//! What is shown: items, deliveries, renditions and all that is known of one of them. Reading only.

use std::collections::BTreeMap;

use yigao_core::{
    Delivery, DeliveryId, DestinationId, Digest, Finding, ItemId, Rendition, Timestamp, Version,
    journal::{Entry, Message},
};
use yigao_store::{
    AttemptRow, ExchangeRow, HandedOver, ItemRow, LedgerRow, ListDeliveries, MediaError, NoticeRow,
    StoreError,
};

use crate::hub::Hub;

/// Most ledger entries that are shown of one delivery.
const ENTRIES: u32 = 200;

/// All that is known of one delivery.
#[derive(Clone, Debug, serde::Serialize)]
pub struct DeliveryRecord {
    pub delivery: Delivery,
    pub attempts: Vec<AttemptRow>,
    pub journal: Vec<Entry>,
    /// Requests and answers, redacted.
    pub exchanges: Vec<ExchangeRow>,
    /// What people and remotes reported about it, oldest first.
    pub callbacks: Vec<Message>,
    /// What webhooks reported about it.
    pub notices: Vec<NoticeRow>,
    pub ledger: Vec<LedgerRow>,
}

impl Hub {
    /// Items whose name or title holds `text`, most recently changed first; all of them when no `text` is given.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn items(&self, text: Option<&str>, limit: u32) -> Result<Vec<ItemRow>, StoreError> {
        self.store.items(text, limit).await
    }

    /// The titles of items, by their names.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn titles(&self, items: &[ItemId]) -> Result<BTreeMap<ItemId, String>, StoreError> {
        self.store.titles(items).await
    }

    /// A version of an item; the newest when no number is given.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when there is none.
    pub async fn version(&self, item: &ItemId, number: Option<u32>) -> Result<Version, StoreError> {
        self.store.version(item, number).await
    }

    /// For each of these items: at how many destinations its newest delivery is in which state, by the state's name.
    /// An item that was never sent is absent.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn item_states(
        &self,
        items: &[ItemId],
    ) -> Result<BTreeMap<ItemId, BTreeMap<&'static str, u32>>, StoreError> {
        self.store.item_states(items).await
    }

    /// Deliveries, newest first.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn deliveries(&self, which: &ListDeliveries) -> Result<Vec<Delivery>, StoreError> {
        self.store.deliveries(which).await
    }

    /// One delivery.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when there is none of this name.
    pub async fn delivery(&self, id: &DeliveryId) -> Result<Delivery, StoreError> {
        self.store.delivery(id).await
    }

    /// All that is known of one delivery.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when there is none of this name.
    pub async fn delivery_record(&self, id: &DeliveryId) -> Result<DeliveryRecord, StoreError> {
        let delivery = self.store.delivery(id).await?;
        Ok(DeliveryRecord {
            attempts: self.store.attempts(id).await?,
            journal: self.store.journal_of(id).await?,
            exchanges: self.store.exchanges(id).await?,
            callbacks: self.store.callbacks_of(&delivery).await?,
            notices: self.store.notices_of(id).await?,
            ledger: self.store.ledger(Some(id.as_str()), ENTRIES).await?,
            delivery,
        })
    }

    /// Deliveries that changed since a time, oldest change first.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn changed_since(
        &self,
        since: Timestamp,
        limit: u32,
    ) -> Result<Vec<Delivery>, StoreError> {
        self.store.changed_since(since, limit).await
    }

    /// A rendition that was stored, with its findings: first what import noticed in its version, as it is answered now.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when there is none with this digest.
    pub async fn rendition(
        &self,
        digest: &Digest,
    ) -> Result<(Rendition, Vec<Finding>), StoreError> {
        let (rendition, own) = self.store.rendition(digest).await?;
        let (item, version) = (&rendition.item, Some(rendition.version));
        let mut findings = self.store.findings(item, version).await?;
        findings.extend(own);
        Ok((rendition, findings))
    }

    /// Who approved exactly this rendition, and when.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn approvals(&self, digest: &Digest) -> Result<Vec<(String, Timestamp)>, StoreError> {
        self.store.approvals(digest).await
    }

    /// What webhooks have not accepted, of the webhooks that are configured here; newest first.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn notices_untaken(&self, limit: u32) -> Result<Vec<NoticeRow>, StoreError> {
        let mut rows = self.store.notices_untold(limit).await?;
        // A webhook that is not configured any more is not notified any more.
        rows.retain(|notice| self.hooks.iter().any(|hook| hook.name == notice.hook));
        Ok(rows)
    }

    /// What a person at a destination was given under a ticket, if anything.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn handed_over(
        &self,
        destination: &DestinationId,
        ticket: &str,
    ) -> Result<Option<HandedOver>, StoreError> {
        self.store.handed_over(destination, ticket).await
    }

    /// The bytes of an asset or a derivative.
    ///
    /// # Errors
    /// [`MediaError`] when they are not there, damaged or unreadable.
    pub async fn media_bytes(&self, digest: &Digest) -> Result<Vec<u8>, MediaError> {
        self.media.get(digest).await
    }
}
