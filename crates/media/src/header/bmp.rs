//! BMP: two headers, then rows.

use super::{Header, truncated};
use crate::error::MediaError;
use crate::reader::{le16, le32};

/// The header of OS/2, whose sides have two bytes each.
const OLD_HEADER: u32 = 12;
/// How the rows are stored: as they are (plain, or with masks), or by run length.
const PLAIN: [u32; 3] = [0, 3, 6];
const RUN_LENGTH: [u32; 2] = [1, 2];

pub(super) fn read(
    bytes: &[u8],
    check: impl Fn(u32, u32) -> Result<(), MediaError>,
) -> Result<Header<'_>, MediaError> {
    let cut = || truncated("image/bmp", bytes);
    let long = |at| le32(bytes, at).ok_or_else(cut);
    let short = |at| le16(bytes, at).ok_or_else(cut);
    let (width, height, bits, storage) = if long(14)? == OLD_HEADER {
        (u32::from(short(18)?), u32::from(short(20)?), short(24)?, 0)
    } else {
        // A height below nought means that the rows run from the top.
        let height = long(22)?.cast_signed().unsigned_abs();
        (long(18)?, height, short(28)?, long(30)?)
    };
    check(width, height)?;
    let (claimed, rows) = (long(2)? as usize, long(10)?);
    let end = if PLAIN.contains(&storage) {
        let row = (u64::from(width) * u64::from(bits)).div_ceil(32) * 4;
        let needed = u64::from(rows).saturating_add(row.saturating_mul(u64::from(height)));
        let needed = usize::try_from(needed).unwrap_or(usize::MAX);
        let whole = if (needed..=bytes.len()).contains(&claimed) {
            claimed
        } else {
            needed
        };
        (whole <= bytes.len()).then_some(whole)
    } else if RUN_LENGTH.contains(&storage) {
        // Only the decoder finds where the rows end; some writers leave the size of the file at nought.
        match claimed {
            0 => Some(bytes.len()),
            claimed => (claimed <= bytes.len()).then_some(claimed),
        }
    } else {
        return Err(MediaError::Unsupported("a BMP that wraps another format"));
    };
    Ok(Header {
        width,
        height,
        end,
        ..Header::default()
    })
}
