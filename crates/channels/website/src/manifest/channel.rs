//! The methods.

use async_trait::async_trait;
use yigao_channel::{Channel, Cx, Heard, Incoming, Profile, R, Refusal, RenderInput, Rendered};
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

    fn hear(&self, _call: &Incoming) -> Result<Heard, Refusal> {
        Err(Refusal::new(
            404,
            "不接收该网站的回调",
            "a site of this kind sends no messages",
        ))
    }

    async fn publish(&self, cx: &Cx<'_>, rendition: &Rendition) -> R<Receipt> {
        Box::pin(self.put(cx, rendition)).await
    }

    async fn correct(&self, cx: &Cx<'_>, rendition: &Rendition) -> R<Receipt> {
        Box::pin(self.put(cx, rendition)).await
    }

    async fn kill(&self, cx: &Cx<'_>, _notice: &Rendition) -> R<Receipt> {
        remote::withdraw(&self.api(cx)).await
    }

    async fn observe(&self, cx: &Cx<'_>, prior: &Prior) -> R<Observation> {
        remote::observe(&self.api(cx), prior).await
    }

    async fn tidy(&self, cx: &Cx<'_>, stays: Option<&Receipt>) -> R<()> {
        remote::sweep(&self.api(cx), stays).await
    }

    async fn probe(&self, cx: &Cx<'_>) -> R<Vec<yigao_core::Words>> {
        let api = self.api(cx);
        let op = &self.site.manifest.ops.probe;
        let ask = api.asking(ops::PROBE, op, &api.named());
        match api.ask_anew(ask).await? {
            Outcome::Answer(_) => Ok(Vec::new()),
            Outcome::Exists | Outcome::Absent => {
                let says = "what the probe asks for is not there";
                Err(ChannelError::new(ErrorKind::Config, ops::PROBE, says).into())
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

    async fn put(&self, cx: &Cx<'_>, rendition: &Rendition) -> R<Receipt> {
        let api = &self.api(cx);
        let ready = api.prepare(rendition).await?;
        remote::put(api, &ready).await
    }
}
