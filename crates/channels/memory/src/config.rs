//! What stands in a destination's file, and what is made of it.

use serde::Deserialize;
use yigao_channel::{ConfigError, Opening, Secret, SecretRef, web_address};

/// `[channel]` of a destination's file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Address of the board, without a slash at its end.
    pub base_url: String,
    /// Where the board's token is to be found.
    pub token: SecretRef,
    /// What keeps a post from standing there twice.
    #[serde(default)]
    pub dedupe: Dedupe,
}

/// What keeps a post from standing there twice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dedupe {
    /// The board knows our keys for a day and answers the second with the first. It finds posts by their mark, too.
    #[default]
    Key,
    /// The board finds posts by their mark.
    Look,
    /// Neither: a lost answer is for a person to clear.
    None,
}

/// What the adapter works with.
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
