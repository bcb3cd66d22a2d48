//! The one clock. Everything below takes `now`; only here is it read.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use yigao_core::Timestamp;

/// Where `now` comes from.
#[derive(Clone, Debug, Default)]
pub enum Clock {
    /// The machine's clock.
    #[default]
    System,
    /// Milliseconds since 1970, moved by the test that holds it.
    Manual(Arc<AtomicI64>),
    /// The machine's clock, so many times faster since a moment, in milliseconds since 1970: for proofs over several
    /// processes whose waits are minutes.
    Fast { since: i64, times: u32 },
}

impl Clock {
    /// A manual clock at `at`.
    pub fn manual(at: Timestamp) -> Self {
        Self::Manual(Arc::new(AtomicI64::new(at.as_millisecond())))
    }

    /// The time, in whole milliseconds: what the ledger stores is what was decided with.
    pub fn now(&self) -> Timestamp {
        match self {
            #[expect(
                clippy::disallowed_methods,
                reason = "the one place where the clock is read"
            )]
            Self::System => {
                let now = Timestamp::now();
                Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
            }
            Self::Fast { since, times } => {
                let passed = Self::System.now().as_millisecond() - since;
                Timestamp::from_millisecond(since + passed * i64::from(*times))
                    .unwrap_or(Timestamp::MAX)
            }
            Self::Manual(millis) => {
                Timestamp::from_millisecond(millis.load(Ordering::SeqCst)).unwrap_or(Timestamp::MAX)
            }
        }
    }

    /// Waits; a manual clock moves by that much instead.
    pub async fn sleep(&self, wait: Duration) {
        match self {
            Self::System | Self::Fast { .. } => tokio::time::sleep(self.real(wait)).await,
            Self::Manual(_) => self.advance(wait),
        }
    }

    /// How long a wait takes on the machine's clock.
    pub fn real(&self, wait: Duration) -> Duration {
        match self {
            Self::System | Self::Manual(_) => wait,
            Self::Fast { times, .. } => wait / *times,
        }
    }

    /// Moves a manual clock; the machine's is not ours to move.
    pub fn advance(&self, by: Duration) {
        if let Self::Manual(millis) = self {
            millis.fetch_add(
                i64::try_from(by.as_millis()).unwrap_or(i64::MAX),
                Ordering::SeqCst,
            );
        }
    }
}
