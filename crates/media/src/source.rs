//! A decoded original, ready to have derivatives made of it.

use std::io::Cursor;

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, RgbImage, RgbaImage};

use crate::colour::ToSrgb;
use crate::crop::CropBox;
use crate::error::MediaError;
use crate::header;
use crate::inspect::swaps_sides;
use crate::limits::Limits;
use crate::rights::Rights;

/// A picture decoded once, for many derivatives. Of animations it holds the first frame.
#[derive(Debug)]
pub struct Source {
    /// Pixels as stored: turning the small result is cheaper than turning the original.
    pixels: Pixels,
    orientation: Orientation,
    to_srgb: Option<ToSrgb>,
    rights: Rights,
}

/// Eight bits a channel, with or without transparency.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Pixels {
    Rgb(RgbImage),
    Rgba(RgbaImage),
}

impl Source {
    /// Checks the header against `limits`, then decodes.
    ///
    /// # Errors
    /// As [`inspect`](crate::inspect()), [`MediaError::TooMuchMemory`] for pictures of 16 bits a channel beyond
    /// half the pixel limit, and [`MediaError::Broken`] when the pixels cannot be decoded.
    pub fn decode(bytes: &[u8], limits: &Limits) -> Result<Self, MediaError> {
        let (media_type, header) = header::read(bytes, limits)?;
        // What comes behind the end of the picture is not for the decoder.
        let bytes = header.end.and_then(|end| bytes.get(..end)).unwrap_or(bytes);
        let mut decoder = decoder(bytes, media_type, limits)?;
        if decoder.dimensions() != (header.width, header.height) {
            return Err(MediaError::Broken(
                "two headers of different sizes".to_owned(),
            ));
        }
        let to_srgb = decoder
            .icc_profile()
            .ok()
            .flatten()
            .and_then(|profile| ToSrgb::from_icc(&profile));
        let decoded = DynamicImage::from_decoder(decoder).map_err(undecodable)?;
        Ok(Self {
            pixels: Pixels::from_decoded(decoded),
            orientation: header.orientation(),
            to_srgb,
            rights: header.xmp.map(Rights::from_xmp).unwrap_or_default(),
        })
    }

    /// Width and height in pixels as seen.
    pub fn size(&self) -> (u32, u32) {
        let (width, height) = self.pixels.size();
        if swaps_sides(self.orientation) {
            (height, width)
        } else {
            (width, height)
        }
    }

    /// Rights and AI labels, which every derivative carries on.
    pub fn rights(&self) -> &Rights {
        &self.rights
    }

    /// The part `crop` of the picture as seen, `width` × `height` pixels large, in sRGB.
    pub(crate) fn render(
        &self,
        crop: CropBox,
        width: u32,
        height: u32,
    ) -> Result<Pixels, MediaError> {
        let (wanted_width, wanted_height) = if swaps_sides(self.orientation) {
            (height, width)
        } else {
            (width, height)
        };
        let stored = self.stored_box(crop);
        let mut pixels = self.pixels.resize(stored, wanted_width, wanted_height)?;
        if let Some(to_srgb) = &self.to_srgb {
            match &mut pixels {
                Pixels::Rgb(image) => to_srgb.apply(image, 3),
                Pixels::Rgba(image) => to_srgb.apply(image, 4),
            }
        }
        Ok(pixels.turned(self.orientation))
    }

    /// Where a box of the picture as seen is in the picture as stored.
    fn stored_box(&self, seen: CropBox) -> CropBox {
        let (width, height) = self.pixels.size();
        let mut found = if swaps_sides(self.orientation) {
            CropBox {
                x: seen.y,
                y: seen.x,
                width: seen.height,
                height: seen.width,
            }
        } else {
            seen
        };
        let (mirror_x, mirror_y) = match self.orientation {
            Orientation::NoTransforms | Orientation::Rotate90FlipH => (false, false),
            Orientation::FlipHorizontal | Orientation::Rotate270 => (true, false),
            Orientation::FlipVertical | Orientation::Rotate90 => (false, true),
            Orientation::Rotate180 | Orientation::Rotate270FlipH => (true, true),
        };
        if mirror_x {
            found.x = width.saturating_sub(found.x + found.width);
        }
        if mirror_y {
            found.y = height.saturating_sub(found.y + found.height);
        }
        found
    }
}

fn decoder<'a>(
    bytes: &'a [u8],
    media_type: &str,
    limits: &Limits,
) -> Result<impl ImageDecoder + use<'a>, MediaError> {
    let format =
        ImageFormat::from_mime_type(media_type).ok_or(MediaError::NotAPicture { found: None })?;
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut bounds = image::Limits::default();
    bounds.max_image_width = Some(limits.max_side);
    bounds.max_image_height = Some(limits.max_side);
    // Room for the decoder's own tables beside the pixels.
    bounds.max_alloc = Some(
        limits
            .max_decoded()
            .saturating_mul(2)
            .saturating_add(1 << 26),
    );
    reader.limits(bounds);
    let decoder = reader.into_decoder().map_err(undecodable)?;
    // The bound above does not stop every decoder from allocating its output: measured on PNG.
    let needed = decoder.total_bytes();
    if needed > limits.max_decoded() {
        return Err(MediaError::TooMuchMemory {
            bytes: needed,
            max: limits.max_decoded(),
        });
    }
    Ok(decoder)
}

/// What the decoder cannot read is not damaged, and another message says what to do.
fn undecodable(error: image::ImageError) -> MediaError {
    match error {
        image::ImageError::Unsupported(_) => {
            MediaError::Unsupported("the decoder does not know it")
        }
        other => broken(other),
    }
}

fn broken(error: impl std::fmt::Display) -> MediaError {
    MediaError::Broken(error.to_string())
}

/// Resizes pixels of one type. The library's untyped `resize` instantiates thirteen pixel types, which takes a minute to
/// compile; this takes the two in use.
fn resized<P: fast_image_resize::PixelTrait>(
    raw: &[u8],
    (from_width, from_height): (u32, u32),
    crop: CropBox,
    (width, height): (u32, u32),
) -> Result<Vec<u8>, MediaError> {
    use fast_image_resize::images::{TypedImage, TypedImageRef};
    use fast_image_resize::{ResizeOptions, Resizer};

    let from = TypedImageRef::<P>::from_buffer(from_width, from_height, raw).map_err(broken)?;
    let mut raw = vec![0; width as usize * height as usize * P::size()];
    let mut to = TypedImage::<P>::from_buffer(width, height, &mut raw).map_err(broken)?;
    // The default algorithm is Lanczos3, and colour is weighted by opacity.
    let options = ResizeOptions::new().crop(
        f64::from(crop.x),
        f64::from(crop.y),
        f64::from(crop.width),
        f64::from(crop.height),
    );
    Resizer::new()
        .resize_typed(&from, &mut to, &options)
        .map_err(broken)?;
    Ok(raw)
}

impl Pixels {
    fn from_decoded(decoded: DynamicImage) -> Self {
        if !decoded.color().has_alpha() {
            return Self::Rgb(decoded.into_rgb8());
        }
        let image = decoded.into_rgba8();
        // Screenshots carry a channel of nothing but "opaque".
        if image.pixels().all(|pixel| pixel.0.last() == Some(&255)) {
            Self::Rgb(DynamicImage::ImageRgba8(image).into_rgb8())
        } else {
            Self::Rgba(image)
        }
    }

    pub(crate) fn size(&self) -> (u32, u32) {
        match self {
            Self::Rgb(image) => image.dimensions(),
            Self::Rgba(image) => image.dimensions(),
        }
    }

    fn resize(&self, crop: CropBox, width: u32, height: u32) -> Result<Self, MediaError> {
        use fast_image_resize::pixels::{U8x3, U8x4};

        let size = self.size();
        let made = match self {
            Self::Rgb(image) => {
                let raw = resized::<U8x3>(image.as_raw(), size, crop, (width, height))?;
                RgbImage::from_raw(width, height, raw).map(Self::Rgb)
            }
            Self::Rgba(image) => {
                let raw = resized::<U8x4>(image.as_raw(), size, crop, (width, height))?;
                RgbaImage::from_raw(width, height, raw).map(Self::Rgba)
            }
        };
        made.ok_or_else(|| MediaError::Broken("the resized picture has the wrong size".to_owned()))
    }

    fn turned(self, orientation: Orientation) -> Self {
        let mut image = match self {
            Self::Rgb(image) => DynamicImage::ImageRgb8(image),
            Self::Rgba(image) => DynamicImage::ImageRgba8(image),
        };
        image.apply_orientation(orientation);
        match image {
            DynamicImage::ImageRgba8(image) => Self::Rgba(image),
            other => Self::Rgb(other.into_rgb8()),
        }
    }

    /// Without transparency: what shines through is white.
    pub(crate) fn on_white(self) -> RgbImage {
        let image = match self {
            Self::Rgb(image) => return image,
            Self::Rgba(image) => image,
        };
        let mut flat = RgbImage::new(image.width(), image.height());
        for (to, from) in flat.pixels_mut().zip(image.pixels()) {
            let [r, g, b, a] = from.0;
            let mix = |c: u8| {
                ((u32::from(c) * u32::from(a) + 255 * u32::from(255 - a) + 127) / 255) as u8
            };
            to.0 = [mix(r), mix(g), mix(b)];
        }
        flat
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_orientation_cuts_what_is_seen() {
        let stored = RgbImage::from_fn(7, 5, |x, y| image::Rgb([x as u8 * 30, y as u8 * 40, 9]));
        let crop = CropBox {
            x: 1,
            y: 2,
            width: 3,
            height: 2,
        };
        for exif in 1..=8 {
            let orientation = Orientation::from_exif(exif).unwrap();
            let source = Source {
                pixels: Pixels::Rgb(stored.clone()),
                orientation,
                to_srgb: None,
                rights: Rights::default(),
            };
            let mut seen = DynamicImage::ImageRgb8(stored.clone());
            seen.apply_orientation(orientation);
            assert_eq!(
                source.size(),
                (seen.width(), seen.height()),
                "orientation {exif}"
            );
            let want = seen
                .crop_imm(crop.x, crop.y, crop.width, crop.height)
                .into_rgb8();
            let got = source.render(crop, crop.width, crop.height).unwrap();
            assert_eq!(got, Pixels::Rgb(want), "orientation {exif}");
        }
    }
}
