//! What a receipt remembers of a post besides the digest of its text.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What later deliveries and observations compare the post with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Detail {
    /// Numbers of pictures and files, by their names in the item.
    pub(super) media: BTreeMap<String, String>,
    pub(super) beside: Beside,
}

/// What belongs to title and text: as it was sent, the excerpt as the site then held it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Beside {
    pub(super) excerpt: String,
    pub(super) categories: Vec<u64>,
    pub(super) tags: Vec<u64>,
    pub(super) featured_media: u64,
    pub(super) fields: Map<String, Value>,
}
