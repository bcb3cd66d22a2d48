//! An own channel, outside the workspace's crates: a notice board that is a folder with one text file an item.
//! Run it: `cargo run -p yigao-examples --bin own-channel`. CONTRIBUTING has the seven steps.

use std::{fs, io::Write as _, path::Path, sync::Arc};

use async_trait::async_trait;
use serde_json::json;
use yigao_channel::{
    Callback, Channel, Completion, Correction, Cx, FileAct, FileAnswer, FileCall, Incoming, Length,
    Limited, Limits, Op, Profile, Refusal, RenderInput, Rendered, RepeatSafety, StepResult,
    Withdrawal,
};
use yigao_core::html::escape;
use yigao_core::text;
use yigao_core::{
    Actor, ItemId, Leaf, LeafKind, Observation, Prior, Receipt, Rendition, Seen, State,
};
use yigao_engine::{Destination, Destinations, Hub, PrivateHosts, Request};

const TITLE: Limited<'_> = Limited {
    code: "title_too_long",
    place: "title",
    zh: "标题",
    en: "title",
    channel: "公告栏",
    predicts: None,
};

/// The channel: its profile and nothing else; no state, no client, no retry.
#[derive(Debug)]
struct Board {
    profile: Profile,
}

impl Board {
    fn new(folder: &Path) -> Self {
        let profile = Profile {
            channel: "board",
            identity: folder.display().to_string(),
            folder: Some(folder.to_owned()),
            // Putting or removing a file by name twice is as good as once, so both writes are steps.
            ops: vec![
                Op::write("put", 10, RepeatSafety::Harmless),
                Op::write("remove", 10, RepeatSafety::Harmless),
                Op::read("read", 10),
            ],
            limits: Limits {
                title: Some(Length::chars(40)),
                ..Limits::default()
            },
            correction: Correction::InPlace,
            withdraw: Withdrawal::Remote,
            completion: Completion::Immediate,
            max_in_flight: 4,
        };
        Self { profile }
    }
}

fn path(item: &ItemId) -> String {
    format!("{item}.txt")
}

async fn file(cx: &Cx<'_>, op: &'static str, act: FileAct) -> StepResult<FileAnswer> {
    cx.file(FileCall { op, act }).await
}

#[async_trait]
impl Channel for Board {
    fn profile(&self) -> &Profile {
        &self.profile
    }

    fn render(&self, input: &RenderInput<'_>) -> Rendered {
        let content = &input.version.content;
        let title = content.title_for(input.destination);
        let lines = text::lines(&content.body);
        let leaf = |line: &String| Leaf::new(LeafKind::Text, line);
        let rendition = Rendition {
            preview: format!(
                "<h1>{}</h1><pre>{}</pre>",
                escape(title),
                escape(&lines.join("\n"))
            ),
            payload: json!(format!("{title}\n\n{}\n", lines.join("\n"))),
            leaves: std::iter::once(Leaf::new(LeafKind::Title, title))
                .chain(lines.iter().map(leaf))
                .collect(),
            ..input.blank(title)
        };
        let limit = self.profile.limits.title;
        let findings = limit
            .and_then(|limit| limit.check(&TITLE, title))
            .into_iter()
            .collect();
        Rendered {
            rendition: Some(rendition),
            findings,
        }
    }

    fn receive(&self, _: &Incoming) -> Result<Callback, Refusal> {
        Err(Refusal::new(
            404,
            "文件夹不会回传消息",
            "a folder does not call back",
        ))
    }

    async fn publish(&self, cx: &Cx<'_>, rendition: &Rendition) -> StepResult<Receipt> {
        let text = rendition.payload.as_str().unwrap_or_default().to_owned();
        let put = || async {
            let act = FileAct::Put {
                path: path(&rendition.item),
                bytes: text.clone().into(),
                while_still: Vec::new(),
            };
            file(cx, "put", act).await.map(|_| ())
        };
        cx.step("put", "", put).await?;
        Ok(Receipt::by_remote(path(&rendition.item), None, cx.now()))
    }

    async fn correct(&self, cx: &Cx<'_>, rendition: &Rendition) -> StepResult<Receipt> {
        self.publish(cx, rendition).await
    }

    async fn withdraw(&self, cx: &Cx<'_>, notice: &Rendition) -> StepResult<Receipt> {
        let remove = || async {
            let act = FileAct::Remove {
                path: path(&notice.item),
            };
            file(cx, "remove", act).await.map(|_| ())
        };
        cx.step("remove", "", remove).await?;
        Ok(Receipt::by_remote(path(&notice.item), None, cx.now()))
    }

    async fn observe(&self, cx: &Cx<'_>, _: &Prior) -> StepResult<Observation> {
        let item = cx.marker().split('@').next().unwrap_or_default();
        let act = FileAct::Read {
            path: format!("{item}.txt"),
        };
        let FileAnswer::Bytes(Some(bytes)) = file(cx, "read", act).await? else {
            return Ok(Observation::by_remote(Seen::Gone, cx.now()));
        };
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let kinds = std::iter::once(LeafKind::Title).chain(std::iter::repeat(LeafKind::Text));
        let lines = text.lines().filter(|line| !line.is_empty());
        let leaves = kinds
            .zip(lines)
            .map(|(kind, line)| Leaf::new(kind, line))
            .collect();
        Ok(Observation {
            leaves,
            ..Observation::by_remote(Seen::Live, cx.now())
        })
    }

    async fn cleanup(&self, _: &Cx<'_>, _: Option<&Receipt>) -> StepResult<()> {
        Ok(())
    }

    async fn probe(&self, cx: &Cx<'_>) -> StepResult<Vec<yigao_core::Localized>> {
        file(cx, "read", FileAct::List { path: ".".into() })
            .await
            .map(|_| Vec::new())
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let folder = std::env::temp_dir().join(format!("yigao-own-channel-{}", std::process::id()));
    let board = Board::new(&folder.join("board"));
    let board = Destination::new("board".parse()?, "公告栏", Arc::new(board));
    let hub = Hub::embedded(
        &folder.join("data"),
        Destinations::new([board]),
        PrivateHosts::default(),
    )
    .await?;

    let me = Actor::user("example");
    let note = folder.join("hello.md");
    fs::write(
        &note,
        "---\ntitle: 开放通知\nunit: 市图书馆\n---\n\n图书馆周末照常开放。\n",
    )?;
    let item = hub.ingest_path(&note, &me).await?.put.version.item;
    hub.publish(&item, &Request::approved(), &me).await?;
    hub.work_all_due(10).await?;
    let live = fs::read_to_string(folder.join("board/hello.txt"))?;
    hub.withdraw(&item, Vec::new(), "写错了日期", &me).await?;
    hub.work_all_due(10).await?;
    for delivery in hub.deliveries_of(&item).await? {
        writeln!(
            std::io::stdout(),
            "{} {} {}",
            delivery.destination,
            delivery.intent.name(),
            delivery.state.name()
        )?;
        anyhow::ensure!(delivery.state == State::Delivered, "{:?}", delivery.fault);
    }
    anyhow::ensure!(live.starts_with("开放通知") && !folder.join("board/hello.txt").exists());
    Ok(fs::remove_dir_all(folder)?)
}
