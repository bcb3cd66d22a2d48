//! `yigao config …`.

use super::Call;
use crate::{
    channels::{DRIVERS, KINDS},
    cli::Config,
    exit::Mistake,
    lang::out,
    open,
    settings::{ConfigProblems, old_words},
};

pub(super) fn run(call: &Call<'_>, args: Config) -> anyhow::Result<()> {
    match args {
        Config::Show => {
            let settings = call.settings()?;
            for (key, origin) in &settings.origins {
                let value = key.split('.').try_fold(None::<&toml::Value>, |at, part| {
                    let next =
                        at.map_or_else(|| settings.merged.get(part), |value| value.get(part));
                    next.map(Some)
                });
                let value = value.flatten().map(ToString::to_string).unwrap_or_default();
                call.say.line(
                    format!("{key} = {value}  # {origin}"),
                    format!("{key} = {value}  # {origin}"),
                );
            }
            call.say
                .json(&serde_json::json!({"values": settings.merged, "origins": settings.origins}));
            Ok(())
        }
        Config::Check => check(call),
        Config::Example { kind } => example(&kind),
    }
}

fn example(name: &str) -> anyhow::Result<()> {
    let kinds = KINDS.iter().map(|kind| (kind.name, kind.example));
    let known: Vec<(&str, &str)> = kinds.chain(DRIVERS.iter().copied()).collect();
    if let Some((_, text)) = known.iter().find(|(known, _)| *known == name) {
        out(text.trim_end());
        return Ok(());
    }
    let known: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
    let (zh, en) = match old_words::kind(name) {
        Some(new) => (format!("，现为 {new}"), format!(", it is {new} now")),
        None => (String::new(), String::new()),
    };
    Err(Mistake::error(
        format!("没有渠道 {name}{zh}；有 {}", known.join("、")),
        format!("no channel {name}{en}; there are {}", known.join(", ")),
    ))
}

fn check(call: &Call<'_>) -> anyhow::Result<()> {
    let settings = call.settings()?;
    if call.flags.config.is_none() && settings.destinations.is_empty() {
        return Err(Mistake::error(
            "这里没有 yigao.toml，也没有 destinations/：请在放它们的文件夹里运行，或用 --config 指明",
            "there is no yigao.toml here and no destinations/: run it in their folder, or give --config",
        ));
    }
    let mut problems = Vec::from_iter(open::unwritable(&settings.data));
    if let Err(ConfigProblems(wrong)) = open::hooks(&settings) {
        problems.extend(wrong);
    }
    for file in &settings.destinations {
        match open::destination(file, &settings) {
            Ok(destination) => {
                let line = format!(
                    "{}  {}  {}",
                    file.id,
                    destination.kind,
                    destination.channel.profile().identity
                );
                call.say.line(&line, &line);
            }
            Err(message) => problems.push(message),
        }
    }
    if problems.is_empty() {
        call.say.line(
            format!("配置无误，{} 个目的账号", settings.destinations.len()),
            format!("well; {} destinations", settings.destinations.len()),
        );
        call.say
            .json(&serde_json::json!({"well": true, "destinations": settings.destinations.len()}));
        Ok(())
    } else {
        Err(ConfigProblems(problems).into())
    }
}
