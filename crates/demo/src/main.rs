//! The demo: four items to five destinations whose remotes misbehave on purpose, before one's eyes. A program of its own, so
//! that the product does not carry it.

mod again;
mod board;
mod call;
mod cli;
mod cms;
mod play;
mod plot;
mod report;
mod stage;
mod wordpress;
mod workers;

use clap::Parser as _;
use yigao::{actor::system_user, exit, lang::Say};
use yigao_core::Actor;

fn main() -> std::process::ExitCode {
    let cli = match cli::Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return exit::misused(&error),
    };
    let say = Say::new(cli.lang, cli.json);
    let actor = cli.actor.as_deref().map(Actor::user).or_else(system_user);
    let call = call::Call { say: &say, actor };
    let played = runtime().and_then(|runtime| {
        let played = runtime.block_on(play::run(&call, cli.demo));
        // A blocking file operation must not keep the program from ending.
        runtime.shutdown_timeout(std::time::Duration::from_secs(2));
        played
    });
    match played {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => exit::report(&error, &say),
    }
}

fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    Ok(runtime.enable_all().build()?)
}
