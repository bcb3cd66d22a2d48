//! `yigao delivery …`.

use yigao_core::{Delivery as Row, DeliveryId, State, time::minute_in_shanghai};
use yigao_store::{Decision, ListDeliveries};

use super::{
    Call,
    operate::{self, How},
    send::work_off,
};
use crate::{
    cli::Delivery,
    exit::Mistake,
    follow::{line, verdict},
    lang::out,
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
                .map(|name| read_state(name))
                .collect::<anyhow::Result<Vec<_>>>()?;
            list(
                call,
                ListDeliveries {
                    item,
                    destination,
                    states,
                    limit,
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
            let decision = match (happened, did_not) {
                (Some(id), false) => Decision::Happened { id, url },
                (None, true) => Decision::DidNot,
                _ => {
                    return Err(Mistake::error(
                        "请写明 --happened ID（已发生）或 --did-not（未发生）",
                        "say --happened ID or --did-not",
                    ));
                }
            };
            let (settings, opened) = call.open().await?;
            let decided = opened
                .hub
                .decide(&delivery, decision, call.actor()?, &reason)
                .await?;
            go_on(call, &settings, opened, decided, no_wait).await
        }
    }
}

fn read_state(name: &str) -> anyhow::Result<State> {
    State::from_name(name).ok_or_else(|| {
        let known: Vec<&str> = State::ALL.iter().map(|s| s.name()).collect();
        Mistake::error(
            format!("没有状态 {name}；有 {}", known.join("、")),
            format!("no state {name}; there are {}", known.join(", ")),
        )
    })
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
    let rows = opened.hub.store.deliveries(&which).await?;
    if !call.say.json {
        let say = call.say;
        let cells: Vec<Vec<String>> = rows
            .iter()
            .map(|d| {
                let why = d
                    .why
                    .as_ref()
                    .map(|w| say.words(&w.words()).to_owned())
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
    let store = &opened.hub.store;
    let delivery = store.delivery(id).await?;
    let (attempts, journal, exchanges) = (
        store.attempts(id).await?,
        store.journal_of(id).await?,
        store.exchanges(id).await?,
    );
    let ledger = store.ledger(Some(id.as_str()), 200).await?;
    let heard = store.heard_of(&delivery).await?;
    let notices = store.notices_of(id).await?;
    if !call.say.json {
        out(&line(&delivery, call.say));
        for row in &heard {
            out(&format!(
                "{}  {} {} {}",
                minute_in_shanghai(row.at),
                call.say.pick("答复", "heard"),
                row.actor,
                row.body
            ));
        }
        for row in &notices {
            out(&format!(
                "{}  {} {} {}: {}",
                minute_in_shanghai(row.at),
                call.say.pick("告知", "told"),
                row.hook,
                match (row.told, row.due_at) {
                    (true, _) => call.say.pick("已收下", "taken"),
                    (false, Some(_)) => call
                        .say
                        .pick("还没收下，会再试", "not taken yet, again later"),
                    (false, None) => call.say.pick("没有收下，不再重试", "not taken, given up"),
                },
                row.says.as_deref().unwrap_or_default()
            ));
        }
        for attempt in &attempts {
            out(&format!(
                "{}  {} {} {}: {}",
                minute_in_shanghai(attempt.started_at),
                attempt.fence,
                attempt.purpose,
                attempt.outcome,
                call.say.words(&attempt.says)
            ));
            for step in journal.iter().filter(|s| s.fence == attempt.fence) {
                out(&format!(
                    "    {} {} {} {:?}{}",
                    step.verb.name(),
                    step.op,
                    step.part,
                    step.state,
                    if step.unsure {
                        call.say.pick("（曾结果不明）", " (unsure)")
                    } else {
                        ""
                    }
                ));
            }
            for exchange in exchanges.iter().filter(|e| e.fence == attempt.fence) {
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
    }
    call.say.json(&serde_json::json!({
        "delivery": delivery, "attempts": attempts, "journal": journal, "exchanges": exchanges, "heard": heard, "notices": notices, "ledger": ledger,
    }));
    Ok(())
}
