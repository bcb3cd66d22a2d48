#![doc = include_str!("../README.md")]

mod bundle;
mod characters;
mod csv;
mod draft;
mod encoding;
mod files;
mod format;
mod gov_page;
mod json;
mod leftovers;
mod markdown;
mod originals;
mod paths;
mod pictures;
mod problem;
mod reserved;
mod rules;
mod slug;
mod when;
mod yaml;
mod zip;

pub use bundle::{Bundle, BundleLimits};
pub use draft::Draft;
pub use encoding::text_of;
pub use files::is_named;
pub use format::{Format, detect, read, write};
pub use paths::is_leftover;
pub use problem::Problem;
