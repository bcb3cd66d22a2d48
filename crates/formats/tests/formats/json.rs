use yigao_core::{Content, Inline, ItemId, Version, block::Block, item::Attachment};
use yigao_formats::{Bundle, Format, read, write};

use crate::specimens::{asset, bundle, by_digest, codes};

fn exported() -> Bundle {
    let bytes = b"1,2\n";
    let asset = asset("a.csv", "text/plain", bytes);
    let mut content = Content {
        title: "春".to_owned(),
        unit: "局".to_owned(),
        ..Content::default()
    };
    content.attachments.push(Attachment {
        asset: asset.digest.clone(),
        title: "附件".to_owned(),
    });
    content.assets.insert(asset.digest.clone(), asset);
    content.body.push(Block::Paragraph {
        text: vec![Inline::plain("文")],
    });
    let version = Version::new(ItemId::parse("spring").unwrap(), 1, content);
    let files = by_digest([bytes.as_slice()].into_iter());
    write(&version, Format::Json, &|digest| files.get(digest).cloned()).unwrap()
}

fn refused(bundle: &Bundle) -> Vec<String> {
    codes(&read(bundle, Format::Json).unwrap_err())
        .into_iter()
        .map(|(code, _)| code)
        .collect()
}

fn edited(from: &str, to: &str) -> Bundle {
    let mut bundle = exported();
    let text = String::from_utf8(bundle.files["item.json"].clone()).unwrap();
    assert!(text.contains(from), "{text}");
    bundle.files.insert(
        "item.json".to_owned(),
        text.replacen(from, to, 1).into_bytes(),
    );
    bundle
}

#[test]
fn files_are_checked_by_digest() {
    let mut bundle = exported();
    assert_eq!(
        bundle.files.keys().collect::<Vec<_>>(),
        ["assets/a.csv", "item.json"]
    );
    bundle
        .files
        .insert("assets/a.csv".to_owned(), b"1,3\n".to_vec());
    assert_eq!(refused(&bundle), ["wrong_digest"]);
    bundle.files.remove("assets/a.csv");
    assert_eq!(refused(&bundle), ["file_missing"]);
    assert_eq!(
        refused(&edited("text/plain", "image/png")),
        ["wrong_asset_facts"]
    );
}

#[test]
fn unknown_fields_are_named_with_their_line() {
    let problems = read(
        &edited("\"title\": \"春\"", "\"titel\": \"春\""),
        Format::Json,
    )
    .unwrap_err();
    assert_eq!(
        (problems[0].code.as_str(), problems[0].line),
        ("unknown_key", Some(5))
    );
    assert!(
        problems[0].message.en.contains("`titel`"),
        "{:?}",
        problems[0].message
    );
    assert_eq!(refused(&edited("{", "")), ["malformed_json"]);
    assert_eq!(refused(&bundle(&[("item.json", b"\xff")])), ["not_utf8"]);
    assert_eq!(refused(&bundle(&[("other.json", b"{}")])), ["file_missing"]);
}

#[test]
fn rules_of_the_model_hold_for_json_too() {
    let paragraph = r#""type": "paragraph""#;
    let with = |blocks: &str| edited("\"body\": [", &format!("\"body\": [{blocks},"));
    assert!(String::from_utf8_lossy(&exported().files["item.json"]).contains(paragraph));
    for (blocks, code) in [
        (r#"{"type":"heading","level":5,"text":[]}"#, "wrong_shape"),
        (
            r#"{"type":"table","header":3,"rows":[[{"text":[]}]]}"#,
            "wrong_shape",
        ),
        (
            r#"{"type":"list","ordered":true,"items":[{"text":[],"children":{"type":"divider"}}]}"#,
            "wrong_shape",
        ),
        (
            r#"{"type":"paragraph","text":[{"text":"x","link":"javascript:1"}]}"#,
            "link_scheme",
        ),
        (
            r#"{"type":"chart","chart":{"kind":"bar","title":"","unit":"","labels":["a"],"series":[{"name":"","values":[]}]}}"#,
            "chart_data",
        ),
        (
            r#"{"type":"figure","figure":{"asset":"0000000000000000000000000000000000000000000000000000000000000000","alt":"x"}}"#,
            "asset_unlisted",
        ),
    ] {
        assert_eq!(refused(&with(blocks)), [code], "{blocks}");
    }
    let quotes = |n: usize| {
        format!(
            "{}{}",
            r#"{"type":"quote","blocks":["#.repeat(n),
            "]}".repeat(n)
        )
    };
    assert_eq!(refused(&with(&quotes(9))), ["too_deep"]);
    assert!(read(&with(&quotes(8)), Format::Json).is_ok());
}

#[test]
fn ten_thousand_levels_are_refused_clearly() {
    for open in [
        "[",
        "{\"id\":",
        r#"{"content":{"body":[{"type":"quote","blocks":["#,
    ] {
        let deep = open.repeat(10_000);
        let problems = read(&bundle(&[("item.json", deep.as_bytes())]), Format::Json).unwrap_err();
        assert_eq!(problems.len(), 1);
        assert!(
            matches!(problems[0].code.as_str(), "too_deep" | "malformed_json"),
            "{problems:?}"
        );
    }
    let quote = r#"{"type":"quote","blocks":["#;
    let deep = format!(
        r#"{{"id":"a","content":{{"kind":"news","title":"t","unit":"u","body":[{}"#,
        quote.repeat(10_000)
    );
    let problems = read(&bundle(&[("item.json", deep.as_bytes())]), Format::Json).unwrap_err();
    assert_eq!(problems[0].code, "too_deep");
}

#[test]
fn slots_are_refused_and_controls_are_taken_out() {
    let problems = read(
        &edited("\"title\": \"春\"", "\"title\": \"春\\ue000\""),
        Format::Json,
    )
    .unwrap_err();
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert_eq!(problems[0].code, "private_use_character");
    let draft = read(
        &edited("\"title\": \"春\"", "\"title\": \"春\\u0007\""),
        Format::Json,
    )
    .unwrap();
    assert_eq!(draft.content.title, "春");
    assert_eq!(
        draft
            .findings
            .iter()
            .map(|f| (f.code.as_str(), f.place.as_str()))
            .collect::<Vec<_>>(),
        [("reserved_characters", "title")]
    );
}
