//! Pictures of no size worth keeping: hills under a sky, as BMP, which every browser shows.

use bytes::Bytes;
use yigao_core::{Derivative, Digest, Made};

pub(crate) fn make(derivative: &Derivative) -> (Bytes, Made) {
    let Some(spec) = &derivative.spec else {
        return file(derivative);
    };
    let (width, height) = if spec.crop.is_some() {
        (800, 450)
    } else {
        (900, 600)
    };
    let bytes = Bytes::from(bmp(width, height, derivative.source.as_str().as_bytes()));
    let digest = Digest::of_bytes(&bytes);
    let made = Made {
        file_name: format!("{}.bmp", digest.short()),
        media_type: "image/bmp".into(),
        bytes: bytes.len() as u64,
        width: Some(width),
        height: Some(height),
        digest,
    };
    (bytes, made)
}

fn file(derivative: &Derivative) -> (Bytes, Made) {
    let bytes = Bytes::from(format!("file {}", derivative.source));
    let digest = Digest::of_bytes(&bytes);
    let made = Made {
        file_name: format!("{}.pdf", digest.short()),
        media_type: "application/pdf".into(),
        bytes: bytes.len() as u64,
        width: None,
        height: None,
        digest,
    };
    (bytes, made)
}

fn bmp(width: u32, height: u32, seed: &[u8]) -> Vec<u8> {
    let row = (width * 3).div_ceil(4) * 4;
    let mut out = b"BM".to_vec();
    for word in [
        54 + row * height,
        0,
        54,
        40,
        width,
        height,
        0x0018_0001,
        0,
        row * height,
        2835,
        2835,
        0,
        0,
    ] {
        out.extend_from_slice(&word.to_le_bytes());
    }
    let s = |at: usize| f64::from(seed.get(at).copied().unwrap_or(48) % 16) / 16.0;
    for up in 0..height {
        let y = f64::from(up) / f64::from(height);
        for across in 0..width {
            let x = f64::from(across) / f64::from(width) * 6.0;
            let hill = |base: f64, n: usize| {
                base + 0.09 * (x * (1.0 + s(n)) + 6.0 * s(n + 1)).sin()
                    + 0.05 * (x * 2.3 + 9.0 * s(n + 2)).cos()
            };
            let (b, g, r) = if y < hill(0.22, 0) {
                (60.0 + 30.0 * s(7), 95.0 + 20.0 * y, 60.0 + 30.0 * s(8))
            } else if y < hill(0.42, 3) {
                (110.0, 130.0 + 30.0 * s(9), 95.0 + 40.0 * s(10))
            } else {
                (
                    215.0 + 40.0 * y - 30.0 * s(11),
                    200.0 + 20.0 * y,
                    190.0 + 50.0 * (1.0 - y),
                )
            };
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "clamped"
            )]
            out.extend([b, g, r].map(|c: f64| c.clamp(0.0, 255.0) as u8));
        }
        out.resize(54 + (row * (up + 1)) as usize, 0);
    }
    out
}
