//! One original, one specification, one derivative within its budget.

use yigao_core::asset::{DerivativeSpec, Made, PictureFormat};
use yigao_core::digest::Digest;

use crate::budget::{FLOOR, Outcome, search};
use crate::crop::{CropBox, crop_box, fit_within};
use crate::encode;
use crate::error::MediaError;
use crate::source::Source;

/// Where the search begins: the quality most budgets end near.
const START: u8 = 75;
/// Where it begins once the width had to give way: the floor was just too large.
const START_SHRUNK: u8 = 45;
/// Times the width may shrink to four fifths; six leave about a quarter.
const MAX_SHRINKS: u32 = 6;

/// A finished derivative with its bytes.
#[derive(Clone, Debug, PartialEq)]
pub struct Derived {
    /// What was made, as the rendition records it.
    pub made: Made,
    /// The file.
    pub bytes: Vec<u8>,
    /// JPEG quality, 30 to 90; 100 for PNG.
    pub quality: u8,
    /// Part of the byte budget that is used, 0 to 1.
    pub fill: f32,
    /// The budget forced fewer pixels than the specification allows.
    pub shrunk: bool,
}

/// One try at a size.
enum Try {
    Fits { bytes: Vec<u8>, quality: u8 },
    TooLarge(u64),
}

impl Source {
    /// Makes the derivative `spec` asks for: cut to the ratio round the focus, resized (never enlarged),
    /// turned upright, in sRGB, within the byte budget, with rights and AI labels as the only metadata.
    /// Equal originals and specifications give equal bytes.
    ///
    /// # Errors
    /// [`MediaError::BadSpec`] for a nought in the specification, [`MediaError::BudgetTooSmall`] when neither
    /// the lowest quality nor a quarter of the width fits.
    pub fn derive(&self, spec: &DerivativeSpec) -> Result<Derived, MediaError> {
        check(spec)?;
        let (seen_width, seen_height) = self.size();
        let crop = crop_box(seen_width, seen_height, spec.crop, spec.focus);
        let (mut width, mut height) =
            fit_within(crop.width, crop.height, spec.max_width, spec.max_height);
        let xmp = self.rights().to_xmp();
        let mut smallest = u64::MAX;
        for shrinks in 0..=MAX_SHRINKS {
            let shrunk = shrinks > 0;
            if shrunk {
                (width, height) = fit_within(
                    crop.width,
                    crop.height,
                    (width * 4 / 5).max(1),
                    spec.max_height,
                );
            }
            match self.attempt(spec, crop, (width, height), shrunk, xmp.as_deref())? {
                Try::Fits { bytes, quality } => {
                    return Ok(finish(spec, bytes, quality, (width, height), shrunk));
                }
                Try::TooLarge(size) => smallest = size,
            }
        }
        Err(MediaError::BudgetTooSmall {
            max_bytes: spec.max_bytes,
            smallest,
            width,
            height,
        })
    }

    fn attempt(
        &self,
        spec: &DerivativeSpec,
        crop: CropBox,
        (width, height): (u32, u32),
        shrunk: bool,
        xmp: Option<&str>,
    ) -> Result<Try, MediaError> {
        let pixels = self.render(crop, width, height)?;
        if spec.format == PictureFormat::Png {
            let bytes = encode::png(&pixels, xmp)?;
            let size = bytes.len() as u64;
            return Ok(if size <= spec.max_bytes {
                Try::Fits {
                    bytes,
                    quality: 100,
                }
            } else {
                Try::TooLarge(size)
            });
        }
        let flat = pixels.on_white();
        let start = if shrunk {
            START_SHRUNK.max(FLOOR)
        } else {
            START
        };
        let outcome = search(spec.max_bytes, start, |quality| {
            encode::jpeg(&flat, quality, xmp)
        })?;
        Ok(match outcome {
            Outcome::Fits(fit) => Try::Fits {
                bytes: fit.bytes,
                quality: fit.quality,
            },
            Outcome::TooLarge(size) => Try::TooLarge(size),
        })
    }
}

fn check(spec: &DerivativeSpec) -> Result<(), MediaError> {
    if spec.max_width == 0 || spec.max_height == Some(0) {
        return Err(MediaError::BadSpec("a side of 0 pixels".to_owned()));
    }
    if let Some(ratio) = spec.crop
        && (ratio.w == 0 || ratio.h == 0)
    {
        return Err(MediaError::BadSpec(format!(
            "a ratio of {}:{}",
            ratio.w, ratio.h
        )));
    }
    Ok(())
}

fn finish(
    spec: &DerivativeSpec,
    bytes: Vec<u8>,
    quality: u8,
    size: (u32, u32),
    shrunk: bool,
) -> Derived {
    let (media_type, extension) = match spec.format {
        PictureFormat::Jpeg => ("image/jpeg", "jpg"),
        PictureFormat::Png => ("image/png", "png"),
    };
    let digest = Digest::of_bytes(&bytes);
    let stem = digest.as_str().get(..16).unwrap_or_default();
    let file_name = format!("{stem}.{extension}");
    Derived {
        made: Made {
            media_type: media_type.to_owned(),
            bytes: bytes.len() as u64,
            width: Some(size.0),
            height: Some(size.1),
            file_name,
            digest,
        },
        quality,
        fill: (bytes.len() as f64 / spec.max_bytes.max(1) as f64) as f32,
        shrunk,
        bytes,
    }
}

#[cfg(test)]
mod tests;
