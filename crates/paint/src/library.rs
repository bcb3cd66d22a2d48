//! Shelves of a reading room in warm light.

use crate::canvas::{Canvas, Colour, blend, scale};
use crate::noise::{Dice, fractal, mix, step};

const CLOTH: [Colour; 12] = [
    [116.0, 36.0, 34.0],
    [150.0, 62.0, 40.0],
    [44.0, 66.0, 88.0],
    [36.0, 80.0, 74.0],
    [72.0, 84.0, 54.0],
    [176.0, 140.0, 84.0],
    [206.0, 186.0, 150.0],
    [58.0, 46.0, 68.0],
    [92.0, 64.0, 44.0],
    [30.0, 44.0, 60.0],
    [168.0, 104.0, 44.0],
    [128.0, 122.0, 110.0],
];
const GILT: Colour = [222.0, 184.0, 108.0];
const SHELVES: u8 = 5;

pub(super) fn library(canvas: &mut Canvas, dice: &mut Dice) {
    let aspect = canvas.aspect();
    let salt = dice.salt();
    canvas.fill(|x, y| {
        scale(
            [46.0, 30.0, 20.0],
            0.5 + 0.3 * fractal(x * 2.0, y * 12.0, 3, salt),
        )
    });
    let pitch = 1.0 / f32::from(SHELVES);
    // Uprights divide a wide wall into bays.
    let bays = (aspect / 0.75).round().max(1.0);
    let bay = aspect / bays;
    for shelf in 0..SHELVES {
        let floor = pitch * (f32::from(shelf) + 0.93);
        for column in 0..bays as i32 {
            let left = bay * column as f32 + 0.018;
            row(
                canvas,
                dice,
                (left, left + bay - 0.036),
                floor,
                pitch * 0.84,
            );
        }
        plank(canvas, (0.0, aspect), floor, pitch * 0.07, salt);
        shadow(canvas, aspect, floor + pitch * 0.07, pitch * 0.22);
    }
    for column in 0..=bays as i32 {
        let x = bay * column as f32;
        canvas.shade((x - 0.016, 0.0), (x + 0.016, 1.0), |u, v, _| {
            let round = 1.0 - ((u - x) / 0.016).powi(2) * 0.5;
            let grain = 0.8 + 0.4 * fractal(u * 90.0, v * 5.0, 3, salt ^ 3);
            (scale([112.0, 70.0, 40.0], round * grain), 1.0)
        });
    }
    // One lamp from the upper left, the rest in warm dusk.
    let lamp = (aspect * dice.between(0.25, 0.42), 0.3);
    canvas.shade((0.0, 0.0), (aspect, 1.0), |x, y, under| {
        let far = ((x - lamp.0).powi(2) + (y - lamp.1).powi(2) * 1.4).sqrt();
        let light = mix(1.25, 0.36, step(0.05, 1.05, far));
        let [r, g, b] = scale(under, light);
        ([(r * 1.06).min(250.0), g.min(246.0), b * 0.88], 1.0)
    });
    canvas.glow(lamp, 0.8, [255.0, 190.0, 110.0], 0.22);
}

/// Books from `from` to `to` standing on `floor`, with gaps and a few lying ones.
fn row(canvas: &mut Canvas, dice: &mut Dice, (from, to): (f32, f32), floor: f32, room: f32) {
    let mut x = from;
    let mut cloth = dice.pick(&CLOTH);
    let mut tall = 0.8;
    let mut left_in_set = 0.0;
    while x < to - 0.008 {
        if left_in_set < 1.0 {
            cloth = scale(dice.pick(&CLOTH), dice.between(0.75, 1.1));
            tall = dice.between(0.62, 0.96);
            // Sets of volumes share cloth and height.
            left_in_set = dice.between(1.0, 5.0) * dice.pick(&[1.0, 1.0, 0.4]);
        }
        left_in_set -= 1.0;
        let chance = dice.between(0.0, 1.0);
        if chance < 0.02 {
            x += dice.between(0.01, 0.03);
            continue;
        }
        if chance < 0.05 && to - x > 0.13 {
            pile(canvas, dice, (x + 0.004, floor));
            x += 0.13;
            continue;
        }
        let wide = dice.between(0.013, 0.034).min(to - x);
        spine(canvas, dice, (x, floor), (wide, room * tall), cloth);
        x += wide + 0.0006;
    }
}

/// The spine of one book: rounded, with raised bands or a title label.
fn spine(
    canvas: &mut Canvas,
    dice: &mut Dice,
    (x, floor): (f32, f32),
    (wide, tall): (f32, f32),
    cloth: Colour,
) {
    let top = floor - tall;
    let salt = dice.salt();
    let style = dice.between(0.0, 1.0);
    let label = blend(cloth, [232.0, 220.0, 190.0], 0.8);
    canvas.shade((x, top), (x + wide - 0.0012, floor), |u, v, _| {
        let across = (u - x) / wide;
        let down = (v - top) / tall;
        let round = 0.55 + 0.6 * (across * std::f32::consts::PI).sin().max(0.0) - 0.18 * across;
        let worn = 0.9 + 0.2 * fractal(u * 260.0, v * 120.0, 2, salt);
        let mut tone = cloth;
        let near = |at: f32, by: f32| (down - at).abs() < by;
        if style < 0.35 {
            // Raised bands between gilt lines.
            if near(0.08, 0.006) || near(0.24, 0.006) || near(0.78, 0.006) || near(0.93, 0.006) {
                tone = GILT;
            } else if near(0.16, 0.05) {
                tone = scale(cloth, 0.7);
            }
        } else if style < 0.65 {
            if (0.14..0.46).contains(&down) && (0.16..0.84).contains(&across) {
                tone = label;
                // Writing from top to bottom, too far away to read.
                let sign = (down * tall * 70.0).fract();
                if (0.32..0.68).contains(&across)
                    && sign > 0.25
                    && fractal(u * 700.0, v * 500.0, 1, salt) > 0.22
                {
                    tone = scale(cloth, 0.6);
                }
            }
        } else if style < 0.85 && (0.2..0.6).contains(&down) && (0.36..0.64).contains(&across) {
            let sign = (down * tall * 60.0).fract();
            if sign > 0.3 && fractal(u * 700.0, v * 500.0, 1, salt) > 0.2 {
                tone = GILT;
            }
        }
        (scale(tone, round * worn).map(|c| c.min(252.0)), 1.0)
    });
}

/// A few books lying on each other.
fn pile(canvas: &mut Canvas, dice: &mut Dice, (x, floor): (f32, f32)) {
    let mut y = floor;
    for _ in 0..4 {
        let (thick, long) = (dice.between(0.014, 0.024), dice.between(0.095, 0.122));
        let cloth = dice.pick(&CLOTH);
        canvas.shade((x, y - thick), (x + long, y - 0.001), |u, v, _| {
            let up = (y - v) / thick;
            let round = 0.5 + 0.65 * (up * std::f32::consts::PI).sin().max(0.0);
            let band = ((u - x) / long - 0.2).abs() < 0.012 || ((u - x) / long - 0.8).abs() < 0.012;
            (scale(if band { GILT } else { cloth }, round), 1.0)
        });
        y -= thick;
    }
}

fn plank(canvas: &mut Canvas, (from, to): (f32, f32), top: f32, thick: f32, salt: u32) {
    canvas.shade((from, top), (to, top + thick), |x, y, _| {
        let grain = 0.75 + 0.5 * fractal(x * 5.0, y * 160.0, 3, salt ^ 9);
        let edge = 1.25 - 0.6 * step(0.0, thick, y - top);
        (scale([124.0, 78.0, 44.0], grain * edge), 1.0)
    });
}

/// The shadow a plank throws on the books under it.
fn shadow(canvas: &mut Canvas, aspect: f32, top: f32, long: f32) {
    canvas.shade((0.0, top), (aspect, top + long), |_, y, under| {
        let fade = 1.0 - step(0.0, long, y - top);
        (scale(under, 1.0 - 0.7 * fade), 1.0)
    });
}
