//! Going step by step: a person looks at the remote between two writes. For trials; a worker never waits for anybody.

use async_trait::async_trait;
use yigao_channel::{Op, R, Stop};
use yigao_core::{ChannelError, Effect, ErrorKind, Retry};
use yigao_store::ExchangeRow;

use crate::{hub::Hub, wire::Recorder};

/// The write that comes next.
#[derive(Clone, Copy, Debug)]
pub struct NextStep<'a> {
    /// The operation, by its name in the adapter's profile.
    pub op: &'a str,
    /// Which of several: a picture's digest; empty where there is one.
    pub part: &'a str,
    /// What this run has said and heard so far, secrets blotted out.
    pub so_far: &'a [ExchangeRow],
}

/// Who is asked before each write.
#[async_trait]
pub trait Steps: std::fmt::Debug + Send + Sync {
    /// Whether to go on.
    async fn go_on(&self, next: NextStep<'_>) -> bool;
}

impl Hub {
    /// A *no* is final for the delivery: nothing of the step was sent.
    pub(crate) async fn ask(&self, op: &Op, part: &str, recorder: &Recorder) -> R<()> {
        let Some(steps) = &self.steps else {
            return Ok(());
        };
        let so_far = recorder.so_far();
        let next = NextStep {
            op: op.name,
            part,
            so_far: &so_far,
        };
        if steps.go_on(next).await {
            return Ok(());
        }
        let says = "a person stopped before this step";
        Err(Stop::Fault(
            ChannelError::new(ErrorKind::Interrupted, op.name, says)
                .with_effect(Effect::None)
                .with_retry(Retry::Never),
        ))
    }
}
