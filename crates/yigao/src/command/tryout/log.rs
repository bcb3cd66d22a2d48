//! What a trial prints of each exchange, as it was recorded: its secrets are redacted there. Going step by step, it also
//! asks before each write.

use std::{
    io::BufRead as _,
    sync::{Mutex, PoisonError},
};

use async_trait::async_trait;
use yigao_core::Delivery;
use yigao_engine::{ExchangeRow, StoreError};
use yigao_engine::{Hub, NextStep, Steps};

use crate::lang::{Say, err, out};

/// The three acts of a trial.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Act {
    #[default]
    Publish,
    Lookup,
    Withdraw,
}

impl Act {
    fn name(self, say: &Say) -> &str {
        match self {
            Self::Publish => say.pick("发布", "publish"),
            Self::Lookup => say.pick("回读", "read back"),
            Self::Withdraw => say.pick("撤稿", "withdraw"),
        }
    }
}

/// The trial's log.
#[derive(Debug)]
pub(super) struct Log {
    say: Say,
    step: bool,
    /// What is being done, and the exchanges that were printed already: each is printed once, before the next question or after
    /// the act.
    now: Mutex<Now>,
}

#[derive(Debug, Default)]
struct Now {
    act: Act,
    printed: Vec<(i64, String, String)>,
}

impl Log {
    pub(super) fn new(say: &Say, step: bool) -> Self {
        Self {
            say: say.clone(),
            step,
            now: Mutex::default(),
        }
    }

    /// The next act begins.
    pub(super) fn begin(&self, act: Act) {
        self.now.lock().unwrap_or_else(PoisonError::into_inner).act = act;
        if self.step {
            let text = format!("══ {} ══", act.name(&self.say));
            self.say.line(&text, &text);
        }
    }

    /// What these deliveries sent and received, as far as it was not printed yet.
    pub(super) async fn tell(&self, hub: &Hub, deliveries: &[Delivery]) -> Result<(), StoreError> {
        for delivery in deliveries {
            let exchanges = hub.delivery_record(&delivery.id).await?.exchanges;
            self.print(&exchanges);
            self.say.json(&serde_json::json!({
                "delivery": hub.delivery(&delivery.id).await?, "exchanges": exchanges,
            }));
        }
        Ok(())
    }

    fn print(&self, exchanges: &[ExchangeRow]) {
        if self.say.json {
            return;
        }
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        for exchange in exchanges {
            let this = (
                exchange.at.as_millisecond(),
                exchange.op.clone(),
                exchange.request.clone(),
            );
            if now.printed.contains(&this) {
                continue;
            }
            out(&format!(
                "── {} {} {} ms ──\n→ {}\n← {}\n",
                now.act.name(&self.say),
                exchange.op,
                exchange.took.as_millis(),
                exchange.request.trim_end(),
                exchange.answer.trim_end()
            ));
            now.printed.push(this);
        }
    }
}

#[async_trait]
impl Steps for Log {
    async fn go_on(&self, next: NextStep<'_>) -> bool {
        self.print(next.so_far);
        let what = if next.part.is_empty() {
            next.op.to_owned()
        } else {
            format!("{} {}", next.op, next.part)
        };
        let act = self.now.lock().unwrap_or_else(PoisonError::into_inner).act;
        // What was published is withdrawn in any case; here a person only looks at it before that.
        let withdraws = act == Act::Withdraw;
        let (zh, en) = if withdraws {
            ("回车继续", "Enter continues")
        } else {
            (
                "回车继续，q 回车停止并撤稿",
                "Enter continues, q and Enter stops and withdraws",
            )
        };
        err(self.say.pick(
            &format!("下一步 {what}：{zh}"),
            &format!("next: {what}. {en}"),
        ));
        // When nobody is there to answer, that is not permission.
        let line = tokio::task::spawn_blocking(|| {
            let mut line = String::new();
            let read = std::io::stdin().lock().read_line(&mut line).unwrap_or(0);
            (read > 0).then_some(line)
        });
        tokio::select! {
            answer = line => withdraws || matches!(answer, Ok(Some(line)) if line.trim().is_empty()),
            // Whoever interrupts the command has not agreed, whatever is typed afterwards.
            _ = tokio::signal::ctrl_c() => false,
        }
    }
}
