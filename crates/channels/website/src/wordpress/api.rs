//! One function for each call; no decisions. WordPress REST API Handbook, Reference: posts, media, categories, tags, users;
//! behaviour after tests against 6.1 and 6.5, 2026-11.

use bytes::Bytes;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use url::form_urlencoded;
use yigao_channel::{Answer, Call, Cx, Interrupt, Method, StepResult};
use yigao_core::ChannelError;

use super::{
    config::Settings,
    fault::{existing_term, read},
    ops,
    post::{FIELDS, Post, STATES},
};

/// The site, as one run of a method sees it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Api<'a> {
    pub(super) cx: &'a Cx<'a>,
    pub(super) settings: &'a Settings,
}

/// A category or tag.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(super) struct Term {
    pub(super) id: u64,
    pub(super) name: String,
}

/// A file in the site's library.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(super) struct Attachment {
    pub(super) id: u64,
    pub(super) slug: String,
    pub(super) source_url: String,
    #[serde(default)]
    pub(super) media_details: Details,
}

/// Of a PDF there are none, and they come as an empty list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Details {
    pub(super) filesize: Option<u64>,
}

impl<'de> Deserialize<'de> for Details {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(from)?;
        Ok(Self {
            filesize: value.get("filesize").and_then(Value::as_u64),
        })
    }
}

/// Who is logged in.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct User {
    pub(super) roles: Vec<String>,
    pub(super) capabilities: Value,
}

/// A file to upload.
#[derive(Debug)]
pub(super) struct Upload<'u> {
    pub(super) slug: &'u str,
    pub(super) file_name: &'u str,
    pub(super) media_type: &'u str,
    pub(super) title: &'u str,
    pub(super) alt: &'u str,
    pub(super) bytes: Bytes,
}

/// Success of a call whose answer holds nothing new.
#[derive(Deserialize)]
struct Done {}

impl Api<'_> {
    /// Posts that carry the marker, in whatever state, lowest number first.
    pub(super) async fn find_posts(&self, marker: &str) -> StepResult<Vec<Post>> {
        let path = format!(
            "posts?search={}&status={STATES}&context=edit&orderby=id&order=asc&per_page=100&{FIELDS}",
            encoded(marker)
        );
        let found: Vec<Post> = self.get(ops::FIND, &path).await?;
        Ok(found
            .into_iter()
            .filter(|post| post.bears(marker))
            .collect())
    }

    pub(super) async fn post(&self, id: u64) -> StepResult<Post> {
        self.get(ops::READ, &format!("posts/{id}?context=edit&{FIELDS}"))
            .await
    }

    pub(super) async fn create_post(&self, body: &Value) -> StepResult<Post> {
        self.write(ops::DRAFT, &format!("posts?{FIELDS}"), body)
            .await
    }

    pub(super) async fn update(&self, id: u64, body: &Value) -> StepResult<Post> {
        self.write(ops::POST, &format!("posts/{id}?{FIELDS}"), body)
            .await
    }

    /// `for_good`: not into the trash.
    pub(super) async fn delete(&self, id: u64, for_good: bool) -> StepResult<()> {
        let path = format!("posts/{id}?force={for_good}&_fields=id");
        let call = self.call(ops::TRASH, Method::Delete, &path);
        let Done {} = self.ask(call).await?;
        Ok(())
    }

    pub(super) async fn terms(&self, kind: &str, query: &str) -> StepResult<Vec<Term>> {
        let path = format!("{kind}?{query}&per_page=100&context=edit&_fields=id,name");
        self.get(ops::TERMS, &path).await
    }

    /// Makes a category or tag, or answers the one that is there already.
    pub(super) async fn make_term(
        &self,
        op: &'static str,
        kind: &str,
        body: &Value,
    ) -> StepResult<u64> {
        let call = self
            .call(op, Method::Post, &format!("{kind}?_fields=id,name"))
            .json(body);
        self.cx
            .http(call, |answer| match existing_term(answer) {
                Some(id) => Ok(id),
                None => self.read::<Term>(op, answer).map(|term| term.id),
            })
            .await
    }

    pub(super) async fn media(&self, query: &str) -> StepResult<Vec<Attachment>> {
        let path = format!(
            "media?{query}&per_page=100&context=edit&_fields=id,slug,source_url,media_details.filesize"
        );
        self.get(ops::MEDIA_LIST, &path).await
    }

    /// Raw and not as a form: PHP's limits of forms do not hold for it.
    pub(super) async fn send_file(&self, upload: &Upload<'_>) -> StepResult<Attachment> {
        let query: String = form_urlencoded::Serializer::new(String::new())
            .append_pair("slug", upload.slug)
            .append_pair("title", upload.title)
            .append_pair("alt_text", upload.alt)
            .append_pair("_fields", "id,slug,source_url,media_details.filesize")
            .finish();
        let call = self
            .call(ops::MEDIA, Method::Post, &format!("media?{query}"))
            .header(
                "content-disposition",
                format!("attachment; filename=\"{}\"", upload.file_name),
            )
            .bytes(upload.media_type, upload.bytes.clone());
        self.ask(call).await
    }

    /// Whether a post or page shows a file of this name; what is in the trash does not count.
    pub(super) async fn is_shown(&self, name: &str) -> StepResult<bool> {
        for kind in ["posts", "pages"] {
            let path = format!(
                "{kind}?search={name}&status=publish,future,draft,pending,private&context=edit&per_page=1&_fields=id"
            );
            let found: Vec<Value> = self.get(ops::FIND, &path).await?;
            if !found.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    pub(super) async fn delete_media(&self, id: u64) -> StepResult<()> {
        let path = format!("media/{id}?force=true&_fields=deleted");
        let call = self.call(ops::MEDIA_DELETE, Method::Delete, &path);
        let Done {} = self.ask(call).await?;
        Ok(())
    }

    pub(super) async fn me(&self) -> StepResult<User> {
        let path = "users/me?context=edit&_fields=roles,capabilities";
        self.get(ops::ME, path).await
    }

    /// Custom fields of posts that the interface knows, as it describes itself.
    pub(super) async fn fields(&self) -> StepResult<Value> {
        let about: Value = self.get(ops::ME, "").await?;
        let endpoints = about.pointer("/routes/~1wp~1v2~1posts/endpoints");
        let endpoints = endpoints.and_then(Value::as_array).into_iter().flatten();
        let mut known = endpoints.filter_map(|one| one.pointer("/args/meta/properties"));
        Ok(known.next().cloned().unwrap_or_default())
    }

    /// `WordPress 6.1`, as the home page states; many sites leave it out.
    pub(super) async fn version(&self) -> StepResult<Option<String>> {
        let page = match self.page_of(self.settings.base.as_str()).await {
            Ok(page) => page.text(),
            Err(Interrupt::Fault(_)) => return Ok(None),
            Err(stop) => return Err(stop),
        };
        let tag = page
            .split_once("content=\"WordPress ")
            .map(|(_, rest)| rest);
        let version = tag
            .and_then(|rest| rest.split_once('"'))
            .map(|(version, _)| version);
        let is_one = |v: &&str| v.len() < 20 && v.starts_with(|c: char| c.is_ascii_digit());
        Ok(version.filter(is_one).map(|v| format!("WordPress {v}")))
    }

    /// A page as a reader gets it: nobody is logged in.
    pub(super) async fn page_of(&self, url: &str) -> StepResult<Answer> {
        let call = Call::new(ops::PAGE, Method::Get, url);
        self.cx.http(call, |answer| Ok(answer.clone())).await
    }

    async fn get<T: DeserializeOwned>(&self, op: &'static str, path: &str) -> StepResult<T> {
        self.ask(self.call(op, Method::Get, path)).await
    }

    async fn write<T: DeserializeOwned>(
        &self,
        op: &'static str,
        path: &str,
        body: &Value,
    ) -> StepResult<T> {
        self.ask(self.call(op, Method::Post, path).json(body)).await
    }

    async fn ask<T: DeserializeOwned>(&self, call: Call) -> StepResult<T> {
        let op = call.op;
        self.cx.http(call, |answer| self.read(op, answer)).await
    }

    fn read<T: DeserializeOwned>(
        &self,
        op: &'static str,
        answer: &Answer,
    ) -> Result<T, ChannelError> {
        read(op, self.settings, answer)
    }

    fn call(&self, op: &'static str, method: Method, path: &str) -> Call {
        let authorization = &self.settings.authorization;
        Call::new(op, method, self.settings.rest(path))
            .header("accept", "application/json")
            .header("authorization", authorization.reveal())
            .conceal(authorization.clone())
            .conceal(self.settings.password.clone())
    }
}

/// A new term.
pub(super) fn new_term(name: &str, slug: Option<&str>, description: &str) -> Value {
    let mut body = json!({ "name": name, "description": description });
    if let (Some(slug), Some(body)) = (slug, body.as_object_mut()) {
        body.insert("slug".to_owned(), slug.into());
    }
    body
}

/// A value of a query.
pub(super) fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
