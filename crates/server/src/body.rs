//! Reads names, queries, JSON and forms, and reports in both languages what is wrong with them.

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, RawForm, RawPathParams, Request},
    http::{StatusCode, header, request::Parts},
};
use serde::de::DeserializeOwned;
use yigao_core::{Actor, DeliveryId, DestinationId, Digest, ItemId};
use yigao_engine::input::{self, limit};

use crate::{app::Shared, problem::Problem, session::Session, who::Who};

/// Bytes of a request that is no upload.
pub(crate) const BODY_MAX: usize = 64 * 1024;
/// Bytes of an upload.
pub(crate) const UPLOAD_MAX: usize = 160 * 1024 * 1024;

/// A name that can stand in an address.
pub(crate) trait Name: Sized {
    fn read(text: &str) -> Result<Self, Problem>;
}

macro_rules! name {
    ($kind:ty, $read:path) => {
        impl Name for $kind {
            fn read(text: &str) -> Result<Self, Problem> {
                Ok($read(text)?)
            }
        }
    };
}
name!(ItemId, input::item);
name!(DeliveryId, input::delivery);
name!(DestinationId, input::destination);
name!(Digest, input::digest);

fn cut(text: &str) -> String {
    text.chars().take(80).collect()
}

/// The one name in the address.
#[derive(Debug)]
pub(crate) struct Named<T>(pub(crate) T);

impl<T: Name> FromRequestParts<Shared> for Named<T> {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Problem> {
        let params = RawPathParams::from_request_parts(parts, app).await;
        let params =
            params.map_err(|e| Problem::bad("bad_name", "地址里的名称读不懂", e.to_string()))?;
        let text = params.iter().next().map(|(_, value)| value.to_owned());
        T::read(&text.unwrap_or_default()).map(Self)
    }
}

/// Pairs of a query or a form, in their order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pairs(pub(crate) Vec<(String, String)>);

impl Pairs {
    pub(crate) fn read(encoded: &[u8]) -> Self {
        Self(url::form_urlencoded::parse(encoded).into_owned().collect())
    }

    /// The first value of this name; white space around it is dropped, an empty one is none.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, v)| v.trim())
            .filter(|v| !v.is_empty())
    }

    /// All values of this name, also where several stand in one, with commas.
    pub(crate) fn all<T: Name>(&self, name: &str) -> Result<Vec<T>, Problem> {
        self.0
            .iter()
            .filter(|(n, _)| n == name)
            .flat_map(|(_, v)| v.split(','))
            .map(str::trim)
            .filter(|v| !v.is_empty())
            .map(T::read)
            .collect()
    }

    pub(crate) fn limit(&self, usual: u32) -> Result<u32, Problem> {
        let Some(text) = self.get("limit") else {
            return Ok(usual);
        };
        Ok(limit(text.parse().ok())?)
    }

    /// Refuses names that nobody reads: a typing mistake must not silently widen a list.
    pub(crate) fn only(self, known: &[&str]) -> Result<Self, Problem> {
        match self.0.iter().find(|(n, _)| !known.contains(&n.as_str())) {
            None => Ok(self),
            Some((name, _)) => Err(Problem::bad(
                "bad_query",
                format!("没有参数 {:?}；可用：{}", cut(name), known.join("、")),
                format!(
                    "no parameter {:?}; there are {}",
                    cut(name),
                    known.join(", ")
                ),
            )),
        }
    }
}

impl FromRequestParts<Shared> for Pairs {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _: &Shared) -> Result<Self, Problem> {
        Ok(Self::read(parts.uri.query().unwrap_or_default().as_bytes()))
    }
}

/// A JSON body. Nothing at all is read as `{}`, so that a bare POST does the usual.
#[derive(Debug)]
pub(crate) struct JsonBody<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<Shared> for JsonBody<T> {
    type Rejection = Problem;
    async fn from_request(request: Request, app: &Shared) -> Result<Self, Problem> {
        let kind = request.headers().get(header::CONTENT_TYPE).cloned();
        let bytes = bytes(request, app).await?;
        if bytes.is_empty() {
            return read_json(b"{}").map(Self);
        }
        if !kind.is_some_and(|k| k.as_bytes().starts_with(b"application/json")) {
            return Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "not_json",
                "请求须为 Content-Type: application/json",
                "send Content-Type: application/json",
            ));
        }
        read_json(&bytes).map(Self)
    }
}

fn read_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(bytes).map_err(|e| {
        Problem::bad(
            "bad_json",
            format!("JSON 有误：{e}"),
            format!("bad JSON: {e}"),
        )
    })
}

/// The whole body, within the route's limit.
pub(crate) async fn bytes(request: Request, app: &Shared) -> Result<Bytes, Problem> {
    Bytes::from_request(request, app)
        .await
        .map_err(|rejection| {
            if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
                too_large()
            } else {
                Problem::bad("bad_body", "请求没有收全，请重试", rejection.to_string())
            }
        })
}

pub(crate) fn too_large() -> Problem {
    Problem::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "too_large",
        "内容太大：上传不超过 160 MB，其他请求不超过 64 kB；请压缩图片，视频请放到视频平台后引用",
        "too large: at most 160 MB for an upload, 64 kB for anything else; make pictures smaller, link videos",
    )
}

/// A form of our own pages, from someone who may write.
#[derive(Debug)]
pub(crate) struct Form {
    pub(crate) actor: Actor,
    pub(crate) session: Option<Session>,
    pub(crate) fields: Pairs,
}

impl FromRequest<Shared> for Form {
    type Rejection = Problem;
    async fn from_request(request: Request, app: &Shared) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let who = Who::from_request_parts(&mut parts, app).await?;
        let fields = fields(Request::from_parts(parts, body), app).await?;
        check_csrf(app, who.session.as_ref(), fields.get("csrf"))?;
        Ok(Self {
            actor: who.actor,
            session: who.session,
            fields,
        })
    }
}

/// The fields of a form, from anyone.
pub(crate) async fn fields(request: Request, app: &Shared) -> Result<Pairs, Problem> {
    let RawForm(bytes) = RawForm::from_request(request, app)
        .await
        .map_err(|rejection| {
            if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
                too_large()
            } else {
                Problem::bad("bad_form", "表单读不懂", rejection.to_string())
            }
        })?;
    Ok(Pairs::read(&bytes))
}

/// A form must carry the secret that only pages of its own session have.
pub(crate) fn check_csrf(
    app: &Shared,
    session: Option<&Session>,
    sent: Option<&str>,
) -> Result<(), Problem> {
    match session {
        Some(session) if !sent.is_some_and(|sent| app.key.same(sent, &session.csrf)) => {
            Err(Problem::new(
                StatusCode::FORBIDDEN,
                "csrf",
                "表单已过期，什么都没有改动；请返回刷新页面后再试",
                "the form is out of date, nothing was changed; go back, reload and try again",
            ))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_that_nobody_reads_is_refused() {
        let pairs = Pairs::read(b"q=%E6%96%87&limt=3");
        assert_eq!(pairs.get("q"), Some("文"));
        assert!(pairs.only(&["q", "limit"]).is_err());
    }
}
