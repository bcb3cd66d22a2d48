//! A version shaped for the site. Pure.

use yigao_channel::{RenderInput, Rendered};
use yigao_core::{
    Asset, Digest, Finding, Intent, Localized, Rendition, Severity,
    block::{Block, walk},
};

use super::{config::Settings, payload::pack, profile::TYPES};
use yigao_article::{findings, render::article};

pub(super) fn render(settings: &Settings, input: &RenderInput<'_>) -> Rendered {
    if input.intent == Intent::Withdraw {
        // The post is removed, and no notice replaces it.
        return Rendered {
            rendition: Some(input.blank(input.version.content.title_for(input.destination))),
            findings: Vec::new(),
        };
    }
    let (text, rendition) = article(&settings.columns, input);
    let mut found = findings::findings(&settings.columns, settings.upload_bytes, input);
    found.extend(types(input));
    Rendered {
        rendition: Some(Rendition {
            payload: pack(&text, settings.fields.of(&text)),
            ..rendition
        }),
        findings: found,
    }
}

/// Files of a type that WordPress refuses to keep.
fn types(input: &RenderInput<'_>) -> Vec<Finding> {
    let content = &input.version.content;
    let mut files: Vec<(&Digest, &str)> = Vec::new();
    walk(&content.body, &mut |block| {
        if let Block::Video { media } | Block::Audio { media } = block {
            files.push((&media.asset, &media.title));
        }
    });
    let attachments = content.attachments.iter();
    files.extend(attachments.map(|file| (&file.asset, file.title.as_str())));
    let assets = files
        .into_iter()
        .filter_map(|(digest, title)| Some((content.assets.get(digest)?, title)));
    assets
        .filter(|(asset, _)| !TYPES.contains(&asset.media_type.as_str()))
        .map(|(asset, title)| not_taken(asset, title))
        .collect()
}

fn not_taken(asset: &Asset, title: &str) -> Finding {
    let kind = &asset.media_type;
    Finding::new(
        Severity::Block,
        "attachment_type_not_taken",
        format!("asset/{}", asset.name),
        Localized::new(
            format!("WordPress 不接受附件“{title}”的类型 {kind}"),
            format!("WordPress does not take attachment {title:?} of type {kind}"),
        ),
        Localized::new(
            "请改存为 PDF、Office 文档或 ZIP；视频用 MP4，音频用 MP3",
            "save it as PDF, an office document or ZIP; a film as MP4, sound as MP3",
        ),
    )
    .predicts("rest_upload_sideload_error")
}
