//! What stands on the site, to an editor and to a reader.

use yigao_channel::{Answer, Cx, R, Stop};
use yigao_core::{Leaf, LeafKind, Observation, Prior, Seen, Standing, Words};

use super::{
    WordPress,
    api::Api,
    post::{Note, Post, mark, opening},
    publish::{first, note, number},
};
use yigao_article::readback::leaves_of;

impl WordPress {
    pub(super) async fn look_at(&self, cx: &Cx<'_>, prior: &Prior) -> R<Observation> {
        let api = self.api(cx);
        let mut posts = api.find(&mark(cx.mark())).await?;
        let receipt = match &prior.standing {
            Standing::Out(receipt) => Some(receipt),
            _ => prior.under.as_ref(),
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
            seen.standing = Seen::Changed;
            seen.drift.extend(more.map(|other| twice(other)));
        }
        if let Some(note) = receipt.and_then(note) {
            api.look_at_files(&note, &mut seen).await?;
        }
        let page = api.page(&post.link).await;
        match page {
            Ok(page) => compare_page(&page, &mark(cx.mark()), post, &mut seen),
            Err(Stop::Fault(error)) => {
                seen.standing = Seen::CannotSee;
                let words = error.words();
                seen.drift.push(words);
            }
            Err(stop) => return Err(stop),
        }
        Ok(seen)
    }
}

impl Api<'_> {
    /// Whether every picture and file is still in the library.
    async fn look_at_files(&self, note: &Note, seen: &mut Observation) -> R<()> {
        if note.media.is_empty() {
            return Ok(());
        }
        let ids: Vec<String> = note.media.values().map(u64::to_string).collect();
        let there = self.media(&format!("include={}", ids.join(","))).await?;
        for (name, id) in &note.media {
            if there.iter().all(|file| file.id != *id) {
                if seen.standing == Seen::Live {
                    seen.standing = Seen::PictureLost;
                }
                seen.drift.push(Words::new(
                    format!("文件 {name} 已从网站媒体库删除"),
                    format!("file {name} was deleted from the site's library"),
                ));
            }
        }
        Ok(())
    }
}

/// What a reader gets must say the same as what an editor is told.
fn compare_page(page: &Answer, mark: &str, post: &Post, seen: &mut Observation) {
    let mut differs = |standing, zh: String, en: String| {
        if seen.standing == Seen::Live {
            seen.standing = standing;
        }
        seen.drift.push(Words::new(zh, en));
    };
    if page.status != 200 {
        let status = page.status;
        differs(
            Seen::NotThePage,
            format!("读者打开网页得到 HTTP {status}"),
            format!("readers get HTTP {status}"),
        );
        return;
    }
    let html = page.text();
    let (open, close) = (opening(mark), format!("<!-- /{mark} "));
    let Some((_, rest)) = html.split_once(&open) else {
        differs(
            Seen::NotThePage,
            "读者看到的不是这篇文章（登录页、错误页或被主题截短）".to_owned(),
            "readers see something else than this article: a log-in or error page, or a theme that cuts it".to_owned(),
        );
        return;
    };
    let Some((inner, _)) = rest.split_once(&close) else {
        differs(
            Seen::Truncated,
            "读者看到的正文被截断".to_owned(),
            "readers see only the beginning of the text".to_owned(),
        );
        return;
    };
    let shown = leaves_of(inner);
    let held = leaves_of(&post.content.raw);
    let first = held
        .iter()
        .zip(&shown)
        .enumerate()
        .find(|(_, (a, b))| folded(a) != folded(b));
    let at = match first {
        Some((at, _)) => at,
        None if held.len() != shown.len() => held.len().min(shown.len()),
        None => return,
    };
    let at = at + 1;
    differs(
        Seen::Changed,
        format!("读者看到的第 {at} 段与网站存的不同（主题或插件改动）"),
        format!(
            "what readers see at paragraph {at} is not what the site holds: a theme or plug-in changes it"
        ),
    );
}

/// Typewriter's punctuation is set in type by the site.
fn folded(leaf: &Leaf) -> (LeafKind, String) {
    let text = leaf
        .text
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| match c {
            '‘' | '’' | '′' => '\'',
            '“' | '”' | '″' => '"',
            '×' => 'x',
            '–' | '—' => '-',
            other => other,
        });
    (leaf.kind, text.collect())
}

fn hidden(post: &Post) -> Words {
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
    Words::new(zh, en)
}

fn twice(other: &Post) -> Words {
    let link = &other.link;
    Words::new(
        format!("网站上还有一份：{link}"),
        format!("there is a second copy: {link}"),
    )
}
