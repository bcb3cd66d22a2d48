//! Finding our own pieces again by their markers, and withdrawing them.

use serde::{Deserialize, Serialize};
use yigao_channel::{Cx, StepResult};
use yigao_core::{Asks, Found, Receipt, RemoteState, Ticket};

use crate::{
    api::Api,
    find::{DraftBox, Out, find_published, is_code},
    job::JobEnd,
    note::Note,
    ops,
};

/// What a search for an unsure piece came to.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Traced {
    Listed {
        listed: Vec<Out>,
    },
    InTheBox {
        drafts: Vec<String>,
    },
    /// A person's answer.
    Decided {
        id: String,
        url: Option<String>,
    },
}

impl Api<'_> {
    /// Deletes an article. Deleted already is as good.
    pub(crate) async fn withdraw(&self, id: &str, index: u32) -> StepResult<()> {
        self.cx
            .step(ops::DELETE, &format!("{id}#{index}"), || async {
                match self.delete_article(id, index).await {
                    Err(stop) if is_code(&stop, "53600") => Ok(()),
                    other => other,
                }
            })
            .await
    }

    /// Deletes a draft. Gone already is as good.
    pub(crate) async fn throw_away(&self, draft: &str) -> StepResult<()> {
        self.cx
            .step(ops::DRAFT_DELETE, draft, || async {
                match self.delete_draft(draft).await {
                    Err(stop) if is_code(&stop, "40007") => Ok(()),
                    other => other,
                }
            })
            .await
    }

    pub(crate) async fn withdraw_receipt(&self, receipt: &Receipt) -> StepResult<()> {
        let index = Note::of(&receipt.note).index.max(1);
        self.withdraw(&receipt.id, index).await
    }

    /// What the delivery before may have left public, before the last receipt: waits for its job, or searches for its marker.
    /// Drafts of it that nobody published are thrown away.
    pub(crate) async fn remote_state(&self) -> StepResult<Vec<Out>> {
        let prior = self.cx.prior();
        match &prior.remote_state {
            RemoteState::Nothing => Ok(Vec::new()),
            RemoteState::Out(receipt) => Ok(vec![Out {
                id: receipt.id.clone(),
                url: receipt.url.clone(),
                index: Note::of(&receipt.note).index.max(1),
                deleted: false,
            }]),
            RemoteState::Accepted(ticket) => match self.wait_for_job(ticket).await? {
                JobEnd::Out { id, url } => Ok(vec![Out {
                    id,
                    url,
                    index: 1,
                    deleted: false,
                }]),
                JobEnd::Not { .. } => {
                    let draft = Note::of(&ticket.note).draft;
                    if !draft.is_empty() {
                        self.throw_away(&draft).await?;
                    }
                    Ok(Vec::new())
                }
            },
            RemoteState::Unsure => match self.trace(&prior.key).await? {
                Traced::Listed { listed } => Ok(listed),
                Traced::InTheBox { drafts } => {
                    for draft in drafts {
                        self.throw_away(&draft).await?;
                    }
                    Ok(Vec::new())
                }
                Traced::Decided { id, url } => Ok(vec![Out {
                    id,
                    url,
                    index: 1,
                    deleted: false,
                }]),
            },
        }
    }

    /// Looks for an unsure piece until it is found. A draft that is still in the box is an answer too: thrown away, it can
    /// no longer be submitted, and what was taken on all the same is met by the proof of the withdrawal. So is that no
    /// submit was ever begun.
    async fn trace(&self, earlier: &str) -> StepResult<Traced> {
        let key = Cx::key_of(earlier, ops::SUBMIT);
        let submitted = self.submit_begun(&key, "").await?;
        let ticket = Ticket {
            id: key.clone(),
            asks: Asks::Remote,
            note: serde_json::Value::Null,
        };
        self.cx
            .wait(ops::SEARCH, &ticket, |_| async {
                let listed = find_published(self, &key, None).await?;
                if !listed.is_empty() {
                    return Ok(Found::Yes(Traced::Listed { listed }));
                }
                // The list may lag; the draft itself is asked for by its name.
                let gone =
                    !submitted.is_empty() && self.draft_box(&submitted).await? == DraftBox::Gone;
                if gone {
                    return Ok(Found::No);
                }
                let mut drafts = self.find_drafts(&[&key]).await?;
                if !submitted.is_empty() && !drafts.contains(&submitted) {
                    drafts.push(submitted.clone());
                }
                Ok(Found::Yes(Traced::InTheBox { drafts }))
            })
            .await
    }
}
