//! `yigao delivery recover` and `replay`: what operators do after trouble.

use yigao_core::{DeliveryId, DestinationId, Words};
use yigao_engine::LOOK_AT;

use super::{Call, send::work_off, time};
use crate::{follow::verdict, open::Opened, settings::Settings};

pub(super) async fn recover(
    call: &Call<'_>,
    since: &str,
    to: Option<&DestinationId>,
    dry_run: bool,
    no_wait: bool,
) -> anyhow::Result<()> {
    let since = time(since)?;
    let (settings, opened) = call.open().await?;
    let hub = &opened.hub;
    let all = hub.recover(since, to, dry_run, call.actor()?).await?;
    for one in &all {
        let why = one.says.as_ref().map_or("", |says| call.say.words(says));
        let line = format!("{} → {}  {}  {why}", one.item, one.destination, one.failed);
        tell(call, &line, one.planned.as_ref(), one.left_out.as_ref());
    }
    call.say.json(&all);
    let planned: Vec<DeliveryId> = all.iter().filter_map(|one| one.planned.clone()).collect();
    end(
        call,
        &settings,
        opened,
        (all.len(), planned),
        dry_run,
        no_wait,
    )
    .await
}

pub(super) async fn replay(
    call: &Call<'_>,
    to: &DestinationId,
    approve: bool,
    dry_run: bool,
    no_wait: bool,
) -> anyhow::Result<()> {
    let (settings, opened) = call.open().await?;
    let hub = &opened.hub;
    let all = hub.replay(to, approve, dry_run, call.actor()?).await?;
    for one in &all {
        let line = format!("{} → {to}", one.item);
        tell(call, &line, one.planned.as_ref(), one.left_out.as_ref());
    }
    call.say.json(&all);
    let planned: Vec<DeliveryId> = all.iter().filter_map(|one| one.planned.clone()).collect();
    end(
        call,
        &settings,
        opened,
        (all.len(), planned),
        dry_run,
        no_wait,
    )
    .await
}

fn tell(call: &Call<'_>, line: &str, planned: Option<&DeliveryId>, left_out: Option<&Words>) {
    let end = match (planned, left_out) {
        (Some(id), _) => format!(" ⇒ {id}"),
        (None, Some(why)) => format!(" ✕ {}", call.say.words(why)),
        (None, None) => String::new(),
    };
    call.say
        .line(format!("{line}{end}"), format!("{line}{end}"));
}

async fn end(
    call: &Call<'_>,
    settings: &Settings,
    opened: Opened,
    (found, planned): (usize, Vec<DeliveryId>),
    dry_run: bool,
    no_wait: bool,
) -> anyhow::Result<()> {
    let count = planned.len();
    if dry_run {
        call.say.line(
            format!("共 {found} 个；这次只看，没有排入投递"),
            format!("{found} in all; this was to look at, nothing is planned"),
        );
    } else {
        call.say.line(
            format!("共 {found} 个，已排入 {count} 个投递（一次最多看最近 {LOOK_AT} 个）"),
            format!(
                "{found} in all, {count} deliveries planned (the newest {LOOK_AT} are looked at)"
            ),
        );
    }
    if planned.is_empty() || no_wait {
        return Ok(());
    }
    match work_off(call, settings, opened, &planned).await? {
        Some(ended) => verdict(&ended),
        None => Ok(()),
    }
}
