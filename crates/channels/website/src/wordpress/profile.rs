//! What a WordPress site can do and take, as data. Behaviour after tests against WordPress 6.1, 2026-11.

use yigao_channel::{Completion, Correction, Limits, Op, Profile, RepeatSafety, Withdrawal};

use super::config::Settings;

pub(super) const FIND: &str = "find";
/// Writes down what is to be taken down; asks the site, and changes nothing there.
pub(super) const LIST: &str = "list";
pub(super) const READ: &str = "read";
pub(super) const PAGE: &str = "page";
pub(super) const TERMS: &str = "terms";
pub(super) const CATEGORY: &str = "category";
pub(super) const TAG: &str = "tag";
pub(super) const MEDIA_LIST: &str = "media_list";
pub(super) const MEDIA: &str = "media";
pub(super) const DRAFT: &str = "draft";
pub(super) const POST: &str = "post";
pub(super) const TRASH: &str = "trash";
pub(super) const MEDIA_DELETE: &str = "media_delete";
pub(super) const ME: &str = "me";

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
            Op::read(FIND, longest),
            Op::write(LIST, longest, RepeatSafety::Harmless),
            Op::read(READ, longest),
            Op::read(PAGE, longest),
            Op::read(TERMS, longest),
            Op::write(CATEGORY, longest, RepeatSafety::Harmless),
            Op::write(TAG, longest, RepeatSafety::Harmless),
            Op::read(MEDIA_LIST, longest),
            Op::write(MEDIA, longest.saturating_mul(2), RepeatSafety::Lookup)
                .lookup_after(&soon_and_settled),
            Op::write(DRAFT, longest, RepeatSafety::Lookup).lookup_after(&soon_and_settled),
            // By its number, so twice is as good as once; but late it brings back what was withdrawn.
            Op::write(POST, longest, RepeatSafety::Harmless).lookup_after(&settled),
            Op::write(TRASH, longest, RepeatSafety::Harmless),
            Op::write(MEDIA_DELETE, longest, RepeatSafety::Harmless),
            Op::read(ME, longest),
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
