//! Help in the language that was asked for. English stands beside the commands in `cli.rs`; Chinese stands here, and a test
//! holds that nothing is missing and that no line mixes the two.

use clap::{Arg, ArgAction, Command, CommandFactory as _, ValueEnum as _, builder::Resettable};

use crate::{
    cli::Cli,
    lang::{Lang, system_language},
};

/// What several commands take, in English and Chinese, by the argument's name.
const COMMON: &[(&str, &str, &str)] = &[
    (
        "to",
        "Only these destinations; may be given more than once",
        "只对这些目的账号，可多次给出",
    ),
    ("item", "The item's name", "稿件名"),
    ("delivery", "The delivery's number", "投递号"),
    ("destination", "The destination's name", "目的账号名"),
    (
        "reason",
        "Reason; it goes into the ledger",
        "原因，记入台账",
    ),
    ("limit", "At most this many", "最多列出多少条"),
    (
        "no_wait",
        "Leave the work to a running `serve` or `work`",
        "交给正在运行的 serve 或 work 去做",
    ),
    (
        "approve",
        "Approve the renditions in your name; you have seen them",
        "已看过渠道稿，以本人名义批准",
    ),
    ("path", "Folder, archive or file", "文件夹、压缩包或文件"),
    ("out", "Folder to write into", "写入的文件夹"),
    ("format", "Format", "格式"),
    ("file", "The destination's file", "目的账号的配置文件"),
    (
        "what",
        "An item's name, or a path that has not been imported",
        "稿件名，或尚未导入的路径",
    ),
    (
        "word",
        "The word to explain; all of them when absent",
        "要解释的词，省略则全部列出",
    ),
    ("shell", "The shell", "命令行外壳"),
    ("kind", "Which example", "哪一种范例"),
    ("help", "Print help", "显示帮助"),
    ("version", "Print the version", "显示版本"),
];

/// Chinese of every command (`item import`) and of what only one command takes (`item import#format`).
const CHINESE: &[(&str, &str)] = &[
    ("", "Yigao 一稿通发：一份稿件发往各渠道，并能证明"),
    ("#lang", "消息与帮助的语言，省略时按系统区域设置"),
    ("#json", "结果以 JSON 写到标准输出"),
    (
        "#config",
        "配置文件，省略时用当前文件夹的 yigao.toml（若有）",
    ),
    ("#data", "数据文件夹，代替配置中的"),
    ("#actor", "操作人，记入台账；省略时为系统用户"),
    ("help", "显示本帮助，或某个命令的帮助"),
    ("serve", "在一个进程里运行接口、页面和投递"),
    ("serve#listen", "监听地址，代替配置中的"),
    ("serve#no_work", "只提供接口和页面，投递进程在别处运行"),
    ("work", "只运行投递进程，不提供接口"),
    ("ledger", "列出台账条目，旧的在前"),
    (
        "ledger#subject",
        "稿件、投递或目的账号的名称，省略则列出全部",
    ),
    ("item", "稿件"),
    ("item import", "从文件夹、压缩包或文件导入稿件"),
    ("item import#format", "来源的格式，省略时按内容判断"),
    ("item new", "新建一个带模板的文件夹"),
    ("item list", "列出稿件"),
    ("item list#text", "只列标题或名称含这些字的"),
    ("item show", "查看一份稿件：最新版本、检查结果、投递"),
    ("item verify", "立即回读线上内容，指出与批准稿的差别"),
    ("item preview", "把每份渠道稿写成可查看的页面"),
    ("item approve", "批准最新版本的渠道稿"),
    ("item publish", "在尚未发布的目的账号发布最新版本"),
    ("item correct", "用最新版本更正线上内容"),
    (
        "item publish#at",
        "最早何时发出：如 2026-05-01 09:00（北京时间），或 RFC 3339 格式",
    ),
    (
        "item correct#at",
        "最早何时发出：如 2026-05-01 09:00（北京时间），或 RFC 3339 格式",
    ),
    (
        "item publish#overwrite",
        "覆盖对方改动过的内容，须与 item verify 给出的完全一致，写作 目的账号=摘要；只有一个目的账号时可以不写",
    ),
    (
        "item correct#overwrite",
        "覆盖对方改动过的内容，须与 item verify 给出的完全一致，写作 目的账号=摘要；只有一个目的账号时可以不写",
    ),
    ("item withdraw", "撤稿：全部或指定的目的账号"),
    ("item withdraw#reason", "原因，写入撤稿说明和台账"),
    ("item hold", "暂扣稿件：放行之前不写出任何内容"),
    ("item release", "放行已暂扣的稿件"),
    ("item export", "把最新版本导出到文件夹"),
    ("delivery", "投递"),
    ("delivery list", "列出投递，新的在前"),
    ("delivery list#item", "只列这份稿件的"),
    ("delivery list#destination", "只列这个目的账号的"),
    (
        "delivery list#state",
        "只列这些状态的，可多次给出：waiting 待投、working 投递中、accepted 已受理、unconfirmed 待证实、delivered 已送达、failed 失败、in_doubt 存疑、superseded 已被取代",
    ),
    (
        "delivery show",
        "查看一个投递：在等什么、尝试、步骤、往来记录",
    ),
    ("delivery retry", "重试一个投递：立即到期；已失败的重新排入"),
    (
        "delivery recover",
        "补投：某时以来失败且之后没有更新投递的，全部重试",
    ),
    (
        "delivery recover#since",
        "自何时起：如 2026-05-01 09:00（北京时间），或 RFC 3339 格式",
    ),
    ("delivery recover#dry_run", "只列出将要重试的"),
    (
        "delivery replay",
        "补发：别处已发布而此处从未有过的，发到这个目的账号",
    ),
    ("delivery replay#dry_run", "只列出将要补发的"),
    ("delivery decide", "裁定存疑的一步结果如何"),
    ("delivery decide#happened", "已经发生，给出它在对方的编号"),
    ("delivery decide#url", "它在对方的网址"),
    ("delivery decide#did_not", "没有发生，可以再做"),
    ("delivery decide#reason", "依据，记入台账"),
    ("delivery cancel", "取消尚未发出任何内容的投递"),
    ("destination", "目的账号"),
    ("destination list", "列出目的账号及其状况"),
    ("destination show", "查看一个目的账号的能力表"),
    ("destination check", "测试：目的账号是否应答、是否允许发布"),
    ("destination pause", "暂停：恢复之前不向它发送任何内容"),
    (
        "destination drain",
        "排空：不再接新投递，等在途的都有结果；撤稿仍可进行",
    ),
    ("destination drain#no_wait", "不等排空完成"),
    ("destination resume", "恢复已暂停或排空的目的账号"),
    (
        "destination lint",
        "检查目的账号的配置文件，逐处指出行列；不发送任何内容",
    ),
    (
        "destination try",
        "用一份稿件试配置文件：打印每个调用；加 --send 则真实发布、回读、撤稿，另用一份台账，往来记录不含密钥",
    ),
    (
        "destination try#item",
        "稿件的文件或文件夹，与 item import 相同",
    ),
    ("destination try#send", "真实发送"),
    ("destination try#keep", "与 --send 同用：文章留在线上"),
    (
        "destination try#step",
        "与 --send 同用：每次写入前询问，便于到网站上查看",
    ),
    (
        "preflight",
        "预检：发送之前找出各目的账号会拒绝的内容；不存入任何内容",
    ),
    ("config", "查看和检查配置"),
    ("config show", "显示每个值及其来源"),
    (
        "config check",
        "检查所有文件并打开每个目的账号；不发送任何内容",
    ),
    (
        "config example",
        "打印一份目的账号范例：website、wordpress、manifest、plone、wechat、county、memory",
    ),
    ("explain", "解释词语、故障类别、状态或退出码"),
    ("audit", "核验台账：检查是否有条目被改动"),
    ("completions", "打印命令补全脚本"),
];

/// The command line with its help in the language that the arguments or the locale ask for.
pub(crate) fn command() -> Command {
    let asked = asked_language(std::env::args());
    in_language(asked.unwrap_or_else(system_language))
}

/// `--lang` as written, before anything is parsed: help and mistakes need it first.
pub(crate) fn asked_language(args: impl Iterator<Item = String>) -> Option<Lang> {
    let args: Vec<String> = args.collect();
    args.iter().enumerate().find_map(|(at, arg)| {
        let name = match arg.strip_prefix("--lang=") {
            Some(name) => Some(name),
            None if arg == "--lang" => args.get(at + 1).map(String::as_str),
            None => None,
        };
        name.and_then(|name| Lang::from_str(name, true).ok())
    })
}

/// The command line with every text in one language.
pub(crate) fn in_language(lang: Lang) -> Command {
    let mut command = Cli::command();
    command.build();
    translated(command, "", lang)
}

fn translated(command: Command, path: &str, lang: Lang) -> Command {
    let command = match (lang, of_command(path)) {
        (Lang::Zh, Some(text)) => command.about(text).long_about(Resettable::Reset),
        _ => command,
    };
    let command = match lang {
        Lang::En => command,
        Lang::Zh => command
            .subcommand_help_heading("命令")
            .subcommand_value_name("命令")
            .help_template("{about-with-newline}\n用法：{usage}\n\n{all-args}{after-help}"),
    };
    let command = command.mut_args(|arg| argument(arg, path, lang));
    command.mut_subcommands(|sub| {
        let below = match path {
            "" => sub.get_name().to_owned(),
            // `help item import` lists the commands once more.
            path if path == "help" || path.starts_with("help ") => {
                let below = path.strip_prefix("help").unwrap_or_default().trim_start();
                format!("help {below} {}", sub.get_name()).replace("  ", " ")
            }
            path => format!("{path} {}", sub.get_name()),
        };
        translated(sub, &below, lang)
    })
}

fn of_command(path: &str) -> Option<&'static str> {
    let path = match path.strip_prefix("help ") {
        Some(below) => below,
        None => path,
    };
    // A group's own `help`.
    let path = if path.ends_with(" help") {
        "help"
    } else {
        path
    };
    CHINESE
        .iter()
        .find(|(key, _)| *key == path)
        .map(|(_, text)| *text)
}

fn argument(arg: Arg, path: &str, lang: Lang) -> Arg {
    let id = arg.get_id().as_str().to_owned();
    let common = COMMON.iter().find(|(key, _, _)| *key == id);
    let arg = match lang {
        Lang::En if arg.get_help().is_none() || id == "help" || id == "version" => match common {
            Some((_, english, _)) => arg.help(*english).long_help(Resettable::Reset),
            None => arg,
        },
        Lang::En => arg,
        Lang::Zh => match of_argument(&id, path) {
            Some(text) => {
                let text = format!("{text}{}", choices(&arg));
                let heading = if arg.is_positional() {
                    "参数"
                } else {
                    "选项"
                };
                arg.help(text)
                    .long_help(Resettable::Reset)
                    .hide_possible_values(true)
                    .hide_default_value(true)
                    .hide_env(true)
                    .help_heading(heading)
            }
            None => arg,
        },
    };
    arg
}

fn of_argument(id: &str, path: &str) -> Option<&'static str> {
    let find = |key: &str| {
        CHINESE
            .iter()
            .find(|(k, _)| *k == key)
            .map(|(_, text)| *text)
    };
    find(&format!("{path}#{id}"))
        .or_else(|| {
            COMMON
                .iter()
                .find(|(key, _, _)| *key == id)
                .map(|(_, _, text)| *text)
        })
        .or_else(|| find(&format!("#{id}")))
}

/// What the parser would append in English: choices, default, environment variable.
fn choices(arg: &Arg) -> String {
    let mut out = String::new();
    let takes_value = matches!(arg.get_action(), ArgAction::Set | ArgAction::Append);
    let values: Vec<String> = arg
        .get_possible_values()
        .iter()
        .map(|value| value.get_name().to_owned())
        .collect();
    if takes_value && !values.is_empty() {
        out.push_str(&format!("［可选：{}］", values.join("、")));
    }
    let defaults: Vec<_> = arg
        .get_default_values()
        .iter()
        .map(|value| value.to_string_lossy().into_owned())
        .collect();
    if takes_value && !defaults.is_empty() {
        out.push_str(&format!("［默认：{}］", defaults.join("、")));
    }
    if let Some(name) = arg.get_env() {
        out.push_str(&format!("［环境变量：{}］", name.to_string_lossy()));
    }
    out
}

#[cfg(test)]
mod tests {
    use clap::builder::StyledStr;

    use super::*;

    fn is_chinese(c: char) -> bool {
        ('\u{4e00}'..='\u{9fff}').contains(&c)
    }

    /// Every command with its path, and its help as printed.
    fn pages(lang: Lang) -> Vec<(String, String)> {
        fn walk(command: &Command, path: &str, out: &mut Vec<(String, String)>) {
            out.push((
                path.to_owned(),
                command.clone().render_long_help().to_string(),
            ));
            for sub in command
                .get_subcommands()
                .filter(|sub| sub.get_name() != "help")
            {
                walk(sub, &format!("{path} {}", sub.get_name()), out);
            }
        }
        let mut out = Vec::new();
        walk(&in_language(lang), "yigao", &mut out);
        out
    }

    #[test]
    fn english_help_is_english_alone_and_says_something_of_everything() {
        for (path, page) in pages(Lang::En) {
            assert!(!page.chars().any(is_chinese), "{path}: {page}");
        }
        each_has_help(Lang::En, |text| !text.is_empty());
    }

    #[test]
    fn chinese_help_is_chinese_in_every_line() {
        for (path, page) in pages(Lang::Zh) {
            for line in page.lines().filter(|line| !line.trim().is_empty()) {
                // A line that is a name alone, as `--json` above its sentence, or the usage, which is names alone.
                let is_names = line.split_whitespace().all(|word| {
                    word.starts_with(['-', '<', '[']) || word.ends_with('>') || word == "yigao"
                });
                assert!(line.chars().any(is_chinese) || is_names, "{path}: {line:?}");
            }
            for english in [
                "Usage",
                "Options",
                "Commands",
                "Arguments",
                "possible values",
                "default:",
                "env:",
                "Print",
            ] {
                assert!(!page.contains(english), "{path} has {english:?}: {page}");
            }
        }
        each_has_help(Lang::Zh, |text| text.chars().any(is_chinese));
    }

    fn each_has_help(lang: Lang, is_right: impl Fn(&str) -> bool) {
        fn walk(
            command: &Command,
            path: &str,
            missing: &mut Vec<String>,
            is_right: &dyn Fn(&str) -> bool,
        ) {
            let said =
                |text: Option<&StyledStr>| text.is_some_and(|text| is_right(&text.to_string()));
            if !said(command.get_about()) {
                missing.push(path.to_owned());
            }
            for arg in command.get_arguments() {
                if !said(arg.get_help()) {
                    missing.push(format!("{path}#{}", arg.get_id()));
                }
            }
            for sub in command
                .get_subcommands()
                .filter(|sub| sub.get_name() != "help")
            {
                walk(
                    sub,
                    &format!("{path} {}", sub.get_name()),
                    missing,
                    is_right,
                );
            }
        }
        let mut missing = Vec::new();
        walk(&in_language(lang), "yigao", &mut missing, &is_right);
        assert!(missing.is_empty(), "{missing:#?}");
    }

    #[test]
    fn no_chinese_text_is_left_over() {
        let mut known = vec![String::new(), "help".to_owned()];
        fn walk(command: &Command, path: &str, known: &mut Vec<String>) {
            for arg in command.get_arguments() {
                known.push(format!("{path}#{}", arg.get_id()));
            }
            for sub in command.get_subcommands() {
                let below = format!("{path} {}", sub.get_name()).trim().to_owned();
                known.push(below.clone());
                walk(sub, &below, known);
            }
        }
        walk(&in_language(Lang::En), "", &mut known);
        let stale: Vec<&str> = CHINESE
            .iter()
            .map(|(key, _)| *key)
            .filter(|key| !known.contains(&(*key).to_owned()))
            .collect();
        assert!(stale.is_empty(), "{stale:?}");
    }

    #[test]
    fn the_language_is_found_wherever_it_stands() {
        let of = |line: &str| asked_language(line.split(' ').map(ToOwned::to_owned));
        assert_eq!(of("yigao item --lang zh --help"), Some(Lang::Zh));
        assert_eq!(of("yigao --lang=en"), Some(Lang::En));
        assert_eq!(of("yigao --lang fr"), None);
        assert_eq!(of("yigao --help"), None);
    }
}
