//! Pixels to files that carry nothing but pixels and the allow-listed XMP.

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder, RgbImage};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

use crate::error::MediaError;
use crate::header::{JPEG_XMP_LEAD, PNG_XMP_KEYWORD};
use crate::source::Pixels;

/// Baseline JPEG, 4:2:0. The standard Huffman tables cost a few per cent; tables of its own would make this
/// encoder write one scan a component, which zune-jpeg (up to 0.5.15, and so `image`) decodes to garbage.
pub(crate) fn jpeg(
    image: &RgbImage,
    quality: u8,
    xmp: Option<&str>,
) -> Result<Vec<u8>, MediaError> {
    let side = |side: u32| {
        u16::try_from(side).map_err(|_| {
            MediaError::BadSpec(format!("a JPEG side of {side} pixels, at most 65535"))
        })
    };
    let (width, height) = (side(image.width())?, side(image.height())?);
    let mut out = Vec::new();
    let mut encoder = Encoder::new(&mut out, quality);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    if let Some(xmp) = xmp {
        let segment = [JPEG_XMP_LEAD, xmp.as_bytes()].concat();
        encoder.add_app_segment(1, segment).map_err(failed)?;
    }
    encoder
        .encode(image, width, height, ColorType::Rgb)
        .map_err(failed)?;
    Ok(out)
}

/// PNG of 8 bits a channel.
pub(crate) fn png(pixels: &Pixels, xmp: Option<&str>) -> Result<Vec<u8>, MediaError> {
    let mut out = Vec::new();
    let encoder =
        PngEncoder::new_with_quality(&mut out, CompressionType::Default, FilterType::Adaptive);
    let (width, height) = pixels.size();
    match pixels {
        Pixels::Rgb(image) => encoder.write_image(image, width, height, ExtendedColorType::Rgb8),
        Pixels::Rgba(image) => encoder.write_image(image, width, height, ExtendedColorType::Rgba8),
    }
    .map_err(failed)?;
    if let Some(xmp) = xmp {
        // Signature (8) and IHDR (25) come first, text may follow at once.
        out.splice(33..33, text_chunk(xmp));
    }
    Ok(out)
}

fn failed(error: impl std::fmt::Display) -> MediaError {
    MediaError::Broken(format!("encoding failed: {error}"))
}

/// An uncompressed iTXt chunk.
fn text_chunk(xmp: &str) -> Vec<u8> {
    // Keyword, two flags of no compression, no language, no translated keyword.
    let body = [PNG_XMP_KEYWORD, b"\0\0\0\0", xmp.as_bytes()].concat();
    chunk(b"iTXt", &body)
}

/// A PNG chunk: length, name, body, check sum.
pub(crate) fn chunk(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let len = u32::try_from(body.len()).unwrap_or(u32::MAX);
    let checked = [name.as_slice(), body].concat();
    let sum = crc32(&checked);
    [&len.to_be_bytes(), checked.as_slice(), &sum.to_be_bytes()].concat()
}

/// CRC-32 of the PNG specification, bit by bit: the text is a few kilobytes.
fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            let carry = crc & 1;
            crc = (crc >> 1) ^ (0xedb8_8320 * carry);
        }
    }
    !crc
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_sum_of_the_standard_text() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(chunk(b"IEND", b""), b"\0\0\0\0IEND\xae\x42\x60\x82");
    }
}
