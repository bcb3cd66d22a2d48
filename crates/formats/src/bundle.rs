//! The files of one import, in memory: a folder's or an archive's.

use std::collections::BTreeMap;

/// Limits on what is taken in.
#[derive(Clone, Debug)]
pub struct BundleLimits {
    /// Files of one bundle.
    pub files_max: usize,
    /// Bytes of one file.
    pub file_bytes_max: u64,
    /// Bytes of all files, as read, not as declared.
    pub total_bytes_max: u64,
    /// Unpacked to packed.
    pub ratio_max: u64,
}

impl Default for BundleLimits {
    fn default() -> Self {
        Self {
            files_max: 500,
            file_bytes_max: 60 * 1024 * 1024,
            total_bytes_max: 150 * 1024 * 1024,
            ratio_max: 200,
        }
    }
}

/// Files by path inside the bundle, with `/`.
#[derive(Clone, Debug, Default)]
pub struct Bundle {
    /// Name of the folder or archive; the item's name when nothing better is given.
    pub name: String,
    pub files: BTreeMap<String, Vec<u8>>,
}

impl Bundle {
    pub fn from_zip(_: &str, _: &[u8], _: &BundleLimits) -> Result<Self, Vec<crate::Problem>> {
        Err(vec![])
    }
    pub fn check(&self, _: &BundleLimits) -> Result<(), Vec<crate::Problem>> {
        Ok(())
    }
}
