use yigao_core::{
    Block, Inline, Severity,
    block::{ListItem, plain_text},
};
use yigao_formats::{Format, detect, read};

use crate::specimens::{MATTER, body, bundle, draft, item, one, refusals, refused};

fn text(text: &str) -> Vec<Inline> {
    vec![Inline::plain(text)]
}

fn paragraph(words: &str) -> Block {
    Block::Paragraph { text: text(words) }
}

fn problems_of(matter: &str) -> Vec<(String, Option<usize>)> {
    let text = format!("---\n{matter}---\n正文。\n");
    refusals(&bundle(&[("a.md", text.as_bytes())]), Format::Markdown)
}

#[test]
fn formats_are_told_apart() {
    assert_eq!(detect(&item("")), Some(Format::Markdown));
    assert_eq!(
        detect(&bundle(&[("item.json", b""), ("a.md", b"")])),
        Some(Format::Json)
    );
    assert_eq!(
        detect(&bundle(&[("a.txt", "索引号 | 1 |".as_bytes())])),
        Some(Format::GovPage)
    );
    assert_eq!(
        detect(&bundle(&[("a.html", "<td>发布机构</td>".as_bytes())])),
        Some(Format::GovPage)
    );
    assert_eq!(detect(&bundle(&[("a.txt", "随笔".as_bytes())])), None);
    // Two of them are a mistake that reading names.
    let two = bundle(&[("a.md", b""), ("b.md", b"")]);
    assert_eq!(detect(&two), Some(Format::Markdown));
}

#[test]
fn every_problem_of_the_front_matter_is_said_at_once() {
    let found = problems_of(
        "titel: 春\n标题: 春\nkind: essay\ndated: 昨天\nembargo: 2026-05-01\nevent: {starts: 2026-05-01 09:00, ends: 2026-04-01 09:00}\n\
         cover: none.jpg\nassets: {gone.jpg: {credit: 甲}}\noverrides: {A B: {skip: perhaps}}\nrelations: [{kind: interprets}]\n",
    );
    let mut codes: Vec<_> = found
        .iter()
        .map(|(code, line)| format!("{code} {}", line.unwrap()))
        .collect();
    codes.sort();
    assert_eq!(
        codes,
        [
            "file_missing 8",
            "file_missing 9",
            "missing_key 2",
            "missing_key 2",
            "missing_key 7",
            "unknown_key 2",
            "unknown_key 3",
            "wrong_value 10",
            "wrong_value 10",
            "wrong_value 11",
            "wrong_value 4",
            "wrong_value 5",
            "wrong_value 6",
            "wrong_value 7",
        ]
    );
}

#[test]
fn unknown_keys_are_answered_with_the_nearest() {
    let advice = |matter: &str| {
        let text = format!("---\ntitle: 春\nunit: 局\n{matter}\n---\n");
        let problems = read(&bundle(&[("a.md", text.as_bytes())]), Format::Markdown).unwrap_err();
        assert_eq!(
            (problems.len(), problems[0].line),
            (1, Some(4)),
            "{problems:?}"
        );
        problems[0].advice.en.clone()
    };
    assert_eq!(advice("sumary: x"), "Did you mean summary?");
    assert_eq!(advice("摘要: x"), "Did you mean summary?");
    assert_eq!(
        advice("disclosure: {index-number: 1}"),
        "Did you mean index_number?"
    );
    assert!(advice("colour: x").starts_with("Keys: id, kind, title"));
}

#[test]
fn malformed_front_matter_has_line_and_column() {
    let text = "---\ntitle: 春\nunit: [局\n---\n正文\n";
    let problems = read(&bundle(&[("a.md", text.as_bytes())]), Format::Markdown).unwrap_err();
    assert_eq!(problems[0].code, "malformed_yaml");
    assert!(
        problems[0]
            .message
            .en
            .starts_with(&format!("Line {}, column ", problems[0].line.unwrap())),
        "{:?}",
        problems[0].message
    );
    assert!((3..=4).contains(&problems[0].line.unwrap()));
    for (text, code) in [
        ("正文\n", "front_matter_missing"),
        ("---\ntitle: 春\n", "front_matter_missing"),
        ("", "front_matter_missing"),
    ] {
        assert_eq!(
            refusals(&bundle(&[("a.md", text.as_bytes())]), Format::Markdown),
            one(code, 1)
        );
    }
    let deep = format!("a: {}\n", "[".repeat(10_000));
    assert_eq!(problems_of(&deep), one("malformed_yaml", 2));
}

#[test]
fn times_and_names_read_as_people_write_them() {
    let text = "---\r\ntitle: 2026\r\nunit: 局\r\nkind: 活动\r\nkeywords: 春、市集, 灯会\r\nembargo: 2026-05-01 09:00\r\nexpires: 2026-05-01T09:00:00+08:00\r\ndated: 2026/5/1\r\n---\r\n正文。\r\n";
    let draft = read(&bundle(&[("a.md", text.as_bytes())]), Format::Markdown).unwrap();
    let content = draft.content;
    assert_eq!(draft.id.as_str(), "sample");
    assert_eq!(content.title, "2026");
    assert_eq!(content.keywords, ["春", "市集", "灯会"]);
    assert_eq!(content.embargo, content.expires);
    assert_eq!(content.embargo.unwrap().to_string(), "2026-05-01T01:00:00Z");
    assert_eq!(content.dated.unwrap().to_string(), "2026-05-01");
    assert_eq!(content.body, [paragraph("正文。")]);
}

#[test]
fn a_name_that_is_no_slug_asks_for_an_id() {
    let mut bundle = item("正文。");
    bundle.name = "春日市集".to_owned();
    assert_eq!(
        refusals(&bundle, Format::Markdown),
        [("id_missing".to_owned(), None)]
    );
}

#[test]
fn blocks_of_an_ordinary_text() {
    let source = "# 一、安排\n\n第一行\n第二行 abc\ndef\n\n> 引文\n\n1. 甲\n   - 乙\n2. 丙\n\n| 日 | 事 |\n|---|---|\n| 1 | a\\|b |\n\n---\n\n见[网站](https://a.cn)，电话<tel:12345>。\n";
    let bold_link = |words: &str, link: &str| Inline {
        link: Some(link.to_owned()),
        ..Inline::plain(words)
    };
    let cell = |words: &str| yigao_core::block::Cell::new(text(words));
    let nested = Block::List {
        ordered: false,
        numbering: Default::default(),
        items: vec![ListItem {
            number: None,
            text: text("乙"),
            children: None,
        }],
    };
    assert_eq!(
        body(source),
        [
            Block::Heading {
                level: 1,
                text: text("一、安排")
            },
            paragraph("第一行第二行 abc def"),
            Block::Quote {
                blocks: vec![paragraph("引文")]
            },
            Block::List {
                ordered: true,
                numbering: Default::default(),
                items: vec![
                    ListItem {
                        number: None,
                        text: text("甲"),
                        children: Some(Box::new(nested))
                    },
                    ListItem {
                        number: None,
                        text: text("丙"),
                        children: None
                    },
                ],
            },
            Block::Table {
                caption: None,
                header: 1,
                align: Vec::new(),
                rows: vec![vec![cell("日"), cell("事")], vec![cell("1"), cell("a|b")]]
            },
            Block::Divider,
            Block::Paragraph {
                text: vec![
                    Inline::plain("见"),
                    bold_link("网站", "https://a.cn"),
                    Inline::plain("，电话"),
                    bold_link("tel:12345", "tel:12345"),
                    Inline::plain("。"),
                ],
            },
        ]
    );
}

#[test]
fn marks_hold_beside_chinese_punctuation() {
    let marked = |mark: &str| {
        let body = body(&format!("{mark}后文"));
        let Block::Paragraph { text } = &body[0] else {
            panic!("{body:?}")
        };
        text.clone()
    };
    let bold = vec![
        Inline {
            bold: true,
            ..Inline::plain("重点。")
        },
        Inline::plain("后文"),
    ];
    assert_eq!(marked("**重点。**"), bold);
    assert_eq!(marked("<b>重点。</b>"), bold);
    assert_eq!(
        marked("<u>x</u><sup>2</sup><sub>3</sub>*i*<br>")
            .iter()
            .map(|r| r.text.as_str())
            .collect::<Vec<_>>(),
        ["x", "2", "3", "i", "\n后文"]
    );
}

#[test]
fn raw_html_is_named_by_its_line() {
    assert_eq!(
        refused("好。\n\n字<font color=red>红</font>\n"),
        [
            ("raw_html".to_owned(), Some(7)),
            ("raw_html".to_owned(), Some(7))
        ]
    );
    assert_eq!(
        refused("好。\n\n<script>alert(1)</script>\n"),
        one("raw_html", 7)
    );
    assert_eq!(refused("<u>未完\n\n下一段\n"), one("unclosed_tag", 5));
    assert_eq!(refused("完</u>\n"), one("unclosed_tag", 5));
    assert_eq!(
        body("前<!-- 备注 -->后\n\n<!-- 整段 -->\n"),
        [paragraph("前后")]
    );
}

#[test]
fn links_are_checked_by_scheme() {
    for bad in [
        "[a](javascript:alert(1))",
        "[a](/local)",
        "<data:text/html,x>",
    ] {
        assert_eq!(
            refused(&format!("好。\n\n{bad}\n")),
            one("link_scheme", 7),
            "{bad}"
        );
    }
}

#[test]
fn what_lists_and_tables_cannot_hold_is_named() {
    assert_eq!(refused("- 甲\n\n  > 乙\n"), one("list_holds_block", 7));
    assert_eq!(
        refused("- 甲\n  - 乙\n\n  丙\n"),
        one("list_holds_block", 8)
    );
    assert_eq!(
        refused("| a | b |\n|---|---|\n| 1 | 2 | 3 |\n"),
        one("table_row_too_long", 7)
    );
    assert_eq!(refused("- 甲 ![x](p.jpg)\n"), one("picture_in_text", 5));
}

#[test]
fn what_is_mended_is_said() {
    let found = |source: &str| {
        let draft = draft(source);
        let codes: Vec<_> = draft
            .findings
            .into_iter()
            .map(|f| (f.severity, f.code))
            .filter(|(_, c)| c != "unused_file")
            .collect();
        (draft.content.body, codes)
    };
    let note = |code: &str| vec![(Severity::Note, code.to_owned())];
    assert_eq!(
        found("    四格缩进\n"),
        (vec![paragraph("四格缩进")], note("indented_paragraph"))
    );
    assert_eq!(
        found("　　全角缩进\n"),
        (vec![paragraph("全角缩进")], vec![])
    );
    assert_eq!(
        found("用 `code` 写\n"),
        (vec![paragraph("用 code 写")], note("code_as_text"))
    );
    assert_eq!(found("##### 五级\n").1, note("heading_too_low"));
    assert_eq!(found("4. 四\n5. 五\n").1, []);
    assert_eq!(
        found("甲乙\u{7}丙&#xFFFA;\u{FFF9}\u{202E}\n"),
        (vec![paragraph("甲乙丙")], note("reserved_characters"))
    );
}

/// Renditions mark their slots with characters of private use: none may come from outside, in whichever way it is written.
#[test]
fn slots_are_refused_in_every_text() {
    let text =
        "---\ntitle: 春\u{E000}日\nunit: \"局\\uE001\"\n---\n![甲\u{E000}](p.jpg \"乙&#xE001;\")\n";
    let problems = read(
        &bundle(&[
            ("a.md", text.as_bytes()),
            ("p.jpg", &crate::specimens::picture(1)),
        ]),
        Format::Markdown,
    )
    .unwrap_err();
    let places: Vec<_> = problems
        .iter()
        .map(|p| (p.code.as_str(), p.line.unwrap()))
        .collect();
    let code = "private_use_character";
    assert_eq!(places, [(code, 2), (code, 3), (code, 5), (code, 5)]);
}

#[test]
fn what_is_not_utf8_is_named_by_its_byte() {
    let mut text = MATTER.as_bytes().to_vec();
    text.extend(b"\n\xd6\xd0");
    let problems = read(&bundle(&[("a.md", &text)]), Format::Markdown).unwrap_err();
    assert_eq!(
        (problems[0].code.as_str(), problems[0].line),
        ("not_utf8", Some(6))
    );
    assert!(
        problems[0]
            .message
            .en
            .contains(&format!("byte {}", MATTER.len() + 1)),
        "{:?}",
        problems[0].message
    );
}

#[test]
fn ten_thousand_levels_are_refused_and_nothing_overflows() {
    for (source, line) in [
        (format!("{}深\n", ">".repeat(10_000)), 5),
        (format!("{}深\n", "> ".repeat(10_000)), 5),
        (format!("{}深\n", "- ".repeat(10_000)), 5),
        (
            (0..1_000)
                .map(|n| format!("{}- 深\n", "  ".repeat(n)))
                .collect(),
            13,
        ),
        (format!("{}深\n", "1. > ".repeat(2_000)), 5),
    ] {
        assert_eq!(
            refused(&source),
            one("too_deep", line),
            "{}",
            source.chars().take(20).collect::<String>()
        );
    }
    // A thread with a small stack tells a loop from a recursion.
    let small = std::thread::Builder::new().stack_size(512 * 1024);
    let run = small.spawn(|| {
        for sign in ["[", "*", "<b>", "![", "**a _", "`", "&"] {
            let source = format!("{}\n", sign.repeat(10_000));
            drop(read(&item(&source), Format::Markdown));
        }
        refused(&format!("{}深\n", ">".repeat(10_000)))
    });
    assert_eq!(run.unwrap().join().unwrap(), one("too_deep", 5));
}

#[test]
fn eight_levels_are_taken_and_nine_are_not() {
    let quotes = |n: usize| format!("{}深\n", "> ".repeat(n));
    assert_eq!(yigao_core::block::depth(&body(&quotes(7))), 8);
    assert_eq!(refused(&quotes(8)), one("too_deep", 5));
    let callouts = |n: usize| {
        (0..n).fold("深\n".to_owned(), |inner, level| {
            let bar = "`".repeat(3 + level);
            format!("{bar}callout note\n{inner}{bar}\n")
        })
    };
    assert_eq!(yigao_core::block::depth(&body(&callouts(7))), 8);
    assert_eq!(refused(&callouts(8)), one("too_deep", 12));
}

#[test]
fn bodies_have_a_longest_length() {
    let lines = "段\n\n".repeat(5_001);
    assert_eq!(refused(&lines), one("too_many_blocks", 5 + 10_000));
    assert_eq!(body(&"段\n\n".repeat(5_000)).len(), 5_000);
    let long = format!("{MATTER}{}", "长".repeat(800_000));
    assert_eq!(
        refusals(&bundle(&[("a.md", long.as_bytes())]), Format::Markdown),
        [("text_too_large".to_owned(), None)]
    );
}

#[test]
fn questions_and_answers_by_hand() {
    let body = body(
        "前言\n\n**问：何时？**\n\n答：五月。\n\n- 一日\n\n**问:何地?**\n\n**答：** 河街。\n\n## 另\n\n**问：没有回答**\n\n正文\n",
    );
    let asked = |block: &Block| match block {
        Block::QuestionAnswer { question, answer } => (plain_text(question), answer.len()),
        other => (format!("{other:?}").chars().take(9).collect(), 0),
    };
    let kinds: Vec<_> = body.iter().map(asked).collect();
    assert_eq!(kinds[1], ("何时？".to_owned(), 2));
    assert_eq!(kinds[2], ("何地?".to_owned(), 1));
    assert_eq!(kinds.len(), 6);
    let Block::QuestionAnswer { question, answer } = &body[1] else {
        panic!()
    };
    assert_eq!(
        (question, &answer[0]),
        (&text("何时？"), &paragraph("五月。"))
    );
}

/// What made the reader look again and again over the same text, and what still could.
#[test]
#[expect(clippy::too_many_lines, reason = "a table of pieces")]
fn hostile_texts_end() {
    let fill = |piece: &str| piece.repeat(600_000 / piece.len());
    for piece in [
        "[",
        "![",
        "*a ",
        "**a _b ",
        "<b>",
        "<u><b></u>",
        "`a``",
        "<",
        "<a ",
        "&",
        "|",
        "> ",
        "- a\n",
        "\\*",
        "[a](",
        "<!--",
        "a\n\n",
        "```callout note\n",
        "|a|\n|-|\n",
        "# ",
        "1. ",
        "`x` ",
        "**问：a**\n\n答：b\n\n",
        "[a](x:y) ",
        "![a](p.jpg)\n",
        "*a*b",
        "1*2*3 ",
        "1**2",
        "[^1] ",
        "[^1]: a\n\n",
        "![a](b (1).jpg ",
        "![a](b (1).jpg) ",
        "](",
        "a\n---\n",
        "[a]: b\n\n",
        "2026. a\n\nb\n\n",
        "#a\n",
        ">1\n",
    ] {
        let text = format!("{MATTER}{}", fill(piece));
        drop(read(
            &bundle(&[("a.md", text.as_bytes())]),
            Format::Markdown,
        ));
    }
    let chart = format!("{MATTER}```chart bar 甲\n年,数\n{}```\n", fill("1,2\n"));
    assert_eq!(
        refusals(&bundle(&[("a.md", chart.as_bytes())]), Format::Markdown),
        one("chart_data", 5)
    );
    for piece in [
        "<a",
        "<",
        "&",
        "&a",
        "<p>|",
        "<td>索引号",
        "<script>",
        "<!--",
        "【",
        "【a】",
        "一、",
        " 1.",
        "(一)",
        "|",
        "索引号 | ",
    ] {
        let page = format!("索引号 | 1 |\n{}", fill(piece));
        for name in ["a.txt", "a.html"] {
            drop(read(&bundle(&[(name, page.as_bytes())]), Format::GovPage));
        }
    }
}
