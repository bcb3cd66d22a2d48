//! A night market seen from its lane.

use crate::canvas::{Canvas, Colour, blend, gradient, scale};
use crate::noise::{Dice, fractal, hash, mix, step};

const WARM: [Colour; 5] = [
    [255.0, 170.0, 80.0],
    [255.0, 120.0, 60.0],
    [255.0, 206.0, 130.0],
    [240.0, 70.0, 60.0],
    [120.0, 190.0, 220.0],
];
/// Height of the ground.
const GROUND: f32 = 0.74;

pub(super) fn market(canvas: &mut Canvas, dice: &mut Dice) {
    let aspect = canvas.aspect();
    let salt = dice.salt();
    let night = [
        (0.0, [12.0, 16.0, 42.0]),
        (0.6, [48.0, 34.0, 66.0]),
        (1.0, [110.0, 60.0, 58.0]),
    ];
    canvas.fill(|x, y| {
        let haze = fractal(x * 2.0, y * 3.0, 3, salt) * 18.0;
        gradient(&night, y / GROUND).map(|c| c + haze)
    });
    houses(canvas, dice, aspect);
    lights(canvas, dice, aspect);
    let middle = aspect * dice.between(0.42, 0.58);
    for depth in 0..4_u8 {
        let near = f32::from(depth) / 3.0;
        for side in [-1.0, 1.0] {
            stall(canvas, dice, (middle, side), near);
        }
    }
    canvas.water(GROUND, [20.0, 16.0, 26.0], salt ^ 21);
    let floor = blend([0.0; 3], [26.0, 20.0, 26.0], 1.0);
    canvas.shade((0.0, GROUND), (aspect, 1.0), |x, y, under| {
        let row = ((y - GROUND) * 40.0).sqrt() * 6.0;
        let stone = hash((x * 30.0 / (0.4 + y)) as i32, row as i32, salt) * 0.25;
        (blend(under, floor, 0.75), 0.45 + stone)
    });
    crowd(canvas, dice, aspect, middle);
    strings(canvas, dice, aspect);
}

/// Old houses behind the stalls, their windows lit.
fn houses(canvas: &mut Canvas, dice: &mut Dice, aspect: f32) {
    let mut x = -0.05;
    while x < aspect {
        let (wide, top) = (dice.between(0.18, 0.34), dice.between(0.2, 0.42));
        let wall = [30.0, 24.0, 44.0];
        let eave = top + 0.035;
        canvas.polygon(
            &[(x, eave), (x + wide, eave), (x + wide, GROUND), (x, GROUND)],
            wall,
        );
        let (left, right) = (x - 0.03, x + wide + 0.03);
        canvas.polygon(
            &[
                (left, eave - 0.012),
                (x + 0.03, top),
                (x + wide - 0.03, top),
                (right, eave - 0.012),
                (right - 0.02, eave + 0.014),
                (left + 0.02, eave + 0.014),
            ],
            [18.0, 15.0, 30.0],
        );
        let columns = (wide / 0.062) as i32;
        for column in 0..columns {
            for row in 0..4_u8 {
                if dice.between(0.0, 1.0) < 0.4 {
                    continue;
                }
                let at = (
                    x + 0.022 + column as f32 * 0.062,
                    eave + 0.035 + f32::from(row) * 0.085,
                );
                let light = scale(dice.pick(&WARM), dice.between(0.35, 0.8));
                let (w, h) = (0.034, 0.05);
                canvas.polygon(
                    &[at, (at.0 + w, at.1), (at.0 + w, at.1 + h), (at.0, at.1 + h)],
                    light,
                );
                let bar = (at.0 + w * 0.5 - 0.0015, at.1);
                canvas.polygon(
                    &[
                        bar,
                        (bar.0 + 0.003, bar.1),
                        (bar.0 + 0.003, bar.1 + h),
                        (bar.0, bar.1 + h),
                    ],
                    wall,
                );
            }
        }
        x += wide + dice.between(-0.01, 0.02);
    }
}

/// Far lights out of focus.
fn lights(canvas: &mut Canvas, dice: &mut Dice, aspect: f32) {
    for _ in 0..90 {
        let spread = dice.between(-1.0, 1.0);
        let y = 0.52 + 0.3 * spread * spread.abs() - 0.12;
        let at = (dice.between(0.0, aspect), y);
        let radius = dice.between(0.012, 0.05) * dice.between(0.5, 1.2);
        canvas.bokeh(at, radius, dice.pick(&WARM), dice.between(0.15, 0.5));
    }
}

/// A stall with a striped awning; `near` is 0 at the end of the lane and 1 beside the viewer.
fn stall(canvas: &mut Canvas, dice: &mut Dice, (middle, side): (f32, f32), near: f32) {
    let size = mix(0.32, 1.0, near * near);
    let inner = middle + side * mix(0.08, 0.36, near);
    let wide = 0.46 * size;
    let outer = inner + side * wide;
    let (roof, hem, counter) = (
        GROUND - 0.40 * size,
        GROUND - 0.27 * size,
        GROUND - 0.1 * size,
    );
    let light = dice.pick(&[
        [255.0, 190.0, 104.0],
        [255.0, 164.0, 84.0],
        [255.0, 214.0, 150.0],
    ]);
    let glow = ((inner + outer) / 2.0, GROUND - 0.2 * size);
    let dark = [34.0, 20.0, 22.0];
    // The lit inside, goods on shelves, then counter and awning.
    canvas.polygon_with(
        &[(inner, hem), (outer, hem), (outer, GROUND), (inner, GROUND)],
        |_, y| blend(scale(light, 0.66), scale(light, 0.2), step(hem, GROUND, y)),
    );
    goods(canvas, dice, (inner, outer), (hem, counter), size);
    canvas.polygon(
        &[
            (inner, counter),
            (outer, counter),
            (outer, GROUND),
            (inner, GROUND),
        ],
        dark,
    );
    let red = dice.pick(&[[170.0, 38.0, 34.0], [30.0, 92.0, 96.0], [176.0, 92.0, 30.0]]);
    let stripes = 10;
    for stripe in 0..stripes {
        let at = |n: i32, inset: f32| {
            let t = n as f32 / stripes as f32;
            mix(inner - side * inset, outer + side * inset, t)
        };
        let tone = if stripe % 2 == 0 {
            red
        } else {
            [226.0, 206.0, 176.0]
        };
        let (over, low) = (0.012 * size, 0.05 * size);
        let (a, b) = (at(stripe, over), at(stripe + 1, over));
        let (c, d) = (at(stripe, low), at(stripe + 1, low));
        let slope = [(a, roof), (b, roof), (d, hem), (c, hem)];
        canvas.polygon_with(&slope, |_, y| {
            scale(tone, mix(0.26, 0.66, step(roof, hem, y)))
        });
        canvas.ellipse(
            ((c + d) / 2.0, hem),
            ((d - c).abs() / 2.0, 0.018 * size),
            0.1,
            scale(tone, 0.68),
            1.0,
        );
    }
    canvas.glow(glow, 0.4 * size, light, 0.24);
}

/// Two shelves of fruit and jars.
fn goods(
    canvas: &mut Canvas,
    dice: &mut Dice,
    (inner, outer): (f32, f32),
    (hem, counter): (f32, f32),
    size: f32,
) {
    let goods = 9;
    for row in 0..2_u8 {
        for item in 0..goods {
            let x = mix(inner, outer, (item as f32 + 0.5) / goods as f32);
            let y = mix(hem, counter, 0.55 + f32::from(row) * 0.4);
            let tone = dice.pick(&[
                [168.0, 50.0, 36.0],
                [196.0, 140.0, 44.0],
                [86.0, 110.0, 50.0],
                [120.0, 60.0, 34.0],
            ]);
            let radius = 0.016 * size * dice.between(0.7, 1.2);
            canvas.ellipse((x, y), (radius * 1.2, radius), 0.25, tone, 1.0);
        }
    }
}

/// People from behind, dark against the light.
fn crowd(canvas: &mut Canvas, dice: &mut Dice, aspect: f32, middle: f32) {
    for person in 0..16_u8 {
        let near = f32::from(person) / 15.0;
        let size = mix(0.1, 0.27, near * near);
        let spread = mix(0.1, 0.5, near);
        let x = (middle + dice.between(-spread, spread)).clamp(0.02, aspect - 0.02);
        let feet = mix(GROUND + 0.015, 0.98, near * near) + dice.between(-0.01, 0.02);
        let tone = scale(
            dice.pick(&[[30.0, 24.0, 34.0], [44.0, 26.0, 28.0], [22.0, 28.0, 40.0]]),
            mix(1.3, 0.6, near),
        );
        let head = feet - size * 0.92;
        canvas.ellipse(
            (x, feet),
            (size * 0.28, size * 0.04),
            0.8,
            [8.0, 6.0, 10.0],
            0.6,
        );
        canvas.polygon(
            &[
                (x - size * 0.1, feet),
                (x - size * 0.15, feet - size * 0.5),
                (x + size * 0.15, feet - size * 0.5),
                (x + size * 0.1, feet),
                (x + size * 0.02, feet),
                (x, feet - size * 0.36),
                (x - size * 0.02, feet),
            ],
            tone,
        );
        canvas.ellipse(
            (x, feet - size * 0.6),
            (size * 0.165, size * 0.24),
            0.08,
            tone,
            1.0,
        );
        canvas.ellipse(
            (x, head),
            (size * 0.07, size * 0.085),
            0.1,
            scale(tone, 0.8),
            1.0,
        );
    }
}

/// Strings of red lanterns over the lane, the nearest ones large and out of focus.
fn strings(canvas: &mut Canvas, dice: &mut Dice, aspect: f32) {
    for string in 0..3_u8 {
        let near = f32::from(string) / 2.0;
        let size = mix(0.026, 0.062, near);
        let (y, sag) = (mix(0.24, 0.05, near), mix(0.05, 0.1, near));
        let count = (aspect / (size * 3.4)) as i32;
        for lantern in 0..=count {
            let t = (lantern as f32 + 0.3) / count as f32;
            let hang = y + sag * (1.0 - (2.0 * t - 1.0).powi(2)) + dice.between(-0.006, 0.006);
            lantern_at(canvas, (t * aspect, hang), size);
        }
    }
    for _ in 0..7 {
        let at = (dice.between(0.0, aspect), dice.between(0.02, 0.9));
        canvas.bokeh(at, dice.between(0.05, 0.1), dice.pick(&WARM), 0.16);
    }
}

/// A red lantern with gilt caps and a tassel, `size` for its radius.
pub(super) fn lantern_at(canvas: &mut Canvas, (x, y): (f32, f32), size: f32) {
    let gilt = [214.0, 160.0, 70.0];
    canvas.glow((x, y), size * 3.2, [255.0, 92.0, 40.0], 0.55);
    canvas.ellipse((x, y), (size, size * 0.82), 0.06, [196.0, 28.0, 24.0], 1.0);
    // Ribs: the paper is brightest in the middle.
    for (wide, tone) in [
        (0.78, [226.0, 48.0, 30.0]),
        (0.5, [246.0, 86.0, 44.0]),
        (0.2, [255.0, 150.0, 86.0]),
    ] {
        canvas.ellipse((x, y), (size * wide, size * 0.8), 0.25, tone, 0.85);
    }
    for end in [-0.82, 0.82] {
        let at = y + end * size;
        let (w, h) = (size * 0.36, size * 0.09);
        canvas.polygon(
            &[
                (x - w, at - h),
                (x + w, at - h),
                (x + w, at + h),
                (x - w, at + h),
            ],
            gilt,
        );
    }
    let (w, low) = (size * 0.09, y + size * 1.7);
    canvas.polygon(
        &[
            (x - w, y + size * 0.9),
            (x + w, y + size * 0.9),
            (x + w * 1.6, low),
            (x - w * 1.6, low),
        ],
        [190.0, 40.0, 30.0],
    );
}
