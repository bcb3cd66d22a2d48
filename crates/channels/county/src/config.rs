//! `[channel]` of a centre's destination file, and what is made of it.

use std::path::PathBuf;

use serde::Deserialize;
use yigao_channel::{ConfigError, Opening, Secret, SecretRef, web_address};

/// Rules of one centre (云上通山, 2020-07): headlines of at most 23 characters, punctuation included.
const HEADLINE_LIMIT: usize = 23;
const KEY_LIFE_HOURS: u64 = 24;

/// `[channel]`. The doc comment of each field is its line in the README.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The centre's name as people know it.
    pub centre_name: String,
    /// How items get there; the table of the same name must be there too, and no other.
    pub transport: TransportKind,
    /// Most characters of a headline, punctuation included.
    #[serde(default = "headline_limit")]
    pub headline_limit: usize,
    /// Fewest pictures of an item.
    #[serde(default)]
    pub min_pictures: usize,
    /// Last line of the text; `{author}` is the author, else the unit, and `{unit}` the unit.
    #[serde(default = "byline")]
    pub byline: String,
    /// Terms of use that go with each item.
    pub usage_terms: Option<String>,
    pub push: Option<PushConfig>,
    pub drop: Option<DropConfig>,
    pub paste: Option<PasteConfig>,
}

fn headline_limit() -> usize {
    HEADLINE_LIMIT
}

fn byline() -> String {
    "通讯员：{author}".to_owned()
}

/// How items get to a centre.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransportKind {
    /// A signed HTTP interface.
    Push,
    /// Packages in a folder that the centre empties.
    Drop,
    /// A person at the centre copies from a signed page.
    Paste,
}

/// `[channel.push]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PushConfig {
    /// Address above `/items` and `/media`.
    pub base_url: String,
    /// Our application key there.
    pub app_key: String,
    /// Its secret, as a reference.
    pub secret: SecretRef,
    /// How long the centre knows an `Idempotency-Key`; 0 when it ignores keys.
    #[serde(default = "key_life_hours")]
    pub key_life_hours: u64,
}

fn key_life_hours() -> u64 {
    KEY_LIFE_HOURS
}

/// `[channel.drop]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DropConfig {
    /// The folder; packages appear in `in/` below it.
    pub folder: PathBuf,
    /// Where the centre puts packages it refuses, below the folder; nothing comes back when absent.
    pub rejected: Option<String>,
}

/// `[channel.paste]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PasteConfig {
    /// Signs the links to hand-over pages.
    pub secret: SecretRef,
}

/// The configuration, checked and opened.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) centre_name: String,
    pub(crate) headline_limit: usize,
    pub(crate) min_pictures: usize,
    pub(crate) byline: String,
    pub(crate) usage_terms: Option<String>,
    pub(crate) transport: Transport,
}

#[derive(Debug)]
pub(crate) enum Transport {
    Push(Push),
    Drop(DropFolder),
    Paste(Paste),
}

#[derive(Debug)]
pub(crate) struct Push {
    pub(crate) base_url: String,
    pub(crate) app_key: String,
    pub(crate) secret: Secret,
    /// Where the secret is configured, for people.
    pub(crate) secret_place: String,
    pub(crate) key_life_hours: u64,
}

#[derive(Debug)]
pub(crate) struct DropFolder {
    pub(crate) folder: PathBuf,
    pub(crate) rejected: Option<String>,
}

#[derive(Debug)]
pub(crate) struct Paste {
    pub(crate) secret: Secret,
    /// Address of hand-over pages, up to the ticket.
    pub(crate) pages: String,
}

impl Settings {
    pub(crate) fn new(config: Config, opening: &Opening<'_>) -> Result<Self, ConfigError> {
        if config.centre_name.trim().is_empty() {
            return Err(ConfigError::new(
                "channel.centre_name",
                "请写融媒体中心的名称",
                "the centre's name, as people know it",
            ));
        }
        if config.headline_limit == 0 {
            return Err(ConfigError::new(
                "channel.headline_limit",
                "至少为 1",
                "at least 1",
            ));
        }
        Ok(Self {
            transport: transport(&config, opening)?,
            centre_name: config.centre_name,
            headline_limit: config.headline_limit,
            min_pictures: config.min_pictures,
            byline: config.byline,
            usage_terms: config.usage_terms,
        })
    }
}

fn transport(config: &Config, opening: &Opening<'_>) -> Result<Transport, ConfigError> {
    match (config.transport, &config.push, &config.drop, &config.paste) {
        (TransportKind::Push, Some(push), None, None) => Ok(Transport::Push(Push {
            base_url: base("channel.push.base_url", &push.base_url)?,
            app_key: push.app_key.clone(),
            secret: (opening.secrets)(&push.secret)?,
            secret_place: push.secret.to_string(),
            key_life_hours: push.key_life_hours,
        })),
        (TransportKind::Drop, None, Some(drop), None) => {
            if drop.rejected.as_deref().is_some_and(|name| !is_plain(name)) {
                return Err(ConfigError::new(
                    "channel.drop.rejected",
                    "请写投递文件夹里一个子文件夹的名称，不含 /",
                    "the name of a folder below the folder, without '/'",
                ));
            }
            Ok(Transport::Drop(DropFolder {
                folder: drop.folder.clone(),
                rejected: drop.rejected.clone(),
            }))
        }
        (TransportKind::Paste, None, None, Some(paste)) => {
            let Some(base) = opening.public_url else {
                return Err(ConfigError::new(
                    "channel.paste",
                    "交接页需要主配置里的 public_url：融媒体中心访问本程序的网址",
                    "hand-over pages need public_url in the main configuration: the address at which the centre reaches this program",
                ));
            };
            let base = self::base("public_url", base)?;
            Ok(Transport::Paste(Paste {
                secret: (opening.secrets)(&paste.secret)?,
                pages: format!("{base}/hand/{}", opening.destination),
            }))
        }
        _ => Err(ConfigError::new(
            "channel.transport",
            "transport = \"push\"、\"drop\" 或 \"paste\"，须配同名的表 [channel.push]、[channel.drop] 或 [channel.paste]，且只配这一张",
            "transport = \"push\", \"drop\" or \"paste\" needs the table [channel.push], [channel.drop] or [channel.paste] of the same name, and no other",
        )),
    }
}

fn is_plain(name: &str) -> bool {
    !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\'])
}

/// The address without a slash at its end.
fn base(key: &str, text: &str) -> Result<String, ConfigError> {
    if web_address(key, text)?.query().is_some() {
        return Err(ConfigError::new(
            key,
            "网址不能带 ? 参数",
            "an address without a query is expected",
        ));
    }
    Ok(text.trim_end_matches('/').to_owned())
}
