//! The two nets over generated texts: no visible character is lost, and no mark of Markdown reaches readers unsaid. The
//! oracle knows nothing of Markdown: it compares letters and figures of the source with those of the blocks, in order.

use proptest::{collection::vec, prelude::*, sample::select};
use yigao_core::{Finding, text};
use yigao_formats::{Format, Problem, read};

use crate::specimens::{MATTER, bundle};

/// Words and every mark of Markdown, to stand in every odd place.
const PIECES: [&str; 62] = [
    "文旅局",
    "开放时间",
    "每日8:00",
    "1200",
    "600",
    "毫米",
    "元",
    "3.5",
    "2026",
    "一、",
    "（二）",
    "第三条",
    "QC_2026",
    "abc",
    "*",
    "**",
    "***",
    "_",
    "__",
    "`",
    "~",
    "~~",
    "#",
    "##",
    "＃",
    "＃＃",
    "# ",
    "## ",
    ">",
    "> ",
    ">=",
    "-",
    "- ",
    "---",
    "--",
    "===",
    "+ ",
    "1. ",
    "3) ",
    "10000. ",
    "0. ",
    "|",
    " | ",
    "| --- |",
    "[",
    "]",
    "(",
    ")",
    "[注]: ",
    "[^1]",
    "[^1]: ",
    "[^2]:",
    "![",
    "](",
    "<b>",
    "</b>",
    "&",
    "\\",
    "!",
    "。",
    "：",
    "　",
];

fn source() -> impl Strategy<Value = String> {
    let line = vec(select(PIECES.to_vec()), 0..9).prop_map(|pieces| pieces.concat());
    let breaks = select(vec!["\n", "\n\n", "\n    ", "\n  "]);
    vec((line, breaks), 1..8).prop_map(|lines| {
        let text: String = lines
            .into_iter()
            .map(|(line, end)| format!("{line}{end}"))
            .collect();
        // Code spans are named by a finding of their own, and front matter's bars are not the body's.
        text
    })
}

/// Letters and figures, the only thing that no mark is made of; of the tags, their letter aside.
fn visible(text: &str) -> String {
    let counts = |c: &char| c.is_alphanumeric() && *c != 'b';
    text.chars().filter(counts).collect()
}

/// What becomes of a body: problems, or what readers see and the findings.
fn imported(body: &str) -> Result<(Vec<String>, Vec<Finding>), Vec<Problem>> {
    let source = format!("{MATTER}{body}");
    let draft = read(&bundle(&[("a.md", source.as_bytes())]), Format::Markdown)?;
    Ok((text::lines(&draft.content.body), draft.findings))
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        max_shrink_iters: 20_000,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config(20_000))]

    #[test]
    fn nothing_is_swallowed_and_no_mark_is_left_unsaid(body in source()) {
        match imported(&body) {
            Ok((lines, findings)) => {
                // Notes stand at the end and their labels are numbers anew: sets of characters are compared then.
                let (mut seen, mut typed) = (visible(&lines.concat()), visible(&body));
                // Ones throughout are counted.
                if body.contains("[^") || body.matches("1. ").count() > 1 {
                    (seen, typed) = (counted(&seen), counted(&typed));
                }
                prop_assert_eq!(seen, typed, "{:?}\n{:?}", lines, findings);
                for line in &lines {
                    for mark in ["![", "](", "**", "[^"] {
                        let said = findings.iter().any(|f| f.code == "markup_left" && f.line.is_some() && f.message.zh.contains(&format!("“{mark}”")));
                        prop_assert!(!line.contains(mark) || said, "{line:?} holds {mark:?} and nothing is said");
                    }
                }
            }
            Err(problems) => {
                for problem in problems {
                    prop_assert!(problem.line.is_some_and(|line| line > 4), "{problem:?}");
                }
            }
        }
    }
}

/// The characters of a text in the order of their codes, figures aside.
fn counted(text: &str) -> String {
    let mut all: Vec<char> = text.chars().filter(|c| !c.is_ascii_digit()).collect();
    all.sort_unstable();
    all.into_iter().collect()
}
