//! The stand-ins, met by a real HTTP client over a real socket.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests: what is not as expected must end the test"
)]

#[path = "sandbox/client.rs"]
mod client;
#[path = "sandbox/county.rs"]
mod county;
#[path = "sandbox/editor.rs"]
mod editor;
#[path = "sandbox/faults.rs"]
mod faults;
#[path = "sandbox/process.rs"]
mod process;
#[path = "sandbox/wechat.rs"]
mod wechat;
