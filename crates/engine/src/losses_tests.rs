use yigao_core::{Asset, Focus, PictureFormat, Ratio};

use super::*;

const WIDE: Option<Ratio> = Some(Ratio { w: 235, h: 100 });

fn still(width: u32, height: u32) -> Original {
    Original {
        width,
        height,
        frames: 1,
        paged: false,
    }
}

fn content(focus: Option<Focus>) -> Content {
    let digest = Digest::of_bytes(b"p");
    let asset = Asset {
        digest: digest.clone(),
        name: "截图.png".into(),
        media_type: "image/png".into(),
        bytes: 1,
        width: None,
        height: None,
        credit: None,
        ai: None,
        focus,
    };
    Content {
        cover: Some(digest.clone()),
        assets: [(digest, asset)].into(),
        ..Content::default()
    }
}

fn of(
    content: &Content,
    original: Original,
    crop: Option<Ratio>,
    (max_width, width, height): (u32, u32, u32),
) -> Vec<Finding> {
    let source = Digest::of_bytes(b"p");
    let focus = content.assets.get(&source).and_then(|asset| asset.focus);
    let spec = DerivativeSpec {
        source: source.clone(),
        crop,
        focus: focus.map(Focus::thousandths),
        max_width,
        max_height: None,
        format: PictureFormat::Jpeg,
        max_bytes: 500_000,
    };
    let made = Made {
        digest: source.clone(),
        media_type: "image/jpeg".into(),
        bytes: 1,
        width: Some(width),
        height: Some(height),
        file_name: "p.jpg".into(),
    };
    let derivative = Derivative {
        name: "p1".into(),
        spec: Some(spec.clone()),
        source,
        alt: String::new(),
        made: Some(made.clone()),
    };
    losses_of(content, &derivative, &spec, &made, original)
}

fn codes(found: &[Finding]) -> Vec<(Severity, &str)> {
    found
        .iter()
        .map(|one| (one.severity, one.code.as_str()))
        .collect()
}

#[test]
fn a_long_screenshot_that_became_narrow_is_named_with_both_sizes() {
    let found = of(
        &content(None),
        still(720, 16_889),
        None,
        (1200, 460, 10_791),
    );
    assert_eq!(codes(&found), [(Severity::Warn, "picture_shrunk")]);
    let Localized { zh, en } = &found[0].message;
    for size in ["720×16889", "460×10791"] {
        assert!(zh.contains(size) && en.contains(size), "{zh} {en}");
    }
    assert!(
        found[0].advice.zh.contains("截成 3 段"),
        "{:?}",
        found[0].advice
    );
    assert!(found[0].advice.en.contains("3 pieces"));
}

#[test]
fn a_low_strip_is_named_and_what_the_layout_shrinks_is_not() {
    let strip = of(&content(None), still(6000, 800), None, (1200, 1200, 160));
    assert_eq!(codes(&strip), [(Severity::Warn, "picture_shrunk")]);
    assert!(
        strip[0].advice.zh.contains("截成 5 段"),
        "{:?}",
        strip[0].advice
    );
    for (original, made) in [
        (still(6000, 4000), (1200, 1200, 800)),
        (still(300, 200), (1200, 300, 200)),
        (still(1200, 900), (1200, 960, 720)),
    ] {
        assert_eq!(of(&content(None), original, None, made), []);
    }
}

#[test]
fn an_animation_is_named_with_its_frames_and_a_tiff_with_its_pages() {
    let mut original = still(80, 60);
    original.frames = 2_000;
    let found = of(&content(None), original, None, (1200, 80, 60));
    assert_eq!(codes(&found), [(Severity::Warn, "animation_still")]);
    assert!(found[0].message.zh.contains("2000 帧") && found[0].message.en.contains("2000 frames"));
    original.paged = true;
    let found = of(&content(None), original, None, (1200, 80, 60));
    assert_eq!(codes(&found), [(Severity::Warn, "pages_lost")]);
}

#[test]
fn a_cover_that_is_cut_says_how_much_and_which_key_to_write() {
    let made = (900, 900, 383);
    let note = [(Severity::Note, "picture_cut")];
    // 4:3 loses 43 of a hundred, a portrait two thirds.
    let found = of(&content(None), still(1200, 900), WIDE, made);
    assert_eq!(codes(&found), note);
    assert!(found[0].advice.zh.contains("`cover_focus: 50% 20%`"));
    assert!(found[0].advice.en.contains("`cover_focus: 50% 20%`"));
    assert!(
        found[0].message.zh.contains("43%"),
        "{:?}",
        found[0].message
    );
    // Somebody said what matters: less than half is no news, more is.
    let guided = content(Focus::new(50, 19));
    assert_eq!(of(&guided, still(1200, 900), WIDE, made), []);
    let found = of(&guided, still(1200, 1600), WIDE, made);
    assert_eq!(codes(&found), note);
    assert!(!found[0].advice.zh.contains("cover_focus"));
    // A cover of the right shape, and one that is nearly so, lose nothing worth a word.
    assert_eq!(of(&content(None), still(2350, 1000), WIDE, made), []);
    assert_eq!(of(&content(None), still(2350, 1050), WIDE, made), []);
    // Without a key for the cover one is told to write that first.
    let mut first = content(None);
    first.cover = None;
    let found = of(&first, still(1200, 900), WIDE, made);
    assert!(found[0].advice.en.contains("as `cover`"));
}

/// A GIF of so many frames of nothing: only its structure is read.
fn gif_of(frames: usize) -> Vec<u8> {
    let frame = b"\x2c\0\0\0\0\x50\0\x3c\0\0\x02\x02\x44\x01\0".repeat(frames);
    [&b"GIF89a\x50\0\x3c\0\0\0\0"[..], &frame, b"\x3b"].concat()
}

#[tokio::test]
async fn an_animation_is_said_once_in_each_rendition_and_read_once_in_all() {
    let folder = std::env::temp_dir().join(format!("yigao-losses-{}", std::process::id()));
    let media = yigao_store::MediaFolder::open(&folder).await.unwrap();
    let bytes = gif_of(2_000);
    let source = Digest::of_bytes(&bytes);
    let files = [(source.clone(), bytes)].into();
    let made = Made {
        digest: source.clone(),
        media_type: "image/jpeg".into(),
        bytes: 1,
        width: Some(80),
        height: Some(60),
        file_name: "p.jpg".into(),
    };
    let derivative = |name: &str| Derivative {
        name: name.to_owned(),
        spec: Some(DerivativeSpec {
            source: source.clone(),
            crop: None,
            focus: None,
            max_width: 1200,
            max_height: None,
            format: PictureFormat::Jpeg,
            max_bytes: 500_000,
        }),
        source: source.clone(),
        alt: String::new(),
        made: Some(made.clone()),
    };
    let mut content = content(None);
    let mut asset = content.assets.values().next().unwrap().clone();
    asset.digest = source.clone();
    asset.media_type = "image/gif".into();
    content.assets = [(source.clone(), asset)].into();
    let rendition = Rendition {
        destination: yigao_core::DestinationId::parse("site").unwrap(),
        intent: yigao_core::Intent::Publish,
        item: yigao_core::ItemId::parse("a").unwrap(),
        version: 1,
        version_digest: source.clone(),
        title: String::new(),
        preview: String::new(),
        payload: serde_json::Value::Null,
        media: vec![derivative("p1"), derivative("p2")],
        slots: Vec::new(),
        leaves: Vec::new(),
    };
    let making = Making::default();
    let shelf = Shelf::draft(&media, &files);
    let found = losses(&making, &shelf, &content, &rendition).await;
    assert_eq!(codes(&found), [(Severity::Warn, "animation_still")]);
    assert!(
        found[0].message.zh.contains("2000 帧"),
        "{:?}",
        found[0].message
    );
    // The second time the file is not needed any more.
    let none = std::collections::BTreeMap::new();
    let empty = Shelf::draft(&media, &none);
    assert_eq!(losses(&making, &empty, &content, &rendition).await, found);
    std::fs::remove_dir_all(&folder).unwrap();
}
