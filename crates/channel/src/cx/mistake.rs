//! Stops for which nothing was sent: a mistake of the adapter, a value that another program wrote.

use serde::de::DeserializeOwned;
use serde_json::Value;
use yigao_core::{ChannelError, Effect, ErrorKind, Retry};

use crate::interrupt::{Interrupt, StepResult};

/// A mistake of an adapter: nothing was sent.
pub(super) fn mistake(op: &str, message: &str) -> Interrupt {
    ChannelError::new(
        ErrorKind::Protocol,
        op,
        format!("mistake of the adapter: {message}"),
    )
    .with_retry(Retry::Never)
    .with_effect(Effect::None)
    .into()
}

/// Reads a recorded value.
pub(super) fn decode<T: DeserializeOwned>(op: &str, value: &Value) -> StepResult<T> {
    serde_json::from_value(value.clone()).map_err(|e| {
        Interrupt::Changed(format!("the journal's value of {op:?} cannot be read: {e}"))
    })
}
