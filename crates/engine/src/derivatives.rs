//! Makes the derivatives a rendition declares, from originals of a [`Shelf`], which remembers them by their specification.

use std::sync::Arc;

use yigao_core::{
    Derivative, DerivativeSpec, Digest, Finding, Localized, Made, Rendition, Severity,
};
use yigao_media::{Limits, Source};

use crate::{hub::Hub, shelf::Shelf};

/// Pictures decoded at once in this process: each may hold some hundred megabytes.
static DECODERS: tokio::sync::Semaphore = tokio::sync::Semaphore::const_new(2);

impl Hub {
    /// Fills in what every derivative of `rendition` came out as. Pictures that cannot be made become findings, and the
    /// rendition is not complete then.
    pub(crate) async fn make_derivatives(
        &self,
        shelf: &Shelf<'_>,
        rendition: &mut Rendition,
        findings: &mut Vec<Finding>,
    ) {
        let mut sources: Vec<(Digest, Arc<Source>)> = Vec::new();
        for derivative in &mut rendition.media {
            match self.make(shelf, derivative, &mut sources).await {
                Ok(made) => derivative.made = Some(made),
                Err(finding) => findings.push(*finding),
            }
        }
    }

    async fn make(
        &self,
        shelf: &Shelf<'_>,
        derivative: &Derivative,
        sources: &mut Vec<(Digest, Arc<Source>)>,
    ) -> Result<Made, Box<Finding>> {
        let Some(spec) = &derivative.spec else {
            return pass_through(shelf, derivative).await;
        };
        let key = Digest::of_json(spec);
        if let Some(made) = shelf.remembered(&key).await {
            return Ok(made);
        }
        // Destinations are asked at the same time, and most want the same pictures: one makes, the others find it made.
        let turn = self.making.turn(&key);
        let _mine = turn.lock().await;
        if let Some(made) = shelf.remembered(&key).await {
            return Ok(made);
        }
        let source = match sources.iter().find(|(digest, _)| *digest == spec.source) {
            Some((_, source)) => Arc::clone(source),
            None => {
                let source = self.source(shelf, derivative, &spec.source).await?;
                sources.push((spec.source.clone(), Arc::clone(&source)));
                source
            }
        };
        let made = derive(shelf, derivative, spec.clone(), source).await?;
        shelf.remember(&key, &made).await;
        Ok(made)
    }

    /// The decoded picture; shared as long as anybody works with it.
    async fn source(
        &self,
        shelf: &Shelf<'_>,
        derivative: &Derivative,
        digest: &Digest,
    ) -> Result<Arc<Source>, Box<Finding>> {
        let decoded = self.making.decoded(digest);
        let mut held = decoded.lock().await;
        if let Some(source) = held.upgrade() {
            return Ok(source);
        }
        let source = Arc::new(decode(shelf, derivative, digest).await?);
        *held = Arc::downgrade(&source);
        Ok(source)
    }
}

async fn decode(
    shelf: &Shelf<'_>,
    derivative: &Derivative,
    source: &Digest,
) -> Result<Source, Box<Finding>> {
    let bytes = shelf
        .get(source)
        .await
        .map_err(|e| missing(derivative, &e.to_string()))?;
    let permit = DECODERS.acquire().await;
    let decoded =
        tokio::task::spawn_blocking(move || Source::decode(&bytes, &Limits::default())).await;
    drop(permit);
    match decoded {
        Ok(Ok(source)) => Ok(source),
        Ok(Err(error)) => Err(unusable(derivative, &error)),
        Err(_) => Err(missing(derivative, "the decoder stopped")),
    }
}

async fn derive(
    shelf: &Shelf<'_>,
    derivative: &Derivative,
    spec: DerivativeSpec,
    source: Arc<Source>,
) -> Result<Made, Box<Finding>> {
    let permit = DECODERS.acquire().await;
    let derived = tokio::task::spawn_blocking(move || source.derive(&spec)).await;
    drop(permit);
    let derived = match derived {
        Ok(Ok(derived)) => derived,
        Ok(Err(error)) => return Err(unusable(derivative, &error)),
        Err(_) => return Err(missing(derivative, "the encoder stopped")),
    };
    shelf
        .put(&derived.bytes)
        .await
        .map_err(|e| missing(derivative, &e.to_string()))?;
    Ok(derived.made)
}

/// Attachments, audio, video: the original as it is.
async fn pass_through(shelf: &Shelf<'_>, derivative: &Derivative) -> Result<Made, Box<Finding>> {
    let bytes = shelf
        .get(&derivative.source)
        .await
        .map_err(|e| missing(derivative, &e.to_string()))?;
    let media_type = yigao_media::kind_of(&bytes).unwrap_or("application/octet-stream");
    let short: String = derivative.source.as_str().chars().take(16).collect();
    Ok(Made {
        digest: derivative.source.clone(),
        media_type: media_type.to_owned(),
        bytes: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
        width: None,
        height: None,
        file_name: format!("{short}.{}", extension(media_type)),
    })
}

fn extension(media_type: &str) -> &'static str {
    match media_type {
        "image/jpeg" => "jpg",
        "image/png" => "png",
        "image/gif" => "gif",
        "image/webp" => "webp",
        "image/bmp" => "bmp",
        "image/tiff" => "tif",
        "application/pdf" => "pdf",
        "application/zip" => "zip",
        "video/mp4" => "mp4",
        "audio/mpeg" => "mp3",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document" => "docx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => "xlsx",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation" => "pptx",
        "application/msword" => "doc",
        "application/vnd.ms-excel" => "xls",
        "application/vnd.ms-powerpoint" => "ppt",
        // Where a file's name and content disagree some sites refuse it.
        "text/csv" => "csv",
        kind if kind.starts_with("text/") => "txt",
        _ => "bin",
    }
}

fn missing(derivative: &Derivative, message: &str) -> Box<Finding> {
    Box::new(Finding::new(
        Severity::Block,
        "media_missing",
        format!("media/{}", derivative.name),
        Localized::new(
            format!("素材取不到：{message}"),
            format!("media cannot be read: {message}"),
        ),
        Localized::new("请重新导入该素材", "import the file again"),
    ))
}

fn unusable(derivative: &Derivative, error: &yigao_media::MediaError) -> Box<Finding> {
    Box::new(Finding::new(
        Severity::Block,
        "picture_unusable",
        format!("media/{}", derivative.name),
        Localized::new(error.zh(), error.to_string()),
        Localized::new(
            "请换一张图片，或重新导出后再导入",
            "replace the picture, or export it again and re-import",
        ),
    ))
}
