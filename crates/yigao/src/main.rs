//! Yigao 一稿通发: write once, publish everywhere, prove it.

mod channels;
mod cli;
mod command;
mod exit;
mod follow;
mod help;
mod lang;
mod misuse;
mod open;
mod settings;
mod table;

use clap::FromArgMatches as _;

fn main() -> std::process::ExitCode {
    let parsed = help::command()
        .try_get_matches()
        .and_then(|matches| cli::Cli::from_arg_matches(&matches));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) => return exit::misused(&error),
    };
    let say = lang::Say::new(cli.lang, cli.json);
    match command::run(cli, &say) {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => exit::report(&error, &say),
    }
}
