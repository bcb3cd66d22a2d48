//! 通知: messages to other systems when a delivery has failed or is in doubt, by Standard Webhooks 1.0.0
//! (<https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>).
//!
//! The message is written in the commit of what it reports, and sent until it is accepted, given up after the last of
//! [`AGAIN`], or refused for good (410). It may be sent twice, when a process dies between the answer and its commit: both
//! times under the same `webhook-id`.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;
use yigao_channel::http_status::retry_after;
use yigao_core::{
    Delivery, Localized, State, Timestamp, canonical_json, next::Change, time::later,
};
use yigao_store::{NewNotice, NoticeRow, StoreError};

use crate::{hook::Hook, hub::Hub};

/// When a message that was not accepted is sent again, counted from the try before: what the specification proposes.
const AGAIN: [Duration; 9] = {
    const fn hours(hours: u64) -> Duration {
        Duration::from_secs(hours * 3_600)
    }
    [
        Duration::from_secs(5),
        Duration::from_secs(300),
        Duration::from_secs(1_800),
        hours(2),
        hours(5),
        hours(10),
        hours(14),
        hours(20),
        hours(24),
    ]
};
/// Longest wait that a hook may ask for.
const LONGEST: Duration = Duration::from_secs(86_400);
/// How long an answer may take.
const WITHIN: Duration = Duration::from_secs(20);
/// How long a message belongs to the worker that took it. Longer than the answer may take.
const LEASE: Duration = Duration::from_secs(60);
/// Messages that are sent at once to one webhook.
const AT_ONCE: u32 = 8;
/// Characters of an answer that are stored.
const ANSWER_LENGTH: usize = 200;

/// What webhooks report of a run's outcome, once, when it happens.
pub(crate) fn notices(
    hooks: &[Hook],
    delivery: &Delivery,
    change: &Change,
    message: &Localized,
    now: Timestamp,
) -> Vec<NewNotice> {
    if change.state == delivery.state || !matches!(change.state, State::Failed | State::InDoubt) {
        return Vec::new();
    }
    let kind = format!("delivery.{}", change.state.name());
    // It is short: whoever needs more asks the API. No text of the item, no secret.
    let body = canonical_json(&json!({
        "type": kind,
        "timestamp": now,
        "data": {
            "delivery": delivery.id, "item": delivery.item, "version": delivery.version, "destination": delivery.destination,
            "intent": delivery.intent, "state": change.state, "message": message,
        },
    }));
    let new = |hook: &Hook| NewNotice {
        id: format!("{}.{}", delivery.id, delivery.fence),
        hook: hook.name.clone(),
        kind: kind.clone(),
        body: body.clone(),
    };
    hooks.iter().map(new).collect()
}

/// How a try ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Taken,
    Again(Duration),
    GivenUp,
}

/// Only 2xx is success; 410 ends the sending; `Retry-After` may lengthen the wait, never shorten it.
fn end(status: u16, asked: Option<Duration>, tries: u32) -> End {
    let before = usize::try_from(tries.saturating_sub(1)).unwrap_or(usize::MAX);
    match (status, AGAIN.get(before)) {
        (200..=299, _) => End::Taken,
        (410, _) | (_, None) => End::GivenUp,
        (_, Some(wait)) => {
            let asked = asked.unwrap_or_default().min(LONGEST);
            End::Again((*wait).max(asked))
        }
    }
}

impl Hub {
    /// Sends to one webhook what is due. Returns how many messages it sent.
    ///
    /// # Errors
    /// When the ledger fails; what was not recorded is sent again.
    pub async fn send_notices(&self, hook: &Hook) -> Result<usize, StoreError> {
        let now = self.clock.now();
        let due = self
            .store
            .claim_notices(&hook.name, AT_ONCE, LEASE, now)
            .await?;
        let sent = due.iter().map(|notice| self.send_notice(hook, notice));
        for done in join_all(sent).await {
            done?;
        }
        Ok(due.len())
    }

    async fn send_notice(&self, hook: &Hook, notice: &NoticeRow) -> Result<(), StoreError> {
        let call = hook.call(notice, self.clock.now());
        let (end, message) = match self.wire.send_webhook(&call, WITHIN).await {
            Ok(answer) => {
                let message = format!("HTTP {} {}", answer.status, answer.text());
                let asked = retry_after(&answer);
                (end(answer.status, asked, notice.tries), message)
            }
            Err(error) => (end(0, None, notice.tries), error.localized().en),
        };
        let message: String = message.trim().chars().take(ANSWER_LENGTH).collect();
        let again = match end {
            End::Again(wait) => Some(later(self.clock.now(), wait)),
            End::Taken | End::GivenUp => None,
        };
        match end {
            End::Taken => tracing::info!(hook = hook.name, notice = notice.id, "sent"),
            End::Again(_) => {
                tracing::warn!(hook = hook.name, notice = notice.id, "not taken: {message}");
            }
            End::GivenUp => {
                tracing::error!(hook = hook.name, notice = notice.id, "given up: {message}");
            }
        }
        self.store
            .end_notice(notice, end == End::Taken, again, &message)
            .await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_2xx_is_taken_and_the_last_try_gives_up() {
        assert_eq!(end(204, None, 3), End::Taken);
        assert_eq!(end(302, None, 1), End::Again(AGAIN[0]));
        assert_eq!(end(410, None, 1), End::GivenUp);
        assert_eq!(end(0, None, 9), End::Again(AGAIN[8]));
        assert_eq!(end(500, None, 10), End::GivenUp);
        let asked = |seconds| Some(Duration::from_secs(seconds));
        assert_eq!(end(429, asked(60), 1), End::Again(Duration::from_secs(60)));
        assert_eq!(end(503, asked(1), 2), End::Again(AGAIN[1]));
        assert_eq!(end(503, asked(999_999_999), 1), End::Again(LONGEST));
    }
}
