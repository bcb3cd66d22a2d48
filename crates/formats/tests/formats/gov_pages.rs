//! Saved pages of three generations of government sites: tables for layout, `div`s, and tags alone.

use encoding_rs::GBK;
use proptest::prelude::*;
use yigao_core::{
    Block, Inline, Kind, Severity,
    block::{ListItem, number_labels, plain_text},
};
use yigao_formats::{Bundle, Draft, Format, detect, read};

use crate::specimens::{bundle, picture, refusals};

const TABLE: &str = "<html><head><meta http-equiv=\"Content-Type\" content=\"text/html; charset=gb2312\"><title>青川市2026年送戏下乡方案</title></head><body>\
<div class=\"nav\">首页 | 信息公开 | 互动交流</div>\
<table><tr><td>索引号</td><td>QC003-2026-0031</td><td>发布机构</td><td>青川市文化和旅游局</td></tr>\
<tr><td>标题</td><td colspan=\"3\">青川市2026年送戏下乡方案</td></tr>\
<tr><td>文号</td><td></td><td>公开方式</td><td>主动公开</td></tr>\
<tr><td>发布日期</td><td>2026-03-02</td><td>有效性</td><td>有效</td></tr></table>\
<p>为丰富群众文化生活，制定本方案。</p><p>一、目标任务</p><p>全年送戏下乡300场。</p>\
<table border=\"1\"><tr><th rowspan=\"2\">县区</th><th colspan=\"2\">场次</th></tr><tr><td>上半年</td><td>下半年</td></tr>\
<tr><td>云溪县</td><td>40</td><td>60</td></tr><tr><td>青山县</td><td>45</td><td>55</td></tr></table>\
<p>二、工作要求</p><p>各县区按月报送进度。</p><p>青川市文化和旅游局</p><p>2026年3月2日</p><script>share()</script></body></html>";

fn page(html: &str) -> Draft {
    with(&[("page.html", html.as_bytes())])
}

fn with(files: &[(&str, &[u8])]) -> Draft {
    let bundle = bundle(files);
    assert_eq!(detect(&bundle), Some(Format::GovPage));
    read(&bundle, Format::GovPage).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

/// The shape of a body in short: one text for each block.
fn shapes(draft: &Draft) -> Vec<String> {
    draft.content.body.iter().map(shape).collect()
}

fn shape(block: &Block) -> String {
    match block {
        Block::Paragraph { text } => plain_text(text),
        Block::Heading { level, text } => format!("h{level} {}", plain_text(text)),
        Block::Table { header, rows, .. } => {
            let row = |row: &Vec<yigao_core::block::Cell>| {
                row.iter()
                    .map(|cell| {
                        let text = plain_text(&cell.text);
                        match (cell.rowspan, cell.colspan) {
                            (1, 1) => text,
                            (down, across) => format!("{text}({down}x{across})"),
                        }
                    })
                    .collect::<Vec<_>>()
                    .join("|")
            };
            format!(
                "table {header} {}",
                rows.iter().map(row).collect::<Vec<_>>().join(" / ")
            )
        }
        Block::List {
            ordered,
            numbering,
            items,
        } => {
            let item = |item: &ListItem| {
                let below = item.children.as_deref().map(shape).unwrap_or_default();
                format!("{}{below}", plain_text(&item.text))
            };
            let labels = if *ordered {
                number_labels(*numbering, items)
            } else {
                vec![String::new(); items.len()]
            };
            let items: Vec<_> = labels
                .into_iter()
                .zip(items)
                .map(|(label, one)| format!("{label}{}", item(one)))
                .collect();
            format!(
                "{}[{}]",
                if *ordered { "ol" } else { "ul" },
                items.join(", ")
            )
        }
        Block::Figure { figure } => format!("figure {}", figure.alt),
        other => panic!("{other:?}"),
    }
}

fn codes(draft: &Draft) -> Vec<&str> {
    draft
        .findings
        .iter()
        .map(|found| found.code.as_str())
        .collect()
}

#[test]
fn a_page_in_gb2312_with_a_table_in_its_text() {
    let (bytes, _, lossy) = GBK.encode(TABLE);
    assert!(!lossy);
    let draft = with(&[("page.html", &bytes)]);
    let content = &draft.content;
    assert_eq!(draft.id.as_str(), "qc003-2026-0031");
    assert_eq!(
        (content.title.as_str(), content.unit.as_str(), content.kind),
        (
            "青川市2026年送戏下乡方案",
            "青川市文化和旅游局",
            Kind::Policy
        )
    );
    let shapes = shapes(&draft);
    assert_eq!(
        shapes[..3],
        [
            "为丰富群众文化生活，制定本方案。",
            "h1 一、目标任务",
            "全年送戏下乡300场。"
        ]
    );
    assert_eq!(
        shapes[3],
        "table 2 县区(2x1)|场次(1x2) / 上半年|下半年 / 云溪县|40|60 / 青山县|45|55"
    );
    assert_eq!(shapes[4..6], ["h1 二、工作要求", "各县区按月报送进度。"]);
    assert_eq!(codes(&draft), ["lines_dropped", "encoding_taken"]);
    assert!(draft.findings[1].message.zh.contains("GBK"));
}

#[test]
fn the_first_generation_lays_everything_out_in_tables() {
    let draft = page(
        "<body><table width=980><tr><td>首页</td><td>公开</td></tr></table><table><tr><td width=200>栏目</td><td>\
         <table><tr><td>索 引 号：</td><td>QC-7</td></tr><tr><td>发布机构：</td><td>青川市文化馆</td></tr><tr><td>名 称：</td><td></td></tr>\
         <tr><td>标题：</td><td>关于开馆的通知</td></tr></table>\
         <table><tr><td><p>各县区文化馆：</p><p>现将有关事项通知如下。</p>\
         <table border=1><tr><td>日期</td><td>场次</td></tr><tr><td>3月2日</td><td>4</td></tr></table><p>特此通知。</p></td></tr></table></td></tr></table></body>",
    );
    assert_eq!(
        (draft.content.title.as_str(), draft.content.unit.as_str()),
        ("关于开馆的通知", "青川市文化馆")
    );
    assert_eq!(
        shapes(&draft),
        [
            "各县区文化馆：",
            "现将有关事项通知如下。",
            "table 0 日期|场次 / 3月2日|4",
            "特此通知。"
        ]
    );
}

#[test]
fn a_table_that_holds_metadata_and_text_is_taken_apart() {
    let draft = page(
        "<table><tr><td>索引号</td><td>QC-8</td><td>发文机关</td><td>青川市文旅局</td></tr><tr><td>标题</td><td>工作要点</td></tr>\
         <tr><td colspan=4><p>第一段。</p><ul><li>甲</li></ul></td></tr></table>",
    );
    assert_eq!(shapes(&draft), ["第一段。", "ul[甲]"]);
}

#[test]
fn the_second_generation_has_its_metadata_in_divs_and_lists() {
    for metadata in [
        "<ul><li><b>索引号：</b>QC-9</li><li><b>发布机构：</b><span>青川市图书馆</span></li></ul>",
        "<dl><dt>索引号</dt><dd>QC-9</dd><dt>发布机构：</dt><dd>青川市图书馆</dd></dl>",
        "<div><label>索引号</label><span>QC-9</span></div><div><label>发布机构</label>青川市图书馆</div>",
        "<div>索引号：QC-9 发布机构：青川市图书馆 浏览次数：12 字体：[大 中 小]</div>",
    ] {
        let draft = page(&format!(
            "<title>春季闭馆公告_青川市人民政府</title><ul><li>首页</li><li>公开</li></ul><div class=xxgk>{metadata}</div><h1>春季闭馆公告</h1>\
             <div class=\"share\">分享到：微信</div><div class=\"TRS_Editor\"><p>来源：各分馆报送。</p><p>闭馆三日。</p></div>\
             <div class=\"foot\">主办：青川市人民政府</div>",
        ));
        let content = &draft.content;
        assert_eq!(
            (draft.id.as_str(), content.unit.as_str()),
            ("qc-9", "青川市图书馆"),
            "{metadata}"
        );
        assert_eq!(content.title, "春季闭馆公告");
        assert_eq!(
            shapes(&draft),
            ["来源：各分馆报送。", "闭馆三日。"],
            "{metadata}"
        );
        assert_eq!(codes(&draft), ["lines_dropped"]);
    }
}

const TAGS: &str = "<head><META name=\"ArticleTitle\" content=\"河街灯会开灯\"><meta name='PubDate' content='2026-09-30 17:18'>\
<meta name=ContentSource content=青川市文化和旅游局><meta name=\"ColumnName\" content=\"要闻动态\"><meta name=\"Keywords\" content=\"灯会;河街\">\
<meta name=\"Author\" content=\"\"><title>河街灯会开灯</title></head>";

#[test]
fn the_third_generation_has_tags_alone() {
    let text = "<p>灯会九月三十日开灯。</p><p>免费开放。</p>";
    for body in [
        format!(
            "<div>首页</div><h1>河街灯会开灯</h1><p>时间：随后</p><div id=\"zoom\">{text}</div><div>下一篇：无</div>"
        ),
        format!(
            "<nav>首页</nav><article><h1>河街灯会开灯</h1><div>发布时间：2026-09-30 17:18 来源：青川市文化和旅游局</div>{text}</article>"
        ),
        format!(
            "<div>首页</div><div class=t>河街灯会开灯</div>{text}<div>版权所有：青川市</div><p>联系我们</p>"
        ),
        format!(
            "<p>首页</p><div><!--ZJEG_RSS.content.begin-->{text}<!--ZJEG_RSS.content.end--></div><p>尾</p>"
        ),
        text.to_owned(),
    ] {
        let draft = page(&format!("<html>{TAGS}<body>{body}</body></html>"));
        let content = &draft.content;
        assert_eq!(
            (content.title.as_str(), content.unit.as_str(), content.kind),
            ("河街灯会开灯", "青川市文化和旅游局", Kind::News)
        );
        assert_eq!(content.dated.unwrap().to_string(), "2026-09-30");
        assert_eq!(
            (content.column.as_deref(), content.keywords.len()),
            (Some("要闻动态"), 2)
        );
        assert_eq!(content.disclosure, None);
        assert_eq!(
            shapes(&draft),
            ["灯会九月三十日开灯。", "免费开放。"],
            "{body}"
        );
    }
}

/// A page of tags whose main text is this.
fn text(html: &str) -> String {
    format!("<html>{TAGS}<body><div class=\"article-content\">{html}</div></body></html>")
}

#[test]
fn lists_stay_lists_and_keep_what_lies_below() {
    let draft = page(&text(
        "<p>安排如下：</p><ol><li>报名<ul><li>线上</li><li>线下</li></ul></li><li><p>抽签</p></li></ol><ul><li>上一篇：无</li><li>　</li></ul>",
    ));
    assert_eq!(
        shapes(&draft),
        ["安排如下：", "ol[1. 报名ul[线上, 线下], 2. 抽签]"]
    );
}

#[test]
fn lists_keep_their_numbers() {
    let draft = page(&text(
        "<ol start=3><li>三</li><li>四</li><li value=9>九</li><li>十</li></ol><ol start=0><li>零</li></ol><ol start=10000><li>万</li></ol>",
    ));
    assert_eq!(
        shapes(&draft),
        [
            "ol[3. 三, 4. 四, 9. 九, 10. 十]",
            "ol[0. 零]",
            "ol[10000. 万]"
        ]
    );
    let far = bundle(&[(
        "a.html",
        text("<ol start=2000000><li>远</li></ol>").as_bytes(),
    )]);
    assert_eq!(refusals(&far, Format::GovPage)[0].0, "wrong_shape");
}

#[test]
fn gaps_and_heads_of_merged_tables_fit_the_model() {
    for (table, shape) in [
        // A short row gets empty cells; a merged cell leaves no gap.
        (
            "<tr><td rowspan=2>甲</td><td>乙</td><td>丙</td></tr><tr><td>丁</td></tr>",
            "table 0 甲(2x1)|乙|丙 / 丁|",
        ),
        // Heads reach as far as their cells do.
        (
            "<tr><th>项</th><th rowspan=2>数</th></tr><tr><td rowspan=2>甲</td></tr><tr><td>1</td></tr><tr><td>乙</td><td>2</td></tr>",
            "table 3 项|数(2x1) / 甲(2x1) / 1 / 乙|2",
        ),
        // A head that would take everything is none.
        (
            "<tr><th rowspan=2>年</th><th>甲</th></tr><tr><td>1</td></tr>",
            "table 0 年(2x1)|甲 / 1",
        ),
        (
            "<thead><tr><td>年</td><td>数</td></tr></thead><tbody><tr><td>2026</td><td>5</td></tr></tbody>",
            "table 1 年|数 / 2026|5",
        ),
        (
            "<tr><td colspan=9>题</td></tr><tr><td>甲</td><td>乙</td></tr>",
            "table 0 题(1x2) / 甲|乙",
        ),
    ] {
        let draft = page(&text(&format!("<table border=1>{table}</table>")));
        assert_eq!(shapes(&draft), [shape]);
    }
}

#[test]
fn a_list_with_tables_in_it_keeps_its_numbers_and_its_tables() {
    let draft = page(&text(
        "<ol start=3><li>票价<table border=1><tr><td>成人</td><td>10</td></tr></table></li><li>时间</li></ol>",
    ));
    assert_eq!(shapes(&draft), ["3. 票价", "table 0 成人|10", "4. 时间"]);
}

#[test]
fn pictures_are_looked_up_beside_the_page() {
    let html = text(
        "<p><img src=\"./%E7%81%AF%E4%BC%9A_files/a.jpg?v=2\" alt=\"河街夜景\">图一</p><p>第二段<img src=\"http://www.qc.example/b/b.jpg\" alt=\"灯\">完。</p>\n<p><img src=\"/lost.jpg\" alt=\"彩车\"></p>",
    );
    let draft = with(&[
        ("灯会.html", html.as_bytes()),
        ("灯会_files/a.jpg", &picture(1)),
        ("灯会_files/b.jpg", &picture(2)),
        ("灯会_files/ad.html", b"<p>x</p>"),
        ("灯会_files/s.css", b"p{}"),
    ]);
    assert_eq!(
        shapes(&draft),
        ["figure 河街夜景", "图一", "第二段完。", "figure 灯"]
    );
    assert_eq!((draft.files.len(), draft.content.assets.len()), (2, 2));
    let lost = draft
        .findings
        .iter()
        .find(|found| found.code == "picture_missing")
        .unwrap();
    assert_eq!(lost.severity, Severity::Warn);
    assert!(lost.message.zh.contains("lost.jpg") && lost.message.zh.contains("彩车"));
    assert_eq!((lost.line, lost.quote.as_deref()), (Some(2), Some("彩车")));
}

#[test]
fn pictures_in_cells_stand_behind_their_table() {
    let html = text(
        "<table border=1><tr><th>作品</th><th>图</th></tr><tr><td>云溪剪纸</td><td><img src=a.jpg alt=剪纸></td></tr></table><p>完。</p>",
    );
    let draft = with(&[("a.html", html.as_bytes()), ("a.jpg", &picture(1))]);
    assert_eq!(
        shapes(&draft),
        ["table 1 作品|图 / 云溪剪纸|", "figure 剪纸", "完。"]
    );
}

#[test]
fn files_beside_the_page_become_attachments_and_links_are_kept_or_named() {
    let pdf: &[u8] = b"%PDF-1.7\n";
    let html = format!(
        "{}<p><a href=\"/fj/plan.pdf\">附件下载</a></p>",
        text(
            "<p>详见<a href=\"https://www.qc.example/x.html\">全文</a>和<a href=\"./P02.pdf\">附件1：名单</a>，或<a href=\"lost.doc\">附件2</a>。</p>\
             <p>邮箱<a href=\"mailto:a@qc.example\">a@qc.example</a>，<a href=\"#top\">返回</a><a href=\"//qc.example/y\">另见</a></p>\
             <ul><li><a href=\"https://qc.example/l\">列表</a></li></ul>",
        ),
    );
    let files = [
        ("a.html", html.as_bytes()),
        ("P02.pdf", pdf),
        ("plan.pdf", b"%PDF-1.6\n"),
    ];
    let draft = with(&files);
    let titles: Vec<_> = draft
        .content
        .attachments
        .iter()
        .map(|a| a.title.as_str())
        .collect();
    assert_eq!(titles, ["附件1：名单", "附件下载"]);
    let links = |block: &Block| match block {
        Block::Paragraph { text } => linked(text),
        Block::List { items, .. } => items.iter().flat_map(|item| linked(&item.text)).collect(),
        other => panic!("{other:?}"),
    };
    let found: Vec<_> = draft.content.body.iter().flat_map(links).collect();
    assert_eq!(
        found,
        [
            (
                "全文".to_owned(),
                "https://www.qc.example/x.html".to_owned()
            ),
            ("a@qc.example".to_owned(), "mailto:a@qc.example".to_owned()),
            ("另见".to_owned(), "https://qc.example/y".to_owned()),
            ("列表".to_owned(), "https://qc.example/l".to_owned()),
        ]
    );
    assert_eq!(shapes(&draft)[0], "详见全文和附件1：名单，或附件2。");
    let lost: Vec<_> = draft
        .findings
        .iter()
        .filter(|found| found.code == "link_dropped")
        .collect();
    assert!(
        lost.len() == 1 && lost[0].message.zh.contains("lost.doc"),
        "{lost:?}"
    );
}

fn linked(text: &[Inline]) -> Vec<(String, String)> {
    text.iter()
        .filter_map(|run| Some((run.text.clone(), run.link.clone()?)))
        .collect()
}

#[test]
fn relative_links_lead_to_the_site_where_the_page_says_which() {
    let html = format!(
        "<!-- saved from url=(0031)https://www.qc.example/a/b.html -->{}",
        text("<p>一、依据 见<a href=\"../c/t1.html\">办法</a>。</p>")
    );
    let draft = page(&html);
    let Block::Paragraph { text } = &draft.content.body[1] else {
        panic!("{:?}", draft.content.body);
    };
    assert_eq!(
        linked(text),
        [(
            "办法".to_owned(),
            "https://www.qc.example/c/t1.html".to_owned()
        )]
    );
}

#[test]
fn raised_characters_stay_raised() {
    let draft = page(&text(
        "<p>1.面积。馆舍1200m<sup>2</sup>，CO<sub>2</sub>浓度合格。</p>",
    ));
    let Block::Paragraph { text } = &draft.content.body[0] else {
        panic!();
    };
    let runs: Vec<_> = text
        .iter()
        .map(|run| (run.text.as_str(), run.bold, run.superscript, run.subscript))
        .collect();
    assert_eq!(
        runs,
        [
            ("1.面积。", true, false, false),
            ("馆舍1200m", false, false, false),
            ("2", false, true, false),
            ("，CO", false, false, false),
            ("2", false, false, true),
            ("浓度合格。", false, false, false)
        ]
    );
}

#[test]
fn spans_that_do_not_fit_are_said() {
    let draft = page(&text(
        "<table border=1><tr><td>甲</td><td rowspan=2>乙</td></tr><tr><td colspan=2>丙</td></tr></table>",
    ));
    assert_eq!(shapes(&draft), ["table 0 甲|乙(2x1) / 丙"]);
    assert_eq!(codes(&draft), ["unit_from_source", "span_cut"]);
}

#[test]
fn pages_that_nest_without_end_are_read_in_time() {
    for (open, count) in [
        ("<div>", 200_000),
        ("<table><tr><td>", 100_000),
        ("<ul><li>", 100_000),
        ("<b><font x=1>", 100_000),
    ] {
        let bundle = bundle(&[(
            "a.html",
            text(&format!("<p>甲。</p>{}乙", open.repeat(count))).as_bytes(),
        )]);
        let read = read(&bundle, Format::GovPage);
        // Lists are refused by their depth; nothing else is lost.
        match read {
            Ok(draft) => assert_eq!(shapes(&draft).concat(), "甲。乙", "{open}"),
            Err(problems) => assert!(
                open == "<ul><li>" && problems[0].code == "too_deep",
                "{problems:?}"
            ),
        }
    }
}

#[test]
fn the_only_page_counts_and_two_are_refused() {
    let html = text("<p>甲。</p>");
    let two: Bundle = bundle(&[("a.html", html.as_bytes()), ("b.html", html.as_bytes())]);
    assert_eq!(detect(&two), None);
    assert_eq!(refusals(&two, Format::GovPage)[0].0, "one_text");
    let beside = with(&[
        ("a.html", html.as_bytes()),
        ("说明.txt", b"x"),
        ("._a.html", b"\0"),
    ]);
    assert_eq!(shapes(&beside), ["甲。"]);
}

#[test]
fn a_word_that_could_be_a_label_stays_in_the_text() {
    let draft = page(&TABLE.replace("<p>为丰富", "<p>标题</p><p>有效性</p><p>为丰富"));
    let shapes = shapes(&draft);
    // 标题 has its value already; 有效性, too.
    assert_eq!(
        shapes[..3],
        ["标题", "有效性", "为丰富群众文化生活，制定本方案。"]
    );
    let draft = page(&TABLE.replace("<p>为丰富", "<p><b>标题</b>从简。</p><p>为丰富"));
    assert_eq!(self::shapes(&draft)[0], "标题从简。");
    let draft =
        page("<div>索引号：QC-1</div><div>发布机构：市馆</div><div>标题：公告</div><p>文号</p>");
    assert_eq!(self::shapes(&draft), ["文号"]);
}

/// Markup as editors of such sites make it, and worse: nested without order, with spans that do not fit.
fn markup() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "甲乙。",
        "河街夜市",
        "1200*600",
        "丙丁，",
        "二、戊",
        "（一）己",
        "1.庚",
        "辛 壬",
        "m<sup>2</sup>",
        "A&amp;B",
        "<b>标题</b>",
        "<a href=\"https://qc.example/\">癸</a>",
        "&nbsp;子",
        "文号",
        "<img src=x.gif>",
        "<br>",
    ])
    .prop_map(str::to_owned);
    word.prop_recursive(5, 60, 5, |inner| {
        let span = prop::sample::select(vec![
            "",
            " rowspan=2",
            " colspan=3",
            " rowspan=0",
            " rowspan=99 colspan=2",
        ]);
        let cell = (inner.clone(), span).prop_map(|(text, span)| format!("<td{span}>{text}</td>"));
        let row = prop::collection::vec(cell, 0..4)
            .prop_map(|cells| format!("<tr>{}</tr>", cells.concat()));
        let table =
            (prop::collection::vec(row, 1..4), prop::bool::ANY).prop_map(|(rows, border)| {
                format!(
                    "<table{}>{}</table>",
                    if border { " border=1" } else { "" },
                    rows.concat()
                )
            });
        let item = inner.clone().prop_map(|text| format!("<li>{text}</li>"));
        let list = prop::collection::vec(item, 1..4)
            .prop_map(|items| format!("<ul>{}</ul>", items.concat()));
        let around = (
            inner.clone(),
            prop::sample::select(vec!["p", "div", "span", "section", "h2", "center"]),
        )
            .prop_map(|(text, tag)| format!("<{tag}>{text}</{tag}>"));
        let row_of = prop::collection::vec(inner, 1..5).prop_map(|parts| parts.concat());
        prop_oneof![table, list, around, row_of]
    })
}

/// Everything of a body that readers see, white space and the numbers of lists aside.
fn visible(blocks: &[Block]) -> String {
    let plain = |text: &[Inline]| plain_text(text).split_whitespace().collect::<String>();
    let mut out = String::new();
    for block in blocks {
        match block {
            Block::Paragraph { text } | Block::Heading { text, .. } => out.push_str(&plain(text)),
            Block::Table { rows, .. } => {
                rows.iter()
                    .flatten()
                    .for_each(|cell| out.push_str(&plain(&cell.text)));
            }
            Block::List { items, .. } => {
                for item in items {
                    out.push_str(&plain(&item.text));
                    if let Some(below) = &item.children {
                        out.push_str(&visible(std::slice::from_ref(below)));
                    }
                }
            }
            other => panic!("{other:?}"),
        }
    }
    out
}

/// The characters of markup, by the bluntest of readers.
fn blunt(html: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    for c in html.replace("&amp;", "&").replace("&nbsp;", " ").chars() {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            c if !inside && !c.is_whitespace() => out.push(c),
            _ => {}
        }
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn every_visible_character_of_a_page_is_in_its_blocks(html in markup()) {
        for page in [text(&format!("<p>始。</p>{html}")), TABLE.replace("<p>为丰富", &format!("<p>始。</p>{html}<p>为丰富"))] {
            let bundle = bundle(&[("a.html", page.as_bytes())]);
            match read(&bundle, Format::GovPage) {
                Ok(draft) => {
                    let seen = visible(&draft.content.body);
                    let wanted = blunt(&format!("<p>始。</p>{html}"));
                    // Between the cells of the layout a bar is written.
                    let (seen, wanted) = (seen.replace('|', ""), wanted.replace('|', ""));
                    prop_assert!(seen.contains(&wanted), "{}\n{}\n{}", html, seen, wanted);
                }
                Err(problems) => prop_assert_eq!(&problems[0].code, "too_deep"),
            }
        }
    }
}
