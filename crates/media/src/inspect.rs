//! What a picture is, read from its header.

use serde::{Deserialize, Serialize};

use crate::error::MediaError;
use crate::header;
use crate::limits::Limits;
use crate::rights::Rights;

/// A picture as its header describes it. No pixel has been decoded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    /// Media type by content: `image/jpeg`, `image/png`, `image/webp`, `image/gif`, `image/bmp`, `image/tiff`.
    pub media_type: String,
    /// Width in pixels as seen (orientation applied).
    pub width: u32,
    /// Height in pixels as seen (orientation applied).
    pub height: u32,
    /// More than one frame that is shown after another.
    pub animated: bool,
    /// Frames of an animation or pages of a TIFF, at least 1. A derivative shows the first one.
    pub frames: u32,
    /// Bytes behind the end of the picture: a phone's second picture, a film, or something smuggled in.
    /// They never reach a derivative; a file that is passed through unchanged still carries them.
    pub tail_bytes: u64,
    /// Who made and owns it, and its AI labels.
    pub rights: Rights,
}

/// Reads the header of a picture and its metadata, without decoding pixels.
///
/// # Errors
/// [`MediaError::NotAPicture`] for anything but JPEG, PNG, WebP, GIF, BMP and TIFF by content; the limits' errors;
/// [`MediaError::Truncated`] when the end of the picture is missing; [`MediaError::Broken`] when the
/// structure contradicts itself.
pub fn inspect(bytes: &[u8], limits: &Limits) -> Result<Picture, MediaError> {
    let (media_type, header) = header::read(bytes, limits)?;
    let (width, height) = if swaps_sides(header.orientation()) {
        (header.height, header.width)
    } else {
        (header.width, header.height)
    };
    let end = header.end.unwrap_or(bytes.len());
    Ok(Picture {
        media_type: media_type.to_owned(),
        width,
        height,
        animated: header.frames > 1 && media_type != "image/tiff",
        frames: header.frames.max(1),
        tail_bytes: bytes.len().saturating_sub(end) as u64,
        rights: header.xmp.map(Rights::from_xmp).unwrap_or_default(),
    })
}

/// Whether turning exchanges width and height.
pub(crate) fn swaps_sides(orientation: image::metadata::Orientation) -> bool {
    // EXIF 5 to 8 are the quarter turns.
    orientation.to_exif() >= 5
}

#[cfg(test)]
mod tests;
