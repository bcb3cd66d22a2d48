//! What can go wrong with the ledger, in words an operator can act on.

use sqlx::{
    migrate::{MigrateError, Migrator},
    sqlite::SqliteError,
};

/// A failure of the ledger. Nothing of the change was written, unless it is [`StoreError::Unknown`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The file or its folder, or the database, cannot be used.
    #[error("the ledger {path} cannot be opened: {says}")]
    Open { path: String, says: String },
    /// The file was written by another release.
    #[error("the ledger has schema {found}, this program needs {needed}: {advice}")]
    Schema {
        found: i64,
        needed: i64,
        advice: String,
    },
    /// Another process holds the file, or another session a lock.
    #[error("the ledger is locked by another process; try again when it is done")]
    Locked,
    /// The disk is full.
    #[error("the disk is full: nothing was written; free some space and try again")]
    Full,
    /// The file cannot be written.
    #[error(
        "the ledger is read-only: nothing was written; check the owner and the mount of its folder"
    )]
    ReadOnly,
    /// The fence is an old one: another worker has the delivery.
    #[error("delivery {0} is no longer this worker's")]
    Fence(String),
    /// Not there.
    #[error("no {what} named {name}")]
    Missing { what: &'static str, name: String },
    /// It would break a rule of the ledger.
    #[error("{0}")]
    Refused(String),
    /// Anything else the database says.
    #[error("the ledger failed: {0}")]
    Database(String),
    /// The database is away.
    #[error(
        "the connection to the ledger's database is lost: nothing was written; try again when it is back"
    )]
    Lost,
    /// The database went away while it committed, and did not come back in time to be asked.
    #[error(
        "the connection to the ledger's database was lost while it committed: the change may have been written or not; look before you repeat it"
    )]
    Unknown,
    /// The writer has stopped.
    #[error("the ledger is closed")]
    Closed,
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let Some(database) = error.as_database_error() else {
            return match error {
                // Also an answer cut short in the middle.
                sqlx::Error::Io(_)
                | sqlx::Error::Tls(_)
                | sqlx::Error::Protocol(_)
                | sqlx::Error::PoolTimedOut => Self::Lost,
                other => Self::Database(other.to_string()),
            };
        };
        let code = database.code().unwrap_or_default();
        let known = if database.try_downcast_ref::<SqliteError>().is_some() {
            from_sqlite(&code)
        } else {
            from_postgres(&code)
        };
        known.unwrap_or_else(|| Self::Database(database.message().to_owned()))
    }
}

/// SQLite's primary result codes, the low byte of the extended one: <https://sqlite.org/rescode.html>
fn from_sqlite(code: &str) -> Option<StoreError> {
    match code.parse::<i64>().ok()? & 0xff {
        5 | 6 => Some(StoreError::Locked),
        8 => Some(StoreError::ReadOnly),
        13 => Some(StoreError::Full),
        _ => None,
    }
}

/// PostgreSQL's condition codes: <https://www.postgresql.org/docs/current/errcodes-appendix.html>
fn from_postgres(code: &str) -> Option<StoreError> {
    match code {
        // Serialization failure, deadlock, lock timeout.
        "40001" | "40P01" | "55P03" => Some(StoreError::Locked),
        // A transaction that may only read: a standby, or a server set so.
        "25006" => Some(StoreError::ReadOnly),
        "53100" => Some(StoreError::Full),
        // Shut down, crashed, starting up, database dropped; a session that stood still in a transaction.
        "57P01" | "57P02" | "57P03" | "57P04" | "25P03" => Some(StoreError::Lost),
        connection if connection.starts_with("08") => Some(StoreError::Lost),
        _ => None,
    }
}

/// What is wrong with a schema, and what to do about it.
pub(crate) fn schema(error: MigrateError, migrations: &Migrator) -> StoreError {
    let needed = migrations.iter().map(|m| m.version).max().unwrap_or(0);
    let (found, advice) = match error {
        MigrateError::VersionMissing(found) => (
            found,
            "a newer yigao wrote it; run that one, or restore a backup",
        ),
        MigrateError::VersionMismatch(found) => (
            found,
            "it was written by a build that never was released; start with a new data folder",
        ),
        MigrateError::Execute(error) => return error.into(),
        error => return StoreError::Database(error.to_string()),
    };
    StoreError::Schema {
        found,
        needed,
        advice: advice.to_owned(),
    }
}
