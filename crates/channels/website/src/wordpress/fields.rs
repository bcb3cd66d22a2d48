//! Custom fields of the site: what of an item is written into which. The interface knows only fields that a plug-in or theme
//! registered for it (`register_post_meta` with `show_in_rest`); all others are dropped without a word.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use yigao_article::{render::LABELS, text::Text};
use yigao_channel::ConfigError;
use yigao_core::{ChannelError, Effect, ErrorKind, Localized, Retry};

use super::ops;

/// What an item states about itself besides its facts.
const NAMES: [&str; 8] = [
    "title", "subtitle", "summary", "source", "unit", "author", "keywords", "dated",
];

/// The site's fields, each with the name of what is written into it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields(BTreeMap<String, String>);

impl Fields {
    pub(super) fn check(given: BTreeMap<String, String>) -> Result<Self, ConfigError> {
        for (field, name) in &given {
            let key = format!("channel.fields.{field}");
            if field.trim().is_empty() || field.trim() != field {
                return Err(ConfigError::new(
                    &key,
                    "请填写网站上自定义字段的名称",
                    "the name of the site's field is expected",
                ));
            }
            if !NAMES.contains(&name.as_str()) && !LABELS.contains(&name.as_str()) {
                let known: Vec<&str> = NAMES.iter().chain(&LABELS).copied().collect();
                return Err(ConfigError::new(
                    &key,
                    format!("稿件里没有“{name}”；有 {}", known.join("、")),
                    format!("an item has no {name:?}; there are {}", known.join(", ")),
                ));
            }
        }
        Ok(Self(given))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is written for an item; what it does not state is written as empty, or an older value would stay.
    pub(super) fn of(&self, text: &Text) -> Map<String, Value> {
        let value = |name: &String| Value::from(value(text, name));
        let pairs = self
            .0
            .iter()
            .map(|(field, name)| (field.clone(), value(name)));
        pairs.collect()
    }

    /// Those that the interface, as it describes itself, does not take as one text.
    pub(super) fn not_in(&self, known: &Value) -> Vec<&str> {
        let is_text = |field: &&str| {
            let kind = known.get(*field).and_then(|field| field.get("type"));
            kind.and_then(Value::as_str) == Some("string")
        };
        let fields = self.0.keys().map(String::as_str);
        fields.filter(|field| !is_text(field)).collect()
    }
}

/// Before anything is public: the site holds each of these as one text.
pub(super) fn taken(fields: &Map<String, Value>, there: &Value) -> Result<(), ChannelError> {
    let held = |field: &&String| there.get(field.as_str()).is_some_and(Value::is_string);
    let not: Vec<&str> = fields
        .keys()
        .filter(|f| !held(f))
        .map(String::as_str)
        .collect();
    if not.is_empty() {
        return Ok(());
    }
    Err(unknown(ops::DRAFT, &not))
}

/// Before anything is public: the site holds of each what was sent with the draft.
pub(super) fn as_sent(fields: &Map<String, Value>, there: &Value) -> Result<(), ChannelError> {
    taken(fields, there)?;
    let other = fields
        .iter()
        .find(|(field, value)| there.get(field.as_str()) != Some(value));
    match other {
        None => Ok(()),
        Some((field, _)) => Err(unknown(ops::DRAFT, &[field])),
    }
}

fn value(text: &Text, name: &str) -> String {
    let given = |value: &Option<String>| value.clone().unwrap_or_default();
    match name {
        "title" => text.title.clone(),
        "subtitle" => given(&text.subtitle),
        "summary" => given(&text.summary),
        "source" => text.source.clone(),
        "unit" => text.unit.clone(),
        "author" => given(&text.author),
        "keywords" => text.keywords.join(","),
        "dated" => given(&text.dated),
        label => {
            let disclosed = text.disclosure.iter().flatten();
            let mut rows = disclosed.chain(&text.event).chain(&text.guide);
            let row = rows.find(|row| row.label == label);
            row.map(|row| row.value.clone()).unwrap_or_default()
        }
    }
}

/// Fields that the interface does not take; nothing is public yet.
pub(super) fn unknown(op: &'static str, fields: &[&str]) -> ChannelError {
    let names = fields.join(", ");
    let message = format!("the interface does not take the field {names} as one text");
    ChannelError::new(ErrorKind::Config, op, message)
        .with_effect(Effect::None)
        .with_retry(Retry::Never)
        .with_advice(Localized::new(
            format!(
                "网站接口不收自定义字段 {names}：请网站维护方用 register_post_meta 登记为单个文本（show_in_rest、single 为 true、type 为 string，存入时不改写），或从 channel.fields 中删去"
            ),
            format!(
                "have the field {names} registered on the site as one text (register_post_meta with show_in_rest and single true, type string, stored unchanged), or take it out of channel.fields"
            ),
        ))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> Result<Fields, ConfigError> {
        let own = |(field, name): &(&str, &str)| ((*field).to_owned(), (*name).to_owned());
        Fields::check(pairs.iter().map(own).collect())
    }

    #[test]
    fn a_field_takes_what_an_item_states_and_nothing_else() {
        fields(&[("gov_index", "索引号"), ("gov_source", "source")]).unwrap();
        let error = fields(&[("gov_index", "索引")]).unwrap_err().to_string();
        assert!(error.contains("channel.fields.gov_index"), "{error}");
    }

    #[test]
    fn what_the_interface_does_not_take_is_named() {
        let fields = fields(&[("a", "title"), ("b", "unit")]).unwrap();
        let text = json!({"type": "string"});
        let list = json!({"type": "array"});
        assert_eq!(fields.not_in(&json!({"a": text})), ["b"]);
        assert_eq!(fields.not_in(&json!({"a": text, "b": list})), ["b"]);
        assert_eq!(fields.not_in(&json!([])), ["a", "b"]);
    }

    #[test]
    fn a_field_that_is_held_otherwise_is_told_before_anything_is_public() {
        let sent: Map<String, Value> = [("a".to_owned(), json!("一"))].into_iter().collect();
        assert!(as_sent(&sent, &json!({"a": "一"})).is_ok());
        assert!(taken(&sent, &json!({"a": "旧"})).is_ok());
        for there in [
            json!([]),
            json!({}),
            json!({"a": ["一"]}),
            json!({"a": "二"}),
        ] {
            assert!(as_sent(&sent, &there).is_err(), "{there}");
        }
        assert!(taken(&sent, &json!({"a": ["旧"]})).is_err());
        assert!(as_sent(&Map::new(), &json!([])).is_ok());
    }
}
