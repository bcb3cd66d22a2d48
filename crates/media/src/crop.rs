//! Whole-number geometry: which part of a picture is kept, and how large it becomes.

use yigao_core::asset::Ratio;

/// A rectangle in pixels of the original as seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CropBox {
    /// Left edge.
    pub x: u32,
    /// Top edge.
    pub y: u32,
    /// Width, at least 1.
    pub width: u32,
    /// Height, at least 1.
    pub height: u32,
}

/// The largest box of `ratio` inside `width` × `height` whose centre is as near to `focus` as the edges
/// allow. `focus` is in thousandths from the top left, centre when absent. Of a `ratio` with a nought
/// nothing can be cut: the whole picture is kept.
pub fn crop_box(
    width: u32,
    height: u32,
    ratio: Option<Ratio>,
    focus: Option<(u16, u16)>,
) -> CropBox {
    let (crop_width, crop_height) = match ratio {
        Some(Ratio { w, h }) if w > 0 && h > 0 => largest(width, height, w, h),
        _ => (width, height),
    };
    let (fx, fy) = focus.unwrap_or((500, 500));
    CropBox {
        x: place(width, crop_width, fx),
        y: place(height, crop_height, fy),
        width: crop_width,
        height: crop_height,
    }
}

/// The size `width` × `height` takes inside `max_width` × `max_height`: never larger than it is,
/// never below one pixel.
pub fn fit_within(width: u32, height: u32, max_width: u32, max_height: Option<u32>) -> (u32, u32) {
    let max_height = max_height.unwrap_or(u32::MAX);
    if width <= max_width && height <= max_height {
        return (width, height);
    }
    // Compare max_width / width with max_height / height without a fraction.
    let by_width =
        u64::from(max_width) * u64::from(height) <= u64::from(max_height) * u64::from(width);
    if by_width {
        (
            max_width.max(1),
            scaled(height, max_width, width).min(max_height.max(1)),
        )
    } else {
        (
            scaled(width, max_height, height).min(max_width.max(1)),
            max_height.max(1),
        )
    }
}

fn largest(width: u32, height: u32, w: u32, h: u32) -> (u32, u32) {
    if u64::from(width) * u64::from(h) > u64::from(height) * u64::from(w) {
        (scaled(height, w, h).min(width), height)
    } else {
        (width, scaled(width, h, w).min(height))
    }
}

/// `side` × `times` ÷ `by`, rounded, at least 1.
fn scaled(side: u32, times: u32, by: u32) -> u32 {
    let by = u64::from(by.max(1));
    let value = (u64::from(side) * u64::from(times) + by / 2) / by;
    u32::try_from(value).unwrap_or(u32::MAX).max(1)
}

fn place(side: u32, crop: u32, thousandths: u16) -> u32 {
    let centre = u64::from(side) * u64::from(thousandths.min(1000)) / 1000;
    let from = centre.saturating_sub(u64::from(crop / 2));
    u32::try_from(from)
        .unwrap_or(u32::MAX)
        .min(side.saturating_sub(crop))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const COVER: Option<Ratio> = Some(Ratio { w: 235, h: 100 });

    #[test]
    fn crop_two_thirty_five_to_one_at_whole_numbers() {
        let at = |focus| crop_box(4000, 3000, COVER, focus);
        let height = 1702;
        assert_eq!(
            at(None),
            CropBox {
                x: 0,
                y: 649,
                width: 4000,
                height
            }
        );
        assert_eq!(
            at(Some((500, 0))),
            CropBox {
                x: 0,
                y: 0,
                width: 4000,
                height
            }
        );
        assert_eq!(
            at(Some((0, 1000))),
            CropBox {
                x: 0,
                y: 1298,
                width: 4000,
                height
            }
        );
        assert_eq!(
            crop_box(2350, 1000, COVER, None),
            CropBox {
                x: 0,
                y: 0,
                width: 2350,
                height: 1000
            }
        );
        assert_eq!(
            crop_box(4700, 1000, COVER, Some((900, 500))),
            CropBox {
                x: 2350,
                y: 0,
                width: 2350,
                height: 1000
            }
        );
    }

    /// A portrait whose face is high up: the centre would cut it off, the focus keeps it whole.
    #[test]
    fn a_face_stays_whole_where_the_focus_is_on_it() {
        let face = (455..=745, 120..=480);
        for (w, h) in [(16, 9), (235, 100)] {
            let of = |focus| {
                let found = crop_box(1200, 1600, Some(Ratio { w, h }), focus);
                found.x <= *face.0.start()
                    && found.y <= *face.1.start()
                    && found.x + found.width > *face.0.end()
                    && found.y + found.height > *face.1.end()
            };
            assert!(of(Some((500, 190))), "{w}:{h}");
            assert!(!of(None), "{w}:{h} keeps the face without a focus too");
        }
    }

    #[test]
    fn smaller_pictures_are_not_enlarged() {
        assert_eq!(fit_within(800, 600, 1080, Some(900)), (800, 600));
        assert_eq!(fit_within(4000, 3000, 1080, None), (1080, 810));
        assert_eq!(fit_within(4000, 3000, 4000, Some(300)), (400, 300));
        assert_eq!(fit_within(50, 1, 10, None), (10, 1));
    }

    proptest! {
        #[test]
        fn the_box_is_inside_and_its_ratio_right_within_a_pixel(
            width in 1_u32..30_000, height in 1_u32..30_000, w in 1_u32..5_000, h in 1_u32..5_000,
            focus in proptest::option::of((0_u16..=u16::MAX, 0_u16..=1000)),
        ) {
            let found = crop_box(width, height, Some(Ratio { w, h }), focus);
            prop_assert!(found.width >= 1 && found.height >= 1);
            prop_assert!(found.x + found.width <= width && found.y + found.height <= height);
            prop_assert!(found.width == width || found.height == height, "not the largest: {found:?}");
            let exact_height = f64::from(found.width) * f64::from(h) / f64::from(w);
            let exact_width = f64::from(found.height) * f64::from(w) / f64::from(h);
            prop_assert!(
                (exact_height - f64::from(found.height)).abs() <= 1.0
                    || (exact_width - f64::from(found.width)).abs() <= 1.0,
                "{found:?} against {w}:{h}"
            );
        }

        #[test]
        fn the_focus_is_in_view_at_every_edge(
            width in 1_u32..30_000, height in 1_u32..30_000, w in 1_u32..5_000, h in 1_u32..5_000,
            x in prop_oneof![Just(0_u16), Just(1000), 0_u16..=1000],
            y in prop_oneof![Just(0_u16), Just(1000), 0_u16..=1000],
        ) {
            let found = crop_box(width, height, Some(Ratio { w, h }), Some((x, y)));
            // The pixel below the point; the far edge belongs to the last pixel.
            let pixel = |side: u32, part: u16| {
                (u64::from(side) * u64::from(part) / 1000).min(u64::from(side) - 1) as u32
            };
            let (x, y) = (pixel(width, x), pixel(height, y));
            prop_assert!((found.x..found.x + found.width).contains(&x), "{x} outside of {found:?}");
            prop_assert!((found.y..found.y + found.height).contains(&y), "{y} outside of {found:?}");
            prop_assert!(found.x + found.width <= width && found.y + found.height <= height);
        }

        #[test]
        fn fitting_stays_within_and_keeps_the_shape(
            width in 1_u32..30_000, height in 1_u32..30_000, mw in 1_u32..5_000, mh in proptest::option::of(1_u32..5_000),
        ) {
            let (w, h) = fit_within(width, height, mw, mh);
            prop_assert!((1..=mw).contains(&w) && (1..=mh.unwrap_or(u32::MAX)).contains(&h));
            prop_assert!(w <= width && h <= height);
            let exact = f64::from(w) * f64::from(height) / f64::from(width);
            let across = f64::from(h) * f64::from(width) / f64::from(height);
            prop_assert!((exact - f64::from(h)).abs() <= 1.0 || (across - f64::from(w)).abs() <= 1.0);
        }
    }
}
