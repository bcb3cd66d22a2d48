//! An item in IPTC ninjs 3.1 (schema `ninjs-schema_3.1.json`, read 2026-11). Its keys are closed: what it has no word for
//! (索引号, 文号, 公开方式) goes into `altIds` with a role.

use serde_json::{Map, Value, json};
use yigao_channel::RenderInput;
use yigao_core::{AiUse, Content, Derivative, Intent, Slot};

use crate::{config::Settings, extras::disclosure_fields, payload::COVER};

const SOURCE_TYPES: &str = "http://cv.iptc.org/newscodes/digitalsourcetype/";

/// What is written into the item besides the content.
#[derive(Debug)]
pub(crate) struct Parts<'p> {
    pub(crate) input: &'p RenderInput<'p>,
    pub(crate) headline: &'p str,
    pub(crate) text: &'p str,
    pub(crate) byline: Option<&'p str>,
    pub(crate) media: &'p [Derivative],
}

/// The item's name for life: item × destination.
pub(crate) fn uri(marker: &str) -> String {
    format!("urn:yigao:{marker}")
}

pub(crate) fn item(settings: &Settings, parts: &Parts<'_>) -> Value {
    let input = parts.input;
    let content = &input.version.content;
    let mut item = Map::new();
    let mut put = |key: &str, value: Value| item.insert(key.to_owned(), value);
    put(
        "uri",
        json!(uri(&format!(
            "{}@{}",
            input.version.item, input.destination
        ))),
    );
    put(
        "standard",
        json!({
            "name": "ninjs",
            "version": "3.1",
            "schema": "http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json#",
        }),
    );
    put("type", json!("text"));
    put("representationType", json!("full"));
    put("version", json!(input.version.number.to_string()));
    put("pubStatus", json!(pub_status(input.intent)));
    put("language", json!("zh-Hans"));
    if let Some(note) = ed_note(input) {
        put("edNote", json!(note));
    }
    put(
        "headlines",
        headlines(parts.headline, content, input.intent),
    );
    if let Some(summary) = content.summary_for(input.destination)
        && input.intent != Intent::Withdraw
    {
        let summary = json!({"role": "summary", "contentType": "text/plain", "value": summary});
        put("descriptions", json!([summary]));
    }
    // Its HTML is put in when the slots are filled.
    put(
        "bodies",
        json!([{
            "role": "main",
            "contentType": "text/html",
            "charCount": parts.text.chars().count(),
            "wordCount": parts.text.chars().filter(|c| !c.is_whitespace()).count(),
            "value": "",
        }]),
    );
    if let Some(byline) = parts.byline {
        put("by", json!(byline));
    }
    put("infoSources", json!([source(input)]));
    put("copyrightHolder", json!(content.unit));
    if let Some(terms) = &settings.usage_terms {
        put("usageTerms", json!(terms));
    }
    if input.intent != Intent::Withdraw {
        about(&mut item, content);
        if !parts.media.is_empty() {
            let pictures = parts.media.iter().map(|one| picture(content, one));
            item.insert("associations".to_owned(), pictures.collect());
        }
    }
    Value::Object(item)
}

fn pub_status(intent: Intent) -> &'static str {
    match intent {
        Intent::Publish | Intent::Correct => "usable",
        Intent::Withdraw => "canceled",
    }
}

/// For the editor, not for readers.
fn ed_note(input: &RenderInput<'_>) -> Option<String> {
    match input.intent {
        Intent::Publish => None,
        Intent::Correct => Some(format!(
            "更正：这是第 {} 版，请替换先前的稿件。",
            input.version.number
        )),
        Intent::Withdraw => Some(format!(
            "撤稿：请立即从各平台撤下此稿。原因：{}",
            input.reason.unwrap_or("未说明")
        )),
    }
}

fn headlines(headline: &str, content: &Content, intent: Intent) -> Value {
    let mut all = vec![json!({"role": "main", "contentType": "text/plain", "value": headline})];
    if let Some(subtitle) = &content.subtitle
        && intent != Intent::Withdraw
    {
        all.push(json!({"role": "sub", "contentType": "text/plain", "value": subtitle}));
    }
    Value::Array(all)
}

fn source(input: &RenderInput<'_>) -> Value {
    let name = input.version.content.source();
    match home_slot(input) {
        None => json!({"name": name, "role": "source"}),
        Some(slot) => json!({"name": name, "role": "source", "uri": slot.token()}),
    }
}

/// The page of record, whose address is known when it is out.
pub(crate) fn home_slot(input: &RenderInput<'_>) -> Option<Slot> {
    let home = input.home.filter(|_| input.intent != Intent::Withdraw)?;
    Some(Slot::UrlFrom {
        destination: home.clone(),
    })
}

/// Keywords, place, numbers, dates, and whether a machine wrote it.
fn about(item: &mut Map<String, Value>, content: &Content) {
    let mut put = |key: &str, value: Value| item.insert(key.to_owned(), value);
    if !content.keywords.is_empty() {
        let keywords = content.keywords.iter().map(|word| json!({"name": word}));
        put("subjects", keywords.collect());
    }
    if let Some(event) = &content.event {
        put("places", json!([{"name": event.place, "rel": "event"}]));
    }
    let fields = content.disclosure.iter().flat_map(disclosure_fields);
    let numbers: Vec<Value> = fields
        .map(|(role, value)| json!({"role": role, "value": value}))
        .collect();
    if !numbers.is_empty() {
        put("altIds", Value::Array(numbers));
    }
    if let Some(dated) = content.dated {
        put("contentCreated", json!(format!("{dated}T00:00:00+08:00")));
    }
    if let Some(expires) = content.expires {
        put("expires", json!(expires.to_string()));
    }
    if let Some(ai) = content.ai {
        put("digitalSourceType", source_type(ai));
    }
}

/// Of IPTC's vocabulary of digital source types.
fn source_type(ai: AiUse) -> Value {
    let (code, literal) = match ai {
        AiUse::Generated => ("trainedAlgorithmicMedia", "人工智能生成"),
        AiUse::Assisted => ("compositeWithTrainedAlgorithmicMedia", "人工智能辅助"),
    };
    json!({"name": code, "uri": format!("{SOURCE_TYPES}{code}"), "literal": literal})
}

fn picture(content: &Content, derivative: &Derivative) -> Value {
    let figure = yigao_core::block::figures(&content.body)
        .into_iter()
        .find(|figure| figure.asset == derivative.source);
    let caption = figure.and_then(|f| f.caption.as_deref());
    let asset = content.assets.get(&derivative.source);
    let credit = figure
        .and_then(|f| f.credit.as_deref())
        .or_else(|| asset.and_then(|a| a.credit.as_deref()));
    let mut one = json!({
        "name": derivative.name,
        "rel": if derivative.name == COVER { "cover" } else { "picture" },
        "uri": format!("urn:sha256:{}", derivative.source),
        "type": "picture",
        "descriptions": [{
            "role": "caption",
            "contentType": "text/plain",
            "value": caption.unwrap_or(&derivative.alt),
        }, {
            "role": "altText",
            "contentType": "text/plain",
            "value": derivative.alt,
        }],
        "renditions": [{
            "name": "main",
            "href": Slot::Picture { name: derivative.name.clone() }.token(),
        }],
    });
    if let Some(fields) = one.as_object_mut() {
        if let Some(credit) = credit {
            fields.insert("by".to_owned(), json!(credit));
        }
        if let Some(ai) = asset.and_then(|a| a.ai) {
            fields.insert("digitalSourceType".to_owned(), source_type(ai));
        }
    }
    one
}
