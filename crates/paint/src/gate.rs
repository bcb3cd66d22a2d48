//! A red memorial gate at dusk, three bays wide.

use crate::canvas::{Canvas, Colour, blend, gradient, scale};
use crate::market::lantern_at;
use crate::noise::{Dice, fractal, hash, mix, step};

const RED: Colour = [164.0, 34.0, 26.0];
const TILE: Colour = [38.0, 44.0, 50.0];
const GILT: Colour = [220.0, 172.0, 86.0];
/// Height of the ground.
const GROUND: f32 = 0.82;

pub(super) fn gate(canvas: &mut Canvas, dice: &mut Dice) {
    let aspect = canvas.aspect();
    let salt = dice.salt();
    let middle = aspect / 2.0;
    let low = backdrop(canvas, dice, salt);
    paving(canvas, aspect, middle, low, salt);
    // The gate keeps inside narrow pictures.
    let unit = (aspect / 1.5).min(1.0);
    // Side bays first, the high middle one before them.
    for side in [-1.0, 1.0] {
        let outer = middle + side * 0.56 * unit;
        let inner = middle + side * 0.26 * unit;
        let (left, right) = (outer.min(inner), outer.max(inner));
        bay(canvas, (left, right), 0.46, unit);
    }
    bay(
        canvas,
        (middle - 0.26 * unit, middle + 0.26 * unit),
        0.33,
        unit,
    );
    plaque(
        canvas,
        (middle, GROUND - (GROUND - 0.33) * unit),
        unit,
        salt,
    );
    for x in [-0.56, -0.26, 0.26, 0.56] {
        pillar(
            canvas,
            middle + x * unit,
            if f32::abs(x) < 0.3 { 0.36 } else { 0.49 },
            unit,
        );
    }
    for (x, y) in [(-0.13, 0.55), (0.13, 0.55), (-0.41, 0.65), (0.41, 0.65)] {
        lantern_at(
            canvas,
            (middle + x * unit, GROUND - (GROUND - y) * unit),
            0.034 * unit,
        );
    }
}

/// Sky and hills; answers the colour of the horizon.
fn backdrop(canvas: &mut Canvas, dice: &mut Dice, salt: u32) -> Colour {
    let middle = canvas.aspect() / 2.0;
    let dusk = dice.pick(&[
        [
            [38.0, 52.0, 104.0],
            [150.0, 110.0, 140.0],
            [255.0, 184.0, 122.0],
        ],
        [
            [62.0, 112.0, 168.0],
            [172.0, 190.0, 204.0],
            [252.0, 220.0, 180.0],
        ],
    ]);
    let [top, half, low] = dusk;
    let stops = [(0.0, top), (0.6, half), (1.0, low)];
    canvas.fill(|x, y| {
        let cloud = step(0.48, 0.8, fractal(x * 1.8, y * 6.0, 4, salt)) * 0.5;
        blend(gradient(&stops, y / GROUND), low, cloud)
    });
    canvas.glow((middle, GROUND - 0.08), 0.9, [255.0, 206.0, 140.0], 0.5);
    for range in 0..3_u8 {
        let near = f32::from(range) / 2.0;
        let own = dice.salt();
        let tone = blend(low, top, mix(0.45, 0.85, near));
        let base = mix(0.66, 0.8, near);
        canvas.below(
            1.0,
            |x| base - 0.16 * (fractal(x * mix(2.0, 3.4, near), 1.0, 5, own) - 0.2),
            |_, _, depth| {
                (
                    blend(
                        scale(tone, mix(1.0, 0.6, near)),
                        low,
                        0.5 * step(0.0, 0.2, depth),
                    ),
                    1.0,
                )
            },
        );
    }
    low
}

/// Stone slabs in perspective, the light of the sky on them.
fn paving(canvas: &mut Canvas, aspect: f32, middle: f32, light: Colour, salt: u32) {
    canvas.shade((0.0, GROUND), (aspect, 1.0), |x, y, _| {
        let depth = (y - GROUND + 0.02).max(0.004);
        let (across, along) = ((x - middle) / depth * 0.4, 0.9 / depth);
        let shift = if (along.floor() as i32) % 2 == 0 {
            0.5
        } else {
            0.0
        };
        let slab = hash((across + shift).floor() as i32, along.floor() as i32, salt);
        let joint = (across + shift).rem_euclid(1.0).min(along.fract());
        let grain = 0.9 + 0.2 * fractal(x * 60.0, y * 90.0, 2, salt);
        let stone = scale([104.0, 96.0, 94.0], (0.86 + 0.2 * slab) * grain);
        let worn = blend(stone, light, 0.35 * (1.0 - step(0.0, 0.1, y - GROUND)));
        let line = if joint < 0.05 {
            mix(0.96, 0.74, step(0.03, 0.12, depth))
        } else {
            1.0
        };
        (scale(worn, line * mix(1.0, 0.7, step(GROUND, 1.0, y))), 1.0)
    });
}

/// Beams and a double roof between two pillars; `top` is the height of the upper eave.
fn bay(canvas: &mut Canvas, (left, right): (f32, f32), top: f32, unit: f32) {
    let down = |y: f32| GROUND - (GROUND - y) * unit;
    let beam = |canvas: &mut Canvas, from: f32, to: f32, tone: Colour| {
        let (a, b) = (down(from), down(to));
        canvas.polygon_with(&[(left, a), (right, a), (right, b), (left, b)], |x, y| {
            let round = 0.7 + 0.4 * ((y - a) / (b - a) * std::f32::consts::PI).sin().max(0.0);
            scale(
                pattern(tone, (x - left) / (right - left), (y - a) / (b - a)),
                round,
            )
        });
    };
    beam(canvas, top + 0.035, top + 0.075, [28.0, 84.0, 92.0]);
    beam(canvas, top + 0.075, top + 0.125, RED);
    beam(canvas, top + 0.125, top + 0.155, [30.0, 96.0, 74.0]);
    brackets(canvas, (left, right), down(top), down(top + 0.04));
    roof(
        canvas,
        (left - 0.05 * unit, right + 0.05 * unit),
        down(top),
        0.085 * unit,
    );
}

/// The painted ornament of a beam: lozenges in gilt and a lighter tone.
fn pattern(tone: Colour, across: f32, up: f32) -> Colour {
    let cell = (across * 14.0).fract() - 0.5;
    let lozenge = cell.abs() * 1.6 + (up - 0.5).abs();
    if !(0.06..0.94).contains(&up) || (lozenge - 0.42).abs() < 0.05 {
        GILT
    } else if lozenge < 0.2 {
        blend(tone, [240.0, 232.0, 210.0], 0.55)
    } else {
        tone
    }
}

/// Corbels under the eave.
fn brackets(canvas: &mut Canvas, (left, right): (f32, f32), top: f32, bottom: f32) {
    let count = ((right - left) / 0.032).round().max(1.0);
    let pitch = (right - left) / count;
    canvas.polygon(
        &[(left, top), (right, top), (right, bottom), (left, bottom)],
        [52.0, 22.0, 20.0],
    );
    for n in 0..count as i32 {
        let x = left + (n as f32 + 0.5) * pitch;
        for (level, tone) in [(0.0, [40.0, 110.0, 104.0]), (0.5, [188.0, 66.0, 40.0])] {
            let (a, b) = (mix(top, bottom, level), mix(top, bottom, level + 0.42));
            let wide = pitch * mix(0.46, 0.3, level);
            canvas.polygon(
                &[
                    (x - wide, a),
                    (x + wide, a),
                    (x + wide * 0.6, b),
                    (x - wide * 0.6, b),
                ],
                tone,
            );
        }
    }
}

/// A tiled roof with upturned corners, its eave at `eave`.
pub(super) fn roof(canvas: &mut Canvas, (left, right): (f32, f32), eave: f32, tall: f32) {
    let (middle, half) = ((left + right) / 2.0, (right - left) / 2.0);
    let ridge = half - tall * 1.1;
    let mut points = Vec::new();
    // Along the eave the line rises towards both corners.
    for n in 0..=40_u8 {
        let t = f32::from(n) / 20.0 - 1.0;
        points.push((
            middle + t * (half + tall * 0.2),
            eave - tall * 0.62 * t.abs().powi(7),
        ));
    }
    // Back over the hollow slope and the ridge.
    for n in 0..=10_u8 {
        let t = f32::from(n) / 10.0;
        points.push((
            middle + mix(half + tall * 0.2, ridge, t.powf(0.8)),
            eave - tall * mix(0.72, 1.0, t * t),
        ));
    }
    for n in 0..=10_u8 {
        let t = 1.0 - f32::from(n) / 10.0;
        points.push((
            middle - mix(half + tall * 0.2, ridge, t.powf(0.8)),
            eave - tall * mix(0.72, 1.0, t * t),
        ));
    }
    let pitch = tall * 0.16;
    canvas.polygon_with(&points, |x, y| {
        let up = ((eave - y) / tall).clamp(0.0, 1.0);
        // Tile rows run towards the ridge's middle.
        let column = ((x - middle) / (1.0 - 0.12 * up) / pitch).rem_euclid(1.0);
        let round = 0.55 + 0.75 * (column * std::f32::consts::PI).sin();
        if up < 0.07 {
            scale(GILT, 0.5 + 0.3 * round)
        } else {
            scale(TILE, round * mix(1.25, 0.8, up))
        }
    });
    let (w, h) = (ridge + tall * 0.05, tall * 0.09);
    let top = eave - tall;
    canvas.polygon(
        &[
            (middle - w, top - h),
            (middle + w, top - h),
            (middle + w, top + h),
            (middle - w, top + h),
        ],
        scale(TILE, 0.7),
    );
    for side in [-1.0, 1.0] {
        let x = middle + side * w;
        canvas.polygon(
            &[
                (x - side * tall * 0.1, top + h),
                (x - side * tall * 0.12, top - h),
                (x + side * tall * 0.12, top - tall * 0.34),
                (x + side * tall * 0.05, top + h),
            ],
            scale(TILE, 0.7),
        );
    }
}

/// The blank name board: what is written there is the town's affair.
fn plaque(canvas: &mut Canvas, (x, y): (f32, f32), unit: f32, salt: u32) {
    let (w, a, b) = (0.11 * unit, y + 0.022 * unit, y + 0.135 * unit);
    let frame = 0.011 * unit;
    canvas.polygon(&[(x - w, a), (x + w, a), (x + w, b), (x - w, b)], GILT);
    let field = [
        (x - w + frame, a + frame),
        (x + w - frame, a + frame),
        (x + w - frame, b - frame),
        (x - w + frame, b - frame),
    ];
    canvas.polygon_with(&field, |u, v| {
        scale(
            [22.0, 40.0, 74.0],
            0.8 + 0.4 * fractal(u * 30.0, v * 30.0, 2, salt),
        )
    });
}

/// A round red pillar on a stone drum.
fn pillar(canvas: &mut Canvas, x: f32, top: f32, unit: f32) {
    let half = 0.021 * unit;
    let top = GROUND - (GROUND - top) * unit;
    canvas.ellipse(
        (x, GROUND + 0.012),
        (half * 4.0, 0.014),
        0.8,
        [20.0, 14.0, 16.0],
        0.6,
    );
    let body = [
        (x - half, top),
        (x + half, top),
        (x + half, GROUND),
        (x - half, GROUND),
    ];
    let round = |u: f32, wide: f32| 0.42 + 0.85 * (1.0 - ((u - x) / wide + 0.25).powi(2)).max(0.0);
    canvas.polygon_with(&body, |u, _| scale(RED, round(u, half)));
    let (w, foot) = (half * 1.7, GROUND - 0.06 * unit);
    let drum = [
        (x - w * 0.8, foot),
        (x + w * 0.8, foot),
        (x + w, GROUND + 0.012),
        (x - w, GROUND + 0.012),
    ];
    canvas.polygon_with(&drum, |u, _| scale([132.0, 126.0, 120.0], round(u, w)));
}
