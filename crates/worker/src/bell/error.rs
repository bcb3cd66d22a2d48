//! Why the queue cannot be used.

use yigao_core::Words;

/// The queue cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BellError {
    /// Its file cannot be opened.
    #[error(
        "the queue file {path} cannot be opened: {says}; it may be deleted, because the ledger holds everything"
    )]
    File {
        /// Where it is.
        path: String,
        /// The reason that SQLite gives.
        says: String,
    },
    /// The address of its server is wrong.
    #[error(
        "the queue's address is not an address of Redis ({says}); such an address looks like redis://host:6379/0"
    )]
    Address {
        /// What is wrong with it; never the address, which may hold a password.
        says: String,
    },
}

impl BellError {
    /// What is wrong and what to do, in both languages.
    pub fn words(&self) -> Words {
        let zh = match self {
            Self::File { path, says } => {
                format!("打不开队列文件 {path}：{says}；此文件可以删除，数据都在台账里，不会丢失")
            }
            Self::Address { says } => {
                format!("队列地址不是 Redis 的地址（{says}）；应类似 redis://主机:6379/0")
            }
        };
        Words::new(zh, self.to_string())
    }
}
