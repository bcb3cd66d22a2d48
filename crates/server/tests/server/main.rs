//! The doors, the API and the pages, over a real ledger.

mod api;
mod client;
mod doors;
mod fake;
mod hand;
mod pages;
mod place;
