//! Layers of configuration laid over each other: where each value came from, and which keys nobody knows.

use std::{collections::BTreeMap, path::Path};

use toml::{Table, Value};
use yigao_core::Localized;

use super::old_words;

/// What every variable of ours in the environment begins with.
const PREFIX: &str = "YIGAO__";

pub(super) fn note(
    table: &Table,
    under: &str,
    origin: &str,
    origins: &mut BTreeMap<String, String>,
) {
    for (key, value) in table {
        let dotted = if under.is_empty() {
            key.clone()
        } else {
            format!("{under}.{key}")
        };
        match value {
            Value::Table(inner) => note(inner, &dotted, origin, origins),
            _ => {
                origins.insert(dotted, origin.to_owned());
            }
        }
    }
}

pub(super) fn merge(into: &mut Table, from: Table) {
    for (key, value) in from {
        match (into.get_mut(&key), value) {
            (Some(Value::Table(inner)), Value::Table(value)) => merge(inner, value),
            (_, value) => {
                into.insert(key, value);
            }
        }
    }
}

/// Lists of tables, which the defaults do not have.
const LISTS: [&str; 2] = ["server.tokens", "webhooks"];

/// Keys that the defaults do not have, and that are no list of [`LISTS`].
pub(super) fn unknown(file: &Table, known: &Table, under: &str, found: &mut dyn FnMut(&str)) {
    for (key, value) in file {
        let dotted = if under.is_empty() {
            key.clone()
        } else {
            format!("{under}.{key}")
        };
        match (known.get(key), value) {
            (Some(Value::Table(known)), Value::Table(inner)) => {
                unknown(inner, known, &dotted, found)
            }
            (Some(_), _) => {}
            (None, _) if LISTS.contains(&dotted.as_str()) => {}
            (None, _) => found(&dotted),
        }
    }
}

pub(super) fn unknown_line(path: &Path, text: &str, key: &str, known: &Table) -> Localized {
    let last = key.rsplit('.').next().unwrap_or(key);
    let at = text
        .lines()
        .position(|line| line.trim_start().trim_start_matches('[').starts_with(last));
    let place = at.map_or_else(
        || path.display().to_string(),
        |at| format!("{}:{}", path.display(), at + 1),
    );
    if let Some(new) = old_words::key(key) {
        return Localized::new(
            format!("{place}：配置项 {key} 现在写作 {new}"),
            format!("{place}: the key {key} is now {new}"),
        );
    }
    let mut origins = BTreeMap::new();
    note(known, "", "", &mut origins);
    let near = origins
        .keys()
        .min_by_key(|known| distance(known, key))
        .cloned()
        .unwrap_or_default();
    Localized::new(
        format!("{place}：没有配置项 {key}；是不是 {near}？"),
        format!("{place}: unknown key {key}; did you mean {near}?"),
    )
}

/// Edits between two short texts.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut before = i;
        let mut left = i + 1;
        for (j, cb) in b.iter().enumerate() {
            let above = row.get(j + 1).copied().unwrap_or(usize::MAX);
            let cost = before + usize::from(ca != *cb);
            before = above;
            left = cost.min(above + 1).min(left + 1);
            if let Some(cell) = row.get_mut(j + 1) {
                *cell = left;
            }
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or(usize::MAX)
}

/// `YIGAO__RETRY__FIRST_SECONDS=1` sets `retry.first_seconds`.
pub(super) fn environment(
    known: &Table,
    merged: &mut Table,
    origins: &mut BTreeMap<String, String>,
    problems: &mut Vec<Localized>,
) {
    for (name, text) in std::env::vars() {
        let Some(path) = name.strip_prefix(PREFIX) else {
            continue;
        };
        let keys: Vec<String> = path.split("__").map(str::to_lowercase).collect();
        let value = text
            .parse::<Value>()
            .unwrap_or_else(|_| Value::String(text.clone()));
        let mut overlay = Table::new();
        if let [section, key] = keys.as_slice() {
            let mut inner = Table::new();
            inner.insert(key.clone(), value);
            overlay.insert(section.clone(), Value::Table(inner));
        }
        let mut strange = overlay.is_empty();
        unknown(&overlay, known, "", &mut |_| strange = true);
        if strange {
            if let Some(new) = old_words::key(&keys.join(".")) {
                problems.push(Localized::new(
                    format!("环境变量 {name}：这个配置项现在写作 {new}"),
                    format!("environment variable {name}: the key is now {new}"),
                ));
                continue;
            }
            problems.push(Localized::new(
                format!("环境变量 {name}：没有这个配置项；写法是 {PREFIX}SECTION__KEY"),
                format!("environment variable {name}: no such key; write {PREFIX}SECTION__KEY"),
            ));
            continue;
        }
        note(&overlay, "", &format!("environment {name}"), origins);
        merge(merged, overlay);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_edits() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "ab"), 2);
    }

    /// The program's message for an unknown key.
    #[test]
    fn a_configuration_in_old_words_is_refused_with_the_new_word() {
        let path = Path::new("yigao.toml");
        let known = Table::new();
        let line = unknown_line;
        let message = line(path, "[data]\nbell = \"file\"\n", "data.bell", &known);
        assert!(message.zh.starts_with("yigao.toml:2") && message.zh.contains("data.queue"));
        let message = line(path, "[keep]\nexchanges_days = 3\n", "keep", &known);
        assert!(message.en.starts_with("yigao.toml:1") && message.en.contains("now retention"));
    }
}
