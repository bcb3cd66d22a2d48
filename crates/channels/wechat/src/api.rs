//! One function for each call of the platform; no decisions. Pages: 获取稳定版接口调用凭据, 上传图文消息内的图片,
//! 新增永久素材, 获取素材列表, 新增草稿, 获取草稿, 删除草稿, 获取草稿列表, 发布草稿, 发布状态轮询, 获取已发布的消息,
//! 获取成功发布列表, 删除发布文章; read 2026-11.

use std::time::Duration;

use bytes::Bytes;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use yigao_channel::{Access, Call, Cx, Method, Piece, Secret, StepResult};
use yigao_core::{ChannelError, ErrorKind, Found, Localized, Timestamp, time::later};

use crate::{
    answer::read,
    config::Settings,
    ops,
    shapes::{Job, Listed, Material, NewArticle, News, Page, TakenOn},
};

/// A token is given up this long before its end, so that none dies on the way.
const TOKEN_MARGIN_SECONDS: u64 = 300;
/// Entries of a list call; the platform allows no more.
pub(crate) const PAGE: usize = 20;

/// The platform, as one run of a method sees it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Api<'a> {
    pub(crate) cx: &'a Cx<'a>,
    pub(crate) settings: &'a Settings,
}

/// What is sent.
enum Body {
    Json(Value),
    File {
        name: String,
        media_type: String,
        bytes: Bytes,
    },
}

/// One call.
struct Ask<'b> {
    op: &'static str,
    access: Access,
    path: &'static str,
    query: &'static str,
    body: &'b Body,
}

#[derive(Deserialize)]
struct Token {
    access_token: String,
    expires_in: u64,
}

#[derive(Deserialize)]
struct Address {
    url: String,
}

#[derive(Deserialize)]
struct MediaId {
    media_id: String,
}

/// Success of a call that answers nothing else.
#[derive(Deserialize)]
struct Done {}

impl<'a> Api<'a> {
    pub(crate) fn new(cx: &'a Cx<'a>, settings: &'a Settings) -> Self {
        Self { cx, settings }
    }
}

impl Api<'_> {
    pub(crate) async fn upload_body_picture(
        &self,
        name: &str,
        media_type: &str,
        bytes: Bytes,
    ) -> StepResult<String> {
        let body = file(name, media_type, bytes);
        let answer: Address = self
            .write(ops::BODY_IMAGE, "media/uploadimg", &body)
            .await?;
        Ok(answer.url)
    }

    pub(crate) async fn add_cover(
        &self,
        name: &str,
        media_type: &str,
        bytes: Bytes,
    ) -> StepResult<String> {
        let ask = Ask {
            op: ops::COVER,
            access: Access::Write,
            path: "material/add_material",
            query: "&type=image",
            body: &file(name, media_type, bytes),
        };
        let answer: MediaId = self.ask(&ask).await?;
        Ok(answer.media_id)
    }

    /// The material of this file name, among the newest of `pages` pages.
    pub(crate) async fn find_cover(&self, name: &str, pages: usize) -> StepResult<Option<String>> {
        for page in 0..pages {
            let body = json!({"type": "image", "offset": page * PAGE, "count": PAGE});
            let answer: Page<Material> = self
                .get(ops::COVER_LIST, "material/batchget_material", body)
                .await?;
            if let Some(found) = answer.item.iter().find(|m| m.name == name) {
                return Ok(Some(found.media_id.clone()));
            }
            if answer.item.len() < PAGE {
                break;
            }
        }
        Ok(None)
    }

    pub(crate) async fn add_draft(&self, article: &NewArticle) -> StepResult<String> {
        let body = Body::Json(json!({ "articles": [article] }));
        let answer: MediaId = self.write(ops::DRAFT, "draft/add", &body).await?;
        Ok(answer.media_id)
    }

    pub(crate) async fn draft(&self, media_id: &str) -> StepResult<News> {
        self.get(ops::DRAFT_GET, "draft/get", json!({ "media_id": media_id }))
            .await
    }

    pub(crate) async fn drafts(&self, offset: usize) -> StepResult<Page<Listed>> {
        self.get(ops::DRAFT_LIST, "draft/batchget", list(offset, PAGE))
            .await
    }

    pub(crate) async fn delete_draft(&self, media_id: &str) -> StepResult<()> {
        let body = Body::Json(json!({ "media_id": media_id }));
        let Done {} = self.write(ops::DRAFT_DELETE, "draft/delete", &body).await?;
        Ok(())
    }

    pub(crate) async fn submit(&self, op: &'static str, media_id: &str) -> StepResult<TakenOn> {
        let body = Body::Json(json!({ "media_id": media_id }));
        self.write(op, "freepublish/submit", &body).await
    }

    pub(crate) async fn job(&self, publish_id: &str) -> StepResult<Job> {
        // The platform gives ids as numbers and expects numbers.
        let id = publish_id
            .parse::<u64>()
            .map_or_else(|_| json!(publish_id), |number| json!(number));
        self.get(ops::JOB, "freepublish/get", json!({ "publish_id": id }))
            .await
    }

    pub(crate) async fn published(&self, offset: usize, count: usize) -> StepResult<Page<Listed>> {
        self.get(
            ops::PUBLISHED_LIST,
            "freepublish/batchget",
            list(offset, count),
        )
        .await
    }

    pub(crate) async fn article(&self, article_id: &str) -> StepResult<News> {
        let body = json!({ "article_id": article_id });
        self.get(ops::ARTICLE, "freepublish/getarticle", body).await
    }

    /// `index` counts from 1. There is no way back.
    pub(crate) async fn delete_article(&self, article_id: &str, index: u32) -> StepResult<()> {
        let body = Body::Json(json!({ "article_id": article_id, "index": index }));
        let Done {} = self.write(ops::DELETE, "freepublish/delete", &body).await?;
        Ok(())
    }

    async fn get<T: DeserializeOwned + Send>(
        &self,
        op: &'static str,
        path: &'static str,
        body: Value,
    ) -> StepResult<T> {
        let body = Body::Json(body);
        let ask = Ask {
            op,
            access: Access::Read,
            path,
            query: "",
            body: &body,
        };
        self.ask(&ask).await
    }

    async fn write<T: DeserializeOwned + Send>(
        &self,
        op: &'static str,
        path: &'static str,
        body: &Body,
    ) -> StepResult<T> {
        let ask = Ask {
            op,
            access: Access::Write,
            path,
            query: "",
            body,
        };
        self.ask(&ask).await
    }

    /// A call with the account's token; one refusal of the token itself is answered with a new one.
    async fn ask<T: DeserializeOwned + Send>(&self, ask: &Ask<'_>) -> StepResult<T> {
        self.cx
            .shared_with(
                ops::TOKEN,
                "",
                || async { Ok(Found::<String>::No) },
                || self.fresh_token(),
                |token: String| self.send(ask, token),
            )
            .await
    }

    async fn send<T: DeserializeOwned + Send>(
        &self,
        ask: &Ask<'_>,
        token: String,
    ) -> StepResult<T> {
        let encoded: String = url::form_urlencoded::byte_serialize(token.as_bytes()).collect();
        let url = format!(
            "{}/cgi-bin/{}?access_token={encoded}{}",
            self.settings.base_url, ask.path, ask.query
        );
        let call = Call::new(ask.op, Method::Post, url).conceal(Secret::new(token));
        let call = match ask.body {
            Body::Json(body) => call.json(body),
            Body::File {
                name,
                media_type,
                bytes,
            } => call.multipart(&[Piece {
                name: "media".to_owned(),
                file_name: Some(name.clone()),
                content_type: Some(media_type.clone()),
                bytes: bytes.clone(),
            }]),
        };
        let now = self.cx.now();
        self.cx
            .http(call, |answer| {
                let answer = read(ask.op, ask.access, answer, now);
                answer.map_err(|e| placed(e, &self.settings.secret_place))
            })
            .await
    }

    /// The account's token, the same for all who ask until the platform renews it.
    async fn fresh_token(&self) -> StepResult<(String, Option<Timestamp>)> {
        let settings = self.settings;
        let body = json!({
            "grant_type": "client_credential",
            "appid": settings.app_id,
            "secret": settings.secret.reveal(),
        });
        let url = format!("{}/cgi-bin/stable_token", settings.base_url);
        let call = Call::new(ops::TOKEN, Method::Post, url)
            .json(&body)
            .conceal(settings.secret.clone())
            .conceal_field("access_token");
        let now = self.cx.now();
        let token: Token = self
            .cx
            .http(call, |answer| {
                let answer = read(ops::TOKEN, Access::Read, answer, now);
                answer.map_err(|e| placed(e, &settings.secret_place))
            })
            .await?;
        let life = token.expires_in.saturating_sub(TOKEN_MARGIN_SECONDS);
        Ok((
            token.access_token,
            Some(later(now, Duration::from_secs(life))),
        ))
    }
}

/// A refusal that has to do with the secret names the place where the secret is configured.
fn placed(error: ChannelError, place: &str) -> ChannelError {
    let by_code = matches!(error.remote_code(), Some("40125" | "40001" | "41004"));
    let by_status = error.kind() == ErrorKind::Unauthorized && error.advice().is_none();
    if !(by_status || by_code && !error.renews()) {
        return error;
    }
    let usual = Localized::new("对方拒绝了本账号的凭据", "our credentials were refused");
    let advice = error.advice().cloned().unwrap_or(usual);
    let advice = Localized::new(
        format!("{}（secret 在 {place}）", advice.zh),
        format!("{} (the secret is in {place})", advice.en),
    );
    error.with_advice(advice)
}

fn file(name: &str, media_type: &str, bytes: Bytes) -> Body {
    Body::File {
        name: name.to_owned(),
        media_type: media_type.to_owned(),
        bytes,
    }
}

fn list(offset: usize, count: usize) -> Value {
    json!({"offset": offset, "count": count, "no_content": 1})
}
