//! Upload, draft, submit, wait for the job: the way of an article to its readers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use yigao_channel::{Cx, R, Stop};
use yigao_core::{
    Asks, ChannelError, Derivative, Digest, ErrorKind, Fills, Found, Made, Receipt, Rendition,
    Slot, Ticket, Timestamp, Words,
};

use crate::{
    api::Api,
    config::Resubmit,
    payload::{COVER, Payload, refused},
    read_back::picture_id,
    take_down::{DraftBox, find_published, mid_of},
};

/// What became of a submit. A person who cleared a doubt gives an id and an address.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Submitted {
    Job {
        publish_id: String,
        msg_data_id: String,
    },
    /// Found in the published list, so there is nothing to wait for.
    Out { id: String, url: Option<String> },
}

/// How a publish job ended.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum JobEnd {
    Out { id: String, url: Option<String> },
    Not { status: i64, articles: Vec<i64> },
}

/// What later deliveries must know of an article.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Note {
    pub(crate) publish_id: String,
    /// Comments are reached by it; no list shows it.
    pub(crate) msg_data_id: String,
    pub(crate) draft: String,
    /// Counts from 1.
    pub(crate) index: u32,
    /// Pictures by name, each as the digest of what stays the same of its address.
    pub(crate) pictures: BTreeMap<String, String>,
}

impl Note {
    pub(crate) fn of(note: &serde_json::Value) -> Self {
        serde_json::from_value(note.clone()).unwrap_or_default()
    }
}

/// What stands for a picture's address in a note.
pub(crate) fn picture_mark(address: &str) -> String {
    Digest::of_bytes(picture_id(address).as_bytes())
        .short()
        .to_owned()
}

impl Api<'_> {
    /// Makes the rendition public. What was done before a crash answers from the journal.
    pub(crate) async fn put(&self, rendition: &Rendition) -> R<Receipt> {
        let payload = Payload::of(rendition)?;
        let pictures = self.body_pictures(rendition).await?;
        let fills = self.cx.fills(rendition, &pictures).await?;
        let draft = self.make_draft(rendition, &payload, &fills).await?;
        let submitted = self.submit_draft(&draft, payload.source.is_some()).await?;
        let mut note = Note {
            draft,
            index: 1,
            pictures: pictures
                .iter()
                .map(|(name, address)| (name.clone(), picture_mark(address)))
                .collect(),
            ..Note::default()
        };
        let (id, url) = match submitted {
            Submitted::Job {
                publish_id,
                msg_data_id,
            } => {
                let ticket = job_ticket(&publish_id, &msg_data_id, &note.draft);
                note.publish_id = publish_id;
                note.msg_data_id = msg_data_id;
                match self.wait_for_job(&ticket).await? {
                    JobEnd::Out { id, url } => (id, url),
                    JobEnd::Not { status, articles } => {
                        return Err(job_refused(status, &articles).into());
                    }
                }
            }
            Submitted::Out { id, url } => {
                note.publish_id = url.as_deref().and_then(mid_of).unwrap_or_default();
                note.msg_data_id = note.publish_id.clone();
                (id, url)
            }
        };
        let note = serde_json::to_value(&note).unwrap_or_default();
        Ok(Receipt::by_remote(id, url, self.cx.now()).with_note(note))
    }

    /// Addresses of the pictures in the body, by their names; each file is uploaded once for the account.
    async fn body_pictures(&self, rendition: &Rendition) -> R<Fills> {
        let mut addresses = Fills::new();
        for slot in &rendition.slots {
            let Slot::Picture { name } = slot else {
                continue;
            };
            let made = made(rendition, name)?;
            let address: String = self
                .cx
                .keep(
                    "body_image",
                    made.digest.as_str(),
                    || async { Ok(Found::No) },
                    || async {
                        let bytes = self.cx.media(&made.digest).await?;
                        let name = &made.file_name;
                        let address = self.upload_body_picture(name, &made.media_type, bytes);
                        Ok((address.await?, None))
                    },
                )
                .await?;
            addresses.insert(name.clone(), address);
        }
        Ok(addresses)
    }

    /// A second draft is seen by nobody. A cover that staff have deleted is uploaded again.
    async fn make_draft(
        &self,
        rendition: &Rendition,
        payload: &Payload,
        fills: &Fills,
    ) -> R<String> {
        let key = self.cx.key("submit", "");
        let made = made(rendition, COVER)?;
        self.cx
            .keep_with(
                "cover",
                made.digest.as_str(),
                || async {
                    let found = self.find_cover(&made.file_name, 2).await?;
                    Ok(found.map_or(Found::No, Found::Yes))
                },
                || async {
                    let bytes = self.cx.media(&made.digest).await?;
                    let name = &made.file_name;
                    let media_id = self.add_cover(name, &made.media_type, bytes);
                    Ok((media_id.await?, None))
                },
                |cover: String| {
                    let key = &key;
                    async move {
                        let article = payload.article(fills, key, &cover)?;
                        let draft = self.cx.step("draft", "", || self.add_draft(&article)).await;
                        draft.map_err(renew_the_cover)
                    }
                },
            )
            .await
    }

    /// Readers would see a second one. With our mark on it a lost answer can be explained, without it nothing can.
    async fn submit_draft(&self, draft: &str, marked: bool) -> R<Submitted> {
        let op = if marked { "submit" } else { "submit_unmarked" };
        let key = self.cx.key("submit", "");
        self.submit_begun(&key, draft).await?;
        self.cx
            .once(
                op,
                "",
                |since| self.what_became_of(&key, draft, since),
                || async {
                    let taken = self.submit(op, draft).await?;
                    Ok(Submitted::Job {
                        publish_id: taken.publish_id,
                        msg_data_id: taken.msg_data_id,
                    })
                },
            )
            .await
    }

    /// The draft of which a submit under this key was begun, empty when there was none: the first to ask says so for good.
    /// A withdrawal that says "none" comes after the gate has shut for the one that would have named a draft.
    pub(crate) async fn submit_begun(&self, key: &str, draft: &str) -> R<String> {
        self.cx
            .keep(
                "submit_begun",
                key,
                || async { Ok(Found::No) },
                || async { Ok((draft.to_owned(), None)) },
            )
            .await
    }

    /// Listed: it is out. Not listed and the draft gone: it was taken on, or somebody used the draft by hand. Not listed
    /// and the draft still there after the last look: it was not taken on, as far as can be seen from here; a job that
    /// waits for its audit that long would look the same, which is why the account can be set never to submit again.
    async fn what_became_of(
        &self,
        key: &str,
        draft: &str,
        since: Timestamp,
    ) -> R<Found<Submitted>> {
        let listed = find_published(self, key, Some(since)).await?;
        if let Some(out) = listed.into_iter().next() {
            return Ok(Found::Yes(Submitted::Out {
                id: out.id,
                url: out.url,
            }));
        }
        if self.draft_box(draft).await? == DraftBox::Gone {
            let says = "not in the published list, and the draft has left the box: taken on and not listed yet, sent by hand, or deleted";
            return Ok(Found::Cannot(says.to_owned()));
        }
        Ok(match self.settings.resubmit {
            Resubmit::IfDraftRemains => Found::No,
            Resubmit::Never => Found::Cannot(
                "not in the published list, the draft is still in the box; this account is set never to submit again by itself".to_owned(),
            ),
        })
    }

    /// Waits for the end of a publish job, whichever it is.
    pub(crate) async fn wait_for_job(&self, ticket: &Ticket) -> R<JobEnd> {
        self.cx
            .wait("job", ticket, |_| async {
                let job = match self.job(&ticket.id).await {
                    // Another account's number, or a mistyped one: it says nothing about the article.
                    Err(Stop::Fault(error)) if error.remote_code() == Some("53502") => {
                        return Ok(Found::Cannot("the publish job is not known".to_owned()));
                    }
                    other => other?,
                };
                let url = job.url();
                Ok(match (job.publish_status, job.article_id) {
                    (0, Some(id)) => Found::Yes(JobEnd::Out { id, url }),
                    // Out, but the list has not caught up.
                    (0 | 1, _) => Found::No,
                    (status, _) => Found::Yes(JobEnd::Not {
                        status,
                        articles: job.fail_idx,
                    }),
                })
            })
            .await
    }
}

fn job_ticket(publish_id: &str, msg_data_id: &str, draft: &str) -> Ticket {
    Ticket {
        id: publish_id.to_owned(),
        asks: Asks::Remote,
        note: serde_json::json!({ "msg_data_id": msg_data_id, "draft": draft }),
    }
}

/// 40007 at a draft means its cover: the kept one is forgotten and made again, once.
fn renew_the_cover(stop: Stop) -> Stop {
    match stop {
        Stop::Fault(error) if error.remote_code() == Some("40007") => {
            Stop::Fault(error.with_renew())
        }
        other => other,
    }
}

fn made<'r>(rendition: &'r Rendition, name: &str) -> R<&'r Made> {
    let made = rendition
        .derivative(name)
        .and_then(|d: &Derivative| d.made.as_ref());
    made.ok_or_else(|| {
        let says = format!("the picture {name} has not been made");
        Stop::Fault(refused("draft", ErrorKind::Config, says))
    })
}

/// Statuses after page 发布状态轮询, read 2026-11.
pub(crate) fn job_refused(status: i64, articles: &[i64]) -> ChannelError {
    let (says, zh, en) = match status {
        2 => (
            "originality check failed",
            "原创校验未通过：文中有内容与他人原创文章重复，请修改或取得授权后再投",
            "the originality check failed: change the text or get the author's leave",
        ),
        3 => (
            "publishing failed",
            "平台发布失败，草稿仍在草稿箱，请到公众号后台查看原因",
            "publishing failed; the draft is still there: see the console for the reason",
        ),
        4 => (
            "refused by the platform's audit",
            "平台审核未通过，请到公众号后台查看违规原因，修改后再投",
            "the platform's audit refused it: see the console for the reason and change the text",
        ),
        5 => (
            "published, then deleted by the account's staff",
            "发布后被本账号人员删除，请与操作人核对",
            "published, then deleted by somebody of the account: ask them",
        ),
        6 => (
            "published, then banned by the platform",
            "发布后被平台封禁，请到公众号后台查看原因",
            "published, then banned by the platform: see the console for the reason",
        ),
        _ => (
            "ended with a status that is not documented",
            "发布任务以未知状态结束，请到公众号后台核对",
            "the job ended with an unknown status: check the console",
        ),
    };
    let says = match articles.first() {
        Some(index) => format!("{says} (article {index})"),
        None => says.to_owned(),
    };
    refused("job", ErrorKind::Rejected, says)
        .with_code(format!("publish_status_{status}"))
        .with_advice(Words::new(zh, en))
}

impl<'a> Api<'a> {
    pub(crate) fn new(cx: &'a Cx<'a>, settings: &'a crate::config::Settings) -> Self {
        Self { cx, settings }
    }
}
