//! An engine on embedded defaults: everything in one folder, no queue, the machine's clock. For programs of one's own.

use std::path::{Path, PathBuf};

use yigao_channel::Secret;
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

/// Where the ledger of an engine is.
#[derive(Clone, Debug)]
pub enum LedgerPlace {
    /// A SQLite file.
    File(PathBuf),
    /// A PostgreSQL database, by its address (`postgres://…`), which may hold a password.
    Postgres(Secret),
}

/// What an engine is opened on.
#[derive(Clone, Debug)]
pub struct HubSettings {
    pub ledger: LedgerPlace,
    /// The folder of assets and derivatives.
    pub media: PathBuf,
    /// Hosts of private networks that may be called.
    pub private_hosts: PrivateHosts,
    pub tuning: Tuning,
    /// Pictures that destinations lend to items without one.
    pub covers: Vec<Vec<u8>>,
}

impl Hub {
    /// Opens (or makes) ledger and media. The destinations are not yet known to the ledger: [`Hub::announce`] does that.
    ///
    /// # Errors
    /// [`OpenError`] when the ledger, the media folder or the HTTP client cannot be had.
    pub async fn open(
        settings: HubSettings,
        destinations: Destinations,
        clock: Clock,
    ) -> Result<Self, OpenError> {
        let store = match &settings.ledger {
            LedgerPlace::File(path) => Store::open(path).await?,
            LedgerPlace::Postgres(address) => Store::connect(address.reveal()).await?,
        };
        let media = MediaFolder::open(&settings.media).await?;
        for cover in &settings.covers {
            media.put(cover).await?;
        }
        let wire = Wire::new(store.clone(), clock.clone(), settings.private_hosts)?;
        // Never the same name twice: a worker is distinguished from the one before it, which may have been killed.
        let worker = format!(
            "{}-{}",
            std::process::id(),
            ulid::Ulid::generate().to_string().to_lowercase()
        );
        Ok(Self::new(
            store,
            media,
            destinations,
            wire,
            clock,
            settings.tuning,
            worker,
        ))
    }

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
        let settings = HubSettings {
            ledger: LedgerPlace::File(folder.join("ledger.db")),
            media: folder.join("media"),
            private_hosts,
            tuning: Tuning::default(),
            covers: Vec::new(),
        };
        let hub = Self::open(settings, destinations, Clock::System).await?;
        hub.announce().await?;
        Ok(hub)
    }
}
