//! An article made ready for a site's templates: its files placed, its slots filled.

use yigao_article::text::Text;
use yigao_channel::StepResult;
use yigao_core::{ChannelError, Effect, ErrorKind, Rendition, Retry};

use super::{
    api::Api,
    article::{Article, marker},
    ops,
    template::Scope,
    values,
};
use crate::remote;

/// An article, and what templates see of it.
#[derive(Debug)]
pub(crate) struct Ready {
    pub(crate) article: Article,
    pub(crate) scope: Scope,
}

impl Api<'_> {
    /// Uploads what the site lacks and fills the text.
    pub(crate) async fn prepare(&self, rendition: &Rendition) -> StepResult<Ready> {
        let mut text: Text = serde_json::from_value(rendition.payload.clone()).map_err(|e| {
            let message = format!("the rendition was made by another program: {e}");
            ChannelError::new(ErrorKind::Protocol, ops::CREATE, message)
                .with_retry(Retry::Never)
                .with_effect(Effect::None)
        })?;
        let placed = match &self.site.manifest.ops.put_asset {
            Some(_) => remote::place_files(self, rendition).await?,
            None => Vec::new(),
        };
        let urls = remote::fill(self.cx, ops::CREATE, rendition, &mut text, &placed).await?;
        let marker = marker(self.cx.marker());
        let article = Article::of(&marker, &text, &|file| urls.get(&file.name).cloned());
        let id = rendition.item.to_string();
        let columns = &self.site.columns;
        let item = values::item(
            &id,
            rendition.version,
            &marker,
            &text,
            columns,
            &article.html,
        );
        let scope = self
            .scope()
            .with("item", item)
            .with("assets", values::assets(&placed));
        Ok(Ready { article, scope })
    }
}
