//! Explains in Chinese why a command line cannot be read. In English the parser's own message is used.

use clap::error::{ContextKind, ContextValue, Error, ErrorKind};
use yigao_engine::input;

/// The sentence, the nearest right word and where to find help; `None` when there is nothing to translate: help, the
/// version, or a kind of error whose own message is better than ours.
pub(crate) fn in_chinese(error: &Error) -> Option<String> {
    let text = |kind: ContextKind| match error.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        ContextValue::Strings(texts) => Some(texts.join("、")),
        other => Some(other.to_string()),
    };
    let argument = text(ContextKind::InvalidArg).unwrap_or_default();
    let value = text(ContextKind::InvalidValue).unwrap_or_default();
    let message = match error.kind() {
        ErrorKind::InvalidValue if value.is_empty() => format!("{argument} 后面缺少值"),
        ErrorKind::InvalidValue => format!("{argument} 不能是 {value:?}"),
        ErrorKind::ValueValidation => {
            let why = no_name(&argument, &value)
                .or_else(|| std::error::Error::source(error).map(ToString::to_string));
            format!(
                "{argument} 的值 {value:?} 不对：{}",
                why.unwrap_or_default()
            )
        }
        ErrorKind::UnknownArgument => format!("没有参数 {argument}"),
        ErrorKind::InvalidSubcommand => format!(
            "没有命令 {}",
            text(ContextKind::InvalidSubcommand).unwrap_or_default()
        ),
        ErrorKind::MissingRequiredArgument => format!("缺少 {argument}"),
        ErrorKind::ArgumentConflict => match text(ContextKind::PriorArg) {
            Some(prior) if prior != argument => format!("{argument} 不能与 {prior} 同用"),
            _ => format!("{argument} 只能写一次"),
        },
        ErrorKind::TooManyValues | ErrorKind::WrongNumberOfValues | ErrorKind::TooFewValues => {
            format!("{argument} 的值的个数不对")
        }
        _ => return None,
    };
    let choice = text(ContextKind::ValidValue).map(|all| format!("；可以是 {all}"));
    let near = [
        ContextKind::SuggestedArg,
        ContextKind::SuggestedSubcommand,
        ContextKind::SuggestedValue,
    ]
    .into_iter()
    .find_map(text)
    .map(|near| format!("；是不是 {near}？"));
    // The parser gives no usage when the wrong option is one that every command has.
    let usage = text(ContextKind::Usage)
        .map(|usage| format!("\n用法：{}", usage.trim_start_matches("Usage:").trim()));
    Some(format!(
        "命令行有误：{message}{}{}{}\n加 --help 看说明",
        choice.unwrap_or_default(),
        near.unwrap_or_default(),
        usage.unwrap_or_default()
    ))
}

/// The message that the API and the pages also give for a text that is not a valid name.
fn no_name(argument: &str, value: &str) -> Option<String> {
    let wrong = match argument {
        item if item.contains("ITEM") => input::item(value).err(),
        delivery if delivery.contains("DELIVERY") => input::delivery(value).err(),
        destination if destination.contains("DESTINATION") => input::destination(value).err(),
        _ => None,
    };
    wrong.map(|error| error.message.zh)
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::cli::Cli;

    fn explained(line: &str) -> Option<String> {
        in_chinese(&Cli::try_parse_from(line.split(' ')).unwrap_err())
    }

    #[test]
    fn each_mistake_has_its_sentence_and_the_nearest_right_word() {
        let cases = [
            ("yigao item pubish a", "没有命令 pubish；是不是 publish？"),
            ("yigao item publish", "缺少 <ITEM>"),
            ("yigao item withdraw a", "缺少 --reason <REASON>"),
            (
                "yigao --lang fr audit",
                "--lang <LANG> 不能是 \"fr\"；可以是 zh、en",
            ),
            ("yigao item show A/B", "<ITEM> 的值 \"A/B\" 不对"),
            (
                "yigao item list --limt 3",
                "没有参数 --limt；是不是 --limit",
            ),
            (
                "yigao --lang zh --lang en audit",
                "--lang <LANG> 只能写一次",
            ),
            (
                "yigao delivery decide d-1 --happened x --did-not --reason y",
                "不能与",
            ),
        ];
        for (line, wants) in cases {
            let message = explained(line).unwrap();
            assert!(message.contains(wants), "{line}: {message}");
        }
        assert_eq!(explained("yigao --version"), None);
    }
}
