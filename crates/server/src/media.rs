//! Bytes of the media folder and previews of renditions, served so that no script in them can run.

use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{Html, IntoResponse as _, Response},
};
use yigao_core::{Digest, Rendition};

use crate::{
    app::{App, Shared},
    body::{Named, Pairs},
    problem::Problem,
    who::Who,
};

/// A preview may show its own pictures and its own style, and may do nothing else.
const PREVIEW_CSP: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; media-src 'self'; base-uri 'none'; \
                           form-action 'none'; frame-ancestors 'self'; sandbox";

/// Address of a picture inside a preview. A sandboxed frame sends no cookies, so the address carries a signature.
pub(crate) fn signed(app: &App, digest: &Digest) -> String {
    format!(
        "/media/{digest}?k={}",
        app.key.sign(&format!("media/{digest}"))
    )
}

/// `GET /media/{digest}`.
pub(crate) async fn media(
    State(app): State<Shared>,
    who: Result<Who, Problem>,
    Named(digest): Named<Digest>,
    query: Pairs,
) -> Result<Response, Problem> {
    let signed = query
        .get("k")
        .is_some_and(|k| app.key.verify(&format!("media/{digest}"), k));
    if !signed {
        who?;
    }
    let bytes = app.hub.media_bytes(&digest).await?;
    Ok(serve(bytes, None))
}

/// Bytes with the media type found in their content: pictures are shown, everything else is saved.
pub(crate) fn serve(bytes: Vec<u8>, save_as: Option<&str>) -> Response {
    let kind = match bytes.as_slice() {
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [0x89, b'P', b'N', b'G', ..] => Some("image/png"),
        [b'G', b'I', b'F', b'8', ..] => Some("image/gif"),
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'E',
            b'B',
            b'P',
            ..,
        ] => Some("image/webp"),
        _ => None,
    };
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    let kind = HeaderValue::from_static(kind.unwrap_or("application/octet-stream"));
    let shown = kind.as_bytes().starts_with(b"image/");
    headers.insert(header::CONTENT_TYPE, kind);
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; sandbox"),
    );
    // A sandboxed frame has no origin of its own; what protects the bytes is the session or the signature.
    headers.insert(
        "cross-origin-resource-policy",
        HeaderValue::from_static("cross-origin"),
    );
    // An address always has the same bytes; `private`, because they may be under embargo.
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, max-age=86400, immutable"),
    );
    if save_as.is_some() || !shown {
        let plain: String = save_as
            .unwrap_or("download")
            .chars()
            .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))
            .take(100)
            .collect();
        if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{plain}\"")) {
            headers.insert(header::CONTENT_DISPOSITION, value);
        }
    }
    response
}

/// `GET /renditions/{digest}/preview`.
pub(crate) async fn preview(
    State(app): State<Shared>,
    _: Who,
    Named(digest): Named<Digest>,
) -> Result<Response, Problem> {
    let (rendition, _) = app.hub.rendition(&digest).await?;
    Ok(preview_of(&app, &rendition))
}

/// A rendition as a page in which no script can run.
pub(crate) fn preview_of(app: &App, rendition: &Rendition) -> Response {
    let html = app
        .hub
        .preview_html(rendition, &|digest| signed(app, digest));
    let mut response = Html(html).into_response();
    response.headers_mut().insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(PREVIEW_CSP),
    );
    response
}
