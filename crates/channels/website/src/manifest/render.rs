//! A version shaped for the site. Pure.

use yigao_article::{findings, render::article};
use yigao_channel::{Length, RenderInput, Rendered, limit::Limited};
use yigao_core::{
    Digest, Finding, Intent, Localized, Rendition, Severity,
    block::{Block, figures, walk},
};

use crate::manifest::{profile::title_chars, site::Site};

const TITLE: Limited<'_> = Limited {
    code: "title_too_long_here",
    place: "title",
    zh: "标题",
    en: "the title",
    channel: "该网站",
    predicts: None,
};

pub(crate) fn render(site: &Site, input: &RenderInput<'_>) -> Rendered {
    if input.intent == Intent::Withdraw {
        // It is removed, and no notice replaces it.
        return Rendered {
            rendition: Some(input.blank(input.version.content.title_for(input.destination))),
            findings: Vec::new(),
        };
    }
    let (text, rendition) = article(&site.columns, input);
    let mut found = findings::findings(&site.columns, site.manifest.upload_bytes, input);
    if title_chars(site) < findings::TITLE_CHARS {
        found.extend(Length::chars(title_chars(site)).check(&TITLE, &text.title));
    }
    found.extend(files(site, input));
    Rendered {
        rendition: Some(Rendition {
            payload: serde_json::to_value(&text).unwrap_or_default(),
            ..rendition
        }),
        findings: found,
    }
}

/// Files that the site has no call for, or whose type it does not take.
fn files(site: &Site, input: &RenderInput<'_>) -> Vec<Finding> {
    let content = &input.version.content;
    let mut files: Vec<(&Digest, &str)> = Vec::new();
    walk(&content.body, &mut |block| {
        if let Block::Video { media } | Block::Audio { media } = block {
            files.push((&media.asset, &media.title));
        }
    });
    let attachments = content.attachments.iter();
    files.extend(attachments.map(|file| (&file.asset, file.title.as_str())));
    if site.manifest.ops.put_asset.is_none() {
        let any = !files.is_empty() || !figures(&content.body).is_empty();
        return any.then(no_files).into_iter().collect();
    }
    let Some(types) = &site.manifest.types else {
        return Vec::new();
    };
    let assets = files
        .into_iter()
        .filter_map(|(digest, title)| Some((content.assets.get(digest)?, title)));
    assets
        .filter(|(asset, _)| !types.contains(&asset.media_type))
        .map(|(asset, title)| {
            let kind = &asset.media_type;
            Finding::new(
                Severity::Block,
                "attachment_type_not_taken",
                format!("asset/{}", asset.name),
                Localized::new(
                    format!("该网站不接受附件“{title}”的类型 {kind}"),
                    format!("the site does not take attachment {title:?} of type {kind}"),
                ),
                Localized::new(
                    format!("可用类型：{}", types.join("、")),
                    format!("it takes {}", types.join(", ")),
                ),
            )
        })
        .collect()
}

fn no_files() -> Finding {
    Finding::new(
        Severity::Block,
        "files_not_taken",
        "body",
        Localized::new(
            "该网站的清单没有上传文件的接口，图片和附件发不出去",
            "the site's manifest has no call for files: pictures and attachments cannot go out",
        ),
        Localized::new(
            "请去掉图片和附件，或在清单中加 put_asset",
            "take pictures and attachments out, or add put_asset to the manifest",
        ),
    )
}
