//! Files as people send them: names, encodings, saved pages.

use encoding_rs::{BIG5, GB18030, GBK};
use yigao_paint::{Scene, jpeg};

use super::{Case, Input, Right};

fn picture() -> Vec<u8> {
    jpeg(Scene::River, 640, 420, 7, 60).unwrap()
}

fn named(text: &str, file: &str) -> Vec<(String, Vec<u8>)> {
    vec![
        ("item.md".to_owned(), text.as_bytes().to_vec()),
        (file.to_owned(), picture()),
    ]
}

fn text(body: &str) -> String {
    format!("---\nid: corpus\ntitle: 青川湖夜游开放通知\nunit: 青川市文化和旅游局\n---\n{body}")
}

/// A long enough text that its encoding can be told.
const LONG: &str = "自七月一日起，青川湖景区每日开放至二十一时三十分，周五、周六延长。请游客预约入园，有序参观，文明游览。\n";

fn encoded(encoding: &'static encoding_rs::Encoding) -> Vec<(String, Vec<u8>)> {
    let source = text(LONG);
    vec![(
        "通知.md".to_owned(),
        encoding.encode(&source).0.into_owned(),
    )]
}

fn utf16() -> Vec<(String, Vec<u8>)> {
    let units = text(LONG);
    let bytes = std::iter::once(0xFEFF).chain(units.encode_utf16());
    vec![(
        "通知.md".to_owned(),
        bytes.flat_map(u16::to_le_bytes).collect(),
    )]
}

fn page(html: &str) -> Vec<(String, Vec<u8>)> {
    vec![("page.html".to_owned(), GBK.encode(html).0.into_owned())]
}

const TABLE: &str = "<table><tr><td>索引号</td><td>QC-2026-9</td><td>发布机构</td><td>青川市文化和旅游局</td></tr><tr><td>标题</td><td colspan=3>青川市艺术节方案</td></tr></table>";

fn page_with_spans() -> Vec<(String, Vec<u8>)> {
    page(&format!(
        "<html><head><meta charset=gb2312></head><body>{TABLE}<p>为办好艺术节，制定本方案。</p><table><tr><th>组别</th><th>名额</th></tr><tr><td rowspan=2>少年组</td><td>20</td></tr><tr><td>15</td></tr></table><p>请各单位落实。</p></body></html>"
    ))
}

fn page_with_lists() -> Vec<(String, Vec<u8>)> {
    page(&format!(
        "<html><head><meta charset=gb2312></head><body>{TABLE}<div><p>报名材料：</p><ol><li>申请表<ul><li>一式两份</li></ul></li><li>身份证复印件</li></ol></div></body></html>"
    ))
}

pub(super) const CASES: [Case; 9] = [
    Case {
        name: "picture-blank",
        input: Input::Files(|| {
            named(
                &text("文。\n\n![湖畔](青川 湖 (2).jpg \"湖畔夜景\")\n"),
                "青川 湖 (2).jpg",
            )
        }),
        right: Right::Seen(&["文。"], &[]),
    },
    Case {
        name: "picture-decomposed",
        input: Input::Files(|| named(&text("文。\n\n![咖啡](caf\u{e9}.jpg)\n"), "cafe\u{301}.jpg")),
        right: Right::Seen(&["文。"], &[]),
    },
    Case {
        name: "picture-missing",
        input: Input::Files(|| named(&text("![湖畔](湖 畔.jpg)\n"), "别的.jpg")),
        right: Right::Refused("file_missing", Some(6)),
    },
    Case {
        name: "gbk",
        input: Input::Files(|| encoded(GBK)),
        right: Right::Seen(&["青川湖景区每日开放至二十一时三十分"], &["encoding_taken"]),
    },
    Case {
        name: "gb18030",
        input: Input::Files(|| encoded(GB18030)),
        right: Right::Seen(&["请游客预约入园"], &["encoding_taken"]),
    },
    Case {
        name: "utf16",
        input: Input::Files(utf16),
        right: Right::Seen(&["请游客预约入园"], &["encoding_taken"]),
    },
    Case {
        name: "big5",
        input: Input::Files(|| {
            let source = "---\nid: corpus\ntitle: 夜間開放通知\nunit: 青川市文化局\n---\n自七月一日起，本館每日開放至晚間九時，請讀者預約參觀，遵守秩序，愛護文物。\n";
            vec![("notice.md".to_owned(), BIG5.encode(source).0.into_owned())]
        }),
        right: Right::Seen(&["本館每日開放至晚間九時"], &["encoding_taken"]),
    },
    Case {
        name: "page-spans",
        input: Input::Files(page_with_spans),
        right: Right::Seen(
            &["为办好艺术节，制定本方案。", "少年组", "请各单位落实。"],
            &["encoding_taken"],
        ),
    },
    Case {
        name: "page-lists",
        input: Input::Files(page_with_lists),
        right: Right::Seen(
            &["1. 申请表", "2. 身份证复印件", "一式两份"],
            &["encoding_taken"],
        ),
    },
];
