//! The configured destinations of this process.

use std::{collections::BTreeMap, sync::Arc};

use yigao_channel::Channel;
use yigao_core::{DestinationId, Digest};

/// One configured destination.
#[derive(Clone, Debug)]
pub struct Destination {
    pub id: DestinationId,
    /// As people know it: 局网站.
    pub name: String,
    /// Kind of channel: `website`.
    pub kind: &'static str,
    /// The place of record, whose address the others print.
    pub home: bool,
    /// Its picture for items that have none; in the media folder.
    pub cover: Option<Digest>,
    pub channel: Arc<dyn Channel>,
}

impl Destination {
    /// A destination that is not the place of record; its profile states its kind.
    pub fn new(id: DestinationId, name: impl Into<String>, channel: Arc<dyn Channel>) -> Self {
        Self {
            kind: channel.profile().channel,
            id,
            name: name.into(),
            home: false,
            cover: None,
            channel,
        }
    }

    /// The same as the place of record.
    #[must_use]
    pub fn as_home(mut self) -> Self {
        self.home = true;
        self
    }
}

/// All of them, by name.
#[derive(Clone, Debug, Default)]
pub struct Destinations {
    by_id: BTreeMap<DestinationId, Destination>,
}

impl Destinations {
    /// These destinations.
    pub fn new(all: impl IntoIterator<Item = Destination>) -> Self {
        Self {
            by_id: all.into_iter().map(|d| (d.id.clone(), d)).collect(),
        }
    }

    /// The destination of this name.
    pub fn get(&self, id: &DestinationId) -> Option<&Destination> {
        self.by_id.get(id)
    }

    /// All destinations: the place of record first, then by name.
    pub fn iter(&self) -> impl Iterator<Item = &Destination> {
        let home = self.by_id.values().filter(|d| d.home);
        home.chain(self.by_id.values().filter(|d| !d.home))
    }

    /// The place of record, if one is configured.
    pub fn home(&self) -> Option<&Destination> {
        self.by_id.values().find(|d| d.home)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }
}
