//! `[channel]` of a website's destination file.

use serde::Deserialize;

use crate::{
    driver_static::config::StaticConfig, manifest::config::Manifest,
    wordpress::config::WordPressConfig,
};

/// What is written under `[channel]`; `driver` names which of these it is.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "driver", rename_all = "snake_case")]
pub enum Config {
    /// Pages written into a folder that a web server shows.
    Static(StaticConfig),
    /// Posts of a WordPress site.
    Wordpress(WordPressConfig),
    /// Any site with an interface, which this file describes.
    Manifest(Box<Manifest>),
}
