//! What can go wrong with the ledger, in words an operator can act on.

/// A failure of the ledger. Nothing of the change was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The file or its folder cannot be used.
    #[error("the ledger {path} cannot be opened: {says}")]
    Open { path: String, says: String },
    /// The file was written by another release.
    #[error("the ledger has schema {found}, this program needs {needed}: {advice}")]
    Schema {
        found: i64,
        needed: i64,
        advice: String,
    },
    /// Another process holds the file.
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
    /// The writer has stopped.
    #[error("the ledger is closed")]
    Closed,
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        if let Some(database) = error.as_database_error() {
            // SQLite's primary result codes, the low byte of the extended one: https://sqlite.org/rescode.html
            let code = database
                .code()
                .and_then(|c| c.parse::<i64>().ok())
                .map(|c| c & 0xff);
            return match code {
                Some(5 | 6) => Self::Locked,
                Some(8) => Self::ReadOnly,
                Some(13) => Self::Full,
                _ => Self::Database(database.message().to_owned()),
            };
        }
        Self::Database(error.to_string())
    }
}
