//! Randomness from a seed: dice, and noise that is the same wherever it is asked.

/// Throws that follow from a seed (splitmix64).
#[derive(Debug)]
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed ^ 0x5eed_0f7a_1e55_c0de)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number of `from..to`.
    pub(super) fn between(&mut self, from: f32, to: f32) -> f32 {
        from + (to - from) * ((self.next() >> 40) as f32 / (1 << 24) as f32)
    }

    /// One of `options`.
    pub(super) fn pick<T: Copy + Default>(&mut self, options: &[T]) -> T {
        let index = self.next() as usize % options.len().max(1);
        options.get(index).copied().unwrap_or_default()
    }

    /// A salt for noise of its own.
    pub(super) fn salt(&mut self) -> u32 {
        (self.next() >> 32) as u32
    }
}

/// 0..1 for a whole point. This and its callers are asked tens of times a pixel and the demo is built
/// with little optimisation, hence the inlining.
#[inline(always)]
pub(super) fn hash(x: i32, y: i32, salt: u32) -> f32 {
    let mut h = (x as u32).wrapping_mul(0x27d4_eb2d) ^ (y as u32).wrapping_mul(0x1656_67b1) ^ salt;
    h = (h ^ (h >> 15)).wrapping_mul(0x85eb_ca6b);
    h = (h ^ (h >> 13)).wrapping_mul(0xc2b2_ae35);
    (h ^ (h >> 16)) as f32 / u32::MAX as f32
}

/// Smooth noise, 0..1, one hill a unit.
#[inline(always)]
pub(super) fn value(x: f32, y: f32, salt: u32) -> f32 {
    let (ix, iy) = (floor(x), floor(y));
    let (tx, ty) = (smooth(x - ix as f32), smooth(y - iy as f32));
    let top = mix(hash(ix, iy, salt), hash(ix + 1, iy, salt), tx);
    let bottom = mix(hash(ix, iy + 1, salt), hash(ix + 1, iy + 1, salt), tx);
    mix(top, bottom, ty)
}

/// Noise of several octaves, 0..1.
pub(super) fn fractal(x: f32, y: f32, octaves: i32, salt: u32) -> f32 {
    let (mut sum, mut weight, mut scale) = (0.0, 0.5, 1.0);
    for octave in 0..octaves {
        sum += weight * value(x * scale, y * scale, salt.wrapping_add(octave as u32 * 977));
        weight *= 0.5;
        scale *= 2.03;
    }
    sum
}

#[inline(always)]
pub(super) fn mix(a: f32, b: f32, t: f32) -> f32 {
    a + (b - a) * t
}

/// The S-curve of 0..1.
#[inline(always)]
fn smooth(t: f32) -> f32 {
    t * t * (3.0 - 2.0 * t)
}

/// 0 below `from`, 1 above `to`, an S-curve between.
pub(super) fn step(from: f32, to: f32, x: f32) -> f32 {
    smooth(((x - from) / (to - from)).clamp(0.0, 1.0))
}

/// `f32::floor` is a call into the C library on the plainest x86-64.
#[inline(always)]
fn floor(x: f32) -> i32 {
    let whole = x as i32;
    whole - i32::from(x < whole as f32)
}
