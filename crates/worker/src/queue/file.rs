//! The queue in a SQLite file of its own, which may be deleted at any time.

use std::{path::Path, time::Duration};

use apalis::prelude::TaskSink as _;
use apalis_sqlite::{Config, SqliteStorage};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};

use super::{
    error::QueueError,
    task::{Beat, Notification},
};

/// Name of the queue; never the name of a type, which a refactoring would change.
const QUEUE: &str = "queue";
/// How long another process may take to make the tables.
const MADE_BY_OTHERS: Duration = Duration::from_secs(2);
/// Finished rows deleted at a time.
const CLEAN_MAX: i64 = 500;

#[derive(Clone)]
pub(crate) struct FileQueue {
    pub(crate) storage: SqliteStorage<Notification>,
    pool: SqlitePool,
}

/// Connections to the file, its tables made.
async fn tables(options: SqliteConnectOptions) -> Result<SqlitePool, sqlx::Error> {
    // One connection: several of a process would wait for each other's lock in steps of up to a tenth of a second.
    let pool = SqlitePoolOptions::new()
        .max_connections(1)
        .connect_with(options)
        .await?;
    // Not `setup`: it switches off syncing on one pooled connection.
    SqliteStorage::<()>::migrations().run(&pool).await?;
    Ok(pool)
}

impl FileQueue {
    pub(super) async fn open(path: &Path, beat: Beat) -> Result<Self, QueueError> {
        let fails = |message: String| QueueError::File {
            path: path.display().to_string(),
            // 13 and 4874 are SQLite's codes for a full disk: https://sqlite.org/rescode.html
            message: if ["code: 13)", "code: 4874)"]
                .iter()
                .any(|code| message.contains(code))
            {
                "the disk is full; free some space".to_owned()
            } else {
                message
            },
        };
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // The ledger remembers what is due; the queue need not survive a power cut.
            .synchronous(SqliteSynchronous::Normal)
            .busy_timeout(Duration::from_secs(5));
        let begun = std::time::Instant::now();
        let pool = loop {
            match tables(options.clone()).await {
                Ok(pool) => break pool,
                // Another process that starts at the same time may be creating the tables.
                Err(_) if begun.elapsed() < MADE_BY_OTHERS => {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
                Err(error) => return Err(fails(error.to_string())),
            }
        };
        // One task per fetch: while a filled batch waits, the worker sends no heartbeat and every task runs twice.
        let config = Config::default()
            .queue(QUEUE)
            .batch_size(1)
            .heartbeat_interval(beat.every)
            .missed_heartbeats(beat.missed);
        let storage = SqliteStorage::new(&pool).with_config(config);
        Ok(Self { storage, pool })
    }

    pub(super) async fn push(&self, notify: Notification) -> Result<(), String> {
        let mut storage = self.storage.clone();
        storage.push(notify).await.map_err(|e| e.to_string())
    }

    pub(super) async fn clean(&self) -> Result<(), String> {
        sqlx::query("delete from Jobs where id in (select id from Jobs where status in ('Done', 'Failed', 'Killed') limit $1)")
            .bind(CLEAN_MAX)
            .execute(&self.pool)
            .await
            .map(|_| ())
            .map_err(|e| e.to_string())
    }

    /// Tasks of any state.
    #[cfg(test)]
    pub(crate) async fn tasks(&self) -> i64 {
        sqlx::query_scalar("select count(*) from Jobs")
            .fetch_one(&self.pool)
            .await
            .unwrap()
    }
}
