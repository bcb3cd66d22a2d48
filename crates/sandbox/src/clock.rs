//! The only place that reads the machine's clock. Tests move it forward instead of waiting.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use jiff::tz::Offset;

/// Milliseconds since 1970, real time plus whatever a test has added.
#[derive(Debug)]
pub(crate) struct Clock {
    ahead_ms: AtomicI64,
    fast: Fast,
}

/// So many times faster than the machine's clock since a moment, in milliseconds since 1970: for trials over several
/// processes, which agree on it.
#[derive(Debug, Clone, Copy)]
pub struct Fast {
    /// From when on.
    pub since_ms: i64,
    /// How many times faster.
    pub times: u32,
}

impl Default for Fast {
    fn default() -> Self {
        Self {
            since_ms: 0,
            times: 1,
        }
    }
}

impl Clock {
    pub(crate) fn new(fast: Fast) -> Self {
        Self {
            ahead_ms: AtomicI64::new(0),
            fast,
        }
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the stand-ins run as a process of their own; this struct is their clock"
    )]
    pub(crate) fn now_ms(&self) -> i64 {
        let real = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |age| i64::try_from(age.as_millis()).unwrap_or(i64::MAX));
        let Fast { since_ms, times } = self.fast;
        let faster = since_ms.saturating_add((real - since_ms).saturating_mul(i64::from(times)));
        faster.saturating_add(self.ahead_ms.load(Ordering::Relaxed))
    }

    pub(crate) fn advance(&self, ms: i64) {
        self.ahead_ms.fetch_add(ms, Ordering::Relaxed);
    }

    pub(crate) fn reset(&self) {
        self.ahead_ms.store(0, Ordering::Relaxed);
    }
}

/// The day number in Beijing, at whose start daily quotas begin anew.
pub(crate) fn beijing_day(now_ms: i64) -> i64 {
    const EIGHT_HOURS_MS: i64 = 8 * 3_600_000;
    const DAY_MS: i64 = 24 * 3_600_000;
    now_ms.saturating_add(EIGHT_HOURS_MS).div_euclid(DAY_MS)
}

/// `2026年11月24日 23:05` in Beijing.
pub(crate) fn beijing_text(ms: i64) -> String {
    let Ok(at) = Timestamp::from_millisecond(ms) else {
        return String::new();
    };
    let at = Offset::constant(8).to_datetime(at);
    format!(
        "{}年{}月{}日 {:02}:{:02}",
        at.year(),
        at.month(),
        at.day(),
        at.hour(),
        at.minute()
    )
}
