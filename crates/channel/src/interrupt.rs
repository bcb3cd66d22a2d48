//! Why a method came back without a receipt.

use yigao_core::{ChannelError, Doubt, Receipt, Ticket, Timestamp, WaitReason};

/// Adapters make only [`Interrupt::Fault`]; the rest comes out of [`crate::Cx`] and is passed on with `?`.
#[derive(Clone, Debug, PartialEq)]
pub enum Interrupt {
    Fault(ChannelError),
    /// Not yet.
    Waits {
        until: Timestamp,
        why: WaitReason,
    },
    /// A ticket was stored; the delivery sleeps until the next poll, or until somebody answers.
    Accepted {
        ticket: Ticket,
        until: Option<Timestamp>,
        why: WaitReason,
    },
    /// Nobody can know.
    Doubt(Doubt),
    /// Something newer superseded this delivery.
    Superseded,
    /// The journal was written by another program than this one: no guess is made.
    Changed(String),
    /// A person confirmed that it happened, and the rest of the method cannot be run on what they gave.
    ByPerson(Receipt),
    /// The lease is gone, or the ledger cannot be reached: this run may write nothing more.
    Lost(String),
}

impl From<ChannelError> for Interrupt {
    fn from(error: ChannelError) -> Self {
        Self::Fault(error)
    }
}

/// Result of everything that an adapter does.
pub type StepResult<T> = Result<T, Interrupt>;
