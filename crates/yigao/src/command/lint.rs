//! `yigao destination lint FILE`: everything that is wrong with a destination's file, with its place.

use std::path::Path;

use toml::Table;
use yigao_channel::{ConfigError, Opening, Secret, SecretRef};
use yigao_core::{DestinationId, Localized};

use super::Call;
use crate::{
    channels::{KINDS, Wrong},
    exit::Mistake,
    settings::{
        old_words,
        place::{line_and_column, place},
    },
};

pub(super) fn run(call: &Call<'_>, file: &Path) -> anyhow::Result<()> {
    let found = problems(file)?;
    call.say.json(&found.iter().map(|(line, column, message)| {
        serde_json::json!({"file": file, "line": line, "column": column, "message": message})
    }).collect::<Vec<_>>());
    if found.is_empty() {
        call.say.line(
            format!("{} 没有问题", file.display()),
            format!("{}: nothing is wrong", file.display()),
        );
        return Ok(());
    }
    let report = |pick: fn(&Localized) -> &str| {
        let lines: Vec<String> = found
            .iter()
            .map(|(line, column, message)| {
                format!("{}:{line}:{column}: {}", file.display(), pick(message))
            })
            .collect();
        lines.join("\n")
    };
    Err(Mistake::error(report(|w| &w.zh), report(|w| &w.en)))
}

/// Line, column and what is wrong there.
type Found = (usize, usize, Localized);

pub(super) fn problems(file: &Path) -> anyhow::Result<Vec<Found>> {
    let text = std::fs::read_to_string(file).map_err(|e| {
        Mistake::error(
            format!("{}：读不到（{e}）", file.display()),
            format!("{}: cannot be read: {e}", file.display()),
        )
    })?;
    let table: Table = match toml::from_str(&text) {
        Ok(table) => table,
        Err(error) => return Ok(vec![not_toml(&text, &error)]),
    };
    let named = table.get("kind").and_then(toml::Value::as_str);
    let known: Vec<&str> = KINDS.iter().map(|kind| kind.name).collect();
    let Some(kind) = KINDS.iter().find(|kind| Some(kind.name) == named) else {
        let (line, column) = place(&text, "kind");
        if let Some(new) = named.and_then(old_words::kind) {
            let named = named.unwrap_or_default();
            let message = Localized::new(
                format!("kind = {named:?}：现在写作 {new}"),
                format!("kind = {named:?} is now {new}"),
            );
            return Ok(vec![(line, column, message)]);
        }
        let message = Localized::new(
            format!("kind 应为 {} 之一", known.join("、")),
            format!("kind is one of {}", known.join(", ")),
        );
        return Ok(vec![(line, column, message)]);
    };
    // Whether a secret is there is for `destination check`; here only the file is read.
    let secrets =
        |_: &SecretRef| -> Result<Secret, ConfigError> { Ok(Secret::new("a-secret-to-be-tried")) };
    let opening = Opening {
        destination: &DestinationId::parse("lint")?,
        public_url: Some("https://hub.example.invalid"),
        secrets: &secrets,
    };
    let found = (kind.lint)(&text, &opening)
        .into_iter()
        .map(|wrong| match wrong {
            Wrong::Toml(error) => not_toml(&text, &error),
            Wrong::Config(error) => {
                let (line, column) = place(&text, &error.key);
                let (key, message) = (error.key, error.message);
                let message = Localized::new(
                    format!("{key}：{}", message.zh),
                    format!("{key}: {}", message.en),
                );
                (line, column, message)
            }
        });
    let mut found: Vec<Found> = found.collect();
    found.sort_by_key(|(line, column, _)| (*line, *column));
    Ok(found)
}

fn not_toml(text: &str, error: &toml::de::Error) -> Found {
    let at = error.span().map_or(0, |span| span.start);
    let (line, column) = line_and_column(text, at);
    let message = error.message();
    (
        line,
        column,
        Localized::new(format!("写法不对：{message}"), message),
    )
}
