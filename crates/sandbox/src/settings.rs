//! What can be set: per account, per centre, and at the start.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::clock::Fast;

/// How the stand-ins start, and what `reset` returns to.
#[derive(Debug, Clone)]
pub struct SandboxConfig {
    /// The folder whose `in/` the centre `drop` empties.
    pub drop: Option<PathBuf>,
    /// The folder of a website, served under `/site`.
    pub site: Option<PathBuf>,
    /// How fast time goes by.
    pub clock: Fast,
    /// The WeChat account.
    pub wechat: AccountSettings,
    /// The county centres known from the start; others come up when first addressed.
    pub centres: BTreeMap<String, CentreSettings>,
}

impl Default for SandboxConfig {
    fn default() -> Self {
        let centre = |title: &str| CentreSettings {
            title: title.to_owned(),
            ..CentreSettings::default()
        };
        Self {
            drop: None,
            site: None,
            clock: Fast::default(),
            wechat: AccountSettings::default(),
            centres: BTreeMap::from([
                ("yunxi".to_owned(), centre("云溪县融媒体中心")),
                ("qingshan".to_owned(), centre("青山县融媒体中心")),
                ("drop".to_owned(), centre("石桥县融媒体中心（投递文件夹）")),
            ]),
        }
    }
}

impl SandboxConfig {
    /// As [`Default`], with nothing to wait for: a submitted article is out at once.
    pub fn fast() -> Self {
        let mut config = Self::default();
        config.wechat.publish_delay_ms = 0;
        config
    }
}

/// Which of two contradicting sets of length limits the account applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Limits {
    /// The documentation's: title 32, digest 128, author 16 characters.
    Doc,
    /// Those seen live: title 64 characters, digest 120 bytes, author 8 characters.
    Observed,
}

/// What becomes of links to other sites in a body. Both are reported of the real platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Links {
    /// The link goes, its text stays.
    Strip,
    /// `draft/add` is refused with 45166.
    Refuse,
}

/// When a draft leaves the draft box. The documentation does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsumeDraft {
    /// When the publish job has succeeded.
    Success,
    /// When the job is taken on.
    Submit,
}

/// What becomes of `\uXXXX` escapes in a JSON body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnicodeEscapes {
    /// Stored and counted as the six characters that were sent.
    Literal,
    /// Refused with 47002.
    Refuse,
}

/// The WeChat account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountSettings {
    /// The name readers see.
    pub name: String,
    /// AppID.
    pub appid: String,
    /// AppSecret.
    pub secret: String,
    /// Without 认证 every freepublish call is refused with 48001.
    pub verified: bool,
    /// The privilege to open comments; without it `need_open_comment` is refused with 88000.
    pub comments: bool,
    /// Whether the caller's address is on the allow-list (40164).
    pub ip_allowed: bool,
    /// Length limits.
    pub limits: Limits,
    /// Links to other sites.
    pub links: Links,
    /// `\uXXXX` in bodies.
    pub unicode_escapes: UnicodeEscapes,
    /// How long a publish job stays at status 1.
    pub publish_delay_ms: i64,
    /// How long lists do not show what is new.
    pub list_lag_ms: i64,
    /// Publish status (0, 2, 3, 4) of each coming job; the last one stays.
    #[serde(deserialize_with = "one_or_more")]
    pub outcome: Vec<u8>,
    /// When a draft leaves the box.
    pub consume_draft: ConsumeDraft,
    /// Life of an access token in seconds.
    pub token_life_s: i64,
    /// Calls a day where they differ from the documented table.
    pub quotas: BTreeMap<String, u32>,
}

impl Default for AccountSettings {
    fn default() -> Self {
        Self {
            name: "示范市文化和旅游局".to_owned(),
            appid: "wx00000000000000aa".to_owned(),
            secret: "sandbox-secret-0123456789abcdef".to_owned(),
            verified: true,
            comments: false,
            ip_allowed: true,
            limits: Limits::Doc,
            links: Links::Refuse,
            unicode_escapes: UnicodeEscapes::Literal,
            publish_delay_ms: 2_000,
            list_lag_ms: 0,
            outcome: vec![0],
            consume_draft: ConsumeDraft::Success,
            token_life_s: 7_200,
            quotas: BTreeMap::new(),
        }
    }
}

/// What a centre does with the idempotency key of a sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dedupe {
    /// The same key and body is answered again, without effect.
    Key,
    /// Keys are ignored: each call makes a copy.
    None,
}

/// One county centre.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CentreSettings {
    /// The name people see.
    pub title: String,
    /// Application key of the sender.
    pub app_key: String,
    /// Its secret.
    pub secret: String,
    /// Characters of a headline, punctuation included.
    pub headline_limit: usize,
    /// Pictures an item needs.
    pub min_pictures: usize,
    /// Idempotency keys.
    pub dedupe: Dedupe,
    /// Calls a minute; none = no limit.
    pub calls_per_minute: Option<u32>,
}

impl Default for CentreSettings {
    fn default() -> Self {
        Self {
            title: String::new(),
            app_key: "yigao".to_owned(),
            secret: "county-secret-0123456789".to_owned(),
            headline_limit: 23,
            min_pictures: 0,
            dedupe: Dedupe::Key,
            calls_per_minute: None,
        }
    }
}

/// `current` with the keys of `patch` laid over it.
///
/// # Errors
/// A sentence that names the key that is unknown or the value that does not fit.
pub(crate) fn patched<T: Serialize + DeserializeOwned>(
    current: &T,
    patch: &Value,
) -> Result<T, String> {
    let mut whole = serde_json::to_value(current).map_err(|e| e.to_string())?;
    let Some(patch) = patch.as_object() else {
        return Err("a JSON object of settings is expected".to_owned());
    };
    for (key, value) in patch {
        match (whole.get_mut(key).and_then(Value::as_object_mut), value) {
            (Some(inner), Value::Object(more)) => inner.extend(more.clone()),
            _ => {
                if let Some(whole) = whole.as_object_mut() {
                    whole.insert(key.clone(), value.clone());
                }
            }
        }
    }
    serde_json::from_value(whole).map_err(|e| e.to_string())
}

fn one_or_more<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum OneOrMore {
        One(u8),
        More(Vec<u8>),
    }
    let script = match OneOrMore::deserialize(deserializer)? {
        OneOrMore::One(status) => vec![status],
        OneOrMore::More(script) => script,
    };
    if script.is_empty() || !script.iter().all(|s| matches!(s, 0 | 2 | 3 | 4)) {
        return Err(serde::de::Error::custom(
            "outcome: one or more of 0, 2, 3, 4 (5 and 6 come from /control/wechat/staff)",
        ));
    }
    Ok(script)
}
