//! Pages for people: server-rendered, Chinese first. They work without scripts; a small one keeps them fresh.

mod board;
mod delivery;
mod destinations;
mod forms;
pub(crate) mod hand_over;
mod item;
mod layout;
mod recovery;
mod said;
mod send;
mod sign_in;

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header, request::Parts},
    response::{Html, IntoResponse as _, Redirect, Response},
};

pub(crate) use layout::Page;

use crate::{lang::Lang, problem::Problem, routes::Routes};

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/", || async { Redirect::to("/send") })
        .get("/sign-in", sign_in::follow)
        .post("/sign-in", sign_in::with_token)
        .post("/sign-out", sign_in::sign_out)
        .get("/lang", sign_in::choose_lang)
        .get("/static/console.css", || async {
            file(
                "text/css; charset=utf-8",
                include_str!("../static/console.css"),
            )
        })
        .get("/static/console.js", || async {
            file(
                "text/javascript; charset=utf-8",
                include_str!("../static/console.js"),
            )
        })
        .get("/send", send::show)
        .upload("/send", send::import)
        .get("/items/{id}", item::show)
        .post("/items/{id}/approve", forms::approve)
        .post("/items/{id}/publish", forms::publish)
        .post("/items/{id}/correct", forms::correct)
        .post("/items/{id}/withdraw", forms::withdraw)
        .get("/items/{id}/preview/{destination}", item::preview)
        .post("/items/{id}/verify", forms::verify)
        .post("/items/{id}/overwrite", forms::overwrite_seen)
        .post("/items/{id}/answer", forms::answer)
        .post("/items/{id}/hold", forms::hold)
        .post("/items/{id}/release", forms::release)
        .get("/deliveries", board::show)
        .get("/deliveries/recover", recovery::would_recover)
        .post("/deliveries/recover", recovery::recover)
        .get("/deliveries/replay", recovery::would_replay)
        .post("/deliveries/replay", recovery::replay)
        .get("/deliveries/{id}", delivery::show)
        .post("/deliveries/{id}/retry", forms::deliveries::retry)
        .post("/deliveries/{id}/decide", forms::deliveries::decide)
        .post("/deliveries/{id}/cancel", forms::deliveries::cancel)
        .get("/destinations", destinations::show)
        .post("/destinations/{id}/check", forms::destinations::check)
        .post("/destinations/{id}/pause", forms::destinations::pause)
        .post("/destinations/{id}/drain", forms::destinations::drain)
        .post("/destinations/{id}/resume", forms::destinations::resume)
}

fn file(kind: &'static str, text: &'static str) -> Response {
    let mut response = Response::new(Body::from(text));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

pub(crate) async fn lang_of(parts: &mut Parts) -> Lang {
    use axum::extract::FromRequestParts as _;
    match Lang::from_request_parts(parts, &()).await {
        Ok(lang) => lang,
        Err(never) => match never {},
    }
}

/// Says a problem in HTML where a page was asked for; `outside`: to somebody who has no account here.
pub(crate) fn dress(mut response: Response, lang: Lang, outside: bool) -> Response {
    let Some(problem) = response.extensions_mut().remove::<Problem>() else {
        return response;
    };
    let page = if outside {
        hand_over::problem(lang, &problem)
    } else if problem.status == StatusCode::UNAUTHORIZED {
        sign_in::page(lang, None)
    } else {
        layout::problem(lang, &problem)
    };
    (problem.status, Html(page.into_string())).into_response()
}
