//! Follows deliveries to their rest, telling each change as it happens.

use std::{collections::BTreeMap, time::Duration};

use indicatif::{ProgressBar, ProgressStyle};
use yigao_core::{
    Delivery, DeliveryId, State, WaitReason,
    time::{day_in_shanghai, minute_in_shanghai, second_in_shanghai},
};
use yigao_engine::Hub;

use crate::{
    exit::EndedBadly,
    lang::{Lang, Say, err},
};

/// How often the ledger is examined.
const EVERY: Duration = Duration::from_millis(150);

/// What a delivery has come to, as a line.
pub fn line(delivery: &Delivery, say: &Say) -> String {
    let state = say.pick(delivery.state.zh(), delivery.state.name());
    let mut text = format!(
        "{} → {} {} {state}",
        delivery.item,
        delivery.destination,
        say.pick(delivery.intent.zh(), delivery.intent.name())
    );
    // That a worker has not come to it yet is no news.
    if let Some(why) = delivery
        .why
        .as_ref()
        .filter(|why| **why != WaitReason::Planned)
    {
        text.push_str(say.pick("：", ": "));
        text.push_str(say.localized(&why.localized()));
        if let Some(at) = until(delivery) {
            text.push_str(say.pick("，至 ", ", until "));
            text.push_str(&at);
        }
    }
    if delivery.state == State::Delivered
        && let Some(url) = delivery.receipt.as_ref().and_then(|r| r.url.as_deref())
    {
        text.push_str(&format!(" {url}"));
    }
    if matches!(delivery.state, State::Failed)
        && let Some(fault) = &delivery.fault
    {
        text.push_str(say.pick("：", ": "));
        text.push_str(say.localized(&fault.with_way_out()));
    }
    if let (State::InDoubt, Some(doubt)) = (delivery.state, &delivery.doubt) {
        let next = match say.lang {
            Lang::Zh => format!(
                "：“{}”结果不明（{}）→ yigao delivery decide {}",
                doubt.op, doubt.evidence, delivery.id
            ),
            Lang::En => format!(
                ": {} ({}) → yigao delivery decide {}",
                doubt.op, doubt.evidence, delivery.id
            ),
        };
        text.push_str(&next);
    }
    text
}

/// The time for which it waits, where that is informative: a remote is asked, and another delivery waited for, every moment.
fn until(delivery: &Delivery) -> Option<String> {
    let hour = matches!(
        delivery.why,
        Some(
            WaitReason::Embargo
                | WaitReason::Scheduled
                | WaitReason::Lookup { .. }
                | WaitReason::Quota { .. }
                | WaitReason::Backoff { .. }
                | WaitReason::Breaker
        )
    );
    let at = delivery.due_at.filter(|_| hour)?;
    if day_in_shanghai(at) == day_in_shanghai(delivery.updated_at) {
        Some(second_in_shanghai(at))
    } else {
        Some(minute_in_shanghai(at))
    }
}

/// At rest: nothing more happens without a person or a later hour.
pub fn rests(delivery: &Delivery) -> bool {
    let far = |at: yigao_core::Timestamp| {
        yigao_core::time::between(delivery.updated_at, at) > Duration::from_secs(600)
    };
    match delivery.state {
        State::Delivered | State::Failed | State::Superseded | State::InDoubt => true,
        State::Accepted => matches!(delivery.why, Some(WaitReason::Person { .. })),
        State::Waiting => delivery.due_at.is_none_or(far),
        State::Working | State::Unconfirmed => false,
    }
}

/// Follows until all rest. Answers them as they are then.
pub async fn follow(hub: &Hub, ids: &[DeliveryId], say: &Say) -> anyhow::Result<Vec<Delivery>> {
    let bar = bar(ids.len(), say);
    let mut shown: BTreeMap<DeliveryId, String> = BTreeMap::new();
    loop {
        let mut now = Vec::new();
        for id in ids {
            let delivery = hub.delivery(id).await?;
            let text = line(&delivery, say);
            if shown.get(id) != Some(&text) && delivery.state != State::Working {
                tell(bar.as_ref(), &text, say);
                shown.insert(id.clone(), text);
            }
            now.push(delivery);
        }
        let resting = now.iter().filter(|d| rests(d)).count();
        if let Some(bar) = &bar {
            bar.set_position(u64::try_from(resting).unwrap_or(0));
        }
        if resting == now.len() {
            if let Some(bar) = bar {
                bar.finish_and_clear();
            }
            return Ok(now);
        }
        tokio::time::sleep(EVERY).await;
    }
}

fn bar(len: usize, say: &Say) -> Option<ProgressBar> {
    if !say.is_live() {
        return None;
    }
    let bar = ProgressBar::new(u64::try_from(len).unwrap_or(0));
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {elapsed}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    Some(bar)
}

fn tell(bar: Option<&ProgressBar>, text: &str, say: &Say) {
    match bar {
        Some(bar) => bar.println(text),
        None if !say.json => err(text),
        None => {}
    }
}

/// An error when any ended failed or in doubt.
pub fn verdict(deliveries: &[Delivery]) -> anyhow::Result<()> {
    let count = |state: State| deliveries.iter().filter(|d| d.state == state).count();
    let (failed, in_doubt) = (count(State::Failed), count(State::InDoubt));
    if failed + in_doubt == 0 {
        Ok(())
    } else {
        Err(EndedBadly { failed, in_doubt }.into())
    }
}
