//! What a site can do by its manifest, for the flow that all remote sites share.

use async_trait::async_trait;
use serde_json::json;
use url::Url;
use yigao_article::page;
use yigao_channel::{Answer, Cx, Interrupt, StepResult};
use yigao_core::{
    ChannelError, Derivative, Digest, ErrorKind, Found, Localized, Made, Observation, Seen,
};

use super::{
    answer::{Outcome, refused_to, taken},
    api::{Api, Ask, answered},
    article::{bears, has_checksum, leaves, marked, marker, print},
    config::{Dedupe, Op},
    ops,
    prepare::Ready,
    request::text_of,
    template::Scope,
};
use crate::remote::{
    Abilities, Created, Held, Marked, Noun, Ops, Placed, RemoteSite, State, Target, Write, Written,
};

/// Most pictures of an article that are asked for at one observation.
const PICTURES: usize = 30;

#[async_trait]
impl RemoteSite for Api<'_> {
    type Content = Ready;
    type Extra = ();
    type Detail = ();
    type Library = ();

    const OPS: Ops = Ops {
        create: ops::CREATE,
        list: ops::LIST,
        withdraw: ops::WITHDRAW,
        upload: ops::PUT_ASSET,
        delete_file: ops::DROP_ASSET,
        poll: Some(ops::POLL),
    };
    const NOUN: Noun = Noun {
        zh: "稿件",
        en: "item",
    };

    fn cx(&self) -> &Cx<'_> {
        self.cx
    }

    fn abilities(&self) -> Abilities {
        let ops = &self.site.manifest.ops;
        Abilities {
            find: ops.find.is_some(),
            read: ops.read_back.is_some(),
            saving_hides: true,
            deletes_trash: true,
        }
    }

    fn check_id(&self, _id: &str) -> Result<(), ChannelError> {
        Ok(())
    }

    fn address(&self, url: &str) -> String {
        self.whole_address(url)
    }

    async fn find(&self) -> StepResult<Vec<Held<()>>> {
        let Some(op) = &self.site.manifest.ops.find else {
            return Ok(Vec::new());
        };
        let ask = self.asking(ops::FIND, op, &self.named());
        let Outcome::Answer(answer) = self.ask(ask.clone()).await? else {
            return Ok(Vec::new());
        };
        let matches = self.matches(&ask, &answer)?;
        let is_unique = self.site.manifest.dedupe == Dedupe::Enforced;
        if matches.is_empty() && op.each.is_none() && is_unique {
            return Err(taken());
        }
        matches.iter().map(|scope| self.held(&ask, scope)).collect()
    }

    async fn read(&self, target: &Target) -> StepResult<Option<Held<()>>> {
        let Some(op) = &self.site.manifest.ops.read_back else {
            return Ok(None);
        };
        let scope = self.named().with("remote", remote(target));
        let ask = self.asking(ops::READ_BACK, op, &scope);
        match self.ask(ask.clone()).await? {
            Outcome::Answer(answer) => self.held(&ask, &answered(answer)).map(Some),
            Outcome::Exists | Outcome::Absent => Ok(None),
        }
    }

    async fn create(&self, ready: &Ready) -> StepResult<Created> {
        let op = &self.site.manifest.ops.create;
        let ask = self.asking(ops::CREATE, op, &ready.scope);
        match self.ask(ask.clone()).await? {
            Outcome::Answer(answer) => {
                let answer = answered(answer);
                Ok(Created::New {
                    target: Target {
                        id: self.must(&ask, "id", &answer)?,
                        url: self.out(op, "url", &answer).map(|url| text_of(&url)),
                    },
                    job: self.job(op, &answer),
                })
            }
            Outcome::Exists => Ok(Created::Exists(taken())),
            Outcome::Absent => {
                let message = "the place where it was to be created is not there";
                Err(refused_to(ops::CREATE, message))
            }
        }
    }

    fn checksum(&self, ready: &Ready) -> Digest {
        print(&ready.article.leaves, &ready.article.html)
    }

    fn writes(&self, is_old: bool) -> Vec<Write> {
        let publishes = self.site.manifest.ops.publish.is_some();
        let update = Write {
            op: ops::UPDATE,
            has_text: true,
            is_last: !publishes,
        };
        let publish = Write {
            op: ops::PUBLISH,
            has_text: false,
            is_last: true,
        };
        let update = is_old.then_some(update);
        update
            .into_iter()
            .chain(publishes.then_some(publish))
            .collect()
    }

    async fn write(
        &self,
        write: Write,
        target: &Target,
        ready: &Ready,
        _there: Option<&Held<()>>,
    ) -> StepResult<Written<()>> {
        let calls = &self.site.manifest.ops;
        let op = match &calls.publish {
            Some(publish) if write.op == ops::PUBLISH => publish,
            _ => &calls.update,
        };
        let scope = ready.scope.clone().with("remote", remote(target));
        let ask = self.asking(write.op, op, &scope);
        let (url, job) = match self.ask(ask).await? {
            Outcome::Answer(answer) => {
                let answer = answered(answer);
                let url = self.out(op, "url", &answer);
                (url.map(|url| text_of(&url)), self.job(op, &answer))
            }
            // Public already, as it was to be.
            Outcome::Exists if write.op == ops::PUBLISH => (None, None),
            Outcome::Exists => return Err(refused_to(write.op, "the site refuses the change")),
            Outcome::Absent => {
                return Err(refused_to(write.op, "it is not on the site any more"));
            }
        };
        let written = Written {
            url,
            job,
            wrote: None,
            detail: None,
        };
        if write.is_last {
            self.checked(write.op, target, written).await
        } else {
            Ok(written)
        }
    }

    async fn finished(&self, job: &str, target: &Target) -> StepResult<Found<Option<String>>> {
        let Some(op) = &self.site.manifest.ops.poll else {
            return Ok(Found::Yes(None));
        };
        let scope = self.named().with("remote", remote(target));
        let ask = self.asking(ops::POLL, op, &scope.with("job", job));
        let Outcome::Answer(answer) = self.ask(ask).await? else {
            return Ok(Found::No);
        };
        let holds = |source: &Option<String>| {
            let source = source.as_deref();
            source.is_some_and(|source| self.site.language.holds(source, &answer))
        };
        if holds(&op.failed) {
            let message = "the site took it on and then refused it";
            return Err(refused_to(ops::POLL, message));
        }
        if !holds(&op.done) {
            return Ok(Found::No);
        }
        let url = self.out(op, "url", &answered(answer));
        Ok(Found::Yes(url.map(|url| text_of(&url))))
    }

    async fn withdraw(&self, target: &Target) -> StepResult<()> {
        let op = &self.site.manifest.ops.withdraw;
        let url = target.url.as_deref().unwrap_or_default();
        let remote = json!({ "id": target.id, "url": url });
        let ask = self.asking(ops::WITHDRAW, op, &self.named().with("remote", remote));
        match self.ask(ask).await? {
            Outcome::Answer(_) | Outcome::Absent => Ok(()),
            Outcome::Exists => {
                let message = "the site does not let it be taken down";
                Err(ChannelError::new(ErrorKind::Rejected, ops::WITHDRAW, message).into())
            }
        }
    }

    async fn library(&self, _media: &[Derivative]) -> StepResult<()> {
        Ok(())
    }

    async fn find_file(
        &self,
        derivative: &Derivative,
        made: &Made,
        _library: Option<&()>,
    ) -> StepResult<Option<Placed>> {
        self.file_of(derivative, made).await
    }

    async fn upload(&self, derivative: &Derivative, made: &Made) -> StepResult<Placed> {
        match &self.site.manifest.ops.put_asset {
            Some(op) => self.put_file(op, derivative, made).await,
            None => Err(refused_to(ops::PUT_ASSET, "the site has no call for files")),
        }
    }

    /// Asked only where a person has agreed to replace what is there: readers tell, one call a file.
    async fn has_file(&self, file: &Placed, _library: &()) -> StepResult<bool> {
        Ok(self.cx.prior().over.is_none() || !self.is_gone(&file.url).await?)
    }

    async fn delete_file(&self, file: &Placed) -> StepResult<()> {
        self.drop_file(file).await
    }

    async fn page(&self, url: &str) -> StepResult<Answer> {
        self.page_of(url).await
    }

    fn main_text(&self) -> Option<&str> {
        self.site.manifest.main_text.as_deref()
    }

    fn marked<'p>(&self, html: &'p str) -> Marked<'p> {
        marked(html, &marker(self.cx.marker())).map_or(Marked::Absent, Marked::Whole)
    }

    fn why_hidden(&self, _held: &Held<()>) -> Localized {
        Localized::new(
            "稿件在网站上，但读者看不到",
            "it is on the site, and readers do not see it",
        )
    }

    async fn compare_details(
        &self,
        _held: &Held<()>,
        _detail: Option<&()>,
        _seen: &mut Observation,
    ) -> StepResult<()> {
        Ok(())
    }

    /// A picture is in the text and readers cannot fetch it: deleted, or not public.
    async fn compare_pictures(
        &self,
        url: &str,
        shown: &str,
        seen: &mut Observation,
    ) -> StepResult<()> {
        let Ok(page) = Url::parse(url) else {
            return Ok(());
        };
        for src in page::pictures(shown).into_iter().take(PICTURES) {
            // Of other sites nothing is asked.
            let Some(picture) = page.join(&src).ok().filter(|p| p.origin() == page.origin()) else {
                continue;
            };
            let answer = match self.page_of(picture.as_str()).await {
                Ok(answer) => answer,
                // A failed request proves nothing about the picture.
                Err(Interrupt::Fault(_)) => continue,
                Err(stop) => return Err(stop),
            };
            let kind = answer.header("content-type").unwrap_or_default();
            if answer.status == 200 && kind.starts_with("image/") {
                continue;
            }
            if seen.remote_state == Seen::Live {
                seen.remote_state = Seen::PictureLost;
            }
            let status = answer.status;
            seen.drift.push(Localized::new(
                format!("读者看不到图片 {src}（HTTP {status}）"),
                format!("readers do not get the picture {src} (HTTP {status})"),
            ));
        }
        Ok(())
    }
}

impl Api<'_> {
    /// What a match reports about something that the site holds.
    fn held(&self, ask: &Ask<'_>, scope: &Scope) -> StepResult<Held<()>> {
        let value = |name: &str| self.out(ask.op, name, scope);
        let text = |name: &str| value(name).map(|value| text_of(&value));
        let (title, html) = (text("title"), text("html"));
        let is_whole = title.is_some() && html.is_some();
        // A text that somebody emptied is a text, too.
        let (title, html) = (title.unwrap_or_default(), html.unwrap_or_default());
        let leaves = leaves(&title, &html);
        Ok(Held {
            target: Target {
                id: self.must(ask, "id", scope)?,
                url: text("url"),
            },
            state: match value("public").and_then(|value| value.as_bool()) {
                Some(true) => State::Public,
                Some(false) => State::Draft,
                None => State::Unknown,
            },
            is_marked: bears(&html, &marker(self.cx.marker())),
            has_checksum: has_checksum(&title, &html),
            is_whole,
            checksum: is_whole.then(|| print(&leaves, &html)),
            leaves,
            extra: (),
        })
    }

    /// The name under which the site finishes it later; none where nothing asks for it.
    fn job(&self, op: &Op, answer: &Scope) -> Option<String> {
        self.site.manifest.ops.poll.as_ref()?;
        self.out(op, "job", answer).map(|job| text_of(&job))
    }

    /// What was written is read back in the same act: it must be there, and public unless the site still works on it.
    async fn checked(
        &self,
        name: &'static str,
        target: &Target,
        written: Written<()>,
    ) -> StepResult<Written<()>> {
        let ops = &self.site.manifest.ops;
        if ops.read_back.is_none() {
            return Ok(written);
        }
        let Some(there) = self.read(target).await? else {
            return Err(refused_to(name, "it is not there after it was written"));
        };
        if there.state == State::Draft && ops.poll.is_none() {
            let message = "it is not public after it was published";
            let error = ChannelError::new(ErrorKind::Rejected, name, message);
            return Err(Interrupt::Fault(error.with_advice(Localized::new(
                "网站没有公开这篇稿件：可能要人复审，或该用户无权公开，请在网站后台查看",
                "the site did not make it public: it may wait for review, or the user may not publish; see the site",
            ))));
        }
        Ok(Written {
            url: there.target.url.or(written.url),
            wrote: there.checksum,
            ..written
        })
    }

    /// Whether the site answers readers that a file is not there. A failed request proves nothing.
    async fn is_gone(&self, url: &str) -> StepResult<bool> {
        let ours = Url::parse(url).is_ok_and(|url| url.origin() == self.site.base.origin());
        if !ours {
            return Ok(false);
        }
        match self.page_of(url).await {
            Ok(answer) => Ok(matches!(answer.status, 404 | 410)),
            Err(Interrupt::Fault(_)) => Ok(false),
            Err(stop) => Err(stop),
        }
    }
}

/// What templates see of it as `remote`.
fn remote(target: &Target) -> serde_json::Value {
    json!({ "id": target.id, "url": target.url })
}
