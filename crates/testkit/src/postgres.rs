//! A PostgreSQL server for one test process.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    os::unix::process::CommandExt as _,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use crate::{
    account::Account,
    process::{finished, free_port, own_folder, pause},
};

const PATIENCE: Duration = Duration::from_secs(60);

/// Runs the server until our process ends, however it ends: its end of a pipe is closed then. A server that is shared by a
/// whole run ends with the runner. It is stopped as by a crash (SIGQUIT, "immediate"), by its process number, and its folder
/// goes, unless the pipe brought a word first.
const KEEPER: &str = r#""$@" </dev/null & server=$!
if [ -n "$RUNNER" ]; then
  while kill -0 "$RUNNER" 2>/dev/null || [ -d "/proc/$RUNNER" ]; do sleep 0.2; done
else
  read -r keep
fi
kill -QUIT $server; wait $server
[ -n "$keep" ] || { cd / && rm -rf "$0"; }"#;

/// Nothing that is shared has to outlive a power cut; many tests at once have many connections.
const SHARED: &[&str] = &["-c", "fsync=off", "-c", "max_connections=400"];

/// Where the server's programs are.
#[derive(Clone, Debug)]
pub struct Programs {
    bin: PathBuf,
}

/// A server, stopped and its folder removed when it is dropped.
#[derive(Debug)]
pub struct Postgres {
    programs: Programs,
    folder: PathBuf,
    port: u16,
    account: Option<Account>,
    keeper: Mutex<Option<Child>>,
    /// The test runner whose end ends the server.
    runner: Option<u32>,
    tuning: &'static [&'static str],
}

impl Postgres {
    /// The programs of the newest PostgreSQL that is installed: Debian keeps them out of `PATH`.
    pub fn find() -> Option<Programs> {
        let versions = fs::read_dir("/usr/lib/postgresql").ok();
        let mut found: Vec<(u32, PathBuf)> = versions
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|entry| {
                let version = entry.file_name().to_string_lossy().parse().ok()?;
                Some((version, entry.path().join("bin")))
            })
            .collect();
        found.sort_unstable();
        let debian = found.into_iter().rev().map(|(_, bin)| bin);
        let path = std::env::var_os("PATH").unwrap_or_default();
        debian
            .chain(std::env::split_paths(&path))
            .find(|bin| {
                ["initdb", "postgres", "psql"]
                    .iter()
                    .all(|p| bin.join(p).is_file())
            })
            .map(|bin| Programs { bin })
    }

    /// Makes a cluster and runs it, durable as on a real machine: one that a test may crash.
    ///
    /// # Errors
    /// When a program fails; its words are in the error.
    pub fn start(programs: Programs) -> io::Result<Self> {
        let server = Self::new(programs, own_folder("pg")?, free_port()?, None, &[])?;
        server.make()?;
        Ok(server)
    }

    /// The server that all tests share: of this process, or of the whole run under nextest, which gives each test a process
    /// of its own. Not for crashes. Make databases by names of your own.
    ///
    /// # Errors
    /// When a program fails; its words are in the error.
    pub fn shared(programs: Programs) -> io::Result<Self> {
        let Some(run) = std::env::var_os("NEXTEST_RUN_ID") else {
            let server = Self::new(programs, own_folder("pg")?, free_port()?, None, SHARED)?;
            server.make()?;
            return Ok(server);
        };
        let folder = std::env::temp_dir().join(format!("yigao-pg-{}", run.to_string_lossy()));
        fs::create_dir_all(&folder)?;
        let lock = File::create(folder.join("lock"))?;
        lock.lock()?;
        let known = folder.join("port");
        let runner = Some(std::os::unix::process::parent_id());
        if let Ok(port) = fs::read_to_string(&known) {
            let port = port.parse().map_err(io::Error::other)?;
            return Self::new(programs, folder, port, runner, SHARED);
        }
        let server = Self::new(programs, folder, free_port()?, runner, SHARED)?;
        server.make()?;
        fs::write(known, server.port.to_string())?;
        Ok(server)
    }

    fn new(
        programs: Programs,
        folder: PathBuf,
        port: u16,
        runner: Option<u32>,
        tuning: &'static [&'static str],
    ) -> io::Result<Self> {
        let account = Account::other_than_root()?;
        if let Some(account) = account {
            account.owns(&folder)?;
        }
        Ok(Self {
            programs,
            folder,
            port,
            account,
            keeper: Mutex::new(None),
            runner,
            tuning,
        })
    }

    fn make(&self) -> io::Result<()> {
        let mut init = self.program("initdb");
        init.arg("-D")
            .arg(self.data())
            .args(["-A", "trust", "-U", "postgres", "-E", "UTF8"]);
        init.args(["--locale=C", "--no-sync", "--wal-segsize=4"]);
        finished(init)?;
        self.run()
    }

    /// Runs the server after [`Postgres::crash`] and waits until it answers.
    ///
    /// # Errors
    /// When it does not come up; its log is in the error.
    pub fn run(&self) -> io::Result<()> {
        let log = File::create(self.folder.join("log"))?;
        let mut keeper = self.account_of(Command::new("sh"));
        keeper.args(["-c", KEEPER]).arg(&self.folder);
        keeper.arg(self.programs.bin.join("postgres"));
        keeper
            .arg("-D")
            .arg(self.data())
            .arg("-k")
            .arg(&self.folder);
        keeper.args([
            "-p",
            &self.port.to_string(),
            "-c",
            "listen_addresses=127.0.0.1",
        ]);
        keeper.args(self.tuning);
        let runner = self.runner.map(|r| r.to_string());
        keeper.env("RUNNER", runner.unwrap_or_default());
        // Of a group of its own: what a runner sends to a test's group when the test is over is not for it.
        keeper.process_group(0);
        keeper
            .stdin(Stdio::piped())
            .stdout(log.try_clone()?)
            .stderr(log);
        *self.keeper.lock().unwrap_or_else(PoisonError::into_inner) = Some(keeper.spawn()?);
        let begun = Instant::now();
        loop {
            let Err(error) = self.sql("postgres", "select 1") else {
                return Ok(());
            };
            if begun.elapsed() > PATIENCE {
                let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
                return Err(io::Error::other(format!("{error}; the server says: {log}")));
            }
            pause();
        }
    }

    /// Stops the server without notice, as when its machine loses its power but keeps its disk.
    pub fn crash(&self) {
        self.stop(b"keep\n");
    }

    fn stop(&self, word: &[u8]) {
        let keeper = self
            .keeper
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(mut keeper) = keeper {
            if self.runner.is_some() {
                return;
            }
            if let Some(mut pipe) = keeper.stdin.take() {
                drop(pipe.write_all(word));
            }
            drop(keeper.wait());
        }
    }

    /// Makes a database and answers its address.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn database(&self, name: &str) -> io::Result<String> {
        self.sql("postgres", &format!("create database \"{name}\""))?;
        Ok(self.url(name))
    }

    /// The address of a database.
    pub fn url(&self, name: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{name}", self.port)
    }

    /// Statements in a database, by the server's own client. Answers what it prints.
    ///
    /// # Errors
    /// When one fails.
    pub fn sql(&self, database: &str, statements: &str) -> io::Result<String> {
        let mut psql = self.program("psql");
        psql.args([
            "-X",
            "-q",
            "-A",
            "-t",
            "-v",
            "ON_ERROR_STOP=1",
            "-U",
            "postgres",
            "-h",
            "127.0.0.1",
        ]);
        psql.args([
            "-p",
            &self.port.to_string(),
            "-d",
            database,
            "-c",
            statements,
        ]);
        finished(psql)
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn program(&self, name: &str) -> Command {
        self.account_of(Command::new(self.programs.bin.join(name)))
    }

    fn account_of(&self, mut command: Command) -> Command {
        // Where we are the other account may not be.
        command.current_dir(&self.folder);
        if let Some(account) = self.account {
            account.runs(&mut command);
        }
        command
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.stop(b"");
    }
}
