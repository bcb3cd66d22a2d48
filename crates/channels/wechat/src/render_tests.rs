use std::collections::BTreeMap;

use yigao_channel::{Adapter as _, Channel as _, Opening, Secret};
use yigao_core::{
    Asset, Content, DestinationId, Inline, ItemId, Severity, Version,
    block::{CalloutKind, Cell, Figure, ListItem},
    item::{Attachment, Disclosure},
    rendition::{SLOT_CLOSE, SLOT_OPEN},
};

use super::*;
use crate::{Config, Wechat};

fn account(more: &str) -> Wechat {
    let config: Config = toml::from_str(&format!(
        "app_id = \"wx00000000000000aa\"\nsecret = {{ env = \"X\" }}\nsource_url = \"https://www.example.gov.cn/{{item}}\"\n{more}"
    ))
    .unwrap();
    let opening = Opening {
        destination: &DestinationId::parse("gzh").unwrap(),
        public_url: None,
        secrets: &|_| Ok(Secret::new("s")),
    };
    Wechat::open(config, &opening).unwrap()
}

fn picture(seed: &str) -> Asset {
    Asset {
        digest: Digest::of_bytes(seed.as_bytes()),
        name: format!("{seed}.jpg"),
        media_type: "image/jpeg".into(),
        bytes: 1_000,
        width: Some(1_600),
        height: Some(900),
        credit: None,
        ai: None,
        focus: None,
    }
}

fn figure(asset: &Asset) -> Figure {
    Figure {
        asset: asset.digest.clone(),
        alt: "老街夜景".into(),
        caption: Some("夜色中的老街".into()),
        credit: Some("王小明 摄".into()),
    }
}

fn paragraph(text: &str) -> Block {
    Block::Paragraph {
        text: vec![Inline::plain(text)],
    }
}

fn content(title: &str) -> Content {
    let asset = picture("street");
    Content {
        title: title.into(),
        unit: "临沂市文旅局".into(),
        body: vec![
            paragraph("周末老街开市。"),
            Block::Figure {
                figure: figure(&asset),
            },
        ],
        assets: BTreeMap::from([(asset.digest.clone(), asset)]),
        ..Content::default()
    }
}

fn rendered_as(account: &Wechat, content: Content, intent: Intent, home: bool) -> Rendered {
    let version = Version::new(ItemId::parse("market").unwrap(), 1, content);
    let destination = DestinationId::parse("gzh").unwrap();
    let site = DestinationId::parse("site").unwrap();
    account.render(&RenderInput {
        destination: &destination,
        intent,
        version: &version,
        reason: Some("事实有误"),
        home: home.then_some(&site),
        cover: None,
    })
}

fn rendered(content: Content) -> Rendered {
    rendered_as(&account(""), content, Intent::Publish, false)
}

fn codes(rendered: &Rendered) -> Vec<&str> {
    rendered.findings.iter().map(|f| f.code.as_str()).collect()
}

fn body(rendered: &Rendered) -> String {
    let rendition = rendered.rendition.as_ref().unwrap();
    Payload::of(rendition).unwrap().content
}

#[test]
fn a_plain_item_has_no_findings_and_is_the_same_each_time() {
    let first = rendered(content("非遗市集周末开街"));
    assert_eq!(codes(&first), [""; 0]);
    assert_eq!(first, rendered(content("非遗市集周末开街")));
    let rendition = first.rendition.unwrap();
    let names: Vec<&str> = rendition.media.iter().map(|d| d.name.as_str()).collect();
    assert_eq!(names, ["cover", "p1"]);
    let texts: Vec<(LeafKind, &str)> = rendition
        .leaves
        .iter()
        .map(|leaf| (leaf.kind, leaf.text.as_str()))
        .collect();
    assert_eq!(
        texts,
        [
            (LeafKind::Title, "非遗市集周末开街"),
            (LeafKind::Summary, "周末老街开市。"),
            (LeafKind::Text, "周末老街开市。"),
            (LeafKind::Picture, "p1"),
            (LeafKind::Text, "夜色中的老街（王小明 摄）"),
            (LeafKind::Text, "来源：临沂市文旅局"),
        ]
    );
}

#[test]
fn titles_at_the_limit_pass_and_one_over_is_refused_in_either_set() {
    for (more, most) in [("", 32), ("limits = \"observed\"", 64)] {
        let account = account(more);
        let at = |n: usize| {
            let title = content(&"文".repeat(n));
            rendered_as(&account, title, Intent::Publish, false)
        };
        assert_eq!(codes(&at(most)), [""; 0], "{more}");
        let over = at(most + 1);
        assert_eq!(codes(&over), ["title_too_long"], "{more}");
        assert_eq!(over.findings[0].predicts.as_deref(), Some("45003"));
    }
}

#[test]
fn a_long_summary_is_cut_and_said_so() {
    let with = |n: usize| Content {
        summary: Some("摘".repeat(n)),
        ..content("题")
    };
    assert_eq!(codes(&rendered(with(40))), [""; 0]);
    let cut = rendered(with(41));
    assert_eq!(codes(&cut), ["summary_cut"]);
    assert_eq!(cut.findings[0].severity, Severity::Note);
    let payload = Payload::of(cut.rendition.as_ref().unwrap()).unwrap();
    assert_eq!(payload.digest, "摘".repeat(40));
}

#[test]
fn an_author_is_the_accounts_the_items_or_the_units() {
    let author = |more: &str, content: Content| {
        let rendered = rendered_as(&account(more), content, Intent::Publish, false);
        let author = Payload::of(rendered.rendition.as_ref().unwrap())
            .unwrap()
            .author;
        let codes = codes(&rendered).join(",");
        (author, codes)
    };
    assert_eq!(author("author = \"文旅局\"", content("题")).0, "文旅局");
    let long = |n: usize| Content {
        author: Some("甲".repeat(n)),
        ..content("题")
    };
    assert_eq!(author("", long(8)).1, "");
    assert_eq!(author("", long(16)).1, "author_near_limit");
    assert_eq!(author("", long(17)).1, "author_too_long");
    assert_eq!(
        author("limits = \"observed\"", long(9)).1,
        "author_too_long"
    );
}

#[test]
fn a_body_of_19999_characters_passes_and_20000_is_refused() {
    let of = |n: usize| {
        let mut content = content("题");
        content.body.push(paragraph(&"字".repeat(n)));
        rendered(content)
    };
    let short = of(1_000);
    let filled: usize = body(&short)
        .split(SLOT_OPEN)
        .map(|part| part.split_once(SLOT_CLOSE).map_or(part, |(_, tail)| tail))
        .map(|part| part.chars().count())
        .sum();
    let rest = 19_999 - (filled + 200) + 1_000;
    assert_eq!(codes(&of(rest)), ["body_near_limit"]);
    assert_eq!(codes(&of(rest + 1)), ["body_too_long"]);
    assert_eq!(codes(&of(rest - 999)), [""; 0]);
}

#[test]
fn without_a_cover_nothing_goes_out() {
    let mut bare = content("题");
    bare.body.pop();
    bare.assets.clear();
    assert_eq!(codes(&rendered(bare.clone())), ["cover_missing"]);
    bare.body.clear();
    assert_eq!(codes(&rendered(bare)), ["body_missing", "cover_missing"]);
}

#[test]
fn text_is_escaped_and_outside_links_become_numbered() {
    let link = |text: &str, link: &str| Inline {
        text: text.into(),
        link: Some(link.into()),
        bold: true,
        ..Inline::default()
    };
    let mut content = content("题");
    content.body.push(Block::Paragraph {
        text: vec![
            Inline::plain("<script>\u{1}&"),
            link("甲", "https://a.cn/?x=1&y=2"),
            link("乙", "https://b.cn"),
            link("甲又", "https://a.cn/?x=1&y=2"),
            link("旧文", "https://mp.weixin.qq.com/s/abc"),
            link("坏", "javascript:alert(1)"),
            link("电话", "tel:12345"),
        ],
    });
    let html = body(&rendered(content));
    let expected = "&lt;script&gt;&amp;<strong>甲</strong><sup>[1]</sup><strong>乙</strong><sup>[2]</sup><strong>甲又</strong><sup>[1]</sup><a href=\"https://mp.weixin.qq.com/s/abc\"><strong>旧文</strong></a><strong>坏</strong><strong>电话</strong>";
    assert!(html.contains(expected), "{html}");
    assert!(html.contains("[1] https://a.cn/?x=1&amp;y=2</p>"), "{html}");
    assert_eq!(html.matches("<a ").count(), 1);
}

#[test]
fn lists_stand_on_one_line_and_lists_below_follow_their_entry() {
    let item = |text: &str, children: Option<Block>| ListItem {
        number: None,
        text: vec![Inline::plain(text)],
        children: children.map(Box::new),
    };
    let inner = Block::List {
        ordered: false,
        numbering: Default::default(),
        items: vec![item("丙", None)],
    };
    let mut content = content("题");
    content.body = vec![Block::List {
        ordered: true,
        numbering: Default::default(),
        items: vec![
            item("甲", Some(paragraph("补充"))),
            item("乙", Some(inner)),
            item("丁", Some(content.body[1].clone())),
            item("戊", None),
        ],
    }];
    let html = body(&rendered(content));
    assert!(
        html.contains("<li>甲<br>补充</li><li>乙</li><ul style="),
        "{html}"
    );
    assert!(
        html.contains("<li>丙</li></ul><li>丁</li></ol><figure"),
        "{html}"
    );
    assert!(html.contains("</figure><ol start=\"4\" style="), "{html}");
    assert!(!html.contains('\n') && !html.contains("> <"));
}

#[test]
fn every_block_comes_out_without_class_or_id() {
    let cell = |text: &str| Cell::plain(text);
    let mut content = content("题");
    content.body.extend([
        Block::Heading {
            level: 1,
            text: vec![Inline::plain("一、时间")],
        },
        Block::Quote {
            blocks: vec![paragraph("引文")],
        },
        Block::Table {
            caption: Some("表1".into()),
            header: 1,
            align: Vec::new(),
            rows: vec![vec![cell("甲")], vec![cell("乙")]],
        },
        Block::Callout {
            kind: CalloutKind::Deadline,
            title: Some("截止".into()),
            blocks: vec![paragraph("周五")],
        },
        Block::QuestionAnswer {
            question: vec![Inline::plain("收费吗")],
            answer: vec![paragraph("免费")],
        },
        Block::Divider,
    ]);
    content.disclosure = Some(Disclosure {
        index_number: Some("11371300-2026-001".into()),
        ..Disclosure::default()
    });
    content.attachments.push(Attachment {
        asset: Digest::of_bytes(b"form"),
        title: "附件1：报名表".into(),
    });
    let all = rendered_as(&account(""), content, Intent::Publish, true);
    assert_eq!(codes(&all), [""; 0]);
    let html = body(&all);
    for part in [
        "<h2 style=",
        "<blockquote style=",
        "<td style=",
        "问：收费吗",
        "附件1：报名表（请点“阅读原文”下载）",
        "索引号",
        "<hr style=",
    ] {
        assert!(html.contains(part), "{part} in {html}");
    }
    for never in [
        "class=",
        "id=",
        "<script",
        "<style",
        "position:",
        "float:",
        "flex",
    ] {
        assert!(!html.contains(never), "{never} in {html}");
    }
    let rendition = all.rendition.unwrap();
    assert_eq!(rendition.slots[0].name(), "url:site");
    assert_eq!(
        Payload::of(&rendition).unwrap().source.as_deref(),
        Some(rendition.slots[0].token().as_str())
    );
}

#[test]
fn a_withdrawal_sends_nothing_and_warns() {
    let withdraw = rendered_as(&account(""), content("题"), Intent::Withdraw, true);
    assert_eq!(codes(&withdraw), ["delete_is_final"]);
    let rendition = withdraw.rendition.unwrap();
    assert!(rendition.media.is_empty() && rendition.slots.is_empty());
    assert!(rendition.preview.contains("事实有误"));
}

#[test]
fn the_example_opens_and_unknown_keys_do_not() {
    let file: toml::Table = toml::from_str(Wechat::EXAMPLE).unwrap();
    assert_eq!(file["kind"].as_str(), Some(Wechat::KIND));
    let config: Result<Config, _> = file["channel"].clone().try_into();
    assert!(config.is_ok(), "{config:?}");
    assert!(
        toml::from_str::<Config>("app_id = \"a\"\nsecret = { env = \"X\" }\ntitle = 1").is_err()
    );
    assert!(toml::from_str::<Config>("app_id = \"a\"\nsecret = \"literal\"").is_err());
}
