use image::{DynamicImage, ImageFormat};
use yigao_core::asset::AiUse;

use super::*;
use crate::specimens::{AIGC, exif, file, jpeg, png, png_claiming, smooth, with_segment, with_xmp};

fn look(bytes: &[u8]) -> Result<Picture, MediaError> {
    inspect(bytes, &Limits::default())
}

#[test]
fn every_format_tells_its_size() {
    let image = smooth(90, 60);
    let cases = [
        ("image/jpeg", jpeg(&image)),
        ("image/png", png(image.clone())),
        ("image/gif", file(image.clone(), ImageFormat::Gif)),
        ("image/webp", file(image, ImageFormat::WebP)),
    ];
    for (media_type, bytes) in cases {
        let found = look(&bytes).unwrap();
        let want = Picture {
            media_type: media_type.to_owned(),
            width: 90,
            height: 60,
            animated: false,
            tail_bytes: 0,
            rights: Rights::default(),
        };
        assert_eq!(found, want);
        for cut in [bytes.len() / 2, bytes.len() - 1] {
            let cut = look(&bytes[..cut]);
            assert!(
                matches!(cut, Err(MediaError::Truncated { .. })),
                "{media_type}: {cut:?}"
            );
        }
    }
}

#[test]
fn every_cut_of_every_format_is_an_error_and_no_panic() {
    let image = smooth(9, 7);
    for bytes in [
        with_segment(&jpeg(&image), 0xe1, b"Exif\0\0", &exif(6)),
        png(image.clone()),
        file(image.clone(), ImageFormat::Gif),
        file(image, ImageFormat::WebP),
    ] {
        for len in 0..bytes.len() {
            assert!(look(&bytes[..len]).is_err(), "cut at {len}");
        }
        for at in 0..bytes.len() {
            let mut bent = bytes.clone();
            bent[at] ^= 0xff;
            // Any answer will do, as long as there is one.
            drop(look(&bent));
            drop(crate::Source::decode(&bent, &Limits::default()));
        }
    }
}

#[test]
fn orientation_six_swaps_the_sides() {
    let turned = with_segment(&jpeg(&smooth(90, 60)), 0xe1, b"Exif\0\0", &exif(6));
    let found = look(&turned).unwrap();
    assert_eq!((found.width, found.height), (60, 90));
}

#[test]
fn hostile_headers_are_refused_before_any_decoding() {
    let bomb = look(&png_claiming(30_000, 30_000));
    let want = MediaError::TooManyPixels {
        width: 30_000,
        height: 30_000,
        max: 100_000_000,
    };
    assert_eq!(bomb, Err(want));

    let mut huge = jpeg(&smooth(90, 60));
    let frame = huge
        .windows(2)
        .position(|pair| pair == [0xff, 0xc0])
        .unwrap();
    huge[frame + 5..frame + 9].copy_from_slice(&[0xff, 0xdc, 0xff, 0xdc]);
    let huge = look(&huge);
    assert!(
        matches!(huge, Err(MediaError::TooManyPixels { width: 65_500, .. })),
        "{huge:?}"
    );

    assert!(matches!(
        look(&png_claiming(1, 1_000)),
        Err(MediaError::TooNarrow { .. })
    ));
    let tight = Limits {
        max_bytes: 10,
        ..Limits::default()
    };
    let many = inspect(&png_claiming(5, 5), &tight);
    assert!(matches!(
        many,
        Err(MediaError::TooManyBytes { max: 10, .. })
    ));
}

#[test]
fn what_is_no_picture_is_named_by_its_content() {
    assert_eq!(look(b""), Err(MediaError::NotAPicture { found: None }));
    let text = "这是一份改名为 photo.jpg 的文稿".as_bytes();
    let found = Some("text/plain");
    assert_eq!(look(text), Err(MediaError::NotAPicture { found }));
    let heic = b"\0\0\0\x18ftypheic\0\0\0\0";
    let found = Some("image/heic");
    assert_eq!(look(heic), Err(MediaError::NotAPicture { found }));
}

#[test]
fn a_tail_is_counted() {
    for bytes in [jpeg(&smooth(9, 9)), png(smooth(9, 9))] {
        let with_tail = [&bytes[..], b"PK\x03\x04evil"].concat();
        assert_eq!(look(&with_tail).unwrap().tail_bytes, 8);
    }
}

#[test]
fn an_end_marker_inside_a_thumbnail_does_not_end_the_picture() {
    let thumbnail = jpeg(&smooth(4, 4));
    let outer = with_segment(&jpeg(&smooth(90, 60)), 0xe2, b"MPF\0", &thumbnail);
    let found = look(&outer).unwrap();
    assert_eq!((found.width, found.tail_bytes), (90, 0));
    assert!(look(&outer[..outer.len() - 2]).is_err());
}

#[test]
fn a_thousand_scans_are_refused() {
    let one = jpeg(&smooth(9, 9));
    let scan = one
        .windows(2)
        .position(|pair| pair == [0xff, 0xda])
        .unwrap();
    let body = &one[scan..one.len() - 2];
    let many = [&one[..scan], &body.repeat(1000), &one[one.len() - 2..]].concat();
    assert!(matches!(look(&many), Err(MediaError::Broken(_))));
}

#[test]
fn labels_are_read_from_jpeg_and_png() {
    let packet = format!(
        "<rdf:RDF xmlns:rdf='r'><rdf:Description xmlns:TC260='http://www.tc260.org.cn/ns/AIGC/1.0/'>\
         <TC260:AIGC>{AIGC}</TC260:AIGC></rdf:Description></rdf:RDF>"
    );
    let image = smooth(9, 9);
    let pixels = crate::source::Pixels::Rgb(image.clone());
    for bytes in [
        with_xmp(&jpeg(&image), &packet),
        crate::encode::png(&pixels, Some(&packet)).unwrap(),
    ] {
        let rights = look(&bytes).unwrap().rights;
        assert_eq!(rights.aigc_json.as_deref(), Some(AIGC));
        assert_eq!(rights.ai, Some(AiUse::Generated));
    }
}

#[test]
fn an_animation_says_so() {
    let frame = || image::Frame::new(DynamicImage::ImageRgb8(smooth(8, 8)).into_rgba8());
    let mut out = Vec::new();
    let mut encoder = image::codecs::gif::GifEncoder::new(&mut out);
    encoder.encode_frames([frame(), frame()]).unwrap();
    drop(encoder);
    assert!(look(&out).unwrap().animated);
}

#[test]
fn one_scan_a_component_is_refused_rather_than_decoded_to_garbage() {
    let image = smooth(32, 32);
    let encode = |progressive| {
        let mut out = Vec::new();
        let mut encoder = jpeg_encoder::Encoder::new(&mut out, 90);
        encoder.set_sampling_factor(jpeg_encoder::SamplingFactor::F_2_2);
        encoder.set_optimized_huffman_tables(true);
        encoder.set_progressive(progressive);
        encoder
            .encode(&image, 32, 32, jpeg_encoder::ColorType::Rgb)
            .unwrap();
        out
    };
    assert!(matches!(
        look(&encode(false)),
        Err(MediaError::Unsupported(_))
    ));
    let progressive = crate::Source::decode(&encode(true), &Limits::default()).unwrap();
    assert_eq!(progressive.size(), (32, 32));
}

#[test]
fn the_paintings_of_samples_are_pictures_this_crate_reads() {
    let bytes = yigao_paint::jpeg(yigao_paint::Scene::Gate, 120, 80, 1, 82).unwrap();
    let seen = look(&bytes).unwrap();
    assert_eq!((seen.width, seen.height), (120, 80));
}
