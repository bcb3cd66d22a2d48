//! What `yigao serve` costs when nothing happens, and what a first build of the demo costs.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};

/// How long it is watched.
const WATCHED: Duration = Duration::from_secs(20);
/// Clock ticks a second in `/proc`: fixed at 100 for user space, `https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html`
const TICKS: f64 = 100.0;

/// Starts `serve` in a home of its own, lets it be, and reads what the system counted for it.
pub(crate) fn measure(folder: &Path) -> anyhow::Result<String> {
    let program = std::env::current_exe()?.with_file_name("yigao");
    ensure!(program.is_file(), "{} is not built", program.display());
    let home = folder.join("idle");
    fs::create_dir_all(home.join("destinations"))?;
    let site = home.join("site");
    fs::write(
        home.join("destinations/site.toml"),
        format!(
            "kind = \"website\"\nname = \"局网站\"\nhome = true\n[channel]\ndriver = \"static\"\nfolder = {site:?}\nbase_url = \"http://127.0.0.1/\"\nsite_name = \"局\"\nsite_domain = \"wl.example\"\norganiser = \"局\"\n"
        ),
    )?;
    let mut serve = Command::new(&program)
        .current_dir(&home)
        .args(["serve", "--listen", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let measured = watch(&mut serve);
    serve.kill()?;
    serve.wait()?;
    let (resident, share) = measured?;
    Ok(format!(
        "bench-idle: resident_mb={resident:.1} bar_mb=60 cpu_percent={share:.2} bar_percent=1"
    ))
}

fn watch(serve: &mut Child) -> anyhow::Result<(f64, f64)> {
    let mut line = String::new();
    let stdout = serve.stdout.take().context("serve has no output")?;
    BufReader::new(stdout).read_line(&mut line)?;
    ensure!(line.contains("http://"), "serve said {line:?}");
    wait(Duration::from_secs(3));
    let proc = PathBuf::from("/proc").join(serve.id().to_string());
    let before = ticks(&proc)?;
    let begun = Instant::now();
    wait(WATCHED);
    let spent = (ticks(&proc)? - before) / TICKS;
    let status = fs::read_to_string(proc.join("status"))?;
    let resident = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .and_then(|rest| rest.trim().split(' ').next())
        .context("VmRSS")?
        .parse::<f64>()?
        / 1_024.0;
    Ok((resident, 100.0 * spent / begun.elapsed().as_secs_f64()))
}

fn wait(time: Duration) {
    #[expect(
        clippy::disallowed_methods,
        reason = "another process is watched while nothing happens"
    )]
    std::thread::sleep(time);
}

/// Ticks in user and system mode.
fn ticks(proc: &Path) -> anyhow::Result<f64> {
    let stat = fs::read_to_string(proc.join("stat"))?;
    // The name in parentheses may hold spaces; what follows does not.
    let (_, rest) = stat.rsplit_once(") ").context("stat")?;
    let fields: Vec<&str> = rest.split(' ').collect();
    let at = |n: usize| {
        fields
            .get(n)
            .context("stat")?
            .parse::<f64>()
            .context("stat")
    };
    Ok(at(11)? + at(12)?)
}

/// Builds the demo in a target folder of its own, as on a fresh machine.
pub(crate) fn cold_build(folder: &Path) -> anyhow::Result<String> {
    let begun = Instant::now();
    let built = Command::new("cargo")
        .args([
            "build",
            "-q",
            "--profile",
            "demo",
            "-p",
            "yigao",
            "-p",
            "yigao-sandbox",
        ])
        .env("CARGO_TARGET_DIR", folder.join("cold"))
        .status()?;
    ensure!(built.success(), "the demo does not build");
    Ok(format!(
        "bench-cold: demo_build_s={}",
        begun.elapsed().as_secs()
    ))
}
