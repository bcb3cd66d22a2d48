//! `with-servers COMMAND…`: runs a command beside a PostgreSQL and a Redis of its own, whose addresses it finds in
//! `YIGAO_LEDGER_URL` and `YIGAO_QUEUE_URL`; both end with it. For the demo of several processes.

use std::{
    io,
    process::{Command, ExitCode},
};

use yigao_testkit::{Postgres, Redis};

fn main() -> io::Result<ExitCode> {
    let missing = |what: &str| io::Error::other(format!("{what} is not installed"));
    let mut args = std::env::args_os().skip(1);
    let Some(program) = args.next() else {
        return Err(io::Error::other("with-servers COMMAND…"));
    };
    let postgres = Postgres::start(Postgres::find().ok_or_else(|| missing("postgresql"))?)?;
    let redis = Redis::start(Redis::find().ok_or_else(|| missing("redis-server"))?)?;
    let status = Command::new(program)
        .args(args)
        .env("YIGAO_LEDGER_URL", postgres.database("yigao")?)
        .env("YIGAO_QUEUE_URL", redis.url())
        .status()?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(ExitCode::from(code.unwrap_or(1)))
}
