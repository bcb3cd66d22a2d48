#![doc = include_str!("../README.md")]

pub mod asset;
pub mod block;
pub mod closing;
pub mod delivery;
pub mod digest;
pub mod fault;
pub mod finding;
pub mod grid;
pub mod html;
pub mod id;
pub mod intent;
pub mod item;
pub mod journal;
pub mod next;
pub mod numbering;
pub mod outcome;
pub mod plan;
pub mod rendition;
pub mod text;
pub mod time;
pub mod trial;

pub use asset::{AiUse, Asset, Derivative, DerivativeSpec, Focus, Made, PictureFormat, Ratio};
pub use block::{Block, Figure, Inline};
pub use delivery::{Delivery, Doubt, DueFor, State, WaitReason};
pub use digest::{Digest, canonical_json};
pub use fault::{ChannelError, Effect, ErrorKind, Retry};
pub use finding::{Answer, Finding, Localized, Severity};
pub use id::{Actor, DeliveryId, DestinationId, ItemId};
pub use intent::Intent;
pub use item::{Content, Kind, Version};
pub use jiff::Timestamp;
pub use outcome::{Asks, By, Found, Observation, Prior, Receipt, RemoteState, Seen, Ticket};
pub use rendition::{Fills, Leaf, LeafKind, Rendition, Slot, fill};
