//! Publish jobs and what has been published.
//!
//! Pages 发布草稿, 发布状态轮询接口, 获取成功发布列表, 删除发布文章, read 2026-11.

use serde_json::{Value, json};

use super::{Account, Article, Refusal, Reply, ok, page, text};
use crate::call::Call;
use crate::settings::ConsumeDraft;

/// A draft on its way out, as it was when submitted.
#[derive(Debug, Clone)]
pub(crate) struct Job {
    pub(crate) publish_id: u64,
    pub(crate) draft: String,
    articles: Vec<Article>,
    due: i64,
    outcome: u8,
    pub(crate) state: JobState,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum JobState {
    Running,
    /// Status 0; later 5 or 6, looked up at the article.
    Out {
        article_id: String,
    },
    /// Status 2, 3 or 4.
    Failed(u8),
}

#[derive(Debug, Clone)]
pub(crate) struct Published {
    pub(crate) article_id: String,
    /// Also the `mid` of the addresses.
    pub(crate) publish_id: u64,
    pub(crate) articles: Vec<Article>,
    pub(crate) at: i64,
    pub(crate) updated: i64,
    /// Removed by the platform: status 6.
    pub(crate) banned: bool,
}

impl Published {
    pub(crate) fn gone(&self) -> bool {
        self.banned || self.articles.iter().all(|article| article.deleted)
    }
}

impl Account {
    /// Finishes the jobs whose time has come.
    pub(crate) fn settle(&mut self, now: i64) {
        let mut jobs = std::mem::take(&mut self.jobs);
        for job in &mut jobs {
            if job.state != JobState::Running || job.due > now {
                continue;
            }
            if job.outcome != 0 {
                job.state = JobState::Failed(job.outcome);
                continue;
            }
            self.drafts.retain(|draft| draft.media_id != job.draft);
            let article_id = self.new_media_id();
            self.published.push(Published {
                article_id: article_id.clone(),
                publish_id: job.publish_id,
                articles: job.articles.clone(),
                at: job.due,
                updated: job.due,
                banned: false,
            });
            job.state = JobState::Out { article_id };
        }
        self.jobs = jobs;
    }

    /// What readers can see.
    pub(crate) fn live_articles(&self) -> impl Iterator<Item = &Article> {
        self.published
            .iter()
            .filter(|p| !p.banned)
            .flat_map(|p| &p.articles)
            .filter(|article| !article.deleted)
    }

    pub(super) fn published_at(&self, article_id: &str) -> Result<usize, Refusal> {
        self.published
            .iter()
            .position(|p| p.article_id == article_id)
            .ok_or(Refusal::of(53600))
    }

    fn published_content(&self, published: &Published, with_content: bool) -> Value {
        let news: Vec<_> = published
            .articles
            .iter()
            .enumerate()
            .map(|(index, article)| {
                let mut item = self.shown(published.publish_id, index, article, with_content);
                let gone = article.deleted || published.banned;
                item.insert("is_deleted".to_owned(), json!(gone));
                item
            })
            .collect();
        json!({
            "news_item": news,
            "create_time": published.at.div_euclid(1000),
            "update_time": published.updated.div_euclid(1000),
        })
    }

    fn next_outcome(&mut self) -> u8 {
        if self.settings.outcome.len() > 1 {
            self.settings.outcome.remove(0)
        } else {
            self.settings.outcome.first().copied().unwrap_or(0)
        }
    }
}

/// Takes a job on. A draft that is still in the box can be submitted again and comes out twice:
/// the platform has no key that would stop it.
pub(super) fn submit(account: &mut Account, call: &Call, now: i64) -> Reply {
    let body = account.read(call)?;
    let at = account.draft_at(text(&body, "media_id"))?;
    let draft = account.drafts.get(at).ok_or(Refusal::of(40007))?;
    if let Some(code) = draft.lock {
        return Err(Refusal::of(code));
    }
    let publish_id = account.next_publish_id;
    account.next_publish_id += 1;
    let job = Job {
        publish_id,
        draft: draft.media_id.clone(),
        articles: draft.articles.clone(),
        due: now + account.settings.publish_delay_ms,
        outcome: account.next_outcome(),
        state: JobState::Running,
    };
    if account.settings.consume_draft == ConsumeDraft::Submit {
        account.drafts.remove(at);
    }
    account.jobs.push(job);
    account.settle(now);
    Ok(json!({
        "errcode": 0,
        "errmsg": "ok",
        "publish_id": publish_id,
        "msg_data_id": publish_id,
    }))
}

pub(super) fn get(account: &mut Account, call: &Call, _now: i64) -> Reply {
    let body = account.read(call)?;
    let wanted = match body.get("publish_id") {
        Some(Value::Number(number)) => number.as_u64(),
        Some(Value::String(text)) => text.parse().ok(),
        _ => None,
    };
    let job = account
        .jobs
        .iter()
        .find(|job| Some(job.publish_id) == wanted)
        .ok_or(Refusal::of(53502))?;
    let publish_id = job.publish_id;
    let article_id = match &job.state {
        JobState::Running => {
            return Ok(json!({"publish_id": publish_id, "publish_status": 1, "fail_idx": []}));
        }
        JobState::Failed(status) => {
            let fail_idx: &[u8] = if *status == 3 { &[] } else { &[1] };
            return Ok(
                json!({"publish_id": publish_id, "publish_status": status, "fail_idx": fail_idx}),
            );
        }
        JobState::Out { article_id } => article_id,
    };
    let at = account.published_at(article_id)?;
    let published = account.published.get(at).ok_or(Refusal::of(53502))?;
    if published.gone() {
        let status = if published.banned { 6 } else { 5 };
        return Ok(json!({"publish_id": publish_id, "publish_status": status, "fail_idx": []}));
    }
    let item: Vec<Value> = published
        .articles
        .iter()
        .enumerate()
        .map(|(index, article)| {
            let article_url = account.article_url(publish_id, index, article);
            json!({"idx": index + 1, "article_url": article_url})
        })
        .collect();
    Ok(json!({
        "publish_id": publish_id,
        "publish_status": 0,
        "article_id": article_id,
        "article_detail": {"count": item.len(), "item": item},
        "fail_idx": [],
    }))
}

pub(super) fn article(account: &mut Account, call: &Call, _now: i64) -> Reply {
    let body = account.read(call)?;
    let at = account.published_at(text(&body, "article_id"))?;
    let published = account.published.get(at).ok_or(Refusal::of(53600))?;
    Ok(account.published_content(published, true))
}

/// Newest first; what is younger than the list lag is not in it yet.
pub(super) fn list(account: &mut Account, call: &Call, now: i64) -> Reply {
    let body = account.read(call)?;
    let (offset, count) = page(&body)?;
    let with_content = body.get("no_content").and_then(Value::as_u64) != Some(1);
    let shown = now - account.settings.list_lag_ms;
    let all: Vec<&Published> = account
        .published
        .iter()
        .rev()
        .filter(|p| p.at <= shown)
        .collect();
    let item: Vec<Value> = all
        .iter()
        .skip(offset)
        .take(count)
        .map(|published| {
            json!({
                "article_id": published.article_id,
                "content": account.published_content(published, with_content),
                "update_time": published.updated.div_euclid(1000),
            })
        })
        .collect();
    Ok(json!({"total_count": all.len(), "item_count": item.len(), "item": item}))
}

/// `index` counts from 1; 0 or none means all of them. There is no way back.
pub(super) fn delete(account: &mut Account, call: &Call, now: i64) -> Reply {
    let body = account.read(call)?;
    let at = account.published_at(text(&body, "article_id"))?;
    let index = body.get("index").and_then(Value::as_u64).unwrap_or(0);
    let published = account.published.get_mut(at).ok_or(Refusal::of(53600))?;
    if published.gone() {
        return Err(Refusal::of(53600));
    }
    match usize::try_from(index).unwrap_or(usize::MAX).checked_sub(1) {
        None => published.articles.iter_mut().for_each(|a| a.deleted = true),
        Some(index) => {
            let article = published
                .articles
                .get_mut(index)
                .ok_or(Refusal::of(40060))?;
            article.deleted = true;
        }
    }
    published.updated = now;
    Ok(ok())
}
