//! What a receipt of the interface carries for later deliveries of the same item.

use serde::{Deserialize, Serialize};

/// What later deliveries must know of an item.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Note {
    pub(crate) uri: String,
    pub(crate) version: String,
    /// SHA-256 of the body that was posted.
    pub(crate) digest: String,
}

impl Note {
    /// The note of a receipt. A receipt that a person gave has none: then every field is empty.
    pub(crate) fn of(note: &serde_json::Value) -> Self {
        serde_json::from_value(note.clone()).unwrap_or_default()
    }
}
