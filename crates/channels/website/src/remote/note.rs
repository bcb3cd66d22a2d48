//! What a receipt remembers, for later deliveries.

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use yigao_core::{Digest, Prior, Receipt, RemoteState};

/// Stands in every receipt of ours; one that a person gave has none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Note<D> {
    /// Digest of what the site then held: its filters may have changed what was sent. None when it cannot be read.
    pub(crate) wrote: Option<Digest>,
    /// What only the driver understands.
    #[serde(default = "none")]
    pub(crate) detail: Option<D>,
}

fn none<D>() -> Option<D> {
    None
}

/// The receipt of what is public, if anything is.
pub(super) fn out(prior: &Prior) -> Option<&Receipt> {
    match &prior.remote_state {
        RemoteState::Out(receipt) => Some(receipt),
        _ => None,
    }
}

/// Receipts of what is public, and of what was public before something unsure.
pub(super) fn receipts(prior: &Prior) -> impl Iterator<Item = &Receipt> {
    out(prior).into_iter().chain(&prior.replaced)
}

/// The note of a receipt that is our own.
pub(super) fn note<D: DeserializeOwned>(receipt: &Receipt) -> Option<Note<D>> {
    serde_json::from_value(receipt.note.clone()).ok()
}

/// Whether a receipt is our own.
pub(super) fn is_own(receipt: &Receipt) -> bool {
    note::<Value>(receipt).is_some()
}

/// The notes of all receipts that are our own.
pub(crate) fn notes<D: DeserializeOwned>(prior: &Prior) -> impl Iterator<Item = Note<D>> {
    receipts(prior).filter_map(note)
}
