//! Works one claimed delivery: runs its intent's method from the top and records the outcome.

mod ended;

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;
use tracing::Instrument as _;
use yigao_channel::{Cx, Interrupt, Naming};
use yigao_core::{
    ChannelError, Delivery, Doubt, DueFor, ErrorKind, Localized, Retry, State, Timestamp,
    WaitReason,
    next::{Event, next},
    time::later,
};
use yigao_store::{AttemptRow, Claimed, RunRecord, StoreError};

use self::ended::{receipted, stopped};
use crate::{
    account::{ledger_verb, message, outcome},
    cleanup,
    destinations::Destination,
    hooks,
    host::DeliveryHost,
    hub::Hub,
    observe,
    run::{Run, marker},
    wire::Recorder,
};

/// How long a delivery waits for a destination that is not configured in this process.
const NOT_HERE: std::time::Duration = std::time::Duration::from_secs(600);

/// The end of a run, before it is written.
struct End {
    record: RunRecord,
    state: State,
    outcome: &'static str,
    message: Localized,
    took: std::time::Duration,
}

impl Hub {
    /// Works a claimed delivery until it ends or has to wait, and commits the result.
    ///
    /// # Errors
    /// When the ledger cannot be written; the lease lapses then, and the next worker continues.
    pub async fn work(&self, claimed: Claimed) -> Result<State, StoreError> {
        self.work_and_claim(claimed, &|| false).await.0
    }

    /// As [`Hub::work`]; the end of the run and the claim of whatever is due next share a commit. `more` is asked at the end
    /// whether to claim at all.
    pub async fn work_and_claim(
        &self,
        claimed: Claimed,
        more: &(dyn Fn() -> bool + Sync),
    ) -> (
        Result<State, StoreError>,
        Result<Option<Claimed>, StoreError>,
    ) {
        let delivery = &claimed.delivery;
        self.hold(&delivery.id, delivery.fence);
        let span = tracing::info_span!(
            "delivery",
            delivery.id = %delivery.id,
            item.id = %delivery.item,
            item.version = delivery.version,
            destination.id = %delivery.destination,
            intent = delivery.intent.name(),
            fence = delivery.fence,
        );
        let worked = self.work_held(&claimed).instrument(span.clone()).await;
        let end = async {
            let out = match worked {
                Ok(Some(end)) => self.commit(end).instrument(span).await,
                // Not ours any more: nothing may be written, the lease lapses.
                Ok(None) => Ok(delivery.state),
                Err(error) => Err(error),
            };
            self.let_go(&delivery.id);
            out
        };
        if !more() {
            return (end.await, Ok(None));
        }
        // Polled in this order: the claim sees the room at the destination that the end of this run frees.
        let (out, next) = futures_util::future::join(end, self.claim_due(1)).await;
        (out, next.map(|claimed| claimed.into_iter().next()))
    }

    async fn work_held(&self, claimed: &Claimed) -> Result<Option<End>, StoreError> {
        let started_at = self.clock.now();
        let recorder = Recorder::new(claimed.delivery.fence);
        let run = match self.destinations.get(&claimed.delivery.destination) {
            None => Some(absent(&claimed.delivery, started_at)),
            Some(destination) => match claimed.purpose {
                DueFor::Deliver => deliver(self, destination, claimed, &recorder).await?,
                DueFor::Observe => {
                    observe::observe(self, destination, &claimed.delivery, &recorder).await?
                }
                DueFor::Cleanup => {
                    cleanup::cleanup(self, destination, &claimed.delivery, &recorder).await?
                }
            },
        };
        run.map(|run| self.end(claimed, run, started_at, &recorder))
            .transpose()
    }

    /// What is to be written of a run, ready to be written.
    fn end(
        &self,
        claimed: &Claimed,
        run: Run,
        started_at: Timestamp,
        recorder: &Recorder,
    ) -> Result<End, StoreError> {
        let delivery = &claimed.delivery;
        let now = self.clock.now();
        let outcome = outcome(&run.event);
        let message = message(&run.event);
        let change = next(delivery, run.event, now, &self.tuning.policy).map_err(|illegal| {
            StoreError::refused(format!("状态机不允许：{illegal}"), illegal.to_string())
        })?;
        let ledger = ledger_verb(delivery, &change);
        let state = change.state;
        let notices = hooks::notices(&self.hooks, delivery, &change, &message, now);
        let record = RunRecord {
            delivery: delivery.id.clone(),
            fence: delivery.fence,
            from: delivery.state,
            change,
            last: run.last,
            attempt: AttemptRow {
                fence: delivery.fence,
                purpose: format!("{:?}", claimed.purpose).to_lowercase(),
                worker: format!("worker:{}", self.worker),
                started_at,
                ended_at: now,
                outcome: outcome.to_owned(),
                message: message.clone(),
            },
            exchanges: recorder.take(),
            escape: run.escape,
            healthy: run.healthy,
            breaker: self.tuning.breaker,
            now,
            ledger,
            notices,
        };
        Ok(End {
            record,
            state,
            outcome,
            message,
            took: yigao_core::time::between(started_at, now),
        })
    }

    async fn commit(&self, end: End) -> Result<State, StoreError> {
        let End {
            record,
            state,
            outcome,
            message,
            took,
        } = end;
        let (took, message) = (took.as_millis(), message.en);
        if self.store.record(record).await? {
            match state {
                State::Failed | State::InDoubt => {
                    tracing::error!(
                        state = state.name(),
                        outcome,
                        duration_ms = took,
                        "{message}"
                    );
                }
                _ => tracing::info!(
                    state = state.name(),
                    outcome,
                    duration_ms = took,
                    "{message}"
                ),
            }
        } else {
            tracing::warn!(
                outcome,
                duration_ms = took,
                "superseded while it was worked: {message}"
            );
        }
        Ok(state)
    }
}

fn absent(delivery: &Delivery, now: Timestamp) -> Run {
    let message = Localized::new(
        format!("本进程没有配置目的账号 {}", delivery.destination),
        format!(
            "destination {} is not configured in this process",
            delivery.destination
        ),
    );
    let event = match (delivery.due_for, delivery.state) {
        (DueFor::Deliver, _) => Event::Waits {
            until: later(now, NOT_HERE),
            why: WaitReason::Backoff {
                kind: "config".into(),
                message,
            },
        },
        (DueFor::Cleanup, _) => Event::CleanedUp,
        (DueFor::Observe, State::Unconfirmed | State::InDoubt) => Event::Proof {
            seen: observe::blind(now),
        },
        (DueFor::Observe, _) => Event::Observed {
            seen: observe::blind(now),
        },
    };
    Run {
        event,
        last: None,
        healthy: None,
        escape: None,
    }
}

/// What ends a run before its method has begun: too many starts without an outcome, or another destination behind the same
/// name.
fn not_begun(hub: &Hub, claimed: &Claimed, identity: &str) -> Option<Event> {
    let delivery = &claimed.delivery;
    if delivery.starts > hub.tuning.policy.starts_max {
        return Some(Event::Stuck {
            open_once: claimed.open_once,
        });
    }
    if delivery.identity != identity {
        let evidence = format!(
            "planned for {}, the configuration now names {identity}",
            delivery.identity
        );
        return Some(in_doubt("identity", evidence));
    }
    None
}

fn in_doubt(op: &str, evidence: String) -> Event {
    Event::Doubt(Doubt {
        op: op.to_owned(),
        part: String::new(),
        evidence,
    })
}

/// No attempt is left: what was begun is still looked up, and nothing is repeated.
fn is_spent(hub: &Hub, delivery: &Delivery) -> bool {
    let is_final = |fault: &ChannelError| fault.retry() == Retry::Never;
    delivery.attempts >= hub.tuning.policy.attempts_max
        || delivery.fault.as_ref().is_some_and(is_final)
}

async fn deliver(
    hub: &Hub,
    destination: &Destination,
    claimed: &Claimed,
    recorder: &Recorder,
) -> Result<Option<Run>, StoreError> {
    let delivery = &claimed.delivery;
    let profile = destination.channel.profile();
    let ended = |event| {
        Ok(Some(Run {
            event,
            last: None,
            healthy: None,
            escape: None,
        }))
    };
    if let Some(event) = not_begun(hub, claimed, &profile.identity) {
        return ended(event);
    }
    let (rendition, _) = hub.store.rendition(&delivery.rendition).await?;
    if rendition.digest() != delivery.rendition {
        let evidence = "the stored rendition is not the one that was approved".to_owned();
        return ended(in_doubt("rendition", evidence));
    }
    let host = DeliveryHost {
        hub,
        destination,
        delivery,
        purpose: DueFor::Deliver,
        recorder,
    };
    let naming = Naming {
        key: delivery.key(),
        marker: marker(delivery),
        spent: is_spent(hub, delivery),
    };
    let cx = Cx::new(&host, profile, &delivery.prior, naming);
    let method = yigao_channel::run(
        destination.channel.as_ref(),
        delivery.intent,
        &cx,
        &rendition,
    );
    let out = AssertUnwindSafe(method)
        .catch_unwind()
        .await
        .unwrap_or_else(|panic| {
            let error = ChannelError::new(
                ErrorKind::Protocol,
                "adapter",
                format!("the adapter panicked: {}", panic_text(&*panic)),
            );
            Err(Interrupt::Fault(error))
        });
    let last = cx.take_last();
    match out {
        Ok(receipt) => {
            let event = receipted(hub, destination, delivery, receipt, last.as_ref()).await?;
            Ok(Some(Run {
                event,
                last,
                healthy: Some(true),
                escape: None,
            }))
        }
        Err(Interrupt::Lost(why)) => {
            tracing::warn!("{why}; the lease lapses and the next worker continues");
            Ok(None)
        }
        Err(stop) => stopped(hub, destination, delivery, stop, last)
            .await
            .map(Some),
    }
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    panic
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
        .unwrap_or_else(|| "no message".to_owned())
}
