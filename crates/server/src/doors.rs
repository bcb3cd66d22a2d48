//! Who is let in at all: the Host that is asked for, the Origin that writes; and what every answer tells the browser.

use std::net::IpAddr;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};

use crate::{
    app::{App, Shared},
    body::{UPLOAD_MAX, too_large},
    pages,
    problem::Problem,
};

/// What our own pages may load. Previews bring a policy of their own.
const CSP: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; connect-src 'self'; \
                   form-action 'self'; frame-src 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The outermost layer.
pub(crate) async fn doors(State(app): State<Shared>, request: Request, next: Next) -> Response {
    let refused = refuse(&app, request.method(), request.uri(), request.headers());
    let (api, outside) = (
        request.uri().path().starts_with("/api/"),
        request.uri().path().starts_with("/hand/"),
    );
    let (mut parts, body) = request.into_parts();
    let lang = pages::lang_of(&mut parts).await;
    let response = match refused {
        Some(problem) => problem.into_response(),
        None => next.run(Request::from_parts(parts, body)).await,
    };
    let mut response = if api {
        response
    } else {
        pages::dress(response, lang, outside)
    };
    put_headers(response.headers_mut());
    response
}

fn refuse(app: &App, method: &Method, uri: &Uri, headers: &HeaderMap) -> Option<Problem> {
    // Signed pages carry their authority in the address, and people outside reach them, and what they are drawn with, under
    // the hub's public name.
    if uri.path().starts_with("/hand/") || (method.is_safe() && uri.path().starts_with("/static/"))
    {
        return None;
    }
    let host = headers
        .get(header::HOST)
        .and_then(|h| h.to_str().ok())
        .or_else(|| uri.authority().map(axum::http::uri::Authority::as_str));
    let Some(host) = host.filter(|host| is_ours(app, host)) else {
        return Some(Problem::new(
            StatusCode::MISDIRECTED_REQUEST,
            "wrong_host",
            "这个地址（Host）不是本机的监听地址；请用启动时打印的地址访问",
            "this Host is not the address yigao listens on; use the address it printed at start",
        ));
    };
    if method.is_safe() {
        return None;
    }
    // Said beforehand: refused before a byte of it is read. The routes' own limits count what comes.
    let length = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|l| l.to_str().ok())
        .and_then(|l| l.parse::<usize>().ok());
    if length.is_some_and(|length| length > UPLOAD_MAX) {
        return Some(too_large());
    }
    let origin = headers
        .get(header::ORIGIN)
        .map(|o| o.to_str().unwrap_or("null"));
    let foreign = origin.is_some_and(|o| {
        !o.strip_prefix("http://")
            .is_some_and(|o| o.eq_ignore_ascii_case(host))
    });
    let crossed = headers
        .get("sec-fetch-site")
        .is_some_and(|site| site != "same-origin" && site != "none");
    (foreign || crossed).then(|| {
        Problem::new(
            StatusCode::FORBIDDEN,
            "foreign_origin",
            "请求来自别的网站（Origin），已拒绝，什么都没有改动",
            "the request comes from another site (Origin); it was refused and nothing was changed",
        )
    })
}

/// Whether a Host is one that only we answer to. Another name that leads here is somebody's trick (DNS rebinding).
fn is_ours(app: &App, host: &str) -> bool {
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => {
            (name, port.parse::<u16>().unwrap_or(0))
        }
        _ => (host, 80),
    };
    let listen = app.listen.get();
    if listen.is_some_and(|at| at.port() != port) {
        return false;
    }
    let address = name
        .trim_start_matches('[')
        .trim_end_matches(']')
        .parse::<IpAddr>();
    match (address, listen) {
        (Ok(address), _) if address.is_loopback() => true,
        // Listening on all addresses: any of them, by number. A number cannot be rebound.
        (Ok(address), Some(at)) => at.ip() == address || at.ip().is_unspecified(),
        (Ok(_), None) => false,
        (Err(_), _) => name.eq_ignore_ascii_case("localhost"),
    }
}

fn put_headers(headers: &mut HeaderMap) {
    let always = [
        ("content-security-policy", CSP),
        ("x-content-type-options", "nosniff"),
        // Not `no-referrer`: with it browsers send `Origin: null` with our own forms too.
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("cache-control", "no-store"),
    ];
    for (name, value) in always {
        // A handler that said something narrower keeps it.
        if !headers.contains_key(name) {
            headers.insert(
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            );
        }
    }
}
