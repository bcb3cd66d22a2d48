//! Where originals are read from and where derivatives go: the media folder, or memory for an item that is only checked.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use yigao_core::{Digest, Made};
use yigao_store::{MediaError, MediaFolder};

/// One of the two. Clones are not needed: it is borrowed for one pre-flight.
#[derive(Debug)]
pub(crate) enum Shelf<'a> {
    /// Derivatives are stored, so that none is made twice.
    Media(&'a MediaFolder),
    /// An item that has not been imported: nothing is written, what was made is remembered until the check ends.
    Draft {
        media: &'a MediaFolder,
        files: &'a BTreeMap<Digest, Vec<u8>>,
        made: Mutex<BTreeMap<Digest, Made>>,
    },
}

impl<'a> Shelf<'a> {
    /// A shelf for files that are not in the media folder and shall not get there.
    pub(crate) fn draft(media: &'a MediaFolder, files: &'a BTreeMap<Digest, Vec<u8>>) -> Self {
        Self::Draft {
            media,
            files,
            made: Mutex::default(),
        }
    }

    /// The bytes of an original.
    pub(crate) async fn get(&self, digest: &Digest) -> Result<Vec<u8>, MediaError> {
        match self {
            Self::Media(media) => media.get(digest).await,
            Self::Draft { media, files, .. } => match files.get(digest) {
                Some(bytes) => Ok(bytes.clone()),
                None => media.get(digest).await,
            },
        }
    }

    /// What was made by the same specification before, if it is still there.
    pub(crate) async fn remembered(&self, key: &Digest) -> Option<Made> {
        let media = match self {
            Self::Media(media) => media,
            Self::Draft { media, made, .. } => {
                let known = made.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some(made) = known.get(key) {
                    return Some(made.clone());
                }
                media
            }
        };
        let note = media.note(key).await?;
        let made: Made = serde_json::from_slice(&note).ok()?;
        media.has(&made.digest).await.then_some(made)
    }

    /// Stores the bytes of a derivative.
    pub(crate) async fn put(&self, bytes: &[u8]) -> Result<(), MediaError> {
        match self {
            Self::Media(media) => media.put(bytes).await.map(drop),
            Self::Draft { .. } => Ok(()),
        }
    }

    /// Remembers the result of a specification. A failure does no harm: it is made again next time.
    pub(crate) async fn remember(&self, key: &Digest, made: &Made) {
        match self {
            Self::Media(media) => {
                let note = serde_json::to_vec(made).unwrap_or_default();
                if let Err(error) = media.put_note(key, &note).await {
                    tracing::debug!(error = %error, "a derivative will be made again next time");
                }
            }
            Self::Draft { made: known, .. } => {
                let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
                known.insert(key.clone(), made.clone());
            }
        }
    }
}
