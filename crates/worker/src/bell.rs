//! The bell: names of deliveries in a queue, and nothing that would be missed if it were lost. One code path over two
//! transports: a SQLite file of its own, or Redis.

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
use yigao_engine::Bell;

pub use self::error::BellError;
pub(crate) use self::{
    file::FileQueue,
    redis::RedisQueue,
    task::{Beat, Ring},
};
use crate::wake::Wake;

/// Rings that wait for this process' own worker before further ones are left out.
const RINGS_ENOUGH: usize = 4;
/// Longest that whoever rings waits for the queue. A queue that is away costs this once a [`QUIET`].
const RING: Duration = Duration::from_secs(1);
/// How long nobody rings after a queue did not take one.
const QUIET: Duration = Duration::from_secs(2);

/// What carries the rings.
#[derive(Clone)]
#[expect(clippy::large_enum_variant, reason = "one in a process")]
pub(crate) enum Transport {
    File(FileQueue),
    Redis(RedisQueue),
}

/// A bell that is a queue.
#[derive(Clone)]
pub struct QueueBell {
    pub(crate) transport: Transport,
    pub(crate) wake: Wake,
    /// Has this process' own worker look for what is due, without a queue between; gone when the worker is.
    nudge: Arc<Mutex<Weak<Notify>>>,
    /// Rings under way to a queue that other processes listen to, too.
    rings: TaskTracker,
    /// Rings of this process that its own worker has not answered yet.
    unanswered: Arc<AtomicUsize>,
    quiet: Quiet,
}

impl std::fmt::Debug for QueueBell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let transport = match self.transport {
            Transport::File(_) => "file",
            Transport::Redis(_) => "redis",
        };
        f.debug_tuple("QueueBell").field(&transport).finish()
    }
}

impl QueueBell {
    /// The bell in a file, which is made if it is not there.
    ///
    /// # Errors
    /// [`BellError`] with the way out.
    pub async fn open(path: &Path) -> Result<Self, BellError> {
        Self::open_with(path, Beat::default()).await
    }

    pub(crate) async fn open_with(path: &Path, beat: Beat) -> Result<Self, BellError> {
        Ok(Self::over(Transport::File(
            FileQueue::open(path, beat).await?,
        )))
    }

    /// The bell on a Redis server that all processes share. It need not be up: what cannot be rung for is found by the sweep.
    ///
    /// # Errors
    /// When the address is none of Redis.
    pub fn connect(address: &str) -> Result<Self, BellError> {
        Self::connect_with(address, Beat::default())
    }

    pub(crate) fn connect_with(address: &str, beat: Beat) -> Result<Self, BellError> {
        Ok(Self::over(Transport::Redis(RedisQueue::connect(
            address, beat,
        )?)))
    }

    fn over(transport: Transport) -> Self {
        Self {
            transport,
            wake: Wake::default(),
            nudge: Arc::default(),
            rings: TaskTracker::new(),
            unanswered: Arc::default(),
            quiet: Quiet::default(),
        }
    }

    /// A worker of this process is at hand as long as `nudge` lives.
    pub(crate) fn attended_by(&self, nudge: &Arc<Notify>) {
        *self.nudge.lock().unwrap_or_else(PoisonError::into_inner) = Arc::downgrade(nudge);
    }

    /// A ring was answered in this process.
    pub(crate) fn answered(&self) {
        // Rings of other processes are answered here too, and a restart forgets: never below nothing.
        let counted = self
            .unanswered
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| n.checked_sub(1));
        if counted.is_err() {
            tracing::trace!("a ring of another process");
        }
    }

    /// Deletes finished tasks; they stay for ever otherwise, and the libraries' own vacuum deletes too much or blocks.
    pub(crate) async fn clean(&self) {
        // Should the queue have been thrown away, its rings are never answered.
        self.unanswered.store(0, Ordering::Relaxed);
        let cleaned = match &self.transport {
            Transport::File(queue) => queue.clean().await,
            Transport::Redis(queue) => queue.clean().await,
        };
        if let Err(says) = cleaned {
            tracing::debug!(error = says, "the bell's finished tasks stay for now");
        }
    }

    /// Wakes the poller when another process has rung. A file has no voice: its poller looks every few seconds.
    pub(crate) async fn hear_others(&self) {
        match &self.transport {
            Transport::File(_) => std::future::pending().await,
            Transport::Redis(queue) => queue.hear(&self.wake).await,
        }
    }

    /// Puts a ring into the queue.
    async fn put(&self, delivery: DeliveryId) {
        let pushed = tokio::time::timeout(RING, self.push(Ring { delivery })).await;
        if let Err(says) = pushed.unwrap_or_else(|_| Err("no answer".into())) {
            self.quiet.begin();
            tracing::warn!(
                error = says,
                "the bell did not ring; the sweep will find the delivery"
            );
        }
        self.wake.wake();
    }

    async fn push(&self, ring: Ring) -> Result<(), String> {
        match &self.transport {
            Transport::File(queue) => queue.push(ring).await,
            Transport::Redis(queue) => queue.push(ring).await,
        }
    }
}

#[async_trait]
impl Bell for QueueBell {
    async fn ring(&self, delivery: &DeliveryId) {
        // A worker of this process looks at once, for everything that is due. A file says nothing to others that their own
        // sweep does not find as soon; writing it took longer than what it rang for.
        let nudge = self
            .nudge
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .upgrade();
        if let Some(nudge) = &nudge {
            nudge.notify_one();
        }
        if self.quiet.is_on() {
            return;
        }
        match (&self.transport, nudge.is_some()) {
            (Transport::File(_), true) => {}
            (_, false) => self.put(delivery.clone()).await,
            // Others may have room where this process has none. Nobody waits for that.
            (Transport::Redis(_), true) => {
                if self.unanswered.fetch_add(1, Ordering::Relaxed) >= RINGS_ENOUGH {
                    self.answered();
                    return;
                }
                let (bell, delivery) = (self.clone(), delivery.clone());
                self.rings.spawn(async move { bell.put(delivery).await });
            }
        }
    }
}

/// Until when nobody rings.
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
    async fn a_worker_at_hand_is_told_without_the_file_and_one_that_left_is_not() {
        let name = format!("yigao-bell-here-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        let bell = QueueBell::open(&folder.join("bell.db")).await.unwrap();
        let Transport::File(queue) = &bell.transport else {
            panic!("not a file");
        };
        let delivery: DeliveryId = "one".parse().unwrap();
        let nudge = Arc::new(Notify::new());
        bell.attended_by(&nudge);
        bell.ring(&delivery).await;
        let told = tokio::time::timeout(Duration::from_secs(1), nudge.notified());
        assert!(told.await.is_ok());
        assert_eq!(queue.tasks().await, 0);
        drop(nudge);
        bell.ring(&delivery).await;
        assert_eq!(queue.tasks().await, 1);
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
