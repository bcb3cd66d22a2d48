//! Sign-in by the one-time link or by a token, sign-out, and the choice of language.

use axum::{
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse as _, Redirect, Response},
};
use maud::{Markup, html};
use yigao_core::Actor;

use super::layout::bare;
use crate::{
    app::{App, Shared},
    body::{Form, Pairs, fields},
    lang::{COOKIE_NAME, Lang},
    problem::Problem,
    who::actor_of,
};

/// How to come in.
pub(super) fn page(lang: Lang, message: Option<&str>) -> Markup {
    let title = lang.pick("登录", "Sign in");
    bare(
        lang,
        title,
        html! {
            h1 { (title) }
            @if let Some(message) = message { div class="flash bad" role="alert" { p { (message) } } }
            p { (lang.pick(
                "请打开 yigao serve 启动时在终端打印的一次性链接。链接只能用一次；重新启动 yigao 会打印新的。",
                "Open the one-time link that yigao serve printed in its terminal. It works once; a restart prints a new one.")) }
            details {
                summary { (lang.pick("用令牌登录", "Sign in with a token")) }
                form method="post" action="/sign-in" {
                    label { (lang.pick("令牌（由运维在配置中设定）", "Token (set by the operator)")) input type="password" name="token" autocomplete="off" required; }
                    button { (lang.pick("登录", "Sign in")) }
                }
            }
        },
    )
}

pub(super) async fn follow(State(app): State<Shared>, lang: Lang, query: Pairs) -> Response {
    let Some(secret) = query.get("t") else {
        return Html(page(lang, None).into_string()).into_response();
    };
    match app.sessions.follow(secret) {
        Some(actor) => enter(&app, lang, actor),
        None => {
            let message = lang.pick(
                "这个链接已用过或已失效。",
                "This link was used already, or is not one of ours.",
            );
            (
                StatusCode::FORBIDDEN,
                Html(page(lang, Some(message)).into_string()),
            )
                .into_response()
        }
    }
}

pub(super) async fn with_token(
    State(app): State<Shared>,
    lang: Lang,
    request: Request,
) -> Result<Response, Problem> {
    let fields = fields(request, &app).await?;
    Ok(
        match fields.get("token").and_then(|token| actor_of(&app, token)) {
            Some(actor) => enter(&app, lang, actor),
            None => {
                let message = lang.pick("令牌不对。", "That is not a token of this hub.");
                (
                    StatusCode::FORBIDDEN,
                    Html(page(lang, Some(message)).into_string()),
                )
                    .into_response()
            }
        },
    )
}

/// Not a redirect: the next request must come from our own page, or the browser holds the strict cookie back when the
/// link was opened from another site or program.
fn enter(app: &App, lang: Lang, actor: Actor) -> Response {
    let value = app.sessions.open(actor, app.now());
    let cookie = format!(
        "{}={value}; HttpOnly; SameSite=Strict; Path=/",
        app.cookie()
    );
    let title = lang.pick("已登录", "Signed in");
    let page = bare(
        lang,
        title,
        html! {
            meta http-equiv="refresh" content="0; url=/send";
            h1 { (title) }
            p { a href="/send" { (lang.pick("进入发稿", "Continue to Send")) } }
        },
    );
    let mut response = Html(page.into_string()).into_response();
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
    response
}

pub(super) async fn sign_out(State(app): State<Shared>, form: Form) -> Redirect {
    if let Some(session) = &form.session {
        app.sessions.close(session);
    }
    Redirect::to("/sign-in")
}

/// Remembers the language and goes back to where the person was.
pub(super) async fn choose_lang(query: Pairs, headers: axum::http::HeaderMap) -> Response {
    let lang = if query.get("to") == Some("en") {
        "en"
    } else {
        "zh"
    };
    let mut response = Redirect::to(&back(&headers)).into_response();
    let cookie = format!("{COOKIE_NAME}={lang}; SameSite=Lax; Path=/; Max-Age=31536000");
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
    response
}

/// Path of the page that linked here, on this site only.
fn back(headers: &axum::http::HeaderMap) -> String {
    let host = headers
        .get(header::HOST)
        .and_then(|h| h.to_str().ok())
        .unwrap_or_default();
    headers
        .get(header::REFERER)
        .and_then(|r| r.to_str().ok())
        .and_then(|r| r.strip_prefix("http://"))
        .and_then(|r| r.strip_prefix(host))
        .filter(|path| path.starts_with('/') && !path.starts_with("//"))
        .unwrap_or("/send")
        .to_owned()
}
