use yigao_core::{Block, Kind, Severity, block::plain_text, item::Manner};
use yigao_formats::{Draft, Format, detect, read};

use crate::specimens::{bundle, refusals};

const SAMPLE: &[u8] = include_bytes!(
    "../../../../examples/items/linyi-2019-openness-plan/linyi-2019-openness-plan.txt"
);

fn sample() -> Draft {
    let bundle = bundle(&[("linyi-2019-openness-plan.txt", SAMPLE)]);
    assert_eq!(detect(&bundle), Some(Format::GovPage));
    read(&bundle, Format::GovPage).unwrap()
}

fn words(block: &Block) -> String {
    match block {
        Block::Paragraph { text } | Block::Heading { text, .. } => plain_text(text),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_table_of_the_sample() {
    let draft = sample();
    let content = &draft.content;
    assert_eq!(draft.id.as_str(), "1585729837-gdj-2019-0000014");
    assert_eq!(
        content.title,
        "2019年临沂市文化和旅游局政务公开工作要点及实施方案"
    );
    assert_eq!(
        (content.unit.as_str(), content.kind),
        ("临沂市文化和旅游局", Kind::Policy)
    );
    assert_eq!(content.dated.unwrap().to_string(), "2019-04-23");
    assert_eq!(content.column.as_deref(), Some("工作推进"));
    assert_eq!(content.summary, None);
    let table = content.disclosure.as_ref().unwrap();
    assert_eq!(
        table.index_number.as_deref(),
        Some("1585729837/gdj/2019-0000014")
    );
    assert_eq!(table.publisher.as_deref(), Some("临沂市文化和旅游局"));
    assert_eq!(table.catalogue.as_deref(), Some("工作推进"));
    // 文号 is empty in the sample, and the next cell is a label.
    assert_eq!(table.document_number, None);
    assert_eq!(table.manner, Some(Manner::Active));
    assert_eq!(table.created.unwrap().to_string(), "2019-04-23");
    assert_eq!((table.validity, table.overview.as_ref()), (None, None));
}

#[test]
fn headings_items_and_closing_of_the_sample() {
    let draft = sample();
    let body = &draft.content.body;
    let headings = |wanted: u8| -> Vec<String> {
        body.iter()
            .filter(|b| matches!(b, Block::Heading { level, .. } if *level == wanted))
            .map(words)
            .collect()
    };
    assert_eq!(
        headings(1),
        ["一、指导思想", "二、公开要点", "三、工作要求"]
    );
    assert_eq!(
        headings(2),
        [
            "(一)强化监督,多方面推进行政权力运行公开",
            "(二)狠抓落实,多渠道深化重点领域信息公开",
            "(三)回应关切,多形式加强政策解读",
            "(四)提升能力,多平台强化政务公开保障机制",
            "(一)强化组织领导。",
            "(二)抓好《条例》落实。",
            "(三)加强考核督促。",
        ]
    );
    let leads: Vec<String> = body
        .iter()
        .filter_map(|b| match b {
            Block::Paragraph { text } if text[0].bold => Some(text[0].text.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(leads.len(), 11);
    for (at, lead) in leads.iter().enumerate() {
        assert!(
            lead.starts_with(&format!("{}.", at + 1)) && lead.ends_with('。'),
            "{lead}"
        );
    }
    assert_eq!(leads[0], "1.推进重要决策公开。");
    assert_eq!(leads[10], "11.推进政务新媒体健康有序发展。");
    let last: Vec<String> = body.iter().rev().take(3).map(words).collect();
    assert_eq!(last[..2], ["2019年4月23日", "临沂市文化和旅游局"]);
    assert!(last[2].ends_with("并向社会公开。"));
    // The opening, three sections, seven parts with text below three of them, eleven items, the closing.
    assert_eq!(body.len(), 1 + 3 + 1 + 7 + 3 + 11 + 2);
    assert!(
        words(&body[0]).contains("(国办发〔2019〕14号)")
            && words(&body[0]).ends_with("实施方案如下:")
    );
}

#[test]
fn not_a_character_of_the_sample_is_lost_and_no_chrome_is_left() {
    let draft = sample();
    let squeeze = |text: &str| {
        text.chars()
            .filter(|c| !c.is_whitespace())
            .collect::<String>()
    };
    let source = std::str::from_utf8(SAMPLE).unwrap();
    let line = source
        .lines()
        .find(|line| line.starts_with("为进一步规范"))
        .unwrap();
    let kept: String = draft.content.body.iter().map(words).collect();
    assert_eq!(squeeze(&kept), squeeze(line.trim_end_matches([' ', '|'])));
    for chrome in ["欢迎访问", "关闭窗口", "字体", "打印本文", "|"] {
        assert!(!kept.contains(chrome), "{chrome}");
    }
}

#[test]
fn a_table_in_another_order_with_gaps() {
    let page = "首页\n您现在的位置：首页 > 公开\n发布机构：青川市图书馆 | 文号 | | 索引号 | QC-1 |\n公开方式 | 秘密 | 成文日期 | 二〇二六年五月一日 | 发布日期 | 五月 |\n有效性 | 有效 | 公开时限 | 长期 |\n名称 | 关于闭馆的公告 |\n关于闭馆的公告\n馆舍维修，闭馆三日。\n分享到：微信\n【打印】【关闭】\n";
    let draft = read(&bundle(&[("a.txt", page.as_bytes())]), Format::GovPage).unwrap();
    let table = draft.content.disclosure.unwrap();
    assert_eq!(
        (table.publisher.as_deref(), table.index_number.as_deref()),
        (Some("青川市图书馆"), Some("QC-1"))
    );
    assert_eq!((table.document_number, table.manner), (None, None));
    assert_eq!(table.created.unwrap().to_string(), "2026-05-01");
    assert_eq!(table.validity, Some(yigao_core::item::Validity::InForce));
    assert_eq!(draft.content.kind, Kind::Notice);
    assert_eq!(
        draft.content.body.iter().map(words).collect::<Vec<_>>(),
        ["馆舍维修，闭馆三日。"]
    );
    let found: Vec<_> = draft
        .findings
        .iter()
        .map(|f| (f.severity, f.code.as_str(), f.place.as_str()))
        .collect();
    assert_eq!(
        found,
        [
            (Severity::Warn, "value_not_read", "disclosure/发布日期"),
            (Severity::Warn, "value_not_read", "disclosure/公开方式"),
            (Severity::Note, "lines_dropped", "body"),
        ]
    );
}

#[test]
fn a_page_saved_as_html() {
    let page = "<html><head><title>x</title></head><body><table><tr><td>索引号</td><td><p>QC-2</p></td><td>发布机构</td><td>青川市文化馆</td></tr>\
        <tr><td>文号</td><td></td><td>公开方式</td><td>主动公开</td></tr><tr><td>标题</td><td>关于开馆的通知</td></tr></table>\
        <script>track('索引号')</script><div><p>一、时间</p><p>每日9&#58;00。</p><p>二、地点</p><p>河街。</p></div></body></html>";
    let draft = read(&bundle(&[("a.html", page.as_bytes())]), Format::GovPage).unwrap();
    let table = draft.content.disclosure.as_ref().unwrap();
    assert_eq!(
        (
            table.index_number.as_deref(),
            table.document_number.as_ref(),
            table.manner
        ),
        (Some("QC-2"), None, Some(Manner::Active))
    );
    assert_eq!(
        draft.content.body.iter().map(words).collect::<Vec<_>>(),
        ["一、时间", "每日9:00。", "二、地点", "河街。"]
    );
}

#[test]
fn pages_without_a_table_a_title_or_a_text_are_refused() {
    let refused = |page: &[u8]| -> Vec<String> {
        refusals(&bundle(&[("a.txt", page)]), Format::GovPage)
            .into_iter()
            .map(|(code, _)| code)
            .collect()
    };
    assert_eq!(refused("一段文字\n".as_bytes()), ["no_metadata"]);
    assert_eq!(
        refused("索引号 | 1 |\n".as_bytes()),
        ["missing_key", "missing_key", "no_text"]
    );
    // 索引号 in GBK is read, and is no table; half a character is none.
    assert_eq!(refused(b"\xcb\xf7\xd2\xfd\xba\xc5"), ["no_metadata"]);
    assert_eq!(refused(b"\xcb\xf7\xd2\xfd\xba"), ["text_cut_short"]);
}
