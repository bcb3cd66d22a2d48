//! PNG: chunks.

use super::{Header, small, truncated};
use crate::error::MediaError;
use crate::reader::{be32, take};

pub(crate) const XMP_KEYWORD: &[u8] = b"XML:com.adobe.xmp\0";

pub(super) fn read(
    bytes: &[u8],
    check: impl Fn(u32, u32) -> Result<(), MediaError>,
) -> Result<Header<'_>, MediaError> {
    let mut header = Header::default();
    let mut at = 8;
    while let (Some(len), Some(name)) = (be32(bytes, at), take(bytes, at + 4, 4)) {
        let Some(body) = take(bytes, at + 8, len as usize) else {
            break;
        };
        match name {
            b"IHDR" => {
                let cut = || truncated("image/png", bytes);
                header.width = be32(body, 0).ok_or_else(cut)?;
                header.height = be32(body, 4).ok_or_else(cut)?;
                check(header.width, header.height)?;
            }
            _ if header.width == 0 => {
                return Err(MediaError::Broken(
                    "a PNG that does not begin with IHDR".to_owned(),
                ));
            }
            b"eXIf" => header.exif = header.exif.or_else(|| small(body)),
            b"iTXt" => header.xmp = header.xmp.or_else(|| xmp(body)),
            // One control chunk a frame: what the acTL chunk claims need not be true.
            b"fcTL" => header.frames = header.frames.saturating_add(1),
            b"IEND" => {
                // The check sum closes the chunk; a file that stops before it is cut off.
                header.end = take(bytes, at + 8, 4).map(|_| at + 12);
                break;
            }
            _ => {}
        }
        at = at.saturating_add(12).saturating_add(body.len());
    }
    Ok(header)
}

/// The packet of an uncompressed iTXt chunk: keyword, two flags, language, translated keyword, text.
/// The XMP specification allows no compression there.
fn xmp(body: &[u8]) -> Option<&[u8]> {
    let rest = body.strip_prefix(XMP_KEYWORD)?.strip_prefix(b"\0\0")?;
    let language_end = rest.iter().position(|b| *b == 0)?;
    let rest = rest.get(language_end + 1..)?;
    let keyword_end = rest.iter().position(|b| *b == 0)?;
    small(rest.get(keyword_end + 1..)?)
}
