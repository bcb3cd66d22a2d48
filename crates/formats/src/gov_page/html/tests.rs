use yigao_core::block::plain_text;

use super::*;
use crate::gov_page::piece::{Piece, RawCell, collect_lines};

fn lines(html: &str) -> Vec<String> {
    let mut out = Vec::new();
    collect_lines(&pieces(html).pieces, &mut out);
    out
}

#[test]
fn scripts_heads_and_comments_are_silent() {
    let page = "<html><head><title>x</title></head><body><script>var a = '<p>';</script><!-- <p>no</p> -->\
        <table><tr><td>索引号</td><td><p>A&amp;1</p></td></tr>\n<tr><td>文号</td><td></td></tr></table>\
        <p>一、目标&nbsp;&#24066;</p><P>1 < 2\n行</P><noscript>打开脚本</noscript>";
    assert_eq!(
        lines(page),
        ["索引号", "A&1", "文号", "一、目标 市", "1 < 2 行"]
    );
}

#[test]
fn broken_pages_end() {
    let none: [&str; 0] = [];
    assert_eq!(lines("<script>"), none);
    assert_eq!(lines("a<!-- b"), ["a"]);
    assert_eq!(lines(&"<div>".repeat(50_000)), none);
    assert_eq!(lines("a < b & c &bogus; <"), ["a < b & c &bogus; <"]);
    for tag in [
        "<table><tr><td>",
        "<ul><li>",
        "<div id=zoom>",
        "<b><a href=x>",
    ] {
        let deep = format!("{}甲", tag.repeat(20_000));
        assert_eq!(lines(&deep).concat(), "甲", "{tag}");
    }
    let many: String = (0..5_000).map(|n| format!(" a{n}")).collect();
    assert_eq!(lines(&format!("甲<p{many}>乙")), none);
    // A quoted sign ends no tag, and a head without an end ends with the body.
    assert_eq!(lines("<head><p title=\"a>b\">甲"), ["甲"]);
}

#[test]
fn white_space_is_joined_and_hard_spaces_stay() {
    assert_eq!(
        lines("<p> 甲 \n <b> 乙</b>&nbsp;&nbsp;丙 </p>"),
        ["甲 乙  丙"]
    );
}

fn cells(piece: &Piece) -> Vec<Vec<(u32, u32, bool, String)>> {
    let Piece::Table(table) = piece else {
        panic!("{piece:?}");
    };
    let of = |cell: &RawCell| {
        let text = crate::gov_page::piece::text_of(&cell.pieces);
        (cell.rowspan, cell.colspan, cell.header, text)
    };
    table
        .rows
        .iter()
        .map(|row| row.cells.iter().map(of).collect())
        .collect()
}

#[test]
fn tables_are_read_with_and_without_end_tags() {
    let whole = "<table><thead><tr><th rowspan=2>县</th><th colspan='2'>场次</th></tr></thead><tbody><tr><td>上</td><td>下</td></tr></tbody></table>";
    let bare =
        "<table><thead><tr><th rowspan=2x>县<th colspan=2>场次<tbody><tr><td>上<td>下</table>";
    let expected = vec![
        vec![
            (2, 1, true, "县".to_owned()),
            (1, 2, true, "场次".to_owned()),
        ],
        vec![
            (1, 1, false, "上".to_owned()),
            (1, 1, false, "下".to_owned()),
        ],
    ];
    for page in [whole, bare] {
        let page = pieces(page);
        assert_eq!(cells(&page.pieces[0]), expected);
        let Piece::Table(table) = &page.pieces[0] else {
            panic!();
        };
        assert_eq!(
            table.rows.iter().map(|row| row.in_head).collect::<Vec<_>>(),
            [true, false]
        );
    }
}

#[test]
fn lists_nest_with_and_without_items_round_them() {
    for page in [
        "<ul><li>甲<ol start=3><li>一</li><li>二</li></ol></li><li>乙</li></ul>",
        "<ul><li>甲<ol start=3><li>一<li>二</ol><li>乙</ul>",
        "<ul><li>甲</li><ol start=3><li>一</li><li>二</li></ol><li>乙</li></ul>",
    ] {
        let page = pieces(page);
        let [Piece::List(outer)] = page.pieces.as_slice() else {
            panic!("{:?}", page.pieces);
        };
        assert_eq!((outer.ordered, outer.items.len()), (false, 2));
        let [Piece::Line(text), Piece::List(inner)] = outer.items[0].pieces.as_slice() else {
            panic!("{outer:?}");
        };
        assert_eq!(plain_text(text), "甲");
        assert_eq!(
            (inner.ordered, inner.start, inner.items.len()),
            (true, Some(3), 2)
        );
    }
}

#[test]
fn pictures_links_and_tags_are_found() {
    let page = pieces(
        "<!-- saved from url=(0030)https://www.qc.example/a/b.html --><meta NAME=\"ArticleTitle\" content=\" 标 题 \">\
         <p><img src=\"a.jpg\" alt=\"河街\">图一<img data-src=b.jpg src=dot.gif></p><p>见<a href=' f.pdf '>附件<b>一</b></a>，10m<sup>2</sup></p>",
    );
    assert_eq!(
        page.base.as_deref(),
        Some("https://www.qc.example/a/b.html")
    );
    assert_eq!(page.meta(&["articletitle"]), Some("标 题"));
    let [
        Piece::Picture(one),
        Piece::Line(_),
        Piece::Picture(two),
        Piece::Line(text),
    ] = page.pieces.as_slice()
    else {
        panic!("{:?}", page.pieces);
    };
    assert_eq!(
        (one.src.as_str(), one.alt.as_str(), two.src.as_str()),
        ("a.jpg", "河街", "b.jpg")
    );
    let runs: Vec<_> = text
        .iter()
        .map(|run| (run.text.as_str(), run.link.as_deref(), run.superscript))
        .collect();
    assert_eq!(
        runs,
        [
            ("见", None, false),
            ("附件一", Some("f.pdf"), false),
            ("，10m", None, false),
            ("2", None, true)
        ]
    );
    assert_eq!(page.links[0].text, "附件一");
}

#[test]
fn main_texts_are_found_inside_cells_and_end_with_their_element() {
    let page = pieces(
        "<table><tr><td><div class=\"nav\">导航</div><div class=\"x TRS_Editor\"><div>正文</div>二</div>尾</td></tr></table><p>外</p>",
    );
    let [Piece::Table(table), Piece::Line(_)] = page.pieces.as_slice() else {
        panic!("{:?}", page.pieces);
    };
    let [
        Piece::Line(_),
        Piece::Main { rank: 0, pieces },
        Piece::Line(_),
    ] = table.rows[0].cells[0].pieces.as_slice()
    else {
        panic!("{table:?}");
    };
    assert_eq!(pieces.len(), 2);
}
