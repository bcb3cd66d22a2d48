//! Who asks: a named token of the configuration, or a person's session.

use axum::{
    extract::FromRequestParts,
    http::{StatusCode, header, request::Parts},
};
use yigao_core::Actor;

use crate::{
    app::{App, Shared},
    lang::cookie,
    problem::Problem,
    session::Session,
};

/// Whoever may read. Items may be under embargo, so nothing is shown to strangers.
#[derive(Clone, Debug)]
pub(crate) struct Who {
    pub(crate) actor: Actor,
    pub(crate) session: Option<Session>,
}

impl FromRequestParts<Shared> for Who {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Problem> {
        if let Some(header) = parts.headers.get(header::AUTHORIZATION) {
            // A wrong token never falls back to the cookie: programs and people do not mix.
            let token = header.to_str().ok().and_then(|h| h.strip_prefix("Bearer "));
            let actor = token
                .and_then(|token| actor_of(app, token))
                .ok_or_else(unknown)?;
            return Ok(Self {
                actor,
                session: None,
            });
        }
        let session = cookie(parts, &app.cookie())
            .and_then(|value| app.sessions.get(&value, app.now()))
            .ok_or_else(unknown)?;
        Ok(Self {
            actor: session.actor.clone(),
            session: Some(session),
        })
    }
}

/// The actor to whom a token belongs. Every token is compared, so that the time taken does not reveal which one was close.
pub(crate) fn actor_of(app: &App, token: &str) -> Option<Actor> {
    let mut found = None;
    for (name, secret) in &app.tokens {
        if app.key.same(token, secret.reveal()) && !secret.reveal().is_empty() {
            found = Some(Actor::token(name));
        }
    }
    found
}

fn unknown() -> Problem {
    Problem::new(
        StatusCode::UNAUTHORIZED,
        "unauthenticated",
        "请先登录：打开 yigao serve 启动时打印的一次性链接，或带上令牌 Authorization: Bearer …",
        "sign in first: open the one-time link that yigao serve printed, or send Authorization: Bearer …",
    )
}

/// Whoever may write through the API: a token, or a session whose browser says that the request is our own page's.
#[derive(Clone, Debug)]
pub(crate) struct ApiWriter(pub(crate) Actor);

impl FromRequestParts<Shared> for ApiWriter {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Problem> {
        let who = Who::from_request_parts(parts, app).await?;
        let same = parts
            .headers
            .get("sec-fetch-site")
            .is_some_and(|v| v == "same-origin");
        // A foreign Origin was turned away at the door: one that is here is ours.
        let ours = same || parts.headers.contains_key(header::ORIGIN);
        if who.session.is_some() && !ours {
            return Err(Problem::new(
                StatusCode::FORBIDDEN,
                "foreign_origin",
                "会话写入须由本站页面发出（缺少 Origin）；程序请改用令牌",
                "a session writes from our own pages only (no Origin was sent); programs use a token",
            ));
        }
        Ok(Self(who.actor))
    }
}
