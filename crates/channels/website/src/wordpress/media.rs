//! Pictures and files in the site's library: each once, by its digest.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, PoisonError},
};

use serde::{Deserialize, Serialize};
use yigao_channel::{Interrupt, StepResult};
use yigao_core::html::escape;
use yigao_core::{ChannelError, Derivative, ErrorKind, Found, Localized, Made, Rendition};

use super::{
    api::{Api, Attachment, Upload, encoded},
    profile,
};

/// Characters of a file's name that come from its content: `yigao-` and 24 digits.
const NAME: usize = 30;

/// A file that is in the library.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Placed {
    pub(super) id: u64,
    pub(super) url: String,
}

impl Placed {
    /// Its name in the library, as every address of it has it.
    pub(super) fn name(&self) -> Option<&str> {
        let (_, file) = self.url.rsplit_once('/')?;
        file.get(..NAME)
    }
}

impl Api<'_> {
    /// All media of a rendition, by their names. One call tells which of them the library has; staff may have deleted some.
    pub(super) async fn place_media(
        &self,
        rendition: &Rendition,
    ) -> StepResult<BTreeMap<String, Placed>> {
        let mut placed = BTreeMap::new();
        if rendition.media.is_empty() {
            return Ok(placed);
        }
        let slugs: BTreeSet<String> = rendition
            .media
            .iter()
            .filter_map(|d| d.made.as_ref().map(slug))
            .collect();
        let list: Vec<&str> = slugs.iter().map(String::as_str).collect();
        let there = self.files_named(&list).await?;
        let mut by_content: BTreeMap<&str, Placed> = BTreeMap::new();
        for derivative in &rendition.media {
            let digest = derivative.made.as_ref().map(|made| made.digest.as_str());
            let known = digest.and_then(|digest| by_content.get(digest)).cloned();
            let file = match known {
                Some(file) => file,
                None => self.place(derivative, &there).await?,
            };
            if let Some(digest) = digest {
                by_content.insert(digest, file.clone());
            }
            placed.insert(derivative.name.clone(), file);
        }
        Ok(placed)
    }

    async fn place(&self, derivative: &Derivative, there: &[Attachment]) -> StepResult<Placed> {
        let made = derivative.made.as_ref().ok_or_else(|| {
            let message = format!("the file {} has not been made", derivative.name);
            ChannelError::new(ErrorKind::Config, profile::MEDIA, message)
        })?;
        let slug = slug(made);
        // What was uploaded a moment ago is not among those that were there before.
        let fresh: Mutex<Option<u64>> = Mutex::new(None);
        let known = |list: &[Attachment]| {
            let found = list.iter().find(|a| a.slug == slug);
            found.map(|a| sound(a, made)).transpose()
        };
        self.cx
            .shared_with(
                profile::MEDIA,
                made.digest.as_str(),
                || async {
                    let found = known(&self.files_named(&[&slug]).await?)?;
                    remember(&fresh, found.as_ref());
                    Ok(found.map_or(Found::No, Found::Yes))
                },
                || async {
                    let placed = match known(there)? {
                        Some(placed) => placed,
                        None => self.upload_made(derivative, made, &slug).await?,
                    };
                    remember(&fresh, Some(&placed));
                    Ok((placed, None))
                },
                |placed: Placed| {
                    let fresh = *fresh.lock().unwrap_or_else(PoisonError::into_inner);
                    let is_there =
                        fresh == Some(placed.id) || there.iter().any(|a| a.id == placed.id);
                    async move {
                        if is_there {
                            return Ok(placed);
                        }
                        let message = "a file that was uploaded is not in the library any more";
                        let error = ChannelError::new(ErrorKind::Rejected, profile::MEDIA, message);
                        Err(Interrupt::Fault(error.with_renew()))
                    }
                },
            )
            .await
    }

    async fn upload_made(
        &self,
        derivative: &Derivative,
        made: &Made,
        slug: &str,
    ) -> StepResult<Placed> {
        let bytes = self.cx.media(&made.digest).await?;
        let extension = made
            .file_name
            .rsplit_once('.')
            .map_or("bin", |(_, ext)| ext);
        let upload = Upload {
            slug,
            file_name: &format!("{slug}.{extension}"),
            media_type: &made.media_type,
            title: &if derivative.alt.trim().is_empty() {
                slug.to_owned()
            } else {
                escape(&derivative.alt)
            },
            alt: &derivative.alt,
            bytes,
        };
        let attachment = self.upload(&upload).await?;
        Ok(sound(&attachment, made)?)
    }

    pub(super) async fn files_named(&self, slugs: &[&str]) -> StepResult<Vec<Attachment>> {
        self.media(&format!("slug={}", encoded(&slugs.join(","))))
            .await
    }
}

fn remember(fresh: &Mutex<Option<u64>>, placed: Option<&Placed>) {
    *fresh.lock().unwrap_or_else(PoisonError::into_inner) = placed.map(|p| p.id);
}

/// A file's address in the library, from what is in it.
fn slug(made: &Made) -> String {
    format!(
        "yigao-{}",
        made.digest.as_str().get(..24).unwrap_or_default()
    )
}

/// What is in the library under this name must be what was made.
fn sound(attachment: &Attachment, made: &Made) -> Result<Placed, ChannelError> {
    // Of a picture wider or higher than 2560 pixels WordPress shows a smaller one, and keeps the original beside it.
    let is_scaled = attachment.source_url.contains("-scaled.");
    match attachment.media_details.filesize {
        Some(there) if there != made.bytes && !is_scaled => Err(damaged(there, made.bytes)),
        _ => Ok(Placed {
            id: attachment.id,
            url: attachment.source_url.clone(),
        }),
    }
}

fn damaged(there: u64, sent: u64) -> ChannelError {
    ChannelError::new(
        ErrorKind::Rejected,
        profile::MEDIA,
        format!("the library holds {there} bytes of a file of {sent}"),
    )
    .with_advice(Localized::new(
        "网站改写了上传的文件（缩小或重新压缩）：请管理员停用图片类插件的改写、在媒体库删除该文件后重新投递",
        "the site rewrites what is uploaded: have its picture plug-ins stopped, delete the file in its library and send again",
    ))
}
