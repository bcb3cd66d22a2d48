//! The channel to the remotes in memory. Every write is counted by `Cx` as one of a folder would be, and waits twice for
//! the simulation: before it is sent, and for its answer.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use yigao_channel::{
    Callback, Channel, Completion, Correction, Cx, FileAct, FileCall, Incoming, Limits, Op,
    Profile, Refusal, RenderInput, Rendered, RepeatSafety, StepResult, Withdrawal,
};
use yigao_core::{
    ChannelError, Effect, ErrorKind, Found, Leaf, LeafKind, Observation, Prior, Receipt,
    RemoteState, Rendition, Seen, Timestamp, time::later,
};

use super::remote::{Ask, Call, Fate, Kind, Post, Remote, Reply, Stage};

#[derive(Debug)]
pub(crate) struct Stand {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) remote: Remote,
    profile: Profile,
}

/// What became of a submit; a person who clears a doubt gives the id of the piece.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Submitted {
    #[serde(default)]
    pub(super) job: Option<String>,
    #[serde(default)]
    pub(super) id: Option<String>,
    /// It was found there and may hold something older.
    #[serde(default)]
    pub(super) old: bool,
}

impl Stand {
    pub(crate) fn new(name: &str, kind: Kind, remote: Remote) -> Self {
        let submit = match kind {
            Kind::Site => Op::write("submit", 10, RepeatSafety::Lookup).lookup_after(&[30, 60]),
            Kind::Slow => Op::write("submit", 10, RepeatSafety::Lookup).lookup_after(&[30, 120]),
            Kind::Desk => Op::write("submit", 10, RepeatSafety::Never),
        };
        let profile = Profile {
            channel: "stand",
            identity: name.to_owned(),
            folder: Some("stand-without-a-folder".into()),
            ops: vec![
                submit,
                Op::write("draft", 10, RepeatSafety::Harmless),
                Op::write("drop", 10, RepeatSafety::Harmless),
                Op::write("put", 10, RepeatSafety::Harmless).lookup_after(&[60]),
                Op::write("delete", 10, RepeatSafety::Harmless).lookup_after(&[60]),
                Op::read("find", 10),
                Op::read("drafts", 10),
                Op::read("read", 10),
                Op::read("job", 10).lookup_after(&[5, 30, 65, 90]),
                Op::read("ask", 10),
            ],
            limits: Limits::default(),
            correction: match kind {
                Kind::Site | Kind::Desk => Correction::InPlace,
                Kind::Slow => Correction::Republish,
            },
            withdraw: Withdrawal::Remote,
            completion: match kind {
                Kind::Site | Kind::Desk => Completion::Immediate,
                Kind::Slow => Completion::Polled,
            },
            max_in_flight: match kind {
                Kind::Site => 2,
                Kind::Slow => 1,
                Kind::Desk => 4,
            },
        };
        Self {
            name: name.to_owned(),
            kind,
            remote,
            profile,
        }
    }

    fn call(&self, cx: &Cx<'_>, op: &'static str, ask: Ask, ends: Timestamp) -> Call {
        Call {
            to: self.name.clone(),
            kind: self.kind,
            op,
            marker: cx.marker().to_owned(),
            by: delivery_of(cx),
            key: cx.key("submit", ""),
            digest: None,
            ends,
            ask,
        }
    }

    pub(super) async fn read(&self, cx: &Cx<'_>, op: &'static str, ask: Ask) -> StepResult<Reply> {
        cx.file(counted(op)).await?;
        let call = self.call(cx, op, ask, ends(cx));
        match self.remote.park(call, Stage::Reads).await {
            Fate::Answer(reply) => Ok(reply),
            Fate::Fault(error) => Err(error.into()),
            Fate::Sent => Err(odd(op).into()),
        }
    }

    /// One write inside an act that ends at `ends`.
    pub(super) async fn write(
        &self,
        cx: &Cx<'_>,
        op: &'static str,
        (ask, digest): (Ask, Option<&Rendition>),
        ends: Timestamp,
    ) -> StepResult<Reply> {
        let call = Call {
            digest: digest.map(Rendition::digest),
            ..self.call(cx, op, ask, ends)
        };
        match self.remote.park(call.clone(), Stage::Sends).await {
            Fate::Sent => {}
            Fate::Fault(error) => return Err(error.into()),
            Fate::Answer(_) => return Err(odd(op).into()),
        }
        // From here on something may have happened: `Cx` counts it.
        cx.file(counted(op)).await?;
        match self.remote.park(call, Stage::Receives).await {
            Fate::Answer(Reply::Changed) => Err(changed(op).into()),
            Fate::Answer(reply) => Ok(reply),
            Fate::Fault(error) => Err(error.into()),
            Fate::Sent => Err(odd(op).into()),
        }
    }

    pub(super) async fn find(&self, cx: &Cx<'_>) -> StepResult<Vec<Post>> {
        match self.read(cx, "find", Ask::Find).await? {
            Reply::Posts(posts) => Ok(posts),
            _ => Err(odd("find").into()),
        }
    }

    pub(super) async fn one(&self, cx: &Cx<'_>, id: &str) -> StepResult<Option<Post>> {
        match self
            .read(cx, "read", Ask::Read { id: id.to_owned() })
            .await?
        {
            Reply::Posts(posts) => Ok(posts.into_iter().next()),
            _ => Err(odd("read").into()),
        }
    }

    async fn lookup_at(&self, cx: &Cx<'_>, prior: &Prior) -> StepResult<Observation> {
        let posts = match (self.kind, &prior.remote_state) {
            (Kind::Desk, RemoteState::Out(receipt)) => {
                self.one(cx, &receipt.id).await?.into_iter().collect()
            }
            (Kind::Desk, RemoteState::Nothing) => Vec::new(),
            (Kind::Desk, RemoteState::Accepted(_) | RemoteState::Unsure) => {
                return Ok(Observation::by_remote(Seen::CannotSee, cx.now()));
            }
            (Kind::Site | Kind::Slow, _) => self.find(cx).await?,
        };
        let remote_state = if posts.is_empty() {
            Seen::Gone
        } else {
            Seen::Live
        };
        let leaves = posts
            .iter()
            .map(|post| Leaf::new(LeafKind::Title, &post.text));
        Ok(Observation {
            leaves: leaves.collect(),
            ..Observation::by_remote(remote_state, cx.now())
        })
    }
}

#[async_trait]
impl Channel for Stand {
    fn profile(&self) -> &Profile {
        &self.profile
    }

    fn render(&self, input: &RenderInput<'_>) -> Rendered {
        let title = &input.version.content.title;
        let rendition = Rendition {
            payload: json!({"text": title}),
            leaves: vec![Leaf::new(LeafKind::Title, title)],
            ..input.blank(title)
        };
        Rendered {
            rendition: Some(rendition),
            findings: Vec::new(),
        }
    }

    /// A person's answer to what they were asked.
    fn receive(&self, call: &Incoming) -> Result<Callback, Refusal> {
        let body: Value = serde_json::from_slice(&call.body)
            .map_err(|_| Refusal::new(400, "不是 JSON", "no JSON"))?;
        let about = body
            .get("about")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        Ok(Callback {
            dedupe: about.clone(),
            about,
            body: json!({"id": body.get("id")}),
            answer: String::new(),
        })
    }

    async fn publish(&self, cx: &Cx<'_>, rendition: &Rendition) -> StepResult<Receipt> {
        self.correct(cx, rendition).await
    }

    async fn correct(&self, cx: &Cx<'_>, rendition: &Rendition) -> StepResult<Receipt> {
        match self.kind {
            Kind::Site | Kind::Desk => self.place(cx, rendition).await,
            Kind::Slow => self.replace(cx, rendition).await,
        }
    }

    async fn withdraw(&self, cx: &Cx<'_>, _: &Rendition) -> StepResult<Receipt> {
        self.withdraw(cx).await
    }

    async fn observe(&self, cx: &Cx<'_>, prior: &Prior) -> StepResult<Observation> {
        self.lookup_at(cx, prior).await
    }

    async fn cleanup(&self, cx: &Cx<'_>, _: Option<&Receipt>) -> StepResult<()> {
        let Reply::Ids(drafts) = self.read(cx, "drafts", Ask::Drafts).await? else {
            return Err(odd("drafts").into());
        };
        for id in drafts {
            self.drop_draft(cx, &id).await?;
        }
        Ok(())
    }

    async fn probe(&self, _: &Cx<'_>) -> StepResult<Vec<yigao_core::Localized>> {
        Ok(Vec::new())
    }
}

/// Asks nothing; its operation is what `Cx` checks.
fn counted(op: &'static str) -> FileCall {
    let path = "nothing".to_owned();
    FileCall {
        op,
        act: FileAct::Stat { path },
    }
}

/// When an act that begins now is over.
pub(super) fn ends(cx: &Cx<'_>) -> Timestamp {
    later(cx.now(), std::time::Duration::from_secs(10))
}

/// The delivery's name, without its round.
fn delivery_of(cx: &Cx<'_>) -> String {
    let key = cx.key("", "");
    key.split('.').next().unwrap_or_default().to_owned()
}

/// Whether an earlier round of this withdrawal was seen not to have been enough.
pub(super) fn anew(cx: &Cx<'_>) -> bool {
    cx.key("", "").contains(".r")
}

pub(super) fn changed(op: &str) -> ChannelError {
    ChannelError::new(ErrorKind::Unavailable, op, "it was changed in between")
        .with_effect(Effect::None)
}

pub(super) fn odd(op: &str) -> ChannelError {
    ChannelError::new(ErrorKind::Protocol, op, "an answer to another question")
}

/// A search that proves: there, or not.
pub(super) fn found(id: Option<String>) -> Found<Submitted> {
    match id {
        None => Found::No,
        Some(id) => Found::Yes(Submitted {
            job: None,
            id: Some(id),
            old: true,
        }),
    }
}
