//! The methods.

use async_trait::async_trait;
use serde_json::Value;
use yigao_channel::{
    Callback, Channel, Cx, Incoming, Profile, Refusal, RenderInput, Rendered, StepResult,
};
use yigao_core::{ChannelError, ErrorKind, Localized, Observation, Prior, Receipt, Rendition};

use super::{
    WordPress,
    api::{Api, User},
    ops::ME,
    render,
};
use crate::remote;

/// What a user needs, and for what.
const RIGHTS: [(&str, &str, &str); 7] = [
    ("publish_posts", "发布文章", "publish posts"),
    ("upload_files", "上传文件", "upload files"),
    (
        "edit_published_posts",
        "修改已发布的文章",
        "change what is published",
    ),
    (
        "edit_others_posts",
        "修改他人的文章",
        "change others' posts",
    ),
    (
        "delete_others_posts",
        "删除他人的文章",
        "delete others' posts",
    ),
    ("manage_categories", "管理栏目", "manage categories"),
    (
        "delete_published_posts",
        "删除已发布的文章",
        "delete what is published",
    ),
];

#[async_trait]
impl Channel for WordPress {
    fn profile(&self) -> &Profile {
        &self.profile
    }

    fn render(&self, input: &RenderInput<'_>) -> Rendered {
        render::render(&self.settings, input)
    }

    fn receive(&self, _call: &Incoming) -> Result<Callback, Refusal> {
        Err(Refusal::new(
            404,
            "不接收网站的回调",
            "a WordPress site sends no messages",
        ))
    }

    async fn publish(&self, cx: &Cx<'_>, rendition: &Rendition) -> StepResult<Receipt> {
        Box::pin(self.put(cx, rendition)).await
    }

    async fn correct(&self, cx: &Cx<'_>, rendition: &Rendition) -> StepResult<Receipt> {
        Box::pin(self.put(cx, rendition)).await
    }

    async fn withdraw(&self, cx: &Cx<'_>, _notice: &Rendition) -> StepResult<Receipt> {
        remote::withdraw(&self.api(cx)).await
    }

    async fn observe(&self, cx: &Cx<'_>, prior: &Prior) -> StepResult<Observation> {
        remote::observe(&self.api(cx), prior).await
    }

    async fn cleanup(&self, cx: &Cx<'_>, stays: Option<&Receipt>) -> StepResult<()> {
        remote::sweep(&self.api(cx), stays).await
    }

    /// A wrong password is not refused by the site, it answers as if nobody had logged in; so it is asked who is logged in.
    async fn probe(&self, cx: &Cx<'_>) -> StepResult<Vec<Localized>> {
        let user = self.api(cx).me().await?;
        let has = |right: &str| user.capabilities.get(right).and_then(Value::as_bool) == Some(true);
        let lacks: Vec<_> = RIGHTS.iter().filter(|(right, ..)| !has(right)).collect();
        if lacks.is_empty() {
            self.fields_are_there(cx).await?;
            return self.about(cx, &user).await;
        }
        let zh: Vec<&str> = lacks.iter().map(|(_, zh, _)| *zh).collect();
        let en: Vec<&str> = lacks.iter().map(|(_, _, en)| *en).collect();
        let (name, roles) = (&self.settings.user, user.roles.join(", "));
        let message = format!("{name} ({roles}) may not {}", en.join(", "));
        let error =
            ChannelError::new(ErrorKind::Unauthorized, ME, message).with_advice(Localized::new(
                format!(
                    "用户 {name} 无权{}：请在网站后台把角色改为“编辑”",
                    zh.join("、")
                ),
                format!("make {name} an editor on the site"),
            ));
        Err(error.into())
    }
}

impl WordPress {
    fn api<'a>(&'a self, cx: &'a Cx<'a>) -> Api<'a> {
        Api {
            cx,
            settings: &self.settings,
        }
    }

    async fn put(&self, cx: &Cx<'_>, rendition: &Rendition) -> StepResult<Receipt> {
        let api = &self.api(cx);
        let article = &api.prepare(rendition).await?;
        api.with_category(api.column(article), |category| async move {
            remote::put(api, &article.under(category)).await
        })
        .await
    }

    /// What the site reports about itself. The limit of a file is set by its servers and no interface reports it: ours holds.
    async fn about(&self, cx: &Cx<'_>, user: &User) -> StepResult<Vec<Localized>> {
        let (name, roles) = (&self.settings.user, user.roles.join(", "));
        let version = self.api(cx).version().await?;
        let version = version.map_or_else(
            || {
                Localized::new(
                    "网站不显示 WordPress 的版本",
                    "the site does not show its version of WordPress",
                )
            },
            |version| Localized::new(version.clone(), version),
        );
        let mega = self.settings.upload_bytes / (1 << 20);
        Ok(vec![
            Localized::new(
                format!("以 {name}（{roles}）登录，权限齐全"),
                format!("logged in as {name} ({roles}), with every right it needs"),
            ),
            version,
            Localized::new(
                format!("单个文件不超过 {mega} MiB（按本机配置 upload_bytes，网站接口不说）"),
                format!(
                    "files up to {mega} MiB (by upload_bytes here, the interface does not say)"
                ),
            ),
        ])
    }

    async fn fields_are_there(&self, cx: &Cx<'_>) -> StepResult<()> {
        if self.settings.fields.is_empty() {
            return Ok(());
        }
        let known = self.api(cx).fields().await?;
        let unknown = self.settings.fields.not_in(&known);
        if unknown.is_empty() {
            return Ok(());
        }
        Err(super::fields::unknown(ME, &unknown).into())
    }
}
