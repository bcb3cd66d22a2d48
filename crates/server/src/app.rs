//! What every handler is given.

use std::{
    net::SocketAddr,
    sync::{Arc, OnceLock},
};

use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use yigao_channel::Secret;
use yigao_core::Timestamp;
use yigao_engine::Hub;

use crate::{keys::Key, session::Sessions};

/// Streams of events at once; each asks the ledger twice a second.
pub(crate) const STREAMS_MAX: usize = 64;

#[derive(Debug)]
pub(crate) struct App {
    pub(crate) hub: Hub,
    pub(crate) tokens: Vec<(String, Secret)>,
    pub(crate) sessions: Sessions,
    pub(crate) key: Key,
    /// The address that is listened on, once it is known.
    pub(crate) listen: OnceLock<SocketAddr>,
    pub(crate) stop: CancellationToken,
    pub(crate) streams: Arc<Semaphore>,
}

pub(crate) type Shared = Arc<App>;

impl App {
    pub(crate) fn now(&self) -> Timestamp {
        self.hub.clock.now()
    }

    /// Whether only this machine can reach us; not before the address is known.
    pub(crate) fn is_loopback(&self) -> bool {
        self.listen.get().is_some_and(|at| at.ip().is_loopback())
    }

    /// Name of the session's cookie. Cookies know no ports: two hubs on one machine must not sign each other's people out.
    pub(crate) fn cookie(&self) -> String {
        let port = self.listen.get().map_or(0, SocketAddr::port);
        format!("yigao_{port}")
    }
}
