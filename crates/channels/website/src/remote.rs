//! The flow of a remote site, written once for every driver that speaks to one through its interface.
//!
//! - [`site`] is what a site can do, as a trait: calls and their parsing, no decisions and no journal.
//! - [`publish`] finds or creates, writes and publishes; [`overwrite`] decides before that whether what is there may be replaced.
//! - [`withdraw`] is the way back, and the cleanup of late drafts; [`observe`] reads what editors and readers see.
//! - [`files`] uploads each file once and fills the text; [`note`] is what a receipt remembers.

mod files;
mod note;
mod observe;
mod overwrite;
mod publish;
mod site;
#[cfg(test)]
mod tests;
mod withdraw;

pub(crate) use files::{fill, place_files};
pub(crate) use note::notes;
pub(crate) use observe::observe;
pub(crate) use publish::put;
pub(crate) use site::{
    Abilities, Created, Held, Marked, Noun, Ops, Placed, RemoteSite, State, Target, Write, Written,
};
pub(crate) use withdraw::{sweep, withdraw};
