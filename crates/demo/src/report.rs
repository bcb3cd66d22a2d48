//! What the demo reports at its end: copies at the remotes, proofs, addresses and the summary.

use std::time::Duration;

use yigao::{
    exit::EndedBadly,
    lang::{Say, out},
};
use yigao_core::{
    DeliveryId, Intent, ItemId, State, Timestamp,
    journal::{EntryState, Verb},
};
use yigao_engine::Hub;

use crate::{
    plot::{CORRECTED, EVERY, ITEMS, hand_over_link},
    stage::Stage,
};

/// Asks the sandbox how many faults fired and how many copies each remote holds.
pub(crate) async fn lost_answers_were_found(stage: &Stage, say: &Say) -> anyhow::Result<()> {
    let faults = stage.ctl("GET", "/control/faults", None).await?;
    let fired = faults.get("faults").and_then(|f| f.as_array()).map(|all| {
        all.iter()
            .filter(|f| {
                f.get("fired")
                    .and_then(serde_json::Value::as_u64)
                    .unwrap_or(0)
                    > 0
            })
            .count()
    });
    let wechat = stage.ctl("GET", "/control/wechat/state", None).await?;
    let county = stage
        .ctl("GET", "/control/county/yunxi/state", None)
        .await?;
    let most = |state: &serde_json::Value| {
        state
            .get("copies")
            .and_then(|c| c.as_object())
            .map_or(0, |c| {
                c.values()
                    .filter_map(serde_json::Value::as_u64)
                    .max()
                    .unwrap_or(0)
            })
    };
    say.line(
        format!("故障触发 {} 个；丢失的回答已核对找到，对方最多存有份数：公众号 {}，云溪 {}", fired.unwrap_or(0), most(&wechat), most(&county)),
        format!("{} faults fired; the lost answers were looked for and found, copies at the remote: account {}, push {}", fired.unwrap_or(0), most(&wechat), most(&county)),
    );
    Ok(())
}

/// What each channel proves after the withdrawal.
pub(crate) async fn proofs(hub: &Hub, withdrawals: &[DeliveryId], say: &Say) -> anyhow::Result<()> {
    let begun: Timestamp = hub.clock.now();
    // The read-back happens a second after the receipt.
    loop {
        let mut seen = Vec::new();
        for id in withdrawals {
            seen.push(hub.delivery(id).await?);
        }
        let all = seen.iter().all(|d| d.observation.is_some());
        if all || yigao_core::time::between(begun, hub.clock.now()) > Duration::from_secs(10) {
            for delivery in seen {
                let observed = delivery.observation.as_ref().map_or("—".to_owned(), |o| {
                    say.localized(&o.remote_state.localized()).to_owned()
                });
                let receipt = delivery.receipt.as_ref();
                let by = receipt.map_or("—".to_owned(), |r| match &r.by {
                    yigao_core::By::Remote => {
                        say.pick("对方回执", "receipt of the remote").to_owned()
                    }
                    yigao_core::By::Person(who) => {
                        format!("{} {who}", say.pick("人工确认", "confirmed by"))
                    }
                });
                say.line(
                    format!("  证明 {}：{by}，回读 {observed}", delivery.destination),
                    format!(
                        "  proof {}: {by}, read back {observed}",
                        delivery.destination
                    ),
                );
            }
            return Ok(());
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// Three renditions of one item, as addresses that open in a browser.
pub(crate) async fn renditions(hub: &Hub, stage: &Stage, say: &Say) -> anyhow::Result<()> {
    say.line(
        format!("{CORRECTED} 在各处："),
        format!("{CORRECTED} as it is public now:"),
    );
    for delivery in hub.deliveries_of(&ItemId::parse(CORRECTED)?).await? {
        if delivery.state != State::Delivered || delivery.intent != Intent::Correct {
            continue;
        }
        if let Some(url) = delivery.receipt.as_ref().and_then(|r| r.url.clone()) {
            say.line(
                format!("  {} {url}", delivery.destination),
                format!("  {} {url}", delivery.destination),
            );
        }
    }
    let base = &stage.base;
    say.line(
        format!("  公众号在手机上 {base}/wechat/phone\n  云溪县收件箱 {base}/county/yunxi/inbox\n  石桥县收件箱 {base}/county/drop/inbox"),
        format!("  the account on a phone {base}/wechat/phone\n  inbox of push {base}/county/yunxi/inbox\n  inbox of drop {base}/county/drop/inbox"),
    );
    Ok(())
}

/// Hand-overs that nobody has confirmed yet, with their pages.
pub(crate) async fn still_open(hub: &Hub, ids: &[DeliveryId], say: &Say) -> anyhow::Result<()> {
    for id in ids {
        let delivery = hub.delivery(id).await?;
        if let (State::Accepted, Some(link)) = (delivery.state, hand_over_link(&delivery)) {
            say.line(
                format!(
                    "  还等编辑确认：{} → {} {link}",
                    delivery.item, delivery.destination
                ),
                format!(
                    "  an editor is still to confirm: {} → {} {link}",
                    delivery.item, delivery.destination
                ),
            );
        }
    }
    Ok(())
}

pub(crate) async fn summary(
    hub: &Hub,
    ids: &[DeliveryId],
    refused: usize,
    (once, workers): (bool, &str),
    say: &Say,
) -> anyhow::Result<()> {
    let mut deliveries = Vec::new();
    let (mut retried, mut settled) = (0, 0);
    for id in ids {
        let known = hub.delivery_record(id).await?;
        retried += usize::from(known.attempts.iter().any(|a| a.outcome == "fault"));
        settled += known
            .journal
            .iter()
            .filter(|e| e.verb == Verb::Once && e.unsure && matches!(e.state, EntryState::Done(_)))
            .count();
        deliveries.push(known.delivery);
    }
    let count = |state: State| deliveries.iter().filter(|d| d.state == state).count();
    let ended = |intent: Intent| {
        deliveries
            .iter()
            .filter(|d| d.state == State::Delivered && d.intent == intent)
            .count()
    };
    let waiting = deliveries
        .iter()
        .filter(|d| !d.state.is_final() && d.state != State::InDoubt)
        .count();
    let (failed, in_doubt) = (count(State::Failed), count(State::InDoubt));
    let delivered = count(State::Delivered);
    say.line(
        "retried 出错后重试过 · settled 回答丢失、核对后确认已执行 · refused 预检拦下 · waiting 还等人确认",
        "retried: tried again after a fault · settled: answer lost, found done · refused: stopped by pre-flight · waiting: for a person",
    );
    let line = format!(
        "demo: items={} destinations={} delivered={delivered} retried={retried} settled={settled} refused={refused} corrected={} withdrawn={} waiting={waiting} failed={failed} in_doubt={in_doubt}{workers}",
        ITEMS.len(),
        hub.destinations.len(),
        ended(Intent::Correct),
        ended(Intent::Withdraw),
    );
    out(&line);
    say.json(&serde_json::json!({"delivered": delivered, "retried": retried, "settled": settled, "failed": failed, "in_doubt": in_doubt, "waiting": waiting}));
    let complete = failed + in_doubt == 0 && (waiting == 0 || !once) && refused == 1;
    if complete {
        Ok(())
    } else {
        Err(EndedBadly {
            failed: failed + waiting,
            in_doubt,
        }
        .into())
    }
}
