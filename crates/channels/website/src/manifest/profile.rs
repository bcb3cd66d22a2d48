//! What a site of this kind can do and take, as data: the same operations for all, times and limits by the manifest.

use yigao_article::findings::TITLE_CHARS;
use yigao_channel::{Completion, Correction, Limits, Op, Profile, RepeatSafety, Withdrawal};

use crate::manifest::{config::Dedupe, ops, site::Site};

/// When a job is asked for, seconds after it was taken on; then it is a doubt.
const POLLS: &[u64] = &[5, 15, 60, 300, 900, 3_600, 14_400, 86_400];

pub(crate) fn profile(site: &Site) -> Profile {
    let manifest = &site.manifest;
    let longest = manifest.longest_seconds;
    let settled = [manifest.settle_seconds];
    let soon_and_settled = [manifest.settle_seconds.min(10), manifest.settle_seconds];
    let create = match manifest.dedupe {
        Dedupe::Enforced | Dedupe::Findable => {
            Op::write(ops::CREATE, longest, RepeatSafety::Lookup).lookup_after(&soon_and_settled)
        }
        Dedupe::None => Op::write(ops::CREATE, longest, RepeatSafety::Never),
    };
    let files = manifest
        .ops
        .put_asset
        .as_ref()
        .map(|_| manifest.upload_bytes);
    Profile {
        channel: "website",
        identity: site.base.to_string(),
        folder: None,
        ops: vec![
            Op::read(ops::PROBE, longest),
            Op::read(ops::LOG_IN, longest),
            Op::read(ops::FIND_ASSET, longest),
            Op::write(
                ops::PUT_ASSET,
                longest.saturating_mul(2),
                RepeatSafety::Lookup,
            )
            .lookup_after(&soon_and_settled),
            Op::write(ops::DROP_ASSET, longest, RepeatSafety::Harmless),
            Op::read(ops::FIND, longest),
            Op::write(ops::LIST, longest, RepeatSafety::Harmless),
            create,
            // Late they bring back what was withdrawn, or an older text.
            Op::write(ops::UPDATE, longest, RepeatSafety::Harmless).lookup_after(&settled),
            Op::write(ops::PUBLISH, longest, RepeatSafety::Harmless).lookup_after(&settled),
            Op::read(ops::POLL, longest).lookup_after(POLLS),
            Op::write(ops::WITHDRAW, longest, RepeatSafety::Harmless),
            Op::read(ops::READ_BACK, longest),
            Op::read(ops::PAGE, longest),
        ],
        limits: Limits {
            picture_bytes: files,
            attachment_bytes: files,
            ..Limits::default()
        },
        correction: Correction::InPlace,
        withdraw: Withdrawal::Remote,
        completion: if manifest.ops.poll.is_some() {
            Completion::Polled
        } else {
            Completion::Immediate
        },
        // Nobody here knows whether such a site checks and writes under a lock.
        max_in_flight: 1,
    }
}

pub(crate) fn title_chars(site: &Site) -> usize {
    let most = site.manifest.title_chars.unwrap_or(u32::MAX);
    usize::try_from(most)
        .unwrap_or(TITLE_CHARS)
        .min(TITLE_CHARS)
}
