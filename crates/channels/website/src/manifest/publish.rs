//! The way of an article to its readers: files, what bears our marker, its text, out; whatever of these the site has.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use yigao_article::text::Text;
use yigao_channel::{Cx, Interrupt, StepResult};
use yigao_core::html::escape;
use yigao_core::{
    Asks, ChannelError, Digest, Effect, ErrorKind, Fills, Found, Localized, Receipt, RemoteState,
    Rendition, Retry, Ticket,
};

use crate::manifest::{
    ManifestSite,
    answer::Outcome,
    api::Api,
    article::{Article, Note, marker},
    config::Op,
    profile,
    request::text_of,
    template::Scope,
    there::{There, answered, taken},
    values,
};

/// What is there after a creation.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Made {
    id: String,
    #[serde(default)]
    url: Option<String>,
    /// It was there before, and may say something older. So may what a person says is there.
    #[serde(default = "yes")]
    old: bool,
    #[serde(default)]
    job: Option<String>,
}

fn yes() -> bool {
    true
}

/// What came of making it public.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Out {
    url: Option<String>,
    job: Option<String>,
    /// What the site then held, read in the same act: what is there later may be somebody else's.
    #[serde(default)]
    wrote: Option<Digest>,
}

impl ManifestSite {
    pub(crate) fn api<'a>(&'a self, cx: &'a Cx<'a>) -> Api<'a> {
        Api {
            cx,
            site: &self.site,
        }
    }

    /// Publishes, or puts the rendition in the place of what stands there.
    pub(crate) async fn put(&self, cx: &Cx<'_>, rendition: &Rendition) -> StepResult<Receipt> {
        let api = self.api(cx);
        let ops = &self.site.manifest.ops;
        let (article, scope) = api.prepare(rendition).await?;
        let known = match &cx.prior().remote_state {
            RemoteState::Out(receipt) => Some(receipt),
            _ => None,
        };
        let made = match known {
            Some(receipt) => Made {
                id: receipt.id.clone(),
                url: receipt.url.clone(),
                old: true,
                job: None,
            },
            None => api.create(&scope).await?,
        };
        let scope = scope.with("remote", json!({ "id": made.id, "url": made.url }));
        let (mut url, mut job, mut wrote) = (made.url.clone(), made.job.clone(), None);
        if made.old {
            api.not_changed_by_others(&scope, &article).await?;
            let is_last = ops.publish.is_none();
            let out = api
                .change(profile::UPDATE, &ops.update, &scope, is_last)
                .await?;
            (url, job, wrote) = (out.url.or(url), out.job.or(job), out.wrote);
        }
        if let Some(op) = &ops.publish {
            let out = api.change(profile::PUBLISH, op, &scope, true).await?;
            (url, job, wrote) = (out.url.or(url), out.job.or(job), out.wrote);
        }
        if let (Some(job), Some(op)) = (job, &ops.poll) {
            let out = api.finished(&job, op, &scope).await?;
            url = out.url.or(url);
        }
        let note = Note { wrote };
        let url = url.map(|url| api.address(&url));
        let receipt = Receipt::by_remote(made.id, url, cx.now());
        Ok(receipt.with_note(serde_json::to_value(note).unwrap_or_default()))
    }
}

impl Api<'_> {
    /// Uploads what the site lacks and fills the text.
    async fn prepare(&self, rendition: &Rendition) -> StepResult<(Article, Scope)> {
        let mut text: Text = serde_json::from_value(rendition.payload.clone())
            .map_err(|e| not_ours(&format!("the rendition was made by another program: {e}")))?;
        let placed = self.place_media(rendition).await?;
        let urls: Fills = placed
            .iter()
            .map(|(name, file)| (name.clone(), file.url.clone()))
            .collect();
        let fills = self.cx.fills(rendition, &urls).await?;
        let fills: Fills = fills
            .into_iter()
            .map(|(name, value)| (name, escape(&value)))
            .collect();
        text.body = yigao_core::fill(&text.body, &fills).map_err(|e| not_ours(&e.to_string()))?;
        let marker = marker(self.cx.marker());
        let article = Article::of(&marker, &text, &|file| urls.get(&file.name).cloned());
        let id = rendition.item.to_string();
        let columns = &self.site.columns;
        let item = values::item(
            &id,
            rendition.version,
            &marker,
            &text,
            columns,
            &article.html,
        );
        let scope = self
            .scope()
            .with("item", item)
            .with("assets", values::assets(&placed));
        Ok((article, scope))
    }

    /// What bears our marker: what is there, else a new one.
    async fn create(&self, scope: &Scope) -> StepResult<Made> {
        let op = &self.site.manifest.ops.create;
        self.cx
            .once(
                profile::CREATE,
                "",
                |_| async {
                    if self.site.manifest.ops.find.is_none() {
                        let evidence = "the manifest has no call that finds it".to_owned();
                        return Ok(Found::Cannot(evidence));
                    }
                    let found = self.first(scope).await?;
                    Ok(found.map_or(Found::No, |there| Found::Yes(there.into())))
                },
                // Boxed: it holds a request and an answer, and is held by all that waits for it.
                || {
                    Box::pin(async {
                        if let Some(there) = self.first(scope).await? {
                            return Ok(there.into());
                        }
                        if let Some(beneath) = self.beneath().await? {
                            return Ok(beneath);
                        }
                        let ask = self.asking(profile::CREATE, op, scope);
                        match self.ask(ask.clone()).await? {
                            Outcome::Answer(answer) => {
                                let answer = answered(answer);
                                Ok(Made {
                                    id: self.must(&ask, "id", &answer)?,
                                    url: self.out(op, "url", &answer).map(|url| text_of(&url)),
                                    job: self.out(op, "job", &answer).map(|job| text_of(&job)),
                                    old: false,
                                })
                            }
                            Outcome::Exists => match self.first(scope).await? {
                                Some(there) => Ok(there.into()),
                                None => Err(taken()),
                            },
                            Outcome::Absent => {
                                let message = "the place where it was to be created is not there";
                                Err(refused_to(profile::CREATE, message))
                            }
                        }
                    })
                },
            )
            .await
    }

    /// What was out before something unsure, where no lookup by the marker finds it: it may be up still, and is not put up twice.
    async fn beneath(&self) -> StepResult<Option<Made>> {
        let Some(receipt) = &self.cx.prior().replaced else {
            return Ok(None);
        };
        let made = Made {
            id: receipt.id.clone(),
            url: receipt.url.clone(),
            old: true,
            job: None,
        };
        let ops = &self.site.manifest.ops;
        if ops.read_back.is_none() {
            return Ok(ops.find.is_none().then_some(made));
        }
        let remote = json!({ "id": receipt.id, "url": receipt.url });
        let there = self.read_back(&self.named().with("remote", remote)).await?;
        Ok(there.map(|_| made))
    }

    /// Changes what has a number: repeatable.
    async fn change(
        &self,
        name: &'static str,
        op: &Op,
        scope: &Scope,
        is_last: bool,
    ) -> StepResult<Out> {
        self.cx
            .step(name, "", || async {
                let ask = self.asking(name, op, scope);
                let out = match self.ask(ask).await? {
                    Outcome::Answer(answer) => {
                        let answer = answered(answer);
                        Out {
                            url: self.out(op, "url", &answer).map(|url| text_of(&url)),
                            job: self.out(op, "job", &answer).map(|job| text_of(&job)),
                            wrote: None,
                        }
                    }
                    // Public already, as it was to be.
                    Outcome::Exists if name == profile::PUBLISH => Out {
                        url: None,
                        job: None,
                        wrote: None,
                    },
                    Outcome::Exists => return Err(refused_to(name, "the site refuses the change")),
                    Outcome::Absent => {
                        return Err(refused_to(name, "it is not on the site any more"));
                    }
                };
                if is_last {
                    self.checked(name, out, scope).await
                } else {
                    Ok(out)
                }
            })
            .await
    }

    /// What was written is read back in the same act: it must be there, and public unless the site still works on it.
    async fn checked(&self, name: &'static str, out: Out, scope: &Scope) -> StepResult<Out> {
        if self.site.manifest.ops.read_back.is_none() {
            return Ok(out);
        }
        let Some(there) = self.read_back(scope).await? else {
            return Err(refused_to(name, "it is not there after it was written"));
        };
        if there.public == Some(false) && self.site.manifest.ops.poll.is_none() {
            let error = ChannelError::new(
                ErrorKind::Rejected,
                name,
                "it is not public after it was published",
            );
            return Err(Interrupt::Fault(error.with_advice(Localized::new(
                "网站没有公开这篇稿件：可能要人复审，或该用户无权公开，请在网站后台查看",
                "the site did not make it public: it may wait for review, or the user may not publish; see the site",
            ))));
        }
        Ok(Out {
            url: there.url.clone().or(out.url),
            job: out.job,
            wrote: there.print(),
        })
    }

    /// Waits for a job that the site works on by itself.
    async fn finished(&self, job: &str, op: &Op, scope: &Scope) -> StepResult<Out> {
        let ticket = Ticket {
            id: job.to_owned(),
            asks: Asks::Remote,
            note: Value::Null,
        };
        let scope = scope.clone().with("job", job);
        let scope = &scope;
        self.cx
            .wait(profile::POLL, &ticket, |_| async move {
                let ask = self.asking(profile::POLL, op, scope);
                let Outcome::Answer(answer) = self.ask(ask).await? else {
                    return Ok(Found::No);
                };
                let holds = |source: &Option<String>| {
                    let source = source.as_deref();
                    source.is_some_and(|source| self.site.language.holds(source, &answer))
                };
                if holds(&op.failed) {
                    return Err(refused_to(
                        profile::POLL,
                        "the site took it on and then refused it",
                    ));
                }
                if !holds(&op.done) {
                    return Ok(Found::No);
                }
                let answer = answered(answer);
                Ok(Found::Yes(Out {
                    url: self.out(op, "url", &answer).map(|url| text_of(&url)),
                    job: None,
                    wrote: None,
                }))
            })
            .await
    }
}

impl From<There> for Made {
    fn from(there: There) -> Self {
        Self {
            id: there.id,
            url: there.url,
            old: true,
            job: None,
        }
    }
}

/// A rendition that nothing can be made of; nothing was sent.
fn not_ours(message: &str) -> ChannelError {
    ChannelError::new(ErrorKind::Protocol, profile::CREATE, message)
        .with_retry(Retry::Never)
        .with_effect(Effect::None)
}

fn refused_to(name: &'static str, message: &str) -> Interrupt {
    Interrupt::Fault(
        ChannelError::new(ErrorKind::Rejected, name, message).with_effect(Effect::None),
    )
}
