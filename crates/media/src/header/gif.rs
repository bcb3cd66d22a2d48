//! GIF: blocks up to the trailer.

use super::{Header, truncated};
use crate::error::MediaError;
use crate::reader::{le16, take};

const TRAILER: u8 = 0x3b;
const IMAGE: u8 = 0x2c;
const EXTENSION: u8 = 0x21;

pub(super) fn read(
    bytes: &[u8],
    check: impl Fn(u32, u32) -> Result<(), MediaError>,
) -> Result<Header<'_>, MediaError> {
    let cut = || truncated("image/gif", bytes);
    let mut header = Header {
        width: u32::from(le16(bytes, 6).ok_or_else(cut)?),
        height: u32::from(le16(bytes, 8).ok_or_else(cut)?),
        ..Header::default()
    };
    check(header.width, header.height)?;
    let mut at = 13 + palette(*bytes.get(10).ok_or_else(cut)?);
    while let Some(block) = bytes.get(at) {
        match *block {
            TRAILER => {
                header.end = Some(at + 1);
                break;
            }
            EXTENSION => at = skip_blocks(bytes, at + 2).ok_or_else(cut)?,
            IMAGE => {
                header.frames = header.frames.saturating_add(1);
                // A frame larger than the screen would be allocated by its own size.
                let frame = take(bytes, at + 1, 9).ok_or_else(cut)?;
                check_frame(frame, &header)?;
                let flags = frame.last().copied().unwrap_or_default();
                at = skip_blocks(bytes, at + 11 + palette(flags)).ok_or_else(cut)?;
            }
            other => {
                return Err(MediaError::Broken(format!(
                    "GIF block {other:#04x} at byte {at}"
                )));
            }
        }
    }
    Ok(header)
}

/// Bytes of a colour table, from its flags.
fn palette(flags: u8) -> usize {
    if flags & 0x80 == 0 {
        0
    } else {
        3 << ((flags & 7) + 1)
    }
}

fn check_frame(frame: &[u8], screen: &Header<'_>) -> Result<(), MediaError> {
    let width = le16(frame, 4).map_or(0, u32::from);
    let height = le16(frame, 6).map_or(0, u32::from);
    if width > screen.width || height > screen.height {
        return Err(MediaError::Broken(format!(
            "a GIF frame of {width}×{height} on a screen of {}×{}",
            screen.width, screen.height
        )));
    }
    Ok(())
}

/// The place after a chain of sub-blocks.
fn skip_blocks(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        let len = usize::from(*bytes.get(at)?);
        at += 1 + len;
        if len == 0 {
            return Some(at);
        }
    }
}
