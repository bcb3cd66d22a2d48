//! What the simulation found, each as the shortest run that shows it.

use yigao_core::{Actor, DestinationId, State};
use yigao_engine::Request;

use super::{
    remote::Stage,
    sim::{Rules, Sim},
};

fn me() -> Actor {
    Actor::user("editor")
}

fn slow() -> DestinationId {
    "slow".parse().unwrap()
}

/// The first item's publication at the slow destination, as far as its submit has been taken on and nobody here knows yet.
async fn submitted(name: &str) -> Sim {
    let mut sim = Sim::new(1, Rules::All, name).await;
    let item = sim.items.first().unwrap().parse().unwrap();
    let request = Request {
        destinations: vec![slow()],
        ..Request::approved()
    };
    sim.desk().publish(&item, &request, &me()).await.unwrap();
    sim.claim(0, None).await.unwrap();
    let waits = |sim: &Sim| {
        let parked = sim.tasks.first().and_then(|task| task.parked.as_ref());
        parked.is_some_and(|parked| parked.call.op == "submit" && parked.stage == Stage::Receives)
    };
    for _ in 0..9 {
        if !waits(&sim) {
            sim.step(0).await.unwrap();
        }
    }
    assert!(waits(&sim));
    sim
}

async fn withdrawn(mut sim: Sim) {
    let item = sim.items.first().unwrap().parse().unwrap();
    let all = vec![slow()];
    sim.desk()
        .withdraw(&item, all, "误发", &me())
        .await
        .unwrap();
    while !sim.tasks.is_empty() {
        sim.finish(0).await.unwrap();
    }
    sim.come_to_rest().await.unwrap();
    sim.check_the_end().await.unwrap();
    assert!(sim.those(&[State::Failed]).is_empty());
}

/// A withdrawal supersedes it between the answer and the ticket: the job that was taken on is not forgotten.
#[tokio::test]
async fn the_number_of_a_job_reaches_the_withdrawal_that_superseded_it() {
    withdrawn(submitted("superseded").await).await;
}

/// A pause shuts the gate between the answer and the ticket, and then the item is withdrawn.
#[tokio::test]
async fn the_number_of_a_job_is_kept_where_a_pause_comes_before_it() {
    let mut sim = submitted("paused").await;
    let now = sim.now();
    let store = sim.store.clone();
    store
        .pause(&slow(), Some("检修"), &me(), now)
        .await
        .unwrap();
    sim.finish(0).await.unwrap();
    sim.inspect().await.unwrap();
    assert_eq!(sim.those(&[State::Accepted]).len(), 1);
    withdrawn(sim).await;
}
