//! The one writer: changes queue up, and all that wait while a commit is under way share the next one.

use std::{future::Future, pin::Pin};

use sqlx::{Connection as _, Executor as _, SqliteConnection};
use tokio::sync::{mpsc, oneshot};

use crate::error::StoreError;

/// Most changes in one commit.
const BATCH_MAX: usize = 64;
/// Most changes that wait; more make their callers wait.
const QUEUE_MAX: usize = 1_024;

pub(crate) type Future2<'c, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'c>>;

/// A change in the queue: run inside the batch's transaction, answered after its commit.
trait Job: Send {
    fn run<'j>(
        &'j mut self,
        conn: &'j mut SqliteConnection,
    ) -> Pin<Box<dyn Future<Output = bool> + Send + 'j>>;
    fn answer(self: Box<Self>, commit: Result<(), StoreError>);
}

struct Change<T, F> {
    apply: Option<F>,
    result: Option<Result<T, StoreError>>,
    reply: Option<oneshot::Sender<Result<T, StoreError>>>,
}

impl<T, F> Job for Change<T, F>
where
    T: Send + 'static,
    F: for<'c> FnOnce(&'c mut SqliteConnection) -> Future2<'c, T> + Send + 'static,
{
    fn run<'j>(
        &'j mut self,
        conn: &'j mut SqliteConnection,
    ) -> Pin<Box<dyn Future<Output = bool> + Send + 'j>> {
        Box::pin(async move {
            let Some(apply) = self.apply.take() else {
                return false;
            };
            let result = apply(conn).await;
            let fits = result.is_ok();
            self.result = Some(result);
            fits
        })
    }

    fn answer(mut self: Box<Self>, commit: Result<(), StoreError>) {
        let result = match (self.result.take(), commit) {
            (Some(Ok(value)), Ok(())) => Ok(value),
            (Some(Ok(_)) | None, Err(error)) => Err(error),
            (Some(Err(error)), _) => Err(error),
            (None, Ok(())) => Err(StoreError::Closed),
        };
        // The caller may have been dropped (a shutdown): its change stands all the same.
        if let Some(reply) = self.reply.take() {
            drop(reply.send(result));
        }
    }
}

/// Handle of the writer task. Clones share it; the task ends when the last one is gone.
#[derive(Clone)]
pub(crate) struct Writer {
    queue: mpsc::Sender<Box<dyn Job>>,
}

impl Writer {
    /// Starts the task that owns `conn`.
    pub(crate) fn start(conn: SqliteConnection) -> Self {
        let (queue, jobs) = mpsc::channel(QUEUE_MAX);
        #[expect(
            clippy::disallowed_methods,
            reason = "the writer ends with its last handle and answers every caller; nothing it knows is lost"
        )]
        tokio::task::spawn(work(conn, jobs));
        Self { queue }
    }

    /// Runs a change in a transaction and returns after it is durable.
    pub(crate) async fn write<T, F>(&self, apply: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut SqliteConnection) -> Future2<'c, T> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let change = Change {
            apply: Some(apply),
            result: None,
            reply: Some(reply),
        };
        self.queue
            .send(Box::new(change))
            .await
            .map_err(|_| StoreError::Closed)?;
        answer.await.map_err(|_| StoreError::Closed)?
    }
}

async fn work(mut conn: SqliteConnection, mut jobs: mpsc::Receiver<Box<dyn Job>>) {
    let mut batch: Vec<Box<dyn Job>> = Vec::with_capacity(BATCH_MAX);
    while jobs.recv_many(&mut batch, BATCH_MAX).await > 0 {
        let committed = commit(&mut conn, &mut batch).await;
        for job in batch.drain(..) {
            job.answer(committed.clone());
        }
    }
    if let Err(error) = conn.close().await {
        tracing::debug!(error = %error, "closing the ledger");
    }
}

/// All changes in one transaction, each in a savepoint of its own: one that fails does not sink its neighbours.
async fn commit(conn: &mut SqliteConnection, batch: &mut [Box<dyn Job>]) -> Result<(), StoreError> {
    conn.execute("begin immediate").await?;
    for job in batch.iter_mut() {
        conn.execute("savepoint change").await?;
        let fits = job.run(conn).await;
        let end = if fits {
            "release change"
        } else {
            "rollback to change; release change"
        };
        if let Err(error) = conn.execute(end).await {
            drop(conn.execute("rollback").await);
            return Err(error.into());
        }
    }
    if let Err(error) = conn.execute("commit").await {
        // A commit that fails (a full disk) leaves the transaction open.
        drop(conn.execute("rollback").await);
        return Err(error.into());
    }
    Ok(())
}
