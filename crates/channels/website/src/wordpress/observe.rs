//! What stands on the site, to an editor and to a reader.

use yigao_article::{page, shown};
use yigao_channel::{Answer, Cx, Interrupt, StepResult};
use yigao_core::{Localized, Observation, Prior, RemoteState, Seen};

use super::{
    WordPress,
    api::Api,
    post::{Note, Post, marker, opening},
    publish::{first, note, number},
};

impl WordPress {
    pub(super) async fn lookup_at(&self, cx: &Cx<'_>, prior: &Prior) -> StepResult<Observation> {
        let api = self.api(cx);
        let mut posts = api.find(&marker(cx.marker())).await?;
        let receipt = match &prior.remote_state {
            RemoteState::Out(receipt) => Some(receipt),
            _ => prior.replaced.as_ref(),
        };
        if let Some(receipt) = receipt
            && let Ok(id) = number(receipt)
            && posts.iter().all(|post| post.id != id)
        {
            posts.extend(api.post_if_there(id).await?);
        }
        let public: Vec<&Post> = posts.iter().filter(|post| post.is_public()).collect();
        let Some(post) = first(&posts).filter(|post| post.is_public()) else {
            let mut seen = Observation::by_remote(Seen::Gone, cx.now());
            seen.drift.extend(first(&posts).map(hidden));
            return Ok(seen);
        };
        let mut seen = Observation::by_remote(Seen::Live, cx.now());
        seen.leaves = post.leaves();
        seen.url = Some(post.link.clone());
        if public.len() > 1 {
            let more = public.iter().filter(|other| other.id != post.id);
            seen.remote_state = Seen::Changed;
            seen.drift.extend(more.map(|other| twice(other)));
        }
        if let Some(note) = receipt.and_then(note) {
            api.look_at_files(&note, &mut seen).await?;
            let beside = note.beside.iter();
            let changed: Vec<_> = beside.flat_map(|beside| beside.changed(post)).collect();
            if !changed.is_empty() {
                seen.remote_state = Seen::Changed;
                seen.drift.extend(changed);
            }
        }
        let page = api.page(&post.link).await;
        match page {
            Ok(page) => compare_page(&page, &marker(cx.marker()), &mut seen),
            Err(Interrupt::Fault(error)) => {
                seen.remote_state = Seen::CannotSee;
                let words = error.localized();
                seen.drift.push(words);
            }
            Err(stop) => return Err(stop),
        }
        Ok(seen)
    }
}

impl Api<'_> {
    /// Whether every picture and file is still in the library.
    async fn look_at_files(&self, note: &Note, seen: &mut Observation) -> StepResult<()> {
        if note.media.is_empty() {
            return Ok(());
        }
        let ids: Vec<String> = note.media.values().map(u64::to_string).collect();
        let there = self.media(&format!("include={}", ids.join(","))).await?;
        for (name, id) in &note.media {
            if there.iter().all(|file| file.id != *id) {
                if seen.remote_state == Seen::Live {
                    seen.remote_state = Seen::PictureLost;
                }
                seen.drift.push(Localized::new(
                    format!("文件 {name} 已从网站媒体库删除"),
                    format!("file {name} was deleted from the site's library"),
                ));
            }
        }
        Ok(())
    }
}

/// What a reader gets must say the same as what an editor is told.
fn compare_page(answer: &Answer, marker: &str, seen: &mut Observation) {
    let html = answer.text();
    let page = page::read(&html, None);
    let (open, close) = (opening(marker), format!("<!-- /{marker} "));
    let ours = html.split_once(&open).map(|(_, rest)| rest);
    let shown = match ours.map(|rest| rest.split_once(&close)) {
        Some(None) => {
            seen.remote_state = Seen::Truncated;
            seen.drift.push(Localized::new(
                "读者看到的正文被截断",
                "readers see only the beginning of the text",
            ));
            return;
        }
        Some(Some((inner, _))) => Some(inner),
        None => page.main.as_deref(),
    };
    shown::compare(answer.status, &page, shown, seen.at, seen);
}

fn hidden(post: &Post) -> Localized {
    let (zh, en) = match post.status.as_str() {
        "trash" => ("文章在网站回收站中", "the post is in the site's trash"),
        "private" => ("文章在网站上被设为私密", "the post was made private"),
        "future" => (
            "文章在网站上被定为将来发布",
            "the post was scheduled for later",
        ),
        "pending" => ("文章在网站上等待复审", "the post waits for review"),
        _ => (
            "文章在网站上是草稿，读者看不到",
            "the post is a draft that readers do not see",
        ),
    };
    Localized::new(zh, en)
}

fn twice(other: &Post) -> Localized {
    let link = &other.link;
    Localized::new(
        format!("网站上还有一份：{link}"),
        format!("there is a second copy: {link}"),
    )
}
