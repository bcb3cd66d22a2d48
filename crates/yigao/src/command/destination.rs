//! `yigao destination …`.

use std::time::Duration;

use yigao_core::{DestinationId, time::minute_in_shanghai};
use yigao_engine::{DestinationRow, Hub, input};

use super::Call;
use crate::{
    cli::Destination,
    exit::Mistake,
    lang::{Say, out},
    table::table,
};

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
    let rows = opened.hub.destination_rows().await?;
    if !call.say.json {
        let say = call.say;
        let cells: Vec<Vec<String>> = rows
            .iter()
            .map(|row| cells(row, &opened.hub, say))
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

/// One destination as a row of the list.
fn cells(row: &DestinationRow, hub: &Hub, say: &Say) -> Vec<String> {
    let name = hub.destinations.get(&row.id).map_or_else(
        || say.pick("（未配置）", "(not configured)").to_owned(),
        |d| d.name.clone(),
    );
    vec![
        row.id.to_string(),
        name,
        row.channel.clone(),
        health(row, say),
    ]
}

/// How a destination is: the order that holds for it, or what goes wrong there.
fn health(row: &DestinationRow, say: &Say) -> String {
    let because = |word: &str, by: &str, why: &Option<String>| {
        format!("{word} {by}: {}", why.as_deref().unwrap_or_default())
    };
    match (&row.paused_by, row.tripped_until, &row.drained_by) {
        (Some(by), _, _) => because(say.pick("暂停", "paused"), by, &row.paused_why),
        (None, Some(until), _) => format!(
            "{} {}",
            say.pick("熔断至", "tripped until"),
            minute_in_shanghai(until)
        ),
        (None, None, Some(by)) => because(say.pick("排空", "draining"), by, &row.drained_why),
        (None, None, None) if row.failures > 0 => format!(
            "{} {}",
            say.pick("连续出错", "faults in a row"),
            row.failures
        ),
        (None, None, None) => say.pick("正常", "well").to_owned(),
    }
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

/// How often what is under way is examined.
const EVERY: Duration = Duration::from_millis(500);

async fn drain(
    call: &Call<'_>,
    id: &DestinationId,
    reason: &str,
    no_wait: bool,
) -> anyhow::Result<()> {
    let (_, opened) = call.open_or_make().await?;
    let hub = &opened.hub;
    let reason = input::reason(reason)?;
    hub.drain_destination(id, reason, call.actor()?).await?;
    call.say.line(
        format!("{id} 不再接新投递；撤稿随时可以，yigao destination resume {id} 恢复"),
        format!(
            "{id} takes nothing new; withdrawals are taken, yigao destination resume {id} ends it"
        ),
    );
    let mut shown = None;
    let left = loop {
        let left = hub.under_way(id).await?;
        if no_wait || left == 0 {
            break left;
        }
        if shown != Some(left) {
            call.say.line(
                format!("  还有 {left} 个投递在进行（由 serve 或 work 完成）"),
                format!("  {left} deliveries are under way (serve or work finishes them)"),
            );
            shown = Some(left);
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            () = crate::process::stop_signal() => return Err(crate::exit::Interrupted.into()),
        }
    };
    if !call.say.json {
        out(&format!("drain: destination={id} under_way={left}"));
    }
    call.say
        .json(&serde_json::json!({"destination": id, "under_way": left}));
    Ok(())
}

async fn pause(call: &Call<'_>, id: &DestinationId, reason: Option<&str>) -> anyhow::Result<()> {
    let (_, opened) = call.open_or_make().await?;
    let (hub, actor) = (&opened.hub, call.actor()?);
    match reason {
        Some(reason) => {
            let reason = input::reason(reason)?;
            hub.pause_destination(id, reason, actor).await?;
        }
        None => hub.resume_destination(id, actor).await?,
    }
    match reason {
        Some(_) => call.say.line(
            format!("{id} 已暂停：在恢复之前什么都不发"),
            format!("{id} is paused: nothing is sent there until it is resumed"),
        ),
        None => call
            .say
            .line(format!("{id} 已恢复"), format!("{id} is resumed")),
    }
    call.say
        .json(&serde_json::json!({"destination": id, "paused": reason.is_some()}));
    Ok(())
}
