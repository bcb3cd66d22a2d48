//! Wakes the queue's poller at once when a task is added by this process.

use std::sync::{Arc, Mutex, PoisonError};

use futures_util::{Stream, stream::poll_fn};
use tokio::sync::mpsc;

/// Shared by whoever pushes and by each start of the worker. A poller that is awake already needs no second wake-up, so
/// the channel holds one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wake {
    sender: Arc<Mutex<Option<mpsc::Sender<()>>>>,
}

impl Wake {
    /// Wakes the poller that began to listen last.
    pub(crate) fn wake(&self) {
        if let Some(sender) = &*self.sender.lock().unwrap_or_else(PoisonError::into_inner) {
            // Full: a wake-up is under way already. Closed: the next start listens anew and polls first.
            if sender.try_send(()).is_err() {
                tracing::trace!("a wake-up is under way already");
            }
        }
    }

    /// A stream for one start of the worker. It replaces the stream before. It may be polled after its end.
    pub(crate) fn listen(&self) -> impl Stream<Item = ()> + Unpin + Send + Sync + 'static {
        let (sender, mut receiver) = mpsc::channel(1);
        *self.sender.lock().unwrap_or_else(PoisonError::into_inner) = Some(sender);
        poll_fn(move |cx| receiver.poll_recv(cx))
    }
}
