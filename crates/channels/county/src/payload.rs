//! What a rendition carries for a centre, and what is sent of it when everything is known.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use yigao_core::html::escape;
use yigao_core::{
    ChannelError, Effect, ErrorKind, Fills, Made, Prior, Receipt, RemoteState, Rendition, Retry,
    fill, rendition::Unfilled,
};

use crate::ops;

/// Name of a cover that is not a picture of the text.
pub(crate) const COVER: &str = "cover";

/// Slots still in `item`, `html` and `text`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Payload {
    /// ninjs 3.1 without its HTML and without what is known of a picture only when it is made.
    pub(crate) item: Value,
    pub(crate) html: String,
    pub(crate) text: String,
    pub(crate) summary: Option<String>,
    pub(crate) byline: Option<String>,
    pub(crate) pictures: Vec<PictureOf>,
}

/// A picture of the text, by its derivative's name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PictureOf {
    pub(crate) name: String,
    pub(crate) alt: String,
}

/// Everything filled in.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Filled {
    pub(crate) item: Value,
    pub(crate) html: String,
    pub(crate) text: String,
}

/// Nothing was sent, and sending it again is no use.
pub(crate) fn refused(op: &str, kind: ErrorKind, message: impl Into<String>) -> ChannelError {
    ChannelError::new(kind, op, message)
        .with_retry(Retry::Never)
        .with_effect(Effect::None)
}

/// The derivative of this name, as it was made.
pub(crate) fn made<'r>(rendition: &'r Rendition, name: &str) -> Result<&'r Made, ChannelError> {
    rendition
        .derivative(name)
        .and_then(|d| d.made.as_ref())
        .ok_or_else(|| {
            let message = format!("the picture {name} has not been made");
            refused(ops::ITEMS_POST, ErrorKind::Config, message)
        })
}

/// The number of what is sent: the item's version, or one more than what the centre may have.
fn number(version: u32, prior: &Prior) -> u32 {
    let numbered = |receipt: &Receipt| {
        let number = receipt.note.get("version").and_then(Value::as_str);
        number.and_then(|number| number.parse::<u32>().ok())
    };
    let under = prior.replaced.as_ref().and_then(numbered);
    let above = match &prior.remote_state {
        RemoteState::Out(receipt) => numbered(receipt).map(|there| there.saturating_add(1)),
        // What is unsure was one more than the one before it, if it arrived at all.
        RemoteState::Unsure => under.map(|there| there.saturating_add(2)),
        RemoteState::Nothing | RemoteState::Accepted(_) => {
            under.map(|there| there.saturating_add(1))
        }
    };
    version.max(above.unwrap_or(0))
}

impl Payload {
    pub(crate) fn of(rendition: &Rendition) -> Result<Self, ChannelError> {
        serde_json::from_value(rendition.payload.clone()).map_err(|e| {
            let message = format!("the rendition was made by another program: {e}");
            refused(ops::ITEMS_POST, ErrorKind::Protocol, message)
        })
    }

    /// The rendition's payload under the number that goes out: a centre puts only a higher one in the place of what it has,
    /// and takes any other as a second copy. A correction may be of the same version, with a link that was not known before.
    pub(crate) fn numbered(rendition: &Rendition, prior: &Prior) -> Result<Self, ChannelError> {
        let mut payload = Self::of(rendition)?;
        let number = number(rendition.version, prior).to_string();
        if let Some(item) = payload.item.as_object_mut() {
            item.insert("version".to_owned(), Value::String(number));
        }
        Ok(payload)
    }

    /// `version` of the item.
    pub(crate) fn version(&self) -> &str {
        let version = self.item.get("version").and_then(Value::as_str);
        version.unwrap_or_default()
    }

    /// `uri` of the item.
    pub(crate) fn uri(&self) -> &str {
        self.item.get("uri").and_then(Value::as_str).unwrap_or("")
    }

    /// What goes out, with the fills in and what is known of the pictures.
    pub(crate) fn filled(
        &self,
        rendition: &Rendition,
        fills: &Fills,
    ) -> Result<Filled, ChannelError> {
        let unfilled = |e: Unfilled| refused(ops::ITEMS_POST, ErrorKind::Protocol, e.to_string());
        let in_html: Fills = fills
            .iter()
            .map(|(name, value)| (name.clone(), escape(value)))
            .collect();
        let html = fill(&self.html, &in_html).map_err(unfilled)?;
        let mut item = self.item.clone();
        fill_strings(&mut item, fills).map_err(unfilled)?;
        if let Some(body) = item.pointer_mut("/bodies/0/value") {
            *body = Value::String(html.clone());
        }
        let associations = item.get_mut("associations").and_then(Value::as_array_mut);
        for association in associations.into_iter().flatten() {
            let name = association.get("name").and_then(Value::as_str);
            let made = made(rendition, name.unwrap_or_default())?;
            if let Some(main) = association.pointer_mut("/renditions/0") {
                describe(main, made);
            }
        }
        Ok(Filled {
            item,
            html,
            text: fill(&self.text, fills).map_err(unfilled)?,
        })
    }
}

fn describe(rendition: &mut Value, made: &Made) {
    let Some(fields) = rendition.as_object_mut() else {
        return;
    };
    let mut put = |name: &str, value: Value| fields.insert(name.to_owned(), value);
    put("contentType", json!(made.media_type));
    if let (Some(width), Some(height)) = (made.width, made.height) {
        put("width", json!(width));
        put("height", json!(height));
    }
    put("sizeInBytes", json!(made.bytes));
}

fn fill_strings(value: &mut Value, fills: &Fills) -> Result<(), Unfilled> {
    match value {
        Value::String(text) => *text = fill(text, fills)?,
        Value::Array(items) => {
            for item in items {
                fill_strings(item, fills)?;
            }
        }
        Value::Object(fields) => {
            for (_, field) in fields.iter_mut() {
                fill_strings(field, fills)?;
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
    Ok(())
}
