//! The web server in front of a site's folder: files under `/site`, as they are.

use std::path::{Component, Path, PathBuf};

use axum::body::Body;
use axum::extract::{Path as UrlPath, State};
use axum::http::{Response, StatusCode, header};
use axum::response::IntoResponse as _;

use crate::sandbox::Sandbox;

/// `/site` itself is the home page.
pub(crate) async fn home(state: State<Sandbox>) -> Response<Body> {
    file(state, UrlPath("index.html".to_owned())).await
}

pub(crate) async fn file(
    State(sandbox): State<Sandbox>,
    UrlPath(path): UrlPath<String>,
) -> Response<Body> {
    let Some(found) = sandbox.site_folder().and_then(|root| within(root, &path)) else {
        return (StatusCode::NOT_FOUND, "no such page\n").into_response();
    };
    let found = if found.is_dir() {
        found.join("index.html")
    } else {
        found
    };
    match tokio::fs::read(&found).await {
        Ok(bytes) => ([(header::CONTENT_TYPE, kind(&found))], bytes).into_response(),
        Err(_) => (StatusCode::NOT_FOUND, "no such page\n").into_response(),
    }
}

/// Plain names only: nothing hidden, nothing above the folder.
fn within(root: &Path, path: &str) -> Option<PathBuf> {
    let plain = Path::new(path)
        .components()
        .all(|c| matches!(c, Component::Normal(name) if !name.to_string_lossy().starts_with('.')));
    plain.then(|| root.join(path))
}

fn kind(path: &Path) -> &'static str {
    match path.extension().and_then(|e| e.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("xml") => "application/xml; charset=utf-8",
        Some("json") => "application/json",
        Some("jpg") => "image/jpeg",
        Some("png") => "image/png",
        Some("pdf") => "application/pdf",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}
