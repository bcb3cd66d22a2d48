//! Outgoing calls and their guards, in the one order in which a call passes them:
//!
//! 1. *trace*: a span and a record of the exchange, secrets redacted;
//! 2. *again*: one immediate second try where certainly nothing happened (the connection was refused), for reads alone:
//!    a write's second try is the delivery's, with its journal;
//! 3. *budget*: allowances over an hour or a day, paid in the ledger by every try;
//! 4. *pace*: the shortest time between two calls of an operation, in this process;
//! 5. *deadline*: the act's end cuts the call;
//! 6. reqwest, behind the SSRF guard.

mod exchange;
mod file;
mod mail;
mod ssrf;
mod trial;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use bytes::BytesMut;
use yigao_channel::{
    Access, Op,
    call::{Answer, Call, Method},
    profile::{Quota, Window},
};
use yigao_core::{
    ChannelError, DestinationId, Effect, ErrorKind, Retry, Timestamp,
    time::{between, later, shanghai},
    trial::Point,
};
use yigao_store::Store;

use crate::clock::Clock;

pub(crate) use exchange::Recorder;
pub use ssrf::PrivateHosts;

/// Most bytes of an answer that are read.
const ANSWER_MAX: usize = 8 * 1_024 * 1_024;
/// How long connecting may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// The transports of this process.
#[derive(Clone)]
pub struct Wire {
    client: reqwest::Client,
    store: Store,
    clock: Clock,
    hosts: PrivateHosts,
    next_slots: Arc<Mutex<HashMap<(DestinationId, &'static str), Timestamp>>>,
}

impl std::fmt::Debug for Wire {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Wire")
    }
}

impl Wire {
    /// Transports that may reach public addresses and the private hosts named.
    ///
    /// # Errors
    /// When the TLS roots of this machine cannot be read.
    pub fn new(store: Store, clock: Clock, hosts: PrivateHosts) -> Result<Self, ChannelError> {
        // Whoever comes first installs it; a second time is no mistake.
        drop(rustls::crypto::ring::default_provider().install_default());
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .pool_idle_timeout(Duration::from_secs(30))
            .user_agent(concat!("yigao/", env!("CARGO_PKG_VERSION")))
            .no_proxy()
            .dns_resolver(ssrf::Resolver::new(hosts.clone()))
            .build()
            .map_err(|e| {
                ChannelError::new(ErrorKind::Config, "client", format!("HTTP client: {e}"))
            })?;
        Ok(Self {
            client,
            store,
            clock,
            hosts,
            next_slots: Arc::default(),
        })
    }

    /// Sends one request through the guards.
    pub(crate) async fn send(
        &self,
        destination: &DestinationId,
        op: &Op,
        call: &Call,
        deadline: Timestamp,
        recorder: &Recorder,
    ) -> Result<Answer, ChannelError> {
        let mut tries = 0;
        loop {
            tries += 1;
            let out = self
                .one_try(destination, op, call, deadline, recorder)
                .await;
            let refused = out
                .as_ref()
                .is_err_and(|e| e.kind() == ErrorKind::Unavailable && e.effect() == Effect::None);
            if !(refused && op.access == Access::Read && tries < 2) {
                return out;
            }
        }
    }

    async fn one_try(
        &self,
        destination: &DestinationId,
        op: &Op,
        call: &Call,
        deadline: Timestamp,
        recorder: &Recorder,
    ) -> Result<Answer, ChannelError> {
        self.pay(destination, op).await?;
        self.keep_pace(destination, op).await;
        let at = self.clock.now();
        let out = match between(at, deadline) {
            Duration::ZERO => Err(timeout(op.name, Effect::None)),
            left => {
                let call = self.tried(destination, op.name, call, left);
                let out = tokio::time::timeout(self.clock.real(left), call).await;
                out.unwrap_or_else(|_| Err(timeout(op.name, Effect::Unknown)))
            }
        };
        trial::reach(Point::AfterCall, destination.as_str(), op.name);
        let took = between(at, self.clock.now());
        let status = out.as_ref().map_or(0, |answer| answer.status);
        tracing::debug!(
            op = op.name,
            http.status = status,
            duration_ms = took.as_millis(),
            "call"
        );
        recorder.call(call, &out, at, took);
        out
    }

    /// One request that passes the guard only: a webhook, to which no destination's quota, min interval or faults apply.
    pub(crate) async fn send_webhook(
        &self,
        call: &Call,
        within: Duration,
    ) -> Result<Answer, ChannelError> {
        let within = self.clock.real(within);
        let out = tokio::time::timeout(within, self.exchange(call.op, call)).await;
        out.unwrap_or_else(|_| Err(timeout(call.op, Effect::Unknown)))
    }

    async fn exchange(&self, op: &str, call: &Call) -> Result<Answer, ChannelError> {
        let url = self.hosts.check(&call.url).map_err(|message| {
            ChannelError::new(ErrorKind::Config, op, message)
                .with_effect(Effect::None)
                .with_retry(Retry::Never)
        })?;
        let method = match call.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
            Method::Put => reqwest::Method::PUT,
            Method::Patch => reqwest::Method::PATCH,
            Method::Delete => reqwest::Method::DELETE,
        };
        let mut request = self.client.request(method, url);
        for (name, value) in &call.headers {
            request = request.header(name, value);
        }
        if !call.body.content_type.is_empty() {
            request = request
                .header("content-type", &call.body.content_type)
                .body(call.body.bytes.clone());
        }
        let mut response = request.send().await.map_err(|e| broken(op, &e))?;
        let status = response.status().as_u16();
        let header =
            |(name, value): (&reqwest::header::HeaderName, &reqwest::header::HeaderValue)| {
                Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
            };
        let headers = response.headers().iter().filter_map(header).collect();
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(|e| broken(op, &e))? {
            if body.len() + chunk.len() > ANSWER_MAX {
                let message = format!("the answer is larger than {ANSWER_MAX} bytes");
                return Err(ChannelError::new(ErrorKind::Protocol, op, message));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer {
            status,
            headers,
            body: body.freeze(),
        })
    }

    /// Every try pays: also the second one of `again`.
    async fn pay(&self, destination: &DestinationId, op: &Op) -> Result<(), ChannelError> {
        for quota in &op.quotas {
            let now = self.clock.now();
            let (start, end) = window(*quota, now);
            let paid = self
                .store
                .pay_quota(destination, op.name, start, quota.max)
                .await
                .map_err(|e| {
                    ChannelError::new(ErrorKind::Interrupted, op.name, format!("the ledger: {e}"))
                        .with_effect(Effect::None)
                })?;
            if !paid {
                let message = format!("the allowance of {} calls is used up", quota.max);
                return Err(
                    ChannelError::new(ErrorKind::QuotaExhausted, op.name, message)
                        .with_retry(Retry::After(between(now, end))),
                );
            }
        }
        Ok(())
    }

    async fn keep_pace(&self, destination: &DestinationId, op: &Op) {
        let Some(min_interval) = op.min_interval else {
            return;
        };
        let wait = {
            let mut next_slots = self
                .next_slots
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            let now = self.clock.now();
            let slot = next_slots
                .entry((destination.clone(), op.name))
                .or_insert(now);
            let mine = (*slot).max(now);
            *slot = later(mine, min_interval);
            between(now, mine)
        };
        if !wait.is_zero() {
            self.clock.sleep(wait).await;
        }
    }

    /// Asks a folder; runs on a thread of its own, since files block.
    pub(crate) async fn file(
        &self,
        (destination, root): (&DestinationId, &std::path::Path),
        op: &Op,
        call: &yigao_channel::FileCall,
        recorder: &Recorder,
    ) -> Result<yigao_channel::FileAnswer, ChannelError> {
        let at = self.clock.now();
        let (root, act, name) = (root.to_owned(), call.act.clone(), op.name);
        let ask = async {
            tokio::task::spawn_blocking(move || file::ask(&root, name, &act))
                .await
                .unwrap_or_else(|_| {
                    let message = "the file operation was cut off";
                    Err(ChannelError::new(ErrorKind::Interrupted, name, message))
                })
        };
        let out = trial::whole(destination, name, ask).await;
        trial::reach(Point::AfterCall, destination.as_str(), name);
        recorder.file(call, &out, at, between(at, self.clock.now()));
        out
    }

    /// Sends a mail.
    pub(crate) async fn mail(
        &self,
        destination: &DestinationId,
        op: &Op,
        mail: &yigao_channel::Mail,
        deadline: Timestamp,
        recorder: &Recorder,
    ) -> Result<(), ChannelError> {
        let at = self.clock.now();
        let send = trial::whole(destination, op.name, mail::send(&self.hosts, mail));
        let left = self.clock.real(between(at, deadline));
        let out = tokio::time::timeout(left, send).await;
        let out = out.unwrap_or_else(|_| Err(timeout(op.name, Effect::Unknown)));
        trial::reach(Point::AfterCall, destination.as_str(), op.name);
        recorder.mail(mail, &out, at, between(at, self.clock.now()));
        out
    }
}

fn timeout(op: &str, effect: Effect) -> ChannelError {
    ChannelError::new(ErrorKind::Timeout, op, "no answer in time").with_effect(effect)
}

/// Only a connection that was never made proves that nothing happened.
fn broken(op: &str, error: &reqwest::Error) -> ChannelError {
    let mut cause = String::new();
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        cause = inner.to_string();
        source = inner.source();
    }
    if error.is_connect() {
        return ChannelError::new(
            ErrorKind::Unavailable,
            op,
            format!("cannot connect: {cause}"),
        )
        .with_effect(Effect::None);
    }
    if error.is_builder() {
        return ChannelError::new(
            ErrorKind::Config,
            op,
            format!("the request cannot be built: {cause}"),
        );
    }
    ChannelError::new(
        ErrorKind::Interrupted,
        op,
        format!("the connection broke: {cause}"),
    )
}

/// Start and end of the window that `now` is in.
pub fn window(quota: Quota, now: Timestamp) -> (Timestamp, Timestamp) {
    let zoned = now.to_zoned_datetime(shanghai());
    let millis_of_hour = (i64::from(zoned.minute()) * 60 + i64::from(zoned.second())) * 1_000
        + i64::from(zoned.subsec_nanosecond() / 1_000_000);
    let (into, length) = match quota.window {
        Window::Hour => (millis_of_hour, 3_600_000),
        Window::Day => (
            i64::from(zoned.hour()) * 3_600_000 + millis_of_hour,
            86_400_000,
        ),
    };
    let start = now.as_millisecond() - into;
    let at = |millis| Timestamp::from_millisecond(millis).unwrap_or(now);
    (at(start), at(start + length))
}
