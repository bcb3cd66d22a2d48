//! A version as a centre is given it: ninjs, HTML and plain text from the same blocks. Pure; everything at once.

use yigao_channel::{Profile, RenderInput, Rendered};
use yigao_core::html::{self, Sources, escape};
use yigao_core::text;
use yigao_core::{
    Content, Derivative, DerivativeSpec, Digest, Figure, Intent, PictureFormat, Rendition, Slot,
    block::Block,
};

use crate::{
    config::Settings,
    extras, findings,
    ninjs::{self, Parts, home_slot},
    payload::{COVER, Payload, PictureOf},
    profile::{PICTURE_BYTES, PICTURE_WIDTH},
};

pub(crate) fn render(settings: &Settings, profile: &Profile, input: &RenderInput<'_>) -> Rendered {
    let content = &input.version.content;
    let headline = one_line(content.title_for(input.destination));
    if input.intent == Intent::Withdraw {
        return Rendered {
            rendition: Some(withdrawal(settings, input, headline)),
            findings: Vec::new(),
        };
    }
    let byline = byline(settings, content);
    let blocks = extras::whole(content, &byline);
    let media = media(content);
    let home = home_slot(input);
    let text = plain(&blocks, &media, home.as_ref());
    let parts = Parts {
        input,
        headline: &headline,
        text: &text,
        byline: Some(&byline),
        media: &media,
    };
    let payload = Payload {
        item: ninjs::item(settings, &parts),
        html: markup(&blocks, &media, home.as_ref()),
        text,
        summary: content
            .summary_for(input.destination)
            .map(ToOwned::to_owned),
        byline: Some(byline),
        pictures: media
            .iter()
            .map(|one| PictureOf {
                name: one.name.clone(),
                alt: one.alt.clone(),
            })
            .collect(),
    };
    let findings = findings::all(settings, profile, &headline, content, media.len());
    let name = |figure: &Figure| named(&media, &figure.asset).map(ToOwned::to_owned);
    let leaves = text::leaves(&headline, &blocks, &name);
    let slots = home
        .into_iter()
        .chain(media.iter().map(|one| Slot::Picture {
            name: one.name.clone(),
        }));
    Rendered {
        rendition: Some(Rendition {
            preview: format!("<h1>{}</h1>\n{}", escape(&headline), payload.html),
            slots: slots.collect(),
            payload: serde_json::to_value(&payload).unwrap_or_default(),
            leaves,
            media,
            ..input.blank(&headline)
        }),
        findings,
    }
}

/// A withdrawal is a text: the notice replaces the text.
fn withdrawal(settings: &Settings, input: &RenderInput<'_>, headline: String) -> Rendition {
    let content = &input.version.content;
    let lines = [
        format!("撤稿通知：《{headline}》"),
        format!("{}：", settings.centre_name),
        format!("请立即停止使用并从各平台撤下我单位来稿《{headline}》。"),
        format!("原因：{}", input.reason.unwrap_or("未说明")),
        content.unit.clone(),
    ];
    let html: String = lines
        .iter()
        .map(|line| format!("<p>{}</p>\n", escape(line)))
        .collect();
    let text = lines.join("\n");
    let parts = Parts {
        input,
        headline: &headline,
        text: &text,
        byline: None,
        media: &[],
    };
    let payload = Payload {
        item: ninjs::item(settings, &parts),
        html: html.clone(),
        text,
        summary: None,
        byline: None,
        pictures: Vec::new(),
    };
    Rendition {
        preview: html,
        payload: serde_json::to_value(&payload).unwrap_or_default(),
        ..input.blank(&headline)
    }
}

fn byline(settings: &Settings, content: &Content) -> String {
    let author = content.author.as_deref().unwrap_or(&content.unit);
    settings
        .byline
        .replace("{author}", author)
        .replace("{unit}", &content.unit)
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The pictures of the text in their order, each file once; before them a cover that is none of them.
fn media(content: &Content) -> Vec<Derivative> {
    let mut seen: Vec<&Digest> = Vec::new();
    let mut all = Vec::new();
    for figure in yigao_core::block::figures(&content.body) {
        if !seen.contains(&&figure.asset) {
            seen.push(&figure.asset);
            let name = format!("p{}", seen.len());
            all.push(derivative(name, &figure.asset, &figure.alt));
        }
    }
    if let Some(cover) = content.cover.as_ref().filter(|c| !seen.contains(c)) {
        all.push(derivative(COVER.to_owned(), cover, &content.title));
    }
    all
}

fn derivative(name: String, source: &Digest, alt: &str) -> Derivative {
    Derivative {
        name,
        spec: Some(DerivativeSpec {
            source: source.clone(),
            crop: None,
            focus: None,
            max_width: PICTURE_WIDTH,
            max_height: None,
            format: PictureFormat::Jpeg,
            max_bytes: PICTURE_BYTES,
        }),
        source: source.clone(),
        alt: alt.to_owned(),
        made: None,
    }
}

fn named<'m>(media: &'m [Derivative], asset: &Digest) -> Option<&'m str> {
    media
        .iter()
        .find(|one| one.source == *asset)
        .map(|one| one.name.as_str())
}

fn markup(blocks: &[Block], media: &[Derivative], home: Option<&Slot>) -> String {
    let picture = |figure: &Figure| {
        let name = named(media, &figure.asset)?.to_owned();
        Some(Slot::Picture { name }.token())
    };
    let file = |_: &Digest| None;
    let sources = Sources {
        picture: &picture,
        file: &file,
    };
    let mut out = html::with_inline_styles(&html::blocks(blocks, &sources));
    if let Some(home) = home {
        let token = home.token();
        out.push_str(&format!("<p>原文：<a href=\"{token}\">{token}</a></p>\n"));
    }
    out
}

fn plain(blocks: &[Block], media: &[Derivative], home: Option<&Slot>) -> String {
    let number = |figure: &Figure| {
        let at = media.iter().position(|one| one.source == figure.asset)?;
        Some(at + 1)
    };
    let mut lines = text::lines(&extras::marked(blocks, &number));
    lines.extend(home.map(|home| format!("原文：{}", home.token())));
    lines.join("\n")
}

#[cfg(test)]
#[path = "render_tests.rs"]
mod tests;
