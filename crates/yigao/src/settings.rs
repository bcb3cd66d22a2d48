//! Configuration: embedded defaults < file < environment < flags. Raw text is read here and nowhere else; after start the
//! program sees [`Settings`] alone. All problems are reported at once.

mod destination;
mod layers;
pub(crate) mod old_words;
pub(crate) mod place;
mod raw;
mod secret;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    time::Duration,
};

use toml::Table;
use yigao_channel::SecretRef;
use yigao_core::{Localized, next::Policy};
use yigao_engine::Tuning;
use yigao_worker::WorkerSettings;

pub use destination::DestinationFile;
use layers::{environment, merge, note, unknown, unknown_line};
use raw::{Raw, RawPlace, RawRetry, RawWebhook, RawWorker};
pub use secret::secret;

/// The documented example is what the program runs on.
pub const DEFAULTS: &str = include_str!("../../../config/yigao.toml");

/// Everything that is wrong, a line each.
#[derive(Debug, thiserror::Error)]
#[error("the configuration has {} problems", .0.len())]
pub struct ConfigProblems(pub Vec<Localized>);

/// Validated settings.
#[derive(Clone, Debug)]
pub struct Settings {
    pub data: PathBuf,
    /// Where the ledger's database is; none when it is a file of the data folder.
    pub ledger: Option<SecretRef>,
    /// The Redis server that carries the queue; none when it is a file of the data folder.
    pub queue: Option<SecretRef>,
    pub destinations: Vec<DestinationFile>,
    pub listen: String,
    pub public_url: Option<String>,
    pub tokens: Vec<(String, SecretRef)>,
    pub worker: WorkerSettings,
    pub tuning: Tuning,
    pub private_hosts: Vec<String>,
    /// Who is notified when a delivery has failed or is in doubt: name, address, secret.
    pub webhooks: Vec<(String, String, SecretRef)>,
    pub log: String,
    /// Where each key's value came from.
    pub origins: BTreeMap<String, String>,
    pub merged: Table,
}

/// What flags say.
#[derive(Clone, Debug, Default)]
pub struct Flags {
    pub config: Option<PathBuf>,
    pub data: Option<PathBuf>,
    pub listen: Option<String>,
}

/// Reads everything.
pub fn load(flags: &Flags) -> Result<Settings, ConfigProblems> {
    let mut problems = Vec::new();
    let defaults: Table = toml::from_str(DEFAULTS)
        .map_err(|e| ConfigProblems(vec![not_toml(Path::new("yigao.toml"), DEFAULTS, &e)]))?;
    let mut merged = defaults.clone();
    let mut origins = BTreeMap::new();
    note(&defaults, "", "default", &mut origins);
    let base = match &flags.config {
        None => PathBuf::from("."),
        Some(path) => {
            let text = std::fs::read_to_string(path).map_err(|e| {
                ConfigProblems(vec![Localized::new(
                    format!("{}：读不到（{e}）", path.display()),
                    format!("{}: cannot be read: {e}", path.display()),
                )])
            })?;
            let file: Table = toml::from_str(&text)
                .map_err(|e| ConfigProblems(vec![not_toml(path, &text, &e)]))?;
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
    let raw: Raw = merged.clone().try_into().map_err(|e: toml::de::Error| {
        let message = e.to_string();
        let message = message.trim_end();
        ConfigProblems(vec![Localized::new(
            format!("配置的写法不对：{message}"),
            message,
        )])
    })?;
    build(raw, flags, &base, origins, merged)
}

/// What a file's text breaks, with its line.
fn not_toml(path: &Path, text: &str, error: &toml::de::Error) -> Localized {
    let line = error.span().map_or(1, |span| {
        text.get(..span.start)
            .map_or(1, |before| before.matches('\n').count() + 1)
    });
    let (place, message) = (format!("{}:{line}", path.display()), error.message());
    Localized::new(
        format!("{place}：写法不对：{message}"),
        format!("{place}: {message}"),
    )
}

fn build(
    raw: Raw,
    flags: &Flags,
    base: &Path,
    origins: BTreeMap<String, String>,
    merged: Table,
) -> Result<Settings, ConfigProblems> {
    let mut problems = Vec::new();
    let ledger = place("ledger", raw.data.ledger, &mut problems);
    let queue = place("queue", raw.data.queue, &mut problems);
    check_worker(&raw.worker, &mut problems);
    let policy = policy(&raw.retry, raw.observe.after_seconds, &mut problems);
    let destinations =
        destination::destinations(&base.join(raw.destinations.folder), &mut problems);
    check_webhooks(&raw.webhooks, &mut problems);
    if !problems.is_empty() {
        return Err(ConfigProblems(problems));
    }
    let data = flags
        .data
        .clone()
        .unwrap_or_else(|| base.join(raw.data.folder));
    Ok(Settings {
        data,
        ledger,
        queue,
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
            exchanges: Duration::from_secs(raw.retention.exchanges_days.saturating_mul(86_400)),
        },
        private_hosts: raw.network.private_hosts,
        webhooks: raw
            .webhooks
            .into_iter()
            .map(|w| (w.name, w.url, w.secret))
            .collect(),
        log: raw.log.level,
        origins,
        merged,
    })
}

/// When a delivery is tried again and read back.
fn policy(retry: &RawRetry, after_seconds: Vec<u64>, problems: &mut Vec<Localized>) -> Policy {
    let seconds = |key: &str, value: f64, problems: &mut Vec<Localized>| {
        if value.is_finite() && (0.01..=31_536_000.0).contains(&value) {
            Duration::from_secs_f64(value)
        } else {
            problems.push(Localized::new(
                format!("{key} = {value}：应为 0.01 秒到一年之间的秒数"),
                format!("{key} = {value}: seconds from 0.01 to a year are meant"),
            ));
            Duration::ZERO
        }
    };
    let first = seconds("retry.first_seconds", retry.first_seconds, problems);
    let longest = seconds("retry.longest_seconds", retry.longest_seconds, problems);
    if after_seconds.is_empty() {
        problems.push(Localized::new(
            "observe.after_seconds 是空的：至少要有一个时间",
            "observe.after_seconds is empty: at least one time is needed",
        ));
    }
    Policy {
        backoff_first: first,
        backoff_max: longest,
        attempts_max: retry.attempts_max,
        starts_max: retry.starts_max,
        observe: after_seconds.into_iter().map(Duration::from_secs).collect(),
    }
}

fn check_worker(worker: &RawWorker, problems: &mut Vec<Localized>) {
    if worker.concurrency == 0 {
        problems.push(Localized::new(
            "worker.concurrency = 0：至少为 1",
            "worker.concurrency = 0: at least 1 is needed",
        ));
    }
    if worker.lease_seconds < 3 {
        problems.push(Localized::new(
            "worker.lease_seconds：至少为 3，租约靠每三分之一时长一次的心跳维持",
            "worker.lease_seconds: at least 3 is needed, a heartbeat renews it at each third",
        ));
    }
}

/// Each webhook has a name of its own.
fn check_webhooks(webhooks: &[RawWebhook], problems: &mut Vec<Localized>) {
    let mut names = BTreeSet::new();
    for webhook in webhooks {
        let name = webhook.name.trim();
        if name.is_empty() || !names.insert(name) {
            problems.push(Localized::new(
                format!("webhooks：name = {name:?}：每个都要有自己的名字"),
                format!("webhooks: name = {name:?}: each needs a name of its own"),
            ));
        }
    }
}

/// Where a part of the data is; none for the data folder.
fn place(key: &str, raw: RawPlace, problems: &mut Vec<Localized>) -> Option<SecretRef> {
    let word = match raw {
        RawPlace::Address(reference) => return Some(reference),
        RawPlace::Word(word) => word,
    };
    if word != "file" {
        problems.push(Localized::new(
            format!(
                "data.{key}：应为 \"file\"，或 {{ env = \"…\" }}、{{ file = \"…\" }} 指明的地址；地址里有密码，不要直接写在这里"
            ),
            format!(
                "data.{key}: \"file\" is expected, or {{ env = \"…\" }} or {{ file = \"…\" }} that holds the address; it has a password in it and does not belong here"
            ),
        ));
    }
    None
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
        let place = format!("{}:2", path.display());
        assert_eq!(
            error.0,
            [Localized::new(
                format!("{place}：没有配置项 retry.first_second；是不是 retry.first_seconds？"),
                format!(
                    "{place}: unknown key retry.first_second; did you mean retry.first_seconds?"
                ),
            )]
        );
    }
}
