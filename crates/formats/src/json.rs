//! The exact form: content as JSON beside its files.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use yigao_core::{Content, Digest, ItemId, Version};

use crate::{
    bundle::Bundle,
    characters::Source,
    draft::Draft,
    encoding, files, leftovers, originals,
    problem::{Problem, words},
    reserved::Sieve,
    rules,
};

pub(crate) const FILE: &str = "item.json";
/// Longest `item.json` in bytes.
const TEXT_MAX: usize = 8 * 1024 * 1024;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Item {
    id: ItemId,
    content: Content,
}

pub(crate) fn read(bundle: &Bundle, mut sieve: Sieve) -> Result<Draft, Vec<Problem>> {
    let bytes = bundle.files.get(FILE).ok_or_else(|| vec![no_item()])?;
    let decoded = encoding::decode(FILE, bytes, TEXT_MAX).map_err(|problem| vec![problem])?;
    // serde_json itself stops at 128 levels, so what follows may recurse.
    let item: Item =
        serde_json::from_str(&decoded.text).map_err(|error| vec![malformed(&error)])?;
    let content = cleaned(item.content, &mut sieve).map_err(|error| vec![malformed(&error)])?;
    let mut problems = rules::check(FILE, &content);
    let files = originals(bundle, &content, &mut problems);
    let source = Source {
        file: FILE,
        text: &decoded.text,
        body_from: 1,
    };
    problems.extend(sieve.problems(&source));
    if !problems.is_empty() {
        return Err(problems);
    }
    let mut findings = rules::findings(&content);
    findings.extend(leftovers::findings(&content));
    findings.extend(sieve.findings(&source));
    findings.extend(decoded.finding);
    Ok(Draft {
        id: item.id,
        content,
        files,
        findings,
    })
}

pub(crate) fn write(
    version: &Version,
    file: &dyn Fn(&Digest) -> Option<Vec<u8>>,
) -> Result<Bundle, Problem> {
    let item = Item {
        id: version.item.clone(),
        content: version.content.clone(),
    };
    let mut text = serde_json::to_string_pretty(&item).map_err(|error| Problem {
        line: None,
        ..malformed(&error)
    })?;
    text.push('\n');
    let mut bundle = Bundle {
        name: version.item.to_string(),
        ..Bundle::default()
    };
    bundle.files.insert(FILE.to_owned(), text.into_bytes());
    for (path, _, bytes) in originals::originals(&version.content, file)? {
        bundle.files.insert(path, bytes);
    }
    Ok(bundle)
}

/// The content without reserved characters in any of its texts.
fn cleaned(content: Content, sieve: &mut Sieve) -> Result<Content, serde_json::Error> {
    let mut value = serde_json::to_value(&content)?;
    if !clean(&mut value, "item", sieve) {
        return Ok(content);
    }
    serde_json::from_value(value)
}

/// Whether anything changed.
fn clean(value: &mut Value, place: &str, sieve: &mut Sieve) -> bool {
    match value {
        Value::String(text) => {
            let clean = sieve.text(place, text);
            let changed = clean != *text;
            *text = clean;
            changed
        }
        Value::Array(items) => items
            .iter_mut()
            .fold(false, |any, item| clean(item, place, sieve) | any),
        Value::Object(fields) => fields.iter_mut().fold(false, |any, (key, field)| {
            // The first level names the place: title, summary, body.
            let place = if place == "item" { key.as_str() } else { place };
            clean(field, place, sieve) | any
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// The files of the content's assets, found by digest and compared with what is said of them.
fn originals(
    bundle: &Bundle,
    content: &Content,
    problems: &mut Vec<Problem>,
) -> BTreeMap<Digest, Vec<u8>> {
    let by_digest: BTreeMap<Digest, (&String, &Vec<u8>)> = bundle
        .files
        .iter()
        .filter(|(path, _)| path.as_str() != FILE)
        .map(|(path, bytes)| (Digest::of_bytes(bytes), (path, bytes)))
        .collect();
    let mut files = BTreeMap::new();
    for (digest, asset) in &content.assets {
        let Some((path, bytes)) = by_digest.get(digest) else {
            problems.push(absent(bundle, digest, &asset.name));
            continue;
        };
        match files::asset_of(path, bytes) {
            Ok(found) => {
                let told = (
                    &asset.digest,
                    &asset.media_type,
                    asset.bytes,
                    asset.width,
                    asset.height,
                );
                if told
                    == (
                        &found.digest,
                        &found.media_type,
                        found.bytes,
                        found.width,
                        found.height,
                    )
                {
                    files.insert(digest.clone(), (*bytes).clone());
                } else {
                    problems.push(wrong_facts(&asset.name));
                }
            }
            Err(problem) => problems.push(problem),
        }
    }
    files
}

fn absent(bundle: &Bundle, digest: &Digest, name: &str) -> Problem {
    let path = format!("assets/{name}");
    match bundle.files.get(&path) {
        Some(bytes) => files::wrong_digest(&path, digest, &Digest::of_bytes(bytes)),
        None => Problem::new(
            &path,
            "file_missing",
            words(
                format!("缺少素材文件“{name}”。"),
                format!("The asset {name:?} is missing."),
            ),
            words(
                "请把文件放进 assets 文件夹。",
                "Put the file into the folder `assets`.",
            ),
        ),
    }
}

fn wrong_facts(name: &str) -> Problem {
    Problem::new(
        FILE,
        "wrong_asset_facts",
        words(
            format!("“{name}”的类型、大小或宽高与文件不符。"),
            format!("Type, size or dimensions of {name:?} are not those of the file."),
        ),
        words("请重新导出这篇稿件。", "Export the item again."),
    )
}

fn no_item() -> Problem {
    Problem::new(
        FILE,
        "file_missing",
        words("没有 item.json。", "There is no item.json."),
        words(
            "请选择导出的稿件文件夹或压缩包。",
            "Choose an exported folder or archive.",
        ),
    )
}

fn malformed(error: &serde_json::Error) -> Problem {
    let why = error.to_string();
    let deep = why.contains("recursion limit");
    let unknown = why.contains("unknown field");
    let problem = if deep {
        Problem {
            file: FILE.to_owned(),
            ..rules::too_deep(FILE)
        }
    } else {
        Problem::new(
            FILE,
            if unknown {
                "unknown_key"
            } else {
                "malformed_json"
            },
            words(
                format!("第 {} 行第 {} 列：{why}", error.line(), error.column()),
                format!("Line {}, column {}: {why}", error.line(), error.column()),
            ),
            words(
                "请按 README 中的字段改正，或重新导出。",
                "Correct it after the fields in the README, or export again.",
            ),
        )
    };
    problem.at(error.line())
}
