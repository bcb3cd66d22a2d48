//! The site, the proxy before it, a hub's home, and the two workers.

use std::{
    fs,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{Mutex, PoisonError},
};

use anyhow::Context as _;
use serde_json::Value;
use yigao_testkit::{Limits, WordPress};

use crate::proxy::Proxy;

/// Longest request; the gateway gives up a second earlier.
const LONGEST_SECONDS: u32 = 6;
/// How long a lost request may still act here: the table's lock, and PHP's own limit after it.
const SETTLE_SECONDS: u32 = 10;

#[derive(Debug)]
pub(crate) struct Lab {
    pub(crate) site: WordPress,
    pub(crate) proxy: Proxy,
    pub(crate) home: PathBuf,
    workers: Mutex<[Option<Child>; 2]>,
}

impl Lab {
    pub(crate) fn start() -> anyhow::Result<Self> {
        let programs = WordPress::find().map_err(|package| {
            anyhow::anyhow!("{package} is not installed: make need-wordpress")
        })?;
        let limits = Limits {
            patience: "5s",
            ..Limits::default()
        };
        let site = WordPress::start(programs, limits)?;
        let proxy = Proxy::start(site.url())?;
        let home = std::env::temp_dir().join(format!("yigao-cms-faults-{}", std::process::id()));
        for folder in ["destinations", "secrets", "items"] {
            fs::create_dir_all(home.join(folder))?;
        }
        let real = site.url();
        let real = real.trim_start_matches("http://").trim_end_matches('/');
        let port = proxy.port;
        fs::write(
            home.join("yigao.toml"),
            format!(
                "[data]\nfolder = \"data\"\n[worker]\nlease_seconds = 3\n[retry]\nfirst_seconds = 0.3\nlongest_seconds = 2\nattempts_max = 60\nstarts_max = 60\n[breaker]\nfailures = 1000\n[observe]\nafter_seconds = [86400]\n[network]\nprivate_hosts = [\"127.0.0.1:{port}\", \"{real}\"]\n[log]\nlevel = \"error\"\n"
            ),
        )?;
        fs::write(home.join("secrets/site"), site.password("publisher"))?;
        fs::write(
            home.join("destinations/site.toml"),
            format!(
                "kind = \"website\"\nname = \"局网站\"\nhome = true\n[channel]\ndriver = \"wordpress\"\nbase_url = \"http://127.0.0.1:{port}/\"\nuser = \"publisher\"\npassword = {{ file = {:?} }}\nlongest_seconds = {LONGEST_SECONDS}\nsettle_seconds = {SETTLE_SECONDS}\n",
                home.join("secrets/site")
            ),
        )?;
        let lab = Self {
            site,
            proxy,
            home,
            workers: Mutex::new([None, None]),
        };
        lab.run(&["destination", "check", "site"])?;
        lab.heal()?;
        Ok(lab)
    }

    fn command(&self, args: &[&str]) -> anyhow::Result<Command> {
        let own = std::env::current_exe()?;
        let program = own.with_file_name("yigao");
        let mut command = Command::new(program);
        command
            .current_dir(&self.home)
            .args([
                "--config",
                "yigao.toml",
                "--as",
                "cms-faults",
                "--lang",
                "en",
            ])
            .args(args);
        Ok(command)
    }

    /// Runs the program and returns its output on success.
    pub(crate) fn run(&self, args: &[&str]) -> anyhow::Result<String> {
        let ran = self.command(args)?.output()?;
        let message = String::from_utf8_lossy(&ran.stderr).into_owned();
        anyhow::ensure!(ran.status.success(), "{args:?}: {message}");
        Ok(String::from_utf8_lossy(&ran.stdout).into_owned())
    }

    pub(crate) fn json(&self, args: &[&str]) -> anyhow::Result<Value> {
        let all: Vec<&str> = std::iter::once("--json")
            .chain(args.iter().copied())
            .collect();
        serde_json::from_str(&self.run(&all)?).context("the program's JSON")
    }

    /// SIGKILL, and another in its place.
    pub(crate) fn kill_worker(&self, which: usize) -> anyhow::Result<()> {
        let mut workers = self.workers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(mut worker) = workers[which].take() {
            worker.kill()?;
            worker.wait()?;
        }
        workers[which] = Some(self.worker()?);
        Ok(())
    }

    fn worker(&self) -> anyhow::Result<Child> {
        let mut command = self.command(&["work"])?;
        let worker = command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        Ok(worker)
    }

    /// Both workers are there, and so is all of the site.
    pub(crate) fn heal(&self) -> anyhow::Result<()> {
        drop(fs::remove_file(self.site.root().join(".maintenance")));
        let mut workers = self.workers.lock().unwrap_or_else(PoisonError::into_inner);
        for worker in workers.iter_mut() {
            let is_gone = match worker {
                Some(worker) => worker.try_wait()?.is_some(),
                None => true,
            };
            if is_gone {
                *worker = Some(self.worker()?);
            }
        }
        Ok(())
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        let mut workers = self.workers.lock().unwrap_or_else(PoisonError::into_inner);
        for worker in workers.iter_mut().flatten() {
            drop(worker.kill());
            drop(worker.wait());
        }
        drop(fs::remove_dir_all(&self.home));
    }
}
