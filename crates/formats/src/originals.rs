//! The original files of an item, as they are written into a bundle.

use std::collections::BTreeSet;

use yigao_core::{Content, Digest};

use crate::problem::{Problem, words};

/// Path in the bundle, digest and bytes of every original, or the problem that one is missing.
pub(crate) fn originals(
    content: &Content,
    file: &dyn Fn(&Digest) -> Option<Vec<u8>>,
) -> Result<Vec<(String, Digest, Vec<u8>)>, Problem> {
    let mut taken = BTreeSet::new();
    let mut all = Vec::new();
    for (digest, asset) in &content.assets {
        let bytes = file(digest).ok_or_else(|| {
            Problem::new(
                &asset.name,
                "original_missing",
                words(
                    format!("素材库里没有“{}”的原件。", asset.name),
                    format!(
                        "The original of {:?} is not in the media folder.",
                        asset.name
                    ),
                ),
                words(
                    "请从备份恢复素材文件夹。",
                    "Restore the media folder from a backup.",
                ),
            )
        })?;
        // Two originals may have the same name; the digest then keeps them apart.
        let mut path = format!("assets/{}", asset.name);
        if !taken.insert(path.to_lowercase()) {
            path = format!("assets/{}/{}", digest.short(), asset.name);
        }
        all.push((path, digest.clone(), bytes));
    }
    Ok(all)
}
