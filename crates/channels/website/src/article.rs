//! What every driver makes of an item: its words, markup and leaves, what can be said against it, and how a page is read again.

pub(crate) mod body;
pub(crate) mod columns;
pub(crate) mod findings;
pub(crate) mod readback;
pub(crate) mod render;
pub(crate) mod text;
