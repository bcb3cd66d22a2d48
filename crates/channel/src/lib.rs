#![doc = include_str!("../README.md")]

pub mod call;
pub mod channel;
mod config;
pub mod cx;
pub mod host;
pub mod http_status;
pub mod interrupt;
pub mod limit;
pub mod profile;
pub mod secret;

pub use call::{Answer, Call, FileAct, FileAnswer, FileCall, Mail, Method, Piece};
pub use channel::{
    Adapter, Callback, Channel, Incoming, Opening, Refusal, RenderInput, Rendered, run,
};
pub use config::{ConfigError, web_address};
pub use cx::{Cx, Naming};
pub use interrupt::{Interrupt, StepResult};
pub use limit::{Length, Limited, Limits, Unit};
pub use profile::{
    Access, Completion, Correction, Op, Profile, Quota, RepeatSafety, Window, Withdrawal,
};
pub use secret::{Secret, SecretRef};
