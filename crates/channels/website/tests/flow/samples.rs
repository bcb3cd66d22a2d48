//! Items as a bureau writes them.

use yigao_core::{
    AiUse, Asset, Block, Content, Digest, Figure, Inline, ItemId, Kind, Timestamp,
    block::{CalloutKind, Cell, Chart, ChartKind, ListItem, Series},
    item::{Attachment, Disclosure, Event, Manner, Relation, RelationKind, ServiceGuide, Validity},
};

fn para(text: &str) -> Block {
    Block::Paragraph {
        text: vec![Inline::plain(text)],
    }
}

fn heading(text: &str) -> Block {
    Block::Heading {
        level: 1,
        text: vec![Inline::plain(text)],
    }
}

fn figure(name: &str, alt: &str, caption: Option<&str>) -> Figure {
    Figure {
        asset: Digest::of_bytes(name.as_bytes()),
        alt: alt.into(),
        caption: caption.map(str::to_owned),
        credit: caption.map(|_| "市文化和旅游局 供图".to_owned()),
    }
}

fn asset(name: &str, media_type: &str, bytes: u64) -> Asset {
    Asset {
        digest: Digest::of_bytes(name.as_bytes()),
        name: name.into(),
        media_type: media_type.into(),
        bytes,
        width: None,
        height: None,
        credit: None,
        ai: None,
        focus: None,
    }
}

fn table(caption: &str, rows: &[&[&str]]) -> Block {
    let cell = |t: &&str| Cell::plain(*t);
    Block::Table {
        caption: Some(caption.into()),
        header: 1,
        align: Vec::new(),
        rows: rows.iter().map(|r| r.iter().map(cell).collect()).collect(),
    }
}

fn base(kind: Kind, title: &str, summary: &str) -> Content {
    Content {
        kind,
        title: title.into(),
        summary: Some(summary.into()),
        unit: "临沂市文化和旅游局".into(),
        ..Content::default()
    }
}

fn with_assets(mut content: Content, assets: Vec<Asset>) -> Content {
    content.assets = assets.into_iter().map(|a| (a.digest.clone(), a)).collect();
    content
}

pub(crate) fn news() -> Content {
    let body = vec![
        para(
            "11月22日上午，2026年沂蒙文化旅游季在市文化中心开幕。本届文化旅游季以“乡村有戏 沂蒙有礼”为主题，为期四十天，全市 136 家文化场馆、景区和乡村旅游点参加，推出惠民演出、非遗展示、研学旅行、冬季康养等五大板块 210 余项活动。",
        ),
        Block::Figure {
            figure: figure(
                "n1",
                "开幕式上，演员在市文化中心广场表演沂蒙大调",
                Some("文化旅游季开幕式现场"),
            ),
        },
        para(
            "开幕式上，市文化和旅游局发布了冬季文旅惠民措施，向市民和游客发放总额 500 万元的文旅消费券；同时公布第六批市级非物质文化遗产代表性传承人名单，并为十家“乡村好时节”示范点授牌。",
        ),
        heading("让群众在家门口看好戏"),
        para(
            "记者在现场了解到，文化旅游季期间将有 120 场公益演出走进乡镇和社区，演出剧目由群众在“云上剧场”投票选出。兰陵县向城镇的王女士说：“以前看戏要进城，现在戏送到家门口，老人孩子都爱看。”",
        ),
        Block::Quote {
            blocks: vec![para("文化惠民不是送什么看什么，而是群众想看什么就送什么。")],
        },
        Block::Gallery {
            figures: vec![
                figure("n2", "老艺人展示临沭柳编", Some("临沭柳编展示")),
                figure("n3", "孩子们体验木版年画印制", Some("木版年画体验")),
                figure("n4", "冬季雪场上的游客", Some("冬季康养旅游")),
            ],
        },
        para(
            "据介绍，今年前三季度全市接待国内游客和旅游收入均实现两位数增长，其中乡村旅游占比达到三成以上。下一步，临沂市将持续推动文化和旅游深度融合，丰富优质产品供给。",
        ),
    ];
    let mut content = base(
        Kind::News,
        "2026年沂蒙文化旅游季开幕 五大板块210余项活动惠民利民",
        "本届文化旅游季以“乡村有戏 沂蒙有礼”为主题，为期四十天，推出惠民演出、非遗展示、研学旅行等五大板块 210 余项活动，发放 500 万元文旅消费券。",
    );
    content.body = body;
    content.source = Some("临沂日报".into());
    content.author = Some("本报记者".into());
    content.keywords = vec!["文化旅游季".into(), "惠民演出".into()];
    let mut drawn = asset("n4", "image/jpeg", 300_000);
    drawn.ai = Some(AiUse::Generated);
    with_assets(
        content,
        vec![
            asset("n1", "image/jpeg", 300_000),
            asset("n2", "image/jpeg", 300_000),
            asset("n3", "image/jpeg", 300_000),
            drawn,
        ],
    )
}

pub(crate) fn policy() -> Content {
    let mut content = base(
        Kind::Policy,
        "临沂市文化和旅游局关于印发《临沂市乡村旅游示范点管理办法》的通知",
        "明确乡村旅游示范点的申报条件、评定程序、扶持标准和动态管理要求。",
    );
    content.body = vec![
        para("各县区文化和旅游局、开发区有关部门，有关单位："),
        para("现将《临沂市乡村旅游示范点管理办法》印发给你们，请结合实际认真贯彻执行。"),
        heading("第一章 总则"),
        para(
            "第一条 为规范乡村旅游示范点的申报、评定和管理，推动乡村旅游高质量发展，根据有关规定，结合本市实际，制定本办法。",
        ),
        para("第二条 本办法适用于本市行政区域内乡村旅游示范点的申报、评定、扶持和监督管理。"),
        heading("第二章 扶持标准"),
        table(
            "乡村旅游示范点扶持标准",
            &[
                &[
                    "等级",
                    "年接待游客",
                    "从业农户",
                    "一次性奖补（万元）",
                    "复核周期",
                ],
                &["一级", "10 万人次以上", "50 户以上", "30", "三年"],
                &["二级", "5 万—10 万人次", "30 户以上", "15", "两年"],
                &["三级", "1 万—5 万人次", "10 户以上", "5", "一年"],
            ],
        ),
        Block::Callout {
            kind: CalloutKind::Deadline,
            title: Some("申报时间".into()),
            blocks: vec![para("2026年度申报截止日期为12月31日，逾期不予受理。")],
        },
        para("第三条 本办法自2027年1月1日起施行，有效期至2031年12月31日。"),
    ];
    content.disclosure = Some(Disclosure {
        index_number: Some("1585729837/wlj/2026-0000014".into()),
        publisher: Some("临沂市文化和旅游局".into()),
        catalogue: Some("规范性文件".into()),
        document_number: None,
        manner: Some(Manner::Active),
        manner_reason: None,
        created: Some("2026-11-20".parse().unwrap()),
        validity: Some(Validity::InForce),
        overview: Some("规范乡村旅游示范点的申报、评定和管理，明确扶持标准。".into()),
    });
    content.drafting_unit = Some("资源开发科".into());
    content.attachments = vec![
        Attachment {
            asset: Digest::of_bytes(b"f1"),
            title: "附件1：乡村旅游示范点申报表".into(),
        },
        Attachment {
            asset: Digest::of_bytes(b"f2"),
            title: "附件2：评定细则".into(),
        },
    ];
    with_assets(
        content,
        vec![
            asset(
                "f1",
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                48_213,
            ),
            asset("f2", "application/pdf", 2_300_000),
        ],
    )
}

#[expect(clippy::too_many_lines, reason = "a sample item is a table")]
pub(crate) fn interpretation() -> Content {
    let qa = |q: &str, a: Vec<Block>| Block::QuestionAnswer {
        question: vec![Inline::plain(q)],
        answer: a,
    };
    let mut content = base(
        Kind::Interpretation,
        "一问一答读懂《临沂市乡村旅游示范点管理办法》",
        "谁可以申报、怎样评定、有哪些扶持，逐条说明。",
    );
    content.body = vec![
        para(
            "近日，市文化和旅游局印发《临沂市乡村旅游示范点管理办法》。为便于社会公众理解，现就有关问题解读如下。",
        ),
        qa(
            "为什么要出台这个办法？",
            vec![para(
                "近年来全市乡村旅游点数量增长较快，但标准不一、重评轻管。办法统一了申报条件，建立了动态管理机制。",
            )],
        ),
        qa(
            "哪些村可以申报？",
            vec![
                para("同时符合下列条件的行政村或乡村旅游经营单位："),
                Block::List {
                    ordered: true,
                    numbering: Default::default(),
                    items: [
                        "有明确的经营主体；",
                        "年接待游客 1 万人次以上；",
                        "三年内没有安全责任事故。",
                    ]
                    .iter()
                    .map(|t| ListItem {
                        number: None,
                        text: vec![Inline::plain(*t)],
                        children: None,
                    })
                    .collect(),
                },
            ],
        ),
        qa(
            "有哪些扶持？",
            vec![para(
                "按一、二、三级分别给予 30 万元、15 万元、5 万元一次性奖补。",
            )],
        ),
        Block::Chart {
            chart: Chart {
                kind: ChartKind::Bar,
                title: "近三年全市乡村旅游接待量".into(),
                unit: "万人次".into(),
                labels: vec!["2023年".into(), "2024年".into(), "2025年".into()],
                series: vec![
                    Series {
                        name: "接待量".into(),
                        values: vec!["1820.5".into(), "2104.0".into(), "2386.2".into()],
                    },
                    Series {
                        name: "其中过夜".into(),
                        values: vec!["312.0".into(), "365.8".into(), "431.7".into()],
                    },
                ],
            },
        },
    ];
    content.ai = Some(AiUse::Generated);
    content.relations = vec![Relation {
        kind: RelationKind::Interprets,
        item: ItemId::parse("rules").unwrap(),
        title: Some("《管理办法》".into()),
    }];
    content
}

fn event() -> Content {
    let mut content = base(
        Kind::Event,
        "“冬日暖阳”周末音乐会（第十二期）",
        "市文化中心小剧场，免费入场，先到先得。",
    );
    content.subtitle = Some("民族管弦乐专场".into());
    content.body = vec![
        para(
            "本期音乐会由市歌舞团民乐队演出，曲目包括《春江花月夜》《丰收锣鼓》《沂蒙山小调》等。",
        ),
        Block::Gallery {
            figures: vec![
                figure("e1", "二胡独奏", Some("往期演出：二胡独奏")),
                figure("e2", "乐队合奏", Some("往期演出：乐队合奏")),
                figure("e3", "观众席", Some("往期演出：观众席")),
                figure("e4", "谢幕", Some("往期演出：谢幕")),
            ],
        },
        Block::Callout {
            kind: CalloutKind::Note,
            title: Some("入场须知".into()),
            blocks: vec![para("请提前二十分钟入场，一米二以下儿童须由家长陪同。")],
        },
    ];
    content.event = Some(Event {
        starts: Timestamp::from_second(1_796_470_200).unwrap(),
        ends: Some(Timestamp::from_second(1_796_475_600).unwrap()),
        place: "临沂市文化中心小剧场（北城新区府右路）".into(),
    });
    with_assets(
        content,
        ["e1", "e2", "e3", "e4"]
            .iter()
            .map(|n| asset(n, "image/jpeg", 200_000))
            .collect(),
    )
}

fn guide() -> Content {
    let mut content = base(
        Kind::Guide,
        "导游证核发办事指南",
        "导游证申请条件、材料、时限和办理地点。",
    );
    content.body = vec![para(
        "符合条件的申请人可以网上申请，也可以到窗口办理，不收取费用。",
    )];
    content.guide = Some(ServiceGuide {
        matter: "导游证核发".into(),
        office: "市行政审批服务局文旅窗口".into(),
        conditions: Some("取得导游人员资格证，并与旅行社订立劳动合同或者在旅游行业组织注册".into()),
        materials: vec![
            "身份证".into(),
            "导游人员资格证".into(),
            "劳动合同或注册证明".into(),
            "健康证明".into(),
        ],
        time_limit: Some("自受理之日起 5 个工作日".into()),
        contact: Some("北城新区市民服务中心二楼，0539-0000000".into()),
    });
    content
}

/// The items of the sample site, in the order of their publication.
pub(crate) fn all() -> Vec<(String, Content)> {
    let mut out: Vec<(String, Content)> = (0..52)
        .map(|n| {
            let mut notice = base(
                Kind::Notice,
                &format!("关于2026年第{}批市级文化惠民项目评审结果的公示", n + 1),
                "公示期五个工作日。",
            );
            notice.body = vec![para(
                "经评审，现予公示。公示期内如有异议，请以书面形式反映。",
            )];
            (format!("old-notice-{n}"), notice)
        })
        .collect();
    let titles = [
        "市文化和旅游局召开冬季旅游安全工作会议",
        "全市公共图书馆服务效能提升现场会举行",
        "我市三个村入选全省乡村旅游重点村",
        "“云上剧场”上线一周年 点播突破三百万人次",
    ];
    for (n, title) in titles.iter().enumerate() {
        let mut short = base(Kind::News, title, "简讯。");
        short.body = vec![para(
            "会议强调，要压实责任，细化措施，确保各项工作落到实处。",
        )];
        out.push((format!("brief-{n}"), short));
    }
    out.extend([
        ("concert".to_owned(), event()),
        ("guide-card".to_owned(), guide()),
        ("rules".to_owned(), policy()),
        ("reading".to_owned(), interpretation()),
        ("season".to_owned(), news()),
    ]);
    out
}
