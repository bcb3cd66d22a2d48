//! The methods.

use async_trait::async_trait;
use yigao_channel::{Channel, Cx, Heard, Incoming, Profile, R, Refusal, RenderInput, Rendered};
use yigao_core::{ChannelError, ErrorKind, Observation, Prior, Receipt, Rendition};

use crate::manifest::{ManifestSite, answer::Outcome, profile, render};

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
        self.withdraw(cx).await
    }

    async fn observe(&self, cx: &Cx<'_>, prior: &Prior) -> R<Observation> {
        self.look_at(cx, prior).await
    }

    async fn tidy(&self, cx: &Cx<'_>, stays: Option<&Receipt>) -> R<()> {
        self.sweep(cx, stays).await
    }

    async fn probe(&self, cx: &Cx<'_>) -> R<Vec<yigao_core::Words>> {
        let api = self.api(cx);
        let op = &self.site.manifest.ops.probe;
        let ask = api.asking(profile::PROBE, op, &api.named());
        match api.ask_anew(ask).await? {
            Outcome::Answer(_) => Ok(Vec::new()),
            Outcome::Exists | Outcome::Absent => {
                let says = "what the probe asks for is not there";
                Err(ChannelError::new(ErrorKind::Config, profile::PROBE, says).into())
            }
        }
    }
}
