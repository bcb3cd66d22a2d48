//! Pictures and files: each on the site once, by what is in it; then the text that names their addresses.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use yigao_article::text::Text;
use yigao_channel::{Cx, Interrupt, StepResult};
use yigao_core::html::escape;
use yigao_core::{
    ChannelError, Derivative, Digest, Effect, ErrorKind, Fills, Found, Made, Rendition, Retry,
};

use super::{
    note::out,
    site::{Placed, RemoteSite},
};

/// Every file of a rendition, by its name in the item.
pub(crate) async fn place_files<S: RemoteSite>(
    site: &S,
    rendition: &Rendition,
) -> StepResult<Vec<(String, Placed)>> {
    // A number that cannot be used is reported before anything is sent.
    if let Some(receipt) = out(site.cx().prior()) {
        site.check_id(&receipt.id)?;
    }
    if rendition.media.is_empty() {
        return Ok(Vec::new());
    }
    let library = site.library(&rendition.media).await?;
    let mut by_content: BTreeMap<&Digest, Placed> = BTreeMap::new();
    let mut placed = Vec::new();
    for derivative in &rendition.media {
        let made = derivative.made.as_ref().ok_or_else(|| {
            let message = format!("the file {} has not been made", derivative.name);
            ChannelError::new(ErrorKind::Config, S::OPS.upload, message)
        })?;
        let file = match by_content.get(&made.digest) {
            Some(file) => file.clone(),
            None => place(site, derivative, made, &library).await?,
        };
        by_content.insert(&made.digest, file.clone());
        placed.push((derivative.name.clone(), file));
    }
    Ok(placed)
}

/// What this run knows of one file.
#[derive(Default)]
struct Known {
    /// Uploaded in this run: readers may get it a little later.
    fresh: Option<Placed>,
    /// It was on the site and is there no more, whatever the site's own search answers.
    gone: Option<String>,
}

/// What staff deleted is uploaded again.
async fn place<S: RemoteSite>(
    site: &S,
    derivative: &Derivative,
    made: &Made,
    library: &S::Library,
) -> StepResult<Placed> {
    let known = &Mutex::new(Known::default());
    let lock = || known.lock().unwrap_or_else(PoisonError::into_inner);
    let is_there = |file: &Placed| lock().gone.as_ref() != Some(&file.url);
    site.cx()
        .shared_with(
            S::OPS.upload,
            made.digest.as_str(),
            || async {
                let found = site.find_file(derivative, made, None).await?;
                Ok(found.filter(is_there).map_or(Found::No, Found::Yes))
            },
            || async {
                let found = site.find_file(derivative, made, Some(library)).await?;
                if let Some(file) = found.filter(is_there) {
                    return Ok((file, None));
                }
                let file = site.upload(derivative, made).await?;
                lock().fresh = Some(file.clone());
                Ok((file, None))
            },
            |file: Placed| async move {
                let is_fresh = {
                    let known = lock();
                    known.gone.is_some() || known.fresh.as_ref() == Some(&file)
                };
                if is_fresh || site.has_file(&file, library).await? {
                    return Ok(file);
                }
                lock().gone = Some(file.url);
                let message = "a file that was uploaded is not on the site any more";
                let error = ChannelError::new(ErrorKind::Rejected, S::OPS.upload, message);
                Err(Interrupt::Fault(
                    error.with_effect(Effect::None).with_renew(),
                ))
            },
        )
        .await
}

/// Fills the slots of a text; answers the addresses of its files.
pub(crate) async fn fill(
    cx: &Cx<'_>,
    op: &'static str,
    rendition: &Rendition,
    text: &mut Text,
    placed: &[(String, Placed)],
) -> StepResult<Fills> {
    let files = placed.iter();
    let urls: Fills = files
        .map(|(name, file)| (name.clone(), file.url.clone()))
        .collect();
    let fills = cx.fills(rendition, &urls).await?;
    let fills: Fills = fills
        .into_iter()
        .map(|(name, value)| (name, escape(&value)))
        .collect();
    text.body = yigao_core::fill(&text.body, &fills).map_err(|e| {
        // A rendition that nothing can be made of; nothing was sent.
        ChannelError::new(ErrorKind::Protocol, op, e.to_string())
            .with_retry(Retry::Never)
            .with_effect(Effect::None)
    })?;
    Ok(urls)
}
