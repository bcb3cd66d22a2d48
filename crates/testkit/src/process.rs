//! What every server that is started for a test needs: a folder, a port, programs that are run to their end.

use std::{
    fs, io,
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

const PAUSE: Duration = Duration::from_millis(20);

static FOLDERS: AtomicU32 = AtomicU32::new(0);

/// A new folder of this process. It is not under `target`: the account that the server runs as may not be let in there.
pub(crate) fn own_folder(what: &str) -> io::Result<PathBuf> {
    let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
    let name = format!("yigao-{what}-{}-{number}", std::process::id());
    let path = std::env::temp_dir().join(name);
    fs::create_dir(&path)?;
    Ok(path)
}

/// A port of this machine that nobody listens on.
pub(crate) fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?
        .local_addr()?
        .port())
}

/// Runs a program to its end and returns what it printed, or its errors.
pub(crate) fn finished(mut command: Command) -> io::Result<String> {
    let output = command.stdin(Stdio::null()).output()?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned());
    }
    let program = Path::new(command.get_program()).display().to_string();
    let says = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(io::Error::other(format!("{program}: {says}")))
}

/// Waits a moment before a server that is starting is asked again.
#[expect(
    clippy::disallowed_methods,
    reason = "a server of another program is waited for; there is no clock to drive"
)]
pub(crate) fn pause() {
    std::thread::sleep(PAUSE);
}
