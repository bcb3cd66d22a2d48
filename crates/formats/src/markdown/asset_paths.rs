//! Where the originals are inside a bundle.

use std::collections::BTreeMap;

use yigao_core::Digest;

/// Paths of the originals inside the bundle.
pub(crate) type Names = BTreeMap<Digest, String>;

/// The path an original was written to.
pub(crate) fn path<'a>(names: &'a Names, digest: &'a Digest) -> &'a str {
    names.get(digest).map_or(digest.as_str(), String::as_str)
}
