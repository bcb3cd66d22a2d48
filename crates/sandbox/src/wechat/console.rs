//! What people do in the platform's own console, and what the witness reports about itself.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Account, Article};

#[derive(Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
enum Order {
    /// Staff remove a published article (all of it, or the one of `index`, counted from 1).
    DeleteArticle { id: String, index: Option<usize> },
    /// The platform bans a published article.
    Ban { id: String },
    /// Staff change a draft; `lock` is the code that submitting it meets from now on.
    EditDraft {
        id: String,
        title: Option<String>,
        digest: Option<String>,
        content: Option<String>,
        lock: Option<i64>,
    },
    /// Staff throw a draft away.
    DeleteDraft { id: String },
    /// Staff copy a draft, its 原文链接 included.
    CopyDraft { id: String },
    /// Staff mass-send a draft: it leaves the box and is in no list of this API.
    MassSend { id: String },
}

impl Account {
    pub(crate) fn staff(&mut self, order: &Value, now: i64) -> Result<Value, String> {
        let order = Order::deserialize(order).map_err(|e| e.to_string())?;
        self.settle(now);
        match order {
            Order::DeleteArticle { id, index } => {
                let published = self.published_by(&id)?;
                match index {
                    None => published.articles.iter_mut().for_each(|a| a.deleted = true),
                    Some(index) => {
                        let at = index.wrapping_sub(1);
                        let article = published.articles.get_mut(at);
                        article
                            .ok_or(format!("no article {index} in {id:?}"))?
                            .deleted = true;
                    }
                }
                published.updated = now;
            }
            Order::Ban { id } => {
                let published = self.published_by(&id)?;
                published.banned = true;
                published.updated = now;
            }
            Order::EditDraft {
                id,
                title,
                digest,
                content,
                lock,
            } => {
                let draft = self.draft_by(&id)?;
                let article = draft.articles.first_mut().ok_or("the draft is empty")?;
                let put = |field: &mut String, new: Option<String>| {
                    if let Some(new) = new {
                        *field = new;
                    }
                };
                put(&mut article.title, title);
                put(&mut article.digest, digest);
                put(&mut article.content, content);
                draft.lock = lock;
                draft.updated = now;
            }
            Order::DeleteDraft { id } | Order::MassSend { id } => {
                self.draft_by(&id)?;
                self.drafts.retain(|draft| draft.media_id != id);
            }
            Order::CopyDraft { id } => {
                let mut copy = self.draft_by(&id)?.clone();
                copy.media_id = self.new_media_id();
                copy.mid = self.next_draft_mid;
                self.next_draft_mid += 1;
                (copy.created, copy.updated) = (now, now);
                let id = copy.media_id.clone();
                self.drafts.push(copy);
                return Ok(json!({"done": true, "id": id}));
            }
        }
        Ok(json!({"done": true}))
    }

    fn published_by(&mut self, id: &str) -> Result<&mut super::Published, String> {
        let at = self
            .published_at(id)
            .map_err(|_| format!("no published article {id:?}"))?;
        self.published
            .get_mut(at)
            .ok_or_else(|| format!("no published article {id:?}"))
    }

    fn draft_by(&mut self, id: &str) -> Result<&mut super::Draft, String> {
        self.drafts
            .iter_mut()
            .find(|draft| draft.media_id == id)
            .ok_or_else(|| format!("no draft {id:?}"))
    }

    pub(crate) fn state(&mut self, now: i64) -> Value {
        self.settle(now);
        let mut copies: BTreeMap<&str, u32> = BTreeMap::new();
        let mut published = Vec::new();
        for p in &self.published {
            for (index, article) in p.articles.iter().enumerate() {
                let deleted = article.deleted || p.banned;
                *copies.entry(&article.content_source_url).or_default() += u32::from(!deleted);
                let mut entry = self.as_json(p.publish_id, index, article);
                merge(
                    &mut entry,
                    json!({
                        "article_id": p.article_id,
                        "publish_id": p.publish_id,
                        "index": index + 1,
                        "deleted": article.deleted,
                        "banned": p.banned,
                        "at": p.at,
                    }),
                );
                published.push(entry);
            }
        }
        let drafts: Vec<Value> = self
            .drafts
            .iter()
            .map(|draft| {
                let mut entry = draft
                    .articles
                    .first()
                    .map(|article| self.as_json(draft.mid, 0, article))
                    .unwrap_or_default();
                merge(
                    &mut entry,
                    json!({
                        "media_id": draft.media_id,
                        "articles": draft.articles.len(),
                        "lock": draft.lock,
                        "created": draft.created,
                        "updated": draft.updated,
                    }),
                );
                entry
            })
            .collect();
        json!({
            "published": published,
            "drafts": drafts,
            "materials": self.materials_as_json(),
            "jobs": self.jobs_as_json(),
            "calls": self.calls,
            "copies": copies,
        })
    }

    fn as_json(&self, mid: u64, index: usize, article: &Article) -> Value {
        json!({
            "title": article.title,
            "author": article.author,
            "digest": article.digest,
            "content": article.content,
            "content_sent": article.content_sent,
            "content_source_url": article.content_source_url,
            "thumb_media_id": article.thumb_media_id,
            "url": self.article_url(mid, index, article),
        })
    }

    fn materials_as_json(&self) -> Vec<Value> {
        self.materials
            .iter()
            .map(|m| {
                json!({
                    "media_id": m.media_id,
                    "type": m.group,
                    "name": m.name,
                    "url": m.url,
                    "bytes": m.bytes.len(),
                    "sha256": crate::mint::sha256_hex(&m.bytes),
                    "at": m.at,
                })
            })
            .collect()
    }

    fn jobs_as_json(&self) -> Vec<Value> {
        self.jobs
            .iter()
            .map(|job| {
                let (state, article_id) = match &job.state {
                    super::publish::JobState::Running => (1, None),
                    super::publish::JobState::Failed(status) => (*status, None),
                    super::publish::JobState::Out { article_id } => (0, Some(article_id)),
                };
                json!({
                    "publish_id": job.publish_id,
                    "draft": job.draft,
                    "status": state,
                    "article_id": article_id,
                })
            })
            .collect()
    }
}

fn merge(entry: &mut Value, more: Value) {
    match (entry, more) {
        (Value::Object(entry), Value::Object(more)) => entry.extend(more),
        (entry, more) => *entry = more,
    }
}
