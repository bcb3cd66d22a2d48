use yigao_core::{
    Block, Inline,
    block::{CalloutKind, Cell, Chart, ChartKind, Series},
};
use yigao_formats::{Format, read};

use crate::specimens::{MATTER, body, bundle, one, picture, refused};

fn paragraph(words: &str) -> Block {
    Block::Paragraph {
        text: vec![Inline::plain(words)],
    }
}

#[test]
fn callouts_and_questions() {
    assert_eq!(
        body(
            "```callout deadline 报名截止\n请于**5月1日**前报名。\n```\n\n```qa\n何时？\n五月。\n```\n"
        ),
        [
            Block::Callout {
                kind: CalloutKind::Deadline,
                title: Some("报名截止".to_owned()),
                blocks: vec![Block::Paragraph {
                    text: vec![
                        Inline::plain("请于"),
                        Inline {
                            bold: true,
                            ..Inline::plain("5月1日")
                        },
                        Inline::plain("前报名。")
                    ],
                }],
            },
            Block::QuestionAnswer {
                question: vec![Inline::plain("何时？")],
                answer: vec![paragraph("五月。")]
            },
        ]
    );
    assert_eq!(
        refused("好。\n\n```callout 注意\n内容\n```\n"),
        one("bad_directive", 7)
    );
    assert_eq!(refused("```qa\n\n答\n```\n"), one("bad_directive", 5));
}

#[test]
fn problems_within_fences_have_the_line_of_the_file() {
    assert_eq!(
        refused("好。\n\n```callout note 甲\n一\n\n[a](x:y)\n```\n"),
        one("link_scheme", 10)
    );
    assert_eq!(
        refused("> ```qa\n> 问\n> <i>\n> ```\n"),
        one("unclosed_tag", 7)
    );
    assert_eq!(
        refused("~~~~callout note\n好\n\n```callout note\n\n![x](no.jpg)\n```\n~~~~\n"),
        one("file_missing", 10)
    );
}

#[test]
fn charts_are_data() {
    let series = |name: &str, values: [&str; 2]| Series {
        name: name.to_owned(),
        values: values.map(str::to_owned).to_vec(),
    };
    assert_eq!(
        body(
            "```chart line \"接待 人次\" 万人次\n年份,国内,入境\n2024,10.5,0.1\n2025,12,-0.2\n```\n"
        ),
        [Block::Chart {
            chart: Chart {
                kind: ChartKind::Line,
                title: "接待 人次".to_owned(),
                unit: "万人次".to_owned(),
                labels: vec!["2024".to_owned(), "2025".to_owned()],
                series: vec![
                    series("国内", ["10.5", "12"]),
                    series("入境", ["0.1", "-0.2"])
                ],
            },
        }]
    );
    assert_eq!(
        refused("```chart bar 甲\n年,数\n2024,1,280\n```\n"),
        one("chart_data", 7)
    );
    assert_eq!(
        refused("```chart bar 甲\n年,数\n2024,多\n```\n"),
        one("chart_data", 7)
    );
    assert_eq!(
        refused("```chart bar 甲\n年,数\n2024\n```\n"),
        one("chart_data", 7)
    );
    assert_eq!(
        refused("```chart bar 甲\n年,数\n```\n"),
        one("chart_data", 5)
    );
    assert_eq!(
        refused("```chart ring 甲\n年,数\n```\n"),
        one("bad_directive", 5)
    );
}

#[test]
fn tables_with_captions() {
    let cell = |words: &str| Cell::plain(words);
    let rows = vec![vec![cell("甲")], vec![cell("乙")]];
    assert_eq!(
        body("```table header=2 表1 名录\n| 甲 |\n|---|\n| 乙 |\n```\n"),
        [Block::Table {
            caption: Some("表1 名录".to_owned()),
            header: 2,
            align: Vec::new(),
            rows
        }]
    );
    assert_eq!(
        refused("```table header=3 表1\n| 甲 |\n|---|\n| 乙 |\n```\n"),
        one("bad_directive", 5)
    );
    assert_eq!(
        refused("```table\n没有表格\n```\n"),
        one("bad_directive", 5)
    );
}

#[test]
fn films_and_sound() {
    let film = b"\0\0\0\x18ftypisom\0\0\0\0";
    let text = format!(
        "{MATTER}```video \"a b.mp4\" poster=p.jpg 灯会开幕\n主持人：欢迎。\n第二行\n```\n\n```audio s.mp3\n```\n"
    );
    let bundle_of = |text: &str| {
        bundle(&[
            ("a.md", text.as_bytes()),
            ("a b.mp4", film),
            ("p.jpg", &picture(1)),
            ("s.mp3", b"ID3\x04\0"),
        ])
    };
    let draft = read(&bundle_of(&text), Format::Markdown).unwrap();
    let [Block::Video { media: film }, Block::Audio { media: sound }] =
        draft.content.body.as_slice()
    else {
        panic!("{:?}", draft.content.body)
    };
    assert_eq!(
        (film.title.as_str(), film.transcript.as_deref()),
        ("灯会开幕", Some("主持人：欢迎。\n第二行"))
    );
    assert!(film.poster.is_some());
    assert_eq!(
        (sound.title.as_str(), sound.transcript.as_deref()),
        ("s.mp3", None)
    );
    assert_eq!(draft.findings, []);
    let wrong = format!("{MATTER}```video p.jpg 甲\n```\n");
    let problems = read(&bundle_of(&wrong), Format::Markdown).unwrap_err();
    assert_eq!(problems[0].code, "wrong_type");
}

#[test]
fn fences_that_are_no_blocks_are_refused() {
    assert_eq!(
        refused("```rust\nfn main() {}\n```\n"),
        one("unknown_directive", 5)
    );
    assert_eq!(refused("```\ncode\n```\n"), one("unknown_directive", 5));
    assert_eq!(
        refused("```callout note 甲\n没有结束\n\n正文\n"),
        one("unclosed_fence", 5)
    );
}
