//! The story: four items to five destinations whose remotes misbehave on purpose.

use std::{collections::BTreeSet, path::Path, time::Duration};

use yigao::{
    open::{Opened, open},
    process::{bind, start_log, stop_signal},
    settings::{Flags, load},
};
use yigao_core::{Block, Delivery, DeliveryId, Inline, ItemId, State};
use yigao_engine::{Hub, PublishError, Request, read_draft};
use yigao_formats::Draft;
use yigao_server::{Server, ServerSettings};
use yigao_worker::Worker;

use crate::{
    again,
    board::Board,
    call::Call,
    cli::Demo,
    cms,
    plot::{CORRECTED, EVERY, ITEMS, hand_over_link},
    report::{lost_answers_were_found, proofs, renditions, still_open, summary},
    stage::{self, Stage},
    wordpress,
    workers::{self, Workers},
};

/// The item that pre-flight stops.
const TOO_LONG: &str = "over-long-title";
const WITHDRAWN: &str = "lantern-festival";
/// How long a person at the terminal is waited for before the story goes on without their answer.
const EDITOR: Duration = Duration::from_secs(60);
/// Longest time the whole may take before it is called stuck.
const PATIENCE: Duration = Duration::from_secs(180);

pub(crate) async fn run(call: &Call<'_>, args: Demo) -> anyhow::Result<()> {
    let say = call.say;
    if !args.items.join(ITEMS[0]).is_dir() {
        return Err(yigao::exit::Mistake::error(
            format!(
                "找不到示例稿件 {}；请在项目文件夹里运行，或用 --items 指明",
                args.items.display()
            ),
            format!(
                "no sample items in {}; run it in the project's folder, or give --items",
                args.items.display()
            ),
        ));
    }
    if args.distributed {
        workers::servers_are_there()?;
    }
    if args.wordpress {
        wordpress::address()?;
    }
    if args.keep && Path::new(stage::FOLDER).join("yigao.toml").is_file() {
        return again::open_shared(call, &args).await;
    }
    let stage = Stage::set(args.keep).await?;
    let played = play(call, &args, &stage).await;
    let folder = stage.folder.clone();
    stage.strike().await?;
    if args.keep {
        say.line(
            format!("数据留在 {0}：网站在 {0}/site，县里收到的在 {0}/drop；再次 KEEP=1 会打开它。对方平台（仿真）已停，它们的网址不再打开", folder.display()),
            format!("the data stays in {0}: the site in {0}/site, what the centre got in {0}/drop; KEEP=1 opens it again. The stand-ins have ended, their addresses no longer open", folder.display()),
        );
    }
    played
}

async fn play(call: &Call<'_>, args: &Demo, stage: &Stage) -> anyhow::Result<()> {
    let say = call.say;
    let listener = bind("127.0.0.1:0").await?;
    let listen = listener.local_addr()?.to_string();
    let settings = load(&Flags {
        config: Some(stage.write_config(&listen, args)?),
        ..Flags::default()
    })?;
    start_log(&settings);
    let Opened { hub, queue } = open(&settings).await?;
    say.line(
        format!(
            "数据文件夹 {}\n中枢 http://{listen}  对方平台（仿真）{}",
            stage.folder.display(),
            stage.base
        ),
        format!(
            "data folder {}\nhub http://{listen}  remotes (stand-ins) {}",
            stage.folder.display(),
            stage.base
        ),
    );
    let mut workers = if args.distributed {
        Workers::apart(&stage.folder.join("yigao.toml"), say)?
    } else {
        Workers::here(Worker::start(hub.clone(), queue, &settings.worker))
    };
    let server = Server::new(hub.clone(), ServerSettings { tokens: Vec::new() });
    let link = server.sign_in_link_for(
        &listener,
        call.actor()?.as_str().trim_start_matches("user:"),
    )?;
    let stop = tokio_util::sync::CancellationToken::new();
    let stopped = stop.clone();
    let mut tasks = tokio::task::JoinSet::new();
    tasks.spawn(server.run(listener, async move { stopped.cancelled().await }));

    // Whenever it is interrupted: the sandbox is a process of its own and has to be ended by us.
    let outcome = tokio::select! {
        outcome = story(call, args, (stage, &mut workers), &hub) => outcome,
        () = stop_signal() => Err(yigao::exit::Interrupted.into()),
    };
    if outcome.is_ok() && !args.once {
        say.line(
            format!(
                "\n打开中枢（一次有效）：{link}\n发你自己的稿件：\n  cargo run --profile demo -p yigao -- --config {0} item import 你的文件夹\n  cargo run --profile demo -p yigao -- --config {0} item publish 稿件名 --approve\n按 Ctrl-C 结束。",
                stage.folder.join("yigao.toml").display()
            ),
            format!(
                "\nopen the hub (works once): {link}\npublish an item of your own:\n  cargo run --profile demo -p yigao -- --config {0} item import YOUR_FOLDER\n  cargo run --profile demo -p yigao -- --config {0} item publish NAME --approve\nCtrl-C ends.",
                stage.folder.join("yigao.toml").display()
            ),
        );
        stop_signal().await;
    }
    stop.cancel();
    workers.stop().await?;
    tasks.shutdown().await;
    outcome
}

async fn story(
    call: &Call<'_>,
    args: &Demo,
    (stage, workers): (&Stage, &mut Workers),
    hub: &Hub,
) -> anyhow::Result<()> {
    let say = call.say;
    let refused = preflight_stops_it(call, hub, &args.items).await?;
    for name in ITEMS {
        let draft = read_draft(&args.items.join(name), None)?;
        say.line(
            format!("导入 {}：{}", draft.id, draft.content.title),
            format!("imported {}: {}", draft.id, draft.content.title),
        );
        hub.ingest(draft, call.actor()?).await?;
    }
    stage.misbehave().await?;
    say.line(
        "对方平台将故意出错：一次 503、两次“已执行但回答丢失”",
        "the remotes will misbehave: one 503, two answers lost after the act",
    );
    let mut board = Board::new(hub.clone(), say.clone());
    let mut play = Play {
        stage,
        workers,
        once: args.once,
    };
    let mut all = Vec::new();
    let approve = Request::approved();
    for name in ITEMS {
        let plan = hub
            .publish(&ItemId::parse(name)?, &approve, call.actor()?)
            .await?;
        all.extend(plan.deliveries.into_iter().map(|d| d.id));
    }
    to_rest(&mut play, hub, &mut board, &all).await?;
    lost_answers_were_found(stage, say).await?;

    let corrected = correct(call, hub, &args.items).await?;
    to_rest(&mut play, hub, &mut board, &corrected).await?;
    all.extend(corrected);
    let reason = "活动因天气原因取消";
    let withdrawals = hub
        .withdraw(
            &ItemId::parse(WITHDRAWN)?,
            Vec::new(),
            reason,
            call.actor()?,
        )
        .await?;
    say.line(
        format!("撤稿 {WITHDRAWN}：{reason}"),
        format!("withdrawing {WITHDRAWN}: {reason}"),
    );
    let withdrawals: Vec<DeliveryId> = withdrawals.deliveries.into_iter().map(|d| d.id).collect();
    to_rest(&mut play, hub, &mut board, &withdrawals).await?;
    proofs(hub, &withdrawals, say).await?;
    all.extend(withdrawals);
    renditions(hub, stage, say).await?;
    let mut figures = play.workers.figures()?;
    if args.wordpress {
        cms::changed_behind_our_back(stage, hub, say).await?;
        figures.push_str(" edited_by_others=1 noticed=1");
    }
    still_open(hub, &all, say).await?;
    summary(hub, &all, refused, (args.once, &figures), say).await
}

/// An item whose title is one character too long, stopped before anything is sent.
async fn preflight_stops_it(call: &Call<'_>, hub: &Hub, items: &Path) -> anyhow::Result<usize> {
    let ingested = hub
        .ingest(read_draft(&items.join(TOO_LONG), None)?, call.actor()?)
        .await?;
    match hub
        .publish(
            &ingested.put.version.item,
            &Request::approved(),
            call.actor()?,
        )
        .await
    {
        Err(PublishError::Blocked(reports)) => {
            for report in &reports {
                for finding in report
                    .findings
                    .iter()
                    .filter(|f| f.severity == yigao_core::Severity::Block)
                {
                    let line = yigao::exit::finding_line(report, finding, call.say);
                    call.say.line(
                        format!("预检拦下 {TOO_LONG}：{line}"),
                        format!("pre-flight stops {TOO_LONG}: {line}"),
                    );
                }
            }
            Ok(1)
        }
        Err(other) => Err(other.into()),
        Ok(_) => Ok(0),
    }
}

/// What the story is played with.
struct Play<'p> {
    stage: &'p Stage,
    workers: &'p mut Workers,
    once: bool,
}

/// Follows until all rest; a person's part is played by the stand-in editor when the demo is to end automatically.
async fn to_rest(
    play: &mut Play<'_>,
    hub: &Hub,
    board: &mut Board,
    ids: &[DeliveryId],
) -> anyhow::Result<()> {
    let Play {
        stage,
        workers,
        once,
    } = play;
    let once = *once;
    let mut asked: BTreeSet<DeliveryId> = BTreeSet::new();
    let begun = hub.clock.now();
    loop {
        let deliveries = board.draw(ids).await?;
        workers.half_way(&deliveries, hub, board).await?;
        for delivery in deliveries.iter().filter(|d| d.state == State::Accepted) {
            let Some(link) = hand_over_link(delivery) else {
                continue;
            };
            if asked.insert(delivery.id.clone()) {
                if once {
                    stage.edit(&link).await?;
                } else {
                    board.say(
                        &format!("  请扮演县融媒体中心编辑，打开并确认（等您 {} 秒，之后也可以）：{link}", EDITOR.as_secs()),
                        &format!("  play the centre's editor, open and confirm (waited for {} s; later will do, too): {link}", EDITOR.as_secs()),
                    );
                }
            }
        }
        let so_far = yigao_core::time::between(begun, hub.clock.now());
        // The stand-in always answers; a person is waited for while one lookups on, and not for ever.
        let waited_for = once || (board.is_live() && so_far < EDITOR);
        let rests = |d: &Delivery| match d.state {
            State::Accepted if waited_for => false,
            _ => yigao::follow::rests(d),
        };
        let stuck = so_far > PATIENCE;
        if stuck || deliveries.iter().all(rests) {
            board.rest();
            return Ok(());
        }
        tokio::time::sleep(EVERY).await;
    }
}

async fn correct(call: &Call<'_>, hub: &Hub, items: &Path) -> anyhow::Result<Vec<DeliveryId>> {
    let read = read_draft(&items.join(CORRECTED), None)?;
    let mut content = read.content;
    content.body.push(Block::Paragraph {
        text: vec![Inline::plain("（更正：开放时间调整为每日9:00至21:00。）")],
    });
    let draft = Draft { content, ..read };
    hub.ingest(draft, call.actor()?).await?;
    let plan = hub
        .correct(
            &ItemId::parse(CORRECTED)?,
            &Request::approved(),
            call.actor()?,
        )
        .await?;
    call.say.line(
        format!("更正 {CORRECTED}：补一段开放时间"),
        format!("correcting {CORRECTED}: a paragraph is added"),
    );
    Ok(plan.deliveries.into_iter().map(|d| d.id).collect())
}
