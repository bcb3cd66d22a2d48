//! How a run ended, as an event for the state machine: a receipt, a stop, a fault.

use yigao_channel::Interrupt;
use yigao_core::{
    ChannelError, Delivery, Doubt, Effect, ErrorKind, Intent, Receipt, Timestamp,
    journal::{Entry, Finish, Verb},
    next::Event,
    time::later,
};
use yigao_store::{LintEscape, StoreError};

use crate::{destinations::Destination, hub::Hub, run::Run};

/// How soon after a lost answer the first, uncounted lookup is made.
const EARLY_LOOKUP: std::time::Duration = std::time::Duration::from_secs(2);

/// When what may still have an effect no longer can: the last lookup of each such entry.
struct Settled {
    /// Of this delivery and what it superseded.
    own: Option<Timestamp>,
    /// Of deliveries that ended before it, as far as that time has not come yet.
    earlier: Option<Timestamp>,
}

impl Settled {
    async fn of(
        hub: &Hub,
        destination: &Destination,
        delivery: &Delivery,
        last: Option<&Finish>,
    ) -> Result<Self, StoreError> {
        let mut entries = hub.store.unsure_up_to(&delivery.id).await?;
        // The last step's result is not committed yet: it is written together with the end of the run.
        if let Some(Finish::Done {
            seq, unsure: false, ..
        }) = last
        {
            entries.retain(|(entry, _)| entry.seq != *seq || entry.unsure);
        }
        let profile = destination.channel.profile();
        let end = |entry: &Entry| {
            let last_lookup = profile
                .op(&entry.op)
                .and_then(|op| op.lookup_after.last().copied())
                .unwrap_or_default();
            later(entry.ends, last_lookup)
        };
        let now = hub.clock.now();
        let (own, earlier): (Vec<_>, Vec<_>) = entries.iter().partition(|(_, own)| *own);
        Ok(Self {
            own: own.iter().map(|(entry, _)| end(entry)).max(),
            earlier: earlier
                .iter()
                .map(|(entry, _)| end(entry))
                .filter(|at| *at > now)
                .max(),
        })
    }
}

pub(super) async fn receipted(
    hub: &Hub,
    destination: &Destination,
    delivery: &Delivery,
    receipt: Receipt,
    last: Option<&Finish>,
) -> Result<Event, StoreError> {
    let settled = Settled::of(hub, destination, delivery, last).await?;
    let proof_at = match delivery.intent {
        Intent::Withdraw => settled.own.max(settled.earlier),
        Intent::Publish | Intent::Correct => None,
    };
    Ok(Event::Receipt {
        receipt,
        proof_at,
        cleanup_at: settled.own,
    })
}

pub(super) async fn stopped(
    hub: &Hub,
    destination: &Destination,
    delivery: &Delivery,
    stop: Interrupt,
    last: Option<Finish>,
) -> Result<Run, StoreError> {
    let stop = match stop {
        Interrupt::Fault(error) => return faulted(hub, destination, delivery, error, last).await,
        Interrupt::ByPerson(receipt) => {
            let event = receipted(hub, destination, delivery, receipt, last.as_ref()).await?;
            return Ok(Run {
                event,
                last,
                healthy: None,
                escape: None,
            });
        }
        other => other,
    };
    let plain = |event| Run {
        event,
        last,
        healthy: None,
        escape: None,
    };
    Ok(match stop {
        Interrupt::Waits { until, why } => plain(Event::Waits { until, why }),
        Interrupt::Accepted { ticket, until, why } => Run {
            healthy: Some(true),
            ..plain(Event::Accepted { ticket, until, why })
        },
        Interrupt::Doubt(doubt) => plain(Event::Doubt(doubt)),
        Interrupt::Changed(evidence) => plain(Event::Doubt(Doubt {
            op: "replay".into(),
            part: String::new(),
            evidence: format!("the program changed: {evidence}"),
        })),
        // Superseded: the record clears the lease and wakes what superseded it; the event is not applied.
        Interrupt::Superseded
        | Interrupt::Lost(_)
        | Interrupt::Fault(_)
        | Interrupt::ByPerson(_) => plain(Event::HandedBack),
    })
}

async fn faulted(
    hub: &Hub,
    destination: &Destination,
    delivery: &Delivery,
    error: ChannelError,
    last: Option<Finish>,
) -> Result<Run, StoreError> {
    let profile = destination.channel.profile();
    let rows = hub
        .store
        .journal(&delivery.id, i64::from(delivery.round))
        .await?;
    let open = rows
        .iter()
        .find(|row| row.verb == Verb::Once && row.state.is_open());
    let cleanup_at = Settled::of(hub, destination, delivery, last.as_ref())
        .await?
        .own;
    let event = match open {
        None => Event::Fault {
            error: error.clone(),
            lookup_at: None,
            cleanup_at,
        },
        Some(row) => {
            let index = usize::try_from(row.lookups).unwrap_or(usize::MAX);
            match profile
                .op(&row.op)
                .and_then(|op| op.lookup_after.get(index))
            {
                // An early lookup may answer yes; its no does not count, and the delivery waits for the due one then.
                Some(wait) => Event::Fault {
                    error: error.clone(),
                    lookup_at: Some(
                        later(row.ends, *wait).min(later(hub.clock.now(), EARLY_LOOKUP)),
                    ),
                    cleanup_at,
                },
                None => Event::Doubt(Doubt {
                    op: row.op.clone(),
                    part: row.part.clone(),
                    evidence: error.to_string(),
                }),
            }
        }
    };
    // A refusal of this content is no evidence against the remote; pre-flight should have known it.
    let rejected = error.kind() == ErrorKind::Rejected && error.effect() == Effect::None;
    let escape = rejected.then(|| LintEscape {
        code: error.remote_code().unwrap_or("none").to_owned(),
        message: error.to_string(),
    });
    let healthy = match error.kind() {
        ErrorKind::Unavailable
        | ErrorKind::Timeout
        | ErrorKind::Interrupted
        | ErrorKind::Unauthorized => Some(false),
        _ => None,
    };
    Ok(Run {
        event,
        last,
        healthy,
        escape,
    })
}
