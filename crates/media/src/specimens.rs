//! Files the tests are made of.

use image::{DynamicImage, ImageFormat, RgbImage};
use yigao_core::asset::{DerivativeSpec, PictureFormat};
use yigao_core::digest::Digest;

use crate::encode::chunk;

pub(crate) const AIGC: &str = r#"{"Label":"1","ContentProducer":"001191440101MB2C1234","ProduceID":"a-1","ReservedCode1":"","ContentPropagator":"","PropagateID":"","ReservedCode2":""}"#;

/// A deterministic stream of bytes (xorshift).
pub(crate) fn noise(seed: u32) -> impl FnMut() -> u8 {
    let mut state = seed.max(1);
    move || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        (state >> 11) as u8
    }
}

/// Nothing compresses worse.
pub(crate) fn noisy(width: u32, height: u32) -> RgbImage {
    let mut next = noise(7);
    RgbImage::from_fn(width, height, |_, _| image::Rgb([next(), next(), next()]))
}

/// Smooth, and every corner different.
pub(crate) fn smooth(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        image::Rgb([(x * 255 / width) as u8, (y * 255 / height) as u8, 90])
    })
}

pub(crate) fn jpeg(image: &RgbImage) -> Vec<u8> {
    crate::encode::jpeg(image, 88, None).unwrap()
}

pub(crate) fn png(image: impl Into<DynamicImage>) -> Vec<u8> {
    file(image, ImageFormat::Png)
}

pub(crate) fn file(image: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut out = std::io::Cursor::new(Vec::new());
    image.into().write_to(&mut out, format).unwrap();
    out.into_inner()
}

/// `jpeg` with one more segment right after SOI.
pub(crate) fn with_segment(jpeg: &[u8], marker: u8, lead: &[u8], body: &[u8]) -> Vec<u8> {
    let len = (lead.len() + body.len() + 2) as u16;
    let head = [&[0xff, marker][..], &len.to_be_bytes(), lead, body].concat();
    [&jpeg[..2], &head, &jpeg[2..]].concat()
}

pub(crate) fn with_xmp(jpeg: &[u8], xmp: &str) -> Vec<u8> {
    with_segment(
        jpeg,
        0xe1,
        b"http://ns.adobe.com/xap/1.0/\0",
        xmp.as_bytes(),
    )
}

/// EXIF of a telephone: orientation, maker, and a GPS position.
pub(crate) fn exif(orientation: u16) -> Vec<u8> {
    let mut tiff = b"II*\0\x08\0\0\0\x03\0".to_vec();
    let mut entry = |tag: u16, kind: u16, count: u32, value: u32| {
        tiff.extend(tag.to_le_bytes());
        tiff.extend(kind.to_le_bytes());
        tiff.extend(count.to_le_bytes());
        tiff.extend(value.to_le_bytes());
    };
    entry(0x010f, 2, 10, 50);
    entry(0x0112, 3, 1, u32::from(orientation));
    entry(0x8825, 4, 1, 60);
    tiff.extend([0; 4]);
    tiff.extend(b"MakerPhone");
    // A GPS directory with the latitude's hemisphere.
    tiff.extend(b"\x01\0\x01\0\x02\0\x02\0\0\0N\0\0\0\0\0\0\0GPSGPS");
    tiff
}

/// A PNG header that claims a size, and no pixels to speak of.
pub(crate) fn png_claiming(width: u32, height: u32) -> Vec<u8> {
    let head = [
        &width.to_be_bytes()[..],
        &height.to_be_bytes(),
        &[8, 2, 0, 0, 0],
    ]
    .concat();
    [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        chunk(b"IHDR", &head),
        chunk(b"IDAT", b"x\x9c\x03\0\0\0\0\x01"),
        chunk(b"IEND", b""),
    ]
    .concat()
}

/// Columns of a matrix profile under D50.
pub(crate) type Columns = [[f64; 3]; 3];
pub(crate) const DISPLAY_P3: Columns = [
    [0.51512, 0.24120, -0.00105],
    [0.29198, 0.69225, 0.04189],
    [0.15710, 0.06657, 0.78407],
];
pub(crate) const SRGB: Columns = [
    [0.43607, 0.22249, 0.01392],
    [0.38515, 0.71687, 0.09708],
    [0.14307, 0.06061, 0.71410],
];

/// A matrix profile with the sRGB tone curve.
pub(crate) fn icc(columns: Columns) -> Vec<u8> {
    let fixed = |value: f64| ((value * 65_536.0).round() as i32).to_be_bytes();
    let mut profile = vec![0; 128];
    profile[16..24].copy_from_slice(b"RGB XYZ ");
    profile[36..40].copy_from_slice(b"acsp");
    profile.extend(6_u32.to_be_bytes());
    let data = 132 + 6 * 12;
    let entry = |name: &[u8; 4], at: u32, len: u32| {
        [&name[..], &at.to_be_bytes(), &len.to_be_bytes()].concat()
    };
    for (index, name) in [b"rXYZ", b"gXYZ", b"bXYZ"].into_iter().enumerate() {
        profile.extend(entry(name, data + 20 * index as u32, 20));
    }
    for name in [b"rTRC", b"gTRC", b"bTRC"] {
        profile.extend(entry(name, data + 60, 32));
    }
    for column in columns {
        profile.extend(b"XYZ \0\0\0\0");
        profile.extend(column.into_iter().flat_map(fixed));
    }
    profile.extend(b"para\0\0\0\0\0\x03\0\0");
    profile.extend(
        [2.4, 1.0 / 1.055, 0.055 / 1.055, 1.0 / 12.92, 0.04045]
            .into_iter()
            .flat_map(fixed),
    );
    profile
}

/// JPEG of at most `max_width`, `max_bytes`, uncropped.
pub(crate) fn spec(max_width: u32, max_bytes: u64) -> DerivativeSpec {
    DerivativeSpec {
        source: Digest::of_bytes(b""),
        crop: None,
        focus: None,
        max_width,
        max_height: None,
        format: PictureFormat::Jpeg,
        max_bytes,
    }
}
