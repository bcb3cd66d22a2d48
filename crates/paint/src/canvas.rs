//! Brushes. Lengths are in units of the height: y runs from 0 to 1, x from 0 to [`Canvas::aspect`].

use image::{Rgb, RgbImage};

use crate::noise::{hash, mix, step, value};

/// Red, green and blue, 0 to 255.
pub(super) type Colour = [f32; 3];

#[inline(always)]
pub(super) fn blend(a: Colour, b: Colour, t: f32) -> Colour {
    let ([ar, ag, ab], [br, bg, bb]) = (a, b);
    [mix(ar, br, t), mix(ag, bg, t), mix(ab, bb, t)]
}

#[inline(always)]
pub(super) fn scale(colour: Colour, by: f32) -> Colour {
    colour.map(|c| c * by)
}

/// The colour at `t` of a gradient whose stops are in order.
pub(super) fn gradient(stops: &[(f32, Colour)], t: f32) -> Colour {
    let mut last = stops.first().copied().unwrap_or_default();
    for stop in stops {
        if t < stop.0 {
            let along = ((t - last.0) / (stop.0 - last.0).max(1e-6)).clamp(0.0, 1.0);
            return blend(last.1, stop.1, along);
        }
        last = *stop;
    }
    last.1
}

pub(super) struct Canvas {
    image: RgbImage,
    size: f32,
}

impl Canvas {
    pub(super) fn new(width: u32, height: u32) -> Self {
        Self {
            image: RgbImage::new(width, height),
            size: height as f32,
        }
    }

    /// Width in units of the height.
    pub(super) fn aspect(&self) -> f32 {
        self.image.width() as f32 / self.size
    }

    /// One pixel in units of the height.
    pub(super) fn pixel(&self) -> f32 {
        1.0 / self.size
    }

    /// Repaints the box from `(x0, y0)` to `(x1, y1)`: the colour and its opacity by place.
    pub(super) fn shade(
        &mut self,
        (x0, y0): (f32, f32),
        (x1, y1): (f32, f32),
        mut brush: impl FnMut(f32, f32, Colour) -> (Colour, f32),
    ) {
        let (width, height) = self.image.dimensions();
        let size = self.size;
        let bound = |v: f32, max: u32| ((v * size).max(0.0) as usize).min(max as usize);
        let (left, top) = (bound(x0, width), bound(y0, height));
        let (right, bottom) = (bound(x1, width - 1) + 1, bound(y1, height - 1) + 1);
        for (y, row) in self.image.enumerate_rows_mut().take(bottom).skip(top) {
            let v = (y as f32 + 0.5) / size;
            for (x, _, pixel) in row.take(right).skip(left) {
                let under = pixel.0.map(f32::from);
                let (colour, alpha) = brush((x as f32 + 0.5) / size, v, under);
                if alpha > 0.0 {
                    *pixel = Rgb(blend(under, colour, alpha.min(1.0)).map(|c| (c + 0.5) as u8));
                }
            }
        }
    }

    /// Repaints everything.
    pub(super) fn fill(&mut self, mut brush: impl FnMut(f32, f32) -> Colour) {
        let aspect = self.aspect();
        self.shade((0.0, 0.0), (aspect, 1.0), |x, y, _| (brush(x, y), 1.0));
    }

    /// Everything below a ridge, down to `bottom`; the brush gets the place and the depth under the ridge.
    pub(super) fn below(
        &mut self,
        bottom: f32,
        ridge: impl Fn(f32) -> f32,
        mut brush: impl FnMut(f32, f32, f32) -> (Colour, f32),
    ) {
        let (aspect, pixel) = (self.aspect(), self.pixel());
        let heights: Vec<f32> = (0..self.image.width())
            .map(|x| ridge((x as f32 + 0.5) * pixel))
            .collect();
        let top = heights.iter().copied().fold(1.0, f32::min);
        self.shade((0.0, top - pixel), (aspect, bottom), |x, y, _| {
            let at = heights.get((x / pixel) as usize).copied().unwrap_or(1.0);
            let cover = ((y - at) / pixel + 0.5).clamp(0.0, 1.0);
            if cover == 0.0 {
                return ([0.0; 3], 0.0);
            }
            let (colour, alpha) = brush(x, y, y - at);
            (colour, alpha * cover)
        });
    }

    /// An ellipse; `soft` is the part of the radius over which its edge fades.
    pub(super) fn ellipse(
        &mut self,
        (cx, cy): (f32, f32),
        (rx, ry): (f32, f32),
        soft: f32,
        colour: Colour,
        alpha: f32,
    ) {
        // Never sharper than two pixels.
        let soft = soft.max(2.0 * self.pixel() / rx.min(ry).max(1e-6));
        self.shade((cx - rx, cy - ry), (cx + rx, cy + ry), |x, y, _| {
            let (dx, dy) = ((x - cx) / rx, (y - cy) / ry);
            let far = (dx * dx + dy * dy).sqrt();
            (colour, alpha * (1.0 - step(1.0 - soft, 1.0, far)))
        });
    }

    /// Light that adds up: bright at the centre, gone at `radius`.
    pub(super) fn glow(
        &mut self,
        (cx, cy): (f32, f32),
        radius: f32,
        colour: Colour,
        strength: f32,
    ) {
        self.shade(
            (cx - radius, cy - radius),
            (cx + radius, cy + radius),
            |x, y, under| {
                let far = ((x - cx).powi(2) + (y - cy).powi(2)) / (radius * radius);
                if far >= 1.0 {
                    return (under, 0.0);
                }
                let fall = (1.0 - far) * (1.0 - far) * (1.0 - far) * strength;
                (screen(under, scale(colour, fall)), 1.0)
            },
        );
    }

    /// A disc of light out of focus: flat, with a brighter rim.
    pub(super) fn bokeh(
        &mut self,
        (cx, cy): (f32, f32),
        radius: f32,
        colour: Colour,
        strength: f32,
    ) {
        let edge = (2.5 * self.pixel() / radius).clamp(0.06, 0.9);
        self.shade(
            (cx - radius, cy - radius),
            (cx + radius, cy + radius),
            |x, y, under| {
                let far = ((x - cx).powi(2) + (y - cy).powi(2)).sqrt() / radius;
                if far >= 1.0 {
                    return (under, 0.0);
                }
                let rim = 0.72 + 0.28 * step(0.75, 0.95, far);
                let light = strength * rim * (1.0 - step(1.0 - edge, 1.0, far));
                (screen(under, scale(colour, light)), 1.0)
            },
        );
    }

    /// A polygon of one colour, its edges smoothed by four samples a row and exact coverage along it.
    pub(super) fn polygon(&mut self, points: &[(f32, f32)], colour: Colour) {
        self.polygon_with(points, |_, _| colour);
    }

    /// A polygon whose colour depends on the place.
    pub(super) fn polygon_with(
        &mut self,
        points: &[(f32, f32)],
        brush: impl Fn(f32, f32) -> Colour,
    ) {
        let range = |pick: fn(&(f32, f32)) -> f32| {
            let values = points.iter().map(pick);
            values.fold((f32::MAX, f32::MIN), |(low, high), v| {
                (low.min(v), high.max(v))
            })
        };
        let ((left, right), (top, bottom)) = (range(|p| p.0), range(|p| p.1));
        let pixel = self.pixel();
        let mut row = f32::NAN;
        let mut spans: Vec<(f32, f32)> = Vec::new();
        self.shade(
            (left - pixel, top - pixel),
            (right + pixel, bottom + pixel),
            |x, y, _| {
                if y != row {
                    row = y;
                    spans.clear();
                    for sample in [-0.375, -0.125, 0.125, 0.375] {
                        crossings(points, y + sample * pixel, &mut spans);
                    }
                }
                let cover = spans.iter().map(|(from, to)| {
                    let inside = to.min(x + 0.5 * pixel) - from.max(x - 0.5 * pixel);
                    (inside / pixel).clamp(0.0, 1.0)
                });
                let cover = cover.sum::<f32>() / 4.0;
                if cover > 0.0 {
                    (brush(x, y), cover)
                } else {
                    ([0.0; 3], 0.0)
                }
            },
        );
    }

    /// Turns what is below `shore` into water that mirrors what is above.
    pub(super) fn water(&mut self, shore: f32, tint: Colour, salt: u32) {
        let above = self.image.clone();
        let (aspect, size) = (self.aspect(), self.size);
        self.shade((0.0, shore), (aspect, 1.0), |x, y, _| {
            let depth = y - shore;
            // Ripples are longer the nearer they are.
            let stretch = 1.0 / (0.012 + depth * 0.35);
            let ripple = value(x * stretch * 0.6, depth * stretch * 9.0, salt) - 0.5;
            let fine = value(x * stretch * 2.0, depth * stretch * 28.0, salt ^ 7) - 0.5;
            let sway = (ripple * 0.7 + fine * 0.3) * (0.01 + depth * 0.16);
            let mirrored = (shore - depth * 0.92 + sway).clamp(0.0, (shore - 1.5 / size).max(0.0));
            let (sx, sy) = (
                ((x + sway * 0.25) * size).max(0.0) as u32,
                (mirrored * size) as u32,
            );
            let sx = sx.min(above.width().saturating_sub(1));
            let seen = above
                .get_pixel_checked(sx, sy)
                .map_or(tint, |p| p.0.map(f32::from));
            let murk = 0.22 + 0.35 * step(0.0, 0.6, depth) - ripple * 0.12;
            (blend(seen, tint, murk.clamp(0.0, 1.0)), 1.0)
        });
    }

    /// Darker corners and a grain that hides the steps of gradients.
    pub(super) fn finish(mut self, salt: u32) -> RgbImage {
        let aspect = self.aspect();
        let pixel = self.pixel();
        self.shade((0.0, 0.0), (aspect, 1.0), |x, y, under| {
            let (dx, dy) = (x / aspect - 0.5, y - 0.5);
            let dark = 1.0 - 0.55 * step(0.25, 0.85, dx * dx + dy * dy) * 0.8;
            let grain = (hash((x / pixel) as i32, (y / pixel) as i32, salt) - 0.5) * 5.0;
            (under.map(|c| (c * dark + grain).clamp(0.0, 254.5)), 1.0)
        });
        self.image
    }
}

/// Two lights on one place.
fn screen(a: Colour, b: Colour) -> Colour {
    let one = |x: f32, y: f32| 255.0 - (255.0 - x) * (255.0 - y.clamp(0.0, 255.0)) / 255.0;
    let ([ar, ag, ab], [br, bg, bb]) = (a, b);
    [one(ar, br), one(ag, bg), one(ab, bb)]
}

/// Adds the spans of the polygon at height `y` (even-odd).
fn crossings(points: &[(f32, f32)], y: f32, spans: &mut Vec<(f32, f32)>) {
    let mut xs: Vec<f32> = Vec::new();
    let next = points.iter().cycle().skip(1);
    for ((x0, y0), (x1, y1)) in points.iter().zip(next) {
        if (*y0 <= y) != (*y1 <= y) {
            xs.push(x0 + (x1 - x0) * (y - y0) / (y1 - y0));
        }
    }
    xs.sort_by(f32::total_cmp);
    spans.extend(xs.chunks_exact(2).filter_map(|pair| match pair {
        [from, to] => Some((*from, *to)),
        _ => None,
    }));
}
