//! 回读: what readers see, compared with what was approved.

mod drift;

use yigao_channel::{Cx, Interrupt, Naming};
use yigao_core::{
    By, Delivery, DueFor, Intent, Localized, Observation, Prior, RemoteState, Seen, State,
    Timestamp, next::Event,
};
use yigao_store::StoreError;

use self::drift::compare;
use crate::{
    destinations::Destination,
    host::DeliveryHost,
    hub::Hub,
    run::{Run, marker},
    stopped,
    wire::Recorder,
};

/// An observation that saw nothing.
pub(crate) fn blind(now: Timestamp) -> Observation {
    Observation {
        remote_state: Seen::CannotSee,
        by: By::Remote,
        leaves: Vec::new(),
        url: None,
        at: now,
        drift: Vec::new(),
    }
}

/// Reads back one delivery that has ended, or checks for the proof of a withdrawal.
pub(crate) async fn observe(
    hub: &Hub,
    destination: &Destination,
    delivery: &Delivery,
    recorder: &Recorder,
) -> Result<Option<Run>, StoreError> {
    let (rendition, _) = hub.store.rendition(&delivery.rendition).await?;
    let prior = what_to_look_for(delivery);
    let host = DeliveryHost {
        hub,
        destination,
        delivery,
        purpose: DueFor::Observe,
        recorder,
    };
    let naming = Naming {
        key: delivery.key(),
        marker: marker(delivery),
        spent: false,
    };
    let cx = Cx::new(&host, destination.channel.profile(), &prior, naming);
    let seen = match destination.channel.observe(&cx, &prior).await {
        Ok(seen) => seen,
        Err(Interrupt::Lost(why)) => {
            tracing::warn!("{why}");
            return Ok(None);
        }
        Err(stop) => {
            let mut seen = blind(hub.clock.now());
            let why = stopped::localized(&stop);
            seen.drift.push(Localized::new(
                format!("这次没能回读：{}", why.zh),
                format!("it could not be read back: {}", why.en),
            ));
            seen
        }
    };
    let seen = if delivery.intent == Intent::Withdraw {
        seen
    } else {
        compare(seen, &rendition.leaves)
    };
    let event = match delivery.state {
        State::Unconfirmed | State::InDoubt => Event::Proof { seen },
        _ => Event::Observed { seen },
    };
    Ok(Some(Run {
        event,
        last: None,
        healthy: None,
        escape: None,
    }))
}

/// For a publication: what its receipt names. For a withdrawal: what it was to withdraw.
fn what_to_look_for(delivery: &Delivery) -> Prior {
    match (delivery.intent, &delivery.receipt) {
        (Intent::Publish | Intent::Correct, Some(receipt)) => Prior {
            key: delivery.id.to_string(),
            remote_state: RemoteState::Out(receipt.clone()),
            ..Prior::default()
        },
        _ => delivery.prior.clone(),
    }
}
