//! THE registration list: one line for each channel.

use std::sync::Arc;

use serde::Deserialize;
use toml::Table;
use yigao_channel::{Adapter, Channel, ConfigError, Opening};
use yigao_core::{Rendition, Timestamp};
use yigao_website::{Config as WebsiteConfig, DryCall, Manifest};

/// Opens a destination from its `[channel]` table.
type Open = fn(Table, &Opening<'_>) -> Result<Arc<dyn Channel>, ConfigError>;

/// Lists everything that is wrong with the text of a destination's file.
type Lint = fn(&str, &Opening<'_>) -> Vec<Wrong>;

/// A mistake in a file.
pub(crate) enum Wrong {
    /// It cannot be parsed, or has an unknown key.
    Toml(toml::de::Error),
    /// It can be parsed, but a value is wrong.
    Config(ConfigError),
}

/// A registered kind of channel.
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    pub(crate) example: &'static str,
    pub(crate) open: Open,
    pub(crate) lint: Lint,
}

/// All of them.
pub(crate) const KINDS: &[Kind] = &[
    Kind {
        lint: lint_website,
        ..kind::<yigao_website::Website>()
    },
    kind::<yigao_wechat::Wechat>(),
    kind::<yigao_county::County>(),
    kind::<yigao_memory::Memory>(),
];

/// Examples of a kind's further drivers, besides the driver that its own example shows.
pub(crate) const DRIVERS: &[(&str, &str)] = &[
    ("wordpress", yigao_website::WORDPRESS_EXAMPLE),
    ("manifest", yigao_website::MANIFEST_EXAMPLE),
    ("plone", yigao_website::PLONE_EXAMPLE),
];

const fn kind<A: Adapter>() -> Kind {
    Kind {
        name: A::KIND,
        example: A::EXAMPLE,
        open: open::<A>,
        lint: lint::<A>,
    }
}

fn open<A: Adapter>(table: Table, opening: &Opening<'_>) -> Result<Arc<dyn Channel>, ConfigError> {
    let config: A::Config = table.try_into().map_err(|e: toml::de::Error| {
        let message = e.message();
        ConfigError::new("channel", format!("写法不对：{message}"), message)
    })?;
    Ok(Arc::new(A::open(config, opening)?))
}

/// A destination's whole file, parsed so that an error can name its line and column.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File<C> {
    #[serde(rename = "kind")]
    _kind: String,
    #[serde(rename = "name")]
    _name: String,
    #[serde(default, rename = "home")]
    _home: bool,
    #[serde(rename = "cover")]
    _cover: Option<std::path::PathBuf>,
    channel: C,
}

fn lint<A: Adapter>(text: &str, opening: &Opening<'_>) -> Vec<Wrong> {
    match toml::from_str::<File<A::Config>>(text) {
        Err(error) => vec![Wrong::Toml(error)],
        Ok(file) => {
            let error = A::open(file.channel, opening).err();
            error.map(Wrong::Config).into_iter().collect()
        }
    }
}

/// The part of a website's file that decides how the rest is parsed.
#[derive(Deserialize)]
struct Driven {
    channel: Driver,
}

#[derive(Deserialize)]
struct Driver {
    driver: String,
}

/// Checks a website's file; for a manifest all mistakes are reported at once, each with its place.
fn lint_website(text: &str, opening: &Opening<'_>) -> Vec<Wrong> {
    let is_manifest =
        toml::from_str::<Driven>(text).is_ok_and(|file| file.channel.driver == "manifest");
    if !is_manifest {
        return lint::<yigao_website::Website>(text, opening);
    }
    match toml::from_str::<File<Manifest>>(text) {
        Err(error) => vec![Wrong::Toml(error)],
        Ok(file) => {
            let problems = yigao_website::manifest_problems(file.channel, opening);
            problems.into_iter().map(Wrong::Config).collect()
        }
    }
}

/// The calls of a manifest, filled in but not sent; no calls for any other driver.
pub(crate) fn dry_calls(
    kind: &str,
    channel: Table,
    opening: &Opening<'_>,
    rendition: &Rendition,
    now: Timestamp,
) -> Vec<DryCall> {
    if kind != yigao_website::Website::KIND {
        return Vec::new();
    }
    match channel.try_into() {
        Ok(WebsiteConfig::Manifest(manifest)) => {
            yigao_website::dry(*manifest, opening, rendition, now).unwrap_or_default()
        }
        Ok(_) | Err(_) => Vec::new(),
    }
}
