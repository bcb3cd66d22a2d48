//! What can go wrong with the ledger, in sentences that an operator can act on.

use sqlx::{
    migrate::{MigrateError, Migrator},
    sqlite::SqliteError,
};
use yigao_core::Localized;

/// A failure of the ledger. Nothing of the change was written, unless it is [`StoreError::Unknown`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The file or its folder, or the database, cannot be used.
    #[error("the ledger {path} cannot be opened: {message}")]
    Open { path: String, message: String },
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
        "the ledger is read-only: nothing was written; check the owner and the mount of its folder, or name another with --data; of a PostgreSQL, name the primary, not a standby"
    )]
    ReadOnly,
    /// The fence is an old one: another worker has the delivery.
    #[error("delivery {0} is no longer this worker's")]
    Fence(String),
    /// Not there.
    #[error("no {what} named {name}")]
    Missing { what: &'static str, name: String },
    /// It would break a rule of the ledger.
    #[error("{}", .0.en)]
    Refused(Localized),
    /// Any other error of the database.
    #[error("the ledger failed: {0}")]
    Database(String),
    /// The database is away.
    #[error(
        "the connection to the ledger's database is lost: nothing was written; try again when it is back"
    )]
    Lost,
    /// The database went away while it committed, and did not come back in time to be asked.
    #[error(
        "the connection to the ledger's database was lost while it committed: the change may have been written or not; check before you repeat it"
    )]
    Unknown,
    /// The writer has stopped.
    #[error("the ledger is closed")]
    Closed,
}

impl StoreError {
    /// It would break a rule: which, and what to do, in both languages.
    pub fn refused(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::Refused(Localized::new(zh, en))
    }

    /// What it is and what to do, in both languages.
    pub fn localized(&self) -> Localized {
        let zh = match self {
            Self::Open { path, message } => format!("打不开台账 {path}：{message}"),
            Self::Schema {
                found,
                needed,
                advice,
            } => format!("台账的结构版本是 {found}，本程序需要 {needed}：{advice}"),
            Self::Locked => "台账正被另一个进程占用，什么都没有改动；请稍后再试".to_owned(),
            Self::Full => "磁盘已满，什么都没有写入；请腾出空间后再试".to_owned(),
            Self::ReadOnly => {
                "台账只读，什么都没有写入；请检查数据文件夹的属主与挂载，或用 --data 指定另一个文件夹；若是 PostgreSQL，请改连主库，不要连只读的备库"
                    .to_owned()
            }
            Self::Fence(id) => format!("投递 {id} 已由别的进程接手"),
            Self::Missing { what, name } => {
                let what = match *what {
                    "item" => "稿件",
                    "delivery" => "投递",
                    "destination" => "目的账号",
                    "rendition" => "渠道稿",
                    other => other,
                };
                format!("没有名为 {name} 的{what}")
            }
            Self::Refused(message) => message.zh.clone(),
            Self::Database(message) => format!("台账出错，什么都没有改动：{message}"),
            Self::Lost => "与台账数据库的连接断了，什么都没有写入；恢复后请再试".to_owned(),
            Self::Unknown => {
                "提交时与台账数据库的连接断了，改动可能已写入也可能没有；请先查看再重做".to_owned()
            }
            Self::Closed => "台账已关闭".to_owned(),
        };
        Localized::new(zh, self.to_string())
    }
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
            code.parse().ok().and_then(from_sqlite)
        } else {
            from_postgres(&code)
        };
        known.unwrap_or_else(|| Self::Database(database.message().to_owned()))
    }
}

/// SQLite's primary result codes, the low byte of the extended one: <https://sqlite.org/rescode.html>
pub(crate) fn from_sqlite(whole: i64) -> Option<StoreError> {
    match whole & 0xff {
        5 | 6 => Some(StoreError::Locked),
        8 => Some(StoreError::ReadOnly),
        13 => Some(StoreError::Full),
        // SQLITE_IOERR_SHMSIZE: the shared index beside the file could not grow.
        10 if whole == 4_874 => Some(StoreError::Full),
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
        // Shut down, crashed, starting up, database dropped; a session that was idle in a transaction.
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
