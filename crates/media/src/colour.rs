//! Wide colour to sRGB. Telephones photograph in Display P3; without the profile, which no derivative
//! carries, their colours would look dull.

use crate::reader::{be16, be32, take};

/// XYZ under D50, the connection space of ICC profiles, to linear sRGB.
const XYZ_TO_SRGB: [[f32; 3]; 3] = [
    [3.133_856, -1.616_867, -0.490_615],
    [-0.978_768, 1.916_142, 0.033_454],
    [0.071_945, -0.228_991, 1.405_243],
];

/// Steps of the table from linear light to sRGB; fine enough for the steep dark end.
const STEPS: usize = 16_384;
/// Differences up to this many of 255 are not worth touching every pixel.
const INVISIBLE: u8 = 2;

/// A ready conversion of 8-bit pixels.
#[derive(Debug)]
pub(crate) struct ToSrgb {
    curves: [Vec<f32>; 3],
    matrix: [[f32; 3]; 3],
    encode: Vec<u8>,
}

impl ToSrgb {
    /// The conversion for a matrix profile. `None` for any other (grey, CMYK, tables), for a damaged
    /// one, and when the profile is sRGB in all but name.
    pub(crate) fn from_icc(profile: &[u8]) -> Option<Self> {
        if take(profile, 16, 8)? != b"RGB XYZ " || take(profile, 36, 4)? != b"acsp" {
            return None;
        }
        let column = |name| xyz(tag(profile, name)?);
        let (red, green, blue) = (column(b"rXYZ")?, column(b"gXYZ")?, column(b"bXYZ")?);
        let curve = |name| curve(tag(profile, name)?);
        let conversion = Self {
            curves: [curve(b"rTRC")?, curve(b"gTRC")?, curve(b"bTRC")?],
            matrix: XYZ_TO_SRGB.map(|row| [dot(row, red), dot(row, green), dot(row, blue)]),
            encode: (0..=STEPS)
                .map(|step| srgb(step as f32 / STEPS as f32))
                .collect(),
        };
        conversion.is_visible().then_some(conversion)
    }

    /// Converts pixels of `channels` bytes in place; a fourth channel stays.
    pub(crate) fn apply(&self, pixels: &mut [u8], channels: usize) {
        for pixel in pixels.chunks_exact_mut(channels) {
            if let [r, g, b, ..] = pixel {
                [*r, *g, *b] = self.convert([*r, *g, *b]);
            }
        }
    }

    fn convert(&self, pixel: [u8; 3]) -> [u8; 3] {
        let [red, green, blue] = &self.curves;
        let [r, g, b] = pixel;
        let light =
            |curve: &[f32], value: u8| curve.get(usize::from(value)).copied().unwrap_or_default();
        let linear = [light(red, r), light(green, g), light(blue, b)];
        self.matrix.map(|row| {
            let step = (dot(row, linear).clamp(0.0, 1.0) * STEPS as f32 + 0.5) as usize;
            self.encode.get(step).copied().unwrap_or(255)
        })
    }

    fn is_visible(&self) -> bool {
        let corner = [0, 64, 128, 192, 255];
        corner.iter().any(|r| {
            corner.iter().any(|g| {
                corner.iter().any(|b| {
                    let from = [*r, *g, *b];
                    let to = self.convert(from);
                    from.iter().zip(to).any(|(a, b)| a.abs_diff(b) > INVISIBLE)
                })
            })
        })
    }
}

fn dot(a: [f32; 3], b: [f32; 3]) -> f32 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

fn srgb(linear: f32) -> u8 {
    let value = if linear <= 0.003_130_8 {
        12.92 * linear
    } else {
        1.055 * linear.powf(1.0 / 2.4) - 0.055
    };
    (value * 255.0 + 0.5) as u8
}

fn tag<'a>(profile: &'a [u8], name: &[u8; 4]) -> Option<&'a [u8]> {
    // Real profiles have about fifteen tags.
    let count = be32(profile, 128)?.min(100) as usize;
    (0..count).find_map(|index| {
        let entry = take(profile, 132 + 12 * index, 12)?;
        if take(entry, 0, 4)? != name {
            return None;
        }
        take(profile, be32(entry, 4)? as usize, be32(entry, 8)? as usize)
    })
}

/// A fixed-point number of 16.16 bits.
fn fixed(bytes: &[u8], at: usize) -> Option<f32> {
    Some(be32(bytes, at)?.cast_signed() as f32 / 65_536.0)
}

fn xyz(tag: &[u8]) -> Option<[f32; 3]> {
    (take(tag, 0, 4)? == b"XYZ ").then_some(())?;
    Some([fixed(tag, 8)?, fixed(tag, 12)?, fixed(tag, 16)?])
}

/// The 256 values of a tone curve.
fn curve(tag: &[u8]) -> Option<Vec<f32>> {
    let inputs = (0..=255_u8).map(|value| f32::from(value) / 255.0);
    match take(tag, 0, 4)? {
        b"curv" => match be32(tag, 8)? as usize {
            0 => Some(inputs.collect()),
            1 => {
                let gamma = f32::from(be16(tag, 12)?) / 256.0;
                Some(inputs.map(|x| x.powf(gamma)).collect())
            }
            count => inputs
                .map(|x| {
                    let place = x * (count - 1) as f32;
                    let at = |index: usize| {
                        be16(tag, 12 + 2 * index.min(count - 1))
                            .map(|value| f32::from(value) / 65_535.0)
                    };
                    let (low, high) = (at(place as usize)?, at(place as usize + 1)?);
                    Some(low + (high - low) * place.fract())
                })
                .collect(),
        },
        b"para" => parametric(tag).map(|shape| inputs.map(|x| shape.at(x)).collect()),
        _ => None,
    }
}

/// y = (a·x + b)^g + e from d on, c·x + f below.
struct Shape {
    g: f32,
    a: f32,
    b: f32,
    c: f32,
    d: f32,
    e: f32,
    f: f32,
}

impl Shape {
    fn at(&self, x: f32) -> f32 {
        if x >= self.d {
            (self.a * x + self.b).max(0.0).powf(self.g) + self.e
        } else {
            self.c * x + self.f
        }
    }
}

fn parametric(tag: &[u8]) -> Option<Shape> {
    let number = |index: usize| fixed(tag, 12 + 4 * index);
    let mut shape = Shape {
        g: number(0)?,
        a: 1.0,
        b: 0.0,
        c: 0.0,
        d: 0.0,
        e: 0.0,
        f: 0.0,
    };
    let kind = be16(tag, 8)?;
    if kind >= 1 {
        (shape.a, shape.b) = (number(1)?, number(2)?);
        shape.d = -shape.b / shape.a;
    }
    if kind == 2 {
        let c = number(3)?;
        (shape.e, shape.f) = (c, c);
    }
    if kind >= 3 {
        (shape.c, shape.d) = (number(3)?, number(4)?);
    }
    if kind == 4 {
        (shape.e, shape.f) = (number(5)?, number(6)?);
    }
    (kind <= 4).then_some(shape)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::specimens::{DISPLAY_P3, SRGB, icc};

    #[test]
    fn display_p3_becomes_srgb_and_grey_stays() {
        let conversion = ToSrgb::from_icc(&icc(DISPLAY_P3)).unwrap();
        // The same colour through moxcms 0.9: (218, 24, 40).
        let [r, g, b] = conversion.convert([200, 50, 50]);
        assert!(
            r.abs_diff(218) <= 1 && g.abs_diff(24) <= 1 && b.abs_diff(40) <= 1,
            "{r} {g} {b}"
        );
        for grey in [0, 1, 77, 200, 255] {
            for channel in conversion.convert([grey; 3]) {
                assert!(channel.abs_diff(grey) <= 1, "{grey} became {channel}");
            }
        }
    }

    #[test]
    fn srgb_and_rubbish_convert_nothing() {
        assert!(ToSrgb::from_icc(&icc(SRGB)).is_none());
        assert!(ToSrgb::from_icc(b"").is_none());
        let mut cut = icc(DISPLAY_P3);
        cut.truncate(200);
        assert!(ToSrgb::from_icc(&cut).is_none());
    }
}
