//! Commands: each parses nothing, decides nothing, and calls one use case.

mod config;
mod delivery;
mod destination;
mod explain;
mod item;
mod ledger;
mod lint;
mod operate;
mod send;
mod serve;
mod tryout;
mod verify;

use std::path::PathBuf;

use clap::CommandFactory as _;
use yigao_core::Actor;

use crate::{
    actor::{signed, system_user},
    cli::{Cli, Command},
    exit::Mistake,
    lang::{Say, out},
    open::{LEDGER, Opened, open},
    settings::{Flags, Settings, load},
};

/// What every command is given.
pub(crate) struct Call<'a> {
    pub(crate) say: &'a Say,
    pub(crate) flags: Flags,
    /// Who signs; `None` when neither a flag nor the system names anybody.
    actor: Option<Actor>,
}

impl Call<'_> {
    pub(crate) fn settings(&self) -> anyhow::Result<Settings> {
        Ok(load(&self.flags)?)
    }

    /// Who acts, for the ledger.
    ///
    /// # Errors
    /// When nobody can be named: nothing is signed by nobody.
    pub(crate) fn actor(&self) -> anyhow::Result<&Actor> {
        signed(self.actor.as_ref())
    }

    /// Opens what is there: a command that only lookups must not leave an empty ledger in whatever folder it is tried in.
    pub(crate) async fn open(&self) -> anyhow::Result<(Settings, Opened)> {
        let settings = self.settings()?;
        if settings.ledger.is_none() && !settings.data.join(LEDGER).exists() {
            let data = settings.data.display();
            return Err(Mistake::error(
                format!(
                    "{data} 里还没有台账：请在放 yigao.toml 的文件夹里运行，或用 --config、--data 指明；第一次用请先 yigao item import 文件夹"
                ),
                format!(
                    "there is no ledger in {data}: run it in the folder of yigao.toml, or give --config or --data; to begin, yigao item import FOLDER"
                ),
            ));
        }
        let opened = open(&settings).await?;
        Ok((settings, opened))
    }

    /// Opens the ledger, and makes it where there is none.
    pub(crate) async fn open_or_make(&self) -> anyhow::Result<(Settings, Opened)> {
        let settings = self.settings()?;
        let opened = open(&settings).await?;
        Ok((settings, opened))
    }
}

pub(crate) fn run(cli: Cli, say: &Say) -> anyhow::Result<()> {
    let here = PathBuf::from("yigao.toml");
    let config = cli.config.or_else(|| here.is_file().then_some(here));
    let flags = Flags {
        config,
        data: cli.data,
        listen: None,
    };
    let actor = cli.actor.as_deref().map(Actor::user).or_else(system_user);
    let call = Call { say, flags, actor };
    let work = async {
        match cli.command {
            Command::Serve(args) => serve::serve(call, args).await,
            Command::Work => serve::work(&call).await,
            Command::Item(args) => item::run(&call, args).await,
            Command::Delivery(args) => delivery::run(&call, args).await,
            Command::Destination(args) => destination::run(&call, args).await,
            Command::Preflight { what, to } => item::preflight(&call, &what, &to).await,
            Command::Config(args) => config::run(&call, args),
            Command::Explain { word } => explain::run(say, word.as_deref()),
            Command::Audit => ledger::audit(&call).await,
            Command::Ledger { subject, limit } => {
                ledger::list(&call, subject.as_deref(), limit).await
            }
            Command::Completions { shell } => {
                let mut bytes = Vec::new();
                clap_complete::generate(shell, &mut Cli::command(), "yigao", &mut bytes);
                out(String::from_utf8_lossy(&bytes).trim_end());
                Ok(())
            }
        }
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let out = runtime.block_on(work);
    // A blocking file operation must not keep the program from ending.
    runtime.shutdown_timeout(std::time::Duration::from_secs(2));
    out
}
