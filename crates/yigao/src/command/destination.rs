//! `yigao destination …`.

use yigao_core::{DestinationId, time::minute_in_shanghai};

use super::Call;
use crate::{cli::Destination, exit::Mistake, lang::out, table::table};

pub(super) async fn run(call: &Call<'_>, args: Destination) -> anyhow::Result<()> {
    match args {
        Destination::List => list(call).await,
        Destination::Show { destination } => show(call, &destination).await,
        Destination::Check { destination } => check(call, &destination).await,
        Destination::Pause {
            destination,
            reason,
        } => pause(call, &destination, Some(&reason)).await,
        Destination::Resume { destination } => pause(call, &destination, None).await,
    }
}

async fn list(call: &Call<'_>) -> anyhow::Result<()> {
    let (_, opened) = call.open_or_make().await?;
    let rows = opened.hub.store.destinations().await?;
    if !call.say.json {
        let say = call.say;
        let cells: Vec<Vec<String>> = rows
            .iter()
            .map(|row| {
                let configured = opened.hub.destinations.get(&row.id);
                let name = configured
                    .map(|d| d.name.clone())
                    .unwrap_or_else(|| say.pick("（未配置）", "(not configured)").to_owned());
                let health = match (&row.paused_by, row.tripped_until) {
                    (Some(by), _) => format!(
                        "{} {by}: {}",
                        say.pick("暂停", "paused"),
                        row.paused_why.clone().unwrap_or_default()
                    ),
                    (None, Some(until)) => format!(
                        "{} {}",
                        say.pick("熔断至", "tripped until"),
                        minute_in_shanghai(until)
                    ),
                    (None, None) if row.failures > 0 => format!(
                        "{} {}",
                        say.pick("连续出错", "faults in a row"),
                        row.failures
                    ),
                    (None, None) => say.pick("正常", "well").to_owned(),
                };
                vec![row.id.to_string(), name, row.channel.clone(), health]
            })
            .collect();
        let heads = [
            say.pick("目的账号", "destination"),
            say.pick("名称", "name"),
            say.pick("渠道", "channel"),
            say.pick("状况", "health"),
        ];
        out(&table(&heads, &cells, 60));
    }
    call.say.json(&rows);
    Ok(())
}

async fn show(call: &Call<'_>, id: &DestinationId) -> anyhow::Result<()> {
    let (_, opened) = call.open_or_make().await?;
    opened.hub.known(std::slice::from_ref(id))?;
    if let Some(destination) = opened.hub.destinations.get(id) {
        let profile = destination.channel.profile();
        if !call.say.json {
            out(&serde_json::to_string_pretty(profile)?);
        }
        call.say.json(profile);
    }
    Ok(())
}

async fn check(call: &Call<'_>, id: &DestinationId) -> anyhow::Result<()> {
    let (_, opened) = call.open_or_make().await?;
    opened.hub.known(std::slice::from_ref(id))?;
    match opened.hub.check_destination(id).await {
        Ok(()) => {
            call.say.line(format!("{id} 正常"), format!("{id} is well"));
            call.say
                .json(&serde_json::json!({"destination": id, "well": true}));
            Ok(())
        }
        Err(error) => {
            call.say
                .json(&serde_json::json!({"destination": id, "well": false, "fault": error}));
            let said = error.with_way_out();
            Err(Mistake::error(
                format!("{id}：{}", said.zh),
                format!("{id}: {}", said.en),
            ))
        }
    }
}

async fn pause(call: &Call<'_>, id: &DestinationId, reason: Option<&str>) -> anyhow::Result<()> {
    let (_, opened) = call.open_or_make().await?;
    opened.hub.known(std::slice::from_ref(id))?;
    opened
        .hub
        .store
        .pause(id, reason, call.actor()?, opened.hub.clock.now())
        .await?;
    match reason {
        Some(_) => call.say.line(
            format!("{id} 已暂停：在恢复之前什么都不发"),
            format!("{id} is paused: nothing is sent there until it is resumed"),
        ),
        None => call
            .say
            .line(format!("{id} 已恢复"), format!("{id} goes on")),
    }
    call.say
        .json(&serde_json::json!({"destination": id, "paused": reason.is_some()}));
    Ok(())
}
