//! Small sums with time. The clock itself is never here: `now` is an argument everywhere.

use std::time::Duration;

use jiff::{
    Timestamp,
    tz::{Offset, TimeZone},
};

/// `at` plus `by`, held at the end of time.
pub fn later(at: Timestamp, by: Duration) -> Timestamp {
    let millis = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
    Timestamp::from_millisecond(at.as_millisecond().saturating_add(millis))
        .unwrap_or(Timestamp::MAX)
}

/// `at` less `by`, held at the beginning of time.
pub fn earlier(at: Timestamp, by: Duration) -> Timestamp {
    let millis = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
    Timestamp::from_millisecond(at.as_millisecond().saturating_sub(millis))
        .unwrap_or(Timestamp::MIN)
}

/// Time from `from` to `to`, zero when `to` is earlier.
pub fn between(from: Timestamp, to: Timestamp) -> Duration {
    let millis = to.as_millisecond().saturating_sub(from.as_millisecond());
    Duration::from_millis(u64::try_from(millis).unwrap_or(0))
}

/// Asia/Shanghai: UTC+8 without daylight saving since 1991, so a fixed offset and no time zone database.
pub fn shanghai() -> TimeZone {
    TimeZone::fixed(Offset::constant(8))
}

/// `2026-11-24 18:05` in Asia/Shanghai, the form government pages print.
pub fn minute_in_shanghai(at: Timestamp) -> String {
    at.to_zoned_datetime(shanghai())
        .strftime("%Y-%m-%d %H:%M")
        .to_string()
}

/// `18:05:09` in Asia/Shanghai.
pub fn second_in_shanghai(at: Timestamp) -> String {
    at.to_zoned_datetime(shanghai())
        .strftime("%H:%M:%S")
        .to_string()
}

/// `2026-11-24` in Asia/Shanghai.
pub fn day_in_shanghai(at: Timestamp) -> String {
    at.to_zoned_datetime(shanghai())
        .strftime("%Y-%m-%d")
        .to_string()
}
