//! A Redis server for one test process.

use std::{
    fs, io,
    io::{BufRead as _, BufReader, Write as _},
    net::TcpStream,
    os::unix::process::CommandExt as _,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use crate::process::{free_port, own_folder, pause};

const PATIENCE: Duration = Duration::from_secs(20);

/// Runs the server until our process ends, however it ends: its end of a pipe is closed then.
const KEEPER: &str = r#""$@" </dev/null & server=$!
read -r over
kill -KILL $server; wait $server"#;

/// A server on a loopback port of its own that keeps nothing, stopped when it is dropped.
#[derive(Debug)]
pub struct Redis {
    program: PathBuf,
    folder: PathBuf,
    port: u16,
    keeper: Mutex<Option<Child>>,
}

impl Redis {
    /// The server's program, where it is installed.
    pub fn find() -> Option<PathBuf> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        std::env::split_paths(&path)
            .map(|folder| folder.join("redis-server"))
            .find(|program| program.is_file())
    }

    /// Runs a server and waits until it answers.
    ///
    /// # Errors
    /// When it does not come up.
    pub fn start(program: PathBuf) -> io::Result<Self> {
        let server = Self {
            program,
            folder: own_folder("redis")?,
            port: free_port()?,
            keeper: Mutex::new(None),
        };
        server.run()?;
        Ok(server)
    }

    /// A port and a program, and nothing that listens there yet.
    ///
    /// # Errors
    /// When there is no folder or port to be had.
    pub fn absent(program: PathBuf) -> io::Result<Self> {
        Ok(Self {
            program,
            folder: own_folder("redis")?,
            port: free_port()?,
            keeper: Mutex::new(None),
        })
    }

    /// Runs it, again after [`Redis::crash`].
    ///
    /// # Errors
    /// When it does not come up.
    pub fn run(&self) -> io::Result<()> {
        let port = self.port.to_string();
        let mut keeper = Command::new("sh");
        keeper.args(["-c", KEEPER, "keeper"]).arg(&self.program);
        keeper.args(["--port", &port, "--bind", "127.0.0.1"]);
        keeper.args(["--save", "", "--appendonly", "no", "--dir"]);
        keeper.arg(&self.folder);
        // Of a group of its own: what a runner sends to a test's group when the test is over is not for it.
        keeper.process_group(0);
        keeper.stdin(Stdio::piped()).stdout(Stdio::null());
        keeper.stderr(Stdio::null());
        *self.keeper() = Some(keeper.spawn()?);
        let begun = Instant::now();
        while self.say("PING").is_err() {
            if begun.elapsed() > PATIENCE {
                return Err(io::Error::other("redis-server does not answer"));
            }
            pause();
        }
        Ok(())
    }

    /// Ends it without notice; nothing is stored.
    pub fn crash(&self) {
        let keeper = self.keeper().take();
        if let Some(mut keeper) = keeper {
            drop(keeper.stdin.take());
            drop(keeper.wait());
        }
    }

    /// Forgets everything.
    ///
    /// # Errors
    /// When it does not answer.
    pub fn flush(&self) -> io::Result<()> {
        self.say("FLUSHALL").map(drop)
    }

    /// The address of its first database.
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/0", self.port)
    }

    /// One inline command and the first line of its answer:
    /// <https://redis.io/docs/latest/develop/reference/protocol-spec/#inline-commands>.
    ///
    /// # Errors
    /// When it does not answer, or with an error.
    pub fn say(&self, command: &str) -> io::Result<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.write_all(format!("{command}\r\n").as_bytes())?;
        let mut line = String::new();
        BufReader::new(stream).read_line(&mut line)?;
        match line.strip_prefix('-') {
            None if !line.is_empty() => Ok(line.trim_end().to_owned()),
            says => Err(io::Error::other(says.unwrap_or_default().to_owned())),
        }
    }

    fn keeper(&self) -> std::sync::MutexGuard<'_, Option<Child>> {
        self.keeper.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.crash();
        drop(fs::remove_dir_all(&self.folder));
    }
}
