//! Finding our own articles and drafts again by the markers they carry.

use serde::{Deserialize, Serialize};
use url::Url;
use yigao_channel::{Interrupt, StepResult};
use yigao_core::Timestamp;

use crate::{
    api::{Api, PAGE},
    payload::carries,
    shapes::Listed,
};

/// Pages of a list that are searched; a lookup pays for each, out of 100 a day.
const PAGES: usize = 5;
/// Clocks differ: what is this much older than the request cannot come from it.
const OLDER_SECONDS: i64 = 120;

/// One of our articles in the published list.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Out {
    pub(crate) id: String,
    pub(crate) url: Option<String>,
    /// Counts from 1.
    pub(crate) index: u32,
    pub(crate) deleted: bool,
}

/// Whether a draft is still there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DraftBox {
    There,
    Gone,
}

/// Published pieces that carry this marker, newest first, those still up before those deleted.
pub(crate) async fn find_published(
    api: &Api<'_>,
    key: &str,
    since: Option<Timestamp>,
) -> StepResult<Vec<Out>> {
    let oldest = since.map(|at| at.as_second().saturating_sub(OLDER_SECONDS));
    let mut found = Vec::new();
    for page in 0..PAGES {
        let listed = api.published(page * PAGE, PAGE).await?.item;
        let last = listed.last().map(|piece| piece.update_time);
        let full = listed.len() == PAGE;
        found.extend(listed.into_iter().flat_map(|piece| ours(piece, key)));
        let is_older = oldest.zip(last).is_some_and(|(oldest, last)| last < oldest);
        if !full || is_older {
            break;
        }
    }
    found.sort_by_key(|out| out.deleted);
    Ok(found)
}

fn ours(piece: Listed, key: &str) -> Vec<Out> {
    let id = piece.article_id;
    let articles = piece.content.news_item.into_iter().zip(1..);
    articles
        .filter(|(article, _)| carries(&article.content_source_url, key))
        .map(|(article, index)| Out {
            id: id.clone(),
            url: (!article.url.is_empty()).then_some(article.url),
            index,
            deleted: article.is_deleted,
        })
        .collect()
}

/// `mid` of a long address is the number of the publish job; short addresses have none.
pub(crate) fn mid_of(url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    let (_, mid) = url.query_pairs().find(|(name, _)| name == "mid")?;
    mid.chars()
        .all(|c| c.is_ascii_digit())
        .then(|| mid.into_owned())
}

impl Api<'_> {
    /// Whether the draft is still in the account's draft box.
    pub(crate) async fn draft_box(&self, draft: &str) -> StepResult<DraftBox> {
        match self.draft(draft).await {
            Ok(_) => Ok(DraftBox::There),
            Err(stop) if is_code(&stop, "40007") => Ok(DraftBox::Gone),
            Err(stop) => Err(stop),
        }
    }

    /// Drafts that carry one of these markers.
    pub(crate) async fn find_drafts(&self, keys: &[&str]) -> StepResult<Vec<String>> {
        let mut found = Vec::new();
        for page in 0..PAGES {
            let listed = self.drafts(page * PAGE).await?.item;
            let full = listed.len() == PAGE;
            let ours = listed.into_iter().filter(|draft| {
                let mut articles = draft.content.news_item.iter();
                articles.any(|article| {
                    let mut keys = keys.iter();
                    keys.any(|key| carries(&article.content_source_url, key))
                })
            });
            found.extend(ours.map(|draft| draft.media_id));
            if !full {
                break;
            }
        }
        Ok(found)
    }
}

/// Whether a call was refused with this return code.
pub(crate) fn is_code(stop: &Interrupt, code: &str) -> bool {
    matches!(stop, Interrupt::Fault(error) if error.remote_code() == Some(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_address_names_its_job_and_a_short_one_does_not() {
        let long = "http://mp.weixin.qq.com/s?__biz=MzA==&mid=2650177668&idx=1&sn=ab#rd";
        assert_eq!(mid_of(long).as_deref(), Some("2650177668"));
        assert_eq!(
            mid_of("https://mp.weixin.qq.com/s/AbCdEfGhIjKlMnOpQrStUv"),
            None
        );
    }
}
