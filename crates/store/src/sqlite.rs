//! The ledger in a SQLite file: one writer's connection, a pool of readers beside it.

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use sqlx::{
    ConnectOptions as _, Executor as _, SqliteConnection,
    migrate::Migrator,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use tokio::{sync::Notify, task::JoinSet};

use yigao_core::trial::{self, Point};

use crate::{
    batch::{Job, apply},
    driver::{Conn, Readers},
    error::{StoreError, schema},
    local::Local,
};

/// How long a change waits for another process' commit.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Pause before a file that another process was opening is tried again.
const OPEN_AGAIN: Duration = Duration::from_millis(30);
const READERS: u32 = 4;
/// Commits after which the log is moved into the file, beside the writer.
const MOVE_AFTER: u32 = 256;
/// How the writer's connection works.
const PRAGMAS: &[(&str, &str)] = &[
    // FULL, not NORMAL: in WAL mode NORMAL may lose the last commits in a power cut, and a lost intent is a duplicate
    // publication. https://sqlite.org/pragma.html#pragma_synchronous
    ("synchronous", "full"),
    ("foreign_keys", "on"),
    // KiB.
    ("cache_size", "-32000"),
    // Pages of the log at which a commit moves it itself, where nobody has come to it: 64 MiB.
    ("wal_autocheckpoint", "16384"),
];

static MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");

/// Opens the file, making it and bringing its schema up to date. Where another process does the same, or mends what a
/// killed one left, it is waited for: SQLite itself waits in most of these cases, not in all.
pub(crate) async fn open(path: &Path) -> Result<(File, Readers), StoreError> {
    let begun = Instant::now();
    loop {
        match try_open(path).await {
            Err(StoreError::Locked) if begun.elapsed() < BUSY_TIMEOUT => {
                tokio::time::sleep(OPEN_AGAIN).await;
            }
            done => return done,
        }
    }
}

async fn try_open(path: &Path) -> Result<(File, Readers), StoreError> {
    let message = |error: sqlx::Error| match StoreError::from(error) {
        // SQLite reports only that it cannot; the file system reports why.
        StoreError::Database(_) if is_read_only(path) => StoreError::ReadOnly,
        StoreError::Database(message) => StoreError::Open {
            path: path.display().to_string(),
            message,
        },
        other => other,
    };
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(BUSY_TIMEOUT)
        .foreign_keys(true)
        .pragma("cache_size", "-32000")
        .disable_statement_logging();
    let mut conn = options.connect().await.map_err(message)?;
    let ran = MIGRATIONS.run(&mut conn).await;
    ran.map_err(|error| schema(error, &MIGRATIONS))?;
    // The schema's connection is the one that moves the log from now on.
    let local = Local::open(path, BUSY_TIMEOUT, PRAGMAS)?;
    if local.is_read_only()? {
        // SQLite opens it all the same where a killed process left its log; the first change would be refused.
        return Err(StoreError::ReadOnly);
    }
    let readers = SqlitePoolOptions::new()
        .max_connections(READERS)
        .connect_lazy_with(options.read_only(true).create_if_missing(false));
    let file = File::new(Conn::Sqlite(local), conn);
    Ok((file, Readers::Sqlite(readers)))
}

/// Whether the ledger's file or the folder beside it (for its log) refuses to be written.
fn is_read_only(path: &Path) -> bool {
    let probe = path.with_extension("probe");
    let file = std::fs::OpenOptions::new().append(true).open(path);
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

/// The writer's connection, and a second one that moves the log into the file meanwhile: a commit that had to do that would
/// take ten times as long as the others.
#[derive(Debug)]
pub(crate) struct File {
    conn: Conn,
    commits: u32,
    full: Arc<Notify>,
    mover: JoinSet<()>,
}

impl File {
    fn new(conn: Conn, mover: SqliteConnection) -> Self {
        let full = Arc::new(Notify::new());
        let mut running = JoinSet::new();
        running.spawn(move_log(mover, Arc::clone(&full)));
        Self {
            conn,
            commits: 0,
            full,
            mover: running,
        }
    }

    pub(crate) async fn commit(&mut self, batch: &mut [Box<dyn Job>]) -> Result<(), StoreError> {
        self.commits = self.commits.wrapping_add(1);
        if self.commits.is_multiple_of(MOVE_AFTER) {
            self.full.notify_one();
        }
        commit(&mut self.conn, batch).await
    }

    pub(crate) async fn close(mut self) -> Result<(), StoreError> {
        self.mover.shutdown().await;
        self.conn.close().await
    }
}

/// Moves what nobody reads any more from the log into the file, without keeping anybody waiting
/// (<https://sqlite.org/pragma.html#pragma_wal_checkpoint>, PASSIVE). What it cannot move now it moves the next time.
async fn move_log(mut conn: SqliteConnection, full: Arc<Notify>) {
    loop {
        full.notified().await;
        // Nearly all of it beside the writer; then the little that came meanwhile, so that the log begins anew: else it grows
        // under a writer that never pauses, until a commit has to move 64 MiB. Nobody waits for a reader longer than this.
        let words = "pragma busy_timeout = 20; pragma wal_checkpoint(passive); pragma wal_checkpoint(restart)";
        if let Err(error) = conn.execute(words).await {
            tracing::debug!(error = %error, "the log stays as it is for now");
        }
    }
}

/// The file's lock, taken at the beginning, separates other processes' changes from these.
async fn commit(conn: &mut Conn, batch: &mut [Box<dyn Job>]) -> Result<(), StoreError> {
    let done = match apply(conn, "begin immediate; savepoint change", batch, false).await {
        Ok(commit) => {
            trial::reach(Point::BeforeCommit, "", "");
            conn.say(commit).await
        }
        Err(error) => Err(error),
    };
    trial::reach(Point::AfterCommit, "", "");
    if done.is_err() {
        // A commit that fails (a full disk) leaves the transaction open.
        drop(conn.say("rollback").await);
    }
    done
}
