//! Configuration: embedded defaults < file < environment < flags. Raw text is read here and nowhere else; after start the
//! program sees [`Settings`] alone. All problems are told at once.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::Duration,
};

use serde::Deserialize;
use toml::{Table, Value};
use yigao_channel::{ConfigError, Secret, SecretRef};
use yigao_core::{DestinationId, next::Policy};
use yigao_engine::Tuning;
use yigao_worker::WorkerSettings;

/// The documented example is what the program runs on.
pub(crate) const DEFAULTS: &str = include_str!("../../../config/yigao.toml");
/// What every variable of ours in the environment begins with.
const PREFIX: &str = "YIGAO__";

/// Everything that is wrong, a line each.
#[derive(Debug, thiserror::Error)]
#[error("the configuration has {} problems", .0.len())]
pub(crate) struct ConfigProblems(pub(crate) Vec<String>);

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    data: RawData,
    destinations: RawDestinations,
    server: RawServer,
    worker: RawWorker,
    retry: RawRetry,
    breaker: RawBreaker,
    observe: RawObserve,
    network: RawNetwork,
    log: RawLog,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawData {
    folder: PathBuf,
}
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDestinations {
    folder: PathBuf,
}
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawServer {
    listen: String,
    public_url: String,
    #[serde(default)]
    tokens: Vec<RawToken>,
}
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawToken {
    name: String,
    secret: SecretRef,
}
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawWorker {
    concurrency: usize,
    stop_within_seconds: u64,
    lease_seconds: u64,
}
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRetry {
    first_seconds: f64,
    longest_seconds: f64,
    attempts_max: u32,
    starts_max: u32,
}
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawBreaker {
    failures: u32,
    rest_seconds: u64,
}
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawObserve {
    after_seconds: Vec<u64>,
}
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawNetwork {
    private_hosts: Vec<String>,
}
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLog {
    level: String,
}

/// A destination's file.
#[derive(Clone, Debug)]
pub(crate) struct DestinationFile {
    pub(crate) id: DestinationId,
    pub(crate) path: PathBuf,
    pub(crate) kind: String,
    pub(crate) name: String,
    pub(crate) home: bool,
    pub(crate) channel: Table,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDestination {
    kind: String,
    name: String,
    #[serde(default)]
    home: bool,
    #[serde(default)]
    channel: Table,
}

/// Validated settings.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) data: PathBuf,
    pub(crate) destinations: Vec<DestinationFile>,
    pub(crate) listen: String,
    pub(crate) public_url: Option<String>,
    pub(crate) tokens: Vec<(String, SecretRef)>,
    pub(crate) worker: WorkerSettings,
    pub(crate) tuning: Tuning,
    pub(crate) private_hosts: Vec<String>,
    pub(crate) log: String,
    /// Where each key's value came from.
    pub(crate) origins: BTreeMap<String, String>,
    pub(crate) merged: Table,
}

/// What flags say.
#[derive(Clone, Debug, Default)]
pub(crate) struct Flags {
    pub(crate) config: Option<PathBuf>,
    pub(crate) data: Option<PathBuf>,
    pub(crate) listen: Option<String>,
}

/// Reads everything.
pub(crate) fn load(flags: &Flags) -> Result<Settings, ConfigProblems> {
    let mut problems = Vec::new();
    let defaults: Table = toml::from_str(DEFAULTS)
        .map_err(|e| ConfigProblems(vec![format!("embedded defaults: {e}")]))?;
    let mut merged = defaults.clone();
    let mut origins = BTreeMap::new();
    note(&defaults, "", "default", &mut origins);
    let base = match &flags.config {
        None => PathBuf::from("."),
        Some(path) => {
            let text = std::fs::read_to_string(path).map_err(|e| {
                ConfigProblems(vec![format!("{}: cannot be read: {e}", path.display())])
            })?;
            let file: Table = toml::from_str(&text)
                .map_err(|e| ConfigProblems(vec![format!("{}: {e}", path.display())]))?;
            unknown(&file, &defaults, "", &mut |key| {
                problems.push(unknown_line(path, &text, key, &defaults))
            });
            note(&file, "", &path.display().to_string(), &mut origins);
            merge(&mut merged, file);
            path.parent().map(Path::to_owned).unwrap_or_default()
        }
    };
    environment(&defaults, &mut merged, &mut origins, &mut problems);
    if !problems.is_empty() {
        return Err(ConfigProblems(problems));
    }
    let raw: Raw = merged
        .clone()
        .try_into()
        .map_err(|e: toml::de::Error| ConfigProblems(vec![e.message().to_owned()]))?;
    build(raw, flags, &base, origins, merged)
}

fn build(
    raw: Raw,
    flags: &Flags,
    base: &Path,
    origins: BTreeMap<String, String>,
    merged: Table,
) -> Result<Settings, ConfigProblems> {
    let mut problems = Vec::new();
    let seconds = |key: &str, value: f64, problems: &mut Vec<String>| {
        if value.is_finite() && (0.01..=31_536_000.0).contains(&value) {
            Duration::from_secs_f64(value)
        } else {
            problems.push(format!(
                "{key} = {value}: seconds from 0.01 to a year are meant"
            ));
            Duration::ZERO
        }
    };
    let first = seconds(
        "retry.first_seconds",
        raw.retry.first_seconds,
        &mut problems,
    );
    let longest = seconds(
        "retry.longest_seconds",
        raw.retry.longest_seconds,
        &mut problems,
    );
    if raw.worker.concurrency == 0 {
        problems.push("worker.concurrency = 0: at least 1 is needed".to_owned());
    }
    if raw.worker.lease_seconds < 3 {
        problems.push("worker.lease_seconds: at least 3 is needed, it is kept by a heartbeat each third of it".to_owned());
    }
    if raw.observe.after_seconds.is_empty() {
        problems.push("observe.after_seconds is empty: at least one time is needed".to_owned());
    }
    let policy = Policy {
        backoff_first: first,
        backoff_max: longest,
        attempts_max: raw.retry.attempts_max,
        starts_max: raw.retry.starts_max,
        observe: raw
            .observe
            .after_seconds
            .into_iter()
            .map(Duration::from_secs)
            .collect(),
    };
    let destinations = destinations(&base.join(raw.destinations.folder), &mut problems);
    if !problems.is_empty() {
        return Err(ConfigProblems(problems));
    }
    let data = flags
        .data
        .clone()
        .unwrap_or_else(|| base.join(raw.data.folder));
    Ok(Settings {
        data,
        destinations,
        listen: flags.listen.clone().unwrap_or(raw.server.listen),
        public_url: Some(raw.server.public_url).filter(|url| !url.is_empty()),
        tokens: raw
            .server
            .tokens
            .into_iter()
            .map(|t| (t.name, t.secret))
            .collect(),
        worker: WorkerSettings {
            concurrency: raw.worker.concurrency,
            stop_within: Duration::from_secs(raw.worker.stop_within_seconds),
        },
        tuning: Tuning {
            policy,
            lease: Duration::from_secs(raw.worker.lease_seconds),
            breaker: (
                raw.breaker.failures,
                Duration::from_secs(raw.breaker.rest_seconds),
            ),
        },
        private_hosts: raw.network.private_hosts,
        log: raw.log.level,
        origins,
        merged,
    })
}

/// One file a destination; its name is the file's name.
fn destinations(folder: &Path, problems: &mut Vec<String>) -> Vec<DestinationFile> {
    let mut paths: Vec<PathBuf> = match std::fs::read_dir(folder) {
        Ok(entries) => entries
            .flatten()
            .map(|e| e.path())
            .filter(|p| p.extension().is_some_and(|e| e == "toml"))
            .collect(),
        // None are configured yet: items can be imported and checked all the same.
        Err(_) => Vec::new(),
    };
    paths.sort();
    let mut found = Vec::new();
    for path in paths {
        let stem = path
            .file_stem()
            .map(|s| s.to_string_lossy().into_owned())
            .unwrap_or_default();
        // Examples document; they do not run.
        if stem.ends_with(".example") {
            continue;
        }
        let read = std::fs::read_to_string(&path).map_err(|e| e.to_string());
        let parsed = read
            .and_then(|text| toml::from_str::<RawDestination>(&text).map_err(|e| e.to_string()));
        match (parsed, DestinationId::parse(&stem)) {
            (Ok(raw), Ok(id)) => found.push(DestinationFile {
                id,
                path,
                kind: raw.kind,
                name: raw.name,
                home: raw.home,
                channel: raw.channel,
            }),
            (Err(says), _) => problems.push(format!("{}: {}", path.display(), says.trim_end())),
            (_, Err(bad)) => problems.push(format!("{}: {bad}", path.display())),
        }
    }
    if found.iter().filter(|d| d.home).count() > 1 {
        problems.push(format!(
            "{}: more than one destination says home = true; there is one place of record",
            folder.display()
        ));
    }
    found
}

fn note(table: &Table, under: &str, origin: &str, origins: &mut BTreeMap<String, String>) {
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

fn merge(into: &mut Table, from: Table) {
    for (key, value) in from {
        match (into.get_mut(&key), value) {
            (Some(Value::Table(inner)), Value::Table(value)) => merge(inner, value),
            (_, value) => {
                into.insert(key, value);
            }
        }
    }
}

/// Keys that the defaults do not have; `server.tokens` is a list of its own.
fn unknown(file: &Table, known: &Table, under: &str, found: &mut dyn FnMut(&str)) {
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
            (None, _) if dotted == "server.tokens" => {}
            (None, _) => found(&dotted),
        }
    }
}

fn unknown_line(path: &Path, text: &str, key: &str, known: &Table) -> String {
    let last = key.rsplit('.').next().unwrap_or(key);
    let at = text
        .lines()
        .position(|line| line.trim_start().trim_start_matches('[').starts_with(last));
    let place = at.map_or_else(
        || path.display().to_string(),
        |at| format!("{}:{}", path.display(), at + 1),
    );
    let mut origins = BTreeMap::new();
    note(known, "", "", &mut origins);
    let near = origins
        .keys()
        .min_by_key(|known| distance(known, key))
        .cloned()
        .unwrap_or_default();
    format!("{place}: unknown key {key}; did you mean {near}?")
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
fn environment(
    known: &Table,
    merged: &mut Table,
    origins: &mut BTreeMap<String, String>,
    problems: &mut Vec<String>,
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
            problems.push(format!(
                "environment variable {name}: no such key; write {PREFIX}SECTION__KEY"
            ));
            continue;
        }
        note(&overlay, "", &format!("environment {name}"), origins);
        merge(merged, overlay);
    }
}

/// Reads a secret where its reference points.
pub(crate) fn secret(reference: &SecretRef) -> Result<Secret, ConfigError> {
    let value = match reference {
        #[expect(
            clippy::disallowed_methods,
            reason = "secrets live in the environment; this is where they are read"
        )]
        SecretRef::Env { env } => std::env::var(env).map_err(|_| {
            ConfigError::new("secret", format!("environment variable {env} is not set"))
        })?,
        SecretRef::File { file } => std::fs::read_to_string(file).map_err(|e| {
            ConfigError::new(
                "secret",
                format!("file {} cannot be read: {e}", file.display()),
            )
        })?,
    };
    let value = value.trim();
    if value.is_empty() {
        return Err(ConfigError::new("secret", format!("{reference} is empty")));
    }
    Ok(Secret::new(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_the_documented_example_and_build() {
        let settings = load(&Flags::default()).unwrap();
        assert_eq!(settings.listen, "127.0.0.1:7878");
        assert_eq!(
            settings
                .origins
                .get("retry.first_seconds")
                .map(String::as_str),
            Some("default")
        );
    }

    #[test]
    fn an_unknown_key_is_named_with_its_line_and_the_nearest() {
        let path = std::env::temp_dir().join(format!("yigao-unknown-{}.toml", std::process::id()));
        std::fs::write(&path, "[retry]\nfirst_second = 3\n").unwrap();
        let error = load(&Flags {
            config: Some(path.clone()),
            ..Flags::default()
        })
        .unwrap_err();
        std::fs::remove_file(&path).unwrap();
        assert_eq!(
            error.0,
            [format!(
                "{}:2: unknown key retry.first_second; did you mean retry.first_seconds?",
                path.display()
            )]
        );
    }

    #[test]
    fn distances_are_edits() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "ab"), 2);
    }
}
