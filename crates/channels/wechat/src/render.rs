//! A version as one article: pure, and everything that the platform would refuse is reported at once.

use yigao_channel::{Profile, RenderInput, Rendered};
use yigao_core::html::escape;
use yigao_core::{
    Content, Derivative, DerivativeSpec, Digest, Finding, Focus, Intent, Leaf, LeafKind, Localized,
    PictureFormat, Ratio, Rendition, Severity, Slot,
    block::{Block, plain_text},
    closing,
};

use crate::{
    body::Writer,
    config::Settings,
    findings,
    payload::{COVER, Payload},
    profile::{COVER_BYTES, COVER_SIZE, DIGEST, PICTURE_BYTES, PICTURE_WIDTH},
    read_back::leaves,
    words,
};

pub(crate) fn render(settings: &Settings, profile: &Profile, input: &RenderInput<'_>) -> Rendered {
    if input.intent == Intent::Withdraw {
        return withdrawal(input);
    }
    let content = &input.version.content;
    let source = source(settings, input);
    let mut writer = Writer::new(content, source.is_some());
    words::head(&mut writer, content);
    writer.blocks(&closing::recognised(&content.body));
    words::tail(&mut writer, content, source.is_some());
    let written = writer.finish();
    let payload = Payload {
        title: clean(content.title_for(input.destination)),
        author: clean(author(settings, content)),
        digest: DIGEST.cut(&digest(content, input)).to_owned(),
        content: written.out,
        source,
        comments: settings.comments,
    };
    let findings = findings::all(&findings::Seen {
        input,
        payload: &payload,
        limits: &profile.limits,
        clips: written.clips,
    });
    let rendition = Rendition {
        preview: preview(&payload),
        media: media(input, &written.pictures),
        slots: slots(input, &written.pictures),
        leaves: approved_leaves(&payload),
        payload: serde_json::to_value(&payload).unwrap_or_default(),
        ..input.blank(&payload.title)
    };
    Rendered {
        rendition: Some(rendition),
        findings,
    }
}

/// A withdrawal sends no text: the article is deleted.
fn withdrawal(input: &RenderInput<'_>) -> Rendered {
    let title = clean(input.version.content.title_for(input.destination));
    let reason = input.reason.unwrap_or("未说明");
    let preview = format!(
        "<p>删除公众号文章《{}》。删除后不能恢复，已收到的读者打开时只见“该内容已被发布者删除”。</p><p>原因：{}</p>",
        escape(&title),
        escape(reason)
    );
    let finding = Finding::new(
        Severity::Warn,
        "delete_is_final",
        "body",
        Localized::new(
            "公众号文章删除后不能恢复",
            "a deleted article cannot be restored",
        ),
        Localized::new(
            "确认无误再批准；要改内容请用“更正”",
            "approve only when sure; to change the text use a correction",
        ),
    );
    Rendered {
        rendition: Some(Rendition {
            preview,
            payload: serde_json::json!({ "reason": input.reason }),
            ..input.blank(&title)
        }),
        findings: vec![finding],
    }
}

/// 阅读原文: the page of record, else the configured address.
fn source(settings: &Settings, input: &RenderInput<'_>) -> Option<String> {
    match input.home {
        Some(home) => Some(
            Slot::UrlFrom {
                destination: home.clone(),
            }
            .token(),
        ),
        None => settings
            .source_url
            .as_ref()
            .map(|address| address.replace("{item}", input.version.item.as_str())),
    }
}

fn author<'a>(settings: &'a Settings, content: &'a Content) -> &'a str {
    let own = settings.author.as_deref();
    own.or(content.author.as_deref()).unwrap_or(&content.unit)
}

/// The summary, else the beginning of the text: what the platform would choose cannot be foretold.
fn digest(content: &Content, input: &RenderInput<'_>) -> String {
    if let Some(summary) = content.summary_for(input.destination) {
        return clean(summary);
    }
    let text: Vec<String> = content
        .body
        .iter()
        .filter_map(|block| match block {
            Block::Paragraph { text } => Some(plain_text(text)),
            _ => None,
        })
        .collect();
    clean(&text.join(" "))
}

/// One line without control characters.
fn clean(text: &str) -> String {
    text.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .chars()
        .filter(|c| !c.is_control())
        .collect()
}

fn media(input: &RenderInput<'_>, pictures: &[(Digest, String)]) -> Vec<Derivative> {
    let content = &input.version.content;
    let cover = content.cover().or(input.cover).map(|digest| Derivative {
        name: COVER.to_owned(),
        spec: Some(DerivativeSpec {
            source: digest.clone(),
            crop: Some(Ratio { w: 235, h: 100 }),
            focus: focus(content, digest),
            max_width: COVER_SIZE.0,
            max_height: Some(COVER_SIZE.1),
            format: PictureFormat::Jpeg,
            max_bytes: COVER_BYTES,
        }),
        source: digest.clone(),
        alt: content.title.clone(),
        made: None,
    });
    let body = pictures
        .iter()
        .enumerate()
        .map(|(at, (digest, alt))| Derivative {
            name: format!("p{}", at + 1),
            spec: Some(DerivativeSpec {
                source: digest.clone(),
                crop: None,
                focus: focus(content, digest),
                max_width: PICTURE_WIDTH,
                max_height: None,
                format: PictureFormat::Jpeg,
                max_bytes: PICTURE_BYTES,
            }),
            source: digest.clone(),
            alt: alt.clone(),
            made: None,
        });
    cover.into_iter().chain(body).collect()
}

fn focus(content: &Content, digest: &Digest) -> Option<(u16, u16)> {
    let asset = content.assets.get(digest)?;
    asset.focus.map(Focus::thousandths)
}

fn slots(input: &RenderInput<'_>, pictures: &[(Digest, String)]) -> Vec<Slot> {
    let home = input.home.map(|home| Slot::UrlFrom {
        destination: home.clone(),
    });
    let pictures = (1..=pictures.len()).map(|n| Slot::Picture {
        name: format!("p{n}"),
    });
    home.into_iter().chain(pictures).collect()
}

fn approved_leaves(payload: &Payload) -> Vec<Leaf> {
    let mut found = vec![
        Leaf::new(LeafKind::Title, &payload.title),
        Leaf::new(LeafKind::Summary, &payload.digest),
    ];
    found.extend(leaves(&payload.content, &mut |token| {
        let name = token
            .strip_prefix(yigao_core::rendition::SLOT_OPEN)?
            .strip_suffix(yigao_core::rendition::SLOT_CLOSE)?;
        name.strip_prefix("picture:").map(ToOwned::to_owned)
    }));
    found
}

fn preview(payload: &Payload) -> String {
    format!(
        "<h1 style=\"font-size:22px\">{}</h1><p style=\"color:#666\">{}</p><p style=\"color:#666\">摘要：{}</p>{}",
        escape(&payload.title),
        escape(&payload.author),
        escape(&payload.digest),
        payload.content
    )
}

#[cfg(test)]
#[path = "render_tests.rs"]
mod tests;
