//! Every call of a manifest filled with a real item, without sending: what the site would be asked.

use serde_json::json;
use yigao_article::text::Text;
use yigao_channel::{ConfigError, Opening};
use yigao_core::{Fills, Rendition, Slot, Timestamp};

use crate::manifest::{
    article::{Article, marker},
    config::{Auth, Manifest},
    request::{Body, Request},
    site::Site,
    template::Scope,
    values::{self, Upload},
};

/// One call, as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DryCall {
    pub op: &'static str,
    /// Method, address, headers and body; or what could not be filled.
    pub text: String,
}

/// The calls of a manifest for a rendition. What only the site knows is in angle brackets. Nothing of the
/// authentication is in them.
///
/// # Errors
/// Everything that is wrong with the manifest.
#[expect(
    clippy::too_many_lines,
    reason = "every call in the order in which a publication makes them"
)]
pub fn dry(
    manifest: Manifest,
    opening: &Opening<'_>,
    rendition: &Rendition,
    now: Timestamp,
) -> Result<Vec<DryCall>, Vec<ConfigError>> {
    let site = Site::open(manifest, opening)?;
    let marker = marker(&format!("{}@{}", rendition.item, rendition.destination));
    let mut text: Text = serde_json::from_value(rendition.payload.clone()).unwrap_or_else(|_| {
        // A withdrawal has no words.
        crate::manifest::check::sample_text(&site.columns)
    });
    let here = |name: &str| format!("{}<{name}>", site.base);
    let fills: Fills = rendition
        .slots
        .iter()
        .map(Slot::name)
        .map(|name| (name.clone(), here(&name)))
        .collect();
    text.body = yigao_core::fill(&text.body, &fills).unwrap_or(text.body);
    let article = Article::of(&marker, &text, &|file| Some(here(&file.name)));
    let id = rendition.item.to_string();
    let item = values::item(
        &id,
        rendition.version,
        &marker,
        &text,
        &site.columns,
        &article.html,
    );
    let files: Vec<_> = rendition
        .media
        .iter()
        .filter_map(|derivative| {
            let made = derivative.made.clone()?;
            Some(Upload {
                name: derivative.name.clone(),
                alt: derivative.alt.clone(),
                made,
                bytes: bytes::Bytes::from_static(b"..."),
            })
        })
        .collect();
    let assets: serde_json::Map<_, _> = files
        .iter()
        .map(|file| {
            let value = json!({ "id": format!("<{}>", file.name), "url": here(&file.name) });
            (file.name.clone(), value)
        })
        .collect();
    let scope = Scope::default()
        .with("site", site.manifest.site.clone())
        .with("now", now.to_string())
        .with("item", item)
        .with("assets", assets)
        .with("remote", json!({ "id": here("id"), "url": here("id") }))
        .with("job", "<job>");
    let mut calls = Vec::new();
    for (name, op) in site.manifest.ops.named() {
        let file = files.first().filter(|_| name.ends_with("_asset"));
        if name.ends_with("_asset") && file.is_none() {
            continue;
        }
        let scope = match file {
            Some(file) => scope.clone().with("asset", file.value(true)),
            None => scope.clone(),
        };
        // Where a whole address is asked for, a name alone is none.
        let id = match &op.url {
            Some(_) => here("id"),
            None => "<id>".to_owned(),
        };
        let scope = scope.with("remote", json!({ "id": id, "url": here("id") }));
        let text = match Request::of(&site, op, &scope, file) {
            Ok(request) => told(request),
            Err(bad) => bad.message,
        };
        calls.push(DryCall { op: name, text });
    }
    if let Auth::LogIn(auth) = &site.manifest.auth {
        let secrets: serde_json::Map<_, _> = site
            .secrets
            .keys()
            .map(|name| (name.clone(), format!("<{name}>").into()))
            .collect();
        let scope = scope.with("secrets", secrets);
        let text = match Request::of(&site, &auth.call, &scope, None) {
            Ok(request) => told(request),
            Err(bad) => bad.message,
        };
        calls.insert(0, DryCall { op: "log_in", text });
    }
    Ok(calls)
}

fn told(request: Request) -> String {
    let mut out = format!("{} {}", request.method.as_str(), request.url);
    for (at, (name, value)) in request.query.iter().enumerate() {
        let sign = if at == 0 { '?' } else { '&' };
        out.push_str(&format!("{sign}{name}={value}"));
    }
    for (name, value) in &request.headers {
        out.push_str(&format!("\n{name}: {value}"));
    }
    let body = match &request.body {
        Body::None => String::new(),
        Body::Json(tree) => serde_json::to_string_pretty(tree).unwrap_or_default(),
        Body::Form(fields) => lines(fields.iter().map(|(n, v)| (n.as_str(), v.clone()))),
        Body::Multipart(pieces) => lines(pieces.iter().map(|piece| {
            let value = match &piece.file_name {
                Some(name) => format!("<{name}>"),
                None => String::from_utf8_lossy(&piece.bytes).into_owned(),
            };
            (piece.name.as_str(), value)
        })),
        Body::Bytes(kind, bytes) => format!("{kind}: {}", String::from_utf8_lossy(bytes)),
    };
    if !body.is_empty() {
        out.push_str("\n\n");
        out.push_str(&body);
    }
    out
}

fn lines<'a>(fields: impl Iterator<Item = (&'a str, String)>) -> String {
    let lines: Vec<String> = fields
        .map(|(name, value)| format!("{name} = {value}"))
        .collect();
    lines.join("\n")
}
