//! The workers of the demo: one in this process, or two separate processes of which one is killed half-way.

use std::{path::Path, process::Stdio, time::Duration};

use anyhow::Context as _;
use tokio::process::{Child, Command};
use yigao_core::{Delivery, DeliveryId, State, Timestamp, time::between};
use yigao_engine::Hub;
use yigao_worker::Worker;

use yigao::{exit::Mistake, lang::Say};

use crate::board::Board;

/// How long to pause between two searches for a worker in the middle of a delivery, and how many searches are made in a row
/// before everything else has its turn.
const CLOSE: Duration = Duration::from_millis(3);
const CLOSE_CHECKS: u32 = 30;
/// The destination where nobody can read back: if a process dies in the middle of a delivery there, a person has to prove the
/// withdrawal, and this demo has no such person. A process runs several deliveries at once, so none is killed before
/// these have ended.
const BLIND: &str = "drop";
/// The destination whose delivery is interrupted: its remote is asked within seconds what became of a lost step; others are
/// asked after a minute.
const SOON_ASKED: &str = "account";

/// The variables in which each process finds the addresses of the ledger and the queue that they share.
const PLACES: [&str; 2] = ["YIGAO_LEDGER_URL", "YIGAO_QUEUE_URL"];
/// How many worker processes are started.
const APART: usize = 2;

/// The `[data]` part of the configuration that lets several processes work together.
pub(crate) const SHARED: &str =
    "ledger = { env = \"YIGAO_LEDGER_URL\" }\nqueue = { env = \"YIGAO_QUEUE_URL\" }\n";

/// Reports a missing variable before several processes are started.
pub(crate) fn servers_are_there() -> anyhow::Result<()> {
    let missing = PLACES
        .into_iter()
        .find(|name| std::env::var_os(name).is_none());
    missing.map_or(Ok(()), |name| {
        Err(Mistake::error(
            format!("缺少环境变量 {name}（PostgreSQL 与 Redis 的地址）；make demo MODE=distributed 会自己启动它们"),
            format!("{name} is not set (the addresses of PostgreSQL and Redis); make demo MODE=distributed starts both"),
        ))
    })
}

/// The process that was killed, and what it held.
pub(crate) struct Killed {
    pid: u32,
    at: Timestamp,
    held: DeliveryId,
    /// Seconds until another process continued the delivery.
    taken_over: Option<f32>,
}

/// The workers of the demo.
pub(crate) enum Workers {
    Here(Box<Worker>),
    Apart {
        children: Vec<Child>,
        killed: Option<Killed>,
    },
}

impl Workers {
    pub(crate) fn here(worker: Worker) -> Self {
        Self::Here(Box::new(worker))
    }

    /// Two processes with the configuration at `config`.
    pub(crate) fn apart(config: &Path, say: &Say) -> anyhow::Result<Self> {
        let mut children = Vec::new();
        for _ in 0..APART {
            let child = Command::new(std::env::current_exe()?.with_file_name("yigao"))
                .arg("--config")
                .arg(config)
                .arg("work")
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                // It has a process group of its own, so that Ctrl-C reaches only the demo, which then ends it by its process id.
                .process_group(0)
                .kill_on_drop(true)
                .spawn()
                .context("a worker")?;
            children.push(child);
        }
        let pids: Vec<u32> = children.iter().filter_map(Child::id).collect();
        say.line(
            format!("两个处理进程 {pids:?}，共用 PostgreSQL 台账和 Redis 队列"),
            format!(
                "two worker processes {pids:?} on one ledger (PostgreSQL) and one queue (Redis)"
            ),
        );
        Ok(Self::Apart {
            children,
            killed: None,
        })
    }

    /// Kills one process in the middle of a delivery, as soon as a third of `deliveries` has ended and so have all those that
    /// nobody can read back. Later calls notice when another process continues.
    pub(crate) async fn half_way(
        &mut self,
        deliveries: &[Delivery],
        hub: &Hub,
        board: &Board,
    ) -> anyhow::Result<()> {
        let Self::Apart { children, killed } = self else {
            return Ok(());
        };
        if let Some(killed) = killed {
            return killed.watch(hub, board).await;
        }
        let rest = deliveries.iter().filter(|d| d.state.is_final()).count();
        let may_leave_doubt =
            |d: &&Delivery| d.destination.as_str() == BLIND && !d.state.is_final();
        if rest * 3 < deliveries.len() || deliveries.iter().any(|d| may_leave_doubt(&d)) {
            return Ok(());
        }
        // A run takes some milliseconds, far less than the time between two calls of this function, so it is searched for often.
        for _ in 0..CLOSE_CHECKS {
            let may_be_killed =
                |d: &&Delivery| !d.state.is_final() && d.destination.as_str() == SOON_ASKED;
            for delivery in deliveries.iter().filter(may_be_killed) {
                let held = hub.delivery(&delivery.id).await?;
                if held.state != State::Working {
                    continue;
                }
                let worker = held.worker.as_deref().unwrap_or_default();
                let is_its = |child: &&mut Child| {
                    child
                        .id()
                        .is_some_and(|pid| worker.starts_with(&format!("{pid}-")))
                };
                let Some(child) = children.iter_mut().find(is_its) else {
                    continue;
                };
                let pid = child.id().unwrap_or_default();
                child.kill().await?;
                let (item, to) = (&held.item, &held.destination);
                board.say(
                    &format!("kill -9 {pid}：它正在投递 {item} → {to}"),
                    &format!("kill -9 {pid}, in the middle of {item} → {to}"),
                );
                *killed = Some(Killed {
                    pid,
                    at: hub.clock.now(),
                    held: held.id,
                    taken_over: None,
                });
                return Ok(());
            }
            tokio::time::sleep(CLOSE).await;
        }
        Ok(())
    }

    /// The figures about workers in the last line; an error when no process was killed.
    pub(crate) fn figures(&self) -> anyhow::Result<String> {
        let Self::Apart { children, killed } = self else {
            return Ok(String::new());
        };
        let killed = killed
            .as_ref()
            .context("no worker was killed in the middle")?;
        let seconds = killed.taken_over.context("nobody took its work over")?;
        Ok(format!(
            " workers={} killed_workers=1 takeover_s={seconds:.1}",
            children.len()
        ))
    }

    pub(crate) async fn stop(self) -> anyhow::Result<()> {
        match self {
            Self::Here(worker) => worker.stop().await,
            Self::Apart { children, .. } => {
                for mut child in children {
                    child.kill().await?;
                }
            }
        }
        Ok(())
    }
}

impl Killed {
    async fn watch(&mut self, hub: &Hub, board: &Board) -> anyhow::Result<()> {
        if self.taken_over.is_some() {
            return Ok(());
        }
        let held = hub.delivery(&self.held).await?;
        let name = format!("{}-", self.pid);
        let by_it = held
            .worker
            .as_deref()
            .unwrap_or_default()
            .starts_with(&name);
        if held.state == State::Working && by_it {
            return Ok(());
        }
        let seconds = between(self.at, hub.clock.now()).as_secs_f32();
        self.taken_over = Some(seconds);
        board.say(
            &format!("另一个进程在 {seconds:.1} 秒后接着做：没有重发，没有丢失"),
            &format!("another process continued after {seconds:.1} s: nothing twice, nothing lost"),
        );
        Ok(())
    }
}
