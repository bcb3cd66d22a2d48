//! An article as words, and a leaf as it is remembered.

use serde::{Deserialize, Serialize};
use yigao_core::{AiUse, Digest, Kind, Leaf, LeafKind, item::Relation};

/// An article as words and finished markup; `body` still holds slots.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    pub kind: Kind,
    /// Slug of the column.
    pub column: String,
    pub title: String,
    pub subtitle: Option<String>,
    pub summary: Option<String>,
    pub source: String,
    /// 责任单位.
    pub unit: String,
    pub author: Option<String>,
    pub keywords: Vec<String>,
    /// 稿件日期, when the piece states one.
    pub dated: Option<String>,
    /// 政府信息公开 rows, empty values included; none when the item has no such metadata.
    pub disclosure: Option<Vec<Fact>>,
    pub event: Vec<Fact>,
    pub guide: Vec<Fact>,
    pub ai: Option<AiUse>,
    pub body: String,
    pub attachments: Vec<File>,
    /// Alternative text of the derivative `cover`, when there is one.
    pub cover: Option<String>,
    pub relations: Vec<Relation>,
}

/// A labelled value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    pub label: String,
    pub value: String,
}

impl Fact {
    pub fn new(label: &str, value: impl Into<String>) -> Self {
        Self {
            label: label.to_owned(),
            value: value.into(),
        }
    }

    /// As it is compared.
    pub fn leaf(&self) -> Leaf {
        Leaf::new(LeafKind::Text, &format!("{}：{}", self.label, self.value))
    }
}

/// An attachment by the name of its derivative.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    pub name: String,
    pub title: String,
    pub media_type: String,
    pub bytes: u64,
}

/// A leaf as remembered: digest for comparing, its beginning for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeafMark {
    pub kind: LeafKind,
    pub digest: String,
    pub head: String,
}

/// Characters of a leaf that a drift message shows.
const HEAD: usize = 24;

impl LeafMark {
    pub fn of(leaf: &Leaf) -> Self {
        Self {
            kind: leaf.kind,
            digest: Digest::of_bytes(leaf.text.as_bytes()).short().to_owned(),
            head: head(&leaf.text),
        }
    }
}

/// The beginning of a text, with a sign that more follows.
pub fn head(text: &str) -> String {
    let mut out: String = text.chars().take(HEAD).collect();
    if text.chars().nth(HEAD).is_some() {
        out.push('…');
    }
    out
}
