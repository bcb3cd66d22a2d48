//! What a rendition carries for this channel, and the article made of it when everything is known.

use serde::{Deserialize, Serialize};
use url::Url;
use yigao_channel::StepResult;
use yigao_core::html::escape;
use yigao_core::{ChannelError, Effect, ErrorKind, Fills, Rendition, Retry, fill};

use crate::ops;
use crate::shapes::NewArticle;

/// Slots still in `content` and `source`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Payload {
    pub(crate) title: String,
    pub(crate) author: String,
    pub(crate) digest: String,
    pub(crate) content: String,
    /// 阅读原文; our marker is put onto it when it goes out.
    pub(crate) source: Option<String>,
    pub(crate) comments: bool,
}

/// Name of the cover among the derivatives.
pub(crate) const COVER: &str = "cover";

/// Nothing was sent, and sending it again is no use.
pub(crate) fn refused(op: &str, kind: ErrorKind, message: impl Into<String>) -> ChannelError {
    ChannelError::new(kind, op, message)
        .with_retry(Retry::Never)
        .with_effect(Effect::None)
}

impl Payload {
    pub(crate) fn of(rendition: &Rendition) -> Result<Self, ChannelError> {
        serde_json::from_value(rendition.payload.clone()).map_err(|e| {
            let message = format!("the rendition was made by another program: {e}");
            refused(ops::DRAFT, ErrorKind::Protocol, message)
        })
    }

    /// The article, its picture addresses and its source filled in.
    pub(crate) fn article(&self, fills: &Fills, key: &str, cover: &str) -> StepResult<NewArticle> {
        let unfilled = |e: yigao_core::rendition::Unfilled| {
            refused(ops::DRAFT, ErrorKind::Protocol, e.to_string())
        };
        let in_html: Fills = fills
            .iter()
            .map(|(name, value)| (name.clone(), escape(value)))
            .collect();
        let source = match &self.source {
            None => String::new(),
            Some(source) => with_marker(&fill(source, fills).map_err(unfilled)?, key)?,
        };
        Ok(NewArticle {
            article_type: "news",
            title: self.title.clone(),
            author: self.author.clone(),
            digest: self.digest.clone(),
            content: fill(&self.content, &in_html).map_err(unfilled)?,
            content_source_url: source,
            thumb_media_id: cover.to_owned(),
            need_open_comment: u8::from(self.comments),
            only_fans_can_comment: 0,
        })
    }
}

/// The address with our marker: `?d=KEY`. It comes back unchanged in every list, and readers do not see it.
fn with_marker(address: &str, key: &str) -> Result<String, ChannelError> {
    let mut url = Url::parse(address).map_err(|e| {
        let message = format!("the source address cannot be used: {e}");
        refused(ops::DRAFT, ErrorKind::Config, message)
    })?;
    url.query_pairs_mut().append_pair("d", key);
    Ok(url.into())
}

/// Whether an address carries this marker.
pub(crate) fn carries(address: &str, key: &str) -> bool {
    Url::parse(address).is_ok_and(|url| {
        url.query_pairs()
            .any(|(name, value)| name == "d" && value == key)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_found_again_and_no_other() {
        let key = "d-01jd3k.submit";
        for address in [
            "https://www.example.gov.cn/a/1024",
            "https://www.example.gov.cn/show?id=7&d=other#top",
        ] {
            let with_marker = with_marker(address, key).unwrap();
            assert!(carries(&with_marker, key), "{with_marker}");
            assert!(!carries(&with_marker, "d-01jd3k.submi"), "{with_marker}");
            assert!(!carries(&with_marker, "d-01jd3k.submit2"), "{with_marker}");
        }
        assert_eq!(
            with_marker("https://x.cn/?a=1", key).as_deref(),
            Ok("https://x.cn/?a=1&d=d-01jd3k.submit")
        );
        assert!(with_marker("no address", key).is_err());
        assert!(!carries("", key));
    }

    #[test]
    fn fills_are_escaped_in_the_body_and_raw_in_the_address() {
        let slot = |name: &str| yigao_core::Slot::Picture { name: name.into() }.token();
        let payload = Payload {
            title: "题".into(),
            author: String::new(),
            digest: String::new(),
            content: format!("<img src=\"{}\">", slot("p1")),
            source: Some(slot("s")),
            comments: false,
        };
        let fills = Fills::from([
            ("picture:p1".to_owned(), "http://m/0?a=1&b=\"".to_owned()),
            ("picture:s".to_owned(), "https://x.cn/?a=1&b=2".to_owned()),
        ]);
        let article = payload.article(&fills, "k", "cover").unwrap();
        assert_eq!(article.content, "<img src=\"http://m/0?a=1&amp;b=&quot;\">");
        assert_eq!(article.content_source_url, "https://x.cn/?a=1&b=2&d=k");
    }
}
