//! A worker of this process: apalis wakes it, the ledger says what to do.

use std::time::Duration;

use apalis::prelude::{
    BackendExt as _, BoxDynError, Data, Monitor, ParallelizeExt as _, Strategy, WorkerBuilder,
    WorkerBuilderExt as _,
};
use tokio::task::JoinSet;
use yigao_engine::Hub;

use crate::{
    bell::{Ring, SqliteBell},
    crew::Crew,
    sweeper,
};

/// How long a stop waits for apalis after the last hand has come back: it only tells its database that it goes.
const FAREWELL: Duration = Duration::from_secs(1);

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
    crew: Crew,
    /// The bell's listener and the sweep: they end when the crew stops.
    watch: JoinSet<()>,
    /// The heartbeat: a stop waits for what is under way longer than a lease lasts, so it beats until the last hand is back.
    beat: JoinSet<()>,
    stop_within: Duration,
}

impl Worker {
    /// Starts working.
    pub fn start(hub: Hub, bell: SqliteBell, settings: &WorkerSettings) -> Self {
        let crew = Crew::new(hub, settings.concurrency);
        let mut watch = JoinSet::new();
        watch.spawn(listen(crew.clone(), bell.clone(), settings.concurrency));
        watch.spawn(sweeper::sweep(crew.clone(), bell));
        let mut beat = JoinSet::new();
        beat.spawn(sweeper::heartbeat(crew.hub.clone()));
        Self {
            crew,
            watch,
            beat,
            stop_within: settings.stop_within,
        }
    }

    /// Takes nothing new, waits for what is under way, gives back what does not end in time.
    pub async fn stop(mut self) {
        self.crew.stop.cancel();
        self.crew.hands.close();
        let hands = tokio::time::timeout(self.stop_within, self.crew.hands.wait());
        if hands.await.is_err() {
            tracing::warn!(
                busy = self.crew.hub.busy(),
                "stopping with deliveries under way: they are given back"
            );
            self.crew.hub.hand_back().await;
        }
        self.beat.shutdown().await;
        let farewell = async { while self.watch.join_next().await.is_some() {} };
        if tokio::time::timeout(FAREWELL, farewell).await.is_err() {
            // Seen with apalis 1.0 after a burst of rings. Nothing of ours is in its hands.
            tracing::debug!("the bell's worker did not end by itself");
            self.watch.shutdown().await;
        }
    }
}

/// Runs the apalis worker under its monitor. Any error of the bell ends the worker; the monitor starts it again under a new
/// name, after a pause that grows, so that a bell that is away is not asked without end.
async fn listen(crew: Crew, bell: SqliteBell, concurrency: usize) {
    let name = crew.hub.worker.clone();
    let stop = crew.stop.clone();
    let monitor = Monitor::new()
        .register(move |restarts: usize| {
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
            let handlers = crew.hands.clone();
            WorkerBuilder::new(format!("{name}-{restarts}"))
                .backend(backend)
                .data((crew.clone(), bell.clone()))
                .catch_panic()
                .concurrency(concurrency)
                // Spawned: polled inside the worker, a hiccup of the bell's database would drop handlers.
                .parallelize(move |running| handlers.spawn(running))
                .build(answer)
        })
        .should_restart(|_, error| {
            tracing::warn!(error = %error, "the bell's worker ended; starting it again");
            true
        })
        .shutdown_timeout(FAREWELL);
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

/// Always ends well: an error here would make apalis repeat it without end.
async fn answer(ring: Ring, here: Data<(Crew, SqliteBell)>) -> Result<(), BoxDynError> {
    let (crew, bell) = &*here;
    bell.answered();
    crew.answer(&ring.delivery).await;
    Ok(())
}
