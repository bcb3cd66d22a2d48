//! In the child: plans what the stage asks for and is not planned yet, and works until nothing is under way.

use std::{collections::BTreeSet, path::Path, sync::Arc, time::Duration};

use yigao_core::{Delivery, DestinationId, Intent, ItemId, Seen, State, WaitReason};
use yigao_engine::{Hub, Request};
use yigao_store::ListDeliveries;
use yigao_worker::{WorkQueue, Worker, WorkerSettings};

use crate::{
    scene::{PLACES, Scene, Stage, destination, item, me},
    watcher::Watcher,
};

/// How often a child checks whether all is at rest.
const CHECK_EVERY: Duration = Duration::from_millis(50);
/// Looks at rest in a row before it believes it: a delivery that has just ended may have woken another.
const CALM: u32 = 3;

pub(crate) async fn live(scene: &Path, orders: &str) -> anyhow::Result<()> {
    let scene = Scene::read(scene)?;
    let watcher = Watcher::new(&scene, orders)?;
    yigao_core::trial::watch(Box::new(watcher));
    let life = orders.split(',').next().unwrap_or_default();
    let worker = format!("life-{life}-{}", std::process::id());
    let queue = match &scene.redis {
        Some(address) => WorkQueue::connect(address)?,
        None => WorkQueue::open(&scene.folder.join("queue.db")).await?,
    };
    let hub = scene.hub(worker).await?.with_queue(Arc::new(queue.clone()));
    let settings = WorkerSettings {
        stop_within: Duration::from_secs(1),
        ..WorkerSettings::default()
    };
    let running = Worker::start(hub.clone(), queue, &settings);
    for number in 0..scene.items {
        plan(&hub, &scene, number).await?;
    }
    let mut calm = 0;
    while calm < CALM {
        tokio::time::sleep(CHECK_EVERY).await;
        calm = if at_rest(&hub).await? { calm + 1 } else { 0 };
    }
    running.stop().await;
    Ok(())
}

/// Plans at every destination where this stage has not been planned: a process killed in the middle leaves some.
async fn plan(hub: &Hub, scene: &Scene, number: usize) -> anyhow::Result<()> {
    let item = item(number)?;
    let intent = match scene.stage {
        Stage::Publish => Intent::Publish,
        Stage::Correct => Intent::Correct,
        Stage::Withdraw => Intent::Withdraw,
    };
    let known = hub.deliveries_of(&item).await?;
    let planned = |at: &DestinationId| {
        known
            .iter()
            .any(|d| d.destination == *at && d.intent == intent)
    };
    let mut left = Vec::new();
    for place in PLACES.iter().filter(|place| number < place.most) {
        let id = destination(place.id)?;
        if !planned(&id) {
            left.push(id);
        }
    }
    if left.is_empty() {
        return Ok(());
    }
    let request = Request {
        destinations: left.clone(),
        ..Request::approved()
    };
    let done = match scene.stage {
        Stage::Publish => hub.publish(&item, &request, &me()).await,
        Stage::Correct => hub.correct(&item, &request, &me()).await,
        Stage::Withdraw => hub.withdraw(&item, left, "试验", &me()).await,
    };
    match done {
        Ok(_) => Ok(()),
        // The other process was quicker.
        Err(yigao_engine::PublishError::Nothing(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Nothing is under way: what is left needs a person, or the address of what needs one.
pub(crate) async fn at_rest(hub: &Hub) -> anyhow::Result<bool> {
    let moving = moving(hub).await?;
    let stuck: BTreeSet<&ItemId> = moving
        .iter()
        .filter(|d| needs_a_person(d))
        .map(|d| &d.item)
        .collect();
    let waits =
        |d: &Delivery| matches!(d.why, Some(WaitReason::Slot { .. })) && stuck.contains(&d.item);
    Ok(moving
        .iter()
        .all(|d| needs_a_person(d) || is_postponed(d) || waits(d)))
}

/// What has not come to its end.
pub(crate) async fn moving(hub: &Hub) -> anyhow::Result<Vec<Delivery>> {
    let which = ListDeliveries {
        states: [
            State::Waiting,
            State::Working,
            State::Accepted,
            State::Unconfirmed,
            State::InDoubt,
        ]
        .into(),
        limit: 1_000,
        ..ListDeliveries::default()
    };
    Ok(hub.deliveries(&which).await?)
}

/// It waits for tomorrow: what is deleted at the account again and again uses the day's ten up.
pub(crate) fn is_postponed(delivery: &Delivery) -> bool {
    delivery.state == State::Waiting && matches!(delivery.why, Some(WaitReason::Quota { .. }))
}

/// A doubt, or a withdrawal that nobody can look for.
pub(crate) fn needs_a_person(delivery: &Delivery) -> bool {
    let seen = delivery.observation.as_ref().map(|seen| seen.remote_state);
    match delivery.state {
        State::InDoubt => true,
        State::Unconfirmed => seen == Some(Seen::CannotSee),
        _ => false,
    }
}

/// The newest delivery of an item at a destination.
pub(crate) async fn newest(
    hub: &Hub,
    number: usize,
    place: &str,
) -> anyhow::Result<Option<Delivery>> {
    let (item, place) = (item(number)?, destination(place)?);
    let all = hub.deliveries_of(&item).await?;
    Ok(all.into_iter().find(|d| d.destination == place))
}
