//! A worker of this process: apalis wakes it, the ledger decides what is to be done.

use std::{sync::Arc, time::Duration};

use apalis::prelude::{
    BackendExt as _, BoxDynError, Data, Monitor, ParallelizeExt as _, Strategy, WorkerBuilder,
    WorkerBuilderExt as _,
};
use futures_util::{FutureExt as _, future::BoxFuture};
use tokio::task::JoinSet;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use yigao_core::DeliveryId;
use yigao_engine::Hub;

use crate::{
    pool::TaskPool,
    queue::{Notification, Transport, WorkQueue},
    sweeper,
};

/// How often the queue is polled when nothing wakes the poller: another process may have written to the file.
const POLL: Duration = Duration::from_secs(5);

/// How long a stop waits for apalis after the last delivery has ended: apalis only records in its database that it stops.
const FAREWELL: Duration = Duration::from_secs(1);

/// Numbers of a worker; configuration.
#[derive(Clone, Debug)]
pub struct WorkerSettings {
    /// How many deliveries run at once.
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
    pool: TaskPool,
    /// The queue's listener and the sweep: they end when a stop is requested.
    watch: JoinSet<()>,
    /// The heartbeat. A stop may wait for running deliveries longer than a lease lasts, so it runs until the last one has ended.
    beat: JoinSet<()>,
    stop_within: Duration,
}

impl Worker {
    /// Starts working.
    pub fn start(hub: Hub, queue: WorkQueue, settings: &WorkerSettings) -> Self {
        let pool = TaskPool::new(hub, settings.concurrency);
        queue.attended_by(&pool.wake);
        let mut watch = JoinSet::new();
        let listener = Listener::of(&pool, &queue, settings.concurrency);
        watch.spawn(listen(queue.clone(), listener));
        watch.spawn(sweeper::sweep(pool.clone(), queue));
        for hook in pool.hub.hooks.iter() {
            watch.spawn(sweeper::send_notices(pool.clone(), hook.clone()));
        }
        let mut beat = JoinSet::new();
        beat.spawn(sweeper::heartbeat(pool.hub.clone()));
        Self {
            pool,
            watch,
            beat,
            stop_within: settings.stop_within,
        }
    }

    /// Takes nothing new, waits for running deliveries, and gives back those that do not end in time.
    pub async fn stop(mut self) {
        self.pool.stop.cancel();
        self.pool.tasks.close();
        let tasks = tokio::time::timeout(self.stop_within, self.pool.tasks.wait());
        if tasks.await.is_err() {
            tracing::warn!(
                busy = self.pool.hub.busy(),
                "deliveries are still running at the stop; they are given back"
            );
            self.pool.hub.hand_back().await;
        }
        self.beat.shutdown().await;
        let farewell = async { while self.watch.join_next().await.is_some() {} };
        if tokio::time::timeout(FAREWELL, farewell).await.is_err() {
            // Seen with apalis 1.0 after a burst of tasks. It holds no delivery, so nothing is lost.
            tracing::debug!("the queue's worker did not end in time");
            self.watch.shutdown().await;
        }
    }
}

/// Who handles the queue's tasks, and until when. It is separate so that tests can run the queues with other handlers.
pub(crate) struct Listener {
    /// A name that was never used before: apalis refuses a fixed one, or strands the tasks of the worker before.
    pub(crate) name: String,
    pub(crate) stop: CancellationToken,
    pub(crate) handlers: TaskTracker,
    pub(crate) concurrency: usize,
    pub(crate) answer: Answer,
}

impl Listener {
    fn of(pool: &TaskPool, queue: &WorkQueue, concurrency: usize) -> Self {
        let (worker, rung) = (pool.clone(), queue.clone());
        Self {
            name: pool.hub.worker.clone(),
            stop: pool.stop.clone(),
            handlers: pool.tasks.clone(),
            concurrency,
            answer: Arc::new(move |delivery| {
                let (pool, queue) = (worker.clone(), rung.clone());
                async move {
                    queue.answered();
                    pool.answer(&delivery).await;
                }
                .boxed()
            }),
        }
    }
}

/// The handler of a task.
pub(crate) type Answer = Arc<dyn Fn(DeliveryId) -> BoxFuture<'static, ()> + Send + Sync>;

/// Always ends well: an error here would make apalis repeat it without end.
async fn answer(notify: Notification, here: Data<Answer>) -> Result<(), BoxDynError> {
    here(notify.delivery).await;
    Ok(())
}

/// The worker of one start, over a queue of either kind: their types differ, what is built does not.
macro_rules! worker_over {
    ($storage:expr, $wake:expr, $listener:expr, $restarts:expr) => {{
        let (restarts, listener) = ($restarts, &$listener);
        let pause = Duration::from_millis(200)
            .saturating_mul(1 << u32::try_from(restarts.min(6)).unwrap_or(6));
        let handlers = listener.handlers.clone();
        let strategy = Strategy::new().stream($wake.listen()).interval(POLL);
        let backend = $storage
            .clone()
            .before_start(move |_| async move {
                if restarts > 0 {
                    tokio::time::sleep(pause).await;
                }
                Ok(())
            })
            .poll_with_strategy(strategy);
        WorkerBuilder::new(format!("{}-{restarts}", listener.name))
            .backend(backend)
            .data(listener.answer.clone())
            .catch_panic()
            .concurrency(listener.concurrency)
            // Spawned: if they were polled inside the worker, a fault of the queue's database would drop handlers.
            .parallelize(move |running| handlers.spawn(running))
            .build(answer)
    }};
}

/// Runs the apalis worker under its monitor. Any error of the queue ends the worker; the monitor starts it again under a new
/// name after a pause that grows, so that a queue that cannot be reached is not called without pause.
pub(crate) async fn listen(queue: WorkQueue, listener: Listener) {
    let stop = listener.stop.clone();
    let wake = queue.wake.clone();
    let monitor = match queue.transport.clone() {
        Transport::File(queue) => Monitor::new()
            .register(move |restarts: usize| worker_over!(queue.storage, wake, listener, restarts)),
        Transport::Redis(queue) => Monitor::new()
            .register(move |restarts: usize| worker_over!(queue.storage, wake, listener, restarts)),
    };
    let monitor = monitor
        .should_restart(|_, error| {
            tracing::warn!(error = %error, "the queue's worker ended and is started again");
            true
        })
        .shutdown_timeout(FAREWELL);
    let stopped = stop.clone();
    let run = monitor.run_with_signal(async move {
        stopped.cancelled().await;
        Ok(())
    });
    tokio::select! {
        ended = run => {
            if let Err(error) = ended {
                tracing::error!(error = %error, "the queue has failed; the sweep continues to find what is due");
            }
        }
        () = queue.hear_others() => {}
    }
}
