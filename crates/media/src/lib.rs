#![doc = include_str!("../README.md")]

mod budget;
mod colour;
mod crop;
mod derive;
mod encode;
mod error;
mod header;
mod inspect;
mod kind;
mod limits;
mod reader;
mod rights;
mod source;

#[cfg(test)]
mod specimens;

pub use crop::{CropBox, crop_box, fit_within};
pub use derive::Derived;
pub use error::MediaError;
pub use inspect::{Picture, inspect};
pub use kind::kind_of;
pub use limits::Limits;
pub use rights::Rights;
pub use source::Source;
