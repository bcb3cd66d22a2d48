use yigao_core::{AiUse, Block, Digest, Severity};
use yigao_formats::{Bundle, Format, Problem, read};

use crate::specimens::{MATTER, bundle, draft, one, picture, refused};

fn with(name: &str, bytes: &[u8]) -> Bundle {
    let text = format!("{MATTER}![图]({name})\n");
    bundle(&[("a.md", text.as_bytes()), (name, bytes)])
}

fn problem(name: &str, bytes: &[u8]) -> Problem {
    let mut problems = read(&with(name, bytes), Format::Markdown).unwrap_err();
    assert_eq!(problems.len(), 1, "{problems:?}");
    problems.remove(0)
}

#[test]
fn one_picture_is_a_figure_and_several_are_a_gallery() {
    let draft = draft("![河面](p.jpg \"晨光\")\n\n![甲](p.jpg)\n![乙](./q.jpg)\n");
    let [Block::Figure { figure }, Block::Gallery { figures }] = draft.content.body.as_slice()
    else {
        panic!("{:?}", draft.content.body)
    };
    assert_eq!(
        (figure.alt.as_str(), figure.caption.as_deref()),
        ("河面", Some("晨光"))
    );
    assert_eq!(
        figures.iter().map(|f| f.alt.as_str()).collect::<Vec<_>>(),
        ["甲", "乙"]
    );
    let asset = &draft.content.assets[&figure.asset];
    assert_eq!(
        (asset.name.as_str(), asset.media_type.as_str()),
        ("p.jpg", "image/jpeg")
    );
    assert_eq!((asset.width, asset.height), (Some(64), Some(48)));
    assert_eq!(draft.files[&figure.asset], picture(1));
    assert_eq!(draft.findings, []);
}

#[test]
fn credit_and_ai_come_from_what_is_said_of_the_file() {
    let text = "---\ntitle: 春\nunit: 局\nassets:\n  p.jpg: { credit: 文化馆, ai: generated }\n---\n![河](img/p.jpg)\n";
    let draft = read(
        &bundle(&[("a.md", text.as_bytes()), ("img/p.jpg", &picture(1))]),
        Format::Markdown,
    )
    .unwrap();
    let Block::Figure { figure } = &draft.content.body[0] else {
        panic!()
    };
    assert_eq!(figure.credit.as_deref(), Some("文化馆"));
    assert_eq!(
        draft.content.assets[&figure.asset].ai,
        Some(AiUse::Generated)
    );
}

#[test]
fn a_digest_that_differs_is_a_problem() {
    let other = Digest::of_bytes(b"other");
    let text = format!(
        "---\ntitle: 春\nunit: 局\nassets:\n  p.jpg:\n    digest: {other}\n---\n![河](p.jpg)\n"
    );
    let problems = read(
        &bundle(&[("a.md", text.as_bytes()), ("p.jpg", &picture(1))]),
        Format::Markdown,
    )
    .unwrap_err();
    assert_eq!(
        problems
            .iter()
            .map(|p| (p.code.as_str(), p.line))
            .collect::<Vec<_>>(),
        [("wrong_digest", Some(5))]
    );
}

#[test]
fn what_is_no_picture_to_look_at_is_refused_with_the_way_out() {
    let strip = {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        bytes.extend(900_u32.to_be_bytes());
        bytes.extend(3_u32.to_be_bytes());
        bytes.extend(b"\x08\x02\0\0\0\0\0\0\0\0\0\0\0IEND\xaeB`\x82");
        bytes
    };
    let divider = problem("line.png", &strip);
    assert_eq!(divider.code, "picture_divider");
    assert!(divider.message.zh.contains("900×3") && divider.message.zh.contains("分隔线"));
    assert!(divider.advice.zh.contains("---") && divider.advice.en.contains("---"));
    for (name, bytes, said) in [
        (
            "p.heic",
            &b"\0\0\0\x18ftypheic\0\0\0\0"[..],
            "设置→相机→格式",
        ),
        ("p.avif", b"\0\0\0\x18ftypavif\0\0\0\0", "AVIF"),
        ("p.psd", b"8BPS\0\x01\0\0\0\0\0\0", "Photoshop"),
        (
            "p.svg",
            b"<?xml version='1.0'?>\n<svg xmlns='http://www.w3.org/2000/svg'/>",
            "PNG",
        ),
    ] {
        let problem = problem(name, bytes);
        assert_eq!(problem.code, "picture_unsupported", "{name}");
        assert!(problem.message.zh.contains(said), "{:?}", problem.message);
        assert!(!problem.advice.zh.contains("拷贝"), "{:?}", problem.advice);
    }
}

#[test]
fn each_bad_picture_has_its_own_words() {
    let good = picture(1);
    let cut = &good[..good.len() - 200];
    // A PNG that promises 60,000 × 60,000 pixels.
    let mut bomb = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    bomb.extend([0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60, 8, 6, 0, 0, 0]);
    bomb.extend(b"\0\0\0\0\0\0\0\0IEND\xaeB`\x82");
    let mut broken = good[..20].to_vec();
    broken.extend([0; 400]);
    broken.extend(b"\xff\xd9");
    let heavy = {
        let mut bytes = good.clone();
        bytes.resize(60_000_001, 0);
        bytes
    };
    for (name, bytes, code) in [
        ("p.jpg", cut, "picture_truncated"),
        ("p.png", &bomb, "picture_too_large"),
        ("p.jpg", &broken, "picture_unreadable"),
        (
            "p.jpg",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            "picture_unsupported",
        ),
        (
            "p.jpg",
            b"\0\0\0\x18ftypheic\0\0\0\0",
            "picture_unsupported",
        ),
        ("p.jpg", &heavy, "file_too_large"),
        ("p.exe", b"MZ\x90\0\x03", "unsupported_type"),
    ] {
        let problem = problem(name, bytes);
        assert_eq!(
            (problem.code.as_str(), problem.file.as_str()),
            (code, name),
            "{:?}",
            problem.message
        );
        assert!(
            problem.message.zh.chars().any(|c| c > '\u{4e00}') && problem.message.en.is_ascii()
                || problem.message.en.contains('×')
        );
    }
    assert_eq!(problem("p.jpg", "不是图片\n".as_bytes()).code, "wrong_type");
}

#[test]
fn missing_and_remote_pictures_are_named_by_their_line() {
    assert_eq!(refused("好。\n\n![x](none.jpg)\n"), one("file_missing", 7));
    assert_eq!(
        refused("好。\n\n![x](https://a.cn/x.jpg)\n"),
        one("file_remote", 7)
    );
    assert_eq!(
        refused("好。\n\n![x](p.jpg)旁边有字\n"),
        one("picture_in_text", 7)
    );
}

#[test]
fn a_picture_without_words_is_found_and_a_file_nobody_names_too() {
    let draft = draft("![](p.jpg)\n");
    let found: Vec<_> = draft
        .findings
        .iter()
        .map(|f| (f.severity, f.code.as_str(), f.place.as_str()))
        .collect();
    assert_eq!(
        found,
        [
            (Severity::Warn, "alt_missing", "asset/p.jpg"),
            (Severity::Note, "unused_file", "asset/q.jpg")
        ]
    );
}
