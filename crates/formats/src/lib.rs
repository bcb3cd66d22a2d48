#![doc = include_str!("../README.md")]

mod bundle;
mod draft;
mod problem;

pub use bundle::{Bundle, BundleLimits};
pub use draft::Draft;
pub use problem::Problem;
