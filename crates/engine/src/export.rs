//! 导出: the newest version of an item with its files, in a form that can be imported again.

use std::collections::BTreeMap;

use yigao_core::{ItemId, Version};
use yigao_formats::{Bundle, Format, write};

use crate::{hub::Hub, ingest::IngestError};

/// A version and the files that express it.
#[derive(Clone, Debug)]
pub struct Exported {
    pub version: Version,
    pub bundle: Bundle,
}

impl Hub {
    /// Writes the newest version of an item in `format`, into memory.
    ///
    /// # Errors
    /// When there is no such item, a file of it cannot be read, or the format cannot express it.
    pub async fn export(&self, item: &ItemId, format: Format) -> Result<Exported, IngestError> {
        let version = self.store.version(item, None).await?;
        let mut files = BTreeMap::new();
        for digest in version.content.assets.keys() {
            files.insert(digest.clone(), self.media.get(digest).await?);
        }
        let bundle = write(&version, format, &|digest| files.get(digest).cloned())
            .map_err(|problem| IngestError::Problems(vec![problem]))?;
        Ok(Exported { version, bundle })
    }
}
