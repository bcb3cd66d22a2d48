//! The command line of the demo.

use std::path::PathBuf;

use clap::{Args, Parser};
use yigao::lang::Lang;

/// Plays the whole story: sandbox, four items, five destinations, faults.
#[derive(Debug, Parser)]
#[command(name = "yigao-demo", version)]
pub(crate) struct Cli {
    /// Language of messages; taken from the locale when absent.
    #[arg(long, value_enum)]
    pub(crate) lang: Option<Lang>,
    /// Print results as JSON on standard output.
    #[arg(long)]
    pub(crate) json: bool,
    /// Who acts, for the ledger; the system user when absent.
    #[arg(long = "as", value_name = "NAME")]
    pub(crate) actor: Option<String>,
    #[command(flatten)]
    pub(crate) demo: Demo,
}

#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// End when everything has ended, instead of serving on.
    #[arg(long)]
    pub(crate) once: bool,
    /// Keep the data folder and use it again.
    #[arg(long)]
    pub(crate) keep: bool,
    /// Two worker processes on PostgreSQL and Redis, one of them killed half-way. Their addresses are read from
    /// YIGAO_LEDGER_URL and YIGAO_QUEUE_URL.
    #[arg(long, conflicts_with = "keep")]
    pub(crate) distributed: bool,
    /// A WordPress beside the static site, where an editor changes a word. Its address and the passwords of its
    /// editor `publisher` and of `admin` are read from YIGAO_WORDPRESS_URL, _PASSWORD and _ADMIN_PASSWORD.
    #[arg(long, conflicts_with = "keep")]
    pub(crate) wordpress: bool,
    /// Folder with the sample items.
    #[arg(long, default_value = "examples/items")]
    pub(crate) items: PathBuf,
}
