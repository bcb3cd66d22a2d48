//! What a picture may be before anything of it is decoded.

use serde::{Deserialize, Serialize};

use crate::error::MediaError;

/// A strip that is not higher, in pixels, and too wide for a picture is a line that somebody drew between paragraphs.
const DIVIDER_HEIGHT: u32 = 20;

/// Upper bounds for a picture, checked on the header alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Largest file in bytes.
    pub max_bytes: u64,
    /// Largest width × height in pixels.
    pub max_pixels: u64,
    /// Longest side in pixels.
    pub max_side: u32,
    /// Longest side divided by the shortest.
    pub max_ratio: u32,
}

impl Default for Limits {
    /// 60 MB, 100 megapixels, sides of 30,000 pixels, 50 : 1.
    fn default() -> Self {
        Self {
            max_bytes: 60_000_000,
            max_pixels: 100_000_000,
            max_side: 30_000,
            max_ratio: 50,
        }
    }
}

impl Limits {
    /// Memory for the pixels of the largest picture, in bytes: four for a pixel.
    pub(crate) fn max_decoded(&self) -> u64 {
        self.max_pixels.saturating_mul(4)
    }

    pub(crate) fn check_bytes(&self, bytes: &[u8]) -> Result<(), MediaError> {
        let size = bytes.len() as u64;
        if size > self.max_bytes {
            return Err(MediaError::TooManyBytes {
                bytes: size,
                max: self.max_bytes,
            });
        }
        Ok(())
    }

    pub(crate) fn check_size(&self, width: u32, height: u32) -> Result<(), MediaError> {
        if width == 0 || height == 0 {
            return Err(MediaError::Broken(format!(
                "the header states {width}×{height} pixels"
            )));
        }
        if u64::from(width) * u64::from(height) > self.max_pixels {
            let max = self.max_pixels;
            return Err(MediaError::TooManyPixels { width, height, max });
        }
        let (long, short) = (width.max(height), width.min(height));
        if long > self.max_side {
            let max = self.max_side;
            return Err(MediaError::SideTooLong { width, height, max });
        }
        if u64::from(long) > u64::from(short) * u64::from(self.max_ratio) {
            if width > height && height <= DIVIDER_HEIGHT {
                return Err(MediaError::Divider { width, height });
            }
            let max = self.max_ratio;
            return Err(MediaError::TooNarrow { width, height, max });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_bound_has_its_own_error() {
        let limits = Limits::default();
        assert_eq!(limits.check_size(10_000, 10_000), Ok(()));
        assert!(matches!(
            limits.check_size(10_000, 10_001),
            Err(MediaError::TooManyPixels { .. })
        ));
        assert!(matches!(
            limits.check_size(30_001, 1_000),
            Err(MediaError::SideTooLong { max: 30_000, .. })
        ));
        assert!(matches!(
            limits.check_size(10, 501),
            Err(MediaError::TooNarrow { max: 50, .. })
        ));
        assert!(matches!(
            limits.check_size(0, 5),
            Err(MediaError::Broken(_))
        ));
    }

    #[test]
    fn a_line_between_paragraphs_is_told_from_a_strip() {
        let limits = Limits::default();
        let (width, height) = (900, 3);
        let divider = Err(MediaError::Divider { width, height });
        assert_eq!(limits.check_size(900, 3), divider);
        assert!(matches!(limits.check_size(1_050, 21), Ok(())));
        assert!(matches!(
            limits.check_size(1_100, 21),
            Err(MediaError::TooNarrow { .. })
        ));
        // A line that stands upright divides no paragraphs.
        assert!(matches!(
            limits.check_size(3, 900),
            Err(MediaError::TooNarrow { .. })
        ));
    }
}
