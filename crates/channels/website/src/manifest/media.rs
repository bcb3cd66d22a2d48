//! Pictures and files: each on the site once, by what is in it.

use std::{collections::BTreeMap, sync::OnceLock};

use serde::{Deserialize, Serialize};
use yigao_channel::{Interrupt, StepResult};
use yigao_core::{ChannelError, Derivative, Digest, Effect, ErrorKind, Found, Made, Rendition};

use crate::manifest::{
    answer::Outcome,
    api::{Api, Ask},
    config::Op,
    profile,
    request::text_of,
    template::Scope,
    there::answered,
    values::Upload,
};

/// A file on the site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Placed {
    pub(crate) id: String,
    pub(crate) url: String,
}

impl Api<'_> {
    /// Every file of a rendition, by its name in the item.
    pub(crate) async fn place_media(
        &self,
        rendition: &Rendition,
    ) -> StepResult<Vec<(String, Placed)>> {
        let Some(put) = &self.site.manifest.ops.put_asset else {
            return Ok(Vec::new());
        };
        let mut by_content: BTreeMap<&Digest, Placed> = BTreeMap::new();
        let mut placed = Vec::new();
        for derivative in &rendition.media {
            let made = derivative.made.as_ref().ok_or_else(|| {
                let message = format!("the file {} has not been made", derivative.name);
                ChannelError::new(ErrorKind::Config, profile::PUT_ASSET, message)
            })?;
            let file = match by_content.get(&made.digest) {
                Some(file) => file.clone(),
                None => self.place(put, derivative, made).await?,
            };
            by_content.insert(&made.digest, file.clone());
            placed.push((derivative.name.clone(), file));
        }
        Ok(placed)
    }

    /// Where a person has agreed to replace what is there, what staff deleted is uploaded again; readers tell.
    async fn place(&self, put: &Op, derivative: &Derivative, made: &Made) -> StepResult<Placed> {
        let gone = OnceLock::new();
        let gone = &gone;
        let there = |found: Option<Placed>| found.filter(|file| Some(&file.url) != gone.get());
        let part = made.digest.as_str();
        let lookup = || async move {
            let found = there(self.find_file(derivative, made).await?);
            Ok(found.map_or(Found::No, Found::Yes))
        };
        let make = || async move {
            let placed = match there(self.find_file(derivative, made).await?) {
                Some(placed) => placed,
                None => self.put_file(put, derivative, made).await?,
            };
            Ok((placed, None))
        };
        if self.cx.prior().over.is_none() {
            return self.cx.shared(profile::PUT_ASSET, part, lookup, make).await;
        }
        self.cx
            .shared_with(
                profile::PUT_ASSET,
                part,
                lookup,
                make,
                |file: Placed| async move {
                    // Uploaded a moment ago: readers may get it a little later.
                    if gone.get().is_none() && self.is_gone(&file.url).await? {
                        gone.get_or_init(|| file.url.clone());
                        let message = "the file was deleted on the site".to_owned();
                        let error =
                            ChannelError::new(ErrorKind::Rejected, profile::PUT_ASSET, message);
                        return Err(Interrupt::Fault(
                            error.with_effect(Effect::None).with_renew(),
                        ));
                    }
                    Ok(file)
                },
            )
            .await
    }

    async fn upload(&self, derivative: &Derivative, made: &Made) -> StepResult<Upload> {
        Ok(Upload {
            name: derivative.name.clone(),
            alt: derivative.alt.clone(),
            made: made.clone(),
            bytes: self.cx.media(&made.digest).await?,
        })
    }

    async fn find_file(&self, derivative: &Derivative, made: &Made) -> StepResult<Option<Placed>> {
        let Some(op) = &self.site.manifest.ops.find_asset else {
            return Ok(None);
        };
        let upload = self.upload(derivative, made).await?;
        let ask = Ask {
            name: profile::FIND_ASSET,
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

    async fn put_file(&self, op: &Op, derivative: &Derivative, made: &Made) -> StepResult<Placed> {
        let upload = self.upload(derivative, made).await?;
        let ask = Ask {
            name: profile::PUT_ASSET,
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
                let found = self.find_file(derivative, made).await?;
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
            url: self.address(&url),
        })
    }

    /// Takes a file away that nobody else uses.
    pub(crate) async fn drop_file(&self, file: Placed) -> StepResult<()> {
        let Some(op) = &self.site.manifest.ops.drop_asset else {
            return Ok(());
        };
        let remote = serde_json::json!({ "id": file.id, "url": file.url });
        let ask = Ask {
            name: profile::DROP_ASSET,
            op,
            scope: self.scope().with("remote", remote),
            upload: None,
        };
        self.ask(ask).await.map(drop)
    }
}

fn not_found(message: &str) -> Interrupt {
    ChannelError::new(ErrorKind::Protocol, profile::PUT_ASSET, message).into()
}

/// Whether a call sends the bytes as a text.
fn wants_base64(op: &Op) -> bool {
    format!("{op:?}").contains("asset.base64")
}
