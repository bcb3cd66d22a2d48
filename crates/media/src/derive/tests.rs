use image::{DynamicImage, ImageBuffer, ImageFormat, Luma, Rgb, RgbImage, Rgba};
use proptest::prelude::*;
use yigao_core::asset::{AiUse, Ratio};

use super::*;
use crate::reader::contains;
use crate::specimens::{
    AIGC, DISPLAY_P3, exif, file, icc, jpeg, noise, noisy, png, smooth, spec, with_segment,
    with_xmp,
};
use crate::{Limits, inspect};

fn make(bytes: &[u8], spec: &DerivativeSpec) -> Result<Derived, MediaError> {
    Source::decode(bytes, &Limits::default())?.derive(spec)
}

fn seen(derived: &Derived) -> RgbImage {
    image::load_from_memory(&derived.bytes).unwrap().into_rgb8()
}

fn near(got: Rgb<u8>, want: [u8; 3], by: u8) {
    let close = got.0.iter().zip(want).all(|(a, b)| a.abs_diff(b) <= by);
    assert!(close, "{got:?}, not {want:?}");
}

#[test]
fn the_record_agrees_with_the_bytes() {
    let derived = make(&jpeg(&smooth(400, 300)), &spec(200, 50_000)).unwrap();
    let made = &derived.made;
    assert_eq!(made.digest, Digest::of_bytes(&derived.bytes));
    assert_eq!(made.bytes, derived.bytes.len() as u64);
    assert_eq!((made.width, made.height), (Some(200), Some(150)));
    assert_eq!(
        made.file_name,
        format!("{}.jpg", made.digest.as_str().get(..16).unwrap())
    );
    assert_eq!(seen(&derived).dimensions(), (200, 150));
    assert_eq!(
        (derived.quality, derived.shrunk),
        (90, false),
        "smooth content ends at the cap"
    );
}

#[test]
fn equal_input_gives_equal_bytes() {
    let original = jpeg(&noisy(300, 200));
    let wanted = spec(250, 20_000);
    assert_eq!(
        make(&original, &wanted).unwrap(),
        make(&original, &wanted).unwrap()
    );
}

#[test]
fn orientation_six_comes_out_upright_and_bare() {
    // Stored: red grows to the right. Turned clockwise it grows downwards.
    let turned = with_segment(&jpeg(&smooth(90, 60)), 0xe1, b"Exif\0\0", &exif(6));
    let derived = make(&turned, &spec(1000, 50_000)).unwrap();
    let image = seen(&derived);
    assert_eq!(image.dimensions(), (60, 90));
    near(*image.get_pixel(58, 1), [2, 4, 90], 14);
    near(*image.get_pixel(58, 88), [250, 4, 90], 14);
    assert!(contains(&turned, b"GPSGPS") && contains(&turned, b"MakerPhone"));
    assert!(!contains(&derived.bytes, b"Exif") && !contains(&derived.bytes, b"GPS"));
    assert!(!contains(&derived.bytes, b"MakerPhone"));
}

#[test]
fn a_cover_of_a_noisy_picture_fits_64_kilobytes() {
    let mut wanted = spec(900, 64_000);
    wanted.max_height = Some(383);
    wanted.crop = Some(Ratio { w: 235, h: 100 });
    let original = jpeg(&noisy(1600, 1200));
    let derived = make(&original, &wanted).unwrap();
    assert!(
        derived.bytes.len() <= 64_000 && derived.fill >= 0.94,
        "{}",
        derived.bytes.len()
    );
    assert_eq!(
        (derived.made.width, derived.made.height, derived.shrunk),
        (Some(900), Some(383), false)
    );
    // At 24 kB the lowest quality does not do: the width gives way, the ratio stays.
    wanted.max_bytes = 24_000;
    let derived = make(&original, &wanted).unwrap();
    assert!(derived.bytes.len() <= 24_000 && derived.shrunk && derived.quality >= 30);
    let (width, height) = seen(&derived).dimensions();
    assert!(
        width < 900 && (width * 100).abs_diff(height * 235) <= 235,
        "{width}×{height}"
    );
    // Lightly textured content keeps its size and fills the budget.
    let mut next = noise(3);
    let textured = RgbImage::from_fn(1600, 1200, |x, y| {
        Rgb([(x / 8) as u8, (y / 6) as u8, 90 + next() % 48])
    });
    let derived = make(&jpeg(&textured), &spec(1200, 64_000)).unwrap();
    assert!(
        derived.bytes.len() <= 64_000 && derived.fill >= 0.94,
        "{}",
        derived.fill
    );
    assert!(!derived.shrunk);
}

#[test]
fn a_budget_nothing_fits_is_an_error_with_numbers() {
    let error = make(&jpeg(&noisy(400, 400)), &spec(400, 900)).unwrap_err();
    let MediaError::BudgetTooSmall {
        max_bytes,
        smallest,
        width,
        ..
    } = error
    else {
        panic!("{error:?}")
    };
    assert!(
        max_bytes == 900 && smallest > 900 && (90..=110).contains(&width),
        "{smallest} at {width}"
    );
}

#[test]
fn a_nought_in_the_specification_is_refused() {
    let original = png(smooth(9, 9));
    assert!(matches!(
        make(&original, &spec(0, 9_000)),
        Err(MediaError::BadSpec(_))
    ));
    let mut wanted = spec(9, 9_000);
    wanted.crop = Some(Ratio { w: 0, h: 1 });
    assert!(matches!(
        make(&original, &wanted),
        Err(MediaError::BadSpec(_))
    ));
}

#[test]
fn rights_and_labels_come_along_byte_for_byte_and_count_in_the_budget() {
    let packet = format!(
        "<rdf:RDF xmlns:rdf='r'><rdf:Description xmlns:TC260='http://www.tc260.org.cn/ns/AIGC/1.0/' \
         xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:exif='http://ns.adobe.com/exif/1.0/' \
         exif:GPSLatitude='23,7N' dc:creator='林晓'><TC260:AIGC>{AIGC}</TC260:AIGC></rdf:Description></rdf:RDF>"
    );
    let original = with_xmp(&jpeg(&noisy(300, 200)), &packet);
    for format in [PictureFormat::Jpeg, PictureFormat::Png] {
        let mut wanted = spec(200, 20_000);
        wanted.format = format;
        let derived = make(&original, &wanted).unwrap();
        assert!(derived.bytes.len() <= 20_000);
        assert!(contains(&derived.bytes, AIGC.as_bytes()) && !contains(&derived.bytes, b"GPS"));
        let rights = inspect(&derived.bytes, &Limits::default()).unwrap().rights;
        assert_eq!(rights.aigc_json.as_deref(), Some(AIGC));
        assert_eq!(
            (rights.ai, rights.creator.as_deref()),
            (Some(AiUse::Generated), Some("林晓"))
        );
        image::load_from_memory(&derived.bytes).unwrap();
    }
}

#[test]
fn a_polyglot_tail_is_gone() {
    let original = [
        &jpeg(&smooth(90, 60))[..],
        b"PK\x03\x04<script>evil</script>",
    ]
    .concat();
    let derived = make(&original, &spec(90, 50_000)).unwrap();
    assert!(derived.bytes.ends_with(&[0xff, 0xd9]) && !contains(&derived.bytes, b"evil"));
}

#[test]
fn a_picture_cut_in_half_is_truncated_not_grey() {
    let whole = jpeg(&smooth(90, 60));
    let error = make(&whole[..whole.len() / 2], &spec(90, 50_000)).unwrap_err();
    assert!(
        matches!(
            error,
            MediaError::Truncated {
                media_type: "image/jpeg",
                ..
            }
        ),
        "{error:?}"
    );
}

#[test]
fn transparency_is_white_in_jpeg_and_stays_in_png() {
    let glass = ImageBuffer::from_fn(40, 40, |x, _| {
        Rgba([200_u8, 0, 0, if x < 20 { 0 } else { 255 }])
    });
    let original = png(glass);
    let flat = seen(&make(&original, &spec(40, 50_000)).unwrap());
    near(*flat.get_pixel(4, 20), [255, 255, 255], 3);
    near(*flat.get_pixel(36, 20), [200, 0, 0], 8);
    let mut wanted = spec(40, 50_000);
    wanted.format = PictureFormat::Png;
    let shared_value = make(&original, &wanted).unwrap();
    let shared_value = image::load_from_memory(&shared_value.bytes)
        .unwrap()
        .into_rgba8();
    assert_eq!(
        (
            shared_value.get_pixel(4, 20).0[3],
            shared_value.get_pixel(36, 20).0[3]
        ),
        (0, 255)
    );
}

#[test]
fn a_png_beyond_its_budget_shrinks() {
    let mut wanted = spec(300, 60_000);
    wanted.format = PictureFormat::Png;
    let derived = make(&png(noisy(300, 200)), &wanted).unwrap();
    assert!(derived.shrunk && derived.bytes.len() <= 60_000);
    assert_eq!(derived.made.media_type, "image/png");
}

#[test]
fn grey_sixteen_bit_and_other_formats_decode() {
    let grey16 = ImageBuffer::<Luma<u16>, _>::from_pixel(30, 20, Luma([0x8080]));
    let grey8 = ImageBuffer::<Luma<u8>, _>::from_pixel(30, 20, Luma([128]));
    let deep = ImageBuffer::<Rgb<u16>, _>::from_pixel(30, 20, Rgb([0x8080; 3]));
    let flat = RgbImage::from_pixel(30, 20, Rgb([128; 3]));
    for original in [
        png(DynamicImage::ImageLuma16(grey16)),
        png(DynamicImage::ImageRgb16(deep)),
        png(DynamicImage::ImageLuma8(grey8.clone())),
        file(grey8, ImageFormat::Jpeg),
        file(flat.clone(), ImageFormat::Gif),
        file(flat.clone(), ImageFormat::WebP),
        file(flat.clone(), ImageFormat::Bmp),
        file(flat, ImageFormat::Tiff),
    ] {
        let image = seen(&make(&original, &spec(15, 9_000)).unwrap());
        assert_eq!(image.dimensions(), (15, 10));
        near(*image.get_pixel(7, 5), [128; 3], 2);
    }
}

#[test]
fn cmyk_becomes_rgb() {
    let pixels = [0_u8, 215, 215, 0].repeat(32 * 32);
    let mut original = Vec::new();
    jpeg_encoder::Encoder::new(&mut original, 95)
        .encode(&pixels, 32, 32, jpeg_encoder::ColorType::CmykAsYcck)
        .unwrap();
    let image = seen(&make(&original, &spec(32, 50_000)).unwrap());
    let Rgb([r, g, b]) = *image.get_pixel(16, 16);
    assert!(g.abs_diff(b) < 12 && r.abs_diff(g) > 150, "{r} {g} {b}");
}

#[test]
fn display_p3_is_converted() {
    let original = with_segment(
        &jpeg(&RgbImage::from_pixel(32, 32, Rgb([200, 50, 50]))),
        0xe2,
        b"ICC_PROFILE\0\x01\x01",
        &icc(DISPLAY_P3),
    );
    let image = seen(&make(&original, &spec(32, 50_000)).unwrap());
    near(*image.get_pixel(16, 16), [218, 24, 40], 5);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn no_derivative_exceeds_its_budget_or_its_box(
        width in 8_u32..160, height in 8_u32..160, max_width in 1_u32..200, max_bytes in 700_u64..20_000,
        w in 1_u32..30, h in 1_u32..30, as_png in any::<bool>(),
    ) {
        let mut wanted = spec(max_width, max_bytes);
        wanted.crop = Some(Ratio { w, h });
        if as_png {
            wanted.format = PictureFormat::Png;
        }
        match make(&png(noisy(width, height)), &wanted) {
            Ok(derived) => {
                prop_assert!(derived.bytes.len() as u64 <= max_bytes);
                prop_assert!(derived.made.width.unwrap() <= max_width.min(width));
                prop_assert_eq!(Some(seen(&derived).width()), derived.made.width);
            }
            Err(MediaError::BudgetTooSmall { smallest, .. }) => prop_assert!(smallest > max_bytes),
            Err(other) => prop_assert!(false, "{}", other),
        }
    }
}
