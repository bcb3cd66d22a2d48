//! Upload, draft, submit, wait for the job: the way of an article to its readers.

use serde::{Deserialize, Serialize};
use yigao_channel::{Interrupt, StepResult};
use yigao_core::{Derivative, ErrorKind, Fills, Found, Made, Receipt, Rendition, Slot, Timestamp};

use crate::{
    api::Api,
    config::Resubmit,
    find::{DraftBox, find_published, mid_of},
    job::{JobEnd, job_refused, job_ticket},
    note::{Note, picture_mark},
    ops,
    payload::{COVER, Payload, refused},
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

impl Api<'_> {
    /// Makes the rendition public. What was done before a crash answers from the journal.
    pub(crate) async fn put(&self, rendition: &Rendition) -> StepResult<Receipt> {
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
    async fn body_pictures(&self, rendition: &Rendition) -> StepResult<Fills> {
        let mut addresses = Fills::new();
        for slot in &rendition.slots {
            let Slot::Picture { name } = slot else {
                continue;
            };
            let made = made(rendition, name)?;
            let address: String = self
                .cx
                .shared(
                    ops::BODY_IMAGE,
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
    ) -> StepResult<String> {
        let key = self.cx.key(ops::SUBMIT, "");
        let made = made(rendition, COVER)?;
        self.cx
            .shared_with(
                ops::COVER,
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
                        let draft = self
                            .cx
                            .step(ops::DRAFT, "", || self.add_draft(&article))
                            .await;
                        draft.map_err(renew_the_cover)
                    }
                },
            )
            .await
    }

    /// Readers would see a second one. With our marker on it a lost answer can be explained, without it nothing can.
    async fn submit_draft(&self, draft: &str, marked: bool) -> StepResult<Submitted> {
        let op = if marked {
            ops::SUBMIT
        } else {
            ops::SUBMIT_UNMARKED
        };
        let key = self.cx.key(ops::SUBMIT, "");
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

    /// The draft of which a submit under this key was begun, empty when there was none: the first to ask settles it.
    /// A withdrawal that answers "none" comes after the gate has shut for the one that would have named a draft.
    pub(crate) async fn submit_begun(&self, key: &str, draft: &str) -> StepResult<String> {
        self.cx
            .shared(
                ops::SUBMIT_BEGUN,
                key,
                || async { Ok(Found::No) },
                || async { Ok((draft.to_owned(), None)) },
            )
            .await
    }

    /// Listed: it is public. Not listed and the draft gone: it was accepted, or somebody published it in the console. Not listed
    /// and the draft still there after the last lookup: it was not taken on, as far as can be seen from here; a job that
    /// waits for its audit that long would look the same, which is why the account can be set never to submit again.
    async fn what_became_of(
        &self,
        key: &str,
        draft: &str,
        since: Timestamp,
    ) -> StepResult<Found<Submitted>> {
        let listed = find_published(self, key, Some(since)).await?;
        if let Some(out) = listed.into_iter().next() {
            return Ok(Found::Yes(Submitted::Out {
                id: out.id,
                url: out.url,
            }));
        }
        if self.draft_box(draft).await? == DraftBox::Gone {
            let message = "not in the published list, and the draft has left the box: taken on and not listed yet, sent by hand, or deleted";
            return Ok(Found::Cannot(message.to_owned()));
        }
        Ok(match self.settings.resubmit {
            Resubmit::IfDraftRemains => Found::No,
            Resubmit::Never => Found::Cannot(
                "not in the published list, still in the draft box; this account is set never to submit again automatically".to_owned(),
            ),
        })
    }
}

/// 40007 at a draft means its cover: the stored one is forgotten and made again, once.
fn renew_the_cover(stop: Interrupt) -> Interrupt {
    match stop {
        Interrupt::Fault(error) if error.remote_code() == Some("40007") => {
            Interrupt::Fault(error.with_renew())
        }
        other => other,
    }
}

fn made<'r>(rendition: &'r Rendition, name: &str) -> StepResult<&'r Made> {
    let made = rendition
        .derivative(name)
        .and_then(|d: &Derivative| d.made.as_ref());
    made.ok_or_else(|| {
        let message = format!("the picture {name} has not been made");
        Interrupt::Fault(refused(ops::DRAFT, ErrorKind::Config, message))
    })
}
