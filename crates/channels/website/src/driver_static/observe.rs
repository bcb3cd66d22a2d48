//! Reading back what readers see, and saying where it differs from what was sent.

use yigao_channel::{Cx, StepResult};
use yigao_core::{Digest, Leaf, LeafKind, Localized, Observation, Prior, RemoteState, Seen};

use super::{
    StaticSite, files,
    payload::{Note, Placed},
};
use yigao_article::{
    body::CONTENT_END,
    readback::{self, Page},
    text::{LeafMark, head},
};

/// Most differences that are put into words.
const DRIFTS: usize = 20;
/// Larger media are compared by size alone.
const COMPARED_BYTES: u64 = 2 << 20;

impl StaticSite {
    pub(super) async fn lookup_at(&self, cx: &Cx<'_>, prior: &Prior) -> StepResult<Observation> {
        let note = match &prior.remote_state {
            RemoteState::Out(receipt) => serde_json::from_value::<Note>(receipt.note.clone()).ok(),
            _ => None,
        };
        let path = match &note {
            Some(note) => Some(note.path.clone()),
            // No receipt to go by: the site's own index knows where the item is, if it is.
            None => {
                let index = files::index(cx).await?.value;
                index.entries.get(cx.marker()).map(|e| e.path.clone())
            }
        };
        let Some(path) = path else {
            return Ok(self.seen(cx, Seen::Gone, None, Vec::new(), Vec::new()));
        };
        let Some(bytes) = files::read(cx, &path).await? else {
            return Ok(self.seen(cx, Seen::Gone, Some(&path), Vec::new(), Vec::new()));
        };
        let html = String::from_utf8_lossy(&bytes);
        let page = readback::page(&html);
        if page.withdrawn {
            return Ok(self.seen(cx, Seen::Gone, Some(&path), Vec::new(), Vec::new()));
        }
        if page.marker.as_deref() != Some(cx.marker()) {
            let drift = vec![Localized::new(
                "该地址上不是本稿件的页面",
                "another page stands at this address",
            )];
            return Ok(self.seen(cx, Seen::NotThePage, Some(&path), Vec::new(), drift));
        }
        let mut remote_state = Seen::Live;
        let mut drift = Vec::new();
        if let Some(note) = note.filter(|n| !n.withdrawn) {
            let lost = media_drift(cx, &note, &mut drift).await?;
            let words = text_drift(&note, &page);
            remote_state = match (words.is_empty(), lost) {
                (false, _) if !html.contains(CONTENT_END) => Seen::Truncated,
                (false, _) => Seen::Changed,
                (true, Some(seen)) => seen,
                (true, None) => Seen::Live,
            };
            drift.splice(0..0, words);
            drift.truncate(DRIFTS);
        }
        Ok(self.seen(cx, remote_state, Some(&path), page.leaves, drift))
    }

    fn seen(
        &self,
        cx: &Cx<'_>,
        remote_state: Seen,
        path: Option<&str>,
        leaves: Vec<Leaf>,
        drift: Vec<Localized>,
    ) -> Observation {
        Observation {
            leaves,
            url: path.map(|p| self.settings.address(p)),
            drift,
            ..Observation::by_remote(remote_state, cx.now())
        }
    }
}

/// Whether every file still is what was uploaded.
async fn media_drift(
    cx: &Cx<'_>,
    note: &Note,
    drift: &mut Vec<Localized>,
) -> StepResult<Option<Seen>> {
    let mut worst = None;
    for (name, placed) in &note.media {
        match state_of(cx, placed).await? {
            FileState::Same => {}
            FileState::Other => {
                worst = Some(Seen::Changed);
                drift.push(Localized::new(
                    format!("文件 {name}（{}）的内容被替换", placed.path),
                    format!("file {name} ({}) was replaced", placed.path),
                ));
            }
            FileState::Gone => {
                worst = worst.or(Some(Seen::PictureLost));
                drift.push(Localized::new(
                    format!("文件 {name}（{}）不在网站上", placed.path),
                    format!("file {name} ({}) is not on the site", placed.path),
                ));
            }
        }
    }
    Ok(worst)
}

enum FileState {
    Same,
    Other,
    Gone,
}

async fn state_of(cx: &Cx<'_>, placed: &Placed) -> StepResult<FileState> {
    let Some(size) = files::size(cx, &placed.path).await? else {
        return Ok(FileState::Gone);
    };
    if size != placed.bytes {
        return Ok(FileState::Other);
    }
    if size > COMPARED_BYTES {
        return Ok(FileState::Same);
    }
    Ok(match files::read(cx, &placed.path).await? {
        None => FileState::Gone,
        Some(bytes) if Digest::of_bytes(&bytes) == placed.digest => FileState::Same,
        Some(_) => FileState::Other,
    })
}

/// Differences in words, in reading order.
fn text_drift(note: &Note, page: &Page) -> Vec<Localized> {
    let live: Vec<LeafMark> = page.leaves.iter().map(LeafMark::of).collect();
    let sent = &note.leaves;
    let front = sent.iter().zip(&live).take_while(|(a, b)| a == b).count();
    let most = sent.len().min(live.len()).saturating_sub(front);
    let back = sent
        .iter()
        .rev()
        .zip(live.iter().rev())
        .take(most)
        .take_while(|(a, b)| a == b)
        .count();
    let sent_part = sent.get(front..sent.len() - back).unwrap_or_default();
    let live_part = page
        .leaves
        .get(front..live.len() - back)
        .unwrap_or_default();
    let mut out = Vec::new();
    for at in 0..sent_part.len().max(live_part.len()) {
        let words = match (sent_part.get(at), live_part.get(at)) {
            (Some(was), Some(is)) if *was != LeafMark::of(is) => changed(front + at, was, is),
            (Some(was), None) => removed(front + at, was),
            (None, Some(is)) => added(front + at, is),
            _ => continue,
        };
        out.push(words);
    }
    if out.is_empty()
        && note
            .content
            .as_ref()
            .is_some_and(|sent| *sent != page.content)
    {
        out.push(Localized::new(
            "正文文字未变，但图说、链接或标记有改动",
            "the text is the same, but captions, links or markup were changed",
        ));
    }
    out.truncate(DRIFTS);
    out
}

/// The leaf's place as people call it; leaf 0 is the title.
fn place(at: usize, kind: LeafKind) -> (String, String) {
    match kind {
        LeafKind::Title => ("标题".to_owned(), "the title".to_owned()),
        LeafKind::Summary => ("摘要".to_owned(), "the summary".to_owned()),
        LeafKind::Text => (format!("第 {at} 段"), format!("paragraph {at}")),
        LeafKind::Picture => (
            format!("第 {at} 段处的图片"),
            format!("the picture at {at}"),
        ),
        LeafKind::Link => (
            format!("第 {at} 段处的附件"),
            format!("the attachment at {at}"),
        ),
    }
}

fn changed(at: usize, was: &LeafMark, is: &Leaf) -> Localized {
    let (zh, en) = place(at, was.kind);
    let live = head(&is.text);
    Localized::new(
        format!("{zh}被改动：原为“{}”，现为“{live}”", was.head),
        format!("{en} was changed: {:?} is now {live:?}", was.head),
    )
}

fn removed(at: usize, was: &LeafMark) -> Localized {
    let (zh, en) = place(at, was.kind);
    Localized::new(
        format!("{zh}不见了：“{}”", was.head),
        format!("{en} is missing: {:?}", was.head),
    )
}

fn added(at: usize, is: &Leaf) -> Localized {
    let (zh, en) = place(at, is.kind);
    let live = head(&is.text);
    Localized::new(
        format!("多出{zh}：“{live}”"),
        format!("{en} was added: {live:?}"),
    )
}
