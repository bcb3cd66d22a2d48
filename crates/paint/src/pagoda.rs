//! A pagoda on a wooded hill before a large moon.

use crate::canvas::{Canvas, Colour, blend, gradient, scale};
use crate::gate::roof;
use crate::noise::{Dice, fractal, mix, step};

#[derive(Clone, Copy, Default)]
struct Night {
    top: Colour,
    low: Colour,
    moon: Colour,
    near: Colour,
}

const BLUE: Night = Night {
    top: [16.0, 28.0, 66.0],
    low: [120.0, 148.0, 178.0],
    moon: [255.0, 246.0, 220.0],
    near: [10.0, 20.0, 34.0],
};
const ROSE: Night = Night {
    top: [66.0, 46.0, 98.0],
    low: [244.0, 170.0, 150.0],
    moon: [255.0, 232.0, 200.0],
    near: [34.0, 20.0, 40.0],
};

pub(super) fn pagoda(canvas: &mut Canvas, dice: &mut Dice) {
    let night = dice.pick(&[BLUE, ROSE]);
    let salt = dice.salt();
    let aspect = canvas.aspect();
    let stops = [(0.0, night.top), (0.8, night.low)];
    canvas.fill(|x, y| {
        let cloud =
            step(0.45, 0.8, fractal(x * 1.3, y * 6.5, 5, salt)) * 0.4 * (1.0 - step(0.3, 0.9, y));
        blend(gradient(&stops, y), night.moon, cloud * 0.6)
    });
    let side = dice.pick(&[0.36, 0.64]);
    let foot = (aspect * side, 0.74);
    let moon = (foot.0 + 0.1 * (0.5 - side).signum(), 0.37);
    canvas.glow(moon, 0.75, night.moon, 0.5);
    canvas.ellipse(moon, (0.21, 0.21), 0.015, night.moon, 0.97);
    canvas.shade(
        (moon.0 - 0.21, moon.1 - 0.21),
        (moon.0 + 0.21, moon.1 + 0.21),
        |x, y, under| {
            let far = ((x - moon.0).powi(2) + (y - moon.1).powi(2)).sqrt();
            let seas = step(0.42, 0.68, fractal(x * 7.0, y * 7.0, 4, salt ^ 5)) * 0.14;
            (
                scale(under, 0.82),
                seas * 4.0 * (1.0 - step(0.15, 0.205, far)),
            )
        },
    );
    for range in 0..3_u8 {
        let near = f32::from(range) / 3.0;
        let own = dice.salt();
        let tone = blend(night.low, night.near, mix(0.3, 0.7, near));
        let base = mix(0.66, 0.82, near);
        canvas.below(
            1.0,
            |x| base - 0.22 * (fractal(x * 2.2 + 9.0, 2.0, 6, own) - 0.3),
            |_, _, depth| (blend(tone, night.low, 0.75 * step(0.0, 0.22, depth)), 1.0),
        );
    }
    tower(canvas, foot, 0.6, &night);
    let own = dice.salt();
    let hill = move |x: f32| {
        let rise = (-((x - foot.0) / 0.42).powi(2)).exp() * 0.2;
        let bush = fractal(x * 22.0, 4.0, 4, own) * 0.05 + fractal(x * 5.0, 1.0, 2, own) * 0.05;
        0.94 - rise - bush
    };
    canvas.below(1.0, hill, |x, y, depth| {
        let leaf = 0.7 + 0.8 * fractal(x * 44.0, y * 44.0, 3, own);
        let rim = blend(
            scale(night.near, leaf),
            night.low,
            0.18 * (1.0 - step(0.0, 0.03, depth)),
        );
        (rim, 1.0)
    });
    birds(
        canvas,
        dice,
        (moon.0 - 0.45 * (side - 0.5).signum(), 0.24),
        night.near,
    );
    branch(canvas, dice, &night, side < 0.5);
}

/// Seven storeys, each a little smaller, with lit windows and a spire.
fn tower(canvas: &mut Canvas, (x, foot): (f32, f32), tall: f32, night: &Night) {
    let storeys = 7_u8;
    let mut y = foot + 0.02;
    let wall = blend(night.near, [96.0, 40.0, 34.0], 0.35);
    for storey in 0..storeys {
        let t = f32::from(storey) / f32::from(storeys - 1);
        let (half, high) = (mix(0.085, 0.047, t), tall * mix(0.135, 0.1, t));
        let top = y - high * 0.62;
        canvas.polygon_with(
            &[
                (x - half, top),
                (x + half, top),
                (x + half, y),
                (x - half, y),
            ],
            |u, _| scale(wall, 1.1 - 0.5 * ((u - x) / half + 0.3).abs()),
        );
        for window in [-0.62, 0.0, 0.62] {
            let (cx, w) = (x + window * half, half * 0.13);
            let (a, b) = (mix(top, y, 0.32), mix(top, y, 0.92));
            canvas.polygon(
                &[(cx - w, a), (cx + w, a), (cx + w, b), (cx - w, b)],
                [255.0, 190.0, 96.0],
            );
            canvas.glow((cx, (a + b) / 2.0), w * 7.0, [255.0, 160.0, 70.0], 0.35);
        }
        roof(
            canvas,
            (x - half * 1.45, x + half * 1.45),
            top + 0.004,
            high * 0.46,
        );
        y = top - high * 0.3;
    }
    let spire = tall * 0.16;
    for ring in 0..5_u8 {
        let t = f32::from(ring) / 5.0;
        canvas.ellipse(
            (x, y - spire * (0.1 + 0.6 * t)),
            (mix(0.014, 0.005, t), 0.007),
            0.1,
            night.near,
            1.0,
        );
    }
    canvas.polygon(
        &[(x - 0.004, y + 0.02), (x, y - spire), (x + 0.004, y + 0.02)],
        night.near,
    );
}

fn birds(canvas: &mut Canvas, dice: &mut Dice, (x, y): (f32, f32), tone: Colour) {
    for _ in 0..9 {
        let (cx, cy) = (x + dice.between(-0.2, 0.2), y + dice.between(-0.09, 0.09));
        let (wing, lift) = (dice.between(0.009, 0.018), dice.between(0.25, 0.6));
        for side in [-1.0, 1.0] {
            let tip = (cx + side * wing, cy - wing * lift);
            let elbow = (cx + side * wing * 0.5, cy - wing * lift * 1.05);
            canvas.polygon(
                &[
                    (cx, cy),
                    elbow,
                    tip,
                    (elbow.0, elbow.1 + wing * 0.16),
                    (cx, cy + wing * 0.22),
                ],
                tone,
            );
        }
    }
}

/// A blossoming branch reaching in from the free side.
fn branch(canvas: &mut Canvas, dice: &mut Dice, night: &Night, from_right: bool) {
    let aspect = canvas.aspect();
    let (edge, inward) = if from_right {
        (aspect + 0.02, -1.0)
    } else {
        (-0.02, 1.0)
    };
    let petals = [
        [250.0, 196.0, 204.0],
        [255.0, 224.0, 226.0],
        [236.0, 150.0, 168.0],
    ];
    for twig in 0..4_u8 {
        let mut at = (edge, 0.06 + f32::from(twig) * 0.05);
        let mut turn = dice.between(0.05, 0.5);
        let mut thick = 0.013 - f32::from(twig) * 0.002;
        for _ in 0..11 {
            turn += dice.between(-0.32, 0.3);
            let long = dice.between(0.035, 0.055);
            let to = (at.0 + inward * turn.cos() * long, at.1 + turn.sin() * long);
            let thin = thick * 0.84;
            canvas.polygon(
                &[
                    (at.0, at.1 - thick / 2.0),
                    (to.0, to.1 - thin / 2.0),
                    (to.0, to.1 + thin / 2.0),
                    (at.0, at.1 + thick / 2.0),
                ],
                night.near,
            );
            for _ in 0..4 {
                let spot = (
                    to.0 + dice.between(-0.03, 0.03),
                    to.1 + dice.between(-0.026, 0.026),
                );
                let tone = dice.pick(&petals);
                flower(canvas, dice, spot, tone);
            }
            (at, thick) = (to, thin);
        }
    }
}

fn flower(canvas: &mut Canvas, dice: &mut Dice, (x, y): (f32, f32), tone: Colour) {
    let size = dice.between(0.005, 0.0095);
    let turn = dice.between(0.0, 6.0);
    for petal in 0..5_u8 {
        let angle = turn + f32::from(petal) * 1.2566;
        let at = (x + angle.cos() * size * 0.8, y + angle.sin() * size * 0.8);
        canvas.ellipse(at, (size * 0.72, size * 0.72), 0.3, tone, 0.95);
    }
    canvas.ellipse(
        (x, y),
        (size * 0.4, size * 0.4),
        0.5,
        [206.0, 92.0, 96.0],
        0.9,
    );
}
