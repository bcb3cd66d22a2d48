//! What a rendition of this driver carries, and what of it stays beside the page so that it can be built again.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use yigao_core::{Digest, Timestamp};

use yigao_article::text::{LeafMark, Text};

/// `Rendition.payload`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "page", rename_all = "snake_case")]
pub(super) enum Payload {
    Article { text: Box<Text> },
    Notice { reason: Option<String> },
}

/// A file of `media/`, with its place on the site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Placed {
    pub(super) path: String,
    pub(super) digest: Digest,
    pub(super) bytes: u64,
    pub(super) width: Option<u32>,
    pub(super) height: Option<u32>,
}

/// `articles/<item>.json`: all that the article's page is built from, apart from what the index holds about others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Article {
    pub(super) marker: String,
    pub(super) item: String,
    pub(super) version: u32,
    pub(super) path: String,
    pub(super) published_at: Timestamp,
    pub(super) updated_at: Timestamp,
    /// The body has its slots filled.
    pub(super) text: Text,
    /// By the derivative's name.
    pub(super) media: BTreeMap<String, Placed>,
}

impl Article {
    /// Where an item's file is.
    pub(super) fn file_of(item: &str) -> String {
        format!("articles/{item}.json")
    }
}

/// `Receipt.note`: how the page is recognised when it is read again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Note {
    pub(super) path: String,
    pub(super) withdrawn: bool,
    pub(super) leaves: Vec<LeafMark>,
    /// Digest of the marked regions as bytes: also what leaves do not show, captions and links.
    pub(super) content: Option<Digest>,
    pub(super) media: BTreeMap<String, Placed>,
}
