//! The sweep: takes up all that is due, keeps leases alive, deletes the bell's finished rows.

use std::time::Duration;

use yigao_core::time::between;
use yigao_engine::{Hook, Hub};

use crate::{bell::QueueBell, crew::Crew};

/// Longest time between two sweeps: what another process planned is found within it even if its ring was lost.
const SLOW: Duration = Duration::from_secs(5);
/// Shortest time between two sweeps, and the wait when something is due that cannot be claimed yet.
const QUICK: Duration = Duration::from_millis(20);
const BLOCKED: Duration = Duration::from_secs(1);
/// The machine's own time between two sweeps, however fast the hub's clock.
const SHORTEST: Duration = Duration::from_millis(10);

/// Sweeps until it is stopped: what is due and was not rung for, or whose ring was lost, is taken up here.
pub(crate) async fn sweep(crew: Crew, bell: QueueBell) {
    let mut rounds: u32 = 0;
    loop {
        let taken = crew.bring_out().await;
        rounds = rounds.wrapping_add(1);
        if rounds.is_multiple_of(16) {
            bell.clean().await;
            if let Err(error) = crew.hub.forget_exchanges().await {
                tracing::warn!(error = %error, "old exchanges stay for now");
            }
        }
        let wait = match crew.hub.next_due().await {
            Ok(Some(at)) => {
                let left = between(crew.hub.clock.now(), at);
                // Due, and yet nothing was taken: it waits for a lane, a resume, an earlier one, or for room here.
                if left.is_zero() && taken == 0 {
                    BLOCKED
                } else {
                    left.clamp(QUICK, SLOW)
                }
            }
            Ok(None) => SLOW,
            Err(error) => {
                tracing::error!(error = %error, "the ledger cannot be read; trying again");
                SLOW
            }
        };
        tokio::select! {
            () = tokio::time::sleep(crew.hub.clock.real(wait).max(SHORTEST)) => {}
            () = crew.nudge.notified() => {}
            () = crew.stop.cancelled() => return,
        }
    }
}

/// Says to one system what it is to be told, until it is stopped. Each has a loop of its own: one that does not answer keeps
/// no other from hearing.
pub(crate) async fn tell(crew: Crew, hook: Hook) {
    loop {
        let told = tokio::select! {
            told = crew.hub.tell(&hook) => told,
            // What was on its way is said once more by the next, under the same name.
            () = crew.stop.cancelled() => return,
        };
        let wait = match told {
            // There may be more.
            Ok(said) if said > 0 => QUICK,
            Ok(_) => SLOW,
            Err(error) => {
                tracing::warn!(hook = hook.name, error = %error, "what is to be told waits");
                SLOW
            }
        };
        tokio::select! {
            () = tokio::time::sleep(crew.hub.clock.real(wait).max(SHORTEST)) => {}
            () = crew.stop.cancelled() => return,
        }
    }
}

/// Lengthens the leases of what is under way, at a third of their length; for as long as any hand may be at work.
pub(crate) async fn heartbeat(hub: Hub) {
    let every = hub.clock.real(hub.tuning.lease / 3);
    loop {
        tokio::time::sleep(every).await;
        hub.heartbeat().await;
    }
}
