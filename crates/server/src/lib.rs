#![doc = include_str!("../README.md")]

mod api;
mod app;
mod body;
mod doors;
mod hand;
mod keys;
mod lang;
mod media;
mod metrics;
mod pages;
mod problem;
mod routes;
mod sentence;
mod server;
mod session;
mod upload;
mod who;

pub use api::openapi;
pub use routes::{Served, served};
pub use server::{Server, ServerSettings};
