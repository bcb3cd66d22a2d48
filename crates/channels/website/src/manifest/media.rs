//! Calls about pictures and files.

use yigao_channel::{Interrupt, StepResult};
use yigao_core::{ChannelError, Derivative, ErrorKind, Made};

use super::{
    answer::Outcome,
    api::{Api, Ask, answered},
    config::Op,
    ops,
    request::text_of,
    template::Scope,
    values::Upload,
};
use crate::remote::Placed;

impl Api<'_> {
    async fn loaded(&self, derivative: &Derivative, made: &Made) -> StepResult<Upload> {
        Ok(Upload {
            name: derivative.name.clone(),
            alt: derivative.alt.clone(),
            made: made.clone(),
            bytes: self.cx.media(&made.digest).await?,
        })
    }

    pub(crate) async fn file_of(
        &self,
        derivative: &Derivative,
        made: &Made,
    ) -> StepResult<Option<Placed>> {
        let Some(op) = &self.site.manifest.ops.find_asset else {
            return Ok(None);
        };
        let upload = self.loaded(derivative, made).await?;
        let ask = Ask {
            name: ops::FIND_ASSET,
            op,
            scope: self.scope().with("asset", upload.value(wants_base64(op))),
            upload: None,
        };
        let Outcome::Answer(scope) = self.ask(ask.clone()).await? else {
            return Ok(None);
        };
        let matches = self.matches(&ask, &scope)?;
        Ok(matches.iter().find_map(|scope| self.placed(op, scope)))
    }

    pub(crate) async fn put_file(
        &self,
        op: &Op,
        derivative: &Derivative,
        made: &Made,
    ) -> StepResult<Placed> {
        let upload = self.loaded(derivative, made).await?;
        let ask = Ask {
            name: ops::PUT_ASSET,
            op,
            scope: self.scope().with("asset", upload.value(wants_base64(op))),
            upload: Some(&upload),
        };
        match self.ask(ask.clone()).await? {
            Outcome::Answer(scope) => {
                let scope = answered(scope);
                self.must(&ask, "url", &scope)?;
                let placed = self.placed(op, &scope);
                placed.ok_or_else(|| not_found("the site does not say where the file is"))
            }
            Outcome::Exists | Outcome::Absent => {
                let found = self.file_of(derivative, made).await?;
                found.ok_or_else(|| {
                    not_found("the site says that the file is there, and it is not found")
                })
            }
        }
    }

    /// `id` and `url` of a match; a site may know a file by its address alone.
    fn placed(&self, op: &Op, scope: &Scope) -> Option<Placed> {
        let url = text_of(&self.out(op, "url", scope)?);
        let id = self.out(op, "id", scope);
        Some(Placed {
            id: id.map_or_else(|| url.clone(), |id| text_of(&id)),
            url: self.whole_address(&url),
        })
    }

    /// Takes a file away that nobody else uses.
    pub(crate) async fn drop_file(&self, file: &Placed) -> StepResult<()> {
        let Some(op) = &self.site.manifest.ops.drop_asset else {
            return Ok(());
        };
        let remote = serde_json::json!({ "id": file.id, "url": file.url });
        let ask = Ask {
            name: ops::DROP_ASSET,
            op,
            scope: self.scope().with("remote", remote),
            upload: None,
        };
        self.ask(ask).await.map(drop)
    }
}

fn not_found(message: &str) -> Interrupt {
    ChannelError::new(ErrorKind::Protocol, ops::PUT_ASSET, message).into()
}

/// Whether a call sends the bytes as a text.
fn wants_base64(op: &Op) -> bool {
    format!("{op:?}").contains("asset.base64")
}
