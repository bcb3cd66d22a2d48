//! The way back: every post that bears our mark, then the files that nobody else uses.

use yigao_channel::{Cx, R, Stop};
use yigao_core::{Receipt, Standing};

use super::{
    WordPress,
    api::Api,
    config::KillManner,
    fault::is_gone,
    media::Placed,
    post::{Post, mark},
    profile,
    publish::number,
};

impl WordPress {
    pub(super) async fn withdraw(&self, cx: &Cx<'_>) -> R<Receipt> {
        let prior = cx.prior();
        if prior.standing == Standing::Nothing {
            return Ok(Receipt::by_remote("nothing was sent", None, cx.now()));
        }
        let api = self.api(cx);
        let for_good = self.settings.kill == KillManner::Delete;
        let receipts = [prior.under.as_ref(), out(&prior.standing)];
        let known: Result<Vec<u64>, _> = receipts.into_iter().flatten().map(number).collect();
        let known = known?;
        let posts = api.list(&known).await?;
        for post in &posts {
            api.take_down(*post, for_good).await?;
        }
        cx.release(profile::MEDIA, profile::MEDIA_DELETE, |file: Placed| {
            api.delete_file(file.id)
        })
        .await?;
        let gone: Vec<String> = posts.iter().map(u64::to_string).collect();
        let id = if gone.is_empty() {
            "nothing was found".to_owned()
        } else {
            gone.join(", ")
        };
        Ok(Receipt::by_remote(id, None, cx.now()))
    }

    /// Late drafts: what a creation left whose answer was lost and that was not found in time.
    pub(super) async fn sweep(&self, cx: &Cx<'_>, stays: Option<&Receipt>) -> R<()> {
        let api = self.api(cx);
        for post in api.list(&[]).await? {
            let is_it = stays.is_some_and(|receipt| receipt.id == post.to_string());
            if !is_it {
                api.take_down(post, false).await?;
            }
        }
        Ok(())
    }
}

impl Api<'_> {
    pub(super) async fn post_if_there(&self, id: u64) -> R<Option<Post>> {
        match self.post(id).await {
            Ok(post) => Ok(Some(post)),
            Err(Stop::Fault(error)) if is_gone(&error) => Ok(None),
            Err(stop) => Err(stop),
        }
    }

    /// Numbers of what bears our mark, and of `known` posts that lost it when somebody replaced the whole text; not of what is
    /// in the trash. Written down, so that a run after a crash takes down the same ones.
    async fn list(&self, known: &[u64]) -> R<Vec<u64>> {
        let mark = mark(self.cx.mark());
        let mark = mark.as_str();
        self.cx
            .step(profile::LIST, "", || async move {
                let mut posts = self.find(mark).await?;
                for id in known {
                    if posts.iter().all(|post| post.id != *id) {
                        posts.extend(self.post_if_there(*id).await?);
                    }
                }
                let standing = posts.iter().filter(|post| !post.is_in_trash());
                Ok(standing.map(|post| post.id).collect())
            })
            .await
    }

    /// In the trash or gone already is as good.
    async fn take_down(&self, post: u64, for_good: bool) -> R<()> {
        self.cx
            .step(profile::TRASH, &post.to_string(), || async {
                gone_is_fine(self.delete(post, for_good).await)
            })
            .await
    }

    async fn delete_file(&self, id: u64) -> R<()> {
        gone_is_fine(self.delete_media(id).await)
    }
}

fn gone_is_fine(out: R<()>) -> R<()> {
    match out {
        Err(Stop::Fault(error)) if is_gone(&error) => Ok(()),
        other => other,
    }
}

fn out(standing: &Standing) -> Option<&Receipt> {
    match standing {
        Standing::Out(receipt) => Some(receipt),
        _ => None,
    }
}
