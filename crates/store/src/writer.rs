//! The one writer of a process: changes queue up, and all that wait while a commit is under way share the next one.

use std::{future::Future, pin::Pin};

use tokio::sync::{mpsc, oneshot};

use crate::{
    batch::{Future2, Job, Ran},
    driver::Conn,
    error::StoreError,
    postgres::Link,
    sqlite::File,
};

/// Most changes in one commit.
const BATCH_MAX: usize = 64;
/// Most changes that wait; more make their callers wait.
const QUEUE_MAX: usize = 1_024;

struct Change<T, F> {
    apply: Option<F>,
    result: Option<Result<T, StoreError>>,
    reply: Option<oneshot::Sender<Result<T, StoreError>>>,
}

impl<T, F> Job for Change<T, F>
where
    T: Send + 'static,
    F: for<'c> FnOnce(&'c mut Conn) -> Future2<'c, T> + Clone + Send + 'static,
{
    fn run<'j>(
        &'j mut self,
        conn: &'j mut Conn,
        keep: bool,
    ) -> Pin<Box<dyn Future<Output = Ran> + Send + 'j>> {
        Box::pin(async move {
            let apply = if keep {
                self.apply.clone()
            } else {
                self.apply.take()
            };
            let Some(apply) = apply else {
                return Ran::Not;
            };
            let result = apply(conn).await;
            let ran = match &result {
                Ok(_) => Ran::Fits,
                Err(StoreError::Locked) => Ran::Busy,
                Err(error @ StoreError::Lost) => Ran::Lost(error.clone()),
                Err(_) => Ran::Not,
            };
            self.result = Some(result);
            ran
        })
    }

    fn answer(mut self: Box<Self>, commit: Result<(), StoreError>) {
        let result = match (self.result.take(), commit) {
            (Some(Ok(value)), Ok(())) => Ok(value),
            // Its result in a transaction that was lost does not count.
            (_, Err(error @ (StoreError::Lost | StoreError::Unknown))) => Err(error),
            (Some(Ok(_)) | None, Err(error)) => Err(error),
            (Some(Err(error)), _) => Err(error),
            (None, Ok(())) => Err(StoreError::Closed),
        };
        // The caller may have been dropped (a shutdown): its change holds all the same.
        if let Some(reply) = self.reply.take() {
            drop(reply.send(result));
        }
    }
}

/// What the writer task holds.
#[derive(Debug)]
pub(crate) enum Session {
    Sqlite(Box<File>),
    Postgres(Box<Link>),
}

/// Handle of the writer task. Clones share it; the task ends when the last one is gone.
#[derive(Clone)]
pub(crate) struct Writer {
    queue: mpsc::Sender<Box<dyn Job>>,
}

impl Writer {
    /// Starts what owns the session: a task, or a thread where statements are answered on the spot.
    pub(crate) fn start(session: Session) -> Self {
        let (queue, jobs) = mpsc::channel(QUEUE_MAX);
        #[expect(
            clippy::disallowed_methods,
            reason = "the writer ends with its last handle and answers every caller; nothing it knows is lost"
        )]
        match session {
            Session::Sqlite(_) => {
                let here = tokio::runtime::Handle::current();
                std::thread::spawn(move || here.block_on(work(session, jobs)));
            }
            Session::Postgres(_) => {
                tokio::task::spawn(work(session, jobs));
            }
        }
        Self { queue }
    }

    /// Runs a change in a transaction and returns after it is durable.
    pub(crate) async fn write<T, F>(&self, apply: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut Conn) -> Future2<'c, T> + Clone + Send + 'static,
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

async fn work(mut session: Session, mut jobs: mpsc::Receiver<Box<dyn Job>>) {
    let mut batch: Vec<Box<dyn Job>> = Vec::with_capacity(BATCH_MAX);
    while jobs.recv_many(&mut batch, BATCH_MAX).await > 0 {
        let committed = match &mut session {
            Session::Sqlite(file) => file.commit(&mut batch).await,
            Session::Postgres(link) => link.commit(&mut batch).await,
        };
        for job in batch.drain(..) {
            job.answer(committed.clone());
        }
    }
    let closed = match session {
        Session::Sqlite(file) => file.close().await,
        Session::Postgres(link) => link.close().await,
    };
    if let Err(error) = closed {
        tracing::debug!(error = %error, "closing the ledger");
    }
}
