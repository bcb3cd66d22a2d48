//! The draft box.
//!
//! Pages 新增草稿 (with its change notes of 2025-11 and 2025-12), 更新草稿, 获取草稿列表, read 2026-11.

mod check;

use serde_json::{Map, Value, json};

use super::{Account, Refusal, Reply, ok, page, text};
use crate::call::Call;

pub(super) const ARTICLES: usize = 8;

#[derive(Debug, Clone, Default)]
pub(crate) struct Article {
    pub(crate) newspic: bool,
    pub(crate) title: String,
    pub(crate) author: String,
    pub(crate) digest: String,
    /// As stored, after the platform's rewriting.
    pub(crate) content: String,
    /// As it was sent.
    pub(crate) content_sent: String,
    pub(crate) content_source_url: String,
    pub(crate) thumb_media_id: String,
    pub(crate) need_open_comment: u64,
    pub(crate) only_fans_can_comment: u64,
    pub(crate) pictures: Vec<String>,
    pub(crate) crops: Vec<(String, String)>,
    /// Once published: removed by the account.
    pub(crate) deleted: bool,
    /// Part of the address, fixed when the article is made.
    pub(crate) sn: String,
}

#[derive(Debug, Clone)]
pub(crate) struct Draft {
    pub(crate) media_id: String,
    pub(crate) mid: u64,
    pub(crate) articles: Vec<Article>,
    pub(crate) created: i64,
    pub(crate) updated: i64,
    /// The code that submitting it meets, after staff touched it in the console.
    pub(crate) lock: Option<i64>,
}

impl Account {
    pub(crate) fn article_url(&self, mid: u64, index: usize, article: &Article) -> String {
        format!(
            "{}/wechat/s?__biz={}&mid={mid}&idx={}&sn={}#rd",
            self.base,
            self.biz,
            index + 1,
            article.sn
        )
    }

    /// One article in the shape of the read calls; key order and oddities as in live captures.
    pub(super) fn shown(
        &self,
        mid: u64,
        index: usize,
        article: &Article,
        with_content: bool,
    ) -> Map<String, Value> {
        let thumb_url = self
            .material(&article.thumb_media_id)
            .map(|m| m.url.clone())
            .unwrap_or_default();
        let mut item = Map::new();
        let mut put = |key: &str, value: Value| item.insert(key.to_owned(), value);
        if article.newspic {
            put("article_type", json!("newspic"));
        }
        put("title", json!(article.title));
        put("author", json!(article.author));
        put("digest", json!(article.digest));
        if with_content {
            put("content", json!(article.content));
        }
        put("content_source_url", json!(article.content_source_url));
        put("thumb_media_id", json!(article.thumb_media_id));
        put("show_cover_pic", json!(0));
        put("url", json!(self.article_url(mid, index, article)));
        put("thumb_url", json!(thumb_url));
        put("need_open_comment", json!(article.need_open_comment));
        put(
            "only_fans_can_comment",
            json!(article.only_fans_can_comment),
        );
        for (key, value) in &article.crops {
            put(key, json!(value));
        }
        if article.newspic {
            let list: Vec<Value> = article
                .pictures
                .iter()
                .map(|id| json!({"image_media_id": id}))
                .collect();
            put("image_info", json!({"image_list": list}));
        }
        item
    }

    pub(super) fn draft_at(&self, media_id: &str) -> Result<usize, Refusal> {
        self.drafts
            .iter()
            .position(|draft| draft.media_id == media_id)
            .ok_or(Refusal::of(40007))
    }

    fn draft_content(&self, draft: &Draft, with_content: bool) -> Value {
        let news: Vec<_> = draft
            .articles
            .iter()
            .enumerate()
            .map(|(index, article)| self.shown(draft.mid, index, article, with_content))
            .collect();
        json!({
            "news_item": news,
            "create_time": draft.created.div_euclid(1000),
            "update_time": draft.updated.div_euclid(1000),
        })
    }
}

pub(super) fn add(account: &mut Account, call: &Call, now: i64) -> Reply {
    let body = account.read(call)?;
    let sent = body
        .get("articles")
        .and_then(Value::as_array)
        .ok_or(Refusal::of(47001))?;
    if sent.is_empty() {
        return Err(Refusal::of(44003));
    }
    if sent.len() > ARTICLES {
        return Err(Refusal::of(45008));
    }
    let mut articles = Vec::with_capacity(sent.len());
    for article in sent {
        articles.push(account.checked_article(article)?);
    }
    for article in &mut articles {
        article.sn = account.mint.hex(32);
    }
    let media_id = account.new_media_id();
    let mid = account.next_draft_mid;
    account.next_draft_mid += 1;
    account.drafts.push(Draft {
        media_id: media_id.clone(),
        mid,
        articles,
        created: now,
        updated: now,
        lock: None,
    });
    Ok(json!({"media_id": media_id, "item": []}))
}

/// Replaces one article; `index` counts from 0 and `articles` is an object here.
pub(super) fn update(account: &mut Account, call: &Call, now: i64) -> Reply {
    let body = account.read(call)?;
    let at = account.draft_at(text(&body, "media_id"))?;
    let sent = body
        .get("articles")
        .filter(|sent| sent.is_object())
        .ok_or(Refusal::of(47001))?;
    let mut article = account.checked_article(sent)?;
    let index = body
        .get("index")
        .and_then(Value::as_u64)
        .and_then(|index| usize::try_from(index).ok())
        .ok_or(Refusal::of(40114))?;
    let draft = account.drafts.get_mut(at).ok_or(Refusal::of(40007))?;
    let old = draft.articles.get_mut(index).ok_or(Refusal::of(40114))?;
    article.sn = std::mem::take(&mut old.sn);
    *old = article;
    draft.updated = now;
    Ok(ok())
}

pub(super) fn get(account: &mut Account, call: &Call, _now: i64) -> Reply {
    let body = account.read(call)?;
    let at = account.draft_at(text(&body, "media_id"))?;
    let draft = account.drafts.get(at).ok_or(Refusal::of(40007))?;
    Ok(account.draft_content(draft, true))
}

pub(super) fn delete(account: &mut Account, call: &Call, _now: i64) -> Reply {
    let body = account.read(call)?;
    let at = account.draft_at(text(&body, "media_id"))?;
    account.drafts.remove(at);
    Ok(ok())
}

pub(super) fn count(account: &mut Account, _call: &Call, now: i64) -> Reply {
    let shown = now - account.settings.list_lag_ms;
    let total = account.drafts.iter().filter(|d| d.created <= shown).count();
    Ok(json!({"total_count": total}))
}

/// Latest change first; `no_content` 1 leaves out the bodies and nothing else.
pub(super) fn list(account: &mut Account, call: &Call, now: i64) -> Reply {
    let body = account.read(call)?;
    let (offset, count) = page(&body)?;
    let with_content = body.get("no_content").and_then(Value::as_u64) != Some(1);
    let shown = now - account.settings.list_lag_ms;
    let mut all: Vec<&Draft> = account
        .drafts
        .iter()
        .rev()
        .filter(|d| d.created <= shown)
        .collect();
    all.sort_by_key(|draft| std::cmp::Reverse(draft.updated));
    let item: Vec<Value> = all
        .iter()
        .skip(offset)
        .take(count)
        .map(|draft| {
            json!({
                "media_id": draft.media_id,
                "content": account.draft_content(draft, with_content),
                "update_time": draft.updated.div_euclid(1000),
            })
        })
        .collect();
    Ok(json!({"total_count": all.len(), "item_count": item.len(), "item": item}))
}
