//! A worker of this process: apalis wakes it, the ledger says what to do.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use apalis::prelude::{
    BackendExt as _, BoxDynError, Data, Monitor, ParallelizeExt as _, Strategy, WorkerBuilder,
    WorkerBuilderExt as _,
};
use futures_util::FutureExt as _;
use tokio::sync::{Notify, Semaphore};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use yigao_core::DeliveryId;
use yigao_engine::Claimed;
use yigao_engine::Hub;

use crate::{
    bell::{Ring, SqliteBell},
    sweeper,
};

/// Numbers of a worker; configuration.
#[derive(Clone, Debug)]
pub struct WorkerSettings {
    /// Deliveries worked at once.
    pub concurrency: usize,
    /// How long a stop waits for what is under way.
    pub stop_within: Duration,
}

impl Default for WorkerSettings {
    fn default() -> Self {
        Self {
            concurrency: 16,
            stop_within: Duration::from_secs(20),
        }
    }
}

/// A running worker.
#[derive(Debug)]
pub struct Worker {
    stop: CancellationToken,
    tasks: TaskTracker,
    hub: Hub,
    stop_within: Duration,
}

#[derive(Clone, Debug)]
struct Shared {
    hub: Hub,
    room: Arc<Semaphore>,
    nudge: Arc<Notify>,
    stop: CancellationToken,
}

impl Worker {
    /// Starts working.
    pub fn start(hub: Hub, bell: SqliteBell, settings: &WorkerSettings) -> Self {
        let stop = CancellationToken::new();
        let tasks = TaskTracker::new();
        let shared = Shared {
            hub: hub.clone(),
            room: Arc::new(Semaphore::new(settings.concurrency)),
            nudge: Arc::default(),
            stop: stop.clone(),
        };
        tasks.spawn(listen(
            shared.clone(),
            tasks.clone(),
            bell.clone(),
            settings.concurrency,
            settings.stop_within,
        ));
        tasks.spawn(sweeper::sweep(
            hub.clone(),
            bell,
            settings.concurrency,
            shared.nudge,
            stop.clone(),
        ));
        tasks.spawn(sweeper::heartbeat(hub.clone(), stop.clone()));
        Self {
            stop,
            tasks,
            hub,
            stop_within: settings.stop_within,
        }
    }

    /// Takes nothing new, waits for what is under way, gives back what does not end in time.
    pub async fn stop(self) {
        self.stop.cancel();
        self.tasks.close();
        if tokio::time::timeout(self.stop_within, self.tasks.wait())
            .await
            .is_err()
        {
            tracing::warn!(
                busy = self.hub.busy(),
                "stopping with deliveries under way: they are given back"
            );
            self.hub.hand_back().await;
        }
    }
}

/// Runs the apalis worker under its monitor. Any error of the bell ends the worker; the monitor starts it again under a new
/// name, after a pause that grows, so that a bell that is away is not asked without end.
async fn listen(
    shared: Shared,
    tasks: TaskTracker,
    bell: SqliteBell,
    concurrency: usize,
    stop_within: Duration,
) {
    let name = shared.hub.worker.clone();
    let stop = shared.stop.clone();
    let monitor = Monitor::new()
        .register(move |restarts: usize| {
            let handlers = tasks.clone();
            let pause = Duration::from_millis(200)
                .saturating_mul(1 << u32::try_from(restarts.min(6)).unwrap_or(6));
            let wake = bell.wake.listen();
            let strategy = Strategy::new()
                .stream(wake)
                .interval(Duration::from_secs(5));
            let backend = bell
                .storage
                .clone()
                .before_start(move |_| async move {
                    if restarts > 0 {
                        tokio::time::sleep(pause).await;
                    }
                    Ok(())
                })
                .poll_with_strategy(strategy);
            WorkerBuilder::new(format!("{name}-{restarts}"))
                .backend(backend)
                .data(shared.clone())
                .catch_panic()
                .concurrency(concurrency)
                // Spawned: polled inside the worker, a hiccup of the bell's database would drop running handlers.
                .parallelize(move |running| handlers.spawn(running))
                .build(answer)
        })
        .should_restart(|_, error| {
            tracing::warn!(error = %error, "the bell's worker ended; starting it again");
            true
        })
        .shutdown_timeout(stop_within);
    let ended = monitor
        .run_with_signal(async move {
            stop.cancelled().await;
            Ok(())
        })
        .await;
    if let Err(error) = ended {
        tracing::error!(error = %error, "the bell is silent; the sweep goes on");
    }
}

/// A ring: works the delivery it names, then whatever else is due while there is room. Always ends well: an error here
/// would make apalis repeat it without end.
async fn answer(ring: Ring, shared: Data<Shared>) -> Result<(), BoxDynError> {
    let shared = (*shared).clone();
    let work = AssertUnwindSafe(work(&shared, ring.delivery)).catch_unwind();
    if work.await.is_err() {
        tracing::error!("the engine panicked; the lease lapses and the next worker goes on");
    }
    shared.nudge.notify_one();
    Ok(())
}

async fn work(shared: &Shared, delivery: DeliveryId) {
    let Ok(_room) = shared.room.acquire().await else {
        return;
    };
    if shared.stop.is_cancelled() {
        return;
    }
    let mut next = shared.hub.claim(&delivery).await;
    loop {
        match next {
            Ok(Some(claimed)) => run(shared, claimed).await,
            Ok(None) => {}
            Err(error) => {
                tracing::error!(error = %error, "cannot claim");
                return;
            }
        }
        if shared.stop.is_cancelled() {
            return;
        }
        next = match shared.hub.claim_due(1).await {
            Ok(claimed) => match claimed.into_iter().next() {
                Some(claimed) => Ok(Some(claimed)),
                None => return,
            },
            Err(error) => Err(error),
        };
    }
}

async fn run(shared: &Shared, claimed: Claimed) {
    if let Err(error) = shared.hub.work(claimed).await {
        tracing::error!(error = %error, "the end of a run could not be written; its lease lapses");
    }
}
