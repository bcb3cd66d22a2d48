//! Takes away our own litter: late drafts, staged files. Repeatable; changes no delivery's outcome.

use yigao_channel::{Cx, Naming, Stop};
use yigao_core::{Delivery, DueFor, next::Event};
use yigao_store::StoreError;

use crate::{
    destinations::Destination,
    host::DeliveryHost,
    hub::Hub,
    run::{Run, mark},
    wire::Recorder,
};

pub(crate) async fn tidy(
    hub: &Hub,
    destination: &Destination,
    delivery: &Delivery,
    recorder: &Recorder,
) -> Result<Option<Run>, StoreError> {
    let host = DeliveryHost {
        hub,
        destination,
        delivery,
        purpose: DueFor::Tidy,
        recorder,
    };
    let naming = Naming {
        key: delivery.key(),
        mark: mark(delivery),
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
        .tidy(&cx, delivery.receipt.as_ref())
        .await;
    let last = cx.take_last();
    match out {
        Ok(()) => {}
        Err(Stop::Lost(why)) => {
            tracing::warn!("{why}");
            return Ok(None);
        }
        Err(stop) => tracing::warn!("tidying stopped: {stop:?}"),
    }
    Ok(Some(Run {
        event: Event::Tidied,
        last,
        healthy: None,
        escape: None,
    }))
}
