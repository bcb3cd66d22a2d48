//! Reads an item in IPTC ninjs 3.1, as far as a centre looks at it.

use serde_json::Value;

use super::Refusal;

/// The properties of ninjs 3.1; its schema refuses all others.
const PROPERTIES: &[&str] = &[
    "altIds",
    "associations",
    "bodies",
    "by",
    "contentCreated",
    "copyrightHolder",
    "copyrightNotice",
    "descriptions",
    "digitalSourceType",
    "edNote",
    "embargoedUntil",
    "eventDetails",
    "events",
    "expires",
    "firstCreated",
    "genres",
    "headlines",
    "infoSources",
    "language",
    "located",
    "objects",
    "organisations",
    "people",
    "places",
    "plannedCoverage",
    "profile",
    "pubStatus",
    "renditions",
    "representationType",
    "rightsInfo",
    "slugline",
    "standard",
    "subjects",
    "title",
    "trustIndicators",
    "type",
    "urgency",
    "uri",
    "usageTerms",
    "version",
    "versionCreated",
];

#[derive(Debug, Clone)]
pub(crate) struct Item {
    pub(crate) uri: String,
    pub(crate) version: String,
    pub(crate) canceled: bool,
    pub(crate) headline: String,
    pub(crate) summary: String,
    pub(crate) html: String,
    pub(crate) pictures: Vec<Picture>,
    /// The whole of it, as it came.
    pub(crate) json: Value,
}

#[derive(Debug, Clone)]
pub(crate) struct Picture {
    pub(crate) href: String,
    pub(crate) caption: String,
    /// SHA-256 of the bytes; the part of `media/{sha256}`, or found in a package.
    pub(crate) sha256: String,
}

fn wrong(what: impl Into<String>) -> Refusal {
    Refusal::new(2005, format!("not ninjs 3.1: {}", what.into()))
}

impl Item {
    pub(crate) fn read(body: &[u8]) -> Result<Self, Refusal> {
        let json: Value =
            serde_json::from_slice(body).map_err(|e| wrong(format!("no JSON ({e})")))?;
        let whole = json.as_object().ok_or(wrong("no object"))?;
        if let Some(other) = whole.keys().find(|key| !known(key)) {
            return Err(wrong(format!("it knows no property {other:?}")));
        }
        let needed = |key: &str| {
            whole
                .get(key)
                .and_then(Value::as_str)
                .filter(|text| !text.is_empty())
                .map(str::to_owned)
                .ok_or_else(|| wrong(format!("{key} is missing or no text")))
        };
        let uri = needed("uri")?;
        let version = needed("version")?;
        let canceled = match needed("pubStatus")?.as_str() {
            "usable" => false,
            "canceled" => true,
            other => return Err(wrong(format!("pubStatus {other:?} is not for a centre"))),
        };
        let headline = values(&json, "headlines")?
            .into_iter()
            .next()
            .unwrap_or_default();
        let bodies = values(&json, "bodies")?;
        if !canceled && headline.is_empty() {
            return Err(wrong("headlines is missing or has no value"));
        }
        if !canceled && bodies.is_empty() {
            return Err(wrong("bodies is missing or has no value"));
        }
        let summary = values(&json, "descriptions")?
            .into_iter()
            .next()
            .unwrap_or_default();
        Ok(Self {
            uri,
            version,
            canceled,
            headline,
            summary,
            html: html_of(&json),
            pictures: pictures(&json)?,
            json,
        })
    }

    /// Every file the item refers to.
    pub(crate) fn hrefs(&self) -> impl Iterator<Item = &str> {
        self.pictures.iter().map(|picture| picture.href.as_str())
    }
}

fn known(key: &str) -> bool {
    PROPERTIES.contains(&key)
}

fn entries<'j>(json: &'j Value, key: &str) -> Result<&'j [Value], Refusal> {
    match json.get(key) {
        None => Ok(&[]),
        Some(Value::Array(entries)) => Ok(entries),
        Some(_) => Err(wrong(format!("{key} is no array"))),
    }
}

/// The values of an array of {role, contentType, value}, the main ones first.
fn values(json: &Value, key: &str) -> Result<Vec<String>, Refusal> {
    let mut found = Vec::new();
    for entry in entries(json, key)? {
        let value = entry
            .get("value")
            .and_then(Value::as_str)
            .ok_or_else(|| wrong(format!("an entry of {key} has no value")))?;
        let role = entry.get("role").and_then(Value::as_str).unwrap_or("");
        found.push((!matches!(role, "" | "main"), value.to_owned()));
    }
    // Stable: entries of one rank stay in the order they came in.
    found.sort_by_key(|(secondary, _)| *secondary);
    Ok(found.into_iter().map(|(_, value)| value).collect())
}

/// The body as HTML: the one marked so, or the first one with its lines as paragraphs.
fn html_of(json: &Value) -> String {
    let bodies = json.get("bodies").and_then(Value::as_array);
    let bodies = bodies.map(Vec::as_slice).unwrap_or_default();
    let value = |body: &Value| {
        let value = body.get("value").and_then(Value::as_str);
        value.unwrap_or_default().to_owned()
    };
    let is_html = |body: &&Value| {
        let kind = body.get("contentType").and_then(Value::as_str);
        kind.is_some_and(|kind| kind.contains("html"))
    };
    match bodies.iter().find(is_html) {
        Some(body) => value(body),
        None => bodies
            .first()
            .map(value)
            .unwrap_or_default()
            .lines()
            .map(|line| format!("<p>{}</p>", crate::html::escape(line)))
            .collect(),
    }
}

/// The largest rendition of each associated picture: the last one that has an address.
fn pictures(json: &Value) -> Result<Vec<Picture>, Refusal> {
    let mut found = Vec::new();
    for association in entries(json, "associations")? {
        for key in ["name", "uri"] {
            if association.get(key).and_then(Value::as_str).is_none() {
                return Err(wrong(format!("an association has no {key}")));
            }
        }
        let caption = ["descriptions", "headlines"]
            .into_iter()
            .filter_map(|key| values(association, key).ok())
            .find_map(|values| values.into_iter().next())
            .unwrap_or_default();
        for rendition in entries(association, "renditions")? {
            if rendition.get("name").and_then(Value::as_str).is_none() {
                return Err(wrong("a rendition has no name"));
            }
            let href = rendition
                .get("href")
                .and_then(Value::as_str)
                .ok_or_else(|| wrong("a rendition has no href"))?;
            found.push(Picture {
                href: href.to_owned(),
                caption: caption.clone(),
                sha256: href.strip_prefix("media/").unwrap_or(href).to_owned(),
            });
        }
    }
    Ok(found)
}
