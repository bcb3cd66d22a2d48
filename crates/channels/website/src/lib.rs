#![doc = include_str!("../README.md")]

mod config;
mod driver_static;
mod manifest;
mod remote;
mod wordpress;

use async_trait::async_trait;
use yigao_channel::{
    Adapter, Callback, Channel, ConfigError, Cx, Incoming, Opening, Profile, Refusal, RenderInput,
    Rendered, StepResult,
};
use yigao_core::{Observation, Prior, Receipt, Rendition};

pub use config::Config;
pub use driver_static::config::StaticConfig;
pub use manifest::{
    DryCall, GATEWAY as MANIFEST_EXAMPLE, PLONE as PLONE_EXAMPLE, codes as manifest_codes,
    config::Manifest, dry, problems as manifest_problems,
};
pub use wordpress::config::{WithdrawalManner, WordPressConfig};
pub use yigao_article::columns::Column;

/// An example file for a site on WordPress.
pub const WORDPRESS_EXAMPLE: &str = include_str!("../example-wordpress.toml");

/// Codes of the WordPress driver's fault table; the README explains each.
pub fn wordpress_codes() -> impl Iterator<Item = &'static str> {
    wordpress::codes()
}

/// The markup of a WordPress post as it is sent, the places of its pictures not filled; none when the rendition is another
/// driver's. For measuring.
pub fn wordpress_html(rendition: &Rendition, marker: &str) -> Option<String> {
    wordpress::html(rendition, marker)
}

use driver_static::StaticSite;
use manifest::ManifestSite;
use wordpress::WordPress;

/// A website, by whichever driver its configuration names.
#[derive(Debug)]
pub struct Website {
    driver: Box<dyn Channel>,
}

impl Adapter for Website {
    const KIND: &'static str = "website";
    const EXAMPLE: &'static str = include_str!("../example.toml");
    type Config = Config;

    fn open(config: Config, opening: &Opening<'_>) -> Result<Self, ConfigError> {
        let driver: Box<dyn Channel> = match config {
            Config::Static(config) => Box::new(StaticSite::open(config)?),
            Config::Wordpress(config) => Box::new(WordPress::open(config, opening)?),
            Config::Manifest(config) => Box::new(ManifestSite::open(*config, opening)?),
        };
        Ok(Self { driver })
    }
}

#[async_trait]
impl Channel for Website {
    fn profile(&self) -> &Profile {
        self.driver.profile()
    }
    fn render(&self, input: &RenderInput<'_>) -> Rendered {
        self.driver.render(input)
    }
    fn receive(&self, call: &Incoming) -> Result<Callback, Refusal> {
        self.driver.receive(call)
    }
    async fn publish(&self, cx: &Cx<'_>, rendition: &Rendition) -> StepResult<Receipt> {
        self.driver.publish(cx, rendition).await
    }
    async fn correct(&self, cx: &Cx<'_>, rendition: &Rendition) -> StepResult<Receipt> {
        self.driver.correct(cx, rendition).await
    }
    async fn withdraw(&self, cx: &Cx<'_>, notice: &Rendition) -> StepResult<Receipt> {
        self.driver.withdraw(cx, notice).await
    }
    async fn observe(&self, cx: &Cx<'_>, prior: &Prior) -> StepResult<Observation> {
        self.driver.observe(cx, prior).await
    }
    async fn cleanup(&self, cx: &Cx<'_>, stays: Option<&Receipt>) -> StepResult<()> {
        self.driver.cleanup(cx, stays).await
    }
    async fn probe(&self, cx: &Cx<'_>) -> StepResult<Vec<yigao_core::Localized>> {
        self.driver.probe(cx).await
    }
}
