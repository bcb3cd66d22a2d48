#![doc = include_str!("../README.md")]

pub mod exchange;
pub mod fault;
pub mod folder;
pub mod host;
pub mod people;
pub mod readers;
pub mod remote;
pub mod sample;
pub mod story;
pub mod subject;
pub mod trials;
mod wire;
mod work;
pub mod world;

mod run;

pub use fault::{Bad, Faults};
pub use folder::Folder;
pub use host::MemoryHost;
pub use people::Decision;
pub use readers::text_of_html;
pub use remote::{Copy, FolderRemote, Place, Remote, Tampered};
pub use run::{main, run};
pub use story::{End, Story};
pub use subject::{Pair, Paper, Subject, Waiver, open};
pub use world::World;
