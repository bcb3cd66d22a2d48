//! Finding our own pieces again by their marks, and taking them down.

use serde::{Deserialize, Serialize};
use url::Url;
use yigao_channel::{Cx, R, Stop};
use yigao_core::{Asks, Found, Receipt, Standing, Ticket, Timestamp};

use crate::{
    api::{Api, PAGE},
    payload::carries,
    publish::{JobEnd, Note},
    shapes::Listed,
};

/// Pages of a list that are looked through; a look pays for each, out of 100 a day.
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

/// What a search for an unsure piece came to.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Traced {
    Listed {
        listed: Vec<Out>,
    },
    InTheBox {
        drafts: Vec<String>,
    },
    /// A person's answer.
    Told {
        id: String,
        url: Option<String>,
    },
}

/// Published pieces that carry this mark, newest first, those still up before those deleted.
pub(crate) async fn find_published(
    api: &Api<'_>,
    key: &str,
    since: Option<Timestamp>,
) -> R<Vec<Out>> {
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
    pub(crate) async fn draft_box(&self, draft: &str) -> R<DraftBox> {
        match self.draft(draft).await {
            Ok(_) => Ok(DraftBox::There),
            Err(stop) if is_code(&stop, "40007") => Ok(DraftBox::Gone),
            Err(stop) => Err(stop),
        }
    }

    /// Drafts that carry one of these marks.
    pub(crate) async fn find_drafts(&self, keys: &[&str]) -> R<Vec<String>> {
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

    /// Deletes an article. Deleted already is as good.
    pub(crate) async fn take_down(&self, id: &str, index: u32) -> R<()> {
        self.cx
            .step("delete", &format!("{id}#{index}"), || async {
                match self.delete_article(id, index).await {
                    Err(stop) if is_code(&stop, "53600") => Ok(()),
                    other => other,
                }
            })
            .await
    }

    /// Deletes a draft. Gone already is as good.
    pub(crate) async fn throw_away(&self, draft: &str) -> R<()> {
        self.cx
            .step("draft_delete", draft, || async {
                match self.delete_draft(draft).await {
                    Err(stop) if is_code(&stop, "40007") => Ok(()),
                    other => other,
                }
            })
            .await
    }

    pub(crate) async fn take_down_receipt(&self, receipt: &Receipt) -> R<()> {
        let index = Note::of(&receipt.note).index.max(1);
        self.take_down(&receipt.id, index).await
    }

    /// What the delivery before left standing, beneath the last receipt: waits for its job, or looks for its mark.
    /// Drafts of it that nobody published are thrown away.
    pub(crate) async fn standing(&self) -> R<Vec<Out>> {
        let prior = self.cx.prior();
        match &prior.standing {
            Standing::Nothing => Ok(Vec::new()),
            Standing::Out(receipt) => Ok(vec![Out {
                id: receipt.id.clone(),
                url: receipt.url.clone(),
                index: Note::of(&receipt.note).index.max(1),
                deleted: false,
            }]),
            Standing::Accepted(ticket) => match self.wait_for_job(ticket).await? {
                JobEnd::Out { id, url } => Ok(vec![Out {
                    id,
                    url,
                    index: 1,
                    deleted: false,
                }]),
                JobEnd::Not { .. } => {
                    let draft = Note::of(&ticket.note).draft;
                    if !draft.is_empty() {
                        self.throw_away(&draft).await?;
                    }
                    Ok(Vec::new())
                }
            },
            Standing::Unsure => match self.trace(&prior.key).await? {
                Traced::Listed { listed } => Ok(listed),
                Traced::InTheBox { drafts } => {
                    for draft in drafts {
                        self.throw_away(&draft).await?;
                    }
                    Ok(Vec::new())
                }
                Traced::Told { id, url } => Ok(vec![Out {
                    id,
                    url,
                    index: 1,
                    deleted: false,
                }]),
            },
        }
    }

    /// Looks for an unsure piece until it is found. A draft that is still in the box is an answer too: thrown away, it can
    /// no longer be submitted, and what was taken on all the same is met by the proof of the withdrawal. So is that no
    /// submit was ever begun.
    async fn trace(&self, earlier: &str) -> R<Traced> {
        let key = Cx::key_of(earlier, "submit");
        let submitted = self.submit_begun(&key, "").await?;
        let ticket = Ticket {
            id: key.clone(),
            asks: Asks::Remote,
            note: serde_json::Value::Null,
        };
        self.cx
            .wait("search", &ticket, |_| async {
                let listed = find_published(self, &key, None).await?;
                if !listed.is_empty() {
                    return Ok(Found::Yes(Traced::Listed { listed }));
                }
                // The list may lag; the draft itself is asked for by its name.
                let gone =
                    !submitted.is_empty() && self.draft_box(&submitted).await? == DraftBox::Gone;
                if gone {
                    return Ok(Found::No);
                }
                let mut drafts = self.find_drafts(&[&key]).await?;
                if !submitted.is_empty() && !drafts.contains(&submitted) {
                    drafts.push(submitted.clone());
                }
                Ok(Found::Yes(Traced::InTheBox { drafts }))
            })
            .await
    }
}

pub(crate) fn is_code(stop: &Stop, code: &str) -> bool {
    matches!(stop, Stop::Fault(error) if error.remote_code() == Some(code))
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
