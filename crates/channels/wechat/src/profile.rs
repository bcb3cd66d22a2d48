//! What an account can do and take. Quotas and limits after WeChat's developer pages 接口调用频次限制, 新增草稿,
//! 上传图文消息内的图片 and 发布能力, read 2026-11; what is only seen live is said so in the README.

use yigao_channel::{
    Completion, Correction, Length, Limits, Op, Profile, RepeatSafety, Window::Day, Withdrawal,
};

use crate::config::{LimitSet, Settings};
use crate::ops;

/// Bytes of a picture in the body: the platform takes less than 1 MB.
pub(crate) const PICTURE_BYTES: u64 = 950 * 1_000;
pub(crate) const PICTURE_WIDTH: u32 = 1_080;
/// Ours: the platform takes 10 MB, readers on the road do not.
pub(crate) const COVER_BYTES: u64 = 900 * 1_000;
pub(crate) const COVER_SIZE: (u32, u32) = (900, 383);
/// A body has fewer than 20,000 characters, tags counted.
pub(crate) const BODY_CHARS: usize = 19_999;
/// A body has fewer than 1 MB.
pub(crate) const BODY_BYTES: usize = 999_999;
/// Whether the platform counts before or after its own rewriting is not documented: this much is safe either way.
pub(crate) const BODY_CHARS_SAFE: usize = 19_000;
/// The page states 128 characters, live accounts refuse more than this: it is within both.
pub(crate) const DIGEST: Length = Length {
    max: 120,
    unit: yigao_channel::Unit::Utf8Bytes,
};
/// Above this some accounts refuse the author.
pub(crate) const AUTHOR_SAFE: usize = 8;
pub(crate) const SOURCE_URL_BYTES: usize = 1_024;

pub(crate) fn profile(settings: &Settings) -> Profile {
    let (title, author) = match settings.limits {
        LimitSet::Documented => (32, 16),
        LimitSet::Observed => (64, 8),
    };
    Profile {
        channel: "wechat",
        identity: format!("{} at {}", settings.app_id, settings.base_url),
        folder: None,
        ops: ops(settings),
        limits: Limits {
            title: Some(Length::chars(title)),
            // A longer one is cut, not refused.
            summary: None,
            author: Some(Length::chars(author)),
            body: Some(Length::chars(BODY_CHARS)),
            pictures_max: None,
            pictures_min: None,
            picture_bytes: Some(PICTURE_BYTES),
            picture_types: vec!["image/jpeg", "image/png"],
            attachment_bytes: None,
        },
        correction: Correction::Republish,
        withdraw: Withdrawal::Remote,
        completion: Completion::Polled,
        max_in_flight: 1,
    }
}

fn ops(settings: &Settings) -> Vec<Op> {
    vec![
        Op::read(ops::TOKEN, 15).quota(500_000, Day),
        Op::write(ops::BODY_IMAGE, 60, RepeatSafety::Harmless).quota(1_000, Day),
        Op::write(ops::COVER, 60, RepeatSafety::Lookup).lookup_after(&[10, 60]),
        Op::read(ops::COVER_LIST, 15).quota(1_000, Day),
        Op::write(ops::DRAFT, 30, RepeatSafety::Harmless).quota(1_000, Day),
        Op::read(ops::DRAFT_GET, 15).quota(500, Day),
        Op::read(ops::DRAFT_LIST, 15).quota(1_000, Day),
        Op::write(ops::DRAFT_DELETE, 15, RepeatSafety::Harmless).quota(1_000, Day),
        Op::write(ops::SUBMIT, 30, RepeatSafety::Lookup)
            .lookup_after(&settings.submit_lookups)
            .quota(100, Day),
        // Kept before a submit, so that a withdrawal knows whether there was one.
        Op::read(ops::SUBMIT_BEGUN, 5),
        // Without an address there is no marker, and without one nothing to search for.
        Op::write(ops::SUBMIT_UNMARKED, 30, RepeatSafety::Never).quota(100, Day),
        Op::read(ops::JOB, 15)
            .lookup_after(&settings.polls)
            .quota(100, Day),
        Op::read(ops::SEARCH, 15).lookup_after(&search_lookups(&settings.submit_lookups)),
        Op::read(ops::PUBLISHED_LIST, 15).quota(100, Day),
        Op::read(ops::ARTICLE, 15).quota(100, Day),
        Op::write(ops::DELETE, 30, RepeatSafety::Harmless).quota(10, Day),
    ]
}

/// A withdrawal looks the article up at once, and then as long as a lost submit may take to show.
fn search_lookups(submit_lookups: &[u64]) -> Vec<u64> {
    std::iter::once(1)
        .chain(submit_lookups.iter().copied())
        .collect()
}
