//! The methods, as the platform's manual would tell them.

use async_trait::async_trait;
use yigao_channel::{
    Callback, Channel, Cx, Incoming, Interrupt, Profile, Refusal, RenderInput, Rendered, StepResult,
};
use yigao_core::{
    Leaf, LeafKind, Localized, Observation, Prior, Receipt, RemoteState, Rendition, Seen,
};

use crate::{
    Wechat,
    api::Api,
    config::Correct,
    find::{Out, find_published, is_code},
    note::{Note, picture_mark},
    ops,
    read_back::leaves,
    render::render,
    shapes::{Article, News},
};

#[async_trait]
impl Channel for Wechat {
    fn profile(&self) -> &Profile {
        &self.profile
    }

    fn render(&self, input: &RenderInput<'_>) -> Rendered {
        render(&self.settings, &self.profile, input)
    }

    /// `PUBLISHJOBFINISH` is not taken yet: jobs are polled.
    fn receive(&self, _: &Incoming) -> Result<Callback, Refusal> {
        Err(Refusal::new(
            404,
            "不接收回调，发布结果由我们查询",
            "callbacks are not taken; publish jobs are polled",
        ))
    }

    async fn publish(&self, cx: &Cx<'_>, rendition: &Rendition) -> StepResult<Receipt> {
        self.api(cx).put(rendition).await
    }

    async fn correct(&self, cx: &Cx<'_>, rendition: &Rendition) -> StepResult<Receipt> {
        let api = self.api(cx);
        let old = self.still_up(cx).await?;
        match self.settings.correct {
            Correct::NewFirst => {
                let new = api.put(rendition).await?;
                self.withdraw_all(cx, &old).await?;
                Ok(new)
            }
            Correct::OldFirst => {
                self.withdraw_all(cx, &old).await?;
                api.put(rendition).await
            }
        }
    }

    async fn withdraw(&self, cx: &Cx<'_>, _: &Rendition) -> StepResult<Receipt> {
        let api = self.api(cx);
        // What is known to be up goes first; what is unsure may take its time to be found.
        if let Some(under) = &cx.prior().replaced {
            api.withdraw_receipt(under).await?;
        }
        let remote_state = api.remote_state().await?;
        for out in &remote_state {
            api.withdraw(&out.id, out.index).await?;
        }
        let under = cx
            .prior()
            .replaced
            .iter()
            .map(|receipt| receipt.id.as_str());
        let gone: Vec<&str> = under
            .chain(remote_state.iter().map(|out| out.id.as_str()))
            .collect();
        let id = if gone.is_empty() {
            "nothing was sent".to_owned()
        } else {
            gone.join(",")
        };
        let note = serde_json::json!({ "deleted": gone });
        Ok(Receipt::by_remote(id, None, cx.now()).with_note(note))
    }

    async fn observe(&self, cx: &Cx<'_>, prior: &Prior) -> StepResult<Observation> {
        let seen = match &prior.remote_state {
            RemoteState::Out(receipt) => self.read_back(cx, receipt).await?,
            RemoteState::Accepted(ticket) => {
                let job = self.api(cx).job(&ticket.id).await?;
                match (job.publish_status, &job.article_id) {
                    (0, Some(_)) => self.seen(cx, Seen::Live, job.url()),
                    (0 | 1, _) => self.seen(cx, Seen::CannotSee, None),
                    _ => self.seen(cx, Seen::Gone, None),
                }
            }
            RemoteState::Unsure => {
                let key = Cx::key_of(&prior.key, ops::SUBMIT);
                let listed = find_published(&self.api(cx), &key, None).await?;
                match listed.into_iter().find(|out| !out.deleted) {
                    Some(out) => self.seen(cx, Seen::Live, out.url),
                    None => self.seen(cx, Seen::Gone, None),
                }
            }
            RemoteState::Nothing => self.seen(cx, Seen::Gone, None),
        };
        match &prior.replaced {
            Some(under) if !seen.remote_state.is_up() => {
                let below = self.read_back(cx, under).await?;
                Ok(if below.remote_state.is_up() {
                    below
                } else {
                    seen
                })
            }
            _ => Ok(seen),
        }
    }

    async fn cleanup(&self, cx: &Cx<'_>, _: Option<&Receipt>) -> StepResult<()> {
        let api = self.api(cx);
        let own = cx.key(ops::SUBMIT, "");
        let earlier = Cx::key_of(&cx.prior().key, ops::SUBMIT);
        for draft in api.find_drafts(&[&own, &earlier]).await? {
            api.throw_away(&draft).await?;
        }
        Ok(())
    }

    /// A list call is the only proof of the right to publish; it pays one of its 100 a day.
    async fn probe(&self, cx: &Cx<'_>) -> StepResult<Vec<Localized>> {
        self.api(cx).published(0, 1).await?;
        Ok(Vec::new())
    }
}

impl Wechat {
    fn api<'a>(&'a self, cx: &'a Cx<'a>) -> Api<'a> {
        Api::new(cx, &self.settings)
    }

    /// What a correction takes the place of.
    async fn still_up(&self, cx: &Cx<'_>) -> StepResult<Vec<Out>> {
        let prior = cx.prior();
        let gone = matches!(&prior.seen, Some(seen) if seen.remote_state == Seen::Gone);
        if gone && matches!(prior.remote_state, RemoteState::Out(_)) {
            return Ok(Vec::new());
        }
        let mut old = self.api(cx).remote_state().await?;
        old.extend(prior.replaced.iter().map(|receipt| Out {
            id: receipt.id.clone(),
            url: receipt.url.clone(),
            index: Note::of(&receipt.note).index.max(1),
            deleted: false,
        }));
        Ok(old)
    }

    async fn withdraw_all(&self, cx: &Cx<'_>, old: &[Out]) -> StepResult<()> {
        for out in old {
            self.api(cx).withdraw(&out.id, out.index).await?;
        }
        Ok(())
    }

    async fn read_back(&self, cx: &Cx<'_>, receipt: &Receipt) -> StepResult<Observation> {
        let note = Note::of(&receipt.note);
        let piece: News = match self.api(cx).article(&receipt.id).await {
            Err(stop) if is_code(&stop, "53600") => return self.gone(cx, &note).await,
            other => other?,
        };
        let index = usize::try_from(note.index.max(1)).unwrap_or(1);
        match piece.news_item.into_iter().nth(index - 1) {
            None => self.gone(cx, &note).await,
            Some(article) if article.is_deleted => self.gone(cx, &note).await,
            Some(article) => Ok(Observation {
                leaves: live_leaves(&article, &note),
                ..self.seen(
                    cx,
                    Seen::Live,
                    Some(article.url).filter(|url| !url.is_empty()),
                )
            }),
        }
    }

    /// The job remembers whether somebody deleted it or the platform banned it.
    async fn gone(&self, cx: &Cx<'_>, note: &Note) -> StepResult<Observation> {
        let mut seen = self.seen(cx, Seen::Gone, None);
        if note.publish_id.is_empty() {
            return Ok(seen);
        }
        let job = match self.api(cx).job(&note.publish_id).await {
            Ok(job) => job,
            // How it went is worth a question, not the observation.
            Err(Interrupt::Fault(_)) => return Ok(seen),
            Err(stop) => return Err(stop),
        };
        match job.publish_status {
            5 => seen.drift.push(Localized::new(
                "文章已被本账号删除（后台或接口）",
                "deleted by the account, in the console or by API",
            )),
            6 => seen.drift.push(Localized::new(
                "文章已被平台封禁，原因见公众号后台",
                "banned by the platform; the reason is in its console",
            )),
            _ => {}
        }
        Ok(seen)
    }

    fn seen(&self, cx: &Cx<'_>, remote_state: Seen, url: Option<String>) -> Observation {
        Observation {
            url,
            ..Observation::by_remote(remote_state, cx.now())
        }
    }
}

/// What readers see, in the words of the approved rendition. Pictures are known by what stays the same of their address;
/// when the platform has given all of them new ones, their order decides.
fn live_leaves(article: &Article, note: &Note) -> Vec<Leaf> {
    let known = |address: &str| {
        let marker = picture_mark(address);
        let mut pictures = note.pictures.iter();
        pictures
            .find(|(_, m)| **m == marker)
            .map(|(name, _)| name.clone())
    };
    let mut addresses = Vec::new();
    let mut found = vec![
        Leaf::new(LeafKind::Title, &article.title),
        Leaf::new(LeafKind::Summary, &article.digest),
    ];
    found.extend(leaves(&article.content, &mut |address| {
        addresses.push(address.to_owned());
        Some(known(address).unwrap_or_else(|| "?".to_owned()))
    }));
    let strange = addresses.iter().filter(|a| known(a).is_none()).count();
    let mut distinct = addresses.clone();
    distinct.sort_unstable();
    distinct.dedup();
    if strange > 0 && strange == addresses.len() && distinct.len() == note.pictures.len() {
        let mut seen: Vec<String> = Vec::new();
        let mut address = addresses.into_iter();
        for leaf in found.iter_mut().filter(|l| l.kind == LeafKind::Picture) {
            let this = address.next().unwrap_or_default();
            let at = seen.iter().position(|s| *s == this).unwrap_or_else(|| {
                seen.push(this);
                seen.len() - 1
            });
            leaf.text = format!("p{}", at + 1);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note() -> Note {
        let marker = |id: &str| picture_mark(&format!("http://mmbiz.qpic.cn/mmbiz_jpg/{id}/0"));
        Note {
            pictures: [("p1", "aaaaaaaaaaaaaa"), ("p2", "bbbbbbbbbbbbbb")]
                .into_iter()
                .map(|(name, id)| (name.to_owned(), marker(id)))
                .collect(),
            ..Note::default()
        }
    }

    fn pictures(html: &str) -> Vec<String> {
        let article = Article {
            content: html.to_owned(),
            ..Article::default()
        };
        let leaves = live_leaves(&article, &note()).into_iter();
        leaves
            .filter(|leaf| leaf.kind == LeafKind::Picture)
            .map(|leaf| leaf.text)
            .collect()
    }

    #[test]
    fn pictures_are_known_by_what_stays_of_their_address() {
        let html = "<img data-src=\"https://mmbiz.qpic.cn/sz_mmbiz_jpg/bbbbbbbbbbbbbb/640?wx_fmt=jpeg\"><img src=\"https://mmbiz.qpic.cn/mmbiz_jpg/zzzzzzzzzzzzzz/0\">";
        assert_eq!(pictures(html), ["p2", "?"]);
    }

    #[test]
    fn when_all_addresses_are_new_the_order_tells() {
        let html = "<img src=\"https://x/yyyyyyyyyyyyyy/0\"><img src=\"https://x/zzzzzzzzzzzzzz/0\"><img src=\"https://x/yyyyyyyyyyyyyy/0\">";
        assert_eq!(pictures(html), ["p1", "p2", "p1"]);
        let one_lost = "<img src=\"https://x/yyyyyyyyyyyyyy/0\">";
        assert_eq!(pictures(one_lost), ["?"]);
    }
}
