//! The adapter's table in a destination's file, and the settings made from it.

use serde::Deserialize;
use yigao_channel::{ConfigError, Opening, Secret, SecretRef, web_address};

/// `[channel]` of a destination's file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Address of the board, without a slash at its end.
    pub base_url: String,
    /// Where the board's token is found.
    pub token: SecretRef,
    /// How a repeated post is recognised.
    #[serde(default)]
    pub dedupe: Dedupe,
}

/// How a repeated post is recognised.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dedupe {
    /// The board remembers our keys for a day and answers a repeated key with the first post. It also finds posts by their marker.
    #[default]
    Key,
    /// The board finds posts by their marker.
    Lookup,
    /// Neither: a person decides what a lost answer meant.
    None,
}

/// The settings that the adapter uses.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) base_url: String,
    pub(crate) token: Secret,
    /// Where the token came from, for advice; never the token.
    pub(crate) token_place: String,
    pub(crate) dedupe: Dedupe,
}

impl Settings {
    pub(crate) fn open(config: Config, opening: &Opening<'_>) -> Result<Self, ConfigError> {
        web_address("channel.base_url", &config.base_url)?;
        let base_url = config.base_url.trim_end_matches('/').to_owned();
        Ok(Self {
            base_url,
            token: (opening.secrets)(&config.token)?,
            token_place: config.token.to_string(),
            dedupe: config.dedupe,
        })
    }
}
