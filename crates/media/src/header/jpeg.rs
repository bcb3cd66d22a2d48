//! JPEG: markers and segments (ITU-T T.81 annex B).

use super::{Header, small, truncated};
use crate::error::MediaError;
use crate::reader::{be16, take};

/// A progressive picture has about ten scans; each one is a pass over all its blocks.
const MAX_SCANS: usize = 100;

pub(crate) const XMP_LEAD: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
const EXIF_LEAD: &[u8] = b"Exif\0\0";

const SOI: u8 = 0xd8;
const EOI: u8 = 0xd9;
const SOS: u8 = 0xda;
const APP1: u8 = 0xe1;

pub(super) fn read(
    bytes: &[u8],
    check: impl Fn(u32, u32) -> Result<(), MediaError>,
) -> Result<Header<'_>, MediaError> {
    let cut = || truncated("image/jpeg", bytes);
    let mut header = Header::default();
    let mut at = 2;
    let mut scans = 0;
    // Components of a sequential frame; a progressive one may scan them one by one.
    let mut sequential = None;
    while let Some((marker, after)) = next_marker(bytes, at)? {
        match marker {
            EOI => {
                header.end = Some(after);
                break;
            }
            // Parameterless markers: SOI again, TEM, restarts.
            SOI | 0x01 | 0xd0..=0xd7 => {
                at = after;
                continue;
            }
            _ => {}
        }
        let len = usize::from(be16(bytes, after).ok_or_else(cut)?);
        if len < 2 {
            return Err(MediaError::Broken(format!(
                "JPEG segment {marker:#04x} of length {len}"
            )));
        }
        let body = take(bytes, after + 2, len - 2).ok_or_else(cut)?;
        at = after + len;
        match marker {
            // All frame headers; c4, c8 and cc are tables and an extension.
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                let height = be16(body, 1).ok_or_else(cut)?;
                let width = be16(body, 3).ok_or_else(cut)?;
                check(u32::from(width), u32::from(height))?;
                (header.width, header.height) = (u32::from(width), u32::from(height));
                sequential = body.get(5).filter(|_| marker < 0xc2);
            }
            APP1 => read_app1(body, &mut header),
            SOS => {
                // zune-jpeg 0.5.15 decodes these to garbage without a word (its issues 419 and 422).
                if body.first() < sequential {
                    let what = "a JPEG of one scan a component";
                    return Err(MediaError::Unsupported(what));
                }
                scans += 1;
                if scans > MAX_SCANS {
                    return Err(MediaError::Broken(format!(
                        "a JPEG of more than {MAX_SCANS} scans"
                    )));
                }
                at = skip_scan(bytes, at);
            }
            _ => {}
        }
    }
    if header.end.is_some() && header.width == 0 {
        return Err(MediaError::Broken(
            "a JPEG without a frame header".to_owned(),
        ));
    }
    Ok(header)
}

/// The marker at `at`, fill bytes skipped, and the place after it.
fn next_marker(bytes: &[u8], at: usize) -> Result<Option<(u8, usize)>, MediaError> {
    let Some(first) = bytes.get(at) else {
        return Ok(None);
    };
    if *first != 0xff {
        return Err(MediaError::Broken(format!(
            "JPEG marker expected at byte {at}"
        )));
    }
    let rest = bytes.get(at..).unwrap_or_default();
    let Some(fill) = rest.iter().position(|b| *b != 0xff) else {
        return Ok(None);
    };
    Ok(rest.get(fill).map(|marker| (*marker, at + fill + 1)))
}

fn read_app1<'a>(body: &'a [u8], header: &mut Header<'a>) {
    if let Some(exif) = body.strip_prefix(EXIF_LEAD) {
        header.exif = header.exif.or_else(|| small(exif));
    } else if let Some(xmp) = body.strip_prefix(XMP_LEAD) {
        header.xmp = header.xmp.or_else(|| small(xmp));
    }
}

/// The place of the next marker that is neither a stuffed byte nor a restart.
fn skip_scan(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let Some(found) = rest.iter().position(|b| *b == 0xff) else {
            return bytes.len();
        };
        at += found;
        match bytes.get(at + 1) {
            Some(0x00 | 0xd0..=0xd7) => at += 2,
            Some(0xff) => at += 1,
            Some(_) => return at,
            None => return bytes.len(),
        }
    }
}
