//! What a receipt carries for later deliveries of the same article.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use yigao_core::Digest;

use crate::read_back::picture_id;

/// What later deliveries must know of an article.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Note {
    pub(crate) publish_id: String,
    /// Comments are reached by it; no list shows it.
    pub(crate) msg_data_id: String,
    pub(crate) draft: String,
    /// Counts from 1.
    pub(crate) index: u32,
    /// Pictures by name, each as the digest of what stays the same of its address.
    pub(crate) pictures: BTreeMap<String, String>,
}

impl Note {
    pub(crate) fn of(note: &serde_json::Value) -> Self {
        serde_json::from_value(note.clone()).unwrap_or_default()
    }
}

/// What replaces a picture's address in a note.
pub(crate) fn picture_mark(address: &str) -> String {
    Digest::of_bytes(picture_id(address).as_bytes())
        .short()
        .to_owned()
}
