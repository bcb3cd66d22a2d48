//! `yigao delivery recover` and `replay`: what operators do after an outage.

use yigao_core::{DeliveryId, DestinationId, Localized};
use yigao_engine::{VERIFY_MOST, input::time};

use super::{Call, send::work_off};
use crate::{follow::verdict, open::Opened, settings::Settings};

/// How the command is to be carried out.
#[derive(Clone, Copy)]
pub(super) struct How {
    /// Nothing is planned; the command only lists what would be.
    pub(super) dry_run: bool,
    /// The deliveries are left to other processes.
    pub(super) no_wait: bool,
}

/// The report on one delivery or item: its text, and what was planned or why nothing was.
type Row = (String, Option<DeliveryId>, Option<Localized>);

pub(super) async fn recover(
    call: &Call<'_>,
    since: &str,
    to: Option<&DestinationId>,
    how: How,
) -> anyhow::Result<()> {
    let since = time(since)?;
    let (settings, opened) = call.open().await?;
    let hub = &opened.hub;
    hub.known(to.map(std::slice::from_ref).unwrap_or_default())?;
    let all = hub.recover(since, to, how.dry_run, call.actor()?).await?;
    call.say.json(&all);
    let row = |one: yigao_engine::Recovered| {
        let why = one
            .message
            .as_ref()
            .map_or("", |message| call.say.localized(message));
        let line = format!("{} → {}  {}  {why}", one.item, one.destination, one.failed);
        (line, one.planned, one.left_out)
    };
    let rows = all.into_iter().map(row).collect();
    go_on(call, &settings, opened, rows, how).await
}

pub(super) async fn replay(
    call: &Call<'_>,
    to: &DestinationId,
    approve: bool,
    how: How,
) -> anyhow::Result<()> {
    let (settings, opened) = call.open().await?;
    let hub = &opened.hub;
    let all = hub.replay(to, approve, how.dry_run, call.actor()?).await?;
    call.say.json(&all);
    let row =
        |one: yigao_engine::Replayed| (format!("{} → {to}", one.item), one.planned, one.left_out);
    let rows = all.into_iter().map(row).collect();
    go_on(call, &settings, opened, rows, how).await
}

async fn go_on(
    call: &Call<'_>,
    settings: &Settings,
    opened: Opened,
    rows: Vec<Row>,
    how: How,
) -> anyhow::Result<()> {
    for (line, planned, left_out) in &rows {
        let end = match (planned, left_out) {
            (Some(id), _) => format!(" ⇒ {id}"),
            (None, Some(why)) => format!(" ✕ {}", call.say.localized(why)),
            (None, None) => String::new(),
        };
        let line = format!("{line}{end}");
        call.say.line(&line, &line);
    }
    let found = rows.len();
    let planned: Vec<DeliveryId> = rows.into_iter().filter_map(|(_, id, _)| id).collect();
    let count = planned.len();
    if how.dry_run {
        call.say.line(
            format!("共 {found} 个；这次只看，没有排入投递"),
            format!("{found} in all; this was a dry run, nothing is planned"),
        );
    } else {
        call.say.line(
            format!("共 {found} 个，已排入 {count} 个投递（一次最多看最近 {VERIFY_MOST} 个）"),
            format!(
                "{found} in all, {count} deliveries planned (the newest {VERIFY_MOST} are examined)"
            ),
        );
    }
    if planned.is_empty() || how.no_wait {
        return Ok(());
    }
    match work_off(call, settings, opened, &planned).await? {
        Some(ended) => verdict(&ended),
        None => Ok(()),
    }
}
