//! The way of an article to its readers: files, what bears our mark, its text, out; whatever of these the site has.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use yigao_article::text::Text;
use yigao_channel::{Cx, R, Stop};
use yigao_core::{
    Asks, ChannelError, Effect, ErrorKind, Fills, Found, Receipt, Rendition, Retry, Standing,
    Ticket,
};

use crate::{
    Http,
    answer::Outcome,
    api::Api,
    article::{Article, Note, escaped, mark},
    manifest::Op,
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
    url: Option<String>,
    /// It was there before, and may say something older.
    old: bool,
    job: Option<String>,
}

/// What came of making it public.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Out {
    url: Option<String>,
    job: Option<String>,
}

impl Http {
    pub(crate) fn api<'a>(&'a self, cx: &'a Cx<'a>) -> Api<'a> {
        Api {
            cx,
            site: &self.site,
        }
    }

    /// Publishes, or puts the rendition in the place of what stands there.
    pub(crate) async fn put(&self, cx: &Cx<'_>, rendition: &Rendition) -> R<Receipt> {
        let api = self.api(cx);
        let ops = &self.site.manifest.ops;
        let (article, scope) = api.prepare(rendition).await?;
        let known = match &cx.prior().standing {
            Standing::Out(receipt) => Some(receipt),
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
        let (mut url, mut job) = (made.url.clone(), made.job.clone());
        if made.old {
            api.not_changed_by_others(&scope, &article).await?;
            let out = api.change(profile::UPDATE, &ops.update, &scope).await?;
            (url, job) = (out.url.or(url), out.job.or(job));
        }
        if let Some(op) = &ops.publish {
            let out = api.change(profile::PUBLISH, op, &scope).await?;
            (url, job) = (out.url.or(url), out.job.or(job));
        }
        if let (Some(job), Some(op)) = (job, &ops.poll) {
            let out = api.finished(&job, op, &scope).await?;
            url = out.url.or(url);
        }
        let held = api.read_back(&scope).await?;
        let url = held.as_ref().and_then(|held| held.url.clone()).or(url);
        let note = Note {
            wrote: held.as_ref().and_then(There::print),
        };
        let url = url.map(|url| api.address(&url));
        let receipt = Receipt::by_remote(made.id, url, cx.now());
        Ok(receipt.with_note(serde_json::to_value(note).unwrap_or_default()))
    }
}

impl Api<'_> {
    /// Uploads what the site lacks and fills the text.
    async fn prepare(&self, rendition: &Rendition) -> R<(Article, Scope)> {
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
            .map(|(name, value)| (name, escaped(&value)))
            .collect();
        text.body = yigao_core::fill(&text.body, &fills).map_err(|e| not_ours(&e.to_string()))?;
        let mark = mark(self.cx.mark());
        let article = Article::of(&mark, &text, &|file| urls.get(&file.name).cloned());
        let id = rendition.item.to_string();
        let columns = &self.site.columns;
        let item = values::item(&id, rendition.version, &mark, &text, columns, &article.html);
        let scope = self
            .scope()
            .with("item", item)
            .with("assets", values::assets(&placed));
        Ok((article, scope))
    }

    /// What bears our mark: what is there, else a new one.
    async fn create(&self, scope: &Scope) -> R<Made> {
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
                || async {
                    if let Some(there) = self.first(scope).await? {
                        return Ok(there.into());
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
                            let says = "the place where it was to be created is not there";
                            Err(refused_to(profile::CREATE, says))
                        }
                    }
                },
            )
            .await
    }

    /// Changes what has a number: repeatable.
    async fn change(&self, name: &'static str, op: &Op, scope: &Scope) -> R<Out> {
        self.cx
            .step(name, "", || async {
                let ask = self.asking(name, op, scope);
                match self.ask(ask).await? {
                    Outcome::Answer(answer) => {
                        let answer = answered(answer);
                        Ok(Out {
                            url: self.out(op, "url", &answer).map(|url| text_of(&url)),
                            job: self.out(op, "job", &answer).map(|job| text_of(&job)),
                        })
                    }
                    // As it was to be already.
                    Outcome::Exists => Ok(Out {
                        url: None,
                        job: None,
                    }),
                    Outcome::Absent => Err(refused_to(name, "it is not on the site any more")),
                }
            })
            .await
    }

    /// Waits for a job that the site works on by itself.
    async fn finished(&self, job: &str, op: &Op, scope: &Scope) -> R<Out> {
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
fn not_ours(says: &str) -> ChannelError {
    ChannelError::new(ErrorKind::Protocol, profile::CREATE, says)
        .with_retry(Retry::Never)
        .with_effect(Effect::None)
}

fn refused_to(name: &'static str, says: &str) -> Stop {
    Stop::Fault(ChannelError::new(ErrorKind::Rejected, name, says).with_effect(Effect::None))
}
