//! The types for outcomes: receipt, ticket, prior, observation.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{digest::Digest, finding::Localized, rendition::Leaf};

/// Who confirmed it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    Remote,
    /// A person, by the name they gave.
    Person(String),
}

/// 回执: proof from the remote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The remote's name for the thing.
    pub id: String,
    /// Where readers see it, if they do.
    pub url: Option<String>,
    pub at: Timestamp,
    pub by: By,
    /// Members of a bundle, each with its part of the remote thing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part>,
    /// The adapter's own data for later deliveries. No secrets.
    #[serde(default)]
    pub note: serde_json::Value,
}

impl Receipt {
    /// The remote states that it has had the thing under this name since `at`.
    pub fn by_remote(id: impl Into<String>, url: Option<String>, at: Timestamp) -> Self {
        Self {
            id: id.into(),
            url,
            at,
            by: By::Remote,
            parts: Vec::new(),
            note: serde_json::Value::Null,
        }
    }

    /// The same with the adapter's own data.
    #[must_use]
    pub fn with_note(mut self, note: serde_json::Value) -> Self {
        self.note = note;
        self
    }
}

/// One member of a bundle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    pub item: crate::id::ItemId,
    pub id: String,
    pub url: Option<String>,
}

/// 受理号: accepted, the result is asked for later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    pub id: String,
    pub asks: Asks,
    /// The adapter's own data. No secrets.
    #[serde(default)]
    pub note: serde_json::Value,
}

/// Who must answer a ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asks {
    Remote,
    /// A person, who is shown this.
    Person(Localized),
}

/// What was at the destination before this delivery.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RemoteState {
    /// Nothing of this item was ever sent there.
    #[default]
    Nothing,
    Out(Receipt),
    Accepted(Ticket),
    /// Something may be there; nobody knows.
    Unsure,
}

/// All that a delivery knows about what came before it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prior {
    /// Key of the delivery that went before; empty when none did.
    #[serde(default)]
    pub key: String,
    pub remote_state: RemoteState,
    /// What was public before an unsure or accepted one: it may still be public.
    #[serde(default)]
    pub replaced: Option<Receipt>,
    #[serde(default)]
    pub seen: Option<Observation>,
    /// For "overwrite exactly what I saw", the digest of the live leaves a person agreed to replace.
    #[serde(default)]
    pub over: Option<Digest>,
}

/// 回读: what the remote was seen to hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observation {
    pub remote_state: Seen,
    pub by: By,
    /// What was read there, for the engine to compare with what was approved. None at all means that the adapter judged
    /// for itself, and is believed: give them wherever they can be read.
    pub leaves: Vec<Leaf>,
    pub url: Option<String>,
    pub at: Timestamp,
    /// What differs, in words, when something does.
    #[serde(default)]
    pub drift: Vec<Localized>,
}

impl Observation {
    /// What the remote itself shows, without anything to compare yet.
    pub fn by_remote(remote_state: Seen, at: Timestamp) -> Self {
        Self {
            remote_state,
            by: By::Remote,
            leaves: Vec::new(),
            url: None,
            at,
            drift: Vec::new(),
        }
    }
}

/// What readers see there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Seen {
    /// As approved.
    Live,
    /// Words differ.
    Changed,
    Truncated,
    PictureLost,
    /// 采用.
    Adopted,
    /// 退稿.
    Returned,
    /// Not there any more.
    Gone,
    /// A log-in or error page is shown in its place.
    NotThePage,
    /// The remote does not let us read it back.
    CannotSee,
}

impl Seen {
    /// `snake_case` name, as stored.
    pub fn name(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Changed => "changed",
            Self::Truncated => "truncated",
            Self::PictureLost => "picture_lost",
            Self::Adopted => "adopted",
            Self::Returned => "returned",
            Self::Gone => "gone",
            Self::NotThePage => "not_the_page",
            Self::CannotSee => "cannot_see",
        }
    }

    /// What a person reads.
    pub fn localized(self) -> Localized {
        match self {
            Self::Live => Localized::new("与批准一致", "as approved"),
            Self::Changed => Localized::new("走样，内容被改过", "changed since"),
            Self::Truncated => Localized::new("走样，内容不全", "truncated"),
            Self::PictureLost => Localized::new("走样，缺图片", "a picture is missing"),
            Self::Adopted => Localized::new("对方已采用", "adopted"),
            Self::Returned => Localized::new("对方退稿", "returned"),
            Self::Gone => Localized::new("已不在线上", "not there"),
            Self::NotThePage => {
                Localized::new("打开的不是这篇稿件", "another page is shown in its place")
            }
            Self::CannotSee => {
                Localized::new("对方不让查看", "the remote does not let us read it back")
            }
        }
    }

    /// Whether readers can (still) meet the item there.
    pub fn is_up(self) -> bool {
        matches!(
            self,
            Self::Live | Self::Changed | Self::Truncated | Self::PictureLost | Self::Adopted
        )
    }
}

/// What a lookup saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found<T> {
    Yes(T),
    No,
    /// The lookup cannot decide; what it saw goes into the evidence.
    Cannot(String),
}
