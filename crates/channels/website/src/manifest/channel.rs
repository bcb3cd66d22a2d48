//! The methods.

use async_trait::async_trait;
use yigao_channel::{
    Callback, Channel, Cx, Incoming, Profile, Refusal, RenderInput, Rendered, StepResult,
};
use yigao_core::{ChannelError, ErrorKind, Observation, Prior, Receipt, Rendition};

use super::{ManifestSite, answer::Outcome, api::Api, ops, render};
use crate::remote;

#[async_trait]
impl Channel for ManifestSite {
    fn profile(&self) -> &Profile {
        &self.profile
    }

    fn render(&self, input: &RenderInput<'_>) -> Rendered {
        render::render(&self.site, input)
    }

    fn receive(&self, _call: &Incoming) -> Result<Callback, Refusal> {
        Err(Refusal::new(
            404,
            "不接收该网站的回调",
            "a site of this kind sends no messages",
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

    async fn probe(&self, cx: &Cx<'_>) -> StepResult<Vec<yigao_core::Localized>> {
        let api = self.api(cx);
        let op = &self.site.manifest.ops.probe;
        let ask = api.asking(ops::PROBE, op, &api.named());
        match api.ask_anew(ask).await? {
            Outcome::Answer(_) => Ok(Vec::new()),
            Outcome::Exists | Outcome::Absent => {
                let message = "what the probe asks for is not there";
                Err(ChannelError::new(ErrorKind::Config, ops::PROBE, message).into())
            }
        }
    }
}

impl ManifestSite {
    fn api<'a>(&'a self, cx: &'a Cx<'a>) -> Api<'a> {
        Api {
            cx,
            site: &self.site,
        }
    }

    async fn put(&self, cx: &Cx<'_>, rendition: &Rendition) -> StepResult<Receipt> {
        let api = &self.api(cx);
        let ready = api.prepare(rendition).await?;
        remote::put(api, &ready).await
    }
}
