//! Removes our own leftovers: late drafts, staged files. Repeatable; changes no delivery's outcome.

use yigao_channel::{Cx, Interrupt, Naming};
use yigao_core::{Delivery, DueFor, next::Event};
use yigao_store::StoreError;

use crate::{
    destinations::Destination,
    host::DeliveryHost,
    hub::Hub,
    run::{Run, marker},
    wire::Recorder,
};

pub(crate) async fn cleanup(
    hub: &Hub,
    destination: &Destination,
    delivery: &Delivery,
    recorder: &Recorder,
) -> Result<Option<Run>, StoreError> {
    let host = DeliveryHost {
        hub,
        destination,
        delivery,
        purpose: DueFor::Cleanup,
        recorder,
    };
    let naming = Naming {
        key: delivery.key(),
        marker: marker(delivery),
        spent: false,
    };
    let cx = Cx::new(
        &host,
        destination.channel.profile(),
        &delivery.prior,
        naming,
    );
    let out = destination
        .channel
        .cleanup(&cx, delivery.receipt.as_ref())
        .await;
    let last = cx.take_last();
    match out {
        Ok(()) => {}
        Err(Interrupt::Lost(why)) => {
            tracing::warn!("{why}");
            return Ok(None);
        }
        Err(stop) => tracing::warn!("the cleanup stopped: {stop:?}"),
    }
    Ok(Some(Run {
        event: Event::CleanedUp,
        last,
        healthy: None,
        escape: None,
    }))
}
