//! Yigao 一稿通发: write once, publish everywhere, prove it. The program as a library, so that the demo, a program of its own,
//! reads the same settings, opens the same engine and speaks the same way.

pub mod actor;
mod channels;
mod cli;
mod command;
#[cfg(test)]
mod doors;
pub mod exit;
pub mod follow;
mod help;
pub mod lang;
mod misuse;
pub mod open;
pub mod process;
pub mod settings;
pub mod table;

use clap::FromArgMatches as _;

/// Runs the command line of this process.
pub fn run() -> std::process::ExitCode {
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
