//! Help in the language that was asked for. English is beside the commands in `cli.rs`; Chinese is here, and a test
//! holds that nothing is missing and that no line mixes the two.

mod texts;

use clap::{Arg, ArgAction, Command, CommandFactory as _, ValueEnum as _, builder::Resettable};

use self::texts::{CHINESE, COMMON};
use crate::{
    cli::Cli,
    lang::{Lang, system_language},
};

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
        Lang::Zh => with_chinese_headings(command),
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

/// What the parser writes in English around the texts: headings, the usage line.
fn with_chinese_headings(command: Command) -> Command {
    let mut command = command
        .subcommand_help_heading("命令")
        .subcommand_value_name("命令")
        .help_template("{about-with-newline}\n用法：{usage}\n\n{all-args}{after-help}");
    let usage = command.render_usage().to_string();
    let usage = usage
        .trim_start_matches("Usage:")
        .trim()
        .replace("[OPTIONS]", "[选项]");
    command.override_usage(usage)
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
    match lang {
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
    }
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
                "OPTIONS",
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
