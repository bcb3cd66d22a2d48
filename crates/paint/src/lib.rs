#![doc = include_str!("../README.md")]

mod canvas;
mod gate;
mod landscape;
mod library;
mod market;
mod noise;
mod pagoda;

use image::RgbImage;
use jpeg_encoder::{ColorType, Encoder, EncodingError, SamplingFactor};

use crate::{canvas::Canvas, noise::Dice};

/// A painting cannot be written as a file.
#[derive(Debug, thiserror::Error)]
pub enum PaintError {
    /// A side has more pixels than a JPEG can have.
    #[error("a side of a JPEG has at most 65535 pixels, not {0}")]
    TooLong(u32),
    /// The encoder's own reason.
    #[error("the painting cannot be written as a JPEG: {0}")]
    Encoding(#[from] EncodingError),
}

/// What is painted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scene {
    /// Mountain ranges in haze, the sun just up.
    Mountains,
    /// Limestone hills in a still river, a boat with a lantern.
    River,
    /// A night market: lanterns, awnings, lights out of focus, wet ground.
    Market,
    /// A red memorial gate at dusk.
    Gate,
    /// A pagoda on a hill before a large moon.
    Pagoda,
    /// Shelves of a reading room.
    Library,
}

impl Scene {
    /// All scenes.
    pub const ALL: [Self; 6] = [
        Self::Mountains,
        Self::River,
        Self::Market,
        Self::Gate,
        Self::Pagoda,
        Self::Library,
    ];
}

/// Paints `scene`, `width` × `height` pixels large; a side of 0 counts as 1.
pub fn paint(scene: Scene, width: u32, height: u32, seed: u64) -> RgbImage {
    let mut canvas = Canvas::new(width.max(1), height.max(1));
    let mut dice = Dice::new(seed);
    match scene {
        Scene::Mountains => landscape::mountains(&mut canvas, &mut dice),
        Scene::River => landscape::river(&mut canvas, &mut dice),
        Scene::Market => market::market(&mut canvas, &mut dice),
        Scene::Gate => gate::gate(&mut canvas, &mut dice),
        Scene::Pagoda => pagoda::pagoda(&mut canvas, &mut dice),
        Scene::Library => library::library(&mut canvas, &mut dice),
    }
    canvas.finish(dice.salt())
}

/// The painting as a baseline JPEG, 4:2:0, of `quality` 1 to 100.
///
/// # Errors
/// [`PaintError::TooLong`] when a side is longer than a JPEG can be.
pub fn jpeg(
    scene: Scene,
    width: u32,
    height: u32,
    seed: u64,
    quality: u8,
) -> Result<Vec<u8>, PaintError> {
    let side = |side: u32| u16::try_from(side).map_err(|_| PaintError::TooLong(side));
    let (wide, high) = (side(width.max(1))?, side(height.max(1))?);
    let image = paint(scene, width, height, seed);
    let mut out = Vec::new();
    let mut encoder = Encoder::new(&mut out, quality);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    encoder.encode(&image, wide, high, ColorType::Rgb)?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scene_is_deterministic_and_depends_on_the_seed() {
        for scene in Scene::ALL {
            let first = paint(scene, 96, 64, 3);
            assert_eq!(first, paint(scene, 96, 64, 3), "{scene:?}");
            assert_ne!(first, paint(scene, 96, 64, 4), "{scene:?}");
            assert_eq!(paint(scene, 0, 1, 1).dimensions(), (1, 1));
        }
    }

    #[test]
    fn a_side_longer_than_a_jpeg_can_be_is_an_error() {
        let error = jpeg(Scene::Gate, 65_536, 1, 1, 82).unwrap_err();
        assert!(matches!(error, PaintError::TooLong(65_536)), "{error}");
    }
}
