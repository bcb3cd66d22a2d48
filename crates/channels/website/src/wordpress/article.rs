//! An article as a post: its files placed, its slots filled, its tags looked up.

use serde_json::{Map, Value};
use yigao_article::{columns::Column, render::COVER, text::Text};
use yigao_channel::StepResult;
use yigao_core::html::escape;
use yigao_core::{ChannelError, Effect, ErrorKind, Rendition, Retry};

use super::{
    api::Api,
    ops,
    payload::unpack,
    post::{NewPost, content, marker},
};
use crate::remote::{self, Placed};

/// What is to be written, apart from its category.
#[derive(Debug)]
pub(super) struct Article {
    slug: String,
    text: Text,
    fields: Map<String, Value>,
    content: String,
    media: Vec<(String, Placed)>,
    featured_media: u64,
    tags: Vec<u64>,
}

/// An article under its category, ready to be sent.
#[derive(Debug)]
pub(super) struct Ready {
    pub(super) post: NewPost,
    pub(super) media: Vec<(String, Placed)>,
}

impl Article {
    pub(super) fn under(&self, category: u64) -> Ready {
        Ready {
            post: NewPost {
                slug: self.slug.clone(),
                // An editor's markup is kept by the site and printed by its themes.
                title: escape(&self.text.title),
                content: self.content.clone(),
                excerpt: escape(self.text.summary.as_deref().unwrap_or_default()),
                category,
                tags: self.tags.clone(),
                featured_media: self.featured_media,
                fields: self.fields.clone(),
            },
            media: self.media.clone(),
        }
    }
}

impl Api<'_> {
    /// Uploads what the library lacks and fills the text.
    pub(super) async fn prepare(&self, rendition: &Rendition) -> StepResult<Article> {
        let (mut text, fields) = unpack(&rendition.payload).map_err(|e| {
            let message = format!("the rendition was made by another program: {e}");
            ChannelError::new(ErrorKind::Protocol, ops::DRAFT, message)
                .with_retry(Retry::Never)
                .with_effect(Effect::None)
        })?;
        let media = remote::place_files(self, rendition).await?;
        let urls = remote::fill(self.cx, ops::DRAFT, rendition, &mut text, &media).await?;
        let href = |name: &str| urls.get(name).cloned();
        let title = escape(&text.title);
        let content = content(&marker(self.cx.marker()), &title, &text, &href);
        let tags = self.tags(&text.keywords).await?;
        let cover = media.iter().find(|(name, _)| name == COVER);
        let featured_media = match cover {
            Some((_, file)) => number(&file.id, ops::MEDIA)?,
            None => 0,
        };
        Ok(Article {
            slug: rendition.item.to_string(),
            text,
            fields,
            content,
            media,
            featured_media,
            tags,
        })
    }

    /// The column that the text names, else the one for its kind.
    pub(super) fn column(&self, article: &Article) -> &Column {
        let columns = &self.settings.columns;
        columns
            .named(&article.text.column)
            .unwrap_or_else(|| columns.of_kind(article.text.kind))
    }
}

/// A number as the site writes it.
pub(super) fn number(id: &str, op: &'static str) -> Result<u64, ChannelError> {
    id.parse().map_err(|_| {
        let message = format!("{id:?} is no number of the site");
        ChannelError::new(ErrorKind::Config, op, message).with_effect(Effect::None)
    })
}
