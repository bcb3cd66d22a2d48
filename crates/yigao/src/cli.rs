//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use yigao_core::{DeliveryId, DestinationId, ItemId};

use crate::lang::Lang;

/// Yigao 一稿通发: one item to every channel, and proof of it.
#[derive(Debug, Parser)]
#[command(name = "yigao", version, propagate_version = true)]
pub(crate) struct Cli {
    /// Language 语言; from the locale when absent.
    #[arg(long, global = true, value_enum)]
    pub(crate) lang: Option<Lang>,
    /// Results as JSON on standard output.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Configuration file; `yigao.toml` in this folder when it is there.
    #[arg(long, short, global = true, env = "YIGAO_CONFIG")]
    pub(crate) config: Option<PathBuf>,
    /// Data folder, instead of the configured one.
    #[arg(long, global = true, env = "YIGAO_DATA")]
    pub(crate) data: Option<PathBuf>,
    /// Who acts, for the ledger; the system user when absent.
    #[arg(long = "as", global = true, value_name = "NAME")]
    pub(crate) actor: Option<String>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// API, pages and worker in one process 服务.
    Serve(Serve),
    /// A worker without API 投递进程.
    Work,
    /// Items 稿件.
    #[command(subcommand)]
    Item(Item),
    /// Deliveries 投递.
    #[command(subcommand)]
    Delivery(Delivery),
    /// Destinations 目的账号.
    #[command(subcommand)]
    Destination(Destination),
    /// What every destination would refuse, before anything is sent 预检. The ledger is not changed; of an item that has not
    /// been imported nothing is stored.
    Preflight {
        /// An item's name, or a path to a folder, archive or file that has not been imported.
        what: String,
        #[arg(long = "to", value_name = "DESTINATION")]
        to: Vec<DestinationId>,
    },
    /// The configuration 配置.
    #[command(subcommand)]
    Config(Config),
    /// What a word, a fault's kind or a state means 解释.
    Explain { word: Option<String> },
    /// Entries of the ledger, oldest first 台账.
    Ledger {
        /// Name of an item, a delivery or a destination; everything when absent.
        subject: Option<String>,
        #[arg(long, default_value_t = 200)]
        limit: u32,
    },
    /// Walks the ledger and checks that nothing was changed 台账核验.
    Audit,
    /// Shell completions 命令补全.
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
    /// Takes an item in from a folder, an archive or a file 导入.
    Import {
        path: PathBuf,
        /// Told by the content when absent.
        #[arg(long, value_enum)]
        format: Option<FormatName>,
    },
    /// Makes a folder with a template to write in 新建.
    New { path: PathBuf },
    /// Lists items 列表.
    List {
        /// Words in the title or the name.
        text: Option<String>,
        #[arg(long, default_value_t = 50)]
        limit: u32,
    },
    /// One item: its newest version, findings, deliveries 查看.
    Show { item: ItemId },
    /// Reads back now what is out, and says what differs from what was approved 回读.
    Look {
        item: ItemId,
        #[arg(long = "to", value_name = "DESTINATION")]
        to: Vec<DestinationId>,
    },
    /// Writes every rendition as a page to look at 预览.
    Preview {
        item: ItemId,
        #[arg(long = "to", value_name = "DESTINATION")]
        to: Vec<DestinationId>,
        /// Folder for the pages.
        #[arg(long, default_value = "yigao-preview")]
        out: PathBuf,
    },
    /// Signs the renditions of the newest version 批准.
    Approve {
        item: ItemId,
        #[arg(long = "to", value_name = "DESTINATION")]
        to: Vec<DestinationId>,
    },
    /// Sends the newest version where nothing of it stands 发布.
    Publish(Send),
    /// Puts the newest version in the place of what stands 更正.
    Correct(Send),
    /// Withdraws it everywhere 撤稿.
    Kill {
        item: ItemId,
        /// Why; goes into the notice and the ledger.
        #[arg(long)]
        reason: String,
        #[arg(long = "to", value_name = "DESTINATION")]
        to: Vec<DestinationId>,
        /// Leave the work to a running `serve` or `work`.
        #[arg(long)]
        no_wait: bool,
    },
    /// Holds it back: nothing of it is written until it is released 暂扣.
    Hold {
        item: ItemId,
        #[arg(long)]
        reason: String,
    },
    /// Lets a held item go 放行.
    Release { item: ItemId },
    /// Writes the newest version into a folder 导出.
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
    /// Not before: `2026-05-01 09:00` in Asia/Shanghai, or RFC 3339.
    #[arg(long)]
    pub(crate) at: Option<String>,
    /// I have seen the renditions and approve them by my name.
    #[arg(long)]
    pub(crate) approve: bool,
    /// Overwrite what a person changed there: exactly what was read back, as `item look` names it. Alone, for a single
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
    /// Lists deliveries, newest first 列表.
    List {
        #[arg(long)]
        item: Option<ItemId>,
        #[arg(long)]
        destination: Option<DestinationId>,
        /// waiting, working, accepted, unproven, delivered, failed, doubtful, overtaken.
        #[arg(long)]
        state: Vec<String>,
        #[arg(long, default_value_t = 50)]
        limit: u32,
    },
    /// Everything about one: what it waits for, attempts, steps, exchanges 查看.
    Show { delivery: DeliveryId },
    /// Again: due at once, or a failed one planned anew 重试.
    Retry {
        delivery: DeliveryId,
        /// Leave the work to a running `serve` or `work`.
        #[arg(long)]
        no_wait: bool,
    },
    /// Takes back one that waits and has never sent anything 取消.
    Cancel { delivery: DeliveryId },
    /// Tries again what failed since a time and was not followed by anything newer 补投.
    Recover {
        /// `2026-05-01 09:00` in Asia/Shanghai, or RFC 3339.
        #[arg(long)]
        since: String,
        #[arg(long = "to", value_name = "DESTINATION")]
        to: Option<DestinationId>,
        /// Only say what would be tried.
        #[arg(long)]
        dry_run: bool,
        /// Leave the work to a running `serve` or `work`.
        #[arg(long)]
        no_wait: bool,
    },
    /// Sends to a destination what is out elsewhere and never stood there 补发.
    Replay {
        #[arg(long = "to", value_name = "DESTINATION")]
        to: DestinationId,
        /// I have seen the renditions and approve them by my name.
        #[arg(long)]
        approve: bool,
        /// Only say what would be sent.
        #[arg(long)]
        dry_run: bool,
        /// Leave the work to a running `serve` or `work`.
        #[arg(long)]
        no_wait: bool,
    },
    /// Says what became of a step in doubt 裁定.
    Decide {
        delivery: DeliveryId,
        /// It happened; this is its id there.
        #[arg(long, value_name = "ID", conflicts_with = "did_not")]
        happened: Option<String>,
        /// Its address there.
        #[arg(long, requires = "happened")]
        url: Option<String>,
        /// It did not happen: it may be done again.
        #[arg(long)]
        did_not: bool,
        /// How you know.
        #[arg(long)]
        reason: String,
        /// Leave the work to a running `serve` or `work`.
        #[arg(long)]
        no_wait: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Destination {
    /// Lists destinations and how they are 列表.
    List,
    /// What it can do and take 能力表.
    Show { destination: DestinationId },
    /// Asks it whether it is there and lets us do what we are for 测试.
    Check { destination: DestinationId },
    /// Sends nothing there until it is resumed 暂停.
    Pause {
        destination: DestinationId,
        #[arg(long)]
        reason: String,
    },
    /// Takes nothing new there and waits until what is under way has come to its end 排空. Withdrawals are taken all the same;
    /// `resume` ends it.
    Drain {
        destination: DestinationId,
        #[arg(long)]
        reason: String,
        /// Do not wait.
        #[arg(long)]
        no_wait: bool,
    },
    /// Goes on 恢复.
    Resume { destination: DestinationId },
    /// Reads a destination's file and tells every mistake with its line and column; sends nothing 检查文件.
    Lint { file: PathBuf },
    /// Tries a destination's file with an item: fills every call and prints it; with --send also publishes, reads back and
    /// withdraws there, in a ledger of its own that is thrown away, and prints each exchange without its secrets 试投.
    Try {
        file: PathBuf,
        /// The item's file or folder, as `item import` takes it.
        #[arg(long)]
        item: PathBuf,
        /// Really send.
        #[arg(long)]
        send: bool,
        /// With --send: leave it there.
        #[arg(long, requires = "send")]
        keep: bool,
        /// With --send: ask before each write, so that you can look at the site in between.
        #[arg(long, requires = "send")]
        step: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Config {
    /// Shows every value and where it came from 查看.
    Show,
    /// Reads everything, opens every destination, sends nothing 检查.
    Check,
    /// An example file for a destination: website, wordpress, http, plone, wechat, county, memory 范例.
    Example { kind: String },
}
