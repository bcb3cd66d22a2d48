//! Pictures and files of the site's library: called and named by what is in them.

use std::collections::BTreeSet;

use yigao_channel::StepResult;
use yigao_core::{ChannelError, Derivative, ErrorKind, Localized, Made, html::escape};

use super::{
    api::{Api, Attachment, Upload, encoded},
    ops,
};
use crate::remote::Placed;

/// Characters of a file's name that come from its content: `yigao-` and 24 digits.
const NAME: usize = 30;

/// A file's name in the library, as every address of it has it.
pub(super) fn name(file: &Placed) -> Option<&str> {
    let (_, file) = file.url.rsplit_once('/')?;
    file.get(..NAME)
}

/// What the library has of this content.
pub(super) fn known(library: &[Attachment], made: &Made) -> Result<Option<Placed>, ChannelError> {
    let slug = slug(made);
    let found = library.iter().find(|file| file.slug == slug);
    found.map(|file| sound(file, made)).transpose()
}

impl Api<'_> {
    /// One call reports which of these files the library has.
    pub(super) async fn files_of(
        &self,
        made: impl Iterator<Item = &Made>,
    ) -> StepResult<Vec<Attachment>> {
        let slugs: BTreeSet<String> = made.map(slug).collect();
        let list: Vec<String> = slugs.into_iter().collect();
        self.media(&format!("slug={}", encoded(&list.join(","))))
            .await
    }

    pub(super) async fn upload_made(
        &self,
        derivative: &Derivative,
        made: &Made,
    ) -> StepResult<Placed> {
        let slug = slug(made);
        let bytes = self.cx.media(&made.digest).await?;
        let extension = made
            .file_name
            .rsplit_once('.')
            .map_or("bin", |(_, ext)| ext);
        let upload = Upload {
            slug: &slug,
            file_name: &format!("{slug}.{extension}"),
            media_type: &made.media_type,
            title: &if derivative.alt.trim().is_empty() {
                slug.clone()
            } else {
                escape(&derivative.alt)
            },
            alt: &derivative.alt,
            bytes,
        };
        let attachment = self.send_file(&upload).await?;
        Ok(sound(&attachment, made)?)
    }
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
            id: attachment.id.to_string(),
            url: attachment.source_url.clone(),
        }),
    }
}

fn damaged(there: u64, sent: u64) -> ChannelError {
    ChannelError::new(
        ErrorKind::Rejected,
        ops::MEDIA,
        format!("the library holds {there} bytes of a file of {sent}"),
    )
    .with_advice(Localized::new(
        "网站改写了上传的文件（缩小或重新压缩）：请管理员停用图片类插件的改写、在媒体库删除该文件后重新投递",
        "the site rewrites what is uploaded: have its picture plug-ins stopped, delete the file in its library and send again",
    ))
}
