#![doc = include_str!("../README.md")]

mod api;
mod channel;
mod config;
mod drop_folder;
mod extras;
mod fault;
mod findings;
mod hand_over;
mod ninjs;
mod note;
mod ops;
mod payload;
mod profile;
mod push;
mod render;
mod signing;

use yigao_channel::{Adapter, ConfigError, Opening, Profile};

pub use config::{Config, DropConfig, PasteConfig, PushConfig, TransportKind};

use config::Settings;

/// Every code that the fault table knows.
pub fn codes() -> impl Iterator<Item = i64> {
    fault::codes()
}

/// A county media centre.
#[derive(Debug)]
pub struct County {
    settings: Settings,
    profile: Profile,
}

impl Adapter for County {
    const KIND: &'static str = "county";
    const EXAMPLE: &'static str = include_str!("../example.toml");
    type Config = Config;

    fn open(config: Config, opening: &Opening<'_>) -> Result<Self, ConfigError> {
        let settings = Settings::new(config, opening)?;
        let profile = profile::profile(&settings);
        Ok(Self { settings, profile })
    }
}
