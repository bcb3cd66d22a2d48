//! `yigao delivery …`.

use yigao_core::{Delivery as Row, DeliveryId, journal::EntryState, time::minute_in_shanghai};
use yigao_engine::{AttemptRow, DeliveryRecord, ListDeliveries, input};

use super::{
    Call,
    operate::{self, How},
    send::work_off,
};
use crate::{
    cli::Delivery,
    follow::{line, verdict},
    lang::{Say, out},
    open::Opened,
    settings::Settings,
    table::table,
};

pub(super) async fn run(call: &Call<'_>, args: Delivery) -> anyhow::Result<()> {
    match args {
        Delivery::List {
            item,
            destination,
            state,
            limit,
        } => {
            let states = state
                .iter()
                .map(|name| input::state(name))
                .collect::<Result<Vec<_>, _>>()?;
            list(
                call,
                ListDeliveries {
                    item,
                    destination,
                    states,
                    limit: input::limit(Some(limit))?,
                    ..ListDeliveries::default()
                },
            )
            .await
        }
        Delivery::Show { delivery } => show(call, &delivery).await,
        Delivery::Retry { delivery, no_wait } => {
            let (settings, opened) = call.open().await?;
            let again = opened.hub.retry(&delivery, call.actor()?).await?;
            go_on(call, &settings, opened, again, no_wait).await
        }
        Delivery::Cancel { delivery } => cancel(call, &delivery).await,
        Delivery::Recover {
            since,
            to,
            dry_run,
            no_wait,
        } => operate::recover(call, &since, to.as_ref(), How { dry_run, no_wait }).await,
        Delivery::Replay {
            to,
            approve,
            dry_run,
            no_wait,
        } => operate::replay(call, &to, approve, How { dry_run, no_wait }).await,
        Delivery::Decide {
            delivery,
            happened,
            url,
            did_not,
            reason,
            no_wait,
        } => {
            let happened = happened.map(|id| (id, url));
            let decision = input::decision(happened, did_not)?;
            let reason = input::reason(&reason)?;
            let (settings, opened) = call.open().await?;
            let decided = opened
                .hub
                .decide(&delivery, decision, call.actor()?, reason)
                .await?;
            go_on(call, &settings, opened, decided, no_wait).await
        }
    }
}

async fn cancel(call: &Call<'_>, id: &DeliveryId) -> anyhow::Result<()> {
    let (_, opened) = call.open().await?;
    let cancelled = opened.hub.cancel(id, call.actor()?).await?;
    call.say.line(
        format!("{id} 已取消：它什么都没有发出"),
        format!("{id} is cancelled: it has sent nothing"),
    );
    call.say.json(&cancelled);
    Ok(())
}

/// Works on what a person's word set going, as sending does.
async fn go_on(
    call: &Call<'_>,
    settings: &Settings,
    opened: Opened,
    delivery: Row,
    no_wait: bool,
) -> anyhow::Result<()> {
    let text = format!("{}  {}", delivery.id, line(&delivery, call.say));
    call.say.line(&text, &text);
    if no_wait {
        call.say.json(&delivery);
        return Ok(());
    }
    let Some(ended) = work_off(call, settings, opened, &[delivery.id]).await? else {
        return Ok(());
    };
    call.say.json(&ended);
    verdict(&ended)
}

async fn list(call: &Call<'_>, which: ListDeliveries) -> anyhow::Result<()> {
    let (_, opened) = call.open().await?;
    let rows = opened.hub.deliveries(&which).await?;
    if !call.say.json {
        let say = call.say;
        let cells: Vec<Vec<String>> = rows
            .iter()
            .map(|d| {
                let why = d
                    .why
                    .as_ref()
                    .map(|w| say.localized(&w.localized()).to_owned())
                    .unwrap_or_default();
                vec![
                    d.id.to_string(),
                    d.item.to_string(),
                    d.destination.to_string(),
                    say.pick(d.intent.zh(), d.intent.name()).to_owned(),
                    say.pick(d.state.zh(), d.state.name()).to_owned(),
                    d.due_at.map(minute_in_shanghai).unwrap_or_default(),
                    why,
                ]
            })
            .collect();
        let heads = [
            say.pick("投递", "delivery"),
            say.pick("稿件", "item"),
            say.pick("目的账号", "destination"),
            say.pick("指令", "intent"),
            say.pick("状态", "state"),
            say.pick("到期", "due"),
            say.pick("等待", "waits for"),
        ];
        out(&table(&heads, &cells, 44));
    }
    call.say.json(&rows);
    Ok(())
}

async fn show(call: &Call<'_>, id: &DeliveryId) -> anyhow::Result<()> {
    let (_, opened) = call.open().await?;
    let known = opened.hub.delivery_record(id).await?;
    if !call.say.json {
        out(&line(&known.delivery, call.say));
        tell_outside(&known, call.say);
        for attempt in &known.attempts {
            tell_attempt(&known, attempt, call.say);
        }
    }
    call.say.json(&known);
    Ok(())
}

/// What people and remotes answered, and which webhooks were sent.
fn tell_outside(known: &DeliveryRecord, say: &Say) {
    for row in &known.callbacks {
        out(&format!(
            "{}  {} {} {}",
            minute_in_shanghai(row.at),
            say.pick("答复", "answers"),
            row.actor,
            row.body
        ));
    }
    for row in &known.notices {
        let taken = match (row.told, row.due_at) {
            (true, _) => say.pick("已收下", "taken"),
            (false, Some(_)) => say.pick("还没收下，会再试", "not taken yet, again later"),
            (false, None) => say.pick("没有收下，不再重试", "not taken, given up"),
        };
        out(&format!(
            "{}  {} {} {taken}: {}",
            minute_in_shanghai(row.at),
            say.pick("告知", "webhook"),
            row.hook,
            row.message.as_deref().unwrap_or_default()
        ));
    }
}

/// One run, with its steps and its exchanges.
fn tell_attempt(known: &DeliveryRecord, attempt: &AttemptRow, say: &Say) {
    out(&format!(
        "{}  {} {} {}: {}",
        minute_in_shanghai(attempt.started_at),
        attempt.fence,
        attempt.purpose,
        attempt.outcome,
        say.localized(&attempt.message)
    ));
    for step in known.journal.iter().filter(|s| s.fence == attempt.fence) {
        let state = match step.state {
            EntryState::Open => say.pick("未结", "open"),
            EntryState::Done(_) => say.pick("已完成", "done"),
            EntryState::Answered { .. } => say.pick("人工裁定", "answered by a person"),
        };
        let unsure = match step.unsure {
            true => say.pick("（曾结果不明）", " (unsure)"),
            false => "",
        };
        out(&format!(
            "    {} {} {} {state}{unsure}",
            step.verb.name(),
            step.op,
            step.part
        ));
    }
    for exchange in known.exchanges.iter().filter(|e| e.fence == attempt.fence) {
        let first = exchange.request.lines().next().unwrap_or_default();
        let answer = exchange.answer.lines().collect::<Vec<_>>().join(" ");
        out(&format!(
            "    → {} {} ms {first} ← {}",
            exchange.op,
            exchange.took.as_millis(),
            crate::table::fit(&answer, 100)
        ));
    }
}
