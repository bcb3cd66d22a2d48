//! Why the queue cannot be used.

use yigao_core::Words;

/// The bell cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BellError {
    /// Its file.
    #[error(
        "the bell {path} cannot be opened: {says}; it may be deleted, the ledger remembers everything"
    )]
    File {
        /// Where it is.
        path: String,
        /// What SQLite says.
        says: String,
    },
    /// The address of a server.
    #[error("the bell's address is not one of Redis ({says}); it looks like redis://host:6379/0")]
    Address {
        /// What is wrong with it; never the address, which may hold a password.
        says: String,
    },
}

impl BellError {
    /// What it is and the way out, in both languages.
    pub fn words(&self) -> Words {
        let zh = match self {
            Self::File { path, says } => {
                format!("打不开队列文件 {path}：{says}；此文件可以删除，台账里什么都不会丢")
            }
            Self::Address { says } => {
                format!("队列地址不是 Redis 的地址（{says}）；应类似 redis://主机:6379/0")
            }
        };
        Words::new(zh, self.to_string())
    }
}
