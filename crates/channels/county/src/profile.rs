//! What a centre can do and take. There is no common interface of county centres; the limits come from the centre's own
//! rules, the quotas from nobody.

use std::time::Duration;

use yigao_channel::{
    Completion, Correction, Length, Limits, Op, Profile, RepeatSafety, Withdrawal,
};

use crate::config::{Push, Settings, Transport};
use crate::ops;

/// Centres ask for originals of at least 1920 × 1080.
pub(crate) const PICTURE_WIDTH: u32 = 1_920;
pub(crate) const PICTURE_BYTES: u64 = 3 * 1_000_000;

/// How long a picture is believed to be still there; a centre that lost it says so, and it is sent again after this.
pub(crate) const MEDIA_KNOWN: Duration = Duration::from_secs(3_600);

const HOUR: u64 = 3_600;

pub(crate) fn profile(settings: &Settings) -> Profile {
    let (identity, folder, ops) = match &settings.transport {
        Transport::Push(push) => (
            format!("{} at {}", push.app_key, push.base_url),
            None,
            push_ops(push),
        ),
        Transport::Drop(drop) => (
            format!("folder {}", drop.folder.display()),
            Some(drop.folder.clone()),
            drop_ops(),
        ),
        // Who reads the page is who is sent to; the address at which the hub offers it may change.
        Transport::Paste(_) => (
            format!("{} by hand", settings.centre_name),
            None,
            vec![Op::read(ops::HAND, 5)],
        ),
    };
    let (correction, withdraw, completion) = match &settings.transport {
        Transport::Push(_) => (
            Correction::InPlace,
            Withdrawal::Remote,
            Completion::Immediate,
        ),
        // The centre imports the package and puts the new version in the old one's place.
        Transport::Drop(_) => (
            Correction::InPlace,
            Withdrawal::Remote,
            Completion::Immediate,
        ),
        Transport::Paste(_) => (Correction::ByHand, Withdrawal::ByHand, Completion::Person),
    };
    Profile {
        channel: "county",
        identity,
        folder,
        ops,
        limits: Limits {
            title: Some(Length::chars(settings.headline_limit)),
            summary: None,
            author: None,
            body: None,
            pictures_max: None,
            pictures_min: Some(settings.min_pictures).filter(|least| *least > 0),
            picture_bytes: Some(PICTURE_BYTES),
            picture_types: vec!["image/jpeg"],
            attachment_bytes: None,
        },
        correction,
        withdraw,
        completion,
        max_in_flight: 1,
    }
}

fn push_ops(push: &Push) -> Vec<Op> {
    let post = match push.key_life_hours {
        0 => Op::write(ops::ITEMS_POST, 60, RepeatSafety::Lookup).lookup_after(&[30, 120, 600]),
        hours => {
            let life = Duration::from_secs(hours.saturating_mul(HOUR));
            Op::write(ops::ITEMS_POST, 60, RepeatSafety::Key(life)).lookup_after(&[5, 60])
        }
    };
    vec![
        Op::read(ops::MEDIA_GET, 15),
        Op::write(ops::MEDIA, 60, RepeatSafety::Harmless),
        Op::read(ops::ITEMS_GET, 15),
        post,
        Op::write(ops::WITHDRAW, 60, RepeatSafety::Harmless),
    ]
}

fn drop_ops() -> Vec<Op> {
    vec![
        Op::write(ops::STAGE, 60, RepeatSafety::Harmless),
        Op::read(ops::STAGED, 15),
        Op::write(ops::RELEASE, 30, RepeatSafety::Lookup).lookup_after(&[1]),
        Op::write(ops::UNSTAGE, 30, RepeatSafety::Harmless),
        Op::read(ops::REJECTED, 15),
    ]
}
