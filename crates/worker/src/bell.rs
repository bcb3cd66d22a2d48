//! The bell on SQLite, in a file of its own that may be thrown away.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use apalis::prelude::TaskSink as _;
use apalis_sqlite::{Config, SqliteStorage};
use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use yigao_core::{DeliveryId, Words};
use yigao_engine::Bell;

use crate::wake::Wake;

/// Name of the queue; never the name of a type, which a refactoring would change.
const QUEUE: &str = "bell";
/// Rings that wait for this process' own worker before further ones are left out.
const RINGS_ENOUGH: usize = 4;
/// How long another process may take to make the tables.
const MADE_BY_OTHERS: std::time::Duration = std::time::Duration::from_secs(2);
/// Finished rows deleted at a time.
const CLEAN_MAX: i64 = 500;

/// The task: a name, nothing else.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Ring {
    pub(crate) delivery: DeliveryId,
}

pub(crate) type Storage = SqliteStorage<Ring>;

/// The bell cannot be used.
#[derive(Debug, thiserror::Error)]
#[error(
    "the bell {path} cannot be opened: {says}; it may be deleted, the ledger remembers everything"
)]
pub struct BellError {
    path: String,
    says: String,
}

impl BellError {
    /// What it is and the way out, in both languages.
    pub fn words(&self) -> Words {
        let zh = format!(
            "打不开队列文件 {}：{}；此文件可以删除，台账里什么都不会丢",
            self.path, self.says
        );
        Words::new(zh, self.to_string())
    }
}

/// A bell on SQLite.
#[derive(Clone)]
pub struct SqliteBell {
    pub(crate) storage: Storage,
    pub(crate) wake: Wake,
    pool: SqlitePool,
    /// Rings of this process that its own worker has not answered yet.
    unanswered: Arc<AtomicUsize>,
}

impl std::fmt::Debug for SqliteBell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SqliteBell")
    }
}

/// Connections to the file, its tables made.
async fn tables(options: SqliteConnectOptions) -> Result<SqlitePool, sqlx::Error> {
    let pool = SqlitePoolOptions::new()
        .max_connections(4)
        .connect_with(options)
        .await?;
    // Not `setup`: it switches off syncing on one pooled connection.
    SqliteStorage::<()>::migrations().run(&pool).await?;
    Ok(pool)
}

impl SqliteBell {
    /// Opens the bell's file, making it if it is not there.
    ///
    /// # Errors
    /// [`BellError`] with the way out.
    pub async fn open(path: &Path) -> Result<Self, BellError> {
        let fails = |says: String| BellError {
            path: path.display().to_string(),
            // 13 and 4874 are SQLite's words for a full disk: https://sqlite.org/rescode.html
            says: if ["code: 13)", "code: 4874)"]
                .iter()
                .any(|code| says.contains(code))
            {
                "the disk is full; free some space".to_owned()
            } else {
                says
            },
        };
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // The ledger remembers; the bell need not survive a power cut.
            .synchronous(SqliteSynchronous::Normal)
            .busy_timeout(std::time::Duration::from_secs(5));
        let begun = std::time::Instant::now();
        let pool = loop {
            match tables(options.clone()).await {
                Ok(pool) => break pool,
                // Another process that starts at the same time makes the tables under our hands.
                Err(_) if begun.elapsed() < MADE_BY_OTHERS => {
                    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                }
                Err(error) => return Err(fails(error.to_string())),
            }
        };
        // One task a fetch: while a filled batch waits, the worker sends no heartbeat and every task runs twice.
        let config = Config::default()
            .queue(QUEUE)
            .batch_size(1)
            .heartbeat_interval(std::time::Duration::from_secs(3))
            .missed_heartbeats(3);
        let storage = Storage::new(&pool).with_config(config);
        Ok(Self {
            storage,
            wake: Wake::default(),
            pool,
            unanswered: Arc::default(),
        })
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

    /// Deletes finished rows; they stay for ever otherwise, and the library's own vacuum deletes too much.
    pub(crate) async fn clean(&self) {
        // Should the bell's file have been thrown away, its rings are never answered.
        self.unanswered.store(0, Ordering::Relaxed);
        let cleaned = sqlx::query("delete from Jobs where id in (select id from Jobs where status in ('Done', 'Failed', 'Killed') limit $1)")
            .bind(CLEAN_MAX)
            .execute(&self.pool)
            .await;
        if let Err(error) = cleaned {
            tracing::debug!(error = %error, "the bell's finished rows stay for now");
        }
    }
}

#[async_trait]
impl Bell for SqliteBell {
    async fn ring(&self, delivery: &DeliveryId) {
        // One answer takes up whatever is due: where a worker listens beside us and has rings before it, more say nothing.
        let here = self.wake.is_heard();
        if here && self.unanswered.load(Ordering::Relaxed) >= RINGS_ENOUGH {
            return;
        }
        if here {
            self.unanswered.fetch_add(1, Ordering::Relaxed);
        }
        let mut storage = self.storage.clone();
        if let Err(error) = storage
            .push(Ring {
                delivery: delivery.clone(),
            })
            .await
        {
            tracing::warn!(error = %error, "the bell did not ring; the sweep will find the delivery");
        }
        self.wake.wake();
    }
}
