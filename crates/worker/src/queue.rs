//! The queue: names of deliveries that are due. Losing it loses nothing, since the ledger remembers what is due. One code path
//! serves two transports: a SQLite file of its own, or Redis.

mod error;
mod file;
mod redis;
mod task;

use std::{
    path::Path,
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use tokio::sync::Notify;
use tokio_util::task::TaskTracker;
use yigao_core::DeliveryId;
use yigao_engine::Queue;

pub use self::error::QueueError;
pub(crate) use self::{
    file::FileQueue,
    redis::RedisQueue,
    task::{Beat, Notification},
};
use crate::wake::Wake;

/// How many tasks may wait for this process' own worker before further ones are not put into the queue.
const RINGS_ENOUGH: usize = 4;
/// How long a caller waits at most for the queue. A queue that cannot be reached costs this once per [`QUIET`].
const NOTIFY: Duration = Duration::from_secs(1);
/// How long nothing is put into a queue after it has failed to take a task.
const QUIET: Duration = Duration::from_secs(2);

/// Where the tasks are stored.
#[derive(Clone)]
#[expect(clippy::large_enum_variant, reason = "one in a process")]
pub(crate) enum Transport {
    File(FileQueue),
    Redis(RedisQueue),
}

/// The queue that wakes workers.
#[derive(Clone)]
pub struct WorkQueue {
    pub(crate) transport: Transport,
    pub(crate) wake: Wake,
    /// Wakes this process' own worker without a queue between them; empty once the worker has ended.
    local_worker: Arc<Mutex<Weak<Notify>>>,
    /// Tasks on their way to a queue that other processes read as well.
    notifications: TaskTracker,
    /// Tasks of this process that its own worker has not taken yet.
    unanswered: Arc<AtomicUsize>,
    quiet: Quiet,
}

impl std::fmt::Debug for WorkQueue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let transport = match self.transport {
            Transport::File(_) => "file",
            Transport::Redis(_) => "redis",
        };
        f.debug_tuple("WorkQueue").field(&transport).finish()
    }
}

impl WorkQueue {
    /// The queue in a file, which is created if it does not exist.
    ///
    /// # Errors
    /// [`QueueError`] with the reason and what to do.
    pub async fn open(path: &Path) -> Result<Self, QueueError> {
        Self::open_with(path, Beat::default()).await
    }

    pub(crate) async fn open_with(path: &Path, beat: Beat) -> Result<Self, QueueError> {
        Ok(Self::over(Transport::File(
            FileQueue::open(path, beat).await?,
        )))
    }

    /// The queue on a Redis server that all processes share. The server need not be running: the sweep finds the deliveries
    /// whose tasks could not be stored.
    ///
    /// # Errors
    /// When the address is not an address of Redis.
    pub fn connect(address: &str) -> Result<Self, QueueError> {
        Self::connect_with(address, Beat::default())
    }

    pub(crate) fn connect_with(address: &str, beat: Beat) -> Result<Self, QueueError> {
        Ok(Self::over(Transport::Redis(RedisQueue::connect(
            address, beat,
        )?)))
    }

    fn over(transport: Transport) -> Self {
        Self {
            transport,
            wake: Wake::default(),
            local_worker: Arc::default(),
            notifications: TaskTracker::new(),
            unanswered: Arc::default(),
            quiet: Quiet::default(),
        }
    }

    /// Registers a worker of this process. It counts as present as long as `local_worker` lives.
    pub(crate) fn attended_by(&self, local_worker: &Arc<Notify>) {
        *self
            .local_worker
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Arc::downgrade(local_worker);
    }

    /// Counts a task that was taken in this process.
    pub(crate) fn answered(&self) {
        // Tasks of other processes are taken here too, and a restart forgets the count: it never falls below zero.
        let counted = self
            .unanswered
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| n.checked_sub(1));
        if counted.is_err() {
            tracing::trace!("a task of another process was taken");
        }
    }

    /// Deletes finished tasks. Otherwise they stay for ever, and the libraries' own cleanup deletes too much or blocks.
    pub(crate) async fn clean(&self) {
        // If the queue was deleted, nobody will take its tasks.
        self.unanswered.store(0, Ordering::Relaxed);
        let cleaned = match &self.transport {
            Transport::File(file_queue) => file_queue.clean().await,
            Transport::Redis(file_queue) => file_queue.clean().await,
        };
        if let Err(message) = cleaned {
            tracing::debug!(
                error = message,
                "the queue's finished tasks could not be deleted and stay for now"
            );
        }
    }

    /// Wakes the poller when another process has added a task. A file cannot notify: its poller reads it every few seconds.
    pub(crate) async fn hear_others(&self) {
        match &self.transport {
            Transport::File(_) => std::future::pending().await,
            Transport::Redis(file_queue) => file_queue.receive(&self.wake).await,
        }
    }

    /// Puts a task into the queue.
    async fn put(&self, delivery: DeliveryId) {
        let pushed = tokio::time::timeout(NOTIFY, self.push(Notification { delivery })).await;
        if let Err(message) = pushed.unwrap_or_else(|_| Err("no answer".into())) {
            self.quiet.begin();
            tracing::warn!(
                error = message,
                "the task could not be put into the queue; the sweep will find the delivery"
            );
        }
        self.wake.wake();
    }

    async fn push(&self, notify: Notification) -> Result<(), String> {
        match &self.transport {
            Transport::File(file_queue) => file_queue.push(notify).await,
            Transport::Redis(file_queue) => file_queue.push(notify).await,
        }
    }
}

#[async_trait]
impl Queue for WorkQueue {
    async fn notify(&self, delivery: &DeliveryId) {
        // A worker of this process takes up everything that is due at once. Through a file other processes learn nothing that
        // their own sweep does not find as soon, and writing the file took longer than the work itself.
        let local_worker = self
            .local_worker
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .upgrade();
        if let Some(local_worker) = &local_worker {
            local_worker.notify_one();
        }
        if self.quiet.is_on() {
            return;
        }
        match (&self.transport, local_worker.is_some()) {
            (Transport::File(_), true) => {}
            (_, false) => self.put(delivery.clone()).await,
            // Other processes may have capacity when this one has none. The caller does not wait for that.
            (Transport::Redis(_), true) => {
                if self.unanswered.fetch_add(1, Ordering::Relaxed) >= RINGS_ENOUGH {
                    self.answered();
                    return;
                }
                let (queue, delivery) = (self.clone(), delivery.clone());
                self.notifications
                    .spawn(async move { queue.put(delivery).await });
            }
        }
    }
}

/// Until when nothing is put into the queue.
#[derive(Clone, Default)]
struct Quiet(Arc<Mutex<Option<tokio::time::Instant>>>);

impl Quiet {
    fn is_on(&self) -> bool {
        let until = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        until.is_some_and(|until| tokio::time::Instant::now() < until)
    }

    fn begin(&self) {
        let mut until = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *until = Some(tokio::time::Instant::now() + QUIET);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_present_worker_is_woken_without_the_file_and_one_that_ended_is_not() {
        let name = format!("yigao-queue-here-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        let queue = WorkQueue::open(&folder.join("queue.db")).await.unwrap();
        let Transport::File(file_queue) = &queue.transport else {
            panic!("not a file");
        };
        let delivery: DeliveryId = "one".parse().unwrap();
        let local_worker = Arc::new(Notify::new());
        queue.attended_by(&local_worker);
        queue.notify(&delivery).await;
        let woken = tokio::time::timeout(Duration::from_secs(1), local_worker.notified());
        assert!(woken.await.is_ok());
        assert_eq!(file_queue.tasks().await, 0);
        drop(local_worker);
        queue.notify(&delivery).await;
        assert_eq!(file_queue.tasks().await, 1);
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
