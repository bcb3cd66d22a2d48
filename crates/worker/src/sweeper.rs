//! The sweep: rings for all that is due, keeps leases alive, deletes the bell's finished rows.

use std::{sync::Arc, time::Duration};

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use yigao_core::time::between;
use yigao_engine::{Bell as _, Hub};

use crate::bell::SqliteBell;

/// Longest time between two sweeps: what another process planned is found within it even if its ring was lost.
const SLOW: Duration = Duration::from_secs(5);
/// Shortest time between two sweeps, and the wait when something is due that cannot be claimed yet.
const QUICK: Duration = Duration::from_millis(20);
const BLOCKED: Duration = Duration::from_secs(1);

/// Sweeps until it is stopped. `nudge` says that something changed in this process.
pub(crate) async fn sweep(
    hub: Hub,
    bell: SqliteBell,
    room: usize,
    nudge: Arc<Notify>,
    stop: CancellationToken,
) {
    let mut rounds: u32 = 0;
    loop {
        let free = room.saturating_sub(hub.busy());
        let rung = if free == 0 {
            0
        } else {
            ring_due(&hub, &bell, free).await
        };
        rounds = rounds.wrapping_add(1);
        if rounds.is_multiple_of(16) {
            bell.clean().await;
        }
        let wait = match hub.store.next_due().await {
            Ok(Some(at)) => {
                let left = between(hub.clock.now(), at);
                // Due, and yet nothing was rung for: it waits for a lane, a resume, an earlier one.
                if left.is_zero() && rung == 0 {
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
        let wait = if rung > 0 {
            wait.max(Duration::from_millis(200))
        } else {
            wait
        };
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = nudge.notified() => {}
            () = stop.cancelled() => return,
        }
    }
}

async fn ring_due(hub: &Hub, bell: &SqliteBell, free: usize) -> usize {
    match hub.sweep(u32::try_from(free).unwrap_or(u32::MAX)).await {
        Ok(due) => {
            for delivery in &due {
                bell.ring(delivery).await;
            }
            due.len()
        }
        Err(error) => {
            tracing::error!(error = %error, "the sweep failed; trying again");
            0
        }
    }
}

/// Lengthens the leases of what is under way, at a third of their length.
pub(crate) async fn heartbeat(hub: Hub, stop: CancellationToken) {
    let every = hub.tuning.lease / 3;
    loop {
        tokio::select! {
            () = tokio::time::sleep(every) => hub.heartbeat().await,
            () = stop.cancelled() => return,
        }
    }
}
