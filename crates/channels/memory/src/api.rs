//! One function for each endpoint of the board. They make no decisions.

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::json;
use yigao_channel::{Answer, Call, Cx, Method, StepResult};
use yigao_core::{ChannelError, Digest};

use crate::{Memory, fault, ops};

/// The content of a post.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Post {
    pub(crate) title: String,
    pub(crate) html: String,
}

impl Post {
    pub(crate) fn digest(&self) -> Digest {
        Digest::of_json(self)
    }
}

impl Memory {
    fn call(&self, op: &'static str, method: Method, path: &str) -> Call {
        Call::new(op, method, format!("{}{path}", self.settings.base_url))
            .header("x-board-token", self.settings.token.reveal())
            .conceal(self.settings.token.clone())
    }

    fn answer(&self, op: &str, answer: &Answer) -> Result<serde_json::Value, ChannelError> {
        fault::read(op, &self.settings.token_place, answer)
    }

    /// Creates a post and returns its id.
    pub(crate) async fn post(&self, cx: &Cx<'_>, post: &Post) -> StepResult<String> {
        let body = json!({
            "key": cx.key(ops::POST, ""), "mark": cx.marker(), "title": post.title, "html": post.html,
        });
        let call = self.call(ops::POST, Method::Post, "/posts").json(&body);
        cx.http(call, |a| {
            fault::text(ops::POST, &self.answer(ops::POST, a)?, "id")
        })
        .await
    }

    /// Rewrites a post. Returns `false` when the post does not exist.
    pub(crate) async fn put(&self, cx: &Cx<'_>, id: &str, post: &Post) -> StepResult<bool> {
        let path = format!("/posts/{}", segment(id));
        let body = json!({"title": post.title, "html": post.html});
        let call = self.call(ops::PUT, Method::Put, &path).json(&body);
        cx.http(call, |a| {
            there(a, |a| self.answer(ops::PUT, a)).map(|v| v.is_some())
        })
        .await
    }

    /// Deletes a post. It is no error when the post does not exist.
    pub(crate) async fn delete(&self, cx: &Cx<'_>, id: &str) -> StepResult<()> {
        let call = self.call(
            ops::DELETE,
            Method::Delete,
            &format!("/posts/{}", segment(id)),
        );
        cx.http(call, |a| {
            there(a, |a| self.answer(ops::DELETE, a)).map(|_| ())
        })
        .await
    }

    /// Ids of the posts that carry our marker.
    pub(crate) async fn find(&self, cx: &Cx<'_>, limit: usize) -> StepResult<Vec<String>> {
        let path = format!("/posts?mark={}&limit={limit}", segment(cx.marker()));
        let call = self.call(ops::FIND, Method::Get, &path);
        cx.http(call, |a| {
            let value = self.answer(ops::FIND, a)?;
            let posts = value.get("posts").and_then(serde_json::Value::as_array);
            let posts = posts.ok_or_else(|| unreadable(ops::FIND))?;
            posts
                .iter()
                .map(|p| fault::text(ops::FIND, p, "id"))
                .collect()
        })
        .await
    }

    /// Reads the current post. Returns `None` when the post does not exist.
    pub(crate) async fn read(&self, cx: &Cx<'_>, id: &str) -> StepResult<Option<Post>> {
        let call = self.call(ops::READ, Method::Get, &format!("/posts/{}", segment(id)));
        cx.http(call, |a| {
            let Some(value) = there(a, |a| self.answer(ops::READ, a))? else {
                return Ok(None);
            };
            serde_json::from_value(value.get("post").cloned().unwrap_or_default())
                .map(Some)
                .map_err(|_| unreadable(ops::READ))
        })
        .await
    }

    /// Stores a picture under its digest and returns its address.
    pub(crate) async fn file(
        &self,
        cx: &Cx<'_>,
        digest: &Digest,
        media_type: &str,
        bytes: Bytes,
    ) -> StepResult<String> {
        let path = format!("/files/{digest}");
        let call = self
            .call(ops::FILE, Method::Put, &path)
            .bytes(media_type, bytes);
        cx.http(call, |a| self.answer(ops::FILE, a).map(|_| ()))
            .await?;
        Ok(format!("{}{path}", self.settings.base_url))
    }

    /// Deletes a picture. It is no error when the picture does not exist.
    pub(crate) async fn unfile(&self, cx: &Cx<'_>, address: &str) -> StepResult<()> {
        let path = address
            .strip_prefix(&self.settings.base_url)
            .unwrap_or(address);
        let call = self.call(ops::UNFILE, Method::Delete, path);
        cx.http(call, |a| {
            there(a, |a| self.answer(ops::UNFILE, a)).map(|_| ())
        })
        .await
    }
}

/// `None` for 404, otherwise the result of `read`.
fn there<T>(
    answer: &Answer,
    read: impl FnOnce(&Answer) -> Result<T, ChannelError>,
) -> Result<Option<T>, ChannelError> {
    if answer.status == 404 {
        return Ok(None);
    }
    read(answer).map(Some)
}

fn unreadable(op: &str) -> ChannelError {
    ChannelError::new(
        yigao_core::ErrorKind::Protocol,
        op,
        "the answer is not in the form that the board's interface describes",
    )
}

/// A value for one segment of a path or query. Everything but ASCII letters, digits, `-`, `_` and `.` is percent-encoded.
fn segment(text: &str) -> String {
    text.bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.') {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}
