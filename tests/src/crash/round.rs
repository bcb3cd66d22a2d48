//! One round: a ledger and remotes of its own; every item published, corrected and withdrawn everywhere, through a storm
//! each time, then in calm, and then everybody is asked.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
    sync::RwLock,
};
use yigao_core::{State, trial::Rule};
use yigao_engine::{Clock, Hub};
use yigao_testkit::{Postgres, Redis};

use crate::{
    board::Boards,
    decide,
    editor::Editor,
    lives::{Life, LifeState},
    options::Options,
    orders::{Dealer, unharmed},
    report::{Fired, Tally, progress},
    scene::{PLACES, Scene, Stage, me, token},
    witness::Witness,
    work::{is_postponed, moving, newest},
};

/// How often the parent looks after its children.
const CHECK_EVERY: Duration = Duration::from_millis(10);
/// How long the editor waits for the ledger before the parent looks after its children again.
const PATIENCE: Duration = Duration::from_millis(200);
/// Leases that a frozen process sleeps through: another process takes over and finishes within that time.
const ASLEEP: u32 = 5;
/// The time between two disturbances of the queue's server.
const HURT: Duration = Duration::from_secs(2);
/// How long a storm lasts at most.
const STORM: Duration = Duration::from_secs(60);
/// How long the calm phase lasts when a rule was taken out.
const SEEN_ENOUGH: Duration = Duration::from_secs(15);
/// How many processes run at a time.
const AT_ONCE: usize = 2;
/// How often the person answers what is in doubt, at most.
const ANSWERS: usize = 5;
/// How long a centre may take to empty its folder.
const SWEEP: Duration = Duration::from_millis(600);

struct Round<'a> {
    number: u64,
    /// Held while the parent itself needs the ledger, so that nobody ends its server then.
    calm: &'a RwLock<()>,
    tally: Tally,
    scene: Scene,
    path: PathBuf,
    hub: Hub,
    client: reqwest::Client,
    boards: Boards,
    editor: Editor,
    fired: Fired,
    /// The queue's server, and how often it was hurt.
    redis: Option<(Redis, u32)>,
    dealer: Dealer,
    /// Deaths of a stage, at most.
    deaths: usize,
    lives: u64,
}

/// Plays round `number`, on a database of `postgres` where there is one. What it showed.
#[expect(
    clippy::too_many_lines,
    reason = "one round, written in the order in which it happens"
)]
pub(crate) async fn play(
    options: &Options,
    number: u64,
    postgres: Option<&Postgres>,
    calm: &RwLock<()>,
) -> anyhow::Result<Tally> {
    let opening = calm.read().await;
    let folder = std::env::temp_dir().join(format!("yigao-crash-{}-{number}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let since = Clock::System.now().as_millisecond();
    let clock = Clock::Fast {
        since,
        times: options.times,
    };
    let (boards, board) = Boards::start(clock).await?;
    let (mut sandbox, base) = sandbox(&folder, since, options.times).await?;
    let redis = match options.redis {
        true => Some(Redis::start(
            Redis::find().context("redis-server is not installed")?,
        )?),
        false => None,
    };
    let scene = Scene {
        ledger: match postgres {
            Some(server) => server.database(&format!("crash_{number}"))?,
            None => folder.join("ledger.db").display().to_string(),
        },
        redis: redis.as_ref().map(Redis::url),
        folder: folder.clone(),
        sandbox: base,
        board,
        since,
        times: options.times,
        seed: options.seed.wrapping_add(number),
        spoilt: options.spoilt,
        items: options.items,
        stage: Stage::Publish,
        sabotage: options.sabotage.map(|rule| rule.name().to_owned()),
    };
    // The first caller installs it; a second installation is not an error.
    drop(rustls::crypto::ring::default_provider().install_default());
    let client = reqwest::Client::builder().no_proxy().build()?;
    for (centre, dedupe) in [("yunxi", "key"), ("qingshan", "none")] {
        let url = format!("{}/control/county/{centre}/settings", scene.sandbox);
        let body = format!("{{\"dedupe\":\"{dedupe}\"}}");
        client
            .post(url)
            .body(body)
            .send()
            .await?
            .error_for_status()?;
    }
    let mut round = Round {
        hub: scene.hub(format!("parent-{number}")).await?,
        path: scene.write()?,
        fired: Fired::new(scene.log()),
        redis: redis.map(|server| (server, 0)),
        dealer: Dealer::new(scene.seed, options.sabotage == Some(Rule::Fence)),
        deaths: options.deaths,
        lives: number * 10_000,
        editor: Editor::default(),
        number,
        calm,
        tally: Tally::default(),
        scene,
        client,
        boards,
    };
    drop(opening);
    let mut out = Ok(());
    for stage in Stage::ALL {
        out = round.stage(stage).await;
        if out.is_err() || round.tally.has_shown(options) {
            break;
        }
    }
    sandbox.kill().await?;
    // What went wrong can be looked into afterwards.
    if out.is_ok() && round.tally.is_clean() && !options.keep {
        std::fs::remove_dir_all(&folder)?;
    }
    let open = match &out {
        Ok(()) => Vec::new(),
        Err(_) => moving(&round.hub).await.unwrap_or_default(),
    };
    let open: Vec<String> = open
        .iter()
        .map(|d| {
            let (state, why) = (d.state.name(), &d.why);
            format!(
                "\n{} at {}: {state} {why:?} {:?}",
                d.item, d.destination, d.doubt
            )
        })
        .collect();
    out.with_context(|| {
        let open = open.concat();
        format!("round {number}, in {}; open:{open}", folder.display())
    })?;
    Ok(round.tally)
}

/// The stand-ins, in a process of their own; their program is in the same folder as this one.
async fn sandbox(folder: &Path, since: i64, times: u32) -> anyhow::Result<(Child, String)> {
    std::fs::create_dir_all(folder.join("site"))?;
    let program = std::env::current_exe()?.with_file_name("yigao-sandbox");
    let mut child = Command::new(program)
        .args(["serve", "--clock", &format!("{since},{times}"), "--drop"])
        .arg(folder.join("drop"))
        .arg("--site")
        .arg(folder.join("site"))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .context("yigao-sandbox")?;
    let out = child.stdout.take().context("its output")?;
    let mut line = String::new();
    BufReader::new(out).read_line(&mut line).await?;
    let ready: serde_json::Value = serde_json::from_str(&line)?;
    let base = ready
        .get("base")
        .and_then(serde_json::Value::as_str)
        .context("its address")?;
    Ok((child, base.to_owned()))
}

impl Round<'_> {
    async fn stage(&mut self, stage: Stage) -> anyhow::Result<()> {
        self.scene.stage = stage;
        self.scene.write()?;
        let asking = self.calm.read().await;
        for number in 0..self.scene.items {
            self.ingest(number, stage.version()).await?;
        }
        drop(asking);
        self.storm().await?;
        self.calm().await?;
        let mut witness = self.ask().await?;
        // A process that starved for longer than its lease leaves doubts in the calm phase too, so the person answers once more.
        let times = self.scene.sabotage.as_ref().map_or(ANSWERS, |_| 1);
        for _ in 0..times {
            let asking = self.calm.read().await;
            let (rightly, wrongly) = decide::doubts(&self.hub, &self.scene, &witness).await?;
            drop(asking);
            let answered = rightly > 0 || !wrongly.is_empty();
            self.tally.doubts(rightly, wrongly);
            if !answered {
                break;
            }
            self.calm().await?;
            witness = self.ask().await?;
        }
        let asking = self.calm.read().await;
        self.verify(stage, &witness).await?;
        drop(asking);
        progress(self.number, stage, &self.tally)
    }

    async fn ingest(&self, number: usize, version: u32) -> anyhow::Result<()> {
        let folder = self.scene.folder.join(format!("items/{number}"));
        std::fs::create_dir_all(&folder)?;
        let picture = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../examples/items/spring-market/night-market.jpg");
        std::fs::copy(picture, folder.join("market.jpg"))?;
        let token = token(number, version);
        let text = format!(
            "---\nid: item-{number}\nkind: news\ntitle: {token}的通报\nsummary: {token}的摘要。\nunit: 市文化和旅游局\nauthor: 市文化馆供稿\ncolumn: 要闻动态\ncover: market.jpg\nassets:\n  market.jpg: {{ credit: 市文化馆 }}\n---\n\n{token}的第一段正文，写得完整一些。\n\n![夜市的灯](market.jpg \"夜市\")\n\n{token}的第二段正文。\n"
        );
        let path = folder.join("item.md");
        std::fs::write(&path, text)?;
        self.hub.ingest_path(&path, &me()).await?;
        Ok(())
    }

    /// Lives with orders, two at a time, until enough have died or all is at rest.
    async fn storm(&mut self) -> anyhow::Result<()> {
        let mut lives = Vec::new();
        let mut left = self.deaths;
        if let Some((_, times)) = &mut self.redis {
            *times = 0;
        }
        let begun = Instant::now();
        while left > 0 && begun.elapsed() < STORM {
            while lives.len() < AT_ONCE {
                let orders = self.dealer.deal(self.lives + 1, true);
                lives.push(self.begin(&orders)?);
            }
            let frozen = self.inspect().await?;
            self.hurt_redis(begun.elapsed())?;
            for mut life in std::mem::take(&mut lives) {
                match life.inspect(&frozen, self.asleep())? {
                    LifeState::Lives => lives.push(life),
                    LifeState::Died => left = left.saturating_sub(1),
                    LifeState::GaveWay => {}
                    LifeState::Rested => left = 0,
                }
            }
        }
        for life in lives {
            life.end().await?;
        }
        Ok(())
    }

    /// Empties the queue's server, or lets it die and come again, in turn.
    fn hurt_redis(&mut self, passed: Duration) -> anyhow::Result<()> {
        let Some((server, times)) = &mut self.redis else {
            return Ok(());
        };
        if passed < HURT * (*times + 1) {
            return Ok(());
        }
        let kind = if times.is_multiple_of(2) {
            server.flush()?;
            "flush"
        } else {
            server.crash();
            server.run()?;
            "restart"
        };
        *times += 1;
        self.tally.hurt(kind, "redis");
        Ok(())
    }

    /// Lives that nothing happens to, until one has seen everything at rest.
    async fn calm(&mut self) -> anyhow::Result<()> {
        let mut lives = Vec::new();
        let mut rested = false;
        // Without a rule it may never come to rest: quotas are used up by what is done again and again.
        let patience = self.scene.sabotage.as_ref().map(|_| SEEN_ENOUGH);
        let begun = Instant::now();
        while !rested && patience.is_none_or(|most| begun.elapsed() < most) {
            while lives.len() < AT_ONCE {
                let orders = unharmed(self.lives + 1);
                lives.push(self.begin(&orders)?);
            }
            let frozen = self.inspect().await?;
            for mut life in std::mem::take(&mut lives) {
                match life.inspect(&frozen, self.asleep())? {
                    LifeState::Lives => lives.push(life),
                    LifeState::GaveWay => {}
                    LifeState::Rested => rested = true,
                    LifeState::Died => anyhow::bail!("a life without orders was killed"),
                }
            }
        }
        for life in lives {
            life.end().await?;
        }
        Ok(())
    }

    fn begin(&mut self, orders: &str) -> anyhow::Result<Life> {
        self.lives += 1;
        self.tally.runs += 1;
        Life::begin(&self.path, orders)
    }

    fn asleep(&self) -> Duration {
        self.hub.clock.real(self.hub.tuning.lease * ASLEEP)
    }

    /// A moment passes. Who froze in it.
    async fn inspect(&mut self) -> anyhow::Result<Vec<u32>> {
        tokio::time::sleep(CHECK_EVERY).await;
        // Who froze in the middle of a commit keeps the editor waiting, and has to be woken all the same.
        let answer = self.editor.answer(&self.hub);
        match tokio::time::timeout(PATIENCE, answer).await {
            Ok(Err(error)) if !crate::is_away(&error) => return Err(error),
            _ => {}
        }
        self.fired.read(&mut self.tally)
    }

    async fn ask(&mut self) -> anyhow::Result<Witness> {
        // Late requests arrive, and the centre empties its folder.
        tokio::time::sleep(SWEEP).await;
        self.fired.read(&mut self.tally)?;
        Witness::ask(&self.scene, &self.client, &self.boards, &self.editor).await
    }

    /// What the remotes hold, compared with what the ledger states.
    async fn verify(&mut self, stage: Stage, witness: &Witness) -> anyhow::Result<()> {
        let token = |number| token(number, stage.version());
        for place in PLACES {
            for number in 0..self.scene.items.min(place.most) {
                let held = witness.held(number, place.id);
                let newest = newest(&self.hub, number, place.id).await?;
                let state = newest.as_ref().map(|delivery| delivery.state);
                let right = held
                    .copies
                    .iter()
                    .filter(|c| c.text.contains(&token(number)));
                let as_said = match stage {
                    Stage::Withdraw => held.copies.is_empty(),
                    Stage::Publish | Stage::Correct => right.count() == 1 && held.copies.len() == 1,
                };
                let about = format!(
                    "item-{number} at {} after {stage:?}: {state:?}, {} copies, {} beyond",
                    place.id,
                    held.copies.len(),
                    held.doubled
                );
                if newest.as_ref().is_some_and(is_postponed) {
                    self.tally.postponed += 1;
                    continue;
                }
                self.tally.delivered(place.id);
                if held.doubled > 0 {
                    self.tally.doubled(&about);
                }
                match (state, as_said) {
                    (Some(State::Delivered), true) => {}
                    (Some(State::Delivered), false) => self.tally.hidden(&about),
                    // Without a rule only what is wrong counts, not what takes too long.
                    _ if self.scene.sabotage.is_some() => {}
                    _ => self.tally.lost(&about),
                }
            }
        }
        Ok(())
    }
}
