//! Changes that share one commit, each in a savepoint of its own.

use std::{future::Future, pin::Pin};

use sqlx::SqlSafeStr;

use crate::{driver::Conn, error::StoreError};

pub(crate) type Future2<'c, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'c>>;

/// How a change ended inside its savepoint.
pub(crate) enum Ran {
    /// It is part of the commit.
    Fits,
    /// It is rolled back; its caller learns why.
    Not,
    /// Another session was in the way; it may be tried again.
    Busy,
    /// The connection is gone, and the transaction with it.
    Lost(StoreError),
}

/// A change in the queue: run inside the batch's transaction, answered after its commit.
pub(crate) trait Job: Send {
    /// `shared`: it may have to be run again.
    fn run<'j>(
        &'j mut self,
        conn: &'j mut Conn,
        keep: bool,
    ) -> Pin<Box<dyn Future<Output = Ran> + Send + 'j>>;
    fn answer(self: Box<Self>, commit: Result<(), StoreError>);
}

/// All changes in one transaction, each in a savepoint of its own: one that fails leaves the others valid. `begin` ends
/// with the first savepoint. Returns the statement that ends the last savepoint and commits: the caller executes it, and
/// so knows whether it was sent.
pub(crate) async fn apply(
    conn: &mut Conn,
    begin: impl SqlSafeStr,
    batch: &mut [Box<dyn Job>],
    keep: bool,
) -> Result<&'static str, StoreError> {
    conn.say(begin).await?;
    let mut before: Option<bool> = None;
    for job in batch.iter_mut() {
        match before {
            None => {}
            Some(true) => conn.say("release change; savepoint change").await?,
            Some(false) => {
                let words = "rollback to change; release change; savepoint change";
                conn.say(words).await?;
            }
        }
        let mut ran = job.run(conn, keep).await;
        if keep && matches!(ran, Ran::Busy) {
            // A deadlock with a session that does not take the writers' lock: somebody at work by hand.
            conn.say("rollback to change").await?;
            ran = job.run(conn, keep).await;
        }
        before = match ran {
            Ran::Fits => Some(true),
            Ran::Not | Ran::Busy => Some(false),
            Ran::Lost(error) => return Err(error),
        };
    }
    Ok(match before {
        Some(false) => "rollback to change; release change; commit",
        Some(true) | None => "release change; commit",
    })
}
