//! What a static site can do and take, as data.

use yigao_channel::{
    Completion, Correction, Length, Limits, Op, Profile, RepeatSafety, Withdrawal,
};

use super::config::Settings;
use yigao_article::findings::{ATTACHMENT_BYTES, TITLE_CHARS};

pub(super) const READ: &str = "read";
/// Fixes address and time of a delivery in the journal; writes nothing.
pub(super) const PLAN: &str = "plan";
pub(super) const PICTURE: &str = "picture";
pub(super) const ARTICLE: &str = "article";
pub(super) const PAGE: &str = "page";
pub(super) const INDEX: &str = "index";
pub(super) const DERIVE: &str = "derive";
pub(super) const REMOVE: &str = "remove";
pub(super) const PROBE: &str = "probe";

/// Every write is a put by name or a removal, so doing it again is harmless; what must not be overwritten by a stale
/// worker is guarded by the index file's digest.
pub(super) fn profile(settings: &Settings) -> Profile {
    Profile {
        channel: "website",
        identity: settings.folder.clone(),
        folder: Some(settings.folder.clone().into()),
        ops: vec![
            Op::read(READ, 15),
            Op::write(PLAN, 20, RepeatSafety::Harmless),
            Op::write(PICTURE, 120, RepeatSafety::Harmless),
            Op::write(ARTICLE, 30, RepeatSafety::Harmless),
            Op::write(PAGE, 30, RepeatSafety::Harmless),
            Op::write(INDEX, 30, RepeatSafety::Harmless),
            Op::write(DERIVE, 30, RepeatSafety::Harmless),
            Op::write(REMOVE, 20, RepeatSafety::Harmless),
            Op::write(PROBE, 10, RepeatSafety::Harmless),
        ],
        limits: Limits {
            title: Some(Length::chars(TITLE_CHARS)),
            picture_types: vec!["image/jpeg", "image/png", "image/gif", "image/webp"],
            attachment_bytes: Some(ATTACHMENT_BYTES),
            ..Limits::default()
        },
        correction: Correction::InPlace,
        withdraw: Withdrawal::Remote,
        completion: Completion::Immediate,
        max_in_flight: 1,
    }
}
