//! The way of an article to its readers: files, a draft that bears our marker, then out by its number.
//!
//! The interface knows no keys, and addresses are not unique in it: of creations whose answers were lost nobody can tell
//! without looking. So only a draft is ever created, found by its marker, and published by number, which may be repeated.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicBool, Ordering},
};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use yigao_channel::{Cx, Interrupt, StepResult};
use yigao_core::html::escape;
use yigao_core::{
    ChannelError, Digest, Effect, ErrorKind, Fills, Found, Localized, Prior, Receipt, RemoteState,
    Rendition, Retry,
};

use super::{
    WordPress,
    api::Api,
    fields,
    media::Placed,
    payload::unpack,
    post::{Beside, NewPost, Note, Post, content, marker},
    profile,
};
use yigao_article::{render::COVER, text::Text};

/// What came of publishing.
#[derive(Debug, Serialize, Deserialize)]
struct Made {
    link: String,
    wrote: Digest,
    /// None in journals of older programs.
    #[serde(default)]
    beside: Option<Beside>,
}

/// What is to be written, apart from its category.
struct Written {
    text: Text,
    fields: Map<String, Value>,
    content: String,
    media: BTreeMap<String, Placed>,
    tags: Vec<u64>,
}

impl WordPress {
    pub(super) fn api<'a>(&'a self, cx: &'a Cx<'a>) -> Api<'a> {
        Api {
            cx,
            settings: &self.settings,
        }
    }

    /// Publishes, or puts the rendition in the place of what stands there.
    pub(super) async fn put(&self, cx: &Cx<'_>, rendition: &Rendition) -> StepResult<Receipt> {
        let api = self.api(cx);
        let known = match &cx.prior().remote_state {
            RemoteState::Out(receipt) => Some(number(receipt)?),
            _ => None,
        };
        let written = api.prepare(rendition).await?;
        let columns = &self.settings.columns;
        let column = columns
            .named(&written.text.column)
            .unwrap_or_else(|| columns.of_kind(written.text.kind));
        let written = &written;
        api.with_category(column, |category| async move {
            let new = written.post(rendition, category);
            let fresh = AtomicBool::new(false);
            let id = match known {
                Some(id) => id,
                None => api.draft(&new, &fresh).await?,
            };
            let mut body = new.body("publish");
            if !fresh.load(Ordering::Relaxed) {
                let there = api.not_changed_by_others(id, &new).await?;
                fields::taken(&new.fields, &there.meta)?;
                if there.is_public() {
                    body = new.correction(&there, beside(cx.prior()).as_ref());
                }
            }
            api.out(id, &new, &body, written).await
        })
        .await
    }
}

impl Written {
    fn post(&self, rendition: &Rendition, category: u64) -> NewPost {
        NewPost {
            slug: rendition.item.to_string(),
            // An editor's markup is kept by the site and printed by its themes.
            title: escape(&self.text.title),
            content: self.content.clone(),
            excerpt: escape(self.text.summary.as_deref().unwrap_or_default()),
            category,
            tags: self.tags.clone(),
            featured_media: self.media.get(COVER).map_or(0, |cover| cover.id),
            fields: self.fields.clone(),
        }
    }

    fn note(&self, wrote: Digest, beside: Option<Beside>) -> Value {
        let media = self.media.iter();
        let note = Note {
            wrote,
            media: media.map(|(name, file)| (name.clone(), file.id)).collect(),
            beside,
        };
        serde_json::to_value(note).unwrap_or_default()
    }
}

impl Api<'_> {
    /// Uploads what the library lacks and fills the text.
    async fn prepare(&self, rendition: &Rendition) -> StepResult<Written> {
        let (mut text, fields) = unpack(&rendition.payload)
            .map_err(|e| unusable(&format!("the rendition was made by another program: {e}")))?;
        let media = self.place_media(rendition).await?;
        let urls: Fills = media
            .iter()
            .map(|(name, file)| (name.clone(), file.url.clone()))
            .collect();
        let fills = self.cx.fills(rendition, &urls).await?;
        let fills: Fills = fills
            .into_iter()
            .map(|(name, value)| (name, escape(&value)))
            .collect();
        text.body = yigao_core::fill(&text.body, &fills).map_err(|e| unusable(&e.to_string()))?;
        let href = |name: &str| urls.get(name).cloned();
        let title = escape(&text.title);
        let content = content(&marker(self.cx.marker()), &title, &text, &href);
        let tags = self.tags(&text.keywords).await?;
        Ok(Written {
            text,
            fields,
            content,
            media,
            tags,
        })
    }

    /// The post that bears our marker: the one that is there, else a new draft.
    async fn draft(&self, new: &NewPost, fresh: &AtomicBool) -> StepResult<u64> {
        let marker = marker(self.cx.marker());
        let marker = marker.as_str();
        self.cx
            .once(
                profile::DRAFT,
                "",
                |_| async {
                    let found = self.find(marker).await?;
                    Ok(first(&found).map_or(Found::No, |post| Found::Yes(post.id)))
                },
                || async {
                    match first(&self.find(marker).await?) {
                        Some(post) => Ok(post.id),
                        None => {
                            let post = self.create(&new.body("draft")).await?;
                            fields::as_sent(&new.fields, &post.meta)?;
                            fresh.store(true, Ordering::Relaxed);
                            Ok(post.id)
                        }
                    }
                },
            )
            .await
    }

    /// Makes it public by its number.
    async fn out(
        &self,
        id: u64,
        new: &NewPost,
        body: &Value,
        written: &Written,
    ) -> StepResult<Receipt> {
        let Made {
            link,
            wrote,
            beside,
        } = self
            .cx
            .step(profile::POST, "", || async move {
                let post = self.update(id, body).await?;
                self.as_sent(new, &post)?;
                Ok(Made {
                    wrote: post.print(),
                    beside: Some(Beside::of(new, &post)),
                    link: post.link,
                })
            })
            .await?;
        let note = written.note(wrote, beside);
        Ok(Receipt::by_remote(id.to_string(), Some(link), self.cx.now()).with_note(note))
    }

    /// The site drops what it does not know without a word, so its answer is compared with what was sent.
    fn as_sent(&self, new: &NewPost, post: &Post) -> StepResult<()> {
        let fault = |kind, message: String| {
            ChannelError::new(kind, profile::POST, message).with_effect(Effect::None)
        };
        match new.dropped(post) {
            None => {}
            // Deleted there meanwhile: its number is looked for again.
            Some("categories") => {
                let message = "the site dropped the category".to_owned();
                return Err(Interrupt::Fault(
                    fault(ErrorKind::Unavailable, message).with_renew(),
                ));
            }
            Some(field) => {
                let message = format!("the site dropped {field}");
                return Err(fault(ErrorKind::Unavailable, message).into());
            }
        }
        if post.status == "future" {
            let message = "the site holds the post back until its date".to_owned();
            let advice = Localized::new(
                "有人在网站后台给这篇文章定了将来的时间：请改为当前时间后重新投递",
                "somebody set a date ahead for this post: set it back on the site, then send again",
            );
            return Err(fault(ErrorKind::Rejected, message)
                .with_advice(advice)
                .into());
        }
        if !post.is_public() {
            let message = format!("the post is {:?} after it was published", post.status);
            let advice = Localized::new(
                "网站没有公开这篇文章：该用户可能只能“送审”，请把角色改为“编辑”",
                "the site did not make the post public; the user may only submit for review: make them an editor",
            );
            return Err(fault(ErrorKind::Unauthorized, message)
                .with_advice(advice)
                .into());
        }
        Ok(())
    }

    /// What stands there is written over only when it is ours and as we left it: sealed by its comments, or as the receipt
    /// remembers it, or what would be written now, or exactly what a person agreed to replace.
    async fn not_changed_by_others(&self, id: u64, new: &NewPost) -> StepResult<Post> {
        let post = match self.post(id).await {
            Ok(post) => post,
            Err(Interrupt::Fault(error)) if super::fault::is_gone(&error) => {
                return Err(refused(
                    "the post was deleted on the site",
                    "文章已在网站上被人删除：请先撤稿，再重新投递",
                    "it was deleted on the site: withdraw it here, then publish again",
                ));
            }
            Err(stop) => return Err(stop),
        };
        let prior = self.cx.prior();
        let was_out = matches!(prior.remote_state, RemoteState::Out(_));
        // A draft may be our own; what we withdrew is in the trash.
        let hidden = match post.status.as_str() {
            "publish" => false,
            "draft" | "trash" => was_out,
            _ => true,
        };
        if hidden {
            return Err(refused(
                "somebody of the site's staff took the post back",
                "网站工作人员已把文章收回（草稿、私密、定时或回收站），未再公开：请在网站上恢复公开，或先撤稿再重新投递",
                "the site's staff took it back (draft, private, scheduled or trash), so it is not made public: put it back there, or withdraw it here and publish again",
            ));
        }
        let marker = marker(self.cx.marker());
        let seen = post.print();
        let agreed = prior.over.is_some() && prior.over == Some(Digest::of_json(&post.leaves()));
        if agreed || seen == new.print() || post.is_as_written(&marker) || wrote(prior, &seen) {
            return Ok(post);
        }
        if !post.bears(&marker) && !has_note(prior) {
            return Err(refused(
                "the post does not bear this item's mark",
                "该编号的文章不是由本程序发布的，未覆盖：请核对裁定时填写的编号",
                "the post of this number is none of this item's: check the number that was given",
            ));
        }
        Err(refused(
            "the post was changed on the site",
            "有人在网站后台改过这篇文章，未覆盖；先看改了什么：yigao item verify 稿件；确认要覆盖所看到的：yigao item correct 稿件 --to 目的账号 --overwrite",
            "somebody changed it on the site, so it was not overwritten: see what it is: yigao item verify ITEM; to replace exactly that: yigao item correct ITEM --to DESTINATION --overwrite",
        ))
    }
}

/// What is public before what is not, what is in the trash last; then the lowest number.
pub(super) fn first(found: &[Post]) -> Option<&Post> {
    found
        .iter()
        .min_by_key(|post| (!post.is_public(), post.is_in_trash(), post.id))
}

/// Receipts of what stands, and of what stood beneath something unsure.
pub(super) fn receipts(prior: &Prior) -> impl Iterator<Item = &Receipt> {
    let out = match &prior.remote_state {
        RemoteState::Out(receipt) => Some(receipt),
        _ => None,
    };
    out.into_iter().chain(&prior.replaced)
}

pub(super) fn note(receipt: &Receipt) -> Option<Note> {
    serde_json::from_value(receipt.note.clone()).ok()
}

/// Whether a receipt remembers exactly this.
fn wrote(prior: &Prior, seen: &Digest) -> bool {
    receipts(prior)
        .filter_map(note)
        .any(|note| note.wrote == *seen)
}

/// What stood beside title and text when this program wrote them last.
fn beside(prior: &Prior) -> Option<Beside> {
    receipts(prior)
        .filter_map(note)
        .find_map(|note| note.beside)
}

/// Whether a receipt is our own; one that a person gave has no note.
fn has_note(prior: &Prior) -> bool {
    receipts(prior).any(|receipt| note(receipt).is_some())
}

/// The post's number in a receipt.
pub(super) fn number(receipt: &Receipt) -> Result<u64, ChannelError> {
    receipt.id.parse().map_err(|_| {
        let message = format!("{:?} is no number of a post", receipt.id);
        ChannelError::new(ErrorKind::Config, profile::READ, message).with_advice(Localized::new(
            "裁定时填写的编号不是文章编号：请在网站后台查到文章的数字编号（网址中的 post=）",
            "what was given is no post's number: it stands in the address of its editing page (post=)",
        ))
    })
}

/// A rendition that nothing can be made of; nothing was sent.
fn unusable(message: &str) -> ChannelError {
    ChannelError::new(ErrorKind::Protocol, profile::DRAFT, message)
        .with_retry(Retry::Never)
        .with_effect(Effect::None)
}

fn refused(message: &str, zh: &str, en: &str) -> Interrupt {
    Interrupt::Fault(
        ChannelError::new(ErrorKind::Rejected, profile::POST, message)
            .with_effect(Effect::None)
            .with_advice(Localized::new(zh, en)),
    )
}
