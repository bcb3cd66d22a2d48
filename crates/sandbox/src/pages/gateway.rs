//! Readers' pages and files of the gateway's site.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{Response, StatusCode, header};
use axum::response::IntoResponse as _;

use super::{missing, picture};
use crate::sandbox::Sandbox;

/// `t_1001.html`.
pub(crate) async fn gateway_page(
    State(sandbox): State<Sandbox>,
    Path(name): Path<String>,
) -> Response<Body> {
    let id = name
        .strip_prefix("t_")
        .and_then(|rest| rest.strip_suffix(".html"));
    let page = id
        .and_then(|id| id.parse().ok())
        .and_then(|id| sandbox.gateway_page(id));
    match page {
        Some(page) => {
            let headers = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
            (StatusCode::OK, headers, page).into_response()
        }
        None => missing("网站上没有这篇文章"),
    }
}

pub(crate) async fn gateway_file(
    State(sandbox): State<Sandbox>,
    Path(name): Path<String>,
) -> Response<Body> {
    let world = sandbox.world();
    picture(
        world
            .gateway
            .files
            .get(&name)
            .map(|(_, bytes)| bytes.clone()),
    )
}
