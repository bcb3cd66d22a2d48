//! An own channel, outside the workspace's crates: a notice board that is a folder with one text file an item.
//! Run it: `cargo run -p yigao-examples --bin own-channel`. CONTRIBUTING has the seven steps.

use std::{path::PathBuf, sync::Arc};

use async_trait::async_trait;
use bytes::Bytes;
use serde_json::json;
use yigao_channel::{
    Again, Channel, Completion, Correction, Cx, FileAct, FileAnswer, FileCall, Heard, Incoming,
    Kill, Length, Limited, Limits, Op, Profile, R, Refusal, RenderInput, Rendered, html::escape,
    text,
};
use yigao_core::{
    Actor, Block, By, Content, Inline, Intent, ItemId, Leaf, LeafKind, Observation, Prior, Receipt,
    Rendition, Seen,
};
use yigao_engine::{Clock, Destination, Destinations, Hub, PrivateHosts, Request, Tuning, Wire};
use yigao_store::{MediaFolder, Store};

/// The channel: its profile and nothing else; no state, no client, no retry.
#[derive(Debug)]
struct Board {
    profile: Profile,
}

impl Board {
    fn new(folder: PathBuf) -> Self {
        let profile = Profile {
            channel: "board",
            identity: folder.display().to_string(),
            folder: Some(folder),
            // Putting a file by name twice is as good as once, so both writes are steps.
            ops: vec![
                Op::write("put", 10, Again::Harmless),
                Op::write("remove", 10, Again::Harmless),
                Op::read("read", 10),
            ],
            limits: Limits {
                title: Some(Length::chars(40)),
                ..Limits::default()
            },
            correction: Correction::InPlace,
            kill: Kill::Remote,
            completion: Completion::Immediate,
            lanes: 4,
        };
        Self { profile }
    }

    async fn put(&self, cx: &Cx<'_>, rendition: &Rendition) -> R<Receipt> {
        let path = path(&rendition.item);
        let body = rendition
            .payload
            .get("text")
            .and_then(|t| t.as_str())
            .unwrap_or_default()
            .to_owned();
        cx.step("put", "", || async {
            let act = FileAct::Put {
                path: path.clone(),
                bytes: Bytes::from(body.clone()),
                while_still: Vec::new(),
            };
            cx.file(FileCall { op: "put", act }).await.map(|_| ())
        })
        .await?;
        Ok(receipt(cx, &path))
    }
}

fn path(item: &ItemId) -> String {
    format!("{item}.txt")
}

fn receipt(cx: &Cx<'_>, path: &str) -> Receipt {
    Receipt {
        id: path.to_owned(),
        url: None,
        at: cx.now(),
        by: By::Remote,
        parts: Vec::new(),
        note: json!(null),
    }
}

#[async_trait]
impl Channel for Board {
    fn profile(&self) -> &Profile {
        &self.profile
    }

    fn render(&self, input: &RenderInput<'_>) -> Rendered {
        let content = &input.version.content;
        let title = content.title_for(input.destination);
        let what = Limited {
            code: "title_too_long",
            place: "title",
            zh: "标题",
            en: "title",
            channel: "公告栏",
            predicts: None,
        };
        let findings = self
            .profile
            .limits
            .title
            .and_then(|limit| limit.check(&what, title))
            .into_iter()
            .collect();
        let lines = text::lines(&content.body);
        let rendition = Rendition {
            destination: input.destination.clone(),
            intent: input.intent,
            item: input.version.item.clone(),
            version: input.version.number,
            version_digest: input.version.digest.clone(),
            title: title.to_owned(),
            preview: format!(
                "<h1>{}</h1><pre>{}</pre>",
                escape(title),
                escape(&lines.join("\n"))
            ),
            payload: json!({ "text": format!("{title}\n\n{}\n", lines.join("\n")) }),
            media: Vec::new(),
            slots: Vec::new(),
            leaves: std::iter::once(Leaf::new(LeafKind::Title, title))
                .chain(lines.iter().map(|l| Leaf::new(LeafKind::Text, l)))
                .collect(),
        };
        Rendered {
            rendition: Some(rendition),
            findings,
        }
    }

    fn hear(&self, _: &Incoming) -> Result<Heard, Refusal> {
        Err(Refusal {
            status: 404,
            says: "a folder does not call back".into(),
        })
    }

    async fn publish(&self, cx: &Cx<'_>, rendition: &Rendition) -> R<Receipt> {
        self.put(cx, rendition).await
    }

    async fn correct(&self, cx: &Cx<'_>, rendition: &Rendition) -> R<Receipt> {
        self.put(cx, rendition).await
    }

    async fn kill(&self, cx: &Cx<'_>, notice: &Rendition) -> R<Receipt> {
        let path = path(&notice.item);
        cx.step("remove", "", || async {
            cx.file(FileCall {
                op: "remove",
                act: FileAct::Remove { path: path.clone() },
            })
            .await
            .map(|_| ())
        })
        .await?;
        Ok(receipt(cx, &path))
    }

    async fn observe(&self, cx: &Cx<'_>, _: &Prior) -> R<Observation> {
        let item = cx.mark().split('@').next().unwrap_or_default().to_owned();
        let act = FileAct::Read {
            path: format!("{item}.txt"),
        };
        let FileAnswer::Bytes(found) = cx.file(FileCall { op: "read", act }).await? else {
            return Ok(seen(cx, Seen::CannotSee, Vec::new()));
        };
        Ok(match found {
            None => seen(cx, Seen::Gone, Vec::new()),
            Some(bytes) => {
                let text = String::from_utf8_lossy(&bytes).into_owned();
                let mut lines = text.lines().filter(|l| !l.is_empty());
                let title = lines.next().map(|l| Leaf::new(LeafKind::Title, l));
                let leaves = title
                    .into_iter()
                    .chain(lines.map(|l| Leaf::new(LeafKind::Text, l)))
                    .collect();
                seen(cx, Seen::Live, leaves)
            }
        })
    }

    async fn tidy(&self, _: &Cx<'_>, _: Option<&Receipt>) -> R<()> {
        Ok(())
    }

    async fn probe(&self, cx: &Cx<'_>) -> R<()> {
        cx.file(FileCall {
            op: "read",
            act: FileAct::List {
                path: "probe".into(),
            },
        })
        .await
        .map(|_| ())
    }
}

fn seen(cx: &Cx<'_>, standing: Seen, leaves: Vec<Leaf>) -> Observation {
    Observation {
        standing,
        by: By::Remote,
        leaves,
        url: None,
        at: cx.now(),
        drift: Vec::new(),
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let folder = std::env::temp_dir().join(format!("yigao-own-channel-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let id = "board".parse()?;
    let board = Destination {
        id,
        name: "公告栏".into(),
        kind: "board",
        home: false,
        channel: Arc::new(Board::new(folder.join("board"))),
    };
    let clock = Clock::System;
    let store = Store::open(&folder.join("ledger.db")).await?;
    let media = MediaFolder::open(&folder.join("media")).await?;
    let wire = Wire::new(store.clone(), clock.clone(), PrivateHosts::default())?;
    let hub = Hub::new(
        store,
        media,
        Destinations::new([board]),
        wire,
        clock,
        Tuning::default(),
        "example".into(),
    );
    hub.announce().await?;

    let me = Actor::user("example");
    let item: ItemId = "hello".parse()?;
    let body = vec![Block::Paragraph {
        text: vec![Inline::plain("图书馆周末照常开放。")],
    }];
    let content = Content {
        title: "开放通知".into(),
        unit: "市图书馆".into(),
        body,
        ..Content::default()
    };
    hub.store
        .put_version(&item, content, &me, hub.clock.now())
        .await?;
    let approve = Request {
        approve: true,
        ..Request::default()
    };
    hub.publish(&item, &approve, &me).await?;
    hub.work_all_due(10).await?;
    let text = std::fs::read_to_string(folder.join("board/hello.txt"))?;
    hub.kill(&item, Vec::new(), "写错了日期", &me).await?;
    hub.work_all_due(10).await?;
    for delivery in hub.deliveries_of(&item).await? {
        let line = format!(
            "{} {} {}",
            delivery.destination,
            delivery.intent.name(),
            delivery.state.name()
        );
        std::io::Write::write_all(&mut std::io::stdout(), format!("{line}\n").as_bytes())?;
        anyhow::ensure!(
            delivery.state == yigao_core::State::Delivered
                && matches!(delivery.intent, Intent::Publish | Intent::Kill)
        );
    }
    anyhow::ensure!(text.starts_with("开放通知") && !folder.join("board/hello.txt").exists());
    std::fs::remove_dir_all(folder)?;
    Ok(())
}
