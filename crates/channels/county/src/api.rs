//! One function for each call of a centre's interface, signed; no decisions.

use bytes::Bytes;
use serde::{Deserialize, de::DeserializeOwned};
use url::Url;
use yigao_channel::{Access, Answer, Call, Cx, Method, StepResult};
use yigao_core::{ChannelError, Digest, ErrorKind, Localized};

use crate::{
    config::Push,
    fault::read,
    ops,
    signing::{Signed, nonce, of_request},
};

/// A centre, as one run of a method sees it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Api<'a> {
    pub(crate) cx: &'a Cx<'a>,
    pub(crate) push: &'a Push,
}

/// What the centre holds of an item.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Held {
    pub(crate) id: String,
    pub(crate) state: HeldState,
    #[serde(default)]
    pub(crate) reason: Option<String>,
    /// SHA-256 of the body that was posted last.
    #[serde(default)]
    pub(crate) digest: Option<String>,
    /// Public address, once it has one.
    #[serde(default)]
    pub(crate) page: Option<String>,
}

/// What became of it there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum HeldState {
    Received,
    Adopted,
    Returned,
    Withdrawn,
    /// A word that is not agreed.
    #[serde(other)]
    Other,
}

/// The answer to a post.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Taken {
    pub(crate) id: String,
}

#[derive(Deserialize)]
struct Items {
    items: Vec<Held>,
}

struct Ask<'b> {
    op: &'static str,
    method: Method,
    path: String,
    key: Option<String>,
    content_type: &'b str,
    body: Bytes,
}

impl Api<'_> {
    pub(crate) async fn has_media(&self, digest: &Digest) -> StepResult<bool> {
        let ask = Ask {
            op: ops::MEDIA_GET,
            method: Method::Get,
            path: format!("/media/{digest}"),
            key: None,
            content_type: "",
            body: Bytes::new(),
        };
        self.send(ask, |answer| match answer.status {
            404 => Ok(false),
            _ => read::<serde_json::Value>(ops::MEDIA_GET, Access::Read, answer).map(|_| true),
        })
        .await
    }

    pub(crate) async fn put_media(
        &self,
        digest: &Digest,
        kind: &str,
        bytes: Bytes,
    ) -> StepResult<()> {
        let ask = Ask {
            op: ops::MEDIA,
            method: Method::Put,
            path: format!("/media/{digest}"),
            key: None,
            content_type: kind,
            body: bytes,
        };
        self.ask::<serde_json::Value>(ask, Access::Write).await?;
        Ok(())
    }

    /// What the centre holds under this name, oldest first.
    pub(crate) async fn held(&self, uri: &str) -> StepResult<Vec<Held>> {
        let uri: String = url::form_urlencoded::byte_serialize(uri.as_bytes()).collect();
        let ask = Ask {
            op: ops::ITEMS_GET,
            method: Method::Get,
            path: format!("/items?uri={uri}"),
            key: None,
            content_type: "",
            body: Bytes::new(),
        };
        let items: Items = self.ask(ask, Access::Read).await?;
        Ok(items.items)
    }

    pub(crate) async fn post(
        &self,
        op: &'static str,
        key: String,
        body: Bytes,
    ) -> StepResult<Taken> {
        let ask = Ask {
            op,
            method: Method::Post,
            path: "/items".to_owned(),
            key: Some(key),
            content_type: "application/json",
            body,
        };
        self.ask(ask, Access::Write).await
    }

    async fn ask<T: DeserializeOwned + Send>(&self, ask: Ask<'_>, access: Access) -> StepResult<T> {
        let op = ask.op;
        self.send(ask, move |answer| read(op, access, answer)).await
    }

    async fn send<T: Send>(
        &self,
        ask: Ask<'_>,
        read: impl FnOnce(&Answer) -> Result<T, ChannelError> + Send,
    ) -> StepResult<T> {
        let url = format!("{}{}", self.push.base_url, ask.path);
        let path = path_and_query(&url);
        let now = self.cx.now();
        let timestamp = now.as_second().to_string();
        let method = ask.method.as_str();
        let nonce = nonce(&self.cx.key(ask.op, ""), method, &path, now);
        let signature = of_request(
            &self.push.secret,
            &Signed {
                method,
                path_and_query: &path,
                timestamp: &timestamp,
                nonce: &nonce,
                body: &ask.body,
            },
        );
        let mut call = Call::new(ask.op, ask.method, url)
            .header("X-App-Key", &self.push.app_key)
            .header("X-Timestamp", timestamp)
            .header("X-Nonce", nonce)
            .header("X-Signature", signature)
            .conceal(self.push.secret.clone());
        if let Some(key) = ask.key {
            call = call.header("Idempotency-Key", key);
        }
        if !ask.content_type.is_empty() {
            call = call.bytes(ask.content_type, ask.body);
        }
        let place = &self.push.secret_place;
        self.cx
            .http(call, |answer| read(answer).map_err(|e| placed(e, place)))
            .await
    }
}

/// A refusal of our signature names the place where the secret is configured.
fn placed(error: ChannelError, place: &str) -> ChannelError {
    if error.kind() != ErrorKind::Unauthorized {
        return error;
    }
    let usual = Localized::new("中心拒绝了我们的凭据", "our credentials were refused");
    let advice = error.advice().cloned().unwrap_or(usual);
    let advice = Localized::new(
        format!("{}（secret 在 {place}）", advice.zh),
        format!("{} (the secret is in {place})", advice.en),
    );
    error.with_advice(advice)
}

/// As it is sent.
fn path_and_query(url: &str) -> String {
    match Url::parse(url) {
        Ok(url) => match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        },
        Err(_) => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_signed_is_what_is_sent() {
        assert_eq!(
            path_and_query("http://127.0.0.1:9/county/yunxi/items?uri=urn%3Ayigao%3Aa%40b"),
            "/county/yunxi/items?uri=urn%3Ayigao%3Aa%40b"
        );
        assert_eq!(path_and_query("https://c.cn/文/items"), "/%E6%96%87/items");
    }

    #[test]
    fn a_state_that_is_not_agreed_is_read_as_one() {
        let held: Held = serde_json::from_str("{\"id\":\"a\",\"state\":\"on_hold\"}").unwrap();
        assert_eq!(held.state, HeldState::Other);
    }
}
