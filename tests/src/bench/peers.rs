//! Two queues that a registry serves, each on a store as durable as ours: BullMQ on Redis that syncs every write, pg-boss on
//! PostgreSQL. One HTTP call a job to the same board, as many jobs, as many at once.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
};

use anyhow::{Context as _, ensure};
use tokio::process::Command;
use yigao_testkit::{Postgres, Redis};

/// Jobs per second of both peers; an error names what is missing.
pub(crate) struct Peers {
    pub(crate) bullmq: f64,
    pub(crate) pg_boss: f64,
}

pub(crate) async fn measure(
    base: &str,
    token: &str,
    jobs: usize,
    at_once: usize,
) -> anyhow::Result<Peers> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers");
    install(&folder).await?;
    let run = Run {
        folder,
        rest: [
            base.to_owned(),
            token.to_owned(),
            jobs.to_string(),
            at_once.to_string(),
        ],
    };
    let redis = Redis::start(Redis::find().context("redis-server is not installed")?)?;
    redis.say("config set appendonly yes")?;
    redis.say("config set appendfsync always")?;
    let bullmq = run.peer("bullmq.mjs", &redis.url()).await?;
    drop(redis);
    let server = Postgres::start(Postgres::find().context("postgresql is not installed")?)?;
    let pg_boss = run.peer("pg-boss.mjs", &server.database("boss")?).await?;
    Ok(Peers { bullmq, pg_boss })
}

/// The versions that the lock file names.
async fn install(folder: &Path) -> anyhow::Result<()> {
    let wanted = std::fs::read(folder.join("package-lock.json"))?;
    let had = folder.join("node_modules/.lock-of-these");
    if std::fs::read(&had).is_ok_and(|had| had == wanted) {
        return Ok(());
    }
    let done = Command::new("npm")
        .args(["ci", "--silent", "--no-audit", "--no-fund", "--prefix"])
        .arg(folder)
        .status()
        .await
        .context("npm is not installed")?;
    ensure!(done.success(), "npm could not bring the peers");
    std::fs::write(had, wanted)?;
    Ok(())
}

struct Run {
    folder: PathBuf,
    /// Board, token, jobs, at once.
    rest: [String; 4],
}

impl Run {
    async fn peer(&self, program: &str, store: &str) -> anyhow::Result<f64> {
        let out = Command::new("node")
            .arg(self.folder.join(program))
            .arg(store)
            .args(&self.rest)
            .stderr(Stdio::inherit())
            .kill_on_drop(true)
            .output()
            .await
            .context("node is not installed")?;
        ensure!(out.status.success(), "{program} ended with {}", out.status);
        let text = String::from_utf8_lossy(&out.stdout);
        text.trim()
            .parse()
            .with_context(|| format!("{program} said {text:?}"))
    }
}
