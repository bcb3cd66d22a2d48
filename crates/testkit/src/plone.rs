//! A Plone as `tests/plone.sh` brought it from PyPI: one process, a database that is a file.

use std::{
    fs::{self, File},
    io,
    path::PathBuf,
    process::{Child, Command},
    time::{Duration, Instant},
};

use crate::{
    exchange::exchange,
    keeper::{Keep, end},
    process::{finished, free_port, own_folder, pause},
};

const PATIENCE: Duration = Duration::from_secs(90);
/// A site, stopped and its folder removed when it is dropped.
#[derive(Debug)]
pub struct Plone {
    folder: PathBuf,
    port: u16,
    runner: Option<u32>,
    keeper: Option<Child>,
}

impl Plone {
    /// Of the user `yigao`, who may write, and of `reader`, who may not.
    pub const PASSWORD: &'static str = "plone-password-0123456789";

    /// Where it was prepared; else the command that does so.
    ///
    /// # Errors
    /// The command.
    pub fn find() -> Result<PathBuf, &'static str> {
        let cache = std::env::var_os("XDG_CACHE_HOME")
            .map(PathBuf::from)
            .or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache")));
        let list = include_str!("../plone/requirements.txt");
        let version = list.lines().find_map(|line| line.strip_prefix("Plone=="));
        let prepared = cache
            .zip(version)
            .map(|(cache, version)| cache.join(format!("yigao/plone-{version}")));
        prepared
            .filter(|folder| folder.join("ready").exists())
            .ok_or("sh tests/plone.sh")
    }

    /// Runs a site of its own.
    ///
    /// # Errors
    /// When it does not come up; its words are in the error.
    pub fn start(prepared: PathBuf) -> io::Result<Self> {
        let mut site = Self {
            folder: own_folder("plone")?,
            port: free_port()?,
            runner: None,
            keeper: None,
        };
        site.run(&prepared)?;
        Ok(site)
    }

    /// The site that all tests of a run share, as with WordPress.
    ///
    /// # Errors
    /// When it does not come up; its words are in the error.
    pub fn shared(prepared: PathBuf) -> io::Result<Self> {
        let Some(run) = std::env::var_os("NEXTEST_RUN_ID") else {
            return Self::start(prepared);
        };
        let folder = std::env::temp_dir().join(format!("yigao-plone-{}", run.to_string_lossy()));
        fs::create_dir_all(&folder)?;
        let lock = File::create(folder.join("lock"))?;
        lock.lock()?;
        let known = folder.join("port");
        let mut site = Self {
            port: 0,
            runner: Some(std::os::unix::process::parent_id()),
            keeper: None,
            folder,
        };
        if let Ok(port) = fs::read_to_string(&known) {
            site.port = port.parse().map_err(io::Error::other)?;
            return Ok(site);
        }
        site.port = free_port()?;
        site.run(&prepared)?;
        fs::write(known, site.port.to_string())?;
        Ok(site)
    }

    /// Where readers and the interface are: `http://127.0.0.1:PORT/site/`.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/site/", self.port)
    }

    fn run(&mut self, prepared: &std::path::Path) -> io::Result<()> {
        let mut copy = Command::new("cp");
        copy.arg("-a")
            .arg(prepared.join("plone"))
            .arg(self.folder.join("plone"));
        finished(copy)?;
        let etc = self.folder.join("plone/etc");
        let written = |name: &str, text: &str| {
            let text = text
                .replace("{folder}", &self.folder.display().to_string())
                .replace("{port}", &self.port.to_string());
            fs::write(etc.join(name), text)
        };
        written("zope.conf", include_str!("../plone/zope.conf"))?;
        written("zope.ini", include_str!("../plone/zope.ini"))?;
        let keep = Keep {
            account: None,
            folder: &self.folder,
            log: "plone.out",
            runner: self.runner,
            signal: "TERM",
            last: true,
        };
        let ini = etc.join("zope.ini");
        self.keeper = Some(keep.run(&prepared.join("venv/bin/runwsgi"), [ini.as_os_str()])?);
        let begun = Instant::now();
        loop {
            let headers = [("accept".to_owned(), "application/json".to_owned())];
            let ready = exchange("GET", &self.url(), &headers, b"");
            if ready.is_ok_and(|answer| answer.status == 200) {
                return Ok(());
            }
            if begun.elapsed() > PATIENCE {
                let log = fs::read_to_string(self.folder.join(keep.log)).unwrap_or_default();
                return Err(io::Error::other(format!("Plone did not start: {log}")));
            }
            pause();
        }
    }
}

impl Drop for Plone {
    fn drop(&mut self) {
        if let Some(keeper) = self.keeper.take().filter(|_| self.runner.is_none()) {
            end(keeper, false);
        }
    }
}
