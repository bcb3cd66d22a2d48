//! Mountains in haze, and limestone hills in a river.

use crate::canvas::{Canvas, Colour, blend, gradient, scale};
use crate::noise::{Dice, fractal, hash, mix, step, value};

/// Sky from top to horizon, haze, and the darkest slope.
#[derive(Clone, Copy, Default)]
struct Light {
    sky: [Colour; 3],
    haze: Colour,
    near: Colour,
    sun: Colour,
}

const DAWN: Light = Light {
    sky: [
        [72.0, 104.0, 152.0],
        [205.0, 176.0, 172.0],
        [255.0, 214.0, 158.0],
    ],
    haze: [244.0, 206.0, 170.0],
    near: [18.0, 34.0, 46.0],
    sun: [255.0, 236.0, 196.0],
};
const MORNING: Light = Light {
    sky: [
        [58.0, 120.0, 178.0],
        [150.0, 190.0, 214.0],
        [232.0, 236.0, 226.0],
    ],
    haze: [212.0, 226.0, 224.0],
    near: [16.0, 52.0, 44.0],
    sun: [255.0, 250.0, 232.0],
};
const EVENING: Light = Light {
    sky: [
        [54.0, 50.0, 98.0],
        [186.0, 104.0, 118.0],
        [255.0, 176.0, 104.0],
    ],
    haze: [236.0, 150.0, 118.0],
    near: [24.0, 20.0, 42.0],
    sun: [255.0, 222.0, 160.0],
};

/// Sky with drifting clouds, and the sun.
fn sky(canvas: &mut Canvas, light: &Light, sun: (f32, f32), horizon: f32, salt: u32) {
    let [top, middle, low] = light.sky;
    let stops = [(0.0, top), (0.58, middle), (1.0, low)];
    canvas.fill(|x, y| {
        let base = gradient(&stops, (y / horizon).min(1.0));
        let drift = fractal(x * 1.6, y * 7.0, 4, salt);
        let cloud = step(0.46, 0.78, drift) * (1.0 - step(horizon * 0.55, horizon, y)) * 0.55;
        blend(base, light.haze, cloud)
    });
    canvas.glow(sun, 0.75, light.sun, 0.55);
    canvas.glow(sun, 0.22, light.sun, 0.75);
    canvas.ellipse(sun, (0.042, 0.042), 0.12, light.sun, 1.0);
}

/// Ranges behind ranges, the nearest ones wooded.
pub(super) fn mountains(canvas: &mut Canvas, dice: &mut Dice) {
    let light = dice.pick(&[DAWN, MORNING, EVENING]);
    let salt = dice.salt();
    let sun = (
        canvas.aspect() * dice.between(0.25, 0.75),
        dice.between(0.26, 0.36),
    );
    sky(canvas, &light, sun, 0.62, salt);
    let ranges = 7;
    for range in 0..ranges {
        let near = range as f32 / (ranges - 1) as f32;
        let (base, rise) = range_at(near);
        // What the next range will hide needs no paint; its ridge never dips lower than this.
        let (next_base, next_rise) = range_at(near + 1.0 / (ranges - 1) as f32);
        let bottom = next_base + 0.56 * next_rise;
        let own = dice.salt();
        let wide = mix(2.4, 1.3, near);
        let wooded = step(0.55, 0.8, near);
        let ridge = move |x: f32| {
            let bulk = fractal(x * wide + 40.0, 0.5, 6, own);
            let sharp = 1.0 - (2.0 * value(x * wide * 1.7, 3.0, own ^ 5) - 1.0).abs();
            let slope = base - rise * (bulk * 1.25 + sharp * 0.35 - 0.55);
            slope - wooded * trees(x, mix(0.016, 0.03, near), own)
        };
        let slope = blend(
            blend(light.haze, light.sky[0], 0.42),
            light.near,
            near.powf(0.8),
        );
        let foot = mix(0.16, 0.3, near);
        let thick = mix(0.85, 0.3, near);
        canvas.below(bottom, ridge, |x, y, depth| {
            let grain = 0.9 + 0.2 * fractal(x * 26.0, (y + depth) * 34.0, 2, own);
            // From the foot of the range, not from the crowns: those would draw streaks.
            let mist = thick
                * step(0.01, foot, y - base + rise * 0.55)
                * (0.7 + 0.6 * value(x * 3.0, y * 9.0, own ^ 9));
            (
                blend(
                    scale(slope, mix(1.0, grain, 0.4 + near * 0.6)),
                    light.haze,
                    mist.min(0.92),
                ),
                1.0,
            )
        });
    }
}

/// Middle height and relief of a range, `near` from 0 at the horizon to 1.
fn range_at(near: f32) -> (f32, f32) {
    (mix(0.44, 0.93, near.powf(1.15)), mix(0.16, 0.2, near))
}

/// The height of a wood over its slope: pointed crowns of many sizes, `size` for the tallest.
fn trees(x: f32, size: f32, salt: u32) -> f32 {
    let row = |pitch: f32, salt: u32| {
        let cell = (x / pitch).floor();
        (-1..=1)
            .map(|step| {
                let own = cell as i32 + step;
                let centre = (own as f32 + 0.2 + 0.6 * hash(own, 1, salt)) * pitch;
                let tall = size * (0.35 + 0.65 * hash(own, 2, salt).powi(2));
                let off = (x - centre).abs() / (tall * 0.27);
                // Boughs: the outline widens in steps.
                let boughs = 0.08 * ((off * 9.0).fract() - 0.5);
                tall * (1.0 - off + boughs).max(0.0)
            })
            .fold(0.0, f32::max)
    };
    row(size * 0.34, salt).max(row(size * 0.21, salt ^ 3) * 0.8)
}

/// Limestone hills standing in still water.
pub(super) fn river(canvas: &mut Canvas, dice: &mut Dice) {
    let light = dice.pick(&[MORNING, DAWN, EVENING]);
    let salt = dice.salt();
    let aspect = canvas.aspect();
    let shore = 0.62;
    let sun = (aspect * dice.between(0.3, 0.7), dice.between(0.3, 0.38));
    sky(canvas, &light, sun, shore, salt);
    for range in 0..5_u8 {
        let near = f32::from(range) / 4.0;
        let own = dice.salt();
        let tall = mix(0.2, 0.34, near);
        // The nearest hills stand aside and leave the middle to the light.
        let open = near * near;
        let ridge = move |x: f32| {
            let aside = ((x / aspect - 0.5).abs() * 2.0).clamp(0.0, 1.0);
            let room = mix(1.0, step(0.25, 0.95, aside), open);
            shore + 0.004
                - tall * room * karst(x, mix(0.24, 0.4, near), own)
                - 0.012 * fractal(x * 9.0, 0.0, 5, own)
                - mix(0.0, 0.5, near) * trees(x, 0.02, own ^ 1) * room
        };
        let slope = blend(
            blend(light.haze, light.sky[0], 0.5),
            light.near,
            mix(0.12, 0.96, near),
        );
        canvas.below(shore + 0.01, ridge, |x, y, depth| {
            let stone = 0.82 + 0.36 * fractal(x * 40.0, y * 14.0, 3, own);
            let lit = 1.0 + 0.25 * (1.0 - step(0.0, 0.05, depth)) * (1.0 - near);
            let mist = mix(0.75, 0.25, near) * step(shore - 0.14, shore, y);
            (
                blend(
                    scale(slope, mix(1.0, stone * lit, 0.3 + near * 0.7)),
                    light.haze,
                    mist,
                ),
                1.0,
            )
        });
    }
    let tint = blend(light.near, light.sky[1], 0.35);
    canvas.water(shore, tint, salt ^ 11);
    canvas.glow((sun.0, shore + 0.16), 0.34, light.sun, 0.32);
    boat(canvas, (aspect * dice.between(0.36, 0.6), 0.8), 0.11);
}

/// Steep round hills: the outline of overlapping arches.
fn karst(x: f32, pitch: f32, salt: u32) -> f32 {
    let cell = (x / pitch).floor() as i32;
    (-1..=1)
        .map(|step| {
            let own = cell + step;
            let centre = (own as f32 + 0.15 + 0.7 * hash(own, 4, salt)) * pitch;
            let wide = pitch * mix(0.42, 0.75, hash(own, 5, salt));
            let off = ((x - centre) / wide).abs().min(1.0);
            let arch = (1.0 - off.powf(2.2)).max(0.0).powf(0.8);
            arch * mix(0.3, 1.0, hash(own, 6, salt))
        })
        .fold(0.0, f32::max)
}

/// A narrow boat with a man's hut and a lantern, and its dark mirror image.
fn boat(canvas: &mut Canvas, (x, y): (f32, f32), long: f32) {
    let dark = [16.0, 18.0, 22.0];
    let hull = |mirror: f32| {
        let at = |u: f32, v: f32| (x + u * long, y + v * long * mirror);
        vec![
            at(-1.0, -0.13),
            at(-0.8, -0.02),
            at(0.8, -0.02),
            at(1.02, -0.15),
            at(0.82, 0.07),
            at(-0.78, 0.07),
        ]
    };
    let hut = |mirror: f32| -> Vec<(f32, f32)> {
        let arc = (0..=12_u8).map(|n| f32::from(n) / 12.0 * std::f32::consts::PI);
        arc.map(|a| {
            (
                x + (a.cos() * 0.36 - 0.1) * long,
                y - a.sin() * 0.34 * long * mirror,
            )
        })
        .collect()
    };
    canvas.ellipse(
        (x, y + 0.13 * long),
        (long * 0.95, long * 0.12),
        0.8,
        dark,
        0.55,
    );
    canvas.polygon(&hut(1.0), [38.0, 30.0, 26.0]);
    canvas.polygon(&hull(1.0), dark);
    let lamp = (x + 0.62 * long, y - 0.24 * long);
    canvas.polygon(
        &[
            (lamp.0 - 0.008 * long, y),
            (lamp.0 + 0.008 * long, y),
            (lamp.0 + 0.008 * long, lamp.1),
            (lamp.0 - 0.008 * long, lamp.1),
        ],
        dark,
    );
    canvas.glow(lamp, long * 0.9, [255.0, 176.0, 84.0], 0.6);
    canvas.ellipse(
        lamp,
        (0.04 * long, 0.05 * long),
        0.3,
        [255.0, 226.0, 168.0],
        1.0,
    );
    canvas.glow(
        (lamp.0, y + 0.4 * long),
        long * 0.5,
        [255.0, 160.0, 70.0],
        0.35,
    );
}
