//! Withdrawing: the index first, so that nothing that was built from the old one can be written any more; then the page.

use serde::{Deserialize, Serialize};
use yigao_channel::{Cx, StepResult};
use yigao_core::{Digest, Kind, Receipt, RemoteState, Rendition, Timestamp};

use super::{
    StaticSite,
    derive::{Part, touched},
    files::{self, until_settled},
    index::{Entry, State},
    payload::{Article, Note, Payload},
    profile::{DERIVE, INDEX, PAGE, PICTURE, PLAN, REMOVE},
    publish::broken,
    site::notice,
};

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Plan {
    /// None when nothing of the item was found.
    path: Option<String>,
    at: Timestamp,
    was: Option<Entry>,
}

impl StaticSite {
    pub(super) async fn withdraw(&self, cx: &Cx<'_>, rendition: &Rendition) -> StepResult<Receipt> {
        let reason = reason_of(rendition)?;
        let plan: Plan = cx.step(PLAN, "", || plan(cx, rendition)).await?;
        let Some(path) = plan.path.as_deref() else {
            return Ok(nothing_there(cx));
        };
        cx.step(DERIVE, "style", || self.style(cx)).await?;
        let parts: Vec<String> = cx
            .step(INDEX, "", || {
                self.strike(cx, rendition, &plan, path, reason.as_deref())
            })
            .await?;
        let html = notice::page(
            &self.settings,
            path,
            cx.marker(),
            plan.at,
            reason.as_deref(),
        );
        cx.step(PAGE, "", || write_notice(cx, path, &html)).await?;
        let shared_value = Article::file_of(rendition.item.as_str());
        cx.step(REMOVE, "article", || {
            files::remove(cx, REMOVE, &shared_value)
        })
        .await?;
        self.derive_all(cx, &parts).await?;
        cx.release(PICTURE, REMOVE, |path: String| async move {
            files::remove(cx, REMOVE, &path).await
        })
        .await?;
        let note = Note {
            path: path.to_owned(),
            withdrawn: true,
            leaves: Vec::new(),
            content: None,
            media: std::collections::BTreeMap::new(),
        };
        let note = serde_json::to_value(&note).map_err(|e| broken(PAGE, &e.to_string()))?;
        let url = Some(self.settings.address(path));
        Ok(Receipt::by_remote(path, url, cx.now()).with_note(note))
    }

    /// Marks the entry withdrawn; makes one for a page that never got as far as the index.
    async fn strike(
        &self,
        cx: &Cx<'_>,
        rendition: &Rendition,
        plan: &Plan,
        path: &str,
        reason: Option<&str>,
    ) -> StepResult<Vec<String>> {
        let unbuilt = self.unbuilt(cx).await?;
        until_settled(INDEX, || async {
            let mut held = files::index(cx).await?;
            let entry = held
                .value
                .entries
                .entry(cx.marker().to_owned())
                .or_insert_with(|| unlisted(rendition, path, plan.at));
            // The first withdrawal's time and reason remain.
            if entry.is_live() || entry.withdrawn_at.is_none() {
                entry.withdraw(plan.at, reason.map(str::to_owned));
            }
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
}

fn reason_of(rendition: &Rendition) -> StepResult<Option<String>> {
    match serde_json::from_value(rendition.payload.clone()) {
        Ok(Payload::Notice { reason }) => Ok(reason),
        Ok(Payload::Article { .. }) => Err(broken(PLAN, "an article is no withdrawal notice")),
        Err(e) => Err(broken(PLAN, &format!("the notice cannot be read: {e}"))),
    }
}

/// Finds what is public there: by the index, by what is stored beside a page, by the receipt.
async fn plan(cx: &Cx<'_>, rendition: &Rendition) -> StepResult<Plan> {
    let was = files::index(cx).await?.value.entries.remove(cx.marker());
    let mut path = was.as_ref().map(|entry| entry.path.clone());
    if path.is_none() {
        let left = files::article(cx, rendition.item.as_str()).await?.value;
        path = left.filter(|a| a.marker == cx.marker()).map(|a| a.path);
    }
    if path.is_none() {
        path = by_receipt(cx).await?;
    }
    Ok(Plan {
        path,
        at: cx.now(),
        was,
    })
}

/// The page that a receipt names, if it is there: of what is public, or of what was public before something unsure.
async fn by_receipt(cx: &Cx<'_>) -> StepResult<Option<String>> {
    let prior = cx.prior();
    let out = match &prior.remote_state {
        RemoteState::Out(receipt) => Some(receipt),
        _ => prior.replaced.as_ref(),
    };
    let note = out.and_then(|r| serde_json::from_value::<Note>(r.note.clone()).ok());
    let Some(note) = note else {
        return Ok(None);
    };
    Ok(files::size(cx, &note.path).await?.map(|_| note.path))
}

fn unlisted(rendition: &Rendition, path: &str, at: Timestamp) -> Entry {
    let column = path.split_once('/').map_or(path, |(column, _)| column);
    Entry {
        item: rendition.item.to_string(),
        kind: Kind::default(),
        column: column.to_owned(),
        title: String::new(),
        summary: None,
        path: path.to_owned(),
        published_at: at,
        updated_at: at,
        version: rendition.version,
        leaves: Digest::of_bytes(b""),
        cover: None,
        relations: Vec::new(),
        state: State::Killed,
        withdrawn_at: None,
        reason: None,
    }
}

async fn write_notice(cx: &Cx<'_>, path: &str, html: &str) -> StepResult<()> {
    until_settled(PAGE, || async {
        let index = files::index(cx).await?;
        let done = files::put(cx, PAGE, path, html.to_owned(), vec![index.still()]).await?;
        Ok(done.then_some(()))
    })
    .await
}

fn nothing_there(cx: &Cx<'_>) -> Receipt {
    Receipt::by_remote("none", None, cx.now())
        .with_note(serde_json::json!({ "nothing_there": true }))
}
