//! Characters that readers would miss stop the item; rare ones arrive.

use yigao_core::{Block, Inline, Kind, Version};
use yigao_formats::{Bundle, Draft, Format, Problem, read, write};

use crate::specimens::{bundle, picture};

/// Ideographs of all extensions, variation selectors of both kinds, joined emoji, a flag of a region, combining marks.
const RARE: &str = "䶮㐀𠮷𪚥𫝀𫠝𬺰𮯰𰀀𱍐㈱葛\u{e0100}齋\u{fe00}❤\u{fe0f}👩\u{200d}🚒👨\u{200d}👩\u{200d}👧\u{200d}👦🏴\u{e0067}\u{e0062}\u{e007f}é\u{301}";

fn markdown(matter: &str, body: &str) -> Bundle {
    let text = format!("---\n{matter}\n---\n{body}\n");
    bundle(&[("a.md", text.as_bytes()), ("p.jpg", &picture(1))])
}

fn refused(bundle: &Bundle, format: Format) -> Vec<Problem> {
    read(bundle, format).expect_err("should be refused")
}

#[test]
fn a_name_with_a_private_character_stops_with_its_standard_code() {
    let files = markdown("title: 春\nunit: 局\nresponsible: 王\u{e863}生", "正文。");
    let problems = refused(&files, Format::Markdown);
    assert_eq!(problems.len(), 1, "{problems:#?}");
    let problem = &problems[0];
    assert_eq!(
        (problem.code.as_str(), problem.line),
        ("private_use_character", Some(4))
    );
    assert!(
        problem
            .message
            .zh
            .contains("responsible 里“王〔U+E863〕生”"),
        "{problem:?}"
    );
    assert!(problem.advice.zh.contains("“䶮”（U+4DAE）"), "{problem:?}");
}

#[test]
fn each_kind_is_told_with_its_line_in_every_place() {
    for (c, code) in [
        ("\u{e000}", "private_use_character"),
        ("\u{f0b7}", "private_use_character"),
        ("\u{10fffd}", "private_use_character"),
        ("\u{378}", "unassigned_character"),
        ("\u{fdd0}", "unassigned_character"),
        ("\u{fffd}", "replacement_character"),
    ] {
        let told = |files: &Bundle| -> Vec<(String, Option<usize>)> {
            let problems = refused(files, Format::Markdown);
            problems.into_iter().map(|p| (p.code, p.line)).collect()
        };
        let at = |line| vec![(code.to_owned(), Some(line))];
        assert_eq!(
            told(&markdown(&format!("title: {c}\nunit: 局"), "文")),
            at(2)
        );
        assert_eq!(
            told(&markdown(
                &format!("unit: 局\ntitle: 春\nkeywords: [茶, {c}]"),
                "文"
            )),
            at(4)
        );
        assert_eq!(
            told(&markdown("title: 春\nunit: 局", &format!("文\n\n段{c}落"))),
            at(7)
        );
        assert_eq!(
            told(&markdown(
                "title: 春\nunit: 局",
                &format!("文\n\n![{c}](p.jpg)")
            )),
            at(7)
        );
        let number = c.chars().next().unwrap() as u32;
        assert_eq!(
            told(&markdown(
                "title: 春\nunit: 局",
                &format!("文\n\n&#x{number:X};&#{number};")
            )),
            at(7)
        );
        assert_eq!(
            told(&markdown(
                &format!("title: 春\nunit: \"局\\U{number:08X}\""),
                "文"
            )),
            at(3)
        );
        assert_eq!(
            told(&markdown(
                "title: 春\nunit: 局",
                &format!("文\n\n[站](https://a.cn/{c})")
            )),
            at(7)
        );
    }
}

#[test]
fn each_line_is_told_once_and_there_is_an_end_of_them() {
    let many = markdown(
        "title: \u{fffd}春\nunit: 局\u{fffd}",
        "\u{fffd}\u{fffd}\n\n\u{fffd}",
    );
    let lines: Vec<_> = refused(&many, Format::Markdown)
        .iter()
        .map(|p| p.line)
        .collect();
    assert_eq!(lines, [Some(2), Some(3), Some(5), Some(7)]);
    let endless = markdown(
        "title: 春\nunit: 局",
        &"\u{fffd}\n\n\u{e000}\n\n".repeat(50_000),
    );
    assert!(refused(&endless, Format::Markdown).len() <= 51);
}

#[test]
fn json_and_saved_pages_are_stopped_too() {
    let json = |title: &str| {
        let text = format!(
            "{{\"id\": \"a\", \"content\": {{\n\"kind\": \"news\",\n\"title\": \"{title}\", \"unit\": \"局\", \"body\": []}}}}"
        );
        bundle(&[("item.json", text.as_bytes())])
    };
    assert!(read(&json("春"), Format::Json).is_ok());
    for title in ["王\u{e863}", "王\\ue863", "王\\uE863"] {
        let problems = refused(&json(title), Format::Json);
        assert_eq!(
            (problems.len(), problems[0].code.as_str(), problems[0].line),
            (1, "private_use_character", Some(3)),
            "{problems:?}"
        );
        assert!(problems[0].message.zh.starts_with("title 里"));
    }
    let page = "索引号 | 1 | 发布机构 | 局 |\n名称 | 公告 |\n\n一、总则\n王\u{e863}生同志。\n";
    let problems = refused(&bundle(&[("a.txt", page.as_bytes())]), Format::GovPage);
    assert!(
        problems
            .iter()
            .any(|p| p.code == "private_use_character" && p.line == Some(5)),
        "{problems:?}"
    );
}

#[test]
fn rare_characters_arrive_in_every_format() {
    let files = markdown(
        &format!("title: {RARE}\nunit: {RARE}\nauthor: {RARE}\nkeywords: [{RARE}]"),
        &format!("{RARE}\n\n![{RARE}](p.jpg)"),
    );
    let Draft {
        id,
        content,
        files,
        findings,
    } = read(&files, Format::Markdown).unwrap();
    assert_eq!(findings, []);
    assert_eq!(content.kind, Kind::News);
    assert_eq!(
        (content.title.as_str(), content.unit.as_str()),
        (RARE, RARE)
    );
    assert_eq!(content.author.as_deref(), Some(RARE));
    assert_eq!(content.keywords, [RARE]);
    assert_eq!(
        content.body[0],
        Block::Paragraph {
            text: vec![Inline::plain(RARE)]
        }
    );
    let version = Version::new(id, 1, content.clone());
    for format in [Format::Markdown, Format::Json] {
        let bundle = write(&version, format, &|digest| files.get(digest).cloned()).unwrap();
        assert_eq!(read(&bundle, format).unwrap().content, content);
    }
    let page = format!("索引号 | 1 | 发布机构 | 局{RARE} |\n名称 | 公告 |\n\n{RARE}。\n");
    let page = read(&bundle(&[("a.txt", page.as_bytes())]), Format::GovPage).unwrap();
    let json = serde_json::to_string(&page.content).unwrap();
    assert_eq!(json.matches(RARE).count(), 3, "{json}");
}

#[test]
fn control_characters_are_removed_and_said_with_their_line() {
    let files = markdown(
        "title: 春\u{202e}茶\nunit: 局",
        "甲\u{7}乙\n\n丙\u{b}丁\u{feff}",
    );
    let draft = read(&files, Format::Markdown).unwrap();
    assert_eq!(draft.content.title, "春茶");
    let said: Vec<_> = draft
        .findings
        .iter()
        .filter(|f| f.code == "reserved_characters")
        .map(|f| {
            (
                f.place.as_str(),
                f.message.zh.as_str(),
                f.line,
                f.quote.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        said,
        [
            (
                "body",
                "第 5、7 行：去掉了 3 个看不见的控制字符（U+0007、U+000B、U+FEFF）。",
                Some(5),
                Some("甲〔U+0007〕乙"),
            ),
            (
                "front_matter/title",
                "第 2 行：去掉了 1 个看不见的控制字符（U+202E）。",
                Some(2),
                Some("春〔U+202E〕茶"),
            ),
        ]
    );
}

/// An item that was stored before such characters stopped an import can still be taken out.
#[test]
fn what_is_stored_can_be_exported() {
    let files = markdown("title: 春\nunit: 局", "文\n\n![图](p.jpg)");
    let Draft {
        id,
        mut content,
        files,
        ..
    } = read(&files, Format::Markdown).unwrap();
    content.title = "春\u{fffd}茶\u{378}".to_owned();
    let version = Version::new(id, 1, content);
    for format in [Format::Markdown, Format::Json] {
        let bundle = write(&version, format, &|digest| files.get(digest).cloned()).unwrap();
        assert_eq!(refused(&bundle, format).len(), 2);
    }
}

/// The parser of YAML stops at most of them; they are removed before it reads the lines.
#[test]
fn control_characters_of_the_front_matter_are_removed_too() {
    for c in [
        '\u{0}', '\u{7}', '\u{b}', '\u{c}', '\u{1b}', '\u{7f}', '\u{85}', '\u{9f}', '\u{feff}',
    ] {
        let matter =
            format!("unit: 局\ntitle: 春{c}茶\nkeywords: [春, \"夜{c}游\"]\nsummary: |\n  一{c}二");
        let text = format!("---\n{matter}\n---\n文\n");
        let draft = read(&bundle(&[("a.md", text.as_bytes())]), Format::Markdown)
            .unwrap_or_else(|problems| panic!("{c:?} {problems:?}"));
        let content = draft.content;
        assert_eq!(content.title, "春茶");
        assert_eq!(content.keywords, ["春", "夜游"]);
        assert_eq!(content.summary.as_deref(), Some("一二\n"), "{c:?}");
        let lines: Vec<_> = draft
            .findings
            .iter()
            .map(|f| (f.code.as_str(), f.line))
            .collect();
        let said = |line| ("reserved_characters", Some(line));
        for line in [3, 4, 6] {
            assert!(lines.contains(&said(line)), "{c:?} {lines:?}");
        }
        assert_eq!(lines.len(), 3);
    }
    for c in ['\u{fffe}', '\u{ffff}'] {
        let files = markdown(&format!("title: 春{c}茶\nunit: 局"), "文");
        let problems = refused(&files, Format::Markdown);
        assert_eq!(problems.len(), 1);
        assert_eq!(
            (problems[0].code.as_str(), problems[0].line),
            ("unassigned_character", Some(2))
        );
        assert!(
            problems[0]
                .message
                .zh
                .contains(&format!("U+{:04X}", c as u32))
        );
    }
}
