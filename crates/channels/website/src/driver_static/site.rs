//! Page builders: pure functions from settings, index and article to bytes.

pub(super) mod article;
pub(super) mod column;
pub(super) mod feed;
mod frame;
pub(super) mod home;
pub(super) mod map;
pub(super) mod notice;
pub(super) mod related;
pub(super) mod sitemap;

/// Path of the map of the site.
pub(super) const MAP_PATH: &str = "sitemap.html";
/// Path of the style sheet.
pub(super) const STYLE_PATH: &str = "style.css";
/// The one style sheet of the site.
pub(super) const STYLE: &str = include_str!("site/style.css");
