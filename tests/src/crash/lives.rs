//! Two processes at a time on the same ledger; where one dies, the next begins.

use std::{
    os::unix::process::ExitStatusExt as _,
    path::Path,
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use rustix::{
    io::Errno,
    process::{Pid, Signal, kill_process},
};
use tokio::process::{Child, Command};

/// How a life ends that found the ledger locked.
pub(crate) const GAVE_WAY: u8 = 75;
/// SIGKILL.
const WITHDRAWN: i32 = 9;
/// Longest that a life may take; one that hangs is a failure of the proof.
const LONGEST: Duration = Duration::from_secs(240);

pub(crate) struct Life {
    child: Child,
    pid: u32,
    begun: Instant,
    /// When a frozen one is woken.
    wake: Option<Instant>,
}

/// The state of a life.
pub(crate) enum LifeState {
    Lives,
    /// It saw everything at rest.
    Rested,
    Died,
    /// It found the ledger locked for too long, and ended.
    GaveWay,
}

impl Life {
    pub(crate) fn begin(scene: &Path, orders: &str) -> anyhow::Result<Self> {
        let err = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(scene.with_file_name("lives.log"))?;
        let child = Command::new(std::env::current_exe()?)
            .arg("life")
            .arg(scene)
            .arg(orders)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(err)
            .kill_on_drop(true)
            .spawn()?;
        let pid = child.id().context("a child that lives has a number")?;
        Ok(Self {
            child,
            pid,
            begun: Instant::now(),
            wake: None,
        })
    }

    /// Looks after it: `frozen` are the processes that said that they freeze; they are woken after `asleep`.
    pub(crate) fn inspect(
        &mut self,
        frozen: &[u32],
        asleep: Duration,
    ) -> anyhow::Result<LifeState> {
        if let Some(status) = self.child.try_wait()? {
            return Ok(match (status.success(), status.signal()) {
                (true, _) => LifeState::Rested,
                _ if status.code() == Some(i32::from(GAVE_WAY)) => LifeState::GaveWay,
                (false, Some(WITHDRAWN)) => LifeState::Died,
                (false, _) => {
                    anyhow::bail!("a life ended although nobody killed it, {status}: see lives.log")
                }
            });
        }
        let now = Instant::now();
        match self.wake {
            None if frozen.contains(&self.pid) => self.wake = Some(now + asleep),
            Some(at) if at <= now => self.signal(Signal::CONT)?,
            _ => {}
        }
        anyhow::ensure!(
            self.begun.elapsed() < LONGEST,
            "a life of more than {LONGEST:?}: see lives.log"
        );
        Ok(LifeState::Lives)
    }

    fn signal(&self, signal: Signal) -> anyhow::Result<()> {
        let pid = i32::try_from(self.pid).ok().and_then(Pid::from_raw);
        match kill_process(pid.context("a process number")?, signal) {
            // It may have ended in this moment.
            Ok(()) | Err(Errno::SRCH) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    pub(crate) async fn end(mut self) -> anyhow::Result<()> {
        self.signal(Signal::CONT)?;
        self.child.kill().await?;
        Ok(())
    }
}
