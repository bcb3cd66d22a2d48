#![doc = include_str!("../README.md")]

mod call;
mod clock;
mod control;
mod county;
mod ctl;
mod drop_folder;
mod editor;
mod faults;
mod faulty_answer;
mod gateway;
mod html;
mod mint;
mod multipart;
mod pages;
mod picture;
mod sandbox;
mod server;
mod settings;
mod site;
mod webmaster;
mod wechat;

pub use clock::Fast;
pub use ctl::ctl;
pub use editor::{Confirmed, EditorError, EditorOrder, confirm};
pub use faults::{Armed, Fault, FaultOrder, Platform};
pub use sandbox::Sandbox;
pub use server::{Running, serve, start};
pub use settings::{
    AccountSettings, CentreSettings, ConsumeDraft, Dedupe, Limits, Links, SandboxConfig,
    UnicodeEscapes,
};
pub use webmaster::{WebmasterOrder, change};
