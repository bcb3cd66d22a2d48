//! What a board can do and what it accepts, as data. The README's tables describe the same.

use std::time::Duration;

use yigao_channel::{
    Completion, Correction, Length, Limits, Op, Profile, RepeatSafety, Withdrawal,
};

use crate::config::{Dedupe, Settings};
use crate::ops;

/// Longest title, in characters.
pub(crate) const TITLE_MAX: usize = 60;
/// Longest body, in bytes of UTF-8, markup included.
pub(crate) const BODY_MAX: usize = 100_000;
/// How long a board remembers our idempotency keys.
pub(crate) const KEY_LIFE: Duration = Duration::from_secs(24 * 3_600);
/// Widest picture, in pixels.
pub(crate) const PICTURE_WIDTH_MAX: u32 = 1_280;
/// Largest picture, in bytes.
pub(crate) const PICTURE_BYTES_MAX: u64 = 2_000_000;

pub(crate) fn profile(settings: &Settings) -> Profile {
    let post = match settings.dedupe {
        // One lookup, right after the request has ended: while the board remembers the key, the request may always be repeated.
        Dedupe::Key => Op::write(ops::POST, 10, RepeatSafety::Key(KEY_LIFE)).lookup_after(&[1]),
        Dedupe::Lookup => Op::write(ops::POST, 10, RepeatSafety::Lookup).lookup_after(&[5, 60]),
        Dedupe::None => Op::write(ops::POST, 10, RepeatSafety::Never),
    };
    Profile {
        channel: "memory",
        identity: settings.base_url.clone(),
        folder: None,
        ops: vec![
            post,
            Op::write(ops::PUT, 10, RepeatSafety::Harmless),
            Op::write(ops::DELETE, 10, RepeatSafety::Harmless),
            Op::write(ops::FILE, 30, RepeatSafety::Harmless),
            Op::write(ops::UNFILE, 10, RepeatSafety::Harmless),
            Op::read(ops::FIND, 10),
            Op::read(ops::READ, 10),
            Op::read(ops::ASK, 10),
        ],
        limits: Limits {
            title: Some(Length::chars(TITLE_MAX)),
            body: Some(Length::utf8_bytes(BODY_MAX)),
            picture_bytes: Some(PICTURE_BYTES_MAX),
            picture_types: vec!["image/jpeg"],
            ..Limits::default()
        },
        correction: Correction::InPlace,
        withdraw: Withdrawal::Remote,
        completion: Completion::Immediate,
        max_in_flight: 4,
    }
}
