//! Keys of a WordPress site, and the settings they become.

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::Deserialize;
use url::Url;
use yigao_channel::{ConfigError, Opening, Secret, SecretRef};

use yigao_article::{
    address::base_url,
    columns::{Column, Columns, default_columns},
};

use super::fields::Fields;

/// A site's servers give up before this, usually; a gateway that waits longer needs a larger number.
const LONGEST_SECONDS: u64 = 30;
/// How long a request that nobody waits for any more may still be carried out, after its end.
const SETTLE_SECONDS: u64 = 90;
/// What the gateways of most hosts take.
const UPLOAD_BYTES: u64 = 8 << 20;

/// Keys under `[channel]` besides `driver`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WordPressConfig {
    /// Address of the site's home page; identity of the destination.
    pub base_url: String,
    /// Log-in name of an editor who is there for the hub alone.
    pub user: String,
    /// That user's application password (用户 → 个人资料 → 应用程序密码), as a reference.
    pub password: SecretRef,
    /// What a withdrawal does with the post.
    #[serde(default)]
    pub withdraw: WithdrawalManner,
    /// Longest time of a request, seconds.
    pub longest_seconds: Option<u64>,
    /// How long after its end a lost request may still be carried out, seconds.
    pub settle_seconds: Option<u64>,
    /// Largest file that the site's servers take, bytes.
    pub upload_bytes: Option<u64>,
    /// 栏目: categories of the site.
    #[serde(default = "default_columns")]
    pub columns: Vec<Column>,
    /// Slug or name of the column for what fits no other; the first one when absent.
    #[serde(default)]
    pub default_column: Option<String>,
    /// Custom fields of the site, each with what of an item is written into it.
    #[serde(default)]
    pub fields: BTreeMap<String, String>,
}

/// What a withdrawal does with the post.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WithdrawalManner {
    /// Into the site's trash, from where its staff can bring it back.
    #[default]
    Trash,
    /// Gone for good.
    Delete,
}

/// The configuration, checked and opened.
#[derive(Debug)]
pub(crate) struct Settings {
    /// Ends in `/`.
    pub(crate) base: Url,
    pub(crate) user: String,
    /// `Basic …`, as the header wants it.
    pub(crate) authorization: Secret,
    pub(crate) password: Secret,
    /// Where the password is configured, for people.
    pub(crate) password_place: String,
    pub(crate) withdraw: WithdrawalManner,
    pub(crate) longest: u64,
    pub(crate) settle: u64,
    pub(crate) upload_bytes: u64,
    pub(crate) columns: Columns,
    pub(crate) fields: Fields,
}

impl Settings {
    pub(crate) fn check(
        config: WordPressConfig,
        opening: &Opening<'_>,
    ) -> Result<Self, ConfigError> {
        let base = base_url(&config.base_url)?;
        if base.path().contains("wp-json") || base.path().contains("wp-admin") {
            return Err(ConfigError::new(
                "channel.base_url",
                "请填写网站首页的地址，不带 wp-json 或 wp-admin",
                "the address of the home page is expected, without wp-json or wp-admin",
            ));
        }
        if config.user.trim().is_empty() || config.user.contains(':') {
            return Err(ConfigError::new(
                "channel.user",
                "请填写该用户的登录名，不含冒号",
                "the user's log-in name is expected, without a colon",
            ));
        }
        let seconds = |key: &str, given: Option<u64>, usual: u64| match given.unwrap_or(usual) {
            0 => Err(ConfigError::new(key, "至少 1 秒", "at least one second")),
            seconds => Ok(seconds),
        };
        let password = (opening.secrets)(&config.password)?;
        let pair = format!("{}:{}", config.user, password.reveal());
        Ok(Self {
            base,
            user: config.user,
            authorization: Secret::new(format!("Basic {}", STANDARD.encode(pair))),
            password,
            password_place: config.password.to_string(),
            withdraw: config.withdraw,
            longest: seconds(
                "channel.longest_seconds",
                config.longest_seconds,
                LONGEST_SECONDS,
            )?,
            settle: seconds(
                "channel.settle_seconds",
                config.settle_seconds,
                SETTLE_SECONDS,
            )?,
            upload_bytes: config.upload_bytes.unwrap_or(UPLOAD_BYTES),
            columns: Columns::check(config.columns, config.default_column.as_deref())?,
            fields: Fields::check(config.fields)?,
        })
    }

    /// An address of the REST interface.
    pub(crate) fn rest(&self, path: &str) -> String {
        format!("{}wp-json/wp/v2/{path}", self.base)
    }
}
