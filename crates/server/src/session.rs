//! One-time links and the sessions they open. In memory: a restart signs everybody out.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use yigao_core::{Actor, Digest, Timestamp, time::later};

use crate::keys;

/// A session ends after this long, whatever happens in it.
const SESSION: Duration = Duration::from_secs(12 * 3600);
/// Sessions and links at once; the oldest go.
const MAX: usize = 200;

/// A session as handlers see it.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    /// Digest of the cookie's value: the value itself is never stored.
    pub(crate) name: Digest,
    pub(crate) actor: Actor,
    /// Every form of the session carries it.
    pub(crate) csrf: String,
    ends: Timestamp,
}

/// A message for the next page of a session.
#[derive(Clone, Debug)]
pub(crate) struct Flash {
    pub(crate) good: bool,
    pub(crate) lines: Vec<String>,
}

#[derive(Debug, Default)]
struct Inner {
    links: HashMap<Digest, Actor>,
    sessions: HashMap<Digest, Session>,
    flashes: HashMap<Digest, Flash>,
}

#[derive(Debug, Default)]
pub(crate) struct Sessions(Mutex<Inner>);

impl Sessions {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A link's secret; who opens it first is `actor`.
    pub(crate) fn link(&self, actor: Actor) -> String {
        let secret = keys::random();
        let mut inner = self.inner();
        if inner.links.len() >= MAX {
            inner.links.clear();
        }
        inner.links.insert(name(&secret), actor);
        secret
    }

    /// Uses a link up.
    pub(crate) fn follow(&self, secret: &str) -> Option<Actor> {
        self.inner().links.remove(&name(secret))
    }

    /// Opens a session; answers the cookie's value.
    pub(crate) fn open(&self, actor: Actor, now: Timestamp) -> String {
        let secret = keys::random();
        let session = Session {
            name: name(&secret),
            actor,
            csrf: keys::random(),
            ends: later(now, SESSION),
        };
        let mut inner = self.inner();
        inner.sessions.retain(|_, s| s.ends > now);
        if inner.sessions.len() >= MAX
            && let Some(oldest) = inner.sessions.values().min_by_key(|s| s.ends)
        {
            let oldest = oldest.name.clone();
            inner.sessions.remove(&oldest);
            inner.flashes.remove(&oldest);
        }
        inner.sessions.insert(session.name.clone(), session);
        secret
    }

    pub(crate) fn get(&self, secret: &str, now: Timestamp) -> Option<Session> {
        let session = self.inner().sessions.get(&name(secret)).cloned();
        session.filter(|s| s.ends > now)
    }

    pub(crate) fn close(&self, session: &Session) {
        let mut inner = self.inner();
        inner.sessions.remove(&session.name);
        inner.flashes.remove(&session.name);
    }

    pub(crate) fn put_flash(&self, session: &Session, flash: Flash) {
        self.inner().flashes.insert(session.name.clone(), flash);
    }

    pub(crate) fn take_flash(&self, session: &Session) -> Option<Flash> {
        self.inner().flashes.remove(&session.name)
    }
}

/// Looked up by digest, so that the time of the search tells nothing about the secret.
fn name(secret: &str) -> Digest {
    Digest::of_bytes(secret.as_bytes())
}
