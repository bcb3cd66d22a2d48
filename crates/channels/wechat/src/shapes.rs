//! What is asked and answered, as far as it is used.

use serde::{Deserialize, Serialize};

use crate::answer::{id, opt_id};

/// What a submit answers: taken on, nothing more.
#[derive(Deserialize)]
pub(crate) struct TakenOn {
    #[serde(deserialize_with = "id")]
    pub(crate) publish_id: String,
    /// Comments need it, and no list ever shows it again.
    #[serde(default, deserialize_with = "opt_id")]
    pub(crate) msg_data_id: String,
}

/// A publish job.
#[derive(Deserialize)]
pub(crate) struct Job {
    pub(crate) publish_status: i64,
    #[serde(default)]
    pub(crate) article_id: Option<String>,
    #[serde(default)]
    article_detail: Option<Detail>,
    #[serde(default)]
    pub(crate) fail_idx: Vec<i64>,
}

#[derive(Deserialize)]
struct Detail {
    #[serde(default)]
    item: Vec<DetailItem>,
}

#[derive(Deserialize)]
struct DetailItem {
    article_url: String,
}

impl Job {
    /// Address of the first article.
    pub(crate) fn url(&self) -> Option<String> {
        let detail = self.article_detail.as_ref()?;
        Some(detail.item.first()?.article_url.clone())
    }
}

/// A page of drafts, of materials or of published pieces.
#[derive(Deserialize)]
pub(crate) struct Page<T> {
    #[serde(default = "Vec::new")]
    pub(crate) item: Vec<T>,
}

/// A permanent material in a list.
#[derive(Deserialize)]
pub(crate) struct Material {
    pub(crate) media_id: String,
    #[serde(default)]
    pub(crate) name: String,
}

/// A draft or a published piece in a list.
#[derive(Deserialize)]
pub(crate) struct Listed {
    #[serde(default)]
    pub(crate) media_id: String,
    #[serde(default)]
    pub(crate) article_id: String,
    /// Some accounts leave it out when no content is asked for.
    #[serde(default)]
    pub(crate) content: News,
    #[serde(default)]
    pub(crate) update_time: i64,
}

/// The articles of a draft or a published piece.
#[derive(Default, Deserialize)]
pub(crate) struct News {
    #[serde(default)]
    pub(crate) news_item: Vec<Article>,
}

/// One article as it is given back: never as it was sent.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Article {
    pub(crate) title: String,
    pub(crate) digest: String,
    pub(crate) content: String,
    pub(crate) content_source_url: String,
    pub(crate) url: String,
    pub(crate) is_deleted: bool,
}

/// An article to be made a draft of.
#[derive(Debug, Serialize)]
pub(crate) struct NewArticle {
    pub(crate) article_type: &'static str,
    pub(crate) title: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) author: String,
    pub(crate) digest: String,
    pub(crate) content: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) content_source_url: String,
    pub(crate) thumb_media_id: String,
    pub(crate) need_open_comment: u8,
    pub(crate) only_fans_can_comment: u8,
}
