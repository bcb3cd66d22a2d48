//! The media folder: bytes under their digest, written once, never changed.

use std::{
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

use tokio::io::AsyncWriteExt as _;
use yigao_core::{Digest, Localized};

use crate::error::StoreError;

static DRAFTS: AtomicU64 = AtomicU64::new(0);

/// A name of its own for every write: several destinations want the same derivative at once, on one thread or on many,
/// and two processes may share the folder.
fn draft_of(path: &Path) -> PathBuf {
    let number = DRAFTS.fetch_add(1, Ordering::Relaxed);
    path.with_extension(format!("{}-{number}.part", std::process::id()))
}

/// A content-addressed folder. Equal bytes are stored once; a file is complete or not there.
#[derive(Clone, Debug)]
pub struct MediaFolder {
    root: PathBuf,
}

/// What can go wrong with the media folder.
#[derive(Debug, thiserror::Error)]
pub enum MediaError {
    #[error("media {0} is not in the media folder")]
    Missing(Digest),
    #[error("media {digest} in the media folder is damaged: its bytes have digest {found}")]
    Damaged { digest: Digest, found: Digest },
    #[error("the media folder cannot be used: {0}")]
    Io(#[from] std::io::Error),
}

impl MediaError {
    /// What it is and what to do, in both languages.
    pub fn localized(&self) -> Localized {
        match self {
            Self::Missing(digest) => Localized::new(
                format!("素材库里没有 {digest}；请重新导入稿件"),
                format!("{self}; import the item again"),
            ),
            Self::Damaged { digest, .. } => Localized::new(
                format!("素材库里的 {digest} 已损坏；请从备份恢复，或重新导入稿件"),
                format!("{self}; restore it, or import the item again"),
            ),
            Self::Io(error) if error.kind() == std::io::ErrorKind::StorageFull => {
                StoreError::Full.localized()
            }
            Self::Io(error) => {
                Localized::new(format!("素材文件夹不能用：{error}"), self.to_string())
            }
        }
    }
}

impl MediaFolder {
    /// Opens the folder, making it if it is not there.
    ///
    /// # Errors
    /// When it cannot be made.
    pub async fn open(root: &Path) -> Result<Self, MediaError> {
        tokio::fs::create_dir_all(root).await?;
        Ok(Self {
            root: root.to_owned(),
        })
    }

    fn path(&self, digest: &Digest) -> PathBuf {
        let text = digest.as_str();
        let (fan, rest) = text.split_at_checked(2).unwrap_or(("", text));
        self.root.join(fan).join(rest)
    }

    /// Stores bytes and returns their digest. Durable when it returns.
    ///
    /// # Errors
    /// When they cannot be written; nothing half-written is left under the digest.
    pub async fn put(&self, bytes: &[u8]) -> Result<Digest, MediaError> {
        let digest = Digest::of_bytes(bytes);
        let path = self.path(&digest);
        if tokio::fs::try_exists(&path).await? {
            return Ok(digest);
        }
        if let Some(folder) = path.parent() {
            tokio::fs::create_dir_all(folder).await?;
        }
        let draft = draft_of(&path);
        let mut file = tokio::fs::File::create(&draft).await?;
        file.write_all(bytes).await?;
        file.sync_all().await?;
        drop(file);
        tokio::fs::rename(&draft, &path).await?;
        Ok(digest)
    }

    /// Reads bytes back and checks them against their digest.
    ///
    /// # Errors
    /// [`MediaError::Missing`] or [`MediaError::Damaged`].
    pub async fn get(&self, digest: &Digest) -> Result<Vec<u8>, MediaError> {
        let bytes = match tokio::fs::read(self.path(digest)).await {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(MediaError::Missing(digest.clone()));
            }
            Err(error) => return Err(error.into()),
        };
        let found = Digest::of_bytes(&bytes);
        if found == *digest {
            Ok(bytes)
        } else {
            Err(MediaError::Damaged {
                digest: digest.clone(),
                found,
            })
        }
    }

    /// Stores a small note under a key, replacing what was there: what a derivative came out as. It may be lost at any time.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn put_note(&self, key: &Digest, note: &[u8]) -> Result<(), MediaError> {
        let folder = self.root.join("notes");
        tokio::fs::create_dir_all(&folder).await?;
        let draft = draft_of(&folder.join(key.as_str()));
        tokio::fs::write(&draft, note).await?;
        tokio::fs::rename(&draft, folder.join(key.as_str())).await?;
        Ok(())
    }

    /// The note under a key, if there is one.
    pub async fn note(&self, key: &Digest) -> Option<Vec<u8>> {
        tokio::fs::read(self.root.join("notes").join(key.as_str()))
            .await
            .ok()
    }

    /// Whether the bytes are there.
    pub async fn has(&self, digest: &Digest) -> bool {
        tokio::fs::try_exists(self.path(digest))
            .await
            .unwrap_or(false)
    }
}
