//! `yigao item verify`: reads back now what is public, instead of at the scheduled time.

use std::time::{Duration, Instant};

use yigao_core::{Delivery, DestinationId, Intent, ItemId, Localized, Seen};
use yigao_engine::{Hub, seen_digest};
use yigao_worker::Worker;

use super::Call;
use crate::{
    exit::{Differs, Mistake},
    open::Opened,
    settings::Settings,
};

const EVERY: Duration = Duration::from_millis(100);
/// How long the command waits for the read-backs it requested.
const PATIENCE: Duration = Duration::from_secs(180);

pub(super) async fn run(
    call: &Call<'_>,
    item: &ItemId,
    to: &[DestinationId],
) -> anyhow::Result<()> {
    let (settings, opened) = call.open().await?;
    // An unknown item gets its own error.
    opened.hub.version(item, None).await?;
    let seen = verify(call, &settings, &opened, (item, to), what_to_do).await?;
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

/// What a person is advised to do about what was seen.
pub(super) type Advice = fn(&Delivery, Seen) -> Option<Localized>;

/// Requests the read-backs, waits for them, and reports what was seen. Empty when nothing is public.
pub(super) async fn verify(
    call: &Call<'_>,
    settings: &Settings,
    opened: &Opened,
    (item, to): (&ItemId, &[DestinationId]),
    advice: Advice,
) -> anyhow::Result<Vec<Delivery>> {
    let before = opened.hub.verify(item, to).await?;
    // When `serve` also runs, whichever process is first does the reading.
    let worker = Worker::start(opened.hub.clone(), opened.queue.clone(), &settings.worker);
    let seen = tokio::select! {
        seen = wait(call, &opened.hub, before, advice) => seen,
        _ = tokio::signal::ctrl_c() => Err(crate::exit::Interrupted.into()),
    };
    worker.stop().await;
    seen
}

/// Reports each read-back as it arrives; fails when some do not arrive.
async fn wait(
    call: &Call<'_>,
    hub: &Hub,
    mut before: Vec<Delivery>,
    advice: Advice,
) -> anyhow::Result<Vec<Delivery>> {
    let begun = Instant::now();
    let mut seen = Vec::new();
    loop {
        let mut left = Vec::new();
        for old in before {
            let now = hub.delivery(&old.id).await?;
            if now.observed > old.observed {
                tell(call, &now, advice);
                seen.push(now);
            } else {
                left.push(old);
            }
        }
        if left.is_empty() {
            return Ok(seen);
        }
        if begun.elapsed() > PATIENCE
            && let Some(first) = left.first()
        {
            let names: Vec<&str> = left.iter().map(|d| d.destination.as_str()).collect();
            let (names, item) = (names.join(", "), &first.item);
            return Err(Mistake::error(
                format!(
                    "{names} 还没有回读到结果：有新的投递在途，或对方很久不应答；稍后再看 yigao item show {item}"
                ),
                format!(
                    "{names} have not been read back yet: something newer is under way, or they do not answer; later: yigao item show {item}"
                ),
            ));
        }
        before = left;
        tokio::time::sleep(EVERY).await;
    }
}

fn tell(call: &Call<'_>, delivery: &Delivery, advice: Advice) {
    let Some(seen) = &delivery.observation else {
        return;
    };
    let say = call.say;
    let words = seen.remote_state.localized();
    let message = match (delivery.intent, seen.remote_state) {
        // A withdrawal has no approved content to compare with, so it needs its own message.
        (Intent::Withdraw, Seen::Gone) => say.pick("已不在线上", "not there any more"),
        (Intent::Withdraw, remote_state) if remote_state.is_up() => {
            say.pick("已撤下的稿件又在线上", "withdrawn, and there again")
        }
        _ => say.localized(&words),
    };
    let mut text = format!("{}  {message}", delivery.destination);
    if let Some(url) = &seen.url {
        text.push_str(&format!("  {url}"));
    }
    for drift in &seen.drift {
        text.push_str(&format!("\n  · {}", say.localized(drift)));
    }
    if let Some(way) = advice(delivery, seen.remote_state) {
        text.push_str(&format!("\n  → {}", say.localized(&way)));
    }
    say.line(&text, &text);
}

/// What a person can do about it; `None` when all is as it should be, or when the destination cannot be read back.
fn what_to_do(delivery: &Delivery, seen: Seen) -> Option<Localized> {
    let (item, to) = (&delivery.item, &delivery.destination);
    let words = |zh: String, en: String| Some(Localized::new(zh, en));
    match (delivery.intent, seen) {
        (Intent::Withdraw, seen) if seen.is_up() => {
            let command = format!("yigao item withdraw {item} --to {to} --reason …");
            words(
                format!("再次撤稿：{command}"),
                format!("withdraw it again: {command}"),
            )
        }
        (Intent::Withdraw, _) | (_, Seen::Live | Seen::Adopted | Seen::CannotSee) => None,
        (_, Seen::Changed | Seen::Truncated | Seen::PictureLost) => {
            let seen = seen_digest(delivery).map_or_else(String::new, |d| format!("={to}={d}"));
            let command = format!("yigao item correct {item} --to {to} --overwrite{seen}");
            words(
                format!("按批准的改回去，覆盖以上所见：{command}"),
                format!("to put back what was approved over exactly this: {command}"),
            )
        }
        (_, Seen::Gone) => words(
            "先撤稿，再重新发布".to_owned(),
            "withdraw it here, then publish again".to_owned(),
        ),
        (_, Seen::Returned) => words(
            "对方退稿：改好后更正".to_owned(),
            "it was returned: mend it, then correct".to_owned(),
        ),
        (_, Seen::NotThePage) => words(
            "请打开这个网址看看：是登录页、出错页，还是换了地址".to_owned(),
            "open the address: a log-in page, an error page, or it moved".to_owned(),
        ),
    }
}

/// An error when something is not as it should be; the details have been printed already.
pub(super) fn verdict(seen: &[Delivery]) -> anyhow::Result<()> {
    let differs = |delivery: &&Delivery| {
        let seen = delivery.observation.as_ref();
        seen.is_some_and(|seen| what_to_do(delivery, seen.remote_state).is_some())
    };
    match seen.iter().filter(differs).count() {
        0 => Ok(()),
        differ => Err(Differs(differ).into()),
    }
}
