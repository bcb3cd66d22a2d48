#![doc = include_str!("../README.md")]

pub mod address;
pub mod body;
pub mod columns;
pub mod findings;
pub mod page;
pub mod readback;
pub mod render;
pub mod shown;
pub mod text;
pub mod whole;
