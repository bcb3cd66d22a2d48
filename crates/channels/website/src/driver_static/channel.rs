//! The methods.

use async_trait::async_trait;
use yigao_channel::{
    Callback, Channel, Cx, FileAct, FileCall, Incoming, Profile, Refusal, RenderInput, Rendered,
    StepResult,
};
use yigao_core::{ChannelError, ErrorKind, Localized, Observation, Prior, Receipt, Rendition};

use super::{StaticSite, files, profile::PROBE, render};

/// Written and taken away again by `probe`.
const PROBE_PATH: &str = "media/.probe";
const PROBE_TEXT: &str = "probe\n";

#[async_trait]
impl Channel for StaticSite {
    fn profile(&self) -> &Profile {
        &self.profile
    }

    fn render(&self, input: &RenderInput<'_>) -> Rendered {
        render::render(&self.settings, input)
    }

    fn receive(&self, _call: &Incoming) -> Result<Callback, Refusal> {
        Err(Refusal::new(
            404,
            "静态网站不会回传消息",
            "a static site sends no messages",
        ))
    }

    async fn publish(&self, cx: &Cx<'_>, rendition: &Rendition) -> StepResult<Receipt> {
        self.place(cx, rendition).await
    }

    async fn correct(&self, cx: &Cx<'_>, rendition: &Rendition) -> StepResult<Receipt> {
        self.place(cx, rendition).await
    }

    async fn withdraw(&self, cx: &Cx<'_>, notice: &Rendition) -> StepResult<Receipt> {
        self.withdraw(cx, notice).await
    }

    async fn observe(&self, cx: &Cx<'_>, prior: &Prior) -> StepResult<Observation> {
        self.lookup_at(cx, prior).await
    }

    /// Every file is written at its own place, whole or not at all: there are no leftovers.
    async fn cleanup(&self, _cx: &Cx<'_>, _stays: Option<&Receipt>) -> StepResult<()> {
        Ok(())
    }

    async fn probe(&self, cx: &Cx<'_>) -> StepResult<Vec<Localized>> {
        cx.step(PROBE, "put", || write_probe(cx)).await?;
        let back = files::read(cx, PROBE_PATH).await?;
        cx.step(PROBE, "remove", || files::remove(cx, PROBE, PROBE_PATH))
            .await?;
        if back.as_deref() == Some(PROBE_TEXT.as_bytes()) {
            return Ok(Vec::new());
        }
        let folder = &self.settings.folder;
        let error = ChannelError::new(
            ErrorKind::Config,
            PROBE,
            format!("what is written into {folder} cannot be read there"),
        )
        .with_advice(Localized::new(
            format!("请检查网站目录 {folder} 是否存在、可写"),
            format!("see that the folder {folder} is there and writable"),
        ));
        Err(error.into())
    }
}

async fn write_probe(cx: &Cx<'_>) -> StepResult<()> {
    let act = FileAct::Put {
        path: PROBE_PATH.to_owned(),
        bytes: PROBE_TEXT.into(),
        while_still: Vec::new(),
    };
    cx.file(FileCall { op: PROBE, act }).await?;
    Ok(())
}
