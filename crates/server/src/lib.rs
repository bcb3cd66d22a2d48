#![doc = include_str!("../README.md")]

mod api;
mod app;
mod body;
mod doors;
mod hand_over;
mod handed;
mod keys;
mod lang;
mod media;
mod metrics;
mod pages;
mod problem;
mod router;
mod routes;
mod sentence;
mod server;
mod session;
mod upload;
mod who;

pub use api::openapi;
pub use router::served;
pub use routes::Served;
pub use server::{Server, ServerSettings};
