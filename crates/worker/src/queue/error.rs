//! Why the queue cannot be used.

use yigao_core::Localized;

/// The queue cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    /// Its file cannot be opened.
    #[error(
        "the queue file {path} cannot be opened: {message}; it may be deleted, because the ledger holds everything"
    )]
    File {
        /// Where it is.
        path: String,
        /// The reason that SQLite gives.
        message: String,
    },
    /// The address of its server is wrong.
    #[error(
        "the queue's address is not an address of Redis ({message}); such an address looks like redis://host:6379/0"
    )]
    Address {
        /// What is wrong with it; never the address, which may hold a password.
        message: String,
    },
}

impl QueueError {
    /// What is wrong and what to do, in both languages.
    pub fn localized(&self) -> Localized {
        let zh = match self {
            Self::File { path, message } => {
                format!(
                    "打不开队列文件 {path}：{message}；此文件可以删除，数据都在台账里，不会丢失"
                )
            }
            Self::Address { message } => {
                format!("队列地址不是 Redis 的地址（{message}）；应类似 redis://主机:6379/0")
            }
        };
        Localized::new(zh, self.to_string())
    }
}
