//! `driver = "static"`: a whole site of plain files, no server of its own.
//!
//! - [`render`] shapes an item, [`site`] builds pages; both are pure.
//! - [`index`] is the one file from which every page with a list derives.
//! - [`channel`] has the methods, [`files`] what they ask of the folder.

mod channel;
pub(crate) mod config;
mod derive;
mod files;
mod index;
mod observe;
mod payload;
mod profile;
mod publish;
mod render;
mod site;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod withdraw;

use yigao_channel::{ConfigError, Profile};

use config::{Settings, StaticConfig};

/// A static site: its settings and its profile, no state.
#[derive(Debug)]
pub(crate) struct StaticSite {
    settings: Settings,
    profile: Profile,
}

impl StaticSite {
    /// Checks the configuration.
    ///
    /// # Errors
    /// [`ConfigError`] names the key.
    pub(crate) fn open(config: StaticConfig) -> Result<Self, ConfigError> {
        let settings = Settings::check(config)?;
        let profile = profile::profile(&settings);
        Ok(Self { settings, profile })
    }
}
