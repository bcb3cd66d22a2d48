//! `driver = "wordpress"`: posts of a WordPress site, through its REST interface.
//!
//! - [`api`] has one function for each call, [`fault`] what its refusals mean; neither decides anything.
//! - [`site`] offers those calls to the flow that all remote sites share (`crate::remote`).
//! - [`article`] prepares what is sent, [`post`] is what is sent and how it is compared with what came back.

mod api;
mod article;
mod channel;
pub(crate) mod config;
mod fault;
mod fields;
mod media;
mod note;
mod ops;
mod payload;
mod post;
mod profile;
mod render;
mod site;
mod terms;

use yigao_channel::{ConfigError, Opening, Profile};
use yigao_core::Rendition;
use yigao_core::html::escape;

use config::{Settings, WordPressConfig};

pub(crate) use fault::codes;

/// The text of a post, its pictures' places not filled.
pub(crate) fn html(rendition: &Rendition, of: &str) -> Option<String> {
    let (text, _) = payload::unpack(&rendition.payload).ok()?;
    let title = escape(&text.title);
    Some(post::content(&post::marker(of), &title, &text, &|_| None))
}

/// A site: its settings and its profile, no state.
#[derive(Debug)]
pub(crate) struct WordPress {
    settings: Settings,
    profile: Profile,
}

impl WordPress {
    /// Checks the configuration.
    ///
    /// # Errors
    /// [`ConfigError`] names the key.
    pub(crate) fn open(
        config: WordPressConfig,
        opening: &Opening<'_>,
    ) -> Result<Self, ConfigError> {
        let settings = Settings::check(config, opening)?;
        let profile = profile::profile(&settings);
        Ok(Self { settings, profile })
    }
}
