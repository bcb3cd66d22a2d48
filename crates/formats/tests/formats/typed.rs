//! Front matter as people type it: as it stands, or refused with the line to copy; never shortened.

use proptest::{collection::vec, prelude::*, sample::select};
use yigao_core::Content;
use yigao_formats::{Format, Problem, read};

use crate::specimens::{bundle, picture};

fn text_of(matter: &str) -> String {
    format!("---\n{matter}\n---\n正文。\n")
}

fn tried(matter: &str) -> Result<Content, Vec<Problem>> {
    let text = text_of(matter);
    let mut files = bundle(&[("a.md", text.as_bytes())]);
    if matter.contains("p.jpg") {
        files.files.insert("p.jpg".to_owned(), picture(1));
    }
    read(&files, Format::Markdown).map(|draft| draft.content)
}

fn content(matter: &str) -> Content {
    tried(matter).unwrap_or_else(|problems| panic!("{matter}\n{problems:#?}"))
}

/// The only problem, and the line it says to copy.
fn copied(matter: &str) -> (usize, String) {
    let problems = tried(matter).expect_err(matter);
    assert_eq!(problems.len(), 1, "{matter}\n{problems:#?}");
    let advice = &problems[0].advice;
    let copy = |text: &str| {
        let (_, rest) = text.split_once('`')?;
        Some(rest.rsplit_once('`')?.0.to_owned())
    };
    let zh = copy(&advice.zh).unwrap_or_else(|| panic!("{problems:#?}"));
    assert_eq!(copy(&advice.en).as_ref(), Some(&zh));
    (problems[0].line.unwrap(), zh)
}

/// Whatever sign it begins with and whatever stands in it, a text on one line is the text.
#[test]
fn texts_of_one_line_are_taken_as_typed() {
    for value in [
        "#青川好物# 春茶上市",
        "夜游 # 7月版",
        "夜游 #",
        "夜游 #7月版",
        "@青川文旅 发布",
        "%5 让利",
        "*春茶*上市",
        "&青川",
        "!重要",
        "`代码`",
        "通知: 春茶上市",
        "通知:",
        "- 春",
        ", 春",
        "] 春",
        "} 春",
        "? 春",
        "yes",
        "2026",
        "1:30",
        "2026-05-01",
        "09:00:00",
        "0x10",
        "true",
        "5月1日 8:00-17:00",
        "https://a.cn/x#y",
        "https://a.cn/x #y",
        "春---夏",
        "--- 春",
        "春“夏”",
        "a: b # c",
        "春茶\t#上市",
        "C:\\青川",
    ] {
        let want = value.replace('\t', " ");
        let read = content(&format!("title: {value}\nunit: 局\n# 备注"));
        assert_eq!(read.title, want, "{value}");
        // Below its key it would be a list.
        let below = value.strip_prefix("- ").unwrap_or(value);
        let nested = content(&format!(
            "title: 春\nunit: {value}\ndisclosure:\n  # 备注\n  publisher: {value}\n  overview:\n    {below}\nkeywords:\n  - {value}\n  - 夜\nguide:\n  matter: {value}\n  office: 局\n  materials:\n  - {value}\noverrides:\n  wechat:\n    title: {value}"
        ));
        assert_eq!(nested.unit, want);
        let disclosure = nested.disclosure.unwrap();
        assert_eq!(disclosure.publisher.as_ref(), Some(&want));
        assert_eq!(disclosure.overview, Some(below.replace('\t', " ")));
        assert_eq!(nested.keywords, [want.clone(), "夜".to_owned()]);
        let guide = nested.guide.unwrap();
        assert_eq!(
            (&guide.matter, guide.materials),
            (&want, vec![want.clone()])
        );
        let given = nested.overrides.values().next().unwrap();
        assert_eq!(given.title.as_ref(), Some(&want));
    }
}

#[test]
fn figures_in_fences_are_read_the_same() {
    let body = |yaml: &str| {
        let text = format!("---\ntitle: 春\nunit: 局\n---\n```figure p.jpg\n{yaml}\n```\n");
        let files = bundle(&[("a.md", text.as_bytes()), ("p.jpg", &picture(1))]);
        read(&files, Format::Markdown)
    };
    let draft = body("alt: #夜游# 河街\ncaption: 河街 # 7月\ncredit: @青川").unwrap();
    let figures = yigao_core::block::figures(&draft.content.body);
    assert_eq!(figures[0].alt, "#夜游# 河街");
    assert_eq!(figures[0].caption.as_deref(), Some("河街 # 7月"));
    assert_eq!(figures[0].credit.as_deref(), Some("@青川"));
    let problems = body("alt：河街").unwrap_err();
    assert_eq!(problems[0].line, Some(6));
    assert!(
        problems[0].advice.zh.contains("`alt: 河街`"),
        "{problems:?}"
    );
}

/// What can be read in two ways is refused on its line, with a line to copy that is taken.
#[test]
#[expect(clippy::too_many_lines, reason = "a table of lines")]
fn the_rest_is_refused_with_the_line_to_copy() {
    for (line, copy) in [
        ("title: [图解]青川春茶", r#"title: "[图解]青川春茶""#),
        ("title: [图解]", r#"title: "[图解]""#),
        ("title: {青川}", r#"title: "{青川}""#),
        ("title: |春茶|", r#"title: "|春茶|""#),
        ("title: >5000人参加", r#"title: ">5000人参加""#),
        ("title: >5", r#"title: ">5""#),
        ("title: \"青川\"好物", r#"title: "\"青川\"好物""#),
        ("title: '青川'好物", r#"title: "'青川'好物""#),
        ("title: \"青川好物", r#"title: "\"青川好物""#),
        ("title: \"C:\\青川\"", r#"title: "C:\\青川""#),
        ("title: null", r#"title: "null""#),
        ("title: ~", r#"title: "~""#),
        ("title：春茶上市", "title: 春茶上市"),
        ("title ：春茶上市", "title: 春茶上市"),
        ("title:春茶上市", "title: 春茶上市"),
        ("title:\u{3000}春茶上市", "title: 春茶上市"),
        ("标题：春茶上市", "title: 春茶上市"),
        ("title：#春茶# 上市", r##"title: "#春茶# 上市""##),
        ("\ttitle: 春茶", "  title: 春茶"),
    ] {
        let matter = format!("# 备注\n{line}\nunit: 局");
        if line.starts_with('\t') {
            // Set in by two, it still begins the map.
            let matter = format!("{line}\n\tunit: 局");
            assert_eq!(tried(&matter).unwrap_err().len(), 2);
            continue;
        }
        assert_eq!(copied(&matter), (3, copy.to_owned()), "{line}");
        let mended = content(&format!("{copy}\nunit: 局"));
        assert!(!mended.title.is_empty());
    }
    for (lines, at, copy) in [
        (
            "keywords: [春茶, #青川好物#]",
            4,
            r##"keywords: [春茶, "#青川好物#"]"##,
        ),
        (
            "keywords: [#青川好物#, 春茶]",
            4,
            r##"keywords: ["#青川好物#", 春茶]"##,
        ),
        (
            "keywords: [春茶, 夜游 # 7月版]",
            4,
            r#"keywords: [春茶, "夜游 # 7月版"]"#,
        ),
        (
            "keywords: [通知: 春茶, @青川]",
            4,
            r#"keywords: ["通知: 春茶", "@青川"]"#,
        ),
        (
            "keywords: [[图解]春茶, 夜]",
            4,
            r#"keywords: ["[图解]春茶", 夜]"#,
        ),
        (
            "keywords: [图解]春茶、夜",
            4,
            r#"keywords: "[图解]春茶、夜""#,
        ),
        ("keywords: [春茶、夜", 4, r#"keywords: "[春茶、夜""#),
        (
            "keywords: \"春茶\", \"夜\"",
            4,
            r#"keywords: ["春茶", "夜"]"#,
        ),
        (
            "keywords: [\n  春茶,\n  #青川#,\n  夜\n]",
            6,
            r##""#青川#","##,
        ),
        ("kind: news # 新闻", 4, "kind: news"),
        ("dated: 2026-05-01 # 待定", 4, "dated: 2026-05-01"),
        ("dated: # 待定", 4, "# dated: # 待定"),
        ("attachments: #附件", 4, "# attachments: #附件"),
        ("dated: \"2026-05-01\"前后", 4, "dated: \"2026-05-01\""),
        (
            "summary: 第一行\n  第二行 # 7月",
            4,
            r#"summary: "第一行第二行 # 7月""#,
        ),
        (
            "summary: 第一行\n  #青川# 第二行",
            4,
            r##"summary: "第一行 #青川# 第二行""##,
        ),
        ("summary: 第一行\n第二行", 5, "summary: 第一行第二行"),
        (
            "event: {starts: 2026-05-01 09:00, place: #河街#}",
            4,
            r##"event: {starts: 2026-05-01 09:00, place: "#河街#"}"##,
        ),
        (
            "event: {starts: 2026-05-01 09:00, place: 河街: 东}",
            4,
            r#"event: {starts: 2026-05-01 09:00, place: "河街: 东"}"#,
        ),
        ("author: 王\n  source: 新华社", 5, "source: 新华社"),
        ("disclosure:\n　publisher: 局", 5, "  publisher: 局"),
        ("disclosure:\n  publisher：局", 5, "publisher: 局"),
    ] {
        assert_eq!(
            copied(&format!("title: 春\nunit: 局\n{lines}")),
            (at, copy.to_owned()),
            "{lines}"
        );
    }
}

/// Comments stay comments where no value can be meant; behind a closed value they are said.
#[test]
fn comments_stay_comments_on_lines_of_their_own() {
    let plain = "title: 春\nunit: 局\nkeywords:\n  - 茶\ndisclosure:\n  publisher: 局";
    let noted = "# 稿件\ntitle: 春\n  # 标题已核\nunit: 局\n#keywords: 夜\nkeywords: # 词\n  # 第一个\n  - 茶\ndisclosure: # 公开\n  # 机构\n  publisher: 局\nauthor:\n  # 待补\nsummary: ~";
    assert_eq!(content(plain), content(noted));
    let text = text_of("title: \"夜游\" # 7月版\nunit: 局\nkeywords: [夜, 游] # 词");
    let draft = read(&bundle(&[("a.md", text.as_bytes())]), Format::Markdown).unwrap();
    assert_eq!(draft.content.title, "夜游");
    let said: Vec<_> = draft
        .findings
        .iter()
        .map(|f| {
            (
                f.code.as_str(),
                f.place.as_str(),
                f.line,
                f.quote.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        said,
        [
            (
                "comment_dropped",
                "front_matter/title",
                Some(2),
                Some("# 7月版")
            ),
            (
                "comment_dropped",
                "front_matter/keywords",
                Some(4),
                Some("# 词")
            ),
        ]
    );
    assert!(
        draft.findings[0]
            .message
            .zh
            .starts_with("第 2 行：“# 7月版”")
    );
    assert!(
        draft.findings[0]
            .advice
            .zh
            .contains(r#"`title: "\"夜游\" # 7月版"`"#)
    );
}

/// What YAML read rightly, it still reads.
#[test]
fn the_forms_of_yaml_read_as_before() {
    let read = content(
        "title: \"春\\u8336\"\nunit: '局''办'\nsummary: |\n  一 # 甲\n\n  二: 乙\nsubtitle: >-\n  长\n  句\ncolumn: 两\n  行\nsource:\n  下一行\nauthor: \"长\n  名\"\ndrafting_unit: \"不缩\n进\"\nkeywords: [\n  茶, # 一\n  \"夜, 游\"\n]\nevent: {starts: 2026-05-01 09:00, place: '河街'}\n\"responsible\": 王\nattachments:\n- p.jpg\n-   file: p.jpg\n    title: 图",
    );
    assert_eq!((read.title.as_str(), read.unit.as_str()), ("春茶", "局'办"));
    assert_eq!(read.summary.as_deref(), Some("一 # 甲\n\n二: 乙\n"));
    assert_eq!(read.subtitle.as_deref(), Some("长 句"));
    assert_eq!(read.column.as_deref(), Some("两 行"));
    assert_eq!(read.source.as_deref(), Some("下一行"));
    assert_eq!(read.author.as_deref(), Some("长 名"));
    assert_eq!(read.drafting_unit.as_deref(), Some("不缩 进"));
    assert_eq!(read.keywords, ["茶", "夜, 游"]);
    assert_eq!(read.event.unwrap().place, "河街");
    assert_eq!(read.responsible.as_deref(), Some("王"));
    assert_eq!(read.attachments.len(), 2);
}

#[test]
fn a_key_that_stands_twice_is_said_with_both_lines() {
    let problems = tried("title: 春\nunit: 局\ntitle: 夏\nkind: essay").unwrap_err();
    let codes: Vec<_> = problems
        .iter()
        .map(|p| (p.code.as_str(), p.line.unwrap()))
        .collect();
    assert_eq!(codes, [("duplicate_key", 4), ("wrong_value", 5)]);
    assert!(problems[0].message.zh.contains("第 2 行已有"));
    // The line is shown as it was typed.
    assert!(problems[1].message.zh.contains("原文：`kind: essay`"));
}

/// Texts that make a reader look again and again over the same lines.
#[test]
fn hostile_front_matter_ends() {
    let fill = |piece: &str| piece.repeat(250_000 / piece.len());
    for piece in [
        "a: [\n",
        "keywords: [\n",
        " unit: b\n",
        "  - a\n",
        "title: \"\n",
        "k: \"\n  x\n",
        "title: >5\n",
        "- [",
        "[",
        "{",
        "#",
        "title：",
        "title: a\n b\n",
        "x\n",
        "\tx\n",
        " #\n",
        "k: [a #\n",
        "\n",
        "a:\n ",
        "title:\n\n\n\n",
        "- - ",
        "\"a\": ",
    ] {
        drop(tried(&format!("title: a\n{}", fill(piece))));
        drop(tried(&fill(piece)));
    }
}

/// A value of pieces that mean something to YAML.
fn odd_value() -> impl Strategy<Value = String> {
    let pieces = select(vec![
        "春",
        "茶",
        "夜游",
        "。",
        "：",
        "“",
        "”",
        "#",
        " #",
        "# ",
        ":",
        ": ",
        "-",
        "- ",
        "@",
        "[",
        "]",
        "{",
        "}",
        "|",
        ">",
        "'",
        "\"",
        "*",
        "&",
        "!",
        "%",
        "`",
        "?",
        "? ",
        ",",
        "\\",
        "\\n",
        " ",
        "\t",
        "~",
        "null",
        "1",
        "a",
        "=",
        "<<",
        "http://a.cn/#x",
        "---",
        "...",
        "\u{3000}",
        "🏮",
        "title: ",
        "unit",
    ]);
    vec(pieces, 1..7).prop_map(|pieces| pieces.concat())
}

/// What the file says at one place, by the content that came of it.
type At = (&'static str, fn(&Content) -> String);

const PLACES: [At; 6] = [
    ("title: V\nunit: 局", |c| c.title.clone()),
    ("unit: 局\ntitle: 春\nsubtitle: V", |c| {
        c.subtitle.clone().unwrap_or_default()
    }),
    (
        "unit: 局\ntitle: 春\ndisclosure:\n  created: 2026-05-01\n  publisher: V\nauthor: 王",
        |c| {
            assert_eq!(c.author.as_deref(), Some("王"));
            c.disclosure.clone().unwrap().publisher.unwrap_or_default()
        },
    ),
    (
        "unit: 局\ntitle: 春\nkeywords:\n  - 一\n  - V\n  - 三",
        |c| {
            assert_eq!(c.keywords.len(), 3);
            c.keywords[1].clone()
        },
    ),
    ("unit: 局\ntitle: 春\nkeywords: [一, V, 三]", |c| {
        assert_eq!(c.keywords.len(), 3);
        c.keywords[1].clone()
    }),
    (
        "unit: 局\ntitle: 春\nevent: {starts: 2026-05-01 09:00, place: V, ends: 2026-05-01 10:00}",
        |c| {
            let event = c.event.clone().unwrap();
            assert!(event.ends.is_some());
            event.place
        },
    ),
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Wherever it stands, a value is taken whole or refused, and the line to copy is taken whole.
    #[test]
    fn no_value_is_ever_shortened(value in odd_value(), place in 0_usize..6) {
        let value = value.trim_matches([' ', '\t']);
        // A comma within brackets parts two items, and a bracket that does not pair may mean anything.
        if value.trim().is_empty() || (place > 3 && value.contains([',', '[', ']', '{', '}'])) {
            return Ok(());
        }
        let (matter, said) = PLACES[place];
        let want = value.replace('\t', " ");
        let matter = matter.replace('V', value);
        let quoted = value.starts_with(['"', '\'']);
        let read = match tried(&matter) {
            Ok(content) => said(&content),
            Err(problems) => {
                let first = &problems[0];
                let Some(copy) = first.advice.zh.split_once('`').and_then(|(_, rest)| rest.rsplit_once('`')) else {
                    // A block of text with nothing in it, and quotes with nothing in them.
                    prop_assert!(
                        first.code == "missing_key" || (quoted && place > 3 && first.code == "malformed_yaml"),
                        "{}\n{:?}", matter, problems
                    );
                    return Ok(());
                };
                if first.code == "missing_key" {
                    return Ok(());
                }
                let lines: Vec<String> = text_of(&matter).lines().enumerate().map(|(at, line)| {
                    if Some(at + 1) == first.line { format!("{}{}", line.strip_suffix(line.trim_start()).unwrap(), copy.0) } else { line.to_owned() }
                }).collect();
                let mended = lines[1..lines.len() - 2].join("\n");
                let again = tried(&mended);
                prop_assert!(again.is_ok(), "{}\n{}\n{:?}", matter, mended, again);
                said(&again.unwrap())
            }
        };
        if !quoted {
            let empty = read.is_empty() && value.starts_with(['|', '>']) || matches!(value, "~" | "null");
            prop_assert!(read == want || empty, "{}\n{:?}", matter, read);
        }
    }
}
