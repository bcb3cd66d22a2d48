//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use yigao_core::{DeliveryId, DestinationId, ItemId};

use crate::lang::Lang;

/// Yigao: publish one item to every channel, and prove it.
#[derive(Debug, Parser)]
#[command(name = "yigao", version, propagate_version = true)]
pub(crate) struct Cli {
    /// Language of messages and help; taken from the locale when absent.
    #[arg(long, global = true, value_enum)]
    pub(crate) lang: Option<Lang>,
    /// Print results as JSON on standard output.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Configuration file; `yigao.toml` in this folder when it exists.
    #[arg(long, short, global = true, env = "YIGAO_CONFIG")]
    pub(crate) config: Option<PathBuf>,
    /// Data folder, instead of the configured one.
    #[arg(long, global = true, env = "YIGAO_DATA")]
    pub(crate) data: Option<PathBuf>,
    /// Who acts, as recorded in the ledger; the system user when absent.
    #[arg(long = "as", global = true, value_name = "NAME")]
    pub(crate) actor: Option<String>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the API, the pages and a worker in one process.
    Serve(Serve),
    /// Run a worker without the API.
    Work,
    /// Work with items.
    #[command(subcommand)]
    Item(Item),
    /// Work with deliveries.
    #[command(subcommand)]
    Delivery(Delivery),
    /// Work with destinations.
    #[command(subcommand)]
    Destination(Destination),
    /// Check what every destination would refuse, before anything is sent; nothing is stored.
    Preflight {
        /// An item's name, or a path to a folder, archive or file that has not been imported.
        what: String,
        #[arg(long = "to", value_name = "DESTINATION")]
        to: Vec<DestinationId>,
    },
    /// Show and check the configuration.
    #[command(subcommand)]
    Config(Config),
    /// Explain a word, a kind of fault, a state or an exit code.
    Explain { word: Option<String> },
    /// List entries of the ledger, oldest first.
    Ledger {
        /// Name of an item, a delivery or a destination; everything when absent.
        subject: Option<String>,
        #[arg(long, default_value_t = 200)]
        limit: u32,
    },
    /// Check that no entry of the ledger was changed.
    Audit,
    /// Print shell completions.
    Completions { shell: clap_complete::Shell },
}

#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// Address to listen on, instead of the configured one.
    #[arg(long)]
    pub(crate) listen: Option<String>,
    /// API and pages alone; workers run elsewhere.
    #[arg(long)]
    pub(crate) no_work: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum FormatName {
    Markdown,
    Json,
    GovPage,
}

impl From<FormatName> for yigao_formats::Format {
    fn from(name: FormatName) -> Self {
        match name {
            FormatName::Markdown => Self::Markdown,
            FormatName::Json => Self::Json,
            FormatName::GovPage => Self::GovPage,
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Item {
    /// Import an item from a folder, an archive or a file.
    Import {
        path: PathBuf,
        /// Format of the source; detected from the content when absent.
        #[arg(long, value_enum)]
        format: Option<FormatName>,
    },
    /// Make a folder with a template to fill in.
    New { path: PathBuf },
    /// List items.
    List {
        /// Only items with these words in the title or the name.
        text: Option<String>,
        #[arg(long, default_value_t = 50)]
        limit: u32,
    },
    /// Show one item: its newest version, what import noticed in it, and its deliveries.
    Show { item: ItemId },
    /// Read back now what is public, and report what differs from what was approved.
    Verify {
        item: ItemId,
        #[arg(long = "to", value_name = "DESTINATION")]
        to: Vec<DestinationId>,
    },
    /// Write every rendition as a page.
    Preview {
        item: ItemId,
        #[arg(long = "to", value_name = "DESTINATION")]
        to: Vec<DestinationId>,
        /// Folder for the pages.
        #[arg(long, default_value = "yigao-preview")]
        out: PathBuf,
    },
    /// Approve the renditions of the newest version.
    Approve {
        item: ItemId,
        #[arg(long = "to", value_name = "DESTINATION")]
        to: Vec<DestinationId>,
    },
    /// Publish the newest version where the item is not public yet.
    Publish(Send),
    /// Replace what is public by the newest version.
    Correct(Send),
    /// Withdraw the item, everywhere or at the destinations named.
    Withdraw {
        item: ItemId,
        /// Reason; it goes into the notice and the ledger.
        #[arg(long)]
        reason: String,
        #[arg(long = "to", value_name = "DESTINATION")]
        to: Vec<DestinationId>,
        /// Leave the work to a running `serve` or `work`.
        #[arg(long)]
        no_wait: bool,
    },
    /// Answer what import noticed: it may go out as it is.
    Answer {
        item: ItemId,
        /// Number of the finding, as `item show` prints it.
        number: u32,
        /// Why it may stay; it goes into the ledger.
        #[arg(long)]
        reason: String,
    },
    /// Hold the item: nothing of it is written until it is released.
    Hold {
        item: ItemId,
        #[arg(long)]
        reason: String,
    },
    /// Release a held item.
    Release { item: ItemId },
    /// Export the newest version into a folder.
    Export {
        item: ItemId,
        out: PathBuf,
        #[arg(long, value_enum, default_value = "markdown")]
        format: FormatName,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Send {
    pub(crate) item: ItemId,
    #[arg(long = "to", value_name = "DESTINATION")]
    pub(crate) to: Vec<DestinationId>,
    /// Not before this time: `2026-05-01 09:00` in Asia/Shanghai, or RFC 3339.
    #[arg(long)]
    pub(crate) at: Option<String>,
    /// Approve the renditions in your name; you have seen them.
    #[arg(long)]
    pub(crate) approve: bool,
    /// Overwrite what a person changed there: exactly what was read back, as `item verify` names it. Alone, for a single
    /// destination, what was read back last.
    #[arg(
        long,
        value_name = "DESTINATION=DIGEST",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = ""
    )]
    pub(crate) overwrite: Vec<String>,
    /// Leave the work to a running `serve` or `work`.
    #[arg(long)]
    pub(crate) no_wait: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Delivery {
    /// List deliveries, newest first.
    List {
        #[arg(long)]
        item: Option<ItemId>,
        #[arg(long)]
        destination: Option<DestinationId>,
        /// Only these states: waiting, working, accepted, unconfirmed, delivered, failed, in doubt, superseded.
        #[arg(long)]
        state: Vec<String>,
        #[arg(long, default_value_t = 50)]
        limit: u32,
    },
    /// Show one delivery: what it waits for, its attempts, steps and exchanges.
    Show { delivery: DeliveryId },
    /// Retry a delivery: due at once, or planned anew when it has failed.
    Retry {
        delivery: DeliveryId,
        /// Leave the work to a running `serve` or `work`.
        #[arg(long)]
        no_wait: bool,
    },
    /// Cancel a delivery that waits and has never sent anything.
    Cancel { delivery: DeliveryId },
    /// Retry everything that failed since a time and was not followed by anything newer.
    Recover {
        /// Since this time: `2026-05-01 09:00` in Asia/Shanghai, or RFC 3339.
        #[arg(long)]
        since: String,
        #[arg(long = "to", value_name = "DESTINATION")]
        to: Option<DestinationId>,
        /// Only list what would be tried.
        #[arg(long)]
        dry_run: bool,
        /// Leave the work to a running `serve` or `work`.
        #[arg(long)]
        no_wait: bool,
    },
    /// Publish at a destination what is public elsewhere and never was there.
    Replay {
        #[arg(long = "to", value_name = "DESTINATION")]
        to: DestinationId,
        /// Approve the renditions in your name; you have seen them.
        #[arg(long)]
        approve: bool,
        /// Only list what would be sent.
        #[arg(long)]
        dry_run: bool,
        /// Leave the work to a running `serve` or `work`.
        #[arg(long)]
        no_wait: bool,
    },
    /// Decide what became of a step in doubt.
    Decide {
        delivery: DeliveryId,
        /// It happened, and this is its id at the destination.
        #[arg(long, value_name = "ID", conflicts_with = "did_not")]
        happened: Option<String>,
        /// Its address at the destination.
        #[arg(long, requires = "happened")]
        url: Option<String>,
        /// It did not happen and may be done again.
        #[arg(long)]
        did_not: bool,
        /// How you know; it goes into the ledger.
        #[arg(long)]
        reason: String,
        /// Leave the work to a running `serve` or `work`.
        #[arg(long)]
        no_wait: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Destination {
    /// List destinations and their health.
    List,
    /// Show what a destination can do and take.
    Show { destination: DestinationId },
    /// Ask a destination whether it answers and lets us publish.
    Check { destination: DestinationId },
    /// Pause a destination: nothing is sent until it is resumed.
    Pause {
        destination: DestinationId,
        #[arg(long)]
        reason: String,
    },
    /// Drain a destination: take nothing new, and wait until what is under way has ended; withdrawals are still taken.
    Drain {
        destination: DestinationId,
        #[arg(long)]
        reason: String,
        /// Do not wait until it is drained.
        #[arg(long)]
        no_wait: bool,
    },
    /// Resume a paused or drained destination.
    Resume { destination: DestinationId },
    /// Check a destination's file and name every mistake with line and column; nothing is sent.
    Lint { file: PathBuf },
    /// Try a destination's file with an item: print every call; with --send, publish, read back and withdraw for real, in a
    /// ledger of its own, and print each exchange without its secrets.
    Try {
        file: PathBuf,
        /// The item's file or folder, as `item import` takes it.
        #[arg(long)]
        item: PathBuf,
        /// Send for real.
        #[arg(long)]
        send: bool,
        /// With --send: leave the article public.
        #[arg(long, requires = "send")]
        keep: bool,
        /// With --send: ask before each write, so that you can look at the site in between.
        #[arg(long, requires = "send")]
        step: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Config {
    /// Show every value and where it came from.
    Show,
    /// Check every file and open every destination; nothing is sent.
    Check,
    /// Print an example file for a destination: website, wordpress, http, plone, wechat, county, memory.
    Example { kind: String },
}
