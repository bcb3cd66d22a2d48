//! 通知: a word to other systems when a delivery has failed or is in doubt, by Standard Webhooks 1.0.0
//! (<https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>).
//!
//! The word is written in the commit of what it tells, and said until it is taken, given up after the last of
//! [`AGAIN`], or refused for good (410). It may be said twice, when a process dies between the answer and its commit: both
//! times under the same `webhook-id`.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use futures_util::future::join_all;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::json;
use sha2::Sha256;
use yigao_channel::{
    Secret,
    call::{Body, Call, Method},
    http_status::retry_after,
};
use yigao_core::{Delivery, State, Timestamp, Words, canonical_json, next::Change, time::later};
use yigao_store::{NewNotice, NoticeRow, StoreError};

use crate::hub::Hub;

/// When a word that was not taken is said again, counted from the try before: what the specification proposes.
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
/// How long a word is another's to say. Longer than the answer may take.
const LEASE: Duration = Duration::from_secs(60);
/// Words that are said at once to one hook.
const AT_ONCE: u32 = 8;
/// Bytes of a key, by the specification.
const KEY: std::ops::RangeInclusive<usize> = 24..=64;
/// Characters of an answer that are kept.
const SAYS: usize = 200;
/// What it is called among the operations.
const OP: &str = "webhook";

/// Another system that wants to be told.
#[derive(Clone)]
pub struct Hook {
    /// Its name in the configuration.
    pub name: String,
    url: String,
    key: Vec<u8>,
}

impl std::fmt::Debug for Hook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Hook({})", self.name)
    }
}

impl Hook {
    /// A hook at `url`; `secret` is what both sides know, `whsec_` and the key in base64.
    ///
    /// # Errors
    /// What is wrong with the address or the secret.
    pub fn new(name: &str, url: &str, secret: &Secret) -> Result<Self, Words> {
        if !url::Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https")) {
            return Err(Words::new(
                format!("url = {url:?}：应是 http:// 或 https:// 开头的地址"),
                format!("url = {url:?}: an http:// or https:// address is expected"),
            ));
        }
        let text = secret.reveal().trim();
        let key = STANDARD.decode(text.strip_prefix("whsec_").unwrap_or(text));
        match key {
            Ok(key) if KEY.contains(&key.len()) => Ok(Self {
                name: name.to_owned(),
                url: url.to_owned(),
                key,
            }),
            _ => Err(Words::new(
                "secret：应是 whsec_ 加 base64，解开后 24 到 64 字节（生成：echo whsec_$(openssl rand -base64 32)）",
                "secret: whsec_ and base64 of 24 to 64 bytes is expected (make one: echo whsec_$(openssl rand -base64 32))",
            )),
        }
    }

    /// `v1,` and the signature of `id.timestamp.body`.
    fn signature(&self, id: &str, timestamp: i64, body: &str) -> String {
        // A key of any length will do.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.key) else {
            return String::new();
        };
        mac.update(format!("{id}.{timestamp}.{body}").as_bytes());
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }

    fn call(&self, notice: &NoticeRow, now: Timestamp) -> Call {
        let seconds = now.as_second();
        Call {
            op: OP,
            method: Method::Post,
            url: self.url.clone(),
            headers: vec![
                ("webhook-id".into(), notice.id.clone()),
                ("webhook-timestamp".into(), seconds.to_string()),
                (
                    "webhook-signature".into(),
                    self.signature(&notice.id, seconds, &notice.body),
                ),
            ],
            body: Body {
                content_type: "application/json".into(),
                bytes: notice.body.clone().into(),
            },
            conceal: vec![],
            conceal_fields: vec![],
        }
    }
}

/// What a run came to that others are told; once, when it comes to it.
pub(crate) fn notices(
    hooks: &[Hook],
    delivery: &Delivery,
    change: &Change,
    says: &Words,
    now: Timestamp,
) -> Vec<NewNotice> {
    if change.state == delivery.state || !matches!(change.state, State::Failed | State::Doubtful) {
        return Vec::new();
    }
    let kind = format!("delivery.{}", change.state.name());
    // Thin: whoever wants more asks the API. No text of the item, no secret.
    let body = canonical_json(&json!({
        "type": kind,
        "timestamp": now,
        "data": {
            "delivery": delivery.id, "item": delivery.item, "version": delivery.version, "destination": delivery.destination,
            "intent": delivery.intent, "state": change.state, "says": says,
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

/// Only 2xx is success; 410 wants no more; `Retry-After` may lengthen the wait, never shorten it.
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
    /// Says to one hook what is due to be said. Answers how many words it said.
    ///
    /// # Errors
    /// When the ledger fails; what was not written down is said again.
    pub async fn tell(&self, hook: &Hook) -> Result<usize, StoreError> {
        let now = self.clock.now();
        let due = self
            .store
            .claim_notices(&hook.name, AT_ONCE, LEASE, now)
            .await?;
        let said = due.iter().map(|notice| self.say(hook, notice));
        for done in join_all(said).await {
            done?;
        }
        Ok(due.len())
    }

    async fn say(&self, hook: &Hook, notice: &NoticeRow) -> Result<(), StoreError> {
        let call = hook.call(notice, self.clock.now());
        let (end, says) = match self.wire.say(&call, WITHIN).await {
            Ok(answer) => {
                let says = format!("HTTP {} {}", answer.status, answer.text());
                let asked = retry_after(&answer);
                (end(answer.status, asked, notice.tries), says)
            }
            Err(error) => (end(0, None, notice.tries), error.words().en),
        };
        let says: String = says.trim().chars().take(SAYS).collect();
        let again = match end {
            End::Again(wait) => Some(later(self.clock.now(), wait)),
            End::Taken | End::GivenUp => None,
        };
        match end {
            End::Taken => tracing::info!(hook = hook.name, notice = notice.id, "told"),
            End::Again(_) => {
                tracing::warn!(hook = hook.name, notice = notice.id, "not taken: {says}");
            }
            End::GivenUp => {
                tracing::error!(hook = hook.name, notice = notice.id, "given up: {says}");
            }
        }
        self.store
            .end_notice(notice, end == End::Taken, again, &says)
            .await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vector that the specification gives.
    #[test]
    fn signatures_are_those_of_the_specification() {
        let secret = Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let hook = Hook::new("ops", "https://ops.example/hook", &secret).unwrap();
        let signed = hook.signature(
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            "{\"test\": 2432232314}",
        );
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn a_secret_that_is_too_short_or_no_base64_is_refused_with_the_way_to_make_one() {
        for secret in ["whsec_c2hvcnQ=", "not base64!", ""] {
            let error = Hook::new("ops", "https://ops.example/", &Secret::new(secret)).unwrap_err();
            assert!(error.en.contains("openssl rand"), "{}", error.en);
        }
        let secret = Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        assert!(Hook::new("ops", "ftp://ops.example/", &secret).is_err());
    }

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
