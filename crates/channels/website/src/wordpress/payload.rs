//! `Rendition.payload`: the article's text, and what goes into the site's custom fields, so that both are what was approved.

use serde_json::{Map, Value};
use yigao_article::text::Text;

const FIELDS: &str = "fields";

pub(super) fn pack(text: &Text, fields: Map<String, Value>) -> Value {
    let mut payload = serde_json::to_value(text).unwrap_or_default();
    if let Some(all) = payload.as_object_mut().filter(|_| !fields.is_empty()) {
        all.insert(FIELDS.to_owned(), fields.into());
    }
    payload
}

pub(super) fn unpack(payload: &Value) -> Result<(Text, Map<String, Value>), serde_json::Error> {
    let mut payload = payload.clone();
    let fields = payload.as_object_mut().and_then(|all| all.remove(FIELDS));
    let fields = match fields {
        Some(Value::Object(fields)) => fields,
        _ => Map::new(),
    };
    Ok((serde_json::from_value(payload)?, fields))
}
