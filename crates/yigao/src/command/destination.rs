//! `yigao destination …`.

use std::time::Duration;

use yigao_core::{DestinationId, State, time::minute_in_shanghai};
use yigao_engine::Hub;
use yigao_store::ListDeliveries;

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
        Destination::Drain {
            destination,
            reason,
            no_wait,
        } => drain(call, &destination, &reason, no_wait).await,
        Destination::Resume { destination } => pause(call, &destination, None).await,
        Destination::Lint { file } => super::lint::run(call, &file),
        Destination::Try {
            file,
            item,
            send,
            keep,
            step,
        } => {
            let how = super::tryout::How { send, keep, step };
            super::tryout::run(call, &file, &item, how).await
        }
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
                let drained = row.drained_by.as_ref().map(|by| {
                    let why = row.drained_why.as_deref().unwrap_or_default();
                    format!("{} {by}: {why}", say.pick("排空", "draining"))
                });
                let health = match (&row.paused_by, row.tripped_until) {
                    (None, None) if drained.is_some() => drained.unwrap_or_default(),
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
        Ok(tells) => {
            call.say.line(format!("{id} 正常"), format!("{id} is well"));
            for words in &tells {
                call.say
                    .line(format!("  · {}", words.zh), format!("  · {}", words.en));
            }
            call.say
                .json(&serde_json::json!({"destination": id, "well": true, "tells": tells}));
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

/// How often what is under way is looked at.
const EVERY: Duration = Duration::from_millis(500);

async fn drain(
    call: &Call<'_>,
    id: &DestinationId,
    reason: &str,
    no_wait: bool,
) -> anyhow::Result<()> {
    let (_, opened) = call.open_or_make().await?;
    let hub = &opened.hub;
    hub.known(std::slice::from_ref(id))?;
    hub.store
        .drain(id, reason, call.actor()?, hub.clock.now())
        .await?;
    call.say.line(
        format!("{id} 不再接新投递；撤稿随时可以，yigao destination resume {id} 恢复"),
        format!(
            "{id} takes nothing new; withdrawals are taken, yigao destination resume {id} ends it"
        ),
    );
    let mut told = None;
    let left = loop {
        let left = under_way(hub, id).await?;
        if no_wait || left == 0 {
            break left;
        }
        if told != Some(left) {
            call.say.line(
                format!("  还有 {left} 个投递在进行（由 serve 或 work 完成）"),
                format!(
                    "  {left} deliveries are under way (serve or work brings them to their end)"
                ),
            );
            told = Some(left);
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            () = super::serve::stop_signal() => return Err(crate::exit::Interrupted.into()),
        }
    };
    if !call.say.json {
        out(&format!("drain: destination={id} under_way={left}"));
    }
    call.say
        .json(&serde_json::json!({"destination": id, "under_way": left}));
    Ok(())
}

/// Deliveries there that are not at their end.
async fn under_way(hub: &Hub, id: &DestinationId) -> anyhow::Result<usize> {
    let which = ListDeliveries {
        destination: Some(id.clone()),
        states: State::ALL
            .into_iter()
            .filter(|state| !state.is_final())
            .collect(),
        limit: 1_000,
        ..ListDeliveries::default()
    };
    Ok(hub.store.deliveries(&which).await?.len())
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
