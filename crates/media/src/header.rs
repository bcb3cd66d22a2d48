//! The structure of picture files, walked without decoding a pixel.

mod bmp;
mod gif;
mod jpeg;
mod png;
mod tiff;
mod webp;

use image::metadata::Orientation;

pub(crate) use jpeg::XMP_LEAD as JPEG_XMP_LEAD;
pub(crate) use png::XMP_KEYWORD as PNG_XMP_KEYWORD;

use crate::error::MediaError;
use crate::kind::{kind_of, picture_kind};
use crate::limits::Limits;

/// Longest metadata block that is examined, in bytes; longer ones count as absent.
const MAX_BLOCK: usize = 256 * 1024;

/// What the structure states.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Header<'a> {
    /// Width in pixels as stored.
    pub width: u32,
    /// Height in pixels as stored.
    pub height: u32,
    /// TIFF block of EXIF, without the lead-in.
    pub exif: Option<&'a [u8]>,
    /// XMP packet.
    pub xmp: Option<&'a [u8]>,
    /// Length of the file up to the end of the picture; `None` when the end is missing.
    pub end: Option<usize>,
    /// Frames of an animation, pages of a TIFF; 0 or 1 for a single picture. They are counted, never decoded.
    pub frames: u32,
}

impl Header<'_> {
    /// How the stored pixels are to be turned.
    pub(crate) fn orientation(&self) -> Orientation {
        self.exif
            .and_then(Orientation::from_exif_chunk)
            .unwrap_or(Orientation::NoTransforms)
    }
}

/// Reads the header of any picture and checks it: bytes, then size, then completeness, so that a
/// hostile header is refused before the walk to the end.
pub(crate) fn read<'a>(
    bytes: &'a [u8],
    limits: &Limits,
) -> Result<(&'static str, Header<'a>), MediaError> {
    limits.check_bytes(bytes)?;
    let Some(media_type) = picture_kind(bytes) else {
        let found = kind_of(bytes);
        return Err(MediaError::NotAPicture { found });
    };
    let check = |width, height| limits.check_size(width, height);
    let header = match media_type {
        "image/jpeg" => jpeg::read(bytes, check)?,
        "image/png" => png::read(bytes, check)?,
        "image/gif" => gif::read(bytes, check)?,
        "image/bmp" => bmp::read(bytes, check)?,
        "image/tiff" => tiff::read(bytes, check)?,
        _ => webp::read(bytes, check)?,
    };
    if header.end.is_none() {
        return Err(truncated(media_type, bytes));
    }
    Ok((media_type, header))
}

fn truncated(media_type: &'static str, bytes: &[u8]) -> MediaError {
    MediaError::Truncated {
        media_type,
        bytes: bytes.len() as u64,
    }
}

fn small(block: &[u8]) -> Option<&[u8]> {
    (block.len() <= MAX_BLOCK).then_some(block)
}
