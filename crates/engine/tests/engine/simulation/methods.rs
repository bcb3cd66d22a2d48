//! The channel's methods, each from top to bottom.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use yigao_channel::{Cx, StepResult};
use yigao_core::{
    Asks, ChannelError, ErrorKind, Found, Localized, Receipt, RemoteState, Rendition, Ticket,
};

use super::{
    channel::{Stand, Submitted, anew, changed, ends, found, odd},
    remote::{Ask, Kind, Reply},
};

/// Most pieces of one item that are withdrawn one after the other.
const FOUND_MAX: u32 = 20;

/// What a person reports as public there.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Reported {
    id: Option<String>,
}

impl Stand {
    /// In the place of what is public, or new.
    pub(super) async fn place(&self, cx: &Cx<'_>, rendition: &Rendition) -> StepResult<Receipt> {
        for id in self.known(cx).await? {
            let put = || self.put(cx, &id, rendition);
            if let Some(rev) = cx.step("put", &id, put).await? {
                return Ok(out(cx, &id, rev));
            }
        }
        let draft = self.draft(cx, rendition).await?;
        let submitted: Submitted = cx
            .once(
                "submit",
                "",
                |_| self.lookup(cx),
                || self.submit(cx, rendition),
            )
            .await?;
        self.drop_draft(cx, &draft).await?;
        let id = submitted.id.unwrap_or_default();
        let mut rev = Some(1);
        if submitted.old {
            rev = cx.step("put", &id, || self.put(cx, &id, rendition)).await?;
        }
        Ok(out(cx, &id, rev.unwrap_or(0)))
    }

    /// A new piece; when it is public, the old one is deleted.
    pub(super) async fn replace(&self, cx: &Cx<'_>, rendition: &Rendition) -> StepResult<Receipt> {
        let known = self.known(cx).await?;
        let draft = self.draft(cx, rendition).await?;
        let submitted: Submitted = cx
            .once(
                "submit",
                "",
                |_| self.lookup(cx),
                || self.submit(cx, rendition),
            )
            .await?;
        let id = match (submitted.job, submitted.id) {
            (Some(job), _) => match self.job(cx, &job).await? {
                Some(id) => id,
                None => {
                    let refused =
                        ChannelError::new(ErrorKind::Rejected, "job", "the audit refused");
                    return Err(refused.into());
                }
            },
            (None, id) => id.unwrap_or_default(),
        };
        self.drop_draft(cx, &draft).await?;
        for old in known.iter().filter(|old| **old != id) {
            self.delete(cx, old).await?;
        }
        if self.may_be_found(cx) {
            self.delete_found(cx, &id).await?;
        }
        Ok(out(cx, &id, 1))
    }

    /// Withdraws what is known to be public there, and where nobody can be sure whatever a search finds.
    pub(super) async fn withdraw(&self, cx: &Cx<'_>) -> StepResult<Receipt> {
        let known = self.known(cx).await?;
        for id in &known {
            self.delete(cx, id).await?;
        }
        if self.may_be_found(cx) {
            self.delete_found(cx, "").await?;
        }
        Ok(out(cx, &known.join(" "), 0))
    }

    /// Ids under which a piece of this item is known to stand.
    async fn known(&self, cx: &Cx<'_>) -> StepResult<Vec<String>> {
        let prior = cx.prior();
        let under = || prior.replaced.iter().map(|receipt| receipt.id.clone());
        let mut ids: Vec<String> = match &prior.remote_state {
            RemoteState::Nothing => return Ok(Vec::new()),
            RemoteState::Out(receipt) => vec![receipt.id.clone()],
            RemoteState::Accepted(ticket) if self.kind == Kind::Slow => {
                let out = self.job(cx, &ticket.id).await?;
                under().chain(out).collect()
            }
            RemoteState::Accepted(_) | RemoteState::Unsure => under().collect(),
        };
        let sure = matches!(prior.remote_state, RemoteState::Out(_)) && !anew(cx);
        if self.kind == Kind::Desk && !sure {
            let answer = self.asked(cx).await?;
            ids.extend(answer.id);
        }
        ids.dedup();
        Ok(ids)
    }

    fn may_be_found(&self, cx: &Cx<'_>) -> bool {
        let unsure = matches!(
            cx.prior().remote_state,
            RemoteState::Accepted(_) | RemoteState::Unsure
        );
        (unsure || anew(cx)) && self.kind != Kind::Desk
    }

    async fn draft(&self, cx: &Cx<'_>, rendition: &Rendition) -> StepResult<String> {
        let act = || async {
            let ask = Ask::Draft {
                text: text(rendition),
            };
            match self
                .write(cx, "draft", (ask, Some(rendition)), ends(cx))
                .await?
            {
                Reply::Id(id) => Ok(id),
                _ => Err(odd("draft").into()),
            }
        };
        cx.step("draft", "", act).await
    }

    pub(super) async fn drop_draft(&self, cx: &Cx<'_>, id: &str) -> StepResult<()> {
        let act = || async {
            let ask = Ask::DropDraft { id: id.to_owned() };
            self.write(cx, "drop", (ask, None), ends(cx))
                .await
                .map(drop)
        };
        cx.step("drop", id, act).await
    }

    async fn delete(&self, cx: &Cx<'_>, id: &str) -> StepResult<()> {
        let act = || async {
            let ask = Ask::Delete { id: id.to_owned() };
            self.write(cx, "delete", (ask, None), ends(cx))
                .await
                .map(drop)
        };
        cx.step("delete", id, act).await
    }

    /// The search is inside the act: what it answers decides how it continues, so it must be in the journal with it.
    async fn delete_found(&self, cx: &Cx<'_>, but: &str) -> StepResult<()> {
        for turn in 0..FOUND_MAX {
            let act = || async {
                let ends = ends(cx);
                let posts = self.find(cx).await?;
                let Some(post) = posts.into_iter().find(|post| post.id != but) else {
                    return Ok(None);
                };
                let ask = Ask::Delete {
                    id: post.id.clone(),
                };
                self.write(cx, "delete", (ask, None), ends).await?;
                Ok(Some(post.id))
            };
            let gone: Option<String> = cx.step("delete", &format!("found {turn}"), act).await?;
            if gone.is_none() {
                break;
            }
        }
        Ok(())
    }

    /// Rewrites a piece and returns its revision, if it is there. What was read last is what is written over: a put that
    /// arrives after a newer one changes nothing.
    async fn put(&self, cx: &Cx<'_>, id: &str, rendition: &Rendition) -> StepResult<Option<u64>> {
        let ends = ends(cx);
        let Some(post) = self.one(cx, id).await? else {
            return Ok(None);
        };
        let by = cx.key("", "");
        if by.starts_with(&format!("{}.", post.by)) && post.text == text(rendition) {
            return Ok(Some(post.rev));
        }
        let known = match &cx.prior().remote_state {
            RemoteState::Out(receipt) if receipt.id == id => {
                receipt.note.get("rev").and_then(Value::as_u64)
            }
            _ => None,
        };
        if known.is_some_and(|rev| rev != post.rev) {
            return Err(changed("put").into());
        }
        let ask = Ask::Put {
            id: id.to_owned(),
            text: text(rendition),
            rev: post.rev,
        };
        match self.write(cx, "put", (ask, Some(rendition)), ends).await? {
            Reply::Was(true) => Ok(Some(post.rev + 1)),
            Reply::Was(false) => Ok(None),
            _ => Err(odd("put").into()),
        }
    }

    async fn submit(&self, cx: &Cx<'_>, rendition: &Rendition) -> StepResult<Submitted> {
        let ends = ends(cx);
        if self.kind == Kind::Site
            && self.may_be_found(cx)
            && let Some(post) = self.find(cx).await?.into_iter().next()
        {
            return Ok(Submitted {
                job: None,
                id: Some(post.id),
                old: true,
            });
        }
        let ask = Ask::Submit {
            text: text(rendition),
        };
        let Reply::Id(id) = self
            .write(cx, "submit", (ask, Some(rendition)), ends)
            .await?
        else {
            return Err(odd("submit").into());
        };
        let (job, id) = match self.kind {
            Kind::Slow => (Some(id), None),
            Kind::Site | Kind::Desk => (None, Some(id)),
        };
        Ok(Submitted {
            job,
            id,
            old: false,
        })
    }

    async fn lookup(&self, cx: &Cx<'_>) -> StepResult<Found<Submitted>> {
        let key = cx.key("submit", "");
        match self.kind {
            Kind::Site => Ok(found(self.find(cx).await?.into_iter().next().map(|p| p.id))),
            Kind::Slow => {
                let mut posts = self.find(cx).await?.into_iter();
                Ok(found(posts.find(|post| post.key == key).map(|p| p.id)))
            }
            Kind::Desk => Ok(Found::Cannot("nobody can search here".to_owned())),
        }
    }

    /// Waits for the end of a job: the piece's id, or none when it was refused.
    async fn job(&self, cx: &Cx<'_>, job: &str) -> StepResult<Option<String>> {
        let ticket = Ticket {
            id: job.to_owned(),
            asks: Asks::Remote,
            note: Value::Null,
        };
        let ended: Reported = cx
            .wait("job", &ticket, |_| async {
                let ask = Ask::Job { id: job.to_owned() };
                Ok(match self.read(cx, "job", ask).await? {
                    Reply::Running => Found::No,
                    Reply::Out(id) => Found::Yes(Reported { id: Some(id) }),
                    _ => Found::Yes(Reported { id: None }),
                })
            })
            .await?;
        Ok(ended.id)
    }

    /// Where nothing can be searched, a person is asked.
    async fn asked(&self, cx: &Cx<'_>) -> StepResult<Reported> {
        let ticket = Ticket {
            id: cx.key("ask", ""),
            asks: Asks::Person(Localized::new("有没有？", "is it there?")),
            note: Value::Null,
        };
        cx.wait("ask", &ticket, |callbacks| async move {
            let answer = callbacks.and_then(|body| serde_json::from_value(body).ok());
            Ok(answer.map_or(Found::No, Found::Yes))
        })
        .await
    }
}

pub(crate) fn text(rendition: &Rendition) -> String {
    let text = rendition.payload.get("text").and_then(Value::as_str);
    text.unwrap_or_default().to_owned()
}

fn out(cx: &Cx<'_>, id: &str, rev: u64) -> Receipt {
    Receipt::by_remote(id, None, cx.now()).with_note(json!({"rev": rev}))
}
