use encoding_rs::{BIG5, GB18030, GBK, SHIFT_JIS};

use super::*;

const MAX: usize = 1 << 20;
const SIMPLIFIED: &str = "关于调整图书馆开放时间的公告\n馆舍维修，闭馆三日。\n";
const TRADITIONAL: &str = "本市圖書館開放時間調整公告\n為豐富市民文化生活，特辦理春季市集活動。\n";

fn legacy(encoding: &'static encoding_rs::Encoding, text: &str) -> Vec<u8> {
    let (bytes, _, lossy) = encoding.encode(text);
    assert!(!lossy, "{text}");
    bytes.into_owned()
}

fn utf16(text: &str, big: bool) -> Vec<u8> {
    text.encode_utf16()
        .flat_map(|unit| {
            if big {
                unit.to_be_bytes()
            } else {
                unit.to_le_bytes()
            }
        })
        .collect()
}

fn taken(bytes: &[u8]) -> (String, String) {
    let decoded = decode("a.md", bytes, MAX).unwrap_or_else(|problem| panic!("{problem:?}"));
    let name = decoded.finding.map(|finding| {
        assert_eq!(
            (finding.code.as_str(), finding.place.as_str()),
            ("encoding_taken", "a.md")
        );
        finding.message.zh
    });
    (decoded.text, name.unwrap_or_default())
}

fn refused(bytes: &[u8]) -> (String, Option<usize>, String) {
    let problem = decode("a.md", bytes, MAX).expect_err("should be refused");
    (problem.code, problem.line, problem.message.zh)
}

#[test]
fn each_encoding_is_read_and_named() {
    for (bytes, text, name) in [
        (SIMPLIFIED.as_bytes().to_vec(), SIMPLIFIED, ""),
        (
            [b"\xef\xbb\xbf", SIMPLIFIED.as_bytes()].concat(),
            SIMPLIFIED,
            "",
        ),
        (legacy(GBK, SIMPLIFIED), SIMPLIFIED, "GBK"),
        (legacy(BIG5, TRADITIONAL), TRADITIONAL, "Big5"),
        (legacy(GBK, TRADITIONAL), TRADITIONAL, "GBK"),
        (utf16(SIMPLIFIED, false), SIMPLIFIED, "UTF-16 LE"),
        (utf16(SIMPLIFIED, true), SIMPLIFIED, "UTF-16 BE"),
        (
            [b"\xff\xfe".to_vec(), utf16(SIMPLIFIED, false)].concat(),
            SIMPLIFIED,
            "UTF-16 LE",
        ),
        (
            [b"\xfe\xff".to_vec(), utf16(SIMPLIFIED, true)].concat(),
            SIMPLIFIED,
            "UTF-16 BE",
        ),
        (utf16("plain,1\n", false), "plain,1\n", "UTF-16 LE"),
    ] {
        let (read, said) = taken(&bytes);
        assert_eq!(read, text, "{name}");
        assert!(
            said.contains(name) && said.is_empty() == name.is_empty(),
            "{name}: {said}"
        );
    }
}

#[test]
fn characters_outside_gbk_are_gb18030() {
    let text = "牛家𠅤村委会公告：通知各户，本村𬱖氏宗祠开放时间。\n";
    let (read, said) = taken(&legacy(GB18030, text));
    assert_eq!(read, text);
    assert!(said.contains("GB18030"), "{said}");
}

#[test]
fn the_finding_shows_how_the_text_begins() {
    let (_, said) = taken(&legacy(GBK, "id: a\ntitle: 闭馆公告\n"));
    assert_eq!(said, "“a.md”按 GBK 编码读取，开头为“闭馆公告”。");
}

/// Two characters that are common in both readings and frequent in neither.
fn unclear_pair() -> Vec<u8> {
    for (a, b) in (0xb0..=0xc5_u8).flat_map(|a| (0xa1..=0xfe_u8).map(move |b| (a, b))) {
        let bytes = [a, b, a, b, a, b, b'\n'];
        let text = |charset| Attempt::new(charset, &bytes);
        let (one, other) = (text(Charset::Gb18030), text(Charset::Big5));
        if one.error_at.is_none() && other.error_at.is_none() && one.merit == other.merit {
            return bytes.to_vec();
        }
    }
    panic!("there is none");
}

#[test]
fn what_cannot_be_told_is_refused_with_both_readings() {
    let bytes = unclear_pair();
    let (code, _, said) = refused(&bytes);
    assert_eq!(code, "encoding_unclear");
    for encoding in [GBK, BIG5] {
        let (text, _) = encoding.decode_without_bom_handling(&bytes);
        let words = format!(
            "{} 读作“{}”",
            if encoding == GBK { "GBK" } else { "Big5" },
            text.trim()
        );
        assert!(said.contains(&words), "{said} without {words}");
    }
    let japanese = legacy(SHIFT_JIS, "これは図書館のお知らせです。ご利用ください。\n");
    assert!(
        ["encoding_unclear", "not_utf8", "encoding_broken"]
            .contains(&refused(&japanese).0.as_str())
    );
}

#[test]
fn a_text_that_breaks_off_inside_a_character_is_told() {
    let cut = |bytes: Vec<u8>| {
        let mut bytes = bytes;
        bytes.pop();
        refused(&bytes)
    };
    let text = SIMPLIFIED.trim_end().trim_end_matches('。');
    for (bytes, name) in [
        (text.as_bytes().to_vec(), "UTF-8"),
        (legacy(GBK, text), "GBK"),
        (legacy(BIG5, TRADITIONAL.trim_end()), "Big5"),
        (
            [b"\xff\xfe".to_vec(), utf16(text, false)].concat(),
            "UTF-16 LE",
        ),
    ] {
        let (code, line, said) = cut(bytes);
        assert_eq!((code.as_str(), line), ("text_cut_short", Some(2)), "{name}");
        assert!(said.contains(name), "{said}");
    }
}

#[test]
fn texts_in_two_encodings_are_refused_at_the_odd_line() {
    let gbk = |text| legacy(GBK, text);
    for (bytes, line) in [
        ([SIMPLIFIED.as_bytes(), &gbk("另行通知。\n")].concat(), 3),
        (
            [gbk(SIMPLIFIED).as_slice(), "另行通知。\n".as_bytes()].concat(),
            3,
        ),
        (
            [
                gbk(SIMPLIFIED).as_slice(),
                b"\xef\xbb\xbf",
                SIMPLIFIED.as_bytes(),
            ]
            .concat(),
            3,
        ),
    ] {
        let (code, at, said) = refused(&bytes);
        assert_eq!(
            (code.as_str(), at),
            ("mixed_encodings", Some(line)),
            "{said}"
        );
    }
}

#[test]
fn zeros_and_marks_inside_are_told_or_read() {
    let (text, said) = taken("甲\u{0}乙\u{feff}丙".as_bytes());
    assert_eq!((text.as_str(), said.as_str()), ("甲\u{0}乙\u{feff}丙", ""));
    let mut bytes = legacy(GBK, SIMPLIFIED);
    bytes.extend([0; 3]);
    assert_eq!(
        (refused(&bytes).0.as_str(), refused(&bytes).1),
        ("zero_byte", Some(3))
    );
    let turned = [
        b"\xff\xfe".to_vec(),
        utf16("馆舍\n", false),
        b"\x00\xd8".to_vec(),
        utf16("甲\n", false),
    ]
    .concat();
    assert_eq!(
        (refused(&turned).0.as_str(), refused(&turned).1),
        ("encoding_broken", Some(2))
    );
}

#[test]
fn pages_are_believed_unless_what_they_say_cannot_be() {
    let page = |declared: &str, text: &str| {
        format!(
            "<html><head><meta http-equiv=\"Content-Type\" content=\"text/html; charset={declared}\"></head><p>{text}</p>"
        )
    };
    let read = |bytes: &[u8]| {
        let decoded =
            decode_page("a.html", bytes, MAX).unwrap_or_else(|problem| panic!("{problem:?}"));
        (
            decoded.text,
            decoded
                .finding
                .map(|finding| finding.message.zh)
                .unwrap_or_default(),
        )
    };
    // Three rare characters are no evidence; the page's own word is.
    for (encoding, declared, name) in [(GBK, "gb2312", "GBK"), (BIG5, "'big5'", "Big5")] {
        let rare = if encoding == GBK {
            "鹮鹮鹮"
        } else {
            "鸝鸝鸝"
        };
        let html = page(declared, rare);
        let (text, said) = read(&legacy(encoding, &html));
        assert!(text == html && said.contains(name), "{said}: {text}");
    }
    let html = page("utf-8", SIMPLIFIED);
    assert_eq!(read(&legacy(GBK, &html)).0, html);
    let html = page("gb2312", SIMPLIFIED);
    assert_eq!(read(html.as_bytes()), (html.clone(), String::new()));
    let html = page("iso-8859-1", SIMPLIFIED);
    assert_eq!(read(&legacy(GBK, &html)).0, html);
    let html = page("gb2312", TRADITIONAL);
    assert_eq!(read(&legacy(BIG5, &html)).0, html);
    let html = format!(
        "<!-- <meta charset=big5> --><meta charset=gbk><p>{}",
        "鹮鹮"
    );
    assert_eq!(read(&legacy(GBK, &html)).0, html);
}

#[test]
fn words_are_found_in_any_encoding() {
    for bytes in [
        "索引号".as_bytes().to_vec(),
        legacy(GBK, "x 索引号"),
        utf16("索引号", false),
        utf16("索引号", true),
        b"<META name=ArticleTitle>".to_vec(),
    ] {
        assert!(mentions(&bytes, &["索引号", "articletitle"]));
    }
    assert!(!mentions("索引".as_bytes(), &["索引号"]));
    assert_eq!(text_of(&legacy(GBK, SIMPLIFIED)), SIMPLIFIED);
}
