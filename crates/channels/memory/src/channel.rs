//! The adapter's methods. Each reads from top to bottom like the board's manual.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use yigao_channel::{
    Callback, Channel, Cx, Incoming, Profile, Refusal, RenderInput, Rendered, StepResult,
};
use yigao_core::{
    Asks, ChannelError, Effect, ErrorKind, Fills, Found, Localized, Observation, Prior, Receipt,
    RemoteState, Rendition, Retry, Seen, Ticket, Timestamp, fill, time::later,
};

use crate::{Memory, api::Post, config::Dedupe, ops, profile::KEY_LIFE, render};

/// How many posts of one item a withdrawal deletes at most.
const FOUND_MAX: u32 = 20;

/// The result of creating a post.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Posted {
    id: String,
    /// The post was found on the board and may hold an older text.
    #[serde(default)]
    old: bool,
}

/// A person's answer to the question whether a post of ours is on the board.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Said {
    /// The id of the post; `None` when there is no such post.
    id: Option<String>,
}

#[async_trait]
impl Channel for Memory {
    fn profile(&self) -> &Profile {
        &self.profile
    }

    fn render(&self, input: &RenderInput<'_>) -> Rendered {
        render::render(input)
    }

    /// Takes a person's answer to a question: a `POST` with the board's token.
    fn receive(&self, call: &Incoming) -> Result<Callback, Refusal> {
        let token = call
            .headers
            .iter()
            .find(|(name, _)| name == "x-board-token");
        if token.is_none_or(|(_, value)| value != self.settings.token.reveal()) {
            return Err(Refusal::new(
                401,
                "缺少令牌，或令牌不对",
                "the token is missing or wrong",
            ));
        }
        let body: Value = serde_json::from_slice(&call.body)
            .map_err(|_| Refusal::new(400, "正文不是 JSON", "the body is not JSON"))?;
        let about = body.get("about").and_then(Value::as_str);
        let about =
            about.ok_or_else(|| Refusal::new(400, "缺少 \"about\"", "\"about\" is missing"))?;
        Ok(Callback {
            about: about.to_owned(),
            dedupe: about.to_owned(),
            answer: "noted".to_owned(),
            body: json!({"id": body.get("id"), "who": body.get("who")}),
        })
    }

    async fn publish(&self, cx: &Cx<'_>, rendition: &Rendition) -> StepResult<Receipt> {
        self.place(cx, rendition).await
    }

    async fn correct(&self, cx: &Cx<'_>, rendition: &Rendition) -> StepResult<Receipt> {
        self.place(cx, rendition).await
    }

    async fn withdraw(&self, cx: &Cx<'_>, _: &Rendition) -> StepResult<Receipt> {
        let mut gone = None;
        for id in self.known(cx).await? {
            cx.step(ops::DELETE, &id, || self.delete(cx, &id)).await?;
            gone.get_or_insert(id);
        }
        if self.may_be_found(cx) {
            for turn in 0..FOUND_MAX {
                let part = format!("found {turn}");
                let act = || self.delete_found(cx);
                let Some(id) = cx.step(ops::DELETE, &part, act).await? else {
                    break;
                };
                gone.get_or_insert(id);
            }
        }
        cx.release(ops::FILE, ops::UNFILE, |address: String| async move {
            self.unfile(cx, &address).await
        })
        .await?;
        Ok(Receipt::by_remote(gone.unwrap_or_default(), None, cx.now()))
    }

    async fn observe(&self, cx: &Cx<'_>, prior: &Prior) -> StepResult<Observation> {
        let mut written = None;
        let ids = match (&prior.remote_state, self.settings.dedupe) {
            (RemoteState::Nothing, _) => Vec::new(),
            (RemoteState::Out(receipt), _) => {
                written = receipt.note.get("wrote").cloned();
                vec![receipt.id.clone()]
            }
            (RemoteState::Unsure | RemoteState::Accepted(_), Dedupe::None) => {
                return Ok(seen(cx, Seen::CannotSee, None));
            }
            (RemoteState::Unsure | RemoteState::Accepted(_), Dedupe::Key | Dedupe::Lookup) => {
                self.find(cx, 2).await?
            }
        };
        for id in ids {
            if let Some(post) = self.read(cx, &id).await? {
                let same = written
                    .as_ref()
                    .is_none_or(|wrote| *wrote == json!(post.digest()));
                let remote_state = if same { Seen::Live } else { Seen::Changed };
                return Ok(seen(cx, remote_state, Some(self.address(&id))));
            }
        }
        Ok(seen(cx, Seen::Gone, None))
    }

    /// There is nothing to clean up: nothing is ever staged, and observing a withdrawal finds a post that appeared late.
    async fn cleanup(&self, _: &Cx<'_>, _: Option<&Receipt>) -> StepResult<()> {
        Ok(())
    }

    async fn probe(&self, cx: &Cx<'_>) -> StepResult<Vec<Localized>> {
        self.find(cx, 1).await.map(|_| Vec::new())
    }
}

impl Memory {
    /// Stores the pictures first and then the post, in the place of the existing one or as a new one.
    async fn place(&self, cx: &Cx<'_>, rendition: &Rendition) -> StepResult<Receipt> {
        let known = self.known(cx).await?;
        let post = self.filled(cx, rendition).await?;
        for id in &known {
            if cx.step(ops::PUT, id, || self.put(cx, id, &post)).await? {
                return Ok(self.out(cx, id, &post));
            }
        }
        let posted: Posted = cx
            .once(
                ops::POST,
                "",
                |at| self.lookup(cx, at),
                || self.post_once(cx, &post),
            )
            .await?;
        if posted.old {
            let put = || self.put(cx, &posted.id, &post);
            cx.step(ops::PUT, &posted.id, put).await?;
        }
        Ok(self.out(cx, &posted.id, &post))
    }

    /// Ids of the posts of this item that are known to exist.
    async fn known(&self, cx: &Cx<'_>) -> StepResult<Vec<String>> {
        let prior = cx.prior();
        let mut ids: Vec<String> = match &prior.remote_state {
            RemoteState::Nothing => return Ok(Vec::new()),
            RemoteState::Out(receipt) => return Ok(vec![receipt.id.clone()]),
            RemoteState::Accepted(_) | RemoteState::Unsure => {
                prior.replaced.iter().map(|r| r.id.clone()).collect()
            }
        };
        if self.settings.dedupe == Dedupe::None {
            let said = self.asked(cx).await?;
            ids.extend(
                said.id
                    .filter(|id| prior.replaced.iter().all(|r| r.id != *id)),
            );
        }
        Ok(ids)
    }

    /// Whether a post of ours may exist under an id that only a search can find.
    fn may_be_found(&self, cx: &Cx<'_>) -> bool {
        let unsure = matches!(
            cx.prior().remote_state,
            RemoteState::Accepted(_) | RemoteState::Unsure
        );
        unsure && self.settings.dedupe != Dedupe::None
    }

    /// The search is inside the act because its answer decides what happens next: so the journal records both together.
    async fn post_once(&self, cx: &Cx<'_>, post: &Post) -> StepResult<Posted> {
        if self.may_be_found(cx)
            && let Some(id) = self.find(cx, 1).await?.into_iter().next()
        {
            return Ok(Posted { id, old: true });
        }
        let id = self.post(cx, post).await?;
        Ok(Posted { id, old: false })
    }

    async fn delete_found(&self, cx: &Cx<'_>) -> StepResult<Option<String>> {
        let Some(id) = self.find(cx, 1).await?.into_iter().next() else {
            return Ok(None);
        };
        self.delete(cx, &id).await?;
        Ok(Some(id))
    }

    /// Where the board has no search, a person is asked to check.
    async fn asked(&self, cx: &Cx<'_>) -> StepResult<Said> {
        let ticket = Ticket {
            id: cx.key(ops::ASK, ""),
            asks: Asks::Person(Localized::new(
                format!("公告板上有没有标记为 {} 的帖子？请回填编号", cx.marker()),
                format!(
                    "is there a post with the marker {}? Please enter its id",
                    cx.marker()
                ),
            )),
            note: Value::Null,
        };
        cx.wait(ops::ASK, &ticket, |callbacks| async move {
            Ok(
                match callbacks.and_then(|body| serde_json::from_value(body).ok()) {
                    Some(said) => Found::Yes(said),
                    None => Found::No,
                },
            )
        })
        .await
    }

    async fn lookup(&self, cx: &Cx<'_>, since: Timestamp) -> StepResult<Found<Posted>> {
        Ok(match self.settings.dedupe {
            Dedupe::Key if cx.now() < later(since, KEY_LIFE) => Found::No,
            Dedupe::Key | Dedupe::Lookup => match self.find(cx, 1).await?.into_iter().next() {
                Some(id) => Found::Yes(Posted { id, old: true }),
                None => Found::No,
            },
            Dedupe::None => Found::Cannot("this board cannot be searched".to_owned()),
        })
    }

    async fn filled(&self, cx: &Cx<'_>, rendition: &Rendition) -> StepResult<Post> {
        let mut pictures = Fills::new();
        for derivative in &rendition.media {
            let made = derivative
                .made
                .as_ref()
                .ok_or_else(|| broken("a picture was not made"))?;
            let bytes = cx.media(&made.digest).await?;
            // The same bytes are stored under the same name. Repeating this is harmless, so no lookup is needed.
            let address = cx
                .shared(
                    ops::FILE,
                    made.digest.as_str(),
                    || async { Ok(Found::No) },
                    || async {
                        let address = self
                            .file(cx, &made.digest, &made.media_type, bytes.clone())
                            .await?;
                        Ok((address, None))
                    },
                )
                .await?;
            pictures.insert(derivative.name.clone(), address);
        }
        let fills = cx.fills(rendition, &pictures).await?;
        let text = |field: &str| {
            let raw = rendition
                .payload
                .get(field)
                .and_then(Value::as_str)
                .unwrap_or_default();
            fill(raw, &fills).map_err(|e| broken(&e.to_string()))
        };
        Ok(Post {
            title: text("title")?,
            html: text("html")?,
        })
    }

    fn address(&self, id: &str) -> String {
        format!("{}/posts/{id}", self.settings.base_url)
    }

    fn out(&self, cx: &Cx<'_>, id: &str, post: &Post) -> Receipt {
        Receipt::by_remote(id, Some(self.address(id)), cx.now())
            .with_note(json!({"wrote": post.digest()}))
    }
}

fn seen(cx: &Cx<'_>, remote_state: Seen, url: Option<String>) -> Observation {
    Observation {
        url,
        ..Observation::by_remote(remote_state, cx.now())
    }
}

/// A fault on our side, before anything was sent.
fn broken(message: &str) -> ChannelError {
    ChannelError::new(ErrorKind::Protocol, "render", message)
        .with_retry(Retry::Never)
        .with_effect(Effect::None)
}
