//! Tables and texts to be attached that old programs wrote: Excel saves CSV in GBK.

use yigao_core::Finding;
use yigao_media::kind_of;

use crate::{encoding, problem::Problem};

/// Longest attachment that is read as a text, in bytes.
const BYTES_MAX: usize = 8 * 1024 * 1024;

/// A table or text that is not UTF-8, as UTF-8 with a mark, by which spreadsheets and browsers know it; none for other files.
pub(super) fn as_utf8(path: &str, bytes: &[u8]) -> Result<Option<(Vec<u8>, Finding)>, Problem> {
    let lower = path.to_ascii_lowercase();
    let is_text = [".csv", ".txt"].iter().any(|end| lower.ends_with(end));
    let other = kind_of(bytes).is_some_and(|kind| !kind.starts_with("text/"));
    let is_utf8 = std::str::from_utf8(bytes).is_ok() && !bytes.contains(&0);
    if !is_text || other || is_utf8 {
        return Ok(None);
    }
    let decoded = encoding::decode(path, bytes, BYTES_MAX)?;
    let marked = format!("\u{feff}{}", decoded.text).into_bytes();
    Ok(decoded.finding.map(|finding| (marked, finding)))
}
