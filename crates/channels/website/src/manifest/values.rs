//! What templates see of an item and of a file.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use md5::{Digest as _, Md5};
use serde_json::{Map, Value, json};
use yigao_article::{
    columns::{Column, Columns},
    text::{Fact, Text},
};
use yigao_core::Made;

use super::template::hex;
use crate::remote::Placed;

/// What is under `item`; `check` knows no others.
pub(crate) const ITEM: &[&str] = &[
    "id",
    "marker",
    "version",
    "kind",
    "title",
    "subtitle",
    "summary",
    "html",
    "column",
    "source",
    "unit",
    "author",
    "keywords",
    "dated",
    "disclosure",
    "event",
    "guide",
];
/// What is under `asset`.
pub(crate) const ASSET: &[&str] = &[
    "name",
    "key",
    "file_name",
    "extension",
    "media_type",
    "bytes",
    "sha256",
    "md5",
    "base64",
    "title",
    "alt",
];
/// What is under `remote`.
pub(crate) const REMOTE: &[&str] = &["id", "url"];

/// An item's words. `html` is the finished text.
pub(crate) fn item(
    id: &str,
    version: u32,
    marker: &str,
    text: &Text,
    columns: &Columns,
    html: &str,
) -> Value {
    let column = columns
        .named(&text.column)
        .unwrap_or_else(|| columns.of_kind(text.kind));
    json!({
        "id": id,
        "marker": marker,
        "version": version,
        "kind": text.kind,
        "title": text.title,
        "subtitle": text.subtitle.as_deref().unwrap_or_default(),
        "summary": text.summary.as_deref().unwrap_or_default(),
        "html": html,
        "column": column_value(column),
        "source": text.source,
        "unit": text.unit,
        "author": text.author.as_deref().unwrap_or_default(),
        "keywords": text.keywords,
        "dated": text.dated.as_deref().unwrap_or_default(),
        "disclosure": facts(text.disclosure.as_deref().unwrap_or_default()),
        "event": facts(&text.event),
        "guide": facts(&text.guide),
    })
}

fn column_value(column: &Column) -> Value {
    json!({ "slug": column.slug, "name": column.name })
}

/// By their labels: `item.disclosure['索引号']`.
fn facts(rows: &[Fact]) -> Value {
    let pairs = rows
        .iter()
        .map(|row| (row.label.clone(), Value::from(row.value.clone())));
    Value::Object(pairs.collect())
}

/// A file that is to be uploaded.
#[derive(Clone, Debug)]
pub(crate) struct Upload {
    pub(crate) name: String,
    pub(crate) alt: String,
    pub(crate) made: Made,
    pub(crate) bytes: Bytes,
}

impl Upload {
    /// Its name on the site, from what is in it.
    pub(crate) fn key(made: &Made) -> String {
        let digest = made.digest.as_str().get(..24).unwrap_or_default();
        format!("yigao-{digest}")
    }

    pub(crate) fn extension(made: &Made) -> &str {
        made.file_name
            .rsplit_once('.')
            .map_or("bin", |(_, extension)| extension)
    }

    /// `with_base64`: the call wants its bytes as a text.
    pub(crate) fn value(&self, with_base64: bool) -> Value {
        let key = Self::key(&self.made);
        let extension = Self::extension(&self.made);
        let mut value = json!({
            "name": self.name,
            "file_name": format!("{key}.{extension}"),
            "extension": extension,
            "key": key,
            "media_type": self.made.media_type,
            "bytes": self.made.bytes,
            "sha256": self.made.digest.as_str(),
            "md5": hex(&Md5::digest(&self.bytes)),
            "title": if self.alt.trim().is_empty() { &key } else { &self.alt },
            "alt": self.alt,
        });
        if let Some(fields) = value.as_object_mut().filter(|_| with_base64) {
            fields.insert("base64".to_owned(), STANDARD.encode(&self.bytes).into());
        }
        value
    }
}

/// Files that are on the site, by their names in the item: `assets.cover.id`.
pub(crate) fn assets(placed: &[(String, Placed)]) -> Value {
    let pairs = placed
        .iter()
        .map(|(name, file)| (name.clone(), json!({ "id": file.id, "url": file.url })));
    Value::Object(pairs.collect::<Map<_, _>>())
}
