//! `[channel]` of an account's destination file, and what is made of it.

use serde::Deserialize;
use yigao_channel::{ConfigError, Opening, Secret, SecretRef, web_address};

/// Poll times of a publish job, seconds from when it was taken on: 100 calls a day serve all jobs of the account.
const POLL_SECONDS: &[u64] = &[10, 30, 120, 300, 900, 3_600, 14_400, 43_200, 86_400];
/// Looks after a submit whose answer was lost, seconds from its end.
const SUBMIT_LOOKUP_SECONDS: &[u64] = &[60, 180, 600];

/// `[channel]`. The doc comment of each field is its line in the README.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Address of the API; `https://api2.weixin.qq.com` is the platform's spare.
    #[serde(default = "base_url")]
    pub base_url: String,
    /// AppID.
    pub app_id: String,
    /// AppSecret, as a reference.
    pub secret: SecretRef,
    /// Which of two contradicting sets of length limits holds.
    #[serde(default)]
    pub limits: LimitSet,
    /// Shown author; the item's own author or unit when absent.
    pub author: Option<String>,
    /// 阅读原文 of items without a page of record; `{item}` becomes the item's name. Carries our marker.
    pub source_url: Option<String>,
    /// Order of a correction.
    #[serde(default)]
    pub correct: Correct,
    /// What a lost answer to a submit may end in.
    #[serde(default)]
    pub resubmit: Resubmit,
    /// Opens comments; the account needs the privilege.
    #[serde(default)]
    pub comments: bool,
    /// Looks after a submit whose answer was lost, seconds from its end.
    pub submit_lookup_seconds: Option<Vec<u64>>,
    /// When a publish job is asked for, seconds from when it was taken on.
    pub poll_seconds: Option<Vec<u64>>,
}

fn base_url() -> String {
    "https://api.weixin.qq.com".to_owned()
}

/// Title and author: the documentation's limits of 2025-12, or those seen live in 2026-06. The digest is held to the
/// smaller of both, 120 bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitSet {
    /// Title 32 characters, author 16.
    #[default]
    Documented,
    /// Title 64 characters, author 8.
    Observed,
}

/// Order of a correction: a published article cannot be changed, so there is a new one and the old one is deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Correct {
    /// The new one is out before the old one goes: for a while both are up, never none.
    #[default]
    NewFirst,
    /// The old one goes first: if the audit then refuses the new one, nothing is up.
    OldFirst,
}

/// What the last lookup after a lost submit may conclude.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Resubmit {
    /// Not listed and the draft still in the box: it was not taken on, submit again.
    #[default]
    IfDraftRemains,
    /// Never: a person checks the console.
    Never,
}

/// The configuration, checked and opened.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) base_url: String,
    pub(crate) app_id: String,
    pub(crate) secret: Secret,
    /// Where the secret is configured, for people.
    pub(crate) secret_place: String,
    pub(crate) limits: LimitSet,
    pub(crate) author: Option<String>,
    pub(crate) source_url: Option<String>,
    pub(crate) correct: Correct,
    pub(crate) resubmit: Resubmit,
    pub(crate) comments: bool,
    pub(crate) submit_lookups: Vec<u64>,
    pub(crate) polls: Vec<u64>,
}

impl Settings {
    pub(crate) fn new(config: Config, opening: &Opening<'_>) -> Result<Self, ConfigError> {
        let base_url = config.base_url.trim_end_matches('/').to_owned();
        web_address("channel.base_url", &base_url)?;
        if config.app_id.is_empty() || !config.app_id.chars().all(|c| c.is_ascii_alphanumeric()) {
            return Err(ConfigError::new(
                "channel.app_id",
                "请照公众平台后台填写 AppID：以 wx 开头的字母和数字",
                "the AppID as the console shows it: letters and digits, beginning with wx",
            ));
        }
        if let Some(source) = &config.source_url {
            web_address("channel.source_url", &source.replace("{item}", "item"))?;
        }
        let times = |key: &str, given: Option<Vec<u64>>, usual: &[u64]| {
            let times = given.unwrap_or_else(|| usual.to_vec());
            if times.is_empty() || !times.is_sorted() {
                return Err(ConfigError::new(
                    key,
                    "至少一个秒数，从小到大",
                    "at least one number of seconds, in rising order",
                ));
            }
            Ok(times)
        };
        Ok(Self {
            submit_lookups: times(
                "channel.submit_lookup_seconds",
                config.submit_lookup_seconds,
                SUBMIT_LOOKUP_SECONDS,
            )?,
            polls: times("channel.poll_seconds", config.poll_seconds, POLL_SECONDS)?,
            secret: (opening.secrets)(&config.secret)?,
            secret_place: config.secret.to_string(),
            base_url,
            app_id: config.app_id,
            limits: config.limits,
            author: config.author.filter(|a| !a.trim().is_empty()),
            source_url: config.source_url,
            correct: config.correct,
            resubmit: config.resubmit,
            comments: config.comments,
        })
    }
}
