//! Going step by step: a person examines the remote between two writes. For trials; a worker never waits for anybody.

use async_trait::async_trait;
use yigao_store::ExchangeRow;

/// The write that comes next.
#[derive(Clone, Copy, Debug)]
pub struct NextStep<'a> {
    /// The operation, by its name in the adapter's profile.
    pub op: &'a str,
    /// Which of several: a picture's digest; empty where there is one.
    pub part: &'a str,
    /// What this run has sent and received so far, secrets redacted.
    pub so_far: &'a [ExchangeRow],
}

/// Who is asked before each write.
#[async_trait]
pub trait Steps: std::fmt::Debug + Send + Sync {
    /// Whether to continue.
    async fn go_on(&self, next: NextStep<'_>) -> bool;
}
