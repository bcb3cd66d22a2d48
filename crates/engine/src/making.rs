//! What this process makes right now, so that destinations which want the same picture make it once.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use tokio::sync::Mutex as AsyncMutex;
use yigao_core::Digest;
use yigao_media::{Picture, Source};

pub(crate) type Turn = Arc<AsyncMutex<()>>;
pub(crate) type Decoded = Arc<AsyncMutex<Weak<Source>>>;

/// What the header of an original says, and is remembered of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Original {
    /// Width in pixels as seen.
    pub width: u32,
    /// Height in pixels as seen.
    pub height: u32,
    /// Frames of an animation or pages of a TIFF, at least 1.
    pub frames: u32,
    /// The frames are pages, not an animation.
    pub paged: bool,
}

impl From<&Picture> for Original {
    fn from(picture: &Picture) -> Self {
        Self {
            width: picture.width,
            height: picture.height,
            frames: picture.frames,
            paged: picture.frames > 1 && !picture.animated,
        }
    }
}

/// What is being made in this process right now: one turn a derivative, one decoded picture a source.
#[derive(Clone, Debug, Default)]
pub(crate) struct Making {
    turns: Arc<Mutex<BTreeMap<Digest, Turn>>>,
    sources: Arc<Mutex<BTreeMap<Digest, Decoded>>>,
    originals: Arc<Mutex<BTreeMap<Digest, Original>>>,
}

/// Headers of originals that are remembered; more than these are forgotten and read again.
const ORIGINALS_MAX: usize = 10_000;

impl Making {
    /// Who holds it makes this derivative; the others wait and find it made.
    pub(crate) fn turn(&self, key: &Digest) -> Turn {
        shared(&self.turns, key)
    }

    /// The picture of this digest, decoded as long as somebody uses it.
    pub(crate) fn decoded(&self, source: &Digest) -> Decoded {
        shared(&self.sources, source)
    }

    /// What the header of this original said, if it was read before.
    pub(crate) fn original(&self, digest: &Digest) -> Option<Original> {
        let known = self.originals.lock();
        let known = known.unwrap_or_else(PoisonError::into_inner);
        known.get(digest).copied()
    }

    /// Remembers it: every pre-flight asks for it again.
    pub(crate) fn remember_original(&self, digest: &Digest, original: Original) {
        let known = self.originals.lock();
        let mut known = known.unwrap_or_else(PoisonError::into_inner);
        if known.len() >= ORIGINALS_MAX {
            known.clear();
        }
        known.insert(digest.clone(), original);
    }
}

/// The entry of `key`, after those that nobody uses any more have gone.
fn shared<T: Default>(all: &Mutex<BTreeMap<Digest, Arc<T>>>, key: &Digest) -> Arc<T> {
    let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
    all.retain(|_, entry| Arc::strong_count(entry) > 1);
    Arc::clone(all.entry(key.clone()).or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turn_is_shared_while_it_is_used_and_forgotten_after() {
        let making = Making::default();
        let (one, other) = (Digest::of_bytes(b"one"), Digest::of_bytes(b"other"));
        let mine = making.turn(&one);
        assert!(Arc::ptr_eq(&mine, &making.turn(&one)));
        let held = mine.try_lock().unwrap();
        assert!(making.turn(&one).try_lock().is_err(), "it is being made");
        assert!(making.turn(&other).try_lock().is_ok());
        drop(held);
        drop(mine);
        drop(making.turn(&other));
        assert_eq!(making.turns.lock().unwrap().len(), 1);
    }
}
