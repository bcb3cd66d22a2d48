//! The way back: every post that bears our marker, then the files that nobody else uses.

use yigao_channel::{Cx, Interrupt, StepResult};
use yigao_core::{ChannelError, ErrorKind, Localized, Prior, Receipt, RemoteState};

use super::{
    WordPress,
    api::Api,
    config::WithdrawalManner,
    fault::is_gone,
    media::Placed,
    post::{Post, marker},
    profile,
    publish::{note, number, receipts},
};

impl WordPress {
    pub(super) async fn withdraw(&self, cx: &Cx<'_>) -> StepResult<Receipt> {
        let prior = cx.prior();
        if prior.remote_state == RemoteState::Nothing {
            return Ok(Receipt::by_remote("nothing was sent", None, cx.now()));
        }
        let api = self.api(cx);
        let for_good = self.settings.withdraw == WithdrawalManner::Delete;
        let posts = api.list(Which::AllOf(prior, for_good)).await?;
        for post in &posts {
            api.withdraw(*post, for_good).await?;
        }
        cx.release(profile::MEDIA, profile::MEDIA_DELETE, |file: Placed| {
            api.delete_file(file)
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

    /// Late drafts: what a creation left whose answer was lost and that was not found in time. What is public, or was, is
    /// never swept.
    pub(super) async fn sweep(&self, cx: &Cx<'_>, stays: Option<&Receipt>) -> StepResult<()> {
        let api = self.api(cx);
        let for_good = self.settings.withdraw == WithdrawalManner::Delete;
        let shared_value: Vec<&str> = stays
            .into_iter()
            .chain(receipts(cx.prior()))
            .map(|receipt| receipt.id.as_str())
            .collect();
        for post in api.list(Which::Drafts).await? {
            if !shared_value.contains(&post.to_string().as_str()) {
                api.withdraw(post, for_good).await?;
            }
        }
        Ok(())
    }
}

/// What is to be taken down.
#[derive(Clone, Copy)]
enum Which<'p> {
    /// Everything of the item, also what lost its marker; in the trash, too, when it is to be gone for good.
    AllOf(&'p Prior, bool),
    Drafts,
}

impl Api<'_> {
    pub(super) async fn post_if_there(&self, id: u64) -> StepResult<Option<Post>> {
        match self.post(id).await {
            Ok(post) => Ok(Some(post)),
            Err(Interrupt::Fault(error)) if is_gone(&error) => Ok(None),
            Err(stop) => Err(stop),
        }
    }

    /// Their numbers, written down, so that a run after a crash takes down the same ones.
    async fn list(&self, which: Which<'_>) -> StepResult<Vec<u64>> {
        let marker = marker(self.cx.marker());
        let marker = marker.as_str();
        self.cx
            .step(profile::LIST, "", || async move {
                let mut posts = self.find(marker).await?;
                let keeps = |post: &Post| match which {
                    Which::AllOf(_, for_good) => for_good || !post.is_in_trash(),
                    Which::Drafts => post.is_draft(),
                };
                if let Which::AllOf(prior, _) = which {
                    self.add_unmarked(prior, &mut posts).await?;
                }
                let remote_state = posts.iter().filter(|post| keeps(post));
                Ok(remote_state.map(|post| post.id).collect())
            })
            .await
    }

    /// What our receipts name and the marker does not find: somebody replaced the whole text. A number that a person gave is
    /// taken only when the post bears the marker, for it may be another's.
    async fn add_unmarked(&self, prior: &Prior, posts: &mut Vec<Post>) -> StepResult<()> {
        for receipt in receipts(prior) {
            let ours = note(receipt).is_some();
            let id = match number(receipt) {
                Ok(id) => id,
                Err(_) if !posts.is_empty() => continue,
                Err(error) => return Err(error.into()),
            };
            if posts.iter().any(|post| post.id == id) {
                continue;
            }
            match self.post_if_there(id).await? {
                Some(post) if ours => posts.push(post),
                Some(post) if !post.is_in_trash() && posts.is_empty() => {
                    return Err(not_ours(id));
                }
                Some(_) | None => {}
            }
        }
        Ok(())
    }

    /// In the trash or gone already is as good.
    async fn withdraw(&self, post: u64, for_good: bool) -> StepResult<()> {
        self.cx
            .step(profile::TRASH, &post.to_string(), || async {
                gone_is_fine(self.delete(post, for_good).await)
            })
            .await
    }

    /// What staff put into another post or page stays.
    async fn delete_file(&self, file: Placed) -> StepResult<()> {
        if let Some(name) = file.name()
            && self.is_shown(name).await?
        {
            return Ok(());
        }
        gone_is_fine(self.delete_media(file.id).await)
    }
}

fn not_ours(id: u64) -> Interrupt {
    let message = format!("post {id} does not bear this item's mark");
    let error = ChannelError::new(ErrorKind::Rejected, profile::LIST, message);
    Interrupt::Fault(error.with_advice(Localized::new(
        format!("编号 {id} 的文章不是由本程序发布的，未撤下：请核对裁定时填写的编号，或在网站上撤下后裁定为已发生"),
        format!("post {id} is none of this item's and stays: check the number that was given, or take it down on the site and decide that it happened"),
    )))
}

fn gone_is_fine(out: StepResult<()>) -> StepResult<()> {
    match out {
        Err(Interrupt::Fault(error)) if is_gone(&error) => Ok(()),
        other => other,
    }
}
