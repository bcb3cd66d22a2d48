//! publish, correct, withdraw: plan, notify, and follow to the end.

use yigao_core::{Delivery, DeliveryId, DestinationId, ItemId};
use yigao_engine::{
    Agreed, Hub, Plan, Request,
    input::{self, overwrite, time},
};
use yigao_worker::Worker;

use super::Call;
use crate::{
    cli::Send,
    follow::{follow, verdict},
    open::Opened,
    settings::Settings,
};

pub(super) async fn publish(call: &Call<'_>, args: Send) -> anyhow::Result<()> {
    let (settings, opened) = call.open().await?;
    let request = request(&opened.hub, &args).await?;
    let plan = opened
        .hub
        .publish(&args.item, &request, call.actor()?)
        .await?;
    finish(call, &settings, opened, plan, args.no_wait).await
}

pub(super) async fn correct(call: &Call<'_>, args: Send) -> anyhow::Result<()> {
    let (settings, opened) = call.open().await?;
    let request = request(&opened.hub, &args).await?;
    let plan = opened
        .hub
        .correct(&args.item, &request, call.actor()?)
        .await?;
    finish(call, &settings, opened, plan, args.no_wait).await
}

pub(super) async fn withdraw(
    call: &Call<'_>,
    item: &ItemId,
    reason: &str,
    to: Vec<DestinationId>,
    no_wait: bool,
) -> anyhow::Result<()> {
    let reason = input::reason(reason)?;
    let (settings, opened) = call.open().await?;
    let plan = opened.hub.withdraw(item, to, reason, call.actor()?).await?;
    finish(call, &settings, opened, plan, no_wait).await
}

async fn request(hub: &Hub, args: &Send) -> anyhow::Result<Request> {
    let at = args.at.as_deref().map(time).transpose()?;
    let agreed = args.overwrite.iter().map(|text| match text.as_str() {
        "" => Ok(Agreed::LastSeen),
        text => overwrite(text).map(Agreed::Exactly),
    });
    let agreed = agreed.collect::<Result<Vec<_>, _>>()?;
    Ok(Request {
        over: hub.agreed_overwrites(&args.item, &args.to, &agreed).await?,
        destinations: args.to.clone(),
        at,
        approve: args.approve,
    })
}

async fn finish(
    call: &Call<'_>,
    settings: &Settings,
    opened: Opened,
    plan: Plan,
    no_wait: bool,
) -> anyhow::Result<()> {
    for left in &plan.left_out {
        let line = format!(
            "  {}: {}",
            left.destination,
            call.say.localized(&left.message)
        );
        call.say.line(&line, &line);
    }
    if no_wait {
        call.say.line(
            format!("已排入 {} 个投递", plan.deliveries.len()),
            format!("{} deliveries planned", plan.deliveries.len()),
        );
        call.say.json(&plan);
        return Ok(());
    }
    let ids: Vec<_> = plan.deliveries.iter().map(|d| d.id.clone()).collect();
    let Some(ended) = work_off(call, settings, opened, &ids).await? else {
        return Ok(());
    };
    call.say
        .json(&serde_json::json!({"deliveries": ended, "left_out": plan.left_out}));
    verdict(&ended)
}

/// Works until these deliveries rest, and answers them; `None` when a person stopped looking on.
pub(super) async fn work_off(
    call: &Call<'_>,
    settings: &Settings,
    opened: Opened,
    ids: &[DeliveryId],
) -> anyhow::Result<Option<Vec<Delivery>>> {
    // Beside a running `serve` both work; whoever claims first has it. Without one, this process does it all.
    let worker = Worker::start(opened.hub.clone(), opened.queue.clone(), &settings.worker);
    let ended = tokio::select! {
        ended = follow(&opened.hub, ids, call.say) => ended,
        _ = tokio::signal::ctrl_c() => {
            call.say.line("已停止跟踪；投递仍在库中，由投递进程继续", "stopped following; the deliveries stay, a worker continues");
            worker.stop().await;
            return Ok(None);
        }
    };
    worker.stop().await;
    Ok(Some(ended?))
}
