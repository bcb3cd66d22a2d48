//! What this driver's tests build on.

use std::collections::BTreeMap;

use yigao_channel::RenderInput;
use yigao_core::{
    Asset, Block, Content, DestinationId, Digest, Figure, Inline, Intent, ItemId, Kind, Rendition,
    Timestamp, Version,
    block::{CalloutKind, Cell, Chart, ChartKind, Clip, ListItem, Series},
    fill,
    item::{Attachment, Disclosure, Event, Manner, ServiceGuide},
};

use super::{
    config::{Settings, StaticConfig},
    index::{Entry, State},
    payload::{Article, Payload, Placed},
    render::render,
};

pub(super) fn settings() -> Settings {
    let table: toml::Table = toml::from_str(include_str!("../../example.toml")).unwrap();
    let mut channel = table.get("channel").unwrap().as_table().unwrap().clone();
    channel.remove("driver");
    let config: StaticConfig = channel.try_into().unwrap();
    Settings::check(config).unwrap()
}

/// 2026-11-24 18:05 in Shanghai, and `n` hours later.
pub(super) fn at(n: usize) -> Timestamp {
    Timestamp::from_second(1_795_514_700 + i64::try_from(n).unwrap() * 3600).unwrap()
}

pub(super) fn entry(item: &str, column: &str, n: usize) -> Entry {
    Entry {
        item: item.to_owned(),
        kind: Kind::News,
        column: column.to_owned(),
        title: format!("标题 {item}"),
        summary: None,
        path: format!("{column}/2026/{item}.html"),
        published_at: at(n),
        updated_at: at(n),
        version: 1,
        leaves: Digest::of_bytes(b"x"),
        cover: None,
        relations: Vec::new(),
        state: State::Live,
        withdrawn_at: None,
        reason: None,
    }
}

pub(super) fn para(text: &str) -> Block {
    Block::Paragraph {
        text: vec![Inline::plain(text)],
    }
}

pub(super) fn asset(name: &str, media_type: &str) -> Asset {
    Asset {
        digest: Digest::of_bytes(name.as_bytes()),
        name: name.to_owned(),
        media_type: media_type.to_owned(),
        bytes: 4000,
        width: None,
        height: None,
        credit: None,
        ai: None,
        focus: None,
    }
}

fn figure(name: &str) -> Figure {
    Figure {
        asset: Digest::of_bytes(name.as_bytes()),
        alt: format!("{name} 的说明"),
        caption: Some("图说".into()),
        credit: Some("记者 摄".into()),
    }
}

/// Every kind of block, nested where nesting changes the leaves.
#[expect(clippy::too_many_lines, reason = "a table of what a sample item holds")]
pub(super) fn everything() -> Content {
    let cell = |t: &str| Cell::plain(t);
    let item = |t: &str, children| ListItem {
        number: None,
        text: vec![Inline::plain(t)],
        children,
    };
    let nested = Block::List {
        ordered: true,
        numbering: Default::default(),
        items: vec![item("内一", None), item("内二", None)],
    };
    let clip = Clip {
        asset: Digest::of_bytes(b"v.mp4"),
        title: "现场视频".into(),
        transcript: Some("文字稿".into()),
        poster: None,
    };
    let body = vec![
        para("第一段 <b>&amp; “引号”\n换行\u{3000}"),
        Block::Heading {
            level: 1,
            text: vec![Inline::plain("小标题")],
        },
        Block::List {
            ordered: false,
            numbering: Default::default(),
            items: vec![item("外一", Some(Box::new(nested))), item("外二", None)],
        },
        Block::Quote {
            blocks: vec![
                para("引文"),
                Block::Figure {
                    figure: figure("b.jpg"),
                },
            ],
        },
        Block::Table {
            caption: Some("表题".into()),
            header: 1,
            align: Vec::new(),
            rows: vec![vec![cell("甲"), cell("乙")], vec![cell("1"), cell("")]],
        },
        Block::Figure {
            figure: figure("a.jpg"),
        },
        Block::Gallery {
            figures: vec![figure("a.jpg"), figure("b.jpg")],
        },
        Block::Video { media: clip },
        Block::Chart {
            chart: Chart {
                kind: ChartKind::Bar,
                title: "接待人次".into(),
                unit: "万".into(),
                labels: vec!["一月".into(), "二月".into()],
                series: vec![Series {
                    name: "今年".into(),
                    values: vec!["1".into(), "2.5".into()],
                }],
            },
        },
        Block::Callout {
            kind: CalloutKind::Deadline,
            title: Some("截止".into()),
            blocks: vec![
                para("五月一日"),
                Block::Figure {
                    figure: figure("b.jpg"),
                },
            ],
        },
        Block::QuestionAnswer {
            question: vec![Inline::plain("为什么？")],
            answer: vec![para("因为。")],
        },
        Block::Divider,
    ];
    let assets = [
        asset("a.jpg", "image/jpeg"),
        asset("b.jpg", "image/jpeg"),
        asset("v.mp4", "video/mp4"),
        asset("f.pdf", "application/pdf"),
    ];
    Content {
        title: "标题 <script>\"".into(),
        subtitle: Some("副题 & 更多".into()),
        unit: "临沂市文化和旅游局".into(),
        summary: Some("摘要".into()),
        body,
        disclosure: Some(Disclosure {
            manner: Some(Manner::Active),
            ..Disclosure::default()
        }),
        event: Some(Event {
            starts: at(0),
            ends: Some(at(2)),
            place: "大剧院".into(),
        }),
        guide: Some(ServiceGuide {
            matter: "事项".into(),
            office: "窗口".into(),
            conditions: None,
            materials: vec!["甲".into(), "乙".into()],
            time_limit: None,
            contact: None,
        }),
        ai: Some(yigao_core::AiUse::Generated),
        attachments: vec![Attachment {
            asset: Digest::of_bytes(b"f.pdf"),
            title: "附件1：表 <a>".into(),
        }],
        assets: assets.into_iter().map(|a| (a.digest.clone(), a)).collect(),
        ..Content::default()
    }
}

pub(super) fn input<'a>(
    version: &'a Version,
    destination: &'a DestinationId,
    intent: Intent,
) -> RenderInput<'a> {
    RenderInput {
        destination,
        intent,
        version,
        reason: Some("内容有误"),
        home: None,
        cover: None,
    }
}

pub(super) fn version(content: Content) -> Version {
    Version::new(ItemId::parse("item-1").unwrap(), 1, content)
}

pub(super) fn rendered(content: Content) -> Rendition {
    let (version, site) = (version(content), DestinationId::parse("site").unwrap());
    render(&settings(), &input(&version, &site, Intent::Publish))
        .rendition
        .unwrap()
}

/// An article as `publish` would store it, every file at `media/<name>`.
pub(super) fn stored(rendition: &Rendition) -> Article {
    let Payload::Article { mut text } = serde_json::from_value(rendition.payload.clone()).unwrap()
    else {
        unreachable!("an article was rendered");
    };
    let fills = rendition
        .slots
        .iter()
        .map(|s| (s.name(), "../../media/x".to_owned()))
        .collect();
    text.body = fill(&text.body, &fills).unwrap();
    let place = |name: &str| Placed {
        path: format!("media/{name}"),
        digest: Digest::of_bytes(name.as_bytes()),
        bytes: 1,
        width: None,
        height: None,
    };
    let media: BTreeMap<String, Placed> = rendition
        .media
        .iter()
        .map(|d| (d.name.clone(), place(&d.name)))
        .collect();
    Article {
        marker: "mark-1".into(),
        item: "item-1".into(),
        version: 1,
        path: "news/2026/item-1.html".into(),
        published_at: at(0),
        updated_at: at(0),
        text: *text,
        media,
    }
}
