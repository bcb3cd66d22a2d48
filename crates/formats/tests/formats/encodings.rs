//! Texts and names as Windows, Mac OS and old sites write them.

use std::io::{Cursor, Write};

use encoding_rs::{BIG5, Encoding, GB18030, GBK};
use proptest::prelude::*;
use yigao_core::{Block, Finding, block::plain_text};
use yigao_formats::{Bundle, BundleLimits, Draft, Format, Problem, detect, is_named, read};
use zip::{ZipWriter, write::SimpleFileOptions};

use crate::specimens::{bundle, picture};

const NOTICE: &str =
    "---\ntitle: 河街夜市开放公告\nunit: 青川市文化和旅游局\n---\n\n每晚十八时开放，门票免费。\n";
const TAIPEI: &str =
    "---\ntitle: 圖書館開放時間調整公告\nunit: 青川市圖書館\n---\n\n歡迎市民踴躍參加春季活動。\n";

fn encoded(encoding: &'static Encoding, text: &str) -> Vec<u8> {
    let (bytes, _, lossy) = encoding.encode(text);
    assert!(!lossy, "{text}");
    bytes.into_owned()
}

fn utf16(text: &str, big: bool, mark: bool) -> Vec<u8> {
    let mark = if mark { "\u{feff}" } else { "" };
    mark.encode_utf16()
        .chain(text.encode_utf16())
        .flat_map(|unit| {
            if big {
                unit.to_be_bytes()
            } else {
                unit.to_le_bytes()
            }
        })
        .collect()
}

fn markdown(bytes: &[u8]) -> Result<Draft, Vec<Problem>> {
    read(&bundle(&[("a.md", bytes)]), Format::Markdown)
}

fn taken(findings: &[Finding]) -> Vec<(&str, &str)> {
    findings
        .iter()
        .filter(|found| found.code == "encoding_taken")
        .map(|found| (found.place.as_str(), found.message.en.as_str()))
        .collect()
}

/// An archive whose names are these bytes. `marked` says that they are UTF-8.
fn archive(files: &[(&[u8], bool, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let stand_in = |at: usize, length: usize| format!("{at:0length$}");
    for (at, (name, _, bytes)) in files.iter().enumerate() {
        writer
            .start_file(stand_in(at, name.len()), SimpleFileOptions::default())
            .unwrap();
        writer.write_all(bytes).unwrap();
    }
    let mut bytes = writer.finish().unwrap().into_inner();
    for (at, (name, marked, _)) in files.iter().enumerate() {
        let old = stand_in(at, name.len());
        for (head, flags, begin) in [(&b"PK\x03\x04"[..], 6, 30), (&b"PK\x01\x02"[..], 8, 46)] {
            let found = (0..bytes.len())
                .find(|from| {
                    bytes[*from..].starts_with(head)
                        && bytes.get(from + begin..from + begin + old.len()) == Some(old.as_bytes())
                })
                .unwrap();
            bytes[found + begin..found + begin + name.len()].copy_from_slice(name);
            bytes[found + flags + 1] |= if *marked { 8 } else { 0 };
        }
    }
    bytes
}

fn unpacked(files: &[(&[u8], bool, &[u8])]) -> Result<Bundle, Vec<Problem>> {
    Bundle::from_zip("稿件.zip", &archive(files), &BundleLimits::default())
}

fn names(bundle: &Bundle) -> Vec<&str> {
    bundle.files.keys().map(String::as_str).collect()
}

#[test]
fn a_text_is_the_same_item_in_every_encoding() {
    for (text, all) in [
        (
            NOTICE,
            vec![
                (encoded(GBK, NOTICE), "GBK"),
                (utf16(NOTICE, false, true), "UTF-16 LE"),
                (utf16(NOTICE, true, true), "UTF-16 BE"),
                (utf16(NOTICE, false, false), "UTF-16 LE"),
                (utf16(NOTICE, true, false), "UTF-16 BE"),
            ],
        ),
        (
            TAIPEI,
            vec![
                (encoded(BIG5, TAIPEI), "Big5"),
                (encoded(GBK, TAIPEI), "GBK"),
            ],
        ),
    ] {
        let plain = markdown(text.as_bytes()).unwrap();
        assert_eq!(plain.findings, []);
        let marked = markdown(&[b"\xef\xbb\xbf", text.as_bytes()].concat()).unwrap();
        assert_eq!(
            (&marked.content, marked.findings.len()),
            (&plain.content, 0)
        );
        for (bytes, name) in all {
            let draft = markdown(&bytes).unwrap_or_else(|problems| panic!("{name}: {problems:?}"));
            assert_eq!(draft.content, plain.content, "{name}");
            let said = taken(&draft.findings);
            assert!(
                said.len() == 1 && said[0].0 == "a.md" && said[0].1.contains(name),
                "{said:?}"
            );
        }
    }
}

#[test]
fn an_item_in_json_may_be_utf16() {
    let item = "{\"id\": \"a\", \"content\": {\"kind\": \"notice\", \"title\": \"公告\", \"unit\": \"市局\", \"body\": []}}";
    for bytes in [
        utf16(item, false, true),
        utf16(item, true, false),
        encoded(GBK, item),
    ] {
        let draft = read(&bundle(&[("item.json", &bytes)]), Format::Json).unwrap();
        assert_eq!(draft.content.title, "公告");
        assert_eq!(taken(&draft.findings)[0].0, "item.json");
    }
}

#[test]
fn damage_is_named_with_its_line() {
    let refused = |bytes: &[u8]| {
        let problems = markdown(bytes).unwrap_err();
        assert_eq!(problems.len(), 1, "{problems:?}");
        (problems[0].code.clone(), problems[0].line)
    };
    let mut gbk = encoded(GBK, NOTICE.trim_end().trim_end_matches('。'));
    gbk.pop();
    assert_eq!(refused(&gbk), ("text_cut_short".into(), Some(6)));
    let mixed = [NOTICE.as_bytes(), &encoded(GBK, "另行通知。\n")].concat();
    assert_eq!(refused(&mixed), ("mixed_encodings".into(), Some(7)));
    let mixed = [encoded(GBK, NOTICE).as_slice(), "另行通知。\n".as_bytes()].concat();
    assert_eq!(refused(&mixed), ("mixed_encodings".into(), Some(7)));
    let joined = [
        encoded(GBK, NOTICE).as_slice(),
        b"\xef\xbb\xbf",
        NOTICE.as_bytes(),
    ]
    .concat();
    assert_eq!(refused(&joined), ("mixed_encodings".into(), Some(7)));
    let zeros = [encoded(GBK, NOTICE).as_slice(), &[0, 0]].concat();
    assert_eq!(refused(&zeros), ("zero_byte".into(), Some(7)));
}

#[test]
fn a_mark_in_the_middle_of_utf8_is_taken_out_and_said() {
    let draft = markdown(NOTICE.replace("门票", "\u{feff}门票").as_bytes()).unwrap();
    assert_eq!(
        draft.content.body,
        markdown(NOTICE.as_bytes()).unwrap().content.body
    );
    assert_eq!(draft.findings[0].code, "reserved_characters");
}

#[test]
fn names_of_a_windows_archive_are_read() {
    let text = NOTICE.replace("免费。", "免费。\n\n![湖区夜景](湖区夜景.jpg)");
    let bundle = unpacked(&[
        (&encoded(GBK, "湖区通知/通知.md"), false, text.as_bytes()),
        (&encoded(GBK, "湖区通知/湖区夜景.jpg"), false, &picture(1)),
    ])
    .unwrap();
    assert_eq!(names(&bundle), ["湖区夜景.jpg", "通知.md"]);
    let draft = read(&bundle, detect(&bundle).unwrap());
    // The folder's name gives no name for the item; everything else was read.
    let problems: Vec<_> = draft.unwrap_err().into_iter().map(|p| p.code).collect();
    assert_eq!(problems, ["id_missing"]);
    assert!(taken(&bundle.findings)[0].1.contains("2 names"));
}

#[test]
fn findings_of_names_reach_the_draft() {
    let text = NOTICE.replace("---\ntitle", "---\nid: a\ntitle");
    let bundle = unpacked(&[(&encoded(GBK, "通知.md"), false, text.as_bytes())]).unwrap();
    let draft = read(&bundle, Format::Markdown).unwrap();
    assert_eq!(taken(&draft.findings)[0].0, "稿件.zip");
}

#[test]
fn names_of_other_archives_are_read() {
    let big5 = unpacked(&[
        (&encoded(BIG5, "會議紀錄.txt"), false, b"a"),
        (&encoded(BIG5, "許功蓋.txt"), false, b"b"),
    ]);
    assert_eq!(names(&big5.unwrap()), ["會議紀錄.txt", "許功蓋.txt"]);
    // Each name by itself: what packs on Mac OS and on Windows may meet in one archive.
    let mixed = unpacked(&[
        ("夜景.jpg".as_bytes(), true, b"a"),
        ("海报.jpg".as_bytes(), false, b"b"),
        (&encoded(GBK, "活动方案.docx"), false, b"c"),
        ("ñ.txt".as_bytes(), true, b"d"),
    ])
    .unwrap();
    assert_eq!(
        names(&mixed),
        ["ñ.txt", "夜景.jpg", "活动方案.docx", "海报.jpg"]
    );
}

#[test]
fn a_name_that_cannot_be_told_follows_the_others_or_is_refused() {
    // One rare character is no evidence.
    let rare = encoded(GBK, "鹮.jpg");
    let problems = unpacked(&[(&rare, false, b"a")]).unwrap_err();
    assert_eq!(problems[0].code, "name_unclear");
    assert!(
        problems[0].message.zh.contains("GBK 读作“鹮.jpg”"),
        "{problems:?}"
    );
    assert!(problems[0].message.zh.contains("Big5 读作"), "{problems:?}");
    let told = encoded(GBK, "观鸟活动通知.md");
    let both = unpacked(&[(&rare, false, b"a"), (&told, false, b"b")]).unwrap();
    assert_eq!(names(&both), ["观鸟活动通知.md", "鹮.jpg"]);
}

#[test]
fn two_names_that_are_one_in_letters_are_refused() {
    for (one, other) in [
        (encoded(GBK, "通知.md"), "通知.md".as_bytes().to_vec()),
        ("caf\u{e9}.jpg".into(), "cafe\u{301}.jpg".into()),
    ] {
        let problems = unpacked(&[(&one, false, b"a"), (&other, true, b"b")]).unwrap_err();
        assert_eq!(problems[0].code, "duplicate_name");
    }
}

#[test]
fn composed_and_decomposed_names_are_one() {
    let text = NOTICE.replace("免费。", "免费。\n\n![咖啡](caf\u{e9}-이.jpg)");
    let decomposed = "cafe\u{301}-\u{110b}\u{1175}.jpg";
    let files = bundle(&[("a.md", text.as_bytes()), (decomposed, &picture(1))]);
    let draft = read(&files, Format::Markdown).unwrap();
    let asset = draft.content.assets.values().next().unwrap();
    assert_eq!(asset.name, "caf\u{e9}-이.jpg");
    let text = text.replace("caf\u{e9}-이.jpg", decomposed);
    let files = bundle(&[("a.md", text.as_bytes()), ("caf\u{e9}-이.jpg", &picture(1))]);
    assert_eq!(
        read(&files, Format::Markdown).unwrap().content,
        draft.content
    );
    assert!(is_named(&text, "caf\u{e9}-이.jpg") && is_named("caf%C3%A9-이.jpg", decomposed));
}

#[test]
fn companions_of_archives_are_passed_over_wherever_they_lie() {
    let mac: &[u8] = b"\0\x05\x16\x07";
    let files = bundle(&[
        ("a.md", NOTICE.as_bytes()),
        ("._a.md", mac),
        ("pics/._b.md", mac),
        ("pics/__MACOSX/c.md", mac),
        ("pics/.DS_Store", mac),
        ("pics/THUMBS.DB", mac),
        ("Desktop.ini", mac),
    ]);
    assert_eq!(detect(&files), Some(Format::Markdown));
    let draft = read(&files, Format::Markdown).unwrap();
    assert_eq!(draft.findings, []);
    let packed = files.to_zip().unwrap();
    let back = Bundle::from_zip("a", &packed, &BundleLimits::default()).unwrap();
    assert_eq!(names(&back), ["a.md"]);
}

#[test]
fn tables_and_texts_that_are_attached_become_utf8() {
    let csv = "馆名,电话\n市图书馆,0539\n青川市文化馆,0538\n";
    let text = NOTICE.replace("\n---\n\n", "\nattachments: [电话.csv]\n---\n\n");
    for (bytes, name) in [
        (encoded(GBK, csv), "GBK"),
        (utf16(csv, false, true), "UTF-16 LE"),
    ] {
        let files = bundle(&[("a.md", text.as_bytes()), ("电话.csv", &bytes)]);
        let draft = read(&files, Format::Markdown).unwrap();
        let asset = draft.content.assets.values().next().unwrap();
        assert_eq!(asset.media_type, "text/csv");
        let stored = &draft.files[&asset.digest];
        assert_eq!(
            std::str::from_utf8(stored).unwrap(),
            format!("\u{feff}{csv}")
        );
        let said = taken(&draft.findings);
        assert!(
            said[0].0 == "电话.csv" && said[0].1.contains(name),
            "{said:?}"
        );
    }
    // As it was: bytes of UTF-8 are not touched.
    let files = bundle(&[("a.md", text.as_bytes()), ("电话.csv", csv.as_bytes())]);
    let draft = read(&files, Format::Markdown).unwrap();
    assert_eq!(draft.files.values().next().unwrap(), csv.as_bytes());
}

/// Sentences of this field.
fn chinese(words: &'static [&'static str]) -> impl Strategy<Value = String> {
    let mark = prop::sample::select(vec![
        "，", "。", "、", "：", "\n\n", "2026", " A", "《", "》",
    ]);
    let word = prop::sample::select(words);
    prop::collection::vec((word, mark), 1..30).prop_map(|pairs| {
        pairs
            .into_iter()
            .flat_map(|(word, mark)| [word, mark])
            .collect()
    })
}

const WORDS: &[&str] = &[
    "青川市",
    "文化",
    "旅游局",
    "图书馆",
    "鹮类",
    "观测",
    "公告",
    "闭馆",
    "夜市",
    "藏书",
    "惠民",
    "㙍头村",
    "窑址",
    "非遗",
    "传承人",
];
const WORDS_TW: &[&str] = &[
    "臺北市",
    "文化局",
    "圖書館",
    "開放",
    "公告",
    "市集",
    "歡迎",
    "鸝鳥",
    "觀測",
    "活動",
    "報名",
    "廟埕",
];

fn body(draft: &Draft) -> String {
    let words = |block: &Block| match block {
        Block::Paragraph { text } | Block::Heading { text, .. } => plain_text(text),
        other => panic!("{other:?}"),
    };
    draft.content.body.iter().map(words).collect()
}

/// The text comes back as it was, or is refused; it never comes back otherwise.
fn same_or_refused(bytes: &[u8], text: &str) -> Result<bool, TestCaseError> {
    let item = |text: &str| format!("---\ntitle: a\nunit: b\n---\n\n{text}");
    let plain = markdown(item(text).as_bytes()).unwrap();
    match markdown(bytes) {
        Ok(draft) => {
            prop_assert_eq!(body(&draft), body(&plain));
            Ok(true)
        }
        Err(problems) => {
            let codes = ["encoding_unclear", "mixed_encodings"];
            prop_assert!(codes.contains(&problems[0].code.as_str()), "{:?}", problems);
            Ok(false)
        }
    }
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(cases)
    }
}

proptest! {
    #![proptest_config(config(300))]

    #[test]
    fn generated_texts_come_back_or_are_refused(text in chinese(WORDS), tw in chinese(WORDS_TW)) {
        let item = |text: &str| format!("---\ntitle: a\nunit: b\n---\n\n{text}");
        same_or_refused(&encoded(GB18030, &item(&text)), &text)?;
        same_or_refused(&encoded(GB18030, &item(&tw)), &tw)?;
        same_or_refused(&encoded(BIG5, &item(&tw)), &tw)?;
        for (big, mark) in [(false, true), (true, true), (false, false), (true, false)] {
            prop_assert!(same_or_refused(&utf16(&item(&text), big, mark), &text)?);
        }
    }

    #[test]
    fn generated_names_come_back_or_are_refused(name in prop::sample::select(WORDS), tw in prop::sample::select(WORDS_TW)) {
        for (encoding, name) in [(GB18030, name), (GB18030, tw), (BIG5, tw)] {
            match unpacked(&[(&encoded(encoding, name), false, b"a")]) {
                Ok(bundle) => prop_assert_eq!(names(&bundle), [name]),
                Err(problems) => prop_assert_eq!(&problems[0].code, "name_unclear"),
            }
        }
    }
}
