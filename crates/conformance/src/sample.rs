//! Sample items: what every adapter is tried with.

use std::collections::BTreeMap;

use bytes::Bytes;
use yigao_core::{
    Asset, Block, Content, DestinationId, Digest, Figure, Focus, Inline, ItemId, Kind, Timestamp,
    Version,
    block::{Align, Cell, ListItem, Note},
    item::{Disclosure, Event, Manner, Validity},
    numbering::{NumberStyle, Numbering},
};

/// The destination of every story.
pub const DESTINATION: &str = "here";
/// The place of record, whose address others print.
pub const HOME: &str = "site";

/// The destination of every story.
pub fn destination() -> DestinationId {
    DestinationId::parse(DESTINATION).expect("the name is a slug")
}

/// The place of record.
pub fn home() -> DestinationId {
    DestinationId::parse(HOME).expect("the name is a slug")
}

/// A valid JPEG of 8 × 8 grey pixels; `number` makes its bytes its own.
pub fn jpeg(number: u8) -> Bytes {
    let mut out = vec![0xFF, 0xD8];
    // A comment, so that pictures differ.
    out.extend_from_slice(&[0xFF, 0xFE, 0x00, 0x03, number]);
    // One quantisation table, all sixteens.
    out.extend_from_slice(&[0xFF, 0xDB, 0x00, 0x43, 0x00]);
    out.extend_from_slice(&[16; 64]);
    // Baseline, 8 bit, 8 × 8, one component.
    out.extend_from_slice(&[0xFF, 0xC0, 0x00, 0x0B, 8, 0, 8, 0, 8, 1, 1, 0x11, 0]);
    // Two Huffman tables with one code each: DC difference 0, and end of block.
    for class in [0x00, 0x10] {
        out.extend_from_slice(&[0xFF, 0xC4, 0x00, 0x14, class, 1]);
        out.extend_from_slice(&[0; 15]);
        out.push(0);
    }
    // The scan: two bits of code, six of padding.
    out.extend_from_slice(&[
        0xFF, 0xDA, 0x00, 0x08, 1, 1, 0x00, 0, 63, 0, 0x3F, 0xFF, 0xD9,
    ]);
    Bytes::from(out)
}

/// All media of the samples, by digest.
pub fn media() -> BTreeMap<Digest, Bytes> {
    (1..=3)
        .map(jpeg)
        .map(|bytes| (Digest::of_bytes(&bytes), bytes))
        .collect()
}

fn asset(number: u8) -> Asset {
    let bytes = jpeg(number);
    Asset {
        digest: Digest::of_bytes(&bytes),
        name: format!("图{number}.jpg"),
        media_type: "image/jpeg".into(),
        bytes: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
        width: Some(1_600),
        height: Some(1_200),
        credit: Some("李四 摄".into()),
        ai: None,
        focus: None,
    }
}

fn figure(number: u8) -> Figure {
    Figure {
        asset: asset(number).digest,
        alt: format!("古城夜景之{number}"),
        caption: Some(format!("图{number}：华灯初上的古城")),
        credit: Some("李四 摄".into()),
    }
}

fn paragraph(text: &str) -> Block {
    Block::Paragraph {
        text: vec![Inline::plain(text)],
    }
}

fn assets(numbers: &[u8]) -> BTreeMap<Digest, Asset> {
    numbers
        .iter()
        .map(|n| asset(*n))
        .map(|a| (a.digest.clone(), a))
        .collect()
}

fn content(kind: Kind, title: &str, body: Vec<Block>) -> Content {
    Content {
        kind,
        title: title.into(),
        summary: Some("古城夜游季本周六开幕，市民可免费预约。".into()),
        unit: "临沂市文化和旅游局".into(),
        author: Some("张三".into()),
        column: Some("news".into()),
        body,
        ..Content::default()
    }
}

fn version(item: &str, number: u32, content: Content) -> Version {
    let item = ItemId::parse(item).expect("the name is a slug");
    Version::new(item, number, content)
}

/// A news item with three pictures.
pub fn news() -> Version {
    let body = vec![
        paragraph("11月24日，古城夜游季新闻发布会举行。现场“人气”高涨，预约通道当日开放 🎉。"),
        Block::Figure { figure: figure(1) },
        Block::Heading {
            level: 1,
            text: vec![Inline::plain("怎样预约")],
        },
        Block::List {
            ordered: true,
            numbering: Default::default(),
            items: ["打开预约页面", "填写人数", "到场出示二维码"]
                .map(|text| ListItem {
                    number: None,
                    text: vec![Inline::plain(text)],
                    children: None,
                })
                .to_vec(),
        },
        Block::Gallery {
            figures: vec![figure(2), figure(3)],
        },
        Block::Paragraph {
            text: vec![
                Inline::plain("详情见"),
                Inline {
                    text: "预约须知".into(),
                    bold: true,
                    link: Some("https://www.example.gov.cn/notice?id=1&from=hub".into()),
                    ..Inline::default()
                },
                Inline::plain("。"),
            ],
        },
    ];
    let content = Content {
        assets: assets(&[1, 2, 3]),
        ..content(Kind::News, "古城夜游季本周六开幕", body)
    };
    version("night-tour", 1, content)
}

/// The same item with a word put right and a picture less.
pub fn news_corrected() -> Version {
    let mut content = news().content;
    content.title = "古城夜游季本周日开幕".into();
    // A site may print it above the text.
    content.summary = Some("古城夜游季本周日开幕，市民可免费预约。".into());
    content
        .body
        .retain(|block| !matches!(block, Block::Gallery { .. }));
    content
        .body
        .insert(0, paragraph("更正：开幕时间为11月29日（周日）。"));
    content.assets = assets(&[1]);
    version("night-tour", 2, content)
}

/// A policy document with a table and its disclosure metadata.
pub fn policy() -> Version {
    let cell = |text: &str| Cell::plain(text);
    let row = |cells: [&str; 3]| cells.map(cell).to_vec();
    let body = vec![
        paragraph("各县区文化和旅游局："),
        Block::Table {
            caption: Some("补助标准".into()),
            header: 1,
            align: Vec::new(),
            rows: vec![
                row(["类别", "标准（元）", "名额"]),
                row(["演出", "20000", "10"]),
                row(["展览", "8000", "25"]),
            ],
        },
        paragraph("本办法自印发之日起施行，有效期三年。"),
    ];
    let content = Content {
        disclosure: Some(Disclosure {
            index_number: Some("lyswhhlyj/2026-0000123".into()),
            publisher: Some("临沂市文化和旅游局".into()),
            document_number: Some("临文旅字〔2026〕18号".into()),
            manner: Some(Manner::Active),
            validity: Some(Validity::InForce),
            ..Disclosure::default()
        }),
        column: Some("policy".into()),
        ..content(Kind::Policy, "关于印发《群众文化活动补助办法》的通知", body)
    };
    version("subsidy", 1, content)
}

/// Questions and answers.
pub fn questions() -> Version {
    let body = vec![
        Block::QuestionAnswer {
            question: vec![Inline::plain("补助怎样申请？")],
            answer: vec![paragraph("向所在县区文化和旅游局提出。")],
        },
        Block::QuestionAnswer {
            question: vec![Inline::plain("多久答复？")],
            answer: vec![paragraph("自受理之日起二十个工作日。")],
        },
    ];
    let content = Content {
        column: Some("policy".into()),
        ..content(Kind::Interpretation, "一问一答：群众文化活动补助办法", body)
    };
    version("subsidy-qa", 1, content)
}

/// An event with time and place.
pub fn event() -> Version {
    let starts = Timestamp::from_second(1_796_000_400).unwrap_or(Timestamp::UNIX_EPOCH);
    let content = Content {
        event: Some(Event {
            starts,
            ends: None,
            place: "市文化馆一楼剧场".into(),
        }),
        column: Some("notice".into()),
        ..content(
            Kind::Event,
            "公益演出：沂蒙小调专场",
            vec![
                paragraph("免费入场，先到先得。"),
                Block::Figure { figure: figure(2) },
            ],
        )
    };
    let content = Content {
        assets: assets(&[2]),
        ..content
    };
    version("folk-song", 1, content)
}

/// A document with every form that documents have: numbers of lists, merged cells, columns set, notes, emphasis marks, a
/// closing, a picture with its focus.
pub fn document() -> Version {
    let item = |text: &str| ListItem {
        text: vec![Inline::plain(text)],
        ..ListItem::default()
    };
    let list = |start, style, items: &[&str]| Block::List {
        ordered: true,
        numbering: Numbering { start, style },
        items: items.iter().map(|text| item(text)).collect(),
    };
    let merged = |text: &str, rowspan, colspan| Cell {
        rowspan,
        colspan,
        ..Cell::plain(text)
    };
    let body = vec![
        Block::Paragraph {
            text: vec![
                Inline::plain("全市人均藏书1.2册"),
                Inline::note(1),
                Inline::plain("，"),
                Inline {
                    emphasis_mark: true,
                    ..Inline::plain("逾期不予受理")
                },
                Inline::plain("，展柜1200*600*900毫米。"),
            ],
        },
        list(3, NumberStyle::Decimal, &["演出安全预案", "演职人员名单"]),
        list(1, NumberStyle::Bracket, &["初审", "复审"]),
        list(2, NumberStyle::ChineseBracket, &["公示", "办结"]),
        list(1, NumberStyle::Circled, &["县级", "市级"]),
        Block::Table {
            caption: Some("演出场次".into()),
            header: 2,
            align: vec![Align::Auto, Align::Auto, Align::Center],
            rows: vec![
                vec![merged("县区", 2, 1), merged("场次", 1, 2)],
                ["上半年", "下半年"].map(Cell::plain).to_vec(),
                ["云溪县", "40", "60"].map(Cell::plain).to_vec(),
                vec![Cell::plain("合计"), merged("100", 1, 2)],
            ],
        },
        Block::Figure { figure: figure(1) },
        Block::Closing {
            units: vec!["临沂市文化和旅游局".into(), "临沂市财政局".into()],
            date: "2026年11月24日".into(),
        },
        Block::Notes {
            notes: vec![
                Note {
                    text: vec![Inline::plain("按常住人口计算，另见"), Inline::note(2)],
                },
                Note {
                    text: vec![Inline::plain("《全省年鉴》第12页。")],
                },
            ],
        },
    ];
    let mut assets = assets(&[1]);
    for asset in assets.values_mut() {
        asset.focus = Some(Focus { x: 50, y: 20 });
    }
    let content = Content {
        assets,
        column: Some("policy".into()),
        ..content(Kind::Notice, "关于开展年度核验的通知", body)
    };
    version("annual-check", 1, content)
}

/// Every sample.
pub fn versions() -> Vec<Version> {
    vec![news(), policy(), questions(), event(), document()]
}

/// The text that must never come out as markup.
pub const HOSTILE: &str = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>";

/// An item whose every text is an attack.
pub fn hostile() -> Version {
    let attack = || {
        vec![Inline {
            text: HOSTILE.into(),
            bold: true,
            link: Some("javascript:alert(3)".into()),
            ..Inline::default()
        }]
    };
    let mut bad = figure(1);
    bad.alt = HOSTILE.into();
    bad.caption = Some(HOSTILE.into());
    bad.credit = Some(HOSTILE.into());
    let body = vec![
        Block::Paragraph { text: attack() },
        Block::Heading {
            level: 2,
            text: attack(),
        },
        Block::Figure { figure: bad },
        Block::Table {
            caption: Some(HOSTILE.into()),
            header: 1,
            align: Vec::new(),
            rows: vec![vec![Cell::new(attack())], vec![Cell::new(attack())]],
        },
        Block::QuestionAnswer {
            question: attack(),
            answer: vec![Block::Quote {
                blocks: vec![Block::Paragraph { text: attack() }],
            }],
        },
    ];
    let content = Content {
        // Short, so that no limit speaks before the escaping does.
        title: "<script>x</script>".into(),
        summary: Some("<script>y</script>".into()),
        assets: assets(&[1]),
        ..content(Kind::News, "", body)
    };
    version("hostile", 1, content)
}
