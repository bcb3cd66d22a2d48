//! WebP: RIFF chunks.

use super::{Header, small, truncated};
use crate::error::MediaError;
use crate::reader::{le16, le24, le32, take};

pub(super) fn read(
    bytes: &[u8],
    check: impl Fn(u32, u32) -> Result<(), MediaError>,
) -> Result<Header<'_>, MediaError> {
    let cut = || truncated("image/webp", bytes);
    let mut header = Header::default();
    let declared = le32(bytes, 4).ok_or_else(cut)? as usize;
    let end = declared.saturating_add(8);
    let mut at = 12;
    while let (Some(name), Some(len)) = (take(bytes, at, 4), le32(bytes, at + 4)) {
        if at >= end {
            break;
        }
        let len = len as usize;
        let body =
            take(bytes, at + 8, len.min(bytes.len().saturating_sub(at + 8))).unwrap_or_default();
        if let Some((width, height)) = size(name, body)
            && header.width == 0
        {
            check(width, height)?;
            (header.width, header.height) = (width, height);
        }
        match name {
            b"EXIF" => header.exif = small(body.strip_prefix(b"Exif\0\0").unwrap_or(body)),
            b"XMP " => header.xmp = small(body),
            b"ANMF" => header.frames = header.frames.saturating_add(1),
            _ => {}
        }
        // Chunks are padded to an even length.
        at = at
            .saturating_add(8)
            .saturating_add(len)
            .saturating_add(len & 1);
    }
    header.end = (end <= bytes.len() && at <= bytes.len().saturating_add(1)).then_some(end);
    if header.end.is_some() && header.width == 0 {
        return Err(MediaError::Broken("a WebP without a picture".to_owned()));
    }
    Ok(header)
}

/// Width and height of a chunk that states them.
fn size(name: &[u8], body: &[u8]) -> Option<(u32, u32)> {
    match name {
        b"VP8X" => Some((le24(body, 4)? + 1, le24(body, 7)? + 1)),
        b"VP8 " => {
            let side = |at| le16(body, at).map(|n| u32::from(n & 0x3fff));
            Some((side(6)?, side(8)?))
        }
        b"VP8L" => {
            let bits = le32(body, 1)?;
            Some(((bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1))
        }
        _ => None,
    }
}
