//! An engine on embedded defaults: everything in one folder, no bell, the machine's clock. For programs of one's own.

use std::path::Path;

use yigao_store::{MediaError, MediaFolder, Store, StoreError};

use crate::{
    clock::Clock,
    destinations::Destinations,
    hub::{Hub, Tuning},
    wire::{PrivateHosts, Wire},
};

/// Why an engine could not be opened in a folder.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("the folder cannot be made: {0}")]
    Folder(#[from] std::io::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Media(#[from] MediaError),
    #[error(transparent)]
    Wire(#[from] yigao_core::ChannelError),
}

impl Hub {
    /// Opens (or makes) ledger and media in `folder` and makes the destinations known. Work what is due with
    /// [`Hub::work_all_due`], or start a worker of `yigao-worker` on it.
    ///
    /// # Errors
    /// [`OpenError`] when the folder, the ledger in it or the HTTP client cannot be had.
    pub async fn embedded(
        folder: &Path,
        destinations: Destinations,
        private_hosts: PrivateHosts,
    ) -> Result<Self, OpenError> {
        std::fs::create_dir_all(folder)?;
        let store = Store::open(&folder.join("ledger.db")).await?;
        let media = MediaFolder::open(&folder.join("media")).await?;
        let wire = Wire::new(store.clone(), Clock::System, private_hosts)?;
        // Never the same name twice: a worker is told from the one before it, which may have been killed.
        let worker = format!(
            "{}-{}",
            std::process::id(),
            ulid::Ulid::generate().to_string().to_lowercase()
        );
        let hub = Self::new(
            store,
            media,
            destinations,
            wire,
            Clock::System,
            Tuning::default(),
            worker,
        );
        hub.announce().await?;
        Ok(hub)
    }
}
