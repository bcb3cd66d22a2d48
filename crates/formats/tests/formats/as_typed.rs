//! What people type and what must come of it, kind by kind.

use yigao_core::{Block, Severity, text};
use yigao_formats::{Format, read};

use crate::specimens::{MATTER, body, bundle, codes, draft, picture, refused};

fn lines(source: &str) -> Vec<String> {
    text::lines(&body(source))
}

/// Codes of the findings with their lines.
fn said(source: &str) -> Vec<(String, usize)> {
    draft(source)
        .findings
        .iter()
        .filter_map(|f| Some((f.code.clone(), f.line?)))
        .collect()
}

#[test]
fn asterisks_between_figures_are_signs() {
    for line in [
        "展柜尺寸为1200*600*900毫米，共24组；海报为210*297毫米、420*594毫米两种。",
        "折算费用为35*12*2=840元。",
        "宽200*高300*深400",
        "3*4=12，5*6=30",
        "注*：含运费。数量见附表*。",
        "编号为QC_2026_08_caigou，变量名不译。",
        "A*B*C",
    ] {
        assert_eq!(lines(line), [line], "{line}");
        assert_eq!(said(line), [], "{line}");
    }
    assert_eq!(lines("2**3**4"), ["2**3**4"]);
    assert_eq!(said("2**3**4"), [("markup_left".to_owned(), 5)]);
    let over_lines = "尺寸210*297\n和420*594两种。";
    assert_eq!(lines(over_lines), ["尺寸210*297和420*594两种。"]);
}

#[test]
fn emphasis_that_may_be_signs_is_said_with_its_line() {
    let source = "第一段。\n\n体积=长*宽*高。\n";
    assert_eq!(lines(source), ["第一段。", "体积=长宽高。"]);
    let findings = draft(source).findings;
    assert_eq!(findings[0].code, "asterisks_as_emphasis");
    assert_eq!(
        (findings[0].line, findings[0].quote.as_deref()),
        (Some(7), Some("*宽*"))
    );
    assert_eq!(findings[0].severity, Severity::Warn);
    // Emphasis as everybody writes it is not.
    assert_eq!(
        said("请*务必*携带"),
        [("asterisks_as_emphasis".to_owned(), 5)]
    );
    assert_eq!(said("*务必*，携带"), []);
}

#[test]
fn headings_without_a_blank_and_hashtags() {
    let source = "#一、开放时间\n\n每日。\n\n##（一）夜场\n\n＃二、票价\n\n#青川好物# 带话题的句子不是标题。\n\n#2机组\n";
    let blocks = body(source);
    let levels: Vec<Option<u8>> = blocks
        .iter()
        .map(|block| match block {
            Block::Heading { level, .. } => Some(*level),
            _ => None,
        })
        .collect();
    assert_eq!(levels, [Some(1), None, Some(2), Some(1), None, None]);
    assert_eq!(
        text::lines(&blocks),
        [
            "一、开放时间",
            "每日。",
            "（一）夜场",
            "二、票价",
            "#青川好物# 带话题的句子不是标题。",
            "#2机组"
        ]
    );
    let said = said(source);
    for wanted in [
        ("heading_mark_joined", 5),
        ("heading_mark_joined", 9),
        ("heading_mark_joined", 11),
        ("markup_left", 13),
        ("heading_mark_as_text", 15),
    ] {
        assert!(
            said.contains(&(wanted.0.to_owned(), wanted.1)),
            "{wanted:?} in {said:?}"
        );
    }
}

#[test]
fn a_sign_before_a_number_is_no_quotation() {
    assert_eq!(lines(">1000人的活动须备案。"), [">1000人的活动须备案。"]);
    assert_eq!(lines(">=500元"), [">=500元"]);
    assert!(matches!(body("> 1000人")[..], [Block::Quote { .. }]));
    assert!(matches!(body(">引文\n>2026年")[..], [Block::Quote { .. }]));
}

#[test]
fn dashes_below_text_are_a_divider() {
    let blocks = body("申报材料如下。\n---\n另见附件。");
    assert!(
        matches!(
            blocks[..],
            [
                Block::Paragraph { .. },
                Block::Divider,
                Block::Paragraph { .. }
            ]
        ),
        "{blocks:?}"
    );
    assert_eq!(
        said("申报材料如下。\n---\n"),
        [("dashes_as_divider".to_owned(), 6)]
    );
    assert_eq!(lines("甲方\n--\n乙方"), ["甲方--乙方"]);
}

#[test]
fn definitions_that_nothing_refers_to_are_sentences() {
    assert_eq!(
        lines("正文。\n\n[注]: 数据为快报数，以年鉴为准。"),
        ["正文。", "[注]: 数据为快报数，以年鉴为准。"]
    );
    assert_eq!(
        lines("[附件1]: https://a.cn/x"),
        ["[附件1]: https://a.cn/x"]
    );
    assert_eq!(lines("见[公报]。\n\n[公报]: https://a.cn/x"), ["见公报。"]);
}

#[test]
fn notes_are_numbered_in_the_order_of_their_references() {
    let source = "甲[^b]，乙[^a]。\n\n[^a]:无空格\n[^b]: https://a.cn/x\n[^c]: 本注未被引用。\n";
    assert_eq!(
        lines(source),
        [
            "甲[1]，乙[2]。",
            "[1] https://a.cn/x",
            "[2] 无空格",
            "[3] 本注未被引用。"
        ]
    );
    assert_eq!(said(source), [("note_unused".to_owned(), 9)]);
    // In fences and tables too, wherever the notes are defined.
    let fenced =
        "~~~callout note\n甲[^1]\n~~~\n\n| 乙[^2] |\n| --- |\n| 丙 |\n\n[^1]: 一\n[^2]: 二\n";
    assert_eq!(lines(fenced), ["甲[1]", "乙[2]", "丙", "[1] 一", "[2] 二"]);
    assert_eq!(said("甲[^9]。"), [("markup_left".to_owned(), 5)]);
}

#[test]
fn hostile_notes_end_in_a_sentence() {
    assert_eq!(
        lines("甲[^1]\n\n[^1]: 见[^2]\n\n[^2]: 见[^1]"),
        ["甲[1]", "[1] 见[2]", "[2] 见[1]"]
    );
    let many: String = (0..10_000).map(|n| format!("[^{n}]: 注\n\n")).collect();
    assert!(
        refused(&many)
            .iter()
            .any(|(code, _)| code == "too_many_notes")
    );
    assert_eq!(refused("甲[^1]\n\n[^1]: 一\n\n[^1]: 二")[0].0, "note_twice");
    assert_eq!(
        refused("甲[^1]\n\n[^1]: 一\n\n    - 乙")[0].0,
        "note_holds_block"
    );
}

#[test]
fn numbers_are_those_that_were_typed() {
    let source = "1. 申请表一式两份；\n2. 场地证明。\n\n以上材料须加盖公章。\n\n3. 演出安全预案；\n4. 演职人员名单。\n\n---\n\n2026. 是申报年度，不是编号。\n\n1) 初审\n2) 复审\n   1. 现场核验\n   2. 公示\n3) 办结";
    assert_eq!(
        lines(source),
        [
            "1. 申请表一式两份；",
            "2. 场地证明。",
            "以上材料须加盖公章。",
            "3. 演出安全预案；",
            "4. 演职人员名单。",
            "2026. 是申报年度，不是编号。",
            "1) 初审",
            "2) 复审",
            "1. 现场核验",
            "2. 公示",
            "3) 办结"
        ]
    );
    assert_eq!(lines("1. 甲\n3. 乙\n4. 丙"), ["1. 甲", "3. 乙", "4. 丙"]);
    assert_eq!(lines("1. 甲\n1. 乙\n1. 丙"), ["1. 甲", "2. 乙", "3. 丙"]);
    assert_eq!(lines("0. 零\n1. 一"), ["0. 零", "1. 一"]);
    assert_eq!(lines("10000. 甲\n10001. 乙"), ["10000. 甲", "10001. 乙"]);
    assert_eq!(
        refused("99999999. 甲\n99999999. 乙")[0].0,
        "number_too_large"
    );
}

#[test]
fn pictures_whose_names_have_blanks_and_brackets() {
    let source = format!(
        "{MATTER}![河街夜市](Night Market (1).jpg \"图说\")\n\n![没有](not here (2).jpg)\n"
    );
    let files = [
        ("a.md", source.as_bytes()),
        ("Night Market (1).jpg", &picture(1)),
    ];
    let problems = read(&bundle(&files), Format::Markdown).unwrap_err();
    assert_eq!(codes(&problems), [("file_missing".to_owned(), Some(7))]);
    assert!(
        problems[0].message.zh.contains("not here (2).jpg"),
        "{problems:?}"
    );
    let source = source.replace("![没有](not here (2).jpg)", "");
    let files = [
        ("a.md", source.as_bytes()),
        ("Night Market (1).jpg", &picture(1)),
    ];
    let draft = read(&bundle(&files), Format::Markdown).unwrap();
    let [Block::Figure { figure }] = &draft.content.body[..] else {
        panic!("{:?}", draft.content.body)
    };
    assert_eq!(
        (figure.alt.as_str(), figure.caption.as_deref()),
        ("河街夜市", Some("图说"))
    );
}

#[test]
fn tables_say_how_their_columns_are_set_and_which_cells_are_merged() {
    let source = "~~~table header=2 spans 场次\n| 县区 | 场次 | << |\n| :-- | --: | :-: |\n| ^^ | 上半年 | 下半年 |\n| 云溪县 | 40 | 60 |\n~~~\n";
    let [
        Block::Table {
            header: 2,
            align,
            rows,
            ..
        },
    ] = &body(source)[..]
    else {
        panic!("no table")
    };
    assert_eq!(align.len(), 3);
    assert_eq!(
        (rows[0][0].rowspan, rows[0][1].colspan, rows[1].len()),
        (2, 2, 2)
    );
    for wrong in [
        "| << | 甲 |\n| --- | --- |\n| 乙 | 丙 |",
        "| 甲 | << |\n| --- | --- |\n| ^^ | 丙 |",
        "| ^^ |\n| --- |\n| 乙 |",
    ] {
        assert_eq!(
            refused(&format!("~~~table spans\n{wrong}\n~~~"))[0].0,
            "cells_not_merged",
            "{wrong}"
        );
    }
}

#[test]
fn a_focus_lies_in_the_picture() {
    let read_with = |focus: &str| {
        let text =
            format!("---\ntitle: 题\nunit: 局\ncover: p.jpg\ncover_focus: {focus}\n---\n正文。\n");
        read(
            &bundle(&[("a.md", text.as_bytes()), ("p.jpg", &picture(1))]),
            Format::Markdown,
        )
    };
    let draft = read_with("50% 19%").unwrap();
    let focus = draft
        .content
        .assets
        .values()
        .next()
        .and_then(|asset| asset.focus)
        .unwrap();
    assert_eq!((focus.x, focus.y), (50, 19));
    // Without a cover of its own the first picture is it.
    let text = "---\ntitle: 题\nunit: 局\ncover_focus: 50% 19%\n---\n![春](p.jpg)\n";
    let files = [("a.md", text.as_bytes()), ("p.jpg", &picture(1))];
    let draft = read(&bundle(&files), Format::Markdown).unwrap();
    let first = draft.content.assets.values().next().unwrap();
    assert!(first.focus.is_some());
    for outside in ["50% 101%", "50%", "左上", "-1 5", "1 2 3"] {
        assert_eq!(
            codes(&read_with(outside).unwrap_err()),
            [("wrong_value".to_owned(), Some(5))],
            "{outside}"
        );
    }
}
