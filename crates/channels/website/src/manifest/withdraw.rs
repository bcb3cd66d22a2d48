//! The way back: everything of the item that is found or was receipted, then the files that nobody else uses.

use serde_json::json;
use yigao_channel::{Cx, Interrupt, StepResult};
use yigao_core::{ChannelError, ErrorKind, Localized, Receipt, RemoteState};

use crate::manifest::{
    ManifestSite,
    answer::Outcome,
    api::Api,
    article::{bears, marker},
    media::Placed,
    profile,
    template::Scope,
    there::{note, receipts},
};

impl ManifestSite {
    pub(crate) async fn withdraw(&self, cx: &Cx<'_>) -> StepResult<Receipt> {
        if cx.prior().remote_state == RemoteState::Nothing {
            return Ok(Receipt::by_remote("nothing was sent", None, cx.now()));
        }
        let api = self.api(cx);
        let all = api.list(false).await?;
        for (id, url) in &all {
            api.withdraw(id, url).await?;
        }
        cx.release(profile::PUT_ASSET, profile::DROP_ASSET, |file: Placed| {
            api.drop_file(file)
        })
        .await?;
        let id = if all.is_empty() {
            "nothing was found".to_owned()
        } else {
            let ids: Vec<&str> = all.iter().map(|(id, _)| id.as_str()).collect();
            ids.join(", ")
        };
        Ok(Receipt::by_remote(id, None, cx.now()))
    }

    /// What a creation left whose answer was lost and that was not found in time. What is public is never swept.
    pub(crate) async fn sweep(&self, cx: &Cx<'_>, stays: Option<&Receipt>) -> StepResult<()> {
        let api = self.api(cx);
        let shared_value: Vec<&str> = stays
            .into_iter()
            .chain(receipts(cx.prior()))
            .map(|receipt| receipt.id.as_str())
            .collect();
        for (id, url) in api.list(true).await? {
            if !shared_value.contains(&id.as_str()) {
                api.withdraw(&id, &url).await?;
            }
        }
        Ok(())
    }
}

/// Name and address of something that is to go.
type Listed = (String, String);

impl Api<'_> {
    /// Values for calls that know no more of an item than its marker and its name.
    pub(crate) fn named(&self) -> Scope {
        let marker = marker(self.cx.marker());
        let (id, _) = self
            .cx
            .marker()
            .split_once('@')
            .unwrap_or((self.cx.marker(), ""));
        self.scope()
            .with("item", json!({ "mark": marker, "id": id }))
    }

    /// Their numbers, written down, so that a run after a crash takes down the same ones.
    async fn list(&self, hidden_only: bool) -> StepResult<Vec<Listed>> {
        self.cx
            .step(profile::LIST, "", || async {
                let found = self.found(&self.named()).await?;
                let mut ids: Vec<Listed> = found
                    .iter()
                    .filter(|there| !hidden_only || there.public == Some(false))
                    .map(|there| (there.id.clone(), there.url.clone().unwrap_or_default()))
                    .collect();
                if !hidden_only {
                    self.add_receipted(&mut ids).await?;
                }
                Ok(ids)
            })
            .await
    }

    /// What our receipts name and is not found by the marker: somebody replaced the whole of it. A number that a person gave is
    /// taken only when what has it bears the marker, for it may be another's.
    async fn add_receipted(&self, ids: &mut Vec<Listed>) -> StepResult<()> {
        for receipt in receipts(self.cx.prior()) {
            if ids.iter().any(|(id, _)| *id == receipt.id) {
                continue;
            }
            let listed = (receipt.id.clone(), receipt.url.clone().unwrap_or_default());
            let scope = self
                .named()
                .with("remote", json!({ "id": receipt.id, "url": receipt.url }));
            if note(receipt).is_some() {
                ids.push(listed);
                continue;
            }
            // Without reading it back nobody here knows whose it is.
            if self.site.manifest.ops.read_back.is_none() {
                return Err(not_this(&receipt.id));
            }
            if let Some(there) = self.read_back(&scope).await? {
                let html = there.html.unwrap_or_default();
                if bears(&html, &marker(self.cx.marker())) {
                    ids.push(listed);
                } else if ids.is_empty() {
                    return Err(not_this(&receipt.id));
                }
            }
        }
        Ok(())
    }

    /// Gone already is as good.
    async fn withdraw(&self, id: &str, url: &str) -> StepResult<()> {
        let op = &self.site.manifest.ops.withdraw;
        let scope = self.named().with("remote", json!({ "id": id, "url": url }));
        self.cx
            .step(profile::WITHDRAW, id, || async {
                let ask = self.asking(profile::WITHDRAW, op, &scope);
                match self.ask(ask).await? {
                    Outcome::Answer(_) | Outcome::Absent => Ok(()),
                    Outcome::Exists => {
                        let message = "the site does not let it be taken down";
                        Err(
                            ChannelError::new(ErrorKind::Rejected, profile::WITHDRAW, message)
                                .into(),
                        )
                    }
                }
            })
            .await
    }
}

fn not_this(id: &str) -> Interrupt {
    let message = format!("{id} does not bear this item's mark");
    let error = ChannelError::new(ErrorKind::Rejected, profile::LIST, message);
    Interrupt::Fault(error.with_advice(Localized::new(
        format!("编号 {id} 的内容不是由本程序发布的，未撤下：请核对裁定时填写的编号，或在网站上撤下后裁定为已发生"),
        format!("{id} is none of this item's and stays: check the number that was given, or take it down on the site and decide that it happened"),
    )))
}
