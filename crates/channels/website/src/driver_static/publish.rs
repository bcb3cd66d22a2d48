//! Publishing and correcting: the same writes in the same order.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use yigao_channel::{Cx, FileAct, FileCall, Interrupt, StepResult};
use yigao_core::{
    ChannelError, Derivative, Digest, Effect, ErrorKind, Fills, Found, Made, Receipt, Rendition,
    Retry, Timestamp, fill, time::day_in_shanghai,
};

use super::{
    StaticSite,
    derive::{Part, touched},
    files::{self, until_settled},
    index::{Cover, Entry, State},
    payload::{Article, Note, Payload, Placed},
    profile::{ARTICLE, DERIVE, INDEX, PAGE, PICTURE, PLAN},
    site::{
        article::{marked, page},
        related::related,
    },
};
use yigao_article::{
    readback,
    render::COVER,
    text::{LeafMark, Text},
};

/// What a delivery holds on to over all its runs: it is in the journal before anything is written.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Plan {
    path: String,
    published_at: Timestamp,
    at: Timestamp,
    /// The item's entry before this delivery.
    was: Option<Entry>,
}

impl StaticSite {
    /// Writes an article and everything that derives from it. Pages come before the lists that link to them.
    pub(super) async fn place(&self, cx: &Cx<'_>, rendition: &Rendition) -> StepResult<Receipt> {
        let text = text_of(rendition)?;
        let plan: Plan = cx
            .step(PLAN, "", || self.plan(cx, rendition, &text))
            .await?;
        let media = self.pictures(cx, rendition).await?;
        let article = compose(cx, rendition, text, &plan, media).await?;
        cx.step(DERIVE, "style", || self.style(cx)).await?;
        cx.step(ARTICLE, "", || write_article(cx, &article)).await?;
        cx.step(PAGE, "", || self.write_page(cx, &article)).await?;
        let parts: Vec<String> = cx
            .step(INDEX, "", || self.enter(cx, rendition, &article, &plan))
            .await?;
        self.derive_all(cx, &parts).await?;
        self.receipt(cx, rendition, article)
    }

    /// Address and times. An item keeps the address of its first publication; a withdrawn one that comes back is new.
    async fn plan(&self, cx: &Cx<'_>, rendition: &Rendition, text: &Text) -> StepResult<Plan> {
        let now = cx.now();
        let was = files::index(cx).await?.value.entries.remove(cx.marker());
        let (path, published_at) = match &was {
            Some(entry) if entry.is_live() => (entry.path.clone(), entry.published_at),
            Some(entry) => (entry.path.clone(), now),
            None => {
                let left = files::article(cx, rendition.item.as_str()).await?.value;
                // Left by a delivery that did not get as far as the index.
                let left = left.filter(|a| a.marker == cx.marker()).map(|a| a.path);
                (left.unwrap_or_else(|| new_path(rendition, text, now)), now)
            }
        };
        Ok(Plan {
            path,
            published_at,
            at: now,
            was,
        })
    }

    /// Every derivative at its place under `media/`, uploaded once for the whole site.
    async fn pictures(
        &self,
        cx: &Cx<'_>,
        rendition: &Rendition,
    ) -> StepResult<BTreeMap<String, Placed>> {
        let mut out = BTreeMap::new();
        for derivative in &rendition.media {
            let made = made(derivative)?;
            let path = cx
                .shared_with(
                    PICTURE,
                    made.digest.as_str(),
                    || lookup(cx, made),
                    || upload(cx, made),
                    |path: String| still_there(cx, made, path),
                )
                .await?;
            let placed = Placed {
                path,
                digest: made.digest.clone(),
                bytes: made.bytes,
                width: made.width,
                height: made.height,
            };
            out.insert(derivative.name.clone(), placed);
        }
        Ok(out)
    }

    async fn write_page(&self, cx: &Cx<'_>, article: &Article) -> StepResult<()> {
        until_settled(PAGE, || async {
            let index = files::index(cx).await?;
            let links = related(&index.value, &article.item, &article.text.relations);
            let html = page(&self.settings, article, &links);
            let done = files::put(cx, PAGE, &article.path, html, vec![index.still()]).await?;
            Ok(done.then_some(()))
        })
        .await
    }

    /// Enters the article into the index; answers which pages derive anew, so that a later run builds the same ones.
    async fn enter(
        &self,
        cx: &Cx<'_>,
        rendition: &Rendition,
        article: &Article,
        plan: &Plan,
    ) -> StepResult<Vec<String>> {
        let unbuilt = self.unbuilt(cx).await?;
        until_settled(INDEX, || async {
            let mut held = files::index(cx).await?;
            let entry = entry(rendition, article);
            held.value.entries.insert(cx.marker().to_owned(), entry);
            let parts = touched(
                &self.settings,
                &held.value,
                cx.marker(),
                plan.was.as_ref(),
                &unbuilt,
            );
            let done = files::put_index(cx, &held).await?;
            Ok(done.then(|| parts.iter().map(Part::name).collect()))
        })
        .await
    }

    fn receipt(&self, cx: &Cx<'_>, rendition: &Rendition, article: Article) -> StepResult<Receipt> {
        let regions = marked(&article);
        let note = Note {
            path: article.path.clone(),
            withdrawn: false,
            leaves: rendition.leaves.iter().map(LeafMark::of).collect(),
            content: Some(readback::digest(&regions.facts, &regions.content)),
            media: article.media,
        };
        let note = serde_json::to_value(&note).map_err(|e| broken(INDEX, &e.to_string()))?;
        let url = Some(self.settings.address(&article.path));
        Ok(Receipt::by_remote(article.path, url, cx.now()).with_note(note))
    }
}

fn text_of(rendition: &Rendition) -> StepResult<Text> {
    match serde_json::from_value(rendition.payload.clone()) {
        Ok(Payload::Article { text }) => Ok(*text),
        Ok(Payload::Notice { .. }) => Err(broken(PLAN, "a withdrawal notice cannot be published")),
        Err(e) => Err(broken(PLAN, &format!("the rendition cannot be read: {e}"))),
    }
}

fn new_path(rendition: &Rendition, text: &Text, now: Timestamp) -> String {
    let day = day_in_shanghai(now);
    let year = day.split_once('-').map_or(day.as_str(), |(year, _)| year);
    format!("{}/{year}/{}.html", text.column, rendition.item)
}

fn made(derivative: &Derivative) -> StepResult<&Made> {
    derivative.made.as_ref().ok_or_else(|| {
        let message = format!("derivative {} has not been made", derivative.name);
        broken(PICTURE, &message)
    })
}

fn media_path(made: &Made) -> String {
    format!("media/{}", made.file_name)
}

async fn lookup(cx: &Cx<'_>, made: &Made) -> StepResult<Found<String>> {
    let path = media_path(made);
    let there = files::size(cx, &path).await? == Some(made.bytes);
    Ok(if there { Found::Yes(path) } else { Found::No })
}

async fn upload(cx: &Cx<'_>, made: &Made) -> StepResult<(String, Option<Timestamp>)> {
    let path = media_path(made);
    let bytes = cx.media(&made.digest).await?;
    let act = FileAct::Put {
        path: path.clone(),
        bytes,
        while_still: Vec::new(),
    };
    cx.file(FileCall { op: PICTURE, act }).await?;
    Ok((path, None))
}

/// A file that the site lost since it was uploaded is uploaded again.
async fn still_there(cx: &Cx<'_>, made: &Made, path: String) -> StepResult<String> {
    if files::size(cx, &path).await? == Some(made.bytes) {
        return Ok(path);
    }
    let error = ChannelError::new(
        ErrorKind::Unavailable,
        PICTURE,
        format!("{path} is not on the site any more"),
    )
    .with_effect(Effect::None)
    .with_renew();
    Err(error.into())
}

async fn compose(
    cx: &Cx<'_>,
    rendition: &Rendition,
    mut text: Text,
    plan: &Plan,
    media: BTreeMap<String, Placed>,
) -> StepResult<Article> {
    let root = "../".repeat(plan.path.matches('/').count());
    let places: Fills = media
        .iter()
        .map(|(name, placed)| (name.clone(), format!("{root}{}", placed.path)))
        .collect();
    let fills = cx.fills(rendition, &places).await?;
    text.body = fill(&text.body, &fills).map_err(|e| broken(ARTICLE, &e.to_string()))?;
    for (name, placed) in &media {
        // Known sizes keep the text from jumping while pictures load.
        if let (Some(width), Some(height)) = (placed.width, placed.height) {
            text.body = text.body.replace(
                &format!("<img data-leaf=\"{name}\" src="),
                &format!("<img data-leaf=\"{name}\" width=\"{width}\" height=\"{height}\" src="),
            );
        }
    }
    Ok(Article {
        marker: cx.marker().to_owned(),
        item: rendition.item.to_string(),
        version: rendition.version,
        path: plan.path.clone(),
        published_at: plan.published_at,
        updated_at: plan.at,
        text,
        media,
    })
}

async fn write_article(cx: &Cx<'_>, article: &Article) -> StepResult<()> {
    let bytes = serde_json::to_vec(article).map_err(|e| broken(ARTICLE, &e.to_string()))?;
    let path = Article::file_of(&article.item);
    until_settled(ARTICLE, || async {
        let index = files::index(cx).await?;
        let done = files::put(cx, ARTICLE, &path, bytes.clone(), vec![index.still()]).await?;
        Ok(done.then_some(()))
    })
    .await
}

fn entry(rendition: &Rendition, article: &Article) -> Entry {
    let text = &article.text;
    let cover = article.media.get(COVER).map(|placed| Cover {
        path: placed.path.clone(),
        alt: text.cover.clone().unwrap_or_default(),
    });
    Entry {
        item: article.item.clone(),
        kind: text.kind,
        column: text.column.clone(),
        title: text.title.clone(),
        summary: text.summary.clone(),
        path: article.path.clone(),
        published_at: article.published_at,
        updated_at: article.updated_at,
        version: article.version,
        leaves: Digest::of_json(&rendition.leaves),
        cover,
        relations: text.relations.clone(),
        state: State::Live,
        withdrawn_at: None,
        reason: None,
    }
}

/// Something that no retry mends; nothing was written.
pub(super) fn broken(op: &'static str, message: &str) -> Interrupt {
    ChannelError::new(ErrorKind::Protocol, op, message)
        .with_retry(Retry::Never)
        .with_effect(Effect::None)
        .into()
}
