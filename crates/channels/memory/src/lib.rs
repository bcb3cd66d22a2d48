#![doc = include_str!("../README.md")]

mod api;
pub mod board;
mod channel;
mod config;
pub mod fault;
mod ops;
mod profile;
mod render;

use yigao_channel::{Adapter, ConfigError, Opening, Profile};

pub use board::Board;
pub use config::{Config, Dedupe};

use crate::config::Settings;

/// A notice board.
#[derive(Debug)]
pub struct Memory {
    settings: Settings,
    profile: Profile,
}

impl Adapter for Memory {
    const KIND: &'static str = "memory";
    const EXAMPLE: &'static str = include_str!("../example.toml");
    type Config = Config;

    fn open(config: Config, opening: &Opening<'_>) -> Result<Self, ConfigError> {
        let settings = Settings::open(config, opening)?;
        Ok(Self {
            profile: profile::profile(&settings),
            settings,
        })
    }
}
