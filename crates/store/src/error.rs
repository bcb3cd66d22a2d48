//! What can go wrong with the ledger, in words an operator can act on.

use yigao_core::Words;

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
        "the ledger is read-only: nothing was written; check the owner and the mount of its folder, or name another with --data"
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

impl StoreError {
    /// What it is and the way out, in both languages.
    pub fn words(&self) -> Words {
        let zh = match self {
            Self::Open { path, says } => format!("打不开台账 {path}：{says}"),
            Self::Schema {
                found,
                needed,
                advice,
            } => format!("台账的结构版本是 {found}，本程序需要 {needed}：{advice}"),
            Self::Locked => "台账正被另一个进程占用，什么都没有改动；请稍后再试".to_owned(),
            Self::Full => "磁盘已满，什么都没有写入；请腾出空间后再试".to_owned(),
            Self::ReadOnly => {
                "台账只读，什么都没有写入；请检查数据文件夹的属主与挂载，或用 --data 指定另一个文件夹"
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
            Self::Refused(says) => format!("当前状态不允许这样做：{says}"),
            Self::Database(says) => format!("台账出错，什么都没有改动：{says}"),
            Self::Closed => "台账已关闭".to_owned(),
        };
        Words::new(zh, self.to_string())
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        if let Some(database) = error.as_database_error() {
            // SQLite's primary result codes, the low byte of the extended one: https://sqlite.org/rescode.html
            let whole = database.code().and_then(|c| c.parse::<i64>().ok());
            return match whole.map(|c| c & 0xff) {
                Some(5 | 6) => Self::Locked,
                Some(8) => Self::ReadOnly,
                Some(13) => Self::Full,
                // SQLITE_IOERR_SHMSIZE: the shared index beside the file could not grow.
                Some(10) if whole == Some(4_874) => Self::Full,
                _ => Self::Database(database.message().to_owned()),
            };
        }
        Self::Database(error.to_string())
    }
}
