//! yigao-core.
pub mod asset;
pub mod digest;
