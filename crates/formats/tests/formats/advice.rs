//! What is advised is taken: each advice that names a key, a value or a line is carried out as it stands, and the item is
//! imported again.

use yigao_core::{Finding, Localized};
use yigao_formats::{Bundle, Draft, Format, Problem, read};

use crate::specimens::{bundle, picture};

/// Files that lie beside every text here.
fn files(text: &str) -> Bundle {
    bundle(&[
        ("a.md", text.as_bytes()),
        ("a.jpg", &picture(1)),
        ("Night.jpg", &picture(2)),
        ("a.mp4", b"\0\0\0\x18ftypisom\0\0\0\0"),
        ("a.mp3", b"ID3\x04\0\0"),
    ])
}

fn tried(text: &str) -> Result<Draft, Vec<Problem>> {
    read(&files(text), Format::Markdown)
}

/// The text between the first and the last back quote.
fn code(advice: &str) -> Option<&str> {
    let (_, rest) = advice.split_once('`')?;
    rest.rsplit_once('`').map(|(code, _)| code)
}

fn lead(line: &str) -> &str {
    line.strip_suffix(line.trim_start_matches([' ', '\t']))
        .unwrap()
}

/// The number before `word`.
fn number_before(advice: &str, word: &str) -> Option<usize> {
    let (before, _) = advice.split_once(word)?;
    before
        .rsplit([' ', '第'])
        .find_map(|part| part.trim().parse().ok())
}

#[expect(clippy::too_many_lines, reason = "one arm for each form of advice")]
/// Carries out one advice; `None` when it names nothing to write.
fn carried_out(text: &str, line: Option<usize>, said: &Localized, advice: &str) -> Option<String> {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let at = line.unwrap_or(2) - 1;
    let here = lines.get(at).cloned().unwrap_or_default();
    if let Some((_, example)) = advice.split_once("（⏎ 处换行）：") {
        let example: Vec<String> = example
            .split(" ⏎ ")
            .map(|line| line.trim().to_owned())
            .collect();
        if example[0] == "---" {
            lines.splice(0..0, example);
        } else {
            let end = (at + 1..lines.len())
                .find(|n| lines[*n].starts_with("```"))
                .unwrap_or(at);
            lines.splice(at..=end, example);
        }
    } else if let Some((_, fence)) = advice.split_once("请在块的末尾另起一行写 ") {
        lines.push(fence.to_owned());
    } else if let Some((_, key)) = advice.split_once("是不是要写 ") {
        let (_, wrong) = said.zh.split_once("不认识的键“")?;
        let wrong = wrong.split_once('”')?.0.rsplit('.').next()?;
        lines[at] = here.replacen(wrong, key.trim_end_matches('？'), 1);
    } else if advice.contains("请只保留一处") {
        lines.remove(number_before(advice.rsplit_once("或")?.1, " 行")? - 1);
    } else if let Some((_, right)) = advice.split_once("位置的字是“") {
        let right = right.chars().next()?;
        lines[at] = here
            .chars()
            .map(|c| {
                if ('\u{e000}'..='\u{f8ff}').contains(&c) {
                    right
                } else {
                    c
                }
            })
            .collect();
    } else if advice.contains("![ ] 的方括号") {
        let body = text.replace("![](", "![春日的河街](");
        return Some(body);
    } else {
        let code = code(advice)?;
        let key = code.split_once(':').map_or(code, |(key, _)| key);
        if advice.contains("请写上") || advice.contains("如：`id") {
            // Below the braces or the line where the keys begin; an item's own keys begin in line 2.
            match here.rfind('}') {
                Some(brace) if at > 1 => lines[at].insert_str(brace, &format!(", {code}")),
                _ => lines.insert(at, format!("{}{code}", lead(&here))),
            }
        } else if advice.contains("改成这样") {
            let start = here.find(&format!("{key}:"))?;
            let behind = here.split_at(start).1;
            let end = behind
                .find([',', '}'])
                .map_or(here.len(), |end| start + end);
            lines[at].replace_range(start..end, code);
        } else if advice.contains("下面加一行") {
            match lines.iter().position(|line| line == "attachments:") {
                Some(list) => lines.insert(list + 1, format!("  {code}")),
                None => drop(lines.splice(1..1, ["attachments:".to_owned(), format!("  {code}")])),
            }
        } else if advice.contains("文件名") {
            let wrong = said.zh.split_once('“')?.1.split_once('”')?.0;
            lines[at] = here.replace(wrong, code);
        } else if advice.contains("接到上一行") {
            lines.remove(at);
            let above = (0..at)
                .rev()
                .find(|n| lines[*n].trim_start().starts_with(key))?;
            lines[above] = format!("{}{code}", lead(&lines[above]));
        } else {
            let below = number_before(advice, " 行改成一行").unwrap_or(0);
            let lead = if advice.contains("行首的空格") {
                ""
            } else {
                lead(&here)
            };
            let line = format!("{lead}{code}");
            lines.splice(at..=at + below, [line]);
        }
    }
    Some(format!("{}\n", lines.join("\n")))
}

/// Imports, carries out what the first problem advises, and imports again, until nothing is wrong.
fn mended(text: &str) -> Draft {
    let mut now = text.to_owned();
    for _ in 0..8 {
        let problems = match tried(&now) {
            Ok(draft) => return draft,
            Err(problems) => problems,
        };
        let first = &problems[0];
        assert_eq!(code(&first.advice.zh), code(&first.advice.en), "{first:?}");
        let next = carried_out(&now, first.line, &first.message, &first.advice.zh)
            .unwrap_or_else(|| panic!("nothing to write: {first:?}"));
        if let Err(again) = tried(&next) {
            assert!(
                again.len() < problems.len(),
                "the advice is refused\n{now}\n{first:?}\n{next}\n{again:?}"
            );
        }
        now = next;
    }
    panic!("no end: {now}");
}

const HEAD: &str = "title: 春\nunit: 局";

#[test]
#[expect(clippy::too_many_lines, reason = "a table of inputs")]
fn what_problems_advise_is_taken() {
    let matters = [
        "title: [图解]青川\nunit: 局",
        "title: {青川}\nunit: 局",
        "title: |春茶|\nunit: 局",
        "title: >5000人\nunit: 局",
        "title: \"青川\"好物\nunit: 局",
        "title: \"青川\nunit: 局",
        "title: \"C:\\青川\"\nunit: 局",
        "title: null\nunit: ~",
        "title：春\nunit:局",
        "标题：春\n单位：局\n关键词：春、茶\n附件：a.jpg",
        "标题: 春\nunit: 局",
        "titel: 春\nunit: 局",
        "subtitle: 春",
        "title: 春\ntitle: 夏\nunit: 局",
        "title: 春\nunit: 局\nid: 春天",
        "title: 春\nunit: 局\nkind: essay\nai: yes",
        "title: 春\nunit: 局\nkind: news # 新闻\ndated: # 待定",
        "title: 春\nunit: 局\ndated: 昨天\nembargo: 2026-05-01\nexpires: 明天 # 待定",
        "title: 春\nunit: 局\nevent: {starts: 九点, place: 河街}",
        "title: 春\nunit: 局\nevent: {starts: 2026-05-01 09:00}",
        "title: 春\nunit: 局\nevent:\n  starts: 2026-05-01 09:00",
        "title: 春\nunit: 局\nevent:\n  starts: 9点\n  place：河街",
        "title: 春\nunit: 局\nguide:\n  matter: 办证\n  materials: [申请表: 一式两份, #附件#]",
        "title: 春\nunit: 局\ndisclosure:\n  manner: 公开\n  validity: 有效\n  created: 去年",
        "title: 春\nunit: 局\nrelations:\n  - kind: 解释\n    item: 另一篇",
        "title: 春\nunit: 局\noverrides:\n  wechat:\n    skip: 不发",
        "title: 春\nunit: 局\nassets:\n  a.jpg: {credits: 王, ai: 有}",
        "title: 春\nunit: 局\nkeywords: [春, #茶#, 夜游 # 7月版]",
        "title: 春\nunit: 局\nkeywords: \"春\", \"茶\"",
        "title: 春\nunit: 局\nkeywords: [春、茶",
        "title: 春\nunit: 局\nkeywords:\n  - [图解]春\n  - ~",
        "title: 春\nunit: 局\nsummary: 第一行\n  第二行 # 7月\n  第三行",
        "title: 春\nunit: 局\nsummary: 第一行\n第二行\n第三行",
        "title: 春\nunit: 局\nsummary: 一\n\tauthor: 王",
        "title: 春\n  unit: 局\n  summary: 一",
        "title: \"春\"\n\tunit: 局",
        "title: 春\nunit: 局\ndisclosure:\n　　publisher: 局\n　　created: 2026-05-01",
        "title: 春\n　unit: 局\nsummary: 第一行\n　　第二行",
        "title: 春\nunit: 局\ncover: night.jpeg",
        "title: 春\nunit: 局\ncover: a.jpg # 封面\nattachments:\n  - a.mp3 # 录音\n  - file: A.MP4",
        "title: 春\nunit: 局\n这里写备注",
        "title: 春\nunit: 局\ncover: a.jpg\ncover_focus: 中间\nassets:\n  a.jpg:\n    focus: 中间",
        "title: 春\nunit: 局\nattachments: #附件",
        "title: 春\nunit: 局\nresponsible: 王\u{e863}",
        "title: 春\u{e81e}\nunit: \u{e863}局",
    ];
    for matter in matters {
        mended(&format!("---\n{matter}\n---\n正文。\n"));
    }
    for body in [
        "```callout\n内容\n```",
        "```callout 通知 标题\n内容\n```",
        "```qa\n```",
        "```table header=5\n| 甲 |\n|---|\n| 1 |\n```",
        "```table\n文字\n```",
        "```chart\n年,人\n2025,1\n```",
        "```chart 柱 人次\n年,人\n2025,1\n```",
        "```figure\nalt: 春\n```",
        "```gallery\n春\n```",
        "```video\n字幕\n```",
        "```audio\n字幕\n```",
        "```closing\n局\n```",
        "```list style=roman\n1. 甲\n```",
        "```list\n文字\n```",
        "```figure a.jpg\nalt: [春\ncaption：河街\n```",
        "```figure a.jpg\nalts: 春\n```",
        "```gallery\n- {file: a.jpg, alt: #春#}\n```",
        "```gallery\n- {alt: 春}\n- {file: a.jpg}\n```",
        "```callout note\n没有结束",
        "````callout note\n```qa\n问\n\n答\n```\n没有结束",
        "~~~callout note\n没有结束",
    ] {
        if body.contains("{alt: 春}") {
            // No file can be proposed for it.
            continue;
        }
        mended(&format!("---\n{HEAD}\n---\n{body}\n"));
    }
    mended("正文。\n");
    let mut unnamed = files(&format!("---\n{HEAD}\n---\n正文。\n"));
    unnamed.name = "春日市集".to_owned();
    let problems = read(&unnamed, Format::Markdown).unwrap_err();
    let text = carried_out(
        &format!("---\n{HEAD}\n---\n正文。\n"),
        None,
        &problems[0].message,
        &problems[0].advice.zh,
    );
    unnamed
        .files
        .insert("a.md".to_owned(), text.unwrap().into_bytes());
    assert_eq!(
        read(&unnamed, Format::Markdown).unwrap().id.as_str(),
        "spring-market"
    );
}

#[test]
fn keys_and_blocks_that_are_listed_are_taken() {
    let listed = |text: &str, start: &str| -> Vec<String> {
        let problems = tried(text).unwrap_err();
        let names = problems[0]
            .advice
            .zh
            .strip_prefix(start)
            .unwrap()
            .to_owned();
        names
            .trim_end_matches('。')
            .split(", ")
            .map(str::to_owned)
            .collect()
    };
    let keys = listed(
        &format!("---\n{HEAD}\ncolour: 红\n---\n正文。\n"),
        "可用的键：",
    );
    assert!(keys.len() > 20);
    for key in keys {
        let text = format!("---\n{key}: 春\n---\n正文。\n");
        let problems = tried(&text).unwrap_err();
        assert!(
            problems.iter().all(|p| p.code != "unknown_key"),
            "{problems:?}"
        );
    }
    let blocks = listed(&format!("---\n{HEAD}\n---\n```code\n```\n"), "可用的块：");
    assert!(blocks.len() > 5);
    for block in blocks {
        let text = format!("---\n{HEAD}\n---\n```{block}\n```\n");
        if let Err(problems) = tried(&text) {
            assert!(
                problems.iter().all(|p| p.code != "unknown_directive"),
                "{problems:?}"
            );
        }
    }
}

/// What findings advise is taken, and the finding is gone.
#[test]
fn what_findings_advise_is_taken() {
    let say = |finding: &Finding| (finding.code.clone(), finding.message.zh.clone());
    for text in [
        "---\ntitle: \"夜游\" # 7月版\nunit: '局' # 主办\n---\n![春](a.jpg)\n".to_owned(),
        format!("---\n{HEAD}\n---\n![](a.jpg)\n"),
        format!("---\n{HEAD}\n---\n正文。\n"),
        format!("---\n{HEAD}\nattachments:\n  - a.jpg\n---\n正文。\n"),
    ] {
        for round in 0..6 {
            let mut bundle = files(&text);
            bundle
                .files
                .insert("夜游 #7: 附件.pdf".to_owned(), b"%PDF-1.4\n".to_vec());
            bundle
                .files
                .insert("old.wps".to_owned(), vec![0xd0, 0xcf, 0x11, 0xe0]);
            let draft = read(&bundle, Format::Markdown).unwrap();
            let Some(finding) = draft.findings.get(round) else {
                break;
            };
            let line = finding
                .message
                .zh
                .strip_prefix("第 ")
                .and_then(|rest| rest.split_once(' ')?.0.parse().ok());
            let Some(next) = carried_out(&text, line, &finding.message, &finding.advice.zh) else {
                assert!(
                    finding.code == "unused_file" && finding.place == "asset/old.wps",
                    "{finding:?}"
                );
                continue;
            };
            bundle
                .files
                .insert("a.md".to_owned(), next.clone().into_bytes());
            let again = read(&bundle, Format::Markdown)
                .unwrap_or_else(|problems| panic!("{next}\n{finding:?}\n{problems:?}"));
            assert!(
                again
                    .findings
                    .iter()
                    .all(|left| (say(left), &left.place) != (say(finding), &finding.place)),
                "{next}\n{finding:?}"
            );
        }
    }
}
