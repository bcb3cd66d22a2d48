//! What an import makes: content and the files it names.

use std::collections::BTreeMap;

use yigao_core::{Content, Digest, Finding, ItemId};

/// An item as read, not yet stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    pub id: ItemId,
    pub content: Content,
    /// Bytes of every asset, by digest.
    pub files: BTreeMap<Digest, Vec<u8>>,
    /// What the reader noticed and mended, for people.
    pub findings: Vec<Finding>,
}
