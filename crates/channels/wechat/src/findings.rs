//! What the platform would refuse, before it is asked.

use yigao_channel::{Limited, Limits, RenderInput};
use yigao_core::{
    Finding, Localized, Severity,
    finding::Severity::{Block, Note, Warn},
    rendition::{SLOT_CLOSE, SLOT_OPEN},
};

use crate::{
    payload::Payload,
    profile::{AUTHOR_SAFE, BODY_BYTES, BODY_CHARS, BODY_CHARS_SAFE, DIGEST, SOURCE_URL_BYTES},
};

/// Room reserved for the address of one picture: longer ones have not been seen.
const ADDRESS_CHARS: usize = 200;
/// Below this the platform's crop of a cover fails.
const COVER_WIDTH_MIN: u32 = 200;

/// What is examined.
pub(crate) struct Seen<'s> {
    pub(crate) input: &'s RenderInput<'s>,
    pub(crate) payload: &'s Payload,
    pub(crate) limits: &'s Limits,
    pub(crate) clips: usize,
}

pub(crate) fn all(seen: &Seen<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    title(seen, &mut found);
    author(seen, &mut found);
    summary(seen, &mut found);
    body(seen, &mut found);
    cover(seen, &mut found);
    beyond_the_body(seen, &mut found);
    found
}

fn finding(
    severity: Severity,
    (code, place): (&str, &str),
    (zh, en): (&str, &str),
    (fix_zh, fix_en): (&str, &str),
) -> Finding {
    Finding::new(
        severity,
        code,
        place,
        Localized::new(zh, en),
        Localized::new(fix_zh, fix_en),
    )
}

fn title(seen: &Seen<'_>, found: &mut Vec<Finding>) {
    let what = Limited {
        code: "title_too_long",
        place: "title",
        zh: "标题",
        en: "title",
        channel: "公众号",
        predicts: Some("45003"),
    };
    let title = &seen.payload.title;
    found.extend(seen.limits.title.and_then(|most| most.check(&what, title)));
    if title.is_empty() {
        let empty = finding(
            Block,
            ("title_missing", "title"),
            ("没有标题", "there is no title"),
            ("请补上标题", "give it a title"),
        );
        found.push(empty.predicts("41011"));
    }
}

fn author(seen: &Seen<'_>, found: &mut Vec<Finding>) {
    let what = Limited {
        code: "author_too_long",
        place: "author",
        zh: "作者",
        en: "author",
        channel: "公众号",
        predicts: Some("45110"),
    };
    let author = &seen.payload.author;
    let over = seen
        .limits
        .author
        .and_then(|most| most.check(&what, author));
    let close = over.is_none() && author.chars().count() > AUTHOR_SAFE;
    if close {
        let close = finding(
            Note,
            ("author_near_limit", "author"),
            (
                "作者超过 8 字：文档允许，有的账号会拒收",
                "the author exceeds 8 characters: allowed by the documentation, refused by some accounts",
            ),
            (
                "可在目的账号配置 author 写简称",
                "set a short author for this destination",
            ),
        );
        found.push(close.predicts("45110"));
    }
    found.extend(over);
}

fn summary(seen: &Seen<'_>, found: &mut Vec<Finding>) {
    let content = &seen.input.version.content;
    let Some(summary) = content.summary_for(seen.input.destination) else {
        return;
    };
    if DIGEST.fits(summary) {
        return;
    }
    let message = Localized::new(
        format!(
            "摘要长 {} 字节，公众号最多 {} 字节（约 40 个汉字），发送时截到：{}",
            summary.len(),
            DIGEST.max,
            seen.payload.digest
        ),
        format!(
            "the summary has {} bytes, WeChat takes {}; it is cut to: {}",
            summary.len(),
            DIGEST.max,
            seen.payload.digest
        ),
    );
    let advice = Localized::new(
        "可在该渠道的单独设置中另写摘要",
        "give this destination its own summary under overrides",
    );
    found.push(Finding::new(Note, "summary_cut", "summary", message, advice).predicts("45004"));
}

/// The body as long as it will be when the pictures have their addresses.
fn filled_chars(content: &str) -> usize {
    let mut chars = 0;
    let mut rest = content;
    while let Some((before, after)) = rest.split_once(SLOT_OPEN) {
        chars += before.chars().count() + ADDRESS_CHARS;
        rest = after.split_once(SLOT_CLOSE).map_or("", |(_, tail)| tail);
    }
    chars + rest.chars().count()
}

fn body(seen: &Seen<'_>, found: &mut Vec<Finding>) {
    let content = &seen.payload.content;
    let chars = filled_chars(content);
    let bytes = content.len() + chars.saturating_sub(content.chars().count());
    let message = |what_zh: &str, what_en: &str| {
        Localized::new(
            format!("正文连同标记长 {chars} 字（{bytes} 字节），{what_zh}"),
            format!("the body has {chars} characters with its tags ({bytes} bytes), {what_en}"),
        )
    };
    let advice = Localized::new(
        "请压缩正文、减少加粗和表格，或拆成两篇",
        "shorten it, use fewer marks and tables, or split it in two",
    );
    if chars > BODY_CHARS || bytes > BODY_BYTES {
        let message = message(
            "公众号要求少于 20000 字、1 MB",
            "WeChat takes fewer than 20,000 and less than 1 MB",
        );
        found.push(Finding::new(Block, "body_too_long", "body", message, advice).predicts("45002"));
    } else if chars > BODY_CHARS_SAFE {
        let message = message(
            "接近 20000 字的上限，平台改写后可能超出",
            "close to the limit of 20,000: the platform's rewriting may push it over",
        );
        found
            .push(Finding::new(Warn, "body_near_limit", "body", message, advice).predicts("45002"));
    }
    if seen.input.version.content.body.is_empty() {
        let empty = finding(
            Block,
            ("body_missing", "body"),
            ("没有正文", "there is no text"),
            ("请补上正文", "write it"),
        );
        found.push(empty.predicts("44004"));
    }
}

fn cover(seen: &Seen<'_>, found: &mut Vec<Finding>) {
    let content = &seen.input.version.content;
    let Some(digest) = content.cover().or(seen.input.cover) else {
        let missing = finding(
            Block,
            ("cover_missing", "cover"),
            (
                "封面必需：公众号文章没有封面不能发布",
                "WeChat takes no article without a cover",
            ),
            (
                "请指定封面、在正文中放一张图片，或在公众号的配置文件里设默认封面（cover）",
                "name a cover, put a picture into the text, or give the account a default one (cover in its file)",
            ),
        );
        found.push(missing.predicts("40007"));
        return;
    };
    let asset = content.assets.get(digest);
    if let Some(width) = asset.and_then(|a| a.width)
        && width < COVER_WIDTH_MIN
    {
        let small = finding(
            Warn,
            ("cover_small", "cover"),
            (
                "封面太小，平台裁剪可能失败",
                "the cover is small: the platform's crop may fail",
            ),
            (
                "请用宽 900 像素以上的图片",
                "use a picture at least 900 pixels wide",
            ),
        );
        found.push(small.predicts("53402"));
    }
}

/// What a reader cannot have inside the article.
fn beyond_the_body(seen: &Seen<'_>, found: &mut Vec<Finding>) {
    let content = &seen.input.version.content;
    let has_source = seen.payload.source.is_some();
    if seen.clips > 0 {
        found.push(finding(
            Warn,
            ("clip_left_out", "body"),
            (
                "音视频不能随文发送，文中只留标题和文字稿",
                "video and audio are not sent along: title and transcript stand in their place",
            ),
            (
                "读者可点“阅读原文”播放；或在公众号后台人工插入",
                "readers play it on the page of record; or insert it by hand in the console",
            ),
        ));
    }
    if !content.attachments.is_empty() && !has_source {
        found.push(finding(
            Warn,
            ("attachment_unreachable", "attachments"),
            (
                "附件不能随文发送，且没有“阅读原文”可点",
                "attachments are not sent along, and there is no source address to find them at",
            ),
            (
                "请同时发布到网站，或配置 source_url",
                "publish it on the website too, or set source_url",
            ),
        ));
    }
    let gif = seen_pictures(content).any(|kind| kind == "image/gif");
    if gif {
        found.push(finding(
            Note,
            ("animation_stills", "body"),
            (
                "动图只保留第一帧",
                "animations are sent as their first frame",
            ),
            (
                "如需动图，请在公众号后台插入",
                "insert the animation in the console",
            ),
        ));
    }
    if !has_source {
        found.push(finding(
            Warn,
            ("no_mark", "front_matter"),
            (
                "没有“阅读原文”地址：万一发布结果不明，只能由人工到后台核对",
                "no source address: if an answer is lost, only a person can find out what became of it",
            ),
            ("请同时发布到网站，或配置 source_url", "publish it on the website too, or set source_url"),
        ));
    }
    if let Some(source) = &seen.payload.source
        && !source.contains(SLOT_OPEN)
        && source.len() + 64 > SOURCE_URL_BYTES
    {
        let long = finding(
            Block,
            ("source_url_too_long", "front_matter"),
            ("原文地址超过 1 KB", "the source address exceeds 1 KB"),
            ("请缩短 source_url", "shorten source_url"),
        );
        found.push(long.predicts("45005"));
    }
}

fn seen_pictures(content: &yigao_core::Content) -> impl Iterator<Item = &str> {
    yigao_core::block::figures(&content.body)
        .into_iter()
        .filter_map(|figure| content.assets.get(&figure.asset))
        .map(|asset| asset.media_type.as_str())
}
