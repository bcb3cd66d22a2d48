//! The ledger on SQLite: one writer task, a pool of readers beside it.

mod deliveries;
mod destinations;
mod inbox;
mod items;
mod journal;
mod kept;
mod ledger;
mod plan;
mod read;
mod record;
mod watch;
mod writer;

use std::{path::Path, time::Duration};

use sqlx::{
    ConnectOptions as _, Row as _, SqliteConnection, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use crate::error::StoreError;
use writer::{Future2, Writer};

/// How long a change waits for another process' commit.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
const READERS: u32 = 4;

/// The ledger. Clones share it.
#[derive(Clone)]
pub struct Store {
    writer: Writer,
    readers: SqlitePool,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Store(sqlite)")
    }
}

/// Whether the ledger's file or the folder beside it (for its log) refuses to be written.
fn is_read_only(path: &Path) -> bool {
    let probe = path.with_extension("probe");
    let file = std::fs::OpenOptions::new()
        .append(true)
        .create(true)
        .open(path);
    let beside = std::fs::write(&probe, b"");
    drop(std::fs::remove_file(&probe));
    let refused = |error: std::io::Error| {
        matches!(
            error.kind(),
            std::io::ErrorKind::ReadOnlyFilesystem | std::io::ErrorKind::PermissionDenied
        )
    };
    file.err().is_some_and(refused) || beside.err().is_some_and(refused)
}

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("migrations/sqlite");

impl Store {
    /// Opens the ledger in `path`, making it and bringing its schema up to date.
    ///
    /// # Errors
    /// [`StoreError::Open`] when it cannot be used, [`StoreError::Schema`] when a newer program wrote it.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        let shown = path.display().to_string();
        let says = |error: sqlx::Error| match StoreError::from(error) {
            // SQLite says only that it cannot; the file system says why.
            StoreError::Database(_) if is_read_only(path) => StoreError::ReadOnly,
            StoreError::Database(says) => StoreError::Open {
                path: shown.clone(),
                says,
            },
            other => other,
        };
        // FULL, not NORMAL: in WAL mode NORMAL may lose the last commits in a power cut, and a lost intent is a duplicate
        // publication. https://sqlite.org/pragma.html#pragma_synchronous
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(BUSY_TIMEOUT)
            .foreign_keys(true)
            .pragma("cache_size", "-32000")
            .disable_statement_logging();
        let mut conn = sqlx::ConnectOptions::connect(&options)
            .await
            .map_err(says)?;
        Self::migrate(&mut conn).await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .connect_lazy_with(options.read_only(true).create_if_missing(false));
        Ok(Self {
            writer: Writer::start(conn),
            readers,
        })
    }

    async fn migrate(conn: &mut SqliteConnection) -> Result<(), StoreError> {
        let needed = MIGRATIONS.iter().map(|m| m.version).max().unwrap_or(0);
        match MIGRATIONS.run(&mut *conn).await {
            Ok(()) => Ok(()),
            Err(sqlx::migrate::MigrateError::VersionMissing(found)) => Err(StoreError::Schema {
                found,
                needed,
                advice: "a newer yigao wrote it; run that one, or restore a backup".to_owned(),
            }),
            Err(sqlx::migrate::MigrateError::VersionMismatch(found)) => Err(StoreError::Schema {
                found,
                needed,
                advice: "it was written by a build that never was released; start with a new data folder".to_owned(),
            }),
            Err(sqlx::migrate::MigrateError::Execute(error)) => Err(error.into()),
            Err(error) => Err(StoreError::Database(error.to_string())),
        }
    }

    /// Runs a change in a transaction of its own (sharing the commit with its neighbours).
    pub(crate) async fn write<T, F>(&self, apply: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut SqliteConnection) -> Future2<'c, T> + Send + 'static,
    {
        self.writer.write(apply).await
    }

    /// Limits the ledger to so many pages of 4 KiB; without a number, no limit. A guard against filling a shared disk.
    ///
    /// # Errors
    /// When the ledger is closed.
    pub async fn limit_pages(&self, pages: Option<i64>) -> Result<(), StoreError> {
        self.write(move |conn| {
            Box::pin(async move {
                let pages = pages.unwrap_or(i64::from(u32::MAX) - 1);
                sqlx::query(sqlx::AssertSqlSafe(format!(
                    "pragma max_page_count = {pages}"
                )))
                .execute(conn)
                .await?;
                Ok(())
            })
        })
        .await
    }

    /// Milliseconds that one durable commit takes on this disk, the median of nine.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub async fn sync_time(&self) -> Result<Duration, StoreError> {
        let mut times = Vec::new();
        for _ in 0..9 {
            let start = std::time::Instant::now();
            self.write(|conn| {
                Box::pin(async move {
                    sqlx::query("update destination set lanes = lanes where id = ''").execute(&mut *conn).await?;
                    sqlx::query("insert into quota (destination, op, window_at, used) values ('', 'sync', 0, 1) on conflict do update set used = used + 1")
                        .execute(conn)
                        .await?;
                    Ok(())
                })
            })
            .await?;
            times.push(start.elapsed());
        }
        times.sort_unstable();
        Ok(times.get(4).copied().unwrap_or_default())
    }

    /// Rows in the main tables, for people.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn counts(&self) -> Result<(i64, i64), StoreError> {
        let row =
            sqlx::query("select (select count(*) from item), (select count(*) from delivery)")
                .fetch_one(&self.readers)
                .await?;
        Ok((row.try_get(0)?, row.try_get(1)?))
    }
}
