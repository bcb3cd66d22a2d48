//! What a rendition of this driver carries, and what of it stays beside the page so that it can be built again.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use yigao_core::{AiUse, Digest, Kind, Leaf, LeafKind, Timestamp, item::Relation};

/// `Rendition.payload`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "page", rename_all = "snake_case")]
pub(super) enum Payload {
    Article { text: Box<Text> },
    Notice { reason: Option<String> },
}

/// An article as words and finished markup; slots still stand in `body`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Text {
    pub(super) kind: Kind,
    /// Slug of the column.
    pub(super) column: String,
    pub(super) title: String,
    pub(super) subtitle: Option<String>,
    pub(super) summary: Option<String>,
    pub(super) source: String,
    /// 责任单位.
    pub(super) unit: String,
    pub(super) author: Option<String>,
    pub(super) keywords: Vec<String>,
    /// 稿件日期, when the piece states one.
    pub(super) dated: Option<String>,
    /// 政府信息公开 rows, empty values included; none when the item has no such metadata.
    pub(super) disclosure: Option<Vec<Fact>>,
    pub(super) event: Vec<Fact>,
    pub(super) guide: Vec<Fact>,
    pub(super) ai: Option<AiUse>,
    pub(super) body: String,
    pub(super) attachments: Vec<File>,
    /// Alternative text of the derivative `cover`, when there is one.
    pub(super) cover: Option<String>,
    pub(super) relations: Vec<Relation>,
}

/// A labelled value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Fact {
    pub(super) label: String,
    pub(super) value: String,
}

impl Fact {
    pub(super) fn new(label: &str, value: impl Into<String>) -> Self {
        Self {
            label: label.to_owned(),
            value: value.into(),
        }
    }

    /// As it is compared.
    pub(super) fn leaf(&self) -> Leaf {
        Leaf::new(LeafKind::Text, &format!("{}：{}", self.label, self.value))
    }
}

/// An attachment by the name of its derivative.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct File {
    pub(super) name: String,
    pub(super) title: String,
    pub(super) media_type: String,
    pub(super) bytes: u64,
}

/// A file of `media/`, where it stands on the site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Placed {
    pub(super) path: String,
    pub(super) digest: Digest,
    pub(super) bytes: u64,
    pub(super) width: Option<u32>,
    pub(super) height: Option<u32>,
}

/// `articles/<item>.json`: all that the article's page is built from, apart from what the index says of others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Article {
    pub(super) mark: String,
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
    /// Where an item's file stands.
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

/// A leaf as remembered: digest for comparing, its beginning for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct LeafMark {
    pub(super) kind: LeafKind,
    pub(super) digest: String,
    pub(super) head: String,
}

/// Characters of a leaf that a drift message shows.
const HEAD: usize = 24;

impl LeafMark {
    pub(super) fn of(leaf: &Leaf) -> Self {
        Self {
            kind: leaf.kind,
            digest: Digest::of_bytes(leaf.text.as_bytes()).short().to_owned(),
            head: head(&leaf.text),
        }
    }
}

/// The beginning of a text, with a sign that it goes on.
pub(super) fn head(text: &str) -> String {
    let mut out: String = text.chars().take(HEAD).collect();
    if text.chars().nth(HEAD).is_some() {
        out.push('…');
    }
    out
}
