//! One version shaped for one destination, with places that are filled later.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    asset::Derivative,
    digest::Digest,
    id::{DestinationId, ItemId},
    intent::Intent,
};

/// First character of a slot's token in rendered text. Private use: `formats` takes it out of everything imported,
/// so text of an item can never be mistaken for a slot.
pub const SLOT_OPEN: char = '\u{E000}';
/// Last character of a slot's token.
pub const SLOT_CLOSE: char = '\u{E001}';

/// A typed place in a rendition that is known only when it is sent 待填项.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Slot {
    /// The remote address of the derivative with this name.
    Picture { name: String },
    /// The address another destination gave the item.
    UrlFrom { destination: DestinationId },
    /// The 索引号 another destination gave the item.
    IndexNumberFrom { destination: DestinationId },
}

impl Slot {
    /// The placeholder in rendered text until the slot is filled.
    pub fn token(&self) -> String {
        format!("{SLOT_OPEN}{}{SLOT_CLOSE}", self.name())
    }

    /// The slot's name in journals and on screens: `picture:p1`, `url:site`.
    pub fn name(&self) -> String {
        match self {
            Self::Picture { name } => format!("picture:{name}"),
            Self::UrlFrom { destination } => format!("url:{destination}"),
            Self::IndexNumberFrom { destination } => format!("index:{destination}"),
        }
    }

    /// The destination that must be delivered first, if the slot asks one.
    pub fn destination(&self) -> Option<&DestinationId> {
        match self {
            Self::Picture { .. } => None,
            Self::UrlFrom { destination } | Self::IndexNumberFrom { destination } => {
                Some(destination)
            }
        }
    }
}

/// What the slots of one rendition were filled with, by [`Slot::name`].
pub type Fills = BTreeMap<String, String>;

/// A slot of the text that no fill answers.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("slot {0:?} has not been filled")]
pub struct Unfilled(pub String);

/// Puts the fills into the tokens of `text`. Values are put in as they are and never read again for tokens.
///
/// # Errors
/// [`Unfilled`] names the first token without a fill.
pub fn fill(text: &str, fills: &Fills) -> Result<String, Unfilled> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(SLOT_OPEN) {
        out.push_str(before);
        let Some((name, tail)) = after.split_once(SLOT_CLOSE) else {
            return Err(Unfilled(after.chars().take(40).collect()));
        };
        let value = fills.get(name).ok_or_else(|| Unfilled(name.to_owned()))?;
        out.push_str(value);
        rest = tail;
    }
    out.push_str(rest);
    Ok(out)
}

/// One comparable piece of what readers see: approved, sent and live are compared leaf by leaf.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leaf {
    pub kind: LeafKind,
    /// Text with white space reduced; for a picture the derivative's name.
    pub text: String,
}

/// What a leaf is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeafKind {
    Title,
    Summary,
    Text,
    Picture,
    Link,
}

impl Leaf {
    /// A leaf with its white space reduced to what readers can tell apart.
    pub fn new(kind: LeafKind, text: &str) -> Self {
        Self {
            kind,
            text: text.split_whitespace().collect::<Vec<_>>().join(" "),
        }
    }
}

/// 渠道稿: what one destination is to be sent. What is approved is [`Rendition::digest`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rendition {
    pub destination: DestinationId,
    pub intent: Intent,
    pub item: ItemId,
    pub version: u32,
    pub version_digest: Digest,
    pub title: String,
    /// What a person is shown before approving: an HTML fragment without scripts, slots still in it.
    pub preview: String,
    /// The adapter's own data, slots still in its strings.
    pub payload: serde_json::Value,
    pub media: Vec<Derivative>,
    pub slots: Vec<Slot>,
    pub leaves: Vec<Leaf>,
}

impl Rendition {
    /// The digest approvals name: text, slots and derivative digests, all of it.
    pub fn digest(&self) -> Digest {
        Digest::of_json(self)
    }

    /// Whether readers and the remote would see the same in both, whatever they are numbered.
    pub fn says_the_same(&self, other: &Self) -> bool {
        (
            &self.title,
            &self.payload,
            &self.media,
            &self.slots,
            &self.leaves,
        ) == (
            &other.title,
            &other.payload,
            &other.media,
            &other.slots,
            &other.leaves,
        )
    }

    /// The derivative with this name.
    pub fn derivative(&self, name: &str) -> Option<&Derivative> {
        self.media.iter().find(|d| d.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fills_are_not_read_again() {
        let slot = Slot::Picture { name: "p1".into() };
        let text = format!("<img src=\"{}\">", slot.token());
        let fills = Fills::from([("picture:p1".to_owned(), slot.token())]);
        assert_eq!(
            fill(&text, &fills),
            Ok(format!("<img src=\"{}\">", slot.token()))
        );
    }

    #[test]
    fn a_slot_without_fill_is_named() {
        let text = format!(
            "a{}b",
            Slot::UrlFrom {
                destination: DestinationId::parse("site").unwrap()
            }
            .token()
        );
        assert_eq!(fill(&text, &Fills::new()), Err(Unfilled("url:site".into())));
    }
}
