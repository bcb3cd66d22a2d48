//! A PostgreSQL server for one test process.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use crate::account::Account;

const PATIENCE: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(20);

/// The server's life hangs on a pipe from us: however our process ends, the shell reads the pipe's end, stops the server as a
/// crash would (SIGQUIT, "immediate") by its process number, and removes its folder, unless it was told to keep it.
const KEEPER: &str = r#""$@" </dev/null & server=$!
read -r keep; kill -QUIT $server; wait $server
[ -n "$keep" ] || { cd / && rm -rf "$0"; }"#;

static FOLDERS: AtomicU32 = AtomicU32::new(0);

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
}

/// A new folder that only we know. Not under `target`: another account may not be let in there.
pub(crate) fn own_folder(what: &str) -> io::Result<PathBuf> {
    let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
    let name = format!("yigao-{what}-{}-{number}", std::process::id());
    let path = std::env::temp_dir().join(name);
    fs::create_dir(&path)?;
    Ok(path)
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

    /// Makes a cluster and runs it.
    ///
    /// # Errors
    /// When a program fails; its words are in the error.
    pub fn start(programs: Programs) -> io::Result<Self> {
        let account = Account::other_than_root()?;
        let folder = own_folder("pg")?;
        if let Some(account) = account {
            account.owns(&folder)?;
        }
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?
            .local_addr()?
            .port();
        let server = Self {
            programs,
            folder,
            port,
            account,
            keeper: Mutex::new(None),
        };
        let data = server.data();
        let mut init = server.program("initdb");
        init.arg("-D")
            .arg(&data)
            .args(["-A", "trust", "-U", "postgres", "-E", "UTF8"]);
        init.args(["--locale=C", "--no-sync", "--wal-segsize=4"]);
        finished(init)?;
        server.run()?;
        Ok(server)
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

    /// Stops the server without a word to anyone, as when its machine loses its power but keeps its disk.
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

fn finished(mut command: Command) -> io::Result<String> {
    let output = command.stdin(Stdio::null()).output()?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned());
    }
    let program = Path::new(command.get_program()).display().to_string();
    let says = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(io::Error::other(format!("{program}: {says}")))
}

#[expect(
    clippy::disallowed_methods,
    reason = "a server of another program is waited for; there is no clock to drive"
)]
fn pause() {
    std::thread::sleep(PAUSE);
}
