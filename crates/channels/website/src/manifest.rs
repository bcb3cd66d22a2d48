//! `driver = "manifest"`: any site with an interface, which one file describes.
//!
//! - [`config`] is that file, [`check`] what may be wrong with it, [`dry`] its calls filled without sending.
//! - [`api`] makes calls from it ([`template`], [`request`], [`auth`], [`sign`]), [`answer`] reads what comes back.
//! - [`remote_site`] offers them to the flow that all remote sites share (`crate::remote`); [`prepare`] is what is sent.

mod answer;
mod api;
mod article;
mod auth;
mod channel;
mod check;
pub(crate) mod config;
mod dry;
mod media;
mod ops;
mod prepare;
mod profile;
mod remote_site;
mod render;
mod request;
mod sign;
mod site;
mod template;
#[cfg(test)]
mod testing;
mod values;

use yigao_channel::{ConfigError, Opening, Profile};

pub use dry::{DryCall, dry};

use config::Manifest;
use site::Site;

/// An example of a gateway: forms, a failure inside a 200, saving and publishing as two calls.
pub const GATEWAY: &str = include_str!("../example-manifest.toml");
/// An example of a Plone site.
pub const PLONE: &str = include_str!("../example-plone.toml");

/// A site by its manifest: no state.
#[derive(Debug)]
pub(crate) struct ManifestSite {
    site: Site,
    profile: Profile,
}

impl ManifestSite {
    /// Checks the manifest.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub(crate) fn open(config: Manifest, opening: &Opening<'_>) -> Result<Self, ConfigError> {
        let site = Site::open(config, opening).map_err(|problems| {
            let first = problems.into_iter().next();
            first.unwrap_or_else(|| ConfigError::new("channel", "清单不完整", "it is incomplete"))
        })?;
        let profile = profile::profile(&site);
        Ok(Self { site, profile })
    }
}

/// Everything that is wrong with a manifest.
pub fn problems(config: Manifest, opening: &Opening<'_>) -> Vec<ConfigError> {
    Site::open(config, opening).err().unwrap_or_default()
}

/// Codes of this driver's own faults; MANIFEST.md explains each.
pub fn codes() -> [&'static str; 5] {
    [
        answer::NOT_EXPECTED,
        answer::NOT_OK,
        answer::INCOMPLETE,
        answer::TAKEN,
        answer::TEMPLATE,
    ]
}
