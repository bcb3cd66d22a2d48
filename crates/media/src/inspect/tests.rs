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
        ("image/webp", file(image.clone(), ImageFormat::WebP)),
        ("image/bmp", file(image.clone(), ImageFormat::Bmp)),
        ("image/tiff", file(image, ImageFormat::Tiff)),
    ];
    for (media_type, bytes) in cases {
        let found = look(&bytes).unwrap();
        let want = Picture {
            media_type: media_type.to_owned(),
            width: 90,
            height: 60,
            animated: false,
            frames: 1,
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
        file(image.clone(), ImageFormat::WebP),
        file(image.clone(), ImageFormat::Bmp),
        file(image, ImageFormat::Tiff),
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

/// A WebP of so many frames, each the same small picture.
fn webp_of(frames: usize) -> Vec<u8> {
    let still = file(smooth(8, 8), ImageFormat::WebP);
    let chunk = |name: &[u8], body: &[u8]| {
        let pad = vec![0; body.len() % 2];
        [name, &(body.len() as u32).to_le_bytes(), body, &pad].concat()
    };
    let frame = [&[0; 6][..], &[7, 0, 0, 7, 0, 0, 40, 0, 0, 0], &still[12..]].concat();
    let body = [
        b"WEBP".to_vec(),
        chunk(b"VP8X", &[2, 0, 0, 0, 7, 0, 0, 7, 0, 0]),
        chunk(b"ANIM", &[0; 6]),
        chunk(b"ANMF", &frame).repeat(frames),
    ]
    .concat();
    chunk(b"RIFF", &body)
}

#[test]
fn the_frames_of_every_animation_are_counted() {
    let still = || image::Frame::new(DynamicImage::ImageRgb8(smooth(8, 8)).into_rgba8());
    let mut gif = Vec::new();
    let mut encoder = image::codecs::gif::GifEncoder::new(&mut gif);
    encoder.encode_frames((0..2_000).map(|_| still())).unwrap();
    drop(encoder);
    let picture = png(smooth(8, 8));
    let control = crate::encode::chunk(b"fcTL", &[0; 26]).repeat(2_000);
    let apng = [&picture[..33], &control, &picture[33..]].concat();
    for bytes in [gif, webp_of(2_000), apng] {
        let found = look(&bytes).unwrap();
        assert_eq!(
            (found.animated, found.frames),
            (true, 2_000),
            "{}",
            found.media_type
        );
    }
    let one = look(&webp_of(1)).unwrap();
    assert_eq!((one.animated, one.frames), (false, 1));
}

#[test]
fn a_tiff_tells_its_turn_and_its_pages() {
    let plain = file(smooth(9, 7), ImageFormat::Tiff);
    let first = u32::from_le_bytes(plain[4..8].try_into().unwrap()) as usize;
    let entries = usize::from(u16::from_le_bytes([plain[first], plain[first + 1]]));
    let next = first + 2 + entries * 12;
    // The same directory again as the second page, at the end of the file.
    let mut two = plain.clone();
    let copy = plain[first..next + 4].to_vec();
    let at = two.len() as u32;
    two[next..next + 4].copy_from_slice(&at.to_le_bytes());
    two.extend(copy);
    let found = look(&two).unwrap();
    assert_eq!((found.animated, found.frames), (false, 2));
    // A chain that leads back to its beginning.
    let mut round = plain.clone();
    round[next..next + 4].copy_from_slice(&(first as u32).to_le_bytes());
    assert!(matches!(look(&round), Err(MediaError::Broken(_))));
    // One entry turned into an orientation: the sides change places.
    let mut turned = plain;
    let spare = (0..entries)
        .map(|n| first + 2 + n * 12)
        .find(|at| u16::from_le_bytes([turned[*at], turned[*at + 1]]) == 282)
        .unwrap();
    turned[spare..spare + 12].copy_from_slice(&[0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0]);
    let found = look(&turned).unwrap();
    assert_eq!((found.width, found.height), (7, 9));
}
