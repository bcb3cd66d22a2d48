//! The sweep: takes up all that is due, renews leases and deletes the queue's finished tasks.

use std::time::Duration;

use yigao_core::time::between;
use yigao_engine::{Hook, Hub};

use crate::{pool::TaskPool, queue::WorkQueue};

/// Longest time between two sweeps. What another process planned is found within it even if its task was lost.
const SLOW: Duration = Duration::from_secs(5);
/// Shortest time between two sweeps, and the wait when something is due that cannot be claimed yet.
const QUICK: Duration = Duration::from_millis(20);
const BLOCKED: Duration = Duration::from_secs(1);
/// Shortest real time between two sweeps, however fast the hub's clock runs.
const SHORTEST: Duration = Duration::from_millis(10);

/// Sweeps until it is stopped: takes up what is due and has no task in the queue.
pub(crate) async fn sweep(pool: TaskPool, queue: WorkQueue) {
    let mut rounds: u32 = 0;
    loop {
        let taken = pool.bring_out().await;
        rounds = rounds.wrapping_add(1);
        if rounds.is_multiple_of(16) {
            queue.clean().await;
            if let Err(error) = pool.hub.forget_exchanges().await {
                tracing::warn!(error = %error, "old exchanges could not be deleted and stay for now");
            }
        }
        let wait = match pool.hub.next_due().await {
            Ok(Some(at)) => {
                let left = between(pool.hub.clock.now(), at);
                // It is due and was not taken: it waits for a free slot at its destination, for a resume, for an earlier delivery, or
                // for capacity here.
                if left.is_zero() && taken == 0 {
                    BLOCKED
                } else {
                    left.clamp(QUICK, SLOW)
                }
            }
            Ok(None) => SLOW,
            Err(error) => {
                tracing::error!(error = %error, "the ledger cannot be read; the next sweep will try again");
                SLOW
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pool.hub.clock.real(wait).max(SHORTEST)) => {}
            () = pool.wake.notified() => {}
            () = pool.stop.cancelled() => return,
        }
    }
}

/// Sends one webhook its notifications until it is stopped. Each webhook has a loop of its own, so one that does not answer
/// delays no other.
pub(crate) async fn send_notices(pool: TaskPool, hook: Hook) {
    loop {
        let sent = tokio::select! {
            sent = pool.hub.send_notices(&hook) => sent,
            // A notification that was on its way is sent again by the next worker under the same id.
            () = pool.stop.cancelled() => return,
        };
        let wait = match sent {
            // There may be more.
            Ok(count) if count > 0 => QUICK,
            Ok(_) => SLOW,
            Err(error) => {
                tracing::warn!(hook = hook.name, error = %error, "the notifications of this webhook wait");
                SLOW
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pool.hub.clock.real(wait).max(SHORTEST)) => {}
            () = pool.stop.cancelled() => return,
        }
    }
}

/// Renews the leases of running deliveries at a third of their length, for as long as any may be running.
pub(crate) async fn heartbeat(hub: Hub) {
    let every = hub.clock.real(hub.tuning.lease / 3);
    loop {
        tokio::time::sleep(every).await;
        hub.heartbeat().await;
    }
}
