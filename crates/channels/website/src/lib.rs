#![doc = include_str!("../README.md")]

mod config;
mod driver_static;

use async_trait::async_trait;
use yigao_channel::{
    Adapter, Channel, ConfigError, Cx, Heard, Incoming, Opening, Profile, R, Refusal, RenderInput,
    Rendered,
};
use yigao_core::{Observation, Prior, Receipt, Rendition};

pub use config::Config;
pub use driver_static::config::{Column, StaticConfig};

use driver_static::StaticSite;

/// A website, by whichever driver its configuration names.
#[derive(Debug)]
pub struct Website {
    driver: Box<dyn Channel>,
}

impl Adapter for Website {
    const KIND: &'static str = "website";
    const EXAMPLE: &'static str = include_str!("../example.toml");
    type Config = Config;

    fn open(config: Config, _opening: &Opening<'_>) -> Result<Self, ConfigError> {
        let driver = match config {
            Config::Static(config) => Box::new(StaticSite::open(config)?),
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
    fn hear(&self, call: &Incoming) -> Result<Heard, Refusal> {
        self.driver.hear(call)
    }
    async fn publish(&self, cx: &Cx<'_>, rendition: &Rendition) -> R<Receipt> {
        self.driver.publish(cx, rendition).await
    }
    async fn correct(&self, cx: &Cx<'_>, rendition: &Rendition) -> R<Receipt> {
        self.driver.correct(cx, rendition).await
    }
    async fn kill(&self, cx: &Cx<'_>, notice: &Rendition) -> R<Receipt> {
        self.driver.kill(cx, notice).await
    }
    async fn observe(&self, cx: &Cx<'_>, prior: &Prior) -> R<Observation> {
        self.driver.observe(cx, prior).await
    }
    async fn tidy(&self, cx: &Cx<'_>, stays: Option<&Receipt>) -> R<()> {
        self.driver.tidy(cx, stays).await
    }
    async fn probe(&self, cx: &Cx<'_>) -> R<()> {
        self.driver.probe(cx).await
    }
}
