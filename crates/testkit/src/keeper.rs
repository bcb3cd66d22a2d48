//! A server that ends with us, however we end.

use std::{
    fs::File,
    io::{self, Write as _},
    os::unix::process::CommandExt as _,
    path::Path,
    process::{Child, Command, Stdio},
};

use crate::account::Account;

/// Runs a server until our process ends, however it ends: its end of a pipe is closed then. A server that is shared by a
/// whole run ends with the runner. It is ended by its process number. The folder goes with the
/// last of several, unless the pipe brought a word first.
const SCRIPT: &str = r#""$@" </dev/null & server=$!
if [ -n "$RUNNER" ]; then
  while [ -d "/proc/$RUNNER" ] && kill -0 $server 2>/dev/null; do sleep 0.2; done
else
  read -r keep
fi
kill -"$SIGNAL" $server 2>/dev/null; wait $server
[ -z "$LAST" ] || [ -n "$keep" ] || { sleep 1; cd / && rm -rf "$0"; }"#;

/// How a server is run.
#[derive(Debug)]
pub(crate) struct Keep<'a> {
    pub(crate) account: Option<Account>,
    pub(crate) folder: &'a Path,
    pub(crate) log: &'a str,
    /// The test runner whose end ends the server; ours when none.
    pub(crate) runner: Option<u32>,
    pub(crate) signal: &'a str,
    /// Whether the folder goes with it.
    pub(crate) last: bool,
}

impl Keep<'_> {
    /// Runs a program with its arguments.
    pub(crate) fn run<A: AsRef<std::ffi::OsStr>>(
        &self,
        program: &Path,
        args: impl IntoIterator<Item = A>,
    ) -> io::Result<Child> {
        let log = File::create(self.folder.join(self.log))?;
        let mut keeper = Command::new("sh");
        // Where we are the other account may not be.
        keeper.current_dir(self.folder);
        if let Some(account) = self.account {
            account.runs(&mut keeper);
        }
        keeper
            .args(["-c", SCRIPT])
            .arg(self.folder)
            .arg(program)
            .args(args);
        let runner = self.runner.map(|r| r.to_string());
        keeper.env("RUNNER", runner.unwrap_or_default());
        keeper.env("SIGNAL", self.signal);
        keeper.env("LAST", if self.last { "yes" } else { "" });
        // Of a group of its own: what a runner sends to a test's group when the test is over is not for it.
        keeper.process_group(0);
        keeper
            .stdin(Stdio::piped())
            .stdout(log.try_clone()?)
            .stderr(log);
        keeper.spawn()
    }
}

/// Ends a server that is ours, and waits for it; `shared`: its folder stays.
pub(crate) fn end(mut keeper: Child, keep: bool) {
    if let Some(mut pipe) = keeper.stdin.take() {
        let word: &[u8] = if keep { b"keep\n" } else { b"" };
        drop(pipe.write_all(word));
    }
    drop(keeper.wait());
}
