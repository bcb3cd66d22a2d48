//! What a WordPress site can do and take, as data. Behaviour after tests against WordPress 6.1, 2026-11.

use yigao_channel::{Completion, Correction, Limits, Op, Profile, RepeatSafety, Withdrawal};

use super::{config::Settings, ops};

/// Media types that WordPress takes from an editor, as it comes.
pub(super) const TYPES: &[&str] = &[
    "image/jpeg",
    "image/png",
    "image/gif",
    "image/webp",
    "application/pdf",
    "application/msword",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.ms-excel",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.ms-powerpoint",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/zip",
    "text/plain",
    "text/csv",
    "video/mp4",
    "audio/mpeg",
];

pub(super) fn profile(settings: &Settings) -> Profile {
    let longest = settings.longest;
    let soon_and_settled = [settings.settle.min(10), settings.settle];
    let settled = [settings.settle];
    Profile {
        channel: "website",
        identity: settings.base.to_string(),
        folder: None,
        ops: vec![
            Op::read(ops::FIND, longest),
            Op::write(ops::LIST, longest, RepeatSafety::Harmless),
            Op::read(ops::READ, longest),
            Op::read(ops::PAGE, longest),
            Op::read(ops::TERMS, longest),
            Op::write(ops::CATEGORY, longest, RepeatSafety::Harmless),
            Op::write(ops::TAG, longest, RepeatSafety::Harmless),
            Op::read(ops::MEDIA_LIST, longest),
            Op::write(ops::MEDIA, longest.saturating_mul(2), RepeatSafety::Lookup)
                .lookup_after(&soon_and_settled),
            Op::write(ops::DRAFT, longest, RepeatSafety::Lookup).lookup_after(&soon_and_settled),
            // By its number, so twice is as good as once; but late it brings back what was withdrawn.
            Op::write(ops::POST, longest, RepeatSafety::Harmless).lookup_after(&settled),
            Op::write(ops::TRASH, longest, RepeatSafety::Harmless),
            Op::write(ops::MEDIA_DELETE, longest, RepeatSafety::Harmless),
            Op::read(ops::ME, longest),
        ],
        limits: Limits {
            picture_bytes: Some(settings.upload_bytes),
            picture_types: vec!["image/jpeg", "image/png", "image/gif", "image/webp"],
            attachment_bytes: Some(settings.upload_bytes),
            ..Limits::default()
        },
        correction: Correction::InPlace,
        withdraw: Withdrawal::Remote,
        completion: Completion::Immediate,
        // Two uploads at once may come to share one file, two creations one address: WordPress checks and writes without a lock.
        max_in_flight: 1,
    }
}
