//! What is behind a [`crate::Cx`], in parts of one purpose each: a clock, the journal of one delivery, the answers it waits
//! for, the values its destination shares, the transports. The engine implements them over the ledger and the network, the
//! conformance kit over memory; a probe has neither a journal nor answers and uses [`Unjournaled`].

mod answers;
mod clock;
mod journal;
mod shared_values;
mod transport;
mod unjournaled;

pub use answers::Answers;
pub use clock::Clock;
pub use journal::Journal;
pub use shared_values::SharedValues;
pub use transport::Transport;
pub use unjournaled::Unjournaled;

/// All of them, for the run of a delivery. Nobody implements it by hand: whoever has the parts has it.
pub trait Host: Clock + Journal + Answers + SharedValues + Transport {}

impl<H: Clock + Journal + Answers + SharedValues + Transport> Host for H {}
