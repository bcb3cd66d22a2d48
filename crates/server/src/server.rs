//! The server as the program sees it.

use std::{
    future::Future,
    io,
    sync::{Arc, OnceLock},
    time::Duration,
};

use axum::Router;
use tokio::{net::TcpListener, sync::Semaphore};
use tokio_util::sync::CancellationToken;
use yigao_channel::Secret;
use yigao_core::Actor;
use yigao_engine::Hub;

use crate::{
    app::{App, STREAMS_MAX, Shared},
    keys::Key,
    router::router,
    session::Sessions,
};

/// How long requests under way may take after the stop.
const DRAIN: Duration = Duration::from_secs(10);

/// What the configuration decides for the server.
#[derive(Clone, Debug, Default)]
pub struct ServerSettings {
    /// Tokens of the API, by name. The name is the actor that the ledger records.
    pub tokens: Vec<(String, Secret)>,
}

/// The HTTP API and the pages over one hub.
#[derive(Debug)]
pub struct Server {
    app: Shared,
}

impl Server {
    /// A server over `hub`; it listens when it is [run](Self::run).
    pub fn new(hub: Hub, settings: ServerSettings) -> Self {
        Self {
            app: Arc::new(App {
                hub,
                tokens: settings.tokens,
                sessions: Sessions::default(),
                key: Key::new(),
                listen: OnceLock::new(),
                stop: CancellationToken::new(),
                streams: Arc::new(Semaphore::new(STREAMS_MAX)),
            }),
        }
    }

    /// A link that signs in whoever opens it first, as the person at the console.
    ///
    /// # Errors
    /// When the listener has no address.
    pub fn sign_in_link(&self, listener: &TcpListener) -> io::Result<String> {
        self.sign_in_link_for(listener, "console")
    }

    /// The same, for a person by name: the ledger records what they do as theirs.
    ///
    /// # Errors
    /// When the listener has no address.
    pub fn sign_in_link_for(&self, listener: &TcpListener, name: &str) -> io::Result<String> {
        let mut at = *self.app.listen.get_or_init_from(listener)?;
        if at.ip().is_unspecified() {
            at.set_ip(std::net::Ipv4Addr::LOCALHOST.into());
        }
        let secret = self.app.sessions.link(Actor::user(name));
        Ok(format!("http://{at}/sign-in?t={secret}"))
    }

    /// Serves until `shutdown`, then ends streams, lets requests under way finish and returns.
    ///
    /// # Errors
    /// When the listener fails.
    pub async fn run(
        self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> io::Result<()> {
        self.app.listen.get_or_init_from(&listener)?;
        let stop = self.app.stop.clone();
        let stopped = stop.clone();
        let serving = axum::serve(listener, self.router()).with_graceful_shutdown(async move {
            shutdown.await;
            stop.cancel();
        });
        tokio::select! {
            served = serving.into_future() => served,
            () = async { stopped.cancelled().await; tokio::time::sleep(DRAIN).await } => {
                tracing::warn!("requests were still under way after the stop: their connections are closed");
                Ok(())
            }
        }
    }

    /// The routes with all their access checks, for tests.
    pub fn router(&self) -> Router {
        router(self.app.clone())
    }
}

/// `OnceLock::get_or_try_init` is not stable yet.
trait ListenAddress {
    fn get_or_init_from(&self, listener: &TcpListener) -> io::Result<&std::net::SocketAddr>;
}

impl ListenAddress for OnceLock<std::net::SocketAddr> {
    fn get_or_init_from(&self, listener: &TcpListener) -> io::Result<&std::net::SocketAddr> {
        let at = listener.local_addr()?;
        Ok(self.get_or_init(|| at))
    }
}
