//! `yigao item look`: reads back now what is out, instead of at its time.

use std::time::{Duration, Instant};

use yigao_core::{Delivery, DestinationId, ItemId, Observation, Seen, State};
use yigao_engine::Hub;
use yigao_worker::Worker;

use super::Call;
use crate::{
    exit::{Differs, Mistake},
    open::Opened,
    settings::Settings,
};

const EVERY: Duration = Duration::from_millis(100);
/// Longer than any adapter takes to look once.
const PATIENCE: Duration = Duration::from_secs(180);

pub(super) async fn run(
    call: &Call<'_>,
    item: &ItemId,
    to: &[DestinationId],
) -> anyhow::Result<()> {
    let (settings, opened) = call.open().await?;
    // An item that is not there is a mistake of its own.
    opened.hub.store.version(item, None).await?;
    let seen = look(call, &settings, &opened, item, to).await?;
    if seen.is_empty() {
        return Err(Mistake::error(
            format!("{item} 现在没有可回读的：要先发布成功；在途、存疑的看 yigao item show {item}"),
            format!(
                "nothing of {item} can be read back now: it has to be delivered first; what is under way or in doubt: yigao item show {item}"
            ),
        ));
    }
    call.say.json(&seen);
    verdict(&seen)
}

/// Has it read back, waits for that, and tells what was seen. Empty where nothing is out.
pub(super) async fn look(
    call: &Call<'_>,
    settings: &Settings,
    opened: &Opened,
    item: &ItemId,
    to: &[DestinationId],
) -> anyhow::Result<Vec<Delivery>> {
    let before = opened.hub.look(item, to).await?;
    // Beside a running `serve` whoever is first looks.
    let worker = Worker::start(opened.hub.clone(), opened.bell.clone(), &settings.worker);
    let seen = tokio::select! {
        seen = wait(&opened.hub, &before) => seen,
        _ = tokio::signal::ctrl_c() => Err(crate::exit::Interrupted.into()),
    };
    worker.stop().await;
    let seen = seen?;
    for delivery in &seen {
        tell(call, delivery);
    }
    Ok(seen)
}

async fn wait(hub: &Hub, before: &[Delivery]) -> anyhow::Result<Vec<Delivery>> {
    let begun = Instant::now();
    let mut seen = Vec::new();
    for old in before {
        loop {
            let now = hub.store.delivery(&old.id).await?;
            // Something newer may have come in between: then it rests without having been looked at.
            if now.observed > old.observed || now.state != State::Delivered {
                seen.push(now);
                break;
            }
            if begun.elapsed() > PATIENCE {
                return Err(Mistake::error(
                    format!(
                        "{} 还没有回读到结果：目的账号暂停了，或对方不应答；稍后看 yigao delivery show {}",
                        old.destination, old.id
                    ),
                    format!(
                        "{} has not been read back yet: it is paused, or does not answer; later: yigao delivery show {}",
                        old.destination, old.id
                    ),
                ));
            }
            tokio::time::sleep(EVERY).await;
        }
    }
    Ok(seen)
}

fn tell(call: &Call<'_>, delivery: &Delivery) {
    let say = call.say;
    let line = |seen: &Observation| {
        let words = seen.standing.words();
        let mut text = format!("{}  {}", delivery.destination, say.words(&words));
        if let Some(url) = &seen.url {
            text.push_str(&format!("  {url}"));
        }
        for drift in &seen.drift {
            text.push_str(&format!("\n  · {}", say.words(drift)));
        }
        text
    };
    if let Some(seen) = &delivery.observation {
        let text = line(seen);
        say.line(&text, &text);
    }
}

/// An error where something differs from what was approved, or could not be seen.
pub(super) fn verdict(seen: &[Delivery]) -> anyhow::Result<()> {
    let well = |delivery: &&Delivery| {
        delivery
            .observation
            .as_ref()
            .is_some_and(|seen| match delivery.intent {
                yigao_core::Intent::Kill => seen.standing == Seen::Gone,
                _ => matches!(seen.standing, Seen::Live | Seen::Adopted),
            })
    };
    match seen.len() - seen.iter().filter(well).count() {
        0 => Ok(()),
        differ => Err(Differs(differ).into()),
    }
}
