#![doc = include_str!("../README.md")]

pub mod call;
pub mod channel;
mod config;
pub mod cx;
pub mod host;
pub mod http_status;
pub mod limit;
pub mod profile;
pub mod secret;
pub mod stop;

pub use call::{Answer, Call, FileAct, FileAnswer, FileCall, Mail, Method, Piece};
pub use channel::{
    Adapter, Channel, Heard, Incoming, Opening, Refusal, RenderInput, Rendered, run,
};
pub use config::{ConfigError, web_address};
pub use cx::{Cx, Naming};
pub use limit::{Length, Limited, Limits, Unit};
pub use profile::{Again, Completion, Correction, Does, Kill, Op, Profile, Quota, Window};
pub use secret::{Secret, SecretRef};
pub use stop::{R, Stop};
