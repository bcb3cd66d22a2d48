//! Pictures for sample items and tests, painted from a seed: no photograph, no licence, no person in view.
//! The same scene, size and seed give the same pixels.

mod canvas;
mod gate;
mod landscape;
mod library;
mod market;
mod noise;
mod pagoda;

use image::RgbImage;

use crate::encode;
use crate::error::MediaError;
use canvas::Canvas;
use noise::Dice;

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

/// The painting as JPEG of `quality` 1 to 100.
///
/// # Errors
/// [`MediaError::BadSpec`] when a side is longer than a JPEG can be.
pub fn jpeg(
    scene: Scene,
    width: u32,
    height: u32,
    seed: u64,
    quality: u8,
) -> Result<Vec<u8>, MediaError> {
    encode::jpeg(&paint(scene, width, height, seed), quality, None)
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
    fn a_painting_is_a_picture_this_crate_reads() {
        let bytes = jpeg(Scene::Gate, 120, 80, 1, 82).unwrap();
        let seen = crate::inspect(&bytes, &crate::Limits::default()).unwrap();
        assert_eq!((seen.width, seen.height), (120, 80));
    }
}
