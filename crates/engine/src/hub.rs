//! What a process works with: ledger, media, destinations, transports, clock, queue.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use yigao_core::{
    DeliveryId,
    next::Policy,
    trial::{self, Point},
};
use yigao_store::{MediaFolder, Store};

use crate::{
    clock::Clock, destinations::Destinations, hook::Hook, making::Making, steps::Steps, wire::Wire,
};

/// What wakes workers. It may lose a notification: the sweep finds all that is due.
#[async_trait]
pub trait Queue: std::fmt::Debug + Send + Sync {
    /// Puts the name of a delivery into the queue.
    async fn notify(&self, delivery: &DeliveryId);
}

/// No queue: for commands beside a running `serve`, whose sweep finds what they planned, and for tests.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoQueue;

#[async_trait]
impl Queue for NoQueue {
    async fn notify(&self, _: &DeliveryId) {}
}

/// Numbers of the engine; configuration.
#[derive(Clone, Debug)]
pub struct Tuning {
    pub policy: Policy,
    /// How long a worker's lease on a delivery lasts; heartbeats renew it.
    pub lease: Duration,
    /// Faults in a row after which a destination is not tried, and for how long.
    pub breaker: (u32, Duration),
    /// How long exchanges with remotes are stored after their delivery has ended.
    pub exchanges: Duration,
}

impl Default for Tuning {
    fn default() -> Self {
        Self {
            policy: Policy::default(),
            lease: Duration::from_secs(12),
            breaker: (8, Duration::from_secs(120)),
            exchanges: Duration::from_secs(180 * 86_400),
        }
    }
}

/// The engine of one process. Clones share it.
#[derive(Clone, Debug)]
pub struct Hub {
    pub(crate) store: Store,
    pub(crate) media: MediaFolder,
    pub destinations: Arc<Destinations>,
    pub wire: Wire,
    pub clock: Clock,
    pub tuning: Tuning,
    pub queue: Arc<dyn Queue>,
    /// Who is notified when a delivery has failed or is in doubt.
    pub hooks: Arc<[Hook]>,
    /// Name of this process as a worker: host, process id, start.
    pub worker: String,
    held: Arc<Mutex<BTreeMap<DeliveryId, i64>>>,
    pub(crate) making: Making,
    pub(crate) steps: Option<Arc<dyn Steps>>,
}

impl Hub {
    /// An engine over its parts.
    pub fn new(
        store: Store,
        media: MediaFolder,
        destinations: Destinations,
        wire: Wire,
        clock: Clock,
        tuning: Tuning,
        worker: String,
    ) -> Self {
        Self {
            store,
            media,
            destinations: Arc::new(destinations),
            wire,
            clock,
            tuning,
            queue: Arc::new(NoQueue),
            hooks: Arc::default(),
            worker,
            held: Arc::default(),
            making: Making::default(),
            steps: None,
        }
    }

    /// The same, asking a person before each write.
    #[must_use]
    pub fn with_steps(mut self, steps: Arc<dyn Steps>) -> Self {
        self.steps = Some(steps);
        self
    }

    /// The same with a queue.
    #[must_use]
    pub fn with_queue(mut self, queue: Arc<dyn Queue>) -> Self {
        self.queue = queue;
        self
    }

    /// The same with webhooks.
    #[must_use]
    pub fn with_hooks(mut self, hooks: Vec<Hook>) -> Self {
        self.hooks = hooks.into();
        self
    }

    /// Makes the configured destinations known to the ledger. Once, at start.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub async fn announce(&self) -> Result<(), yigao_store::StoreError> {
        for destination in self.destinations.iter() {
            let profile = destination.channel.profile();
            self.store
                .put_destination(
                    &destination.id,
                    destination.kind,
                    &profile.identity,
                    profile.max_in_flight,
                    self.clock.now(),
                )
                .await?;
        }
        Ok(())
    }

    /// Puts the name of a delivery that is due into the queue.
    pub(crate) async fn notify(&self, delivery: &DeliveryId) {
        trial::reach(Point::BeforeNotify, "", "");
        self.queue.notify(delivery).await;
        trial::reach(Point::AfterNotify, "", "");
    }

    pub(crate) fn hold(&self, delivery: &DeliveryId, fence: i64) {
        self.held
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(delivery.clone(), fence);
    }

    pub(crate) fn let_go(&self, delivery: &DeliveryId) {
        self.held
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(delivery);
    }

    /// How many deliveries this process is in.
    pub fn busy(&self) -> usize {
        self.held
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .len()
    }

    /// Gives back what this process works on: due at once, for the next worker. For a stop that cannot wait.
    pub async fn hand_back(&self) {
        let held: Vec<_> =
            std::mem::take(&mut *self.held.lock().unwrap_or_else(PoisonError::into_inner))
                .into_iter()
                .collect();
        if let Err(error) = self.store.hand_back(held, self.clock.now()).await {
            tracing::error!(error = %error, "could not give back what is under way: its leases lapse");
        }
    }

    /// Extends the leases of everything this process works on. The worker calls it at a third of the lease.
    pub async fn heartbeat(&self) {
        let held: Vec<_> = self
            .held
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
            .map(|(id, fence)| (id.clone(), *fence))
            .collect();
        if held.is_empty() {
            return;
        }
        match self
            .store
            .heartbeat(held, self.tuning.lease, self.clock.now())
            .await
        {
            Ok(lost) => {
                for id in lost {
                    tracing::warn!(delivery.id = %id, "lease lost: another worker may have taken the delivery over");
                }
            }
            Err(error) => tracing::error!(error = %error, "heartbeat failed: leases will lapse"),
        }
    }
}
