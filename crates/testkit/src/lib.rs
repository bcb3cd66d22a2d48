#![doc = include_str!("../README.md")]

mod account;
mod exchange;
mod keeper;
mod plone;
mod postgres;
mod process;
mod redis;
mod wordpress;

pub use exchange::{Exchanged, exchange};
pub use plone::Plone;
pub use postgres::{Postgres, Programs};
pub use redis::Redis;
pub use wordpress::{Limits, Part, WordPress, WordPressPrograms};

/// Whether tests of parts that are not installed may be left out (`make test PARTS=core`).
pub fn core_only() -> bool {
    std::env::var_os("YIGAO_PARTS").is_some_and(|parts| parts == "core")
}
