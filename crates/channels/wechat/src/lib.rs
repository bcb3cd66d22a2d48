#![doc = include_str!("../README.md")]

mod answer;
mod api;
mod body;
mod channel;
mod codes;
mod config;
mod fault;
mod find;
mod findings;
mod job;
mod note;
mod ops;
mod payload;
mod profile;
mod publish;
mod read_back;
mod render;
mod shapes;
mod withdraw;
mod words;

use yigao_channel::{Adapter, ConfigError, Opening, Profile};

pub use config::{Config, Correct, LimitSet, Resubmit};

use config::Settings;

/// Every return code that the fault table knows.
pub fn codes() -> impl Iterator<Item = i64> {
    codes::CODES.iter().map(|row| row.code)
}

/// A WeChat official account.
#[derive(Debug)]
pub struct Wechat {
    settings: Settings,
    profile: Profile,
}

impl Adapter for Wechat {
    const KIND: &'static str = "wechat";
    const EXAMPLE: &'static str = include_str!("../example.toml");
    type Config = Config;

    fn open(config: Config, opening: &Opening<'_>) -> Result<Self, ConfigError> {
        let settings = Settings::new(config, opening)?;
        let profile = profile::profile(&settings);
        Ok(Self { settings, profile })
    }
}
