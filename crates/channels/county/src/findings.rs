//! What a centre would send back, before it is asked.

use yigao_channel::{Limited, Profile};
use yigao_core::{
    Content, Finding, Localized,
    block::{Block, walk},
    finding::Severity,
};

use crate::config::{Settings, Transport};

pub(crate) fn all(
    settings: &Settings,
    profile: &Profile,
    headline: &str,
    content: &Content,
    pictures: usize,
) -> Vec<Finding> {
    let mut found = Vec::new();
    // Only the interface answers with codes; a person sends it back with a word.
    let code = |code: &'static str| match settings.transport {
        Transport::Push(_) => Some(code),
        Transport::Drop(_) | Transport::Paste(_) => None,
    };
    let what = Limited {
        code: "headline_too_long",
        place: "title",
        zh: "标题",
        en: "headline",
        channel: &settings.centre_name,
        predicts: code("2001"),
    };
    let most = profile.limits.title;
    found.extend(most.and_then(|most| most.check(&what, headline)));
    let mut put = |finding: Finding, predicts: Option<&'static str>| {
        found.push(match predicts {
            Some(code) => finding.predicts(code),
            None => finding,
        });
    };
    if headline.is_empty() {
        put(no_headline(), code("2005"));
    }
    if content.body.is_empty() {
        put(no_body(), code("2005"));
    }
    if pictures < settings.min_pictures {
        put(too_few_pictures(settings, pictures), code("2002"));
    }
    if has_clips(&content.body) {
        put(clips_stay(), None);
    }
    if !content.attachments.is_empty() {
        put(attachments_stay(), None);
    }
    found
}

fn no_headline() -> Finding {
    Finding::new(
        Severity::Block,
        "headline_missing",
        "title",
        Localized::new("没有标题", "there is no headline"),
        Localized::new("请补上标题", "give it one"),
    )
}

fn no_body() -> Finding {
    Finding::new(
        Severity::Block,
        "body_missing",
        "body",
        Localized::new("没有正文", "there is no text"),
        Localized::new("请补上正文", "write it"),
    )
}

fn too_few_pictures(settings: &Settings, pictures: usize) -> Finding {
    let (centre, least) = (&settings.centre_name, settings.min_pictures);
    Finding::new(
        Severity::Block,
        "pictures_missing",
        "body",
        Localized::new(
            format!("有 {pictures} 张图片，{centre}至少要 {least} 张"),
            format!("{pictures} picture(s), {centre} takes items with {least} at least"),
        ),
        Localized::new(
            "请在正文中补图，或不发往该中心",
            "add pictures to the text, or leave this centre out",
        ),
    )
}

fn has_clips(body: &[Block]) -> bool {
    let mut found = false;
    walk(body, &mut |block| {
        found |= matches!(block, Block::Video { .. } | Block::Audio { .. });
    });
    found
}

fn clips_stay() -> Finding {
    Finding::new(
        Severity::Warn,
        "clip_left_out",
        "body",
        Localized::new(
            "音视频不随稿发送，文中只留标题和文字稿",
            "video and audio are not sent along: title and transcript stand in their place",
        ),
        Localized::new("请另行送给中心", "send them to the centre another way"),
    )
}

fn attachments_stay() -> Finding {
    Finding::new(
        Severity::Note,
        "attachment_left_out",
        "attachments",
        Localized::new(
            "附件不随稿发送，文中只列名称",
            "attachments are named in the text, not sent along",
        ),
        Localized::new(
            "如中心需要，请另行送去",
            "send them another way if the centre needs them",
        ),
    )
}
