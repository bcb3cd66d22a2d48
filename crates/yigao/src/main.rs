//! Yigao 一稿通发: write once, publish everywhere, prove it.

mod channels;
mod cli;
mod command;
#[cfg(test)]
mod doors;
mod exit;
mod follow;
mod lang;
mod misuse;
mod open;
mod settings;
mod table;

use clap::Parser as _;

fn main() -> std::process::ExitCode {
    let cli = match cli::Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return exit::misused(&error),
    };
    let say = lang::Say::new(cli.lang, cli.json);
    match command::run(cli, &say) {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => exit::report(&error, &say),
    }
}
