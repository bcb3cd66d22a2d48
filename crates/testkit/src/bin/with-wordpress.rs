//! `with-wordpress COMMAND…`: runs a command beside a WordPress of its own, which ends with it. Its address and its editor are
//! in `YIGAO_WORDPRESS_URL`, `YIGAO_WORDPRESS_USER` and `YIGAO_WORDPRESS_PASSWORD`.

use std::{
    io,
    process::{Command, ExitCode},
};

use yigao_testkit::{Limits, WordPress};

fn main() -> io::Result<ExitCode> {
    let mut args = std::env::args_os().skip(1);
    let Some(program) = args.next() else {
        return Err(io::Error::other("with-wordpress COMMAND…"));
    };
    let missing = |what| io::Error::other(format!("{what} is not installed"));
    let programs = WordPress::find().map_err(missing)?;
    let site = WordPress::start(programs, Limits::default())?;
    let status = Command::new(program)
        .args(args)
        .env("YIGAO_WORDPRESS_URL", site.url())
        .env("YIGAO_WORDPRESS_USER", "publisher")
        .env("YIGAO_WORDPRESS_PASSWORD", site.password("publisher"))
        .env("YIGAO_WORDPRESS_ADMIN_PASSWORD", site.password("admin"))
        .status()?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(ExitCode::from(code.unwrap_or(1)))
}
