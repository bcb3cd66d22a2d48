//! An article as words, and a leaf as it is remembered.

use serde::{Deserialize, Serialize};
use yigao_core::{AiUse, Digest, Kind, Leaf, LeafKind, item::Relation};

/// An article as words and finished markup; slots still stand in `body`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Text {
    pub(crate) kind: Kind,
    /// Slug of the column.
    pub(crate) column: String,
    pub(crate) title: String,
    pub(crate) subtitle: Option<String>,
    pub(crate) summary: Option<String>,
    pub(crate) source: String,
    /// 责任单位.
    pub(crate) unit: String,
    pub(crate) author: Option<String>,
    pub(crate) keywords: Vec<String>,
    /// 稿件日期, when the piece states one.
    pub(crate) dated: Option<String>,
    /// 政府信息公开 rows, empty values included; none when the item has no such metadata.
    pub(crate) disclosure: Option<Vec<Fact>>,
    pub(crate) event: Vec<Fact>,
    pub(crate) guide: Vec<Fact>,
    pub(crate) ai: Option<AiUse>,
    pub(crate) body: String,
    pub(crate) attachments: Vec<File>,
    /// Alternative text of the derivative `cover`, when there is one.
    pub(crate) cover: Option<String>,
    pub(crate) relations: Vec<Relation>,
}

/// A labelled value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Fact {
    pub(crate) label: String,
    pub(crate) value: String,
}

impl Fact {
    pub(crate) fn new(label: &str, value: impl Into<String>) -> Self {
        Self {
            label: label.to_owned(),
            value: value.into(),
        }
    }

    /// As it is compared.
    pub(crate) fn leaf(&self) -> Leaf {
        Leaf::new(LeafKind::Text, &format!("{}：{}", self.label, self.value))
    }
}

/// An attachment by the name of its derivative.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct File {
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) media_type: String,
    pub(crate) bytes: u64,
}

/// A leaf as remembered: digest for comparing, its beginning for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LeafMark {
    pub(crate) kind: LeafKind,
    pub(crate) digest: String,
    pub(crate) head: String,
}

/// Characters of a leaf that a drift message shows.
const HEAD: usize = 24;

impl LeafMark {
    pub(crate) fn of(leaf: &Leaf) -> Self {
        Self {
            kind: leaf.kind,
            digest: Digest::of_bytes(leaf.text.as_bytes()).short().to_owned(),
            head: head(&leaf.text),
        }
    }
}

/// The beginning of a text, with a sign that it goes on.
pub(crate) fn head(text: &str) -> String {
    let mut out: String = text.chars().take(HEAD).collect();
    if text.chars().nth(HEAD).is_some() {
        out.push('…');
    }
    out
}
