//! Shapes a version for the board. Pure.

use serde_json::json;
use yigao_channel::{
    RenderInput, Rendered,
    limit::{Length, Limited},
};
use yigao_core::html;
use yigao_core::html::Sources;
use yigao_core::text;
use yigao_core::{
    Derivative, DerivativeSpec, Digest, Figure, Finding, Intent, Localized, PictureFormat,
    Rendition, Severity, Slot, block::figures,
};

use crate::profile::{BODY_MAX, PICTURE_BYTES_MAX, PICTURE_WIDTH_MAX, TITLE_MAX};

const TITLE: Limited<'_> = Limited {
    code: "title_too_long",
    place: "title",
    zh: "标题",
    en: "title",
    channel: "公告板",
    predicts: Some("title_too_long"),
};
const BODY: Limited<'_> = Limited {
    code: "body_too_long",
    place: "body",
    zh: "正文",
    en: "body",
    channel: "公告板",
    predicts: Some("body_too_long"),
};

pub(crate) fn render(input: &RenderInput<'_>) -> Rendered {
    match input.intent {
        Intent::Publish | Intent::Correct => page(input),
        Intent::Withdraw => notice(input),
    }
}

/// The name of a derivative. Pictures with equal originals share one.
fn name_of(asset: &Digest) -> String {
    format!("p-{}", asset.short())
}

fn page(input: &RenderInput<'_>) -> Rendered {
    let content = &input.version.content;
    let title = content.title_for(input.destination);
    let picture = |figure: &Figure| {
        Some(
            Slot::Picture {
                name: name_of(&figure.asset),
            }
            .token(),
        )
    };
    let file = |_: &Digest| None;
    let markup = html::blocks(
        &content.body,
        &Sources {
            picture: &picture,
            file: &file,
        },
    );
    let mut media: Vec<Derivative> = Vec::new();
    for figure in figures(&content.body) {
        let name = name_of(&figure.asset);
        if media.iter().all(|m| m.name != name) {
            media.push(derivative(name, figure));
        }
    }
    let mut findings = Vec::new();
    if title.trim().is_empty() {
        findings.push(untitled());
    }
    findings.extend(Length::chars(TITLE_MAX).check(&TITLE, title));
    findings.extend(Length::utf8_bytes(BODY_MAX).check(&BODY, &markup));
    let leaves = text::leaves(title, &content.body, &|figure| Some(name_of(&figure.asset)));
    let slots = media
        .iter()
        .map(|m| Slot::Picture {
            name: m.name.clone(),
        })
        .collect();
    let rendition = Rendition {
        preview: format!("<h1>{}</h1>\n{markup}", html::escape(title)),
        payload: json!({"title": title, "html": markup}),
        media,
        slots,
        leaves,
        ..input.blank(title)
    };
    Rendered {
        rendition: Some(rendition),
        findings,
    }
}

/// The board deletes a post and puts nothing in its place. This text is what the person who approves the withdrawal reads.
fn notice(input: &RenderInput<'_>) -> Rendered {
    let title = input.version.content.title_for(input.destination);
    let reason = input.reason.unwrap_or("未注明");
    let rendition = Rendition {
        preview: format!(
            "<p>撤下“{}”。原因：{}</p>\n",
            html::escape(title),
            html::escape(reason)
        ),
        ..input.blank(title)
    };
    Rendered {
        rendition: Some(rendition),
        findings: Vec::new(),
    }
}

fn derivative(name: String, figure: &Figure) -> Derivative {
    Derivative {
        name,
        spec: Some(DerivativeSpec {
            source: figure.asset.clone(),
            crop: None,
            focus: None,
            max_width: PICTURE_WIDTH_MAX,
            max_height: None,
            format: PictureFormat::Jpeg,
            max_bytes: PICTURE_BYTES_MAX,
        }),
        source: figure.asset.clone(),
        alt: figure.alt.clone(),
        made: None,
    }
}

fn untitled() -> Finding {
    Finding::new(
        Severity::Block,
        "title_missing",
        "title",
        Localized::new("没有标题", "there is no title"),
        Localized::new("请填写标题", "give it a title"),
    )
}
