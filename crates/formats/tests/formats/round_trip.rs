//! What is written reads the same, for contents that try hard to be misread.

use std::collections::BTreeMap;

use proptest::{collection::vec, option, prelude::*, sample::select};
use yigao_core::{
    AiUse, Asset, Block, Content, DestinationId, Digest, Figure, Focus, Inline, ItemId, Kind,
    Timestamp, Version,
    block::{Align, CalloutKind, Cell, Chart, ChartKind, Clip, ListItem, Note, Series},
    item::{
        Attachment, Disclosure, Event, Manner, Override, Relation, RelationKind, ServiceGuide,
        Validity,
    },
    numbering::{NumberStyle, Numbering, STYLES},
};
use yigao_formats::{Format, read, write};

use crate::specimens::{asset, by_digest, picture};

/// The originals: three pictures, a film, a sound, a table.
struct Shelf {
    assets: Vec<Asset>,
    bytes: BTreeMap<Digest, Vec<u8>>,
}

fn shelf() -> Shelf {
    let pictures = [picture(1), picture(2), picture(3)];
    let film = b"\0\0\0\x18ftypisom\0\0\0\0".to_vec();
    let sound = b"ID3\x04\0\0".to_vec();
    let table = b"1,2\n".to_vec();
    let mut assets = vec![
        asset("a.jpg", "image/jpeg", &pictures[0]),
        asset("春 景(1) 100%.jpg", "image/jpeg", &pictures[1]),
        asset("A.jpg", "image/jpeg", &pictures[2]),
        asset("f [*_] #.mp4", "video/mp4", &film),
        asset("s\"'&amp;.mp3", "audio/mpeg", &sound),
        asset("a%20b.csv", "text/plain", &table),
    ];
    assets[0].credit = Some("文化馆: \"甲\"".to_owned());
    assets[1].ai = Some(AiUse::Assisted);
    assets[1].focus = Focus::new(50, 20);
    let bytes = by_digest(
        pictures
            .iter()
            .chain([&film, &sound, &table])
            .map(Vec::as_slice),
    );
    Shelf { assets, bytes }
}

/// Text of pieces that mean something to Markdown, YAML, HTML or CSV.
#[expect(clippy::too_many_lines, reason = "a table of pieces")]
fn text() -> impl Strategy<Value = String> {
    let pieces = select(vec![
        "文",
        "旅",
        "。",
        "，",
        "：",
        "“",
        "”",
        "《",
        "》",
        "a",
        "B1",
        "1",
        "12",
        "1.",
        "2)",
        "-",
        "+",
        "*",
        "**",
        "***",
        "_",
        "__",
        "~",
        "~~~",
        "`",
        "```",
        "```callout note",
        "#",
        "## ",
        "> ",
        "|",
        "| - |",
        "\\",
        "\\n",
        "&",
        "&amp;",
        "&#35;",
        "<",
        ">",
        "<b>",
        "</u>",
        "<br>",
        "<!--",
        "[",
        "](",
        "![",
        "]",
        "(",
        ")",
        "http://a.cn",
        "!",
        "\"",
        "'",
        ":",
        ": ",
        "---",
        "===",
        "问：",
        "答：",
        "@",
        "$",
        "%20",
        "{",
        "}",
        ",",
        ";",
        "?",
        "=",
        " ",
        "  ",
        "\u{3000}",
        "\u{a0}",
        "null",
        "true",
        "~",
        "𠮷",
        "é",
        "…",
    ]);
    vec(pieces, 1..8).prop_map(|pieces| pieces.concat())
}

/// The same with line breaks.
fn lines() -> impl Strategy<Value = String> {
    vec(text(), 1..4).prop_map(|lines| lines.join("\n"))
}

/// A text without white space at its ends.
fn trimmed() -> impl Strategy<Value = String> {
    text().prop_map(|text| format!("题{}尾", text.trim()))
}

fn inlines() -> impl Strategy<Value = Vec<Inline>> {
    let link = option::weighted(
        0.2,
        select(vec![
            "https://a.cn/x?a=1&b=2#c",
            "mailto:a@b.cn",
            "tel:0000-123",
            "http://a.cn/(x)_*y*|<z>\\\"'",
        ]),
    );
    let mark = || prop::bool::weighted(0.15);
    let marks = (mark(), mark(), mark(), mark(), mark(), mark());
    let run =
        (lines(), prop::bool::weighted(0.4), marks, link).prop_map(|(text, bold, marks, link)| {
            Inline {
                text,
                bold: bold || marks.0,
                italic: marks.1,
                underline: marks.2,
                superscript: marks.3,
                subscript: marks.4,
                emphasis_mark: marks.5,
                note: None,
                link: link.map(str::to_owned),
            }
        });
    vec(run, 1..5).prop_map(|runs| {
        let mut joined: Vec<Inline> = Vec::new();
        for run in runs {
            match joined.last_mut() {
                Some(last)
                    if (Inline {
                        text: String::new(),
                        ..last.clone()
                    }) == (Inline {
                        text: String::new(),
                        ..run.clone()
                    }) =>
                {
                    last.text.push_str(&run.text);
                }
                _ => joined.push(run),
            }
        }
        joined
    })
}

fn figure(assets: &[Asset]) -> impl Strategy<Value = Figure> + use<> {
    let pictures = assets[..3].to_vec();
    (
        select(pictures),
        prop_oneof![Just(String::new()), lines()],
        option::of(lines()),
        any::<bool>(),
        option::of(text()),
    )
        .prop_map(|(asset, alt, caption, own, credit)| Figure {
            asset: asset.digest,
            alt,
            caption,
            credit: if own { asset.credit } else { credit },
        })
}

fn clip(asset: &Asset, poster: &Asset) -> impl Strategy<Value = Clip> + use<> {
    let (asset, poster) = (asset.digest.clone(), poster.digest.clone());
    (
        trimmed(),
        option::of(lines().prop_map(|text| format!("说{text}"))),
        any::<bool>(),
    )
        .prop_map(move |(title, transcript, with)| Clip {
            asset: asset.clone(),
            title,
            transcript,
            poster: with.then(|| poster.clone()),
        })
}

fn chart() -> impl Strategy<Value = Chart> {
    let kind = select(vec![ChartKind::Bar, ChartKind::Line, ChartKind::Pie]);
    let unit = prop_oneof![Just(String::new()), lines()];
    (kind, lines(), unit, 1_usize..4, 1_usize..3).prop_flat_map(
        |(kind, title, unit, labels, series)| {
            let value = select(vec!["0", "-1.50", "1000000", "3.14"]).prop_map(str::to_owned);
            let series = vec((lines(), vec(value, labels)), series);
            (
                vec(prop_oneof![Just(String::new()), lines()], labels),
                series,
            )
                .prop_map(move |(labels, series)| Chart {
                    kind,
                    title: title.clone(),
                    unit: unit.clone(),
                    labels,
                    series: series
                        .into_iter()
                        .map(|(name, values)| Series { name, values })
                        .collect(),
                })
        },
    )
}

fn table() -> impl Strategy<Value = Block> {
    let shape = (1_usize..5, 1_usize..5, 0_usize..4, option::of(trimmed()));
    shape.prop_flat_map(|(width, height, header, caption)| {
        let cell = prop_oneof![Just(Vec::new()), inlines()].prop_map(Cell::new);
        let align = select(vec![Align::Auto, Align::Left, Align::Center, Align::Right]);
        let align = prop_oneof![Just(Vec::new()), vec(align, width)];
        let merge = option::of((0..height, 0..width, 1_usize..4, 1_usize..4));
        (vec(vec(cell, width), height), align, merge).prop_map(move |(mut rows, align, merge)| {
            let header = header.min(rows.len());
            if let Some((top, left, down, across)) = merge {
                let below = if top < header { header } else { rows.len() };
                merged(
                    &mut rows,
                    (top, left),
                    down.min(below - top),
                    across.min(width - left),
                );
            }
            let stated = align.iter().any(|align| *align != Align::Auto);
            Block::Table {
                caption: caption.clone(),
                header,
                align: if stated { align } else { Vec::new() },
                rows,
            }
        })
    })
}

/// Joins the cells of a rectangle to its first.
fn merged(rows: &mut [Vec<Cell>], (top, left): (usize, usize), down: usize, across: usize) {
    let first = &mut rows[top][left];
    first.rowspan = u32::try_from(down).unwrap();
    first.colspan = u32::try_from(across).unwrap();
    for (at, row) in rows.iter_mut().enumerate().skip(top).take(down) {
        row.drain(left + usize::from(at == top)..left + across);
    }
}

fn list() -> impl Strategy<Value = Block> {
    let item = |child: BoxedStrategy<Option<Box<Block>>>| {
        let text = prop_oneof![1 => Just(Vec::new()), 9 => inlines()];
        (text, child).prop_map(|(text, children)| ListItem {
            number: None,
            text,
            children,
        })
    };
    let start = || prop_oneof![4 => Just(1_u32), 1 => select(vec![0_u32, 3, 31])];
    // One item that states a number counts from it; a number of its own never follows from the one before.
    let made = |(ordered, start, skip, mut items): (bool, u32, Option<u32>, Vec<ListItem>)| {
        if let (Some(skip), true, Some(item)) = (skip, ordered, items.get_mut(1)) {
            item.number = Some(start + 2 + skip);
        }
        Block::List {
            ordered,
            numbering: Numbering {
                start: if ordered { start } else { 1 },
                style: NumberStyle::Decimal,
            },
            items,
        }
    };
    let skip = || option::weighted(0.2, 0_u32..20);
    let flat = (
        any::<bool>(),
        start(),
        skip(),
        vec(item(Just(None).boxed()), 1..12),
    )
        .prop_map(made);
    let nested = flat.prop_recursive(2, 8, 3, move |inner| {
        let child = option::of(inner.prop_map(Box::new)).boxed();
        (any::<bool>(), start(), skip(), vec(item(child), 1..3)).prop_map(made)
    });
    let style = || select(STYLES.map(|(_, style)| style).to_vec());
    (
        nested,
        option::weighted(0.4, (style(), style(), style(), style())),
    )
        .prop_map(|(mut list, styles)| {
            if let Some((a, b, c, d)) = styles {
                // Bullets outermost have only the styles that Markdown has signs for.
                let plain = matches!(list, Block::List { ordered: false, .. });
                let styles = [a, b, c, d].map(|style| match style {
                    NumberStyle::Decimal | NumberStyle::Bracket => style,
                    _ if plain => NumberStyle::Bracket,
                    _ => style,
                });
                styled(&mut list, &styles);
            }
            list
        })
}

/// Gives each level of numbered lists its style.
fn styled(list: &mut Block, styles: &[NumberStyle]) {
    let Block::List {
        ordered,
        numbering,
        items,
    } = list
    else {
        return;
    };
    let mut below = styles;
    if *ordered {
        numbering.style = styles[0];
        below = &styles[1..];
    }
    for item in items {
        if let Some(child) = item.children.as_deref_mut() {
            styled(child, below);
        }
    }
}

fn closing() -> impl Strategy<Value = Block> {
    let line = select(vec![
        "青川市文化和旅游局",
        "# 局",
        "~~~",
        "2026年3月2日",
        "二〇二六年",
    ]);
    (vec(line.clone(), 1..4), line).prop_map(|(units, date)| Block::Closing {
        units: units.into_iter().map(str::to_owned).collect(),
        date: date.to_owned(),
    })
}

/// A paragraph that refers to notes in order, and the notes, which may refer to each other.
fn notes() -> impl Strategy<Value = (Block, Block)> {
    vec(inlines(), 1..5).prop_map(|texts| {
        let mut text = vec![Inline::plain("文")];
        let mut notes: Vec<Note> = texts.into_iter().map(|text| Note { text }).collect();
        for number in (1..).take(notes.len()) {
            text.push(Inline::note(number));
            text.push(Inline::plain(": 续"));
        }
        notes[0].text.push(Inline::note(1));
        (Block::Paragraph { text }, Block::Notes { notes })
    })
}

fn block(assets: &[Asset]) -> impl Strategy<Value = Block> + use<> {
    let flat = prop_oneof![
        4 => inlines().prop_map(|text| Block::Paragraph { text }),
        2 => (1_u8..=4, inlines()).prop_map(|(level, text)| Block::Heading { level, text }),
        2 => list(),
        1 => table(),
        1 => figure(assets).prop_map(|figure| Block::Figure { figure }),
        1 => vec(figure(assets), 1..4).prop_map(|figures| Block::Gallery { figures }),
        1 => clip(&assets[3], &assets[0]).prop_map(|media| Block::Video { media }),
        1 => clip(&assets[4], &assets[1]).prop_map(|media| Block::Audio { media }),
        1 => chart().prop_map(|chart| Block::Chart { chart }),
        1 => Just(Block::Divider),
        1 => closing(),
    ];
    flat.prop_recursive(3, 12, 4, |inner| {
        let blocks = vec(inner, 0..4);
        let kind = select(vec![
            CalloutKind::Note,
            CalloutKind::Warning,
            CalloutKind::Deadline,
        ]);
        prop_oneof![
            vec(blocks.clone(), 1..2)
                .prop_map(|mut b| b.remove(0))
                .prop_filter("an empty quote is none", |b| !b.is_empty())
                .prop_map(|blocks| Block::Quote { blocks }),
            (kind, option::of(trimmed()), blocks.clone()).prop_map(|(kind, title, blocks)| {
                Block::Callout {
                    kind,
                    title,
                    blocks,
                }
            }),
            (inlines(), blocks)
                .prop_map(|(question, answer)| Block::QuestionAnswer { question, answer }),
        ]
    })
}

fn moment() -> impl Strategy<Value = Timestamp> {
    (0_i64..4_000_000_000, select(vec![0_i32, 1, 500_000_000]))
        .prop_map(|(second, nano)| Timestamp::new(second, nano).unwrap())
}

fn disclosure() -> impl Strategy<Value = Disclosure> {
    let texts = (option::of(text()), option::of(text()), option::of(lines()));
    let manner = option::of(select(vec![
        Manner::Active,
        Manner::OnRequest,
        Manner::Withheld,
    ]));
    let validity = option::of(select(vec![
        Validity::InForce,
        Validity::Repealed,
        Validity::Lapsed,
    ]));
    (texts, manner, validity, option::of(moment())).prop_map(
        |(texts, manner, validity, created)| Disclosure {
            index_number: texts.0,
            document_number: texts.1,
            overview: texts.2.clone(),
            manner_reason: texts.2,
            manner,
            validity,
            created: created.map(|at| at.to_zoned_datetime(yigao_core::time::shanghai()).date()),
            ..Disclosure::default()
        },
    )
}

#[expect(
    clippy::too_many_lines,
    reason = "one strategy for each field of an item"
)]
fn matter(assets: Vec<Asset>) -> impl Strategy<Value = Content> {
    let kinds = vec![
        Kind::News,
        Kind::Policy,
        Kind::Interpretation,
        Kind::Notice,
        Kind::Event,
        Kind::Guide,
    ];
    let first = (
        select(kinds),
        trimmed(),
        option::of(text()),
        option::of(lines()),
        trimmed(),
        vec(text(), 0..3),
    );
    let event = option::of((moment(), option::of(0_u32..9), trimmed()));
    let second = (
        event,
        option::of(disclosure()),
        option::of(moment()),
        option::of(lines()),
        any::<bool>(),
        option::of(text()),
    );
    let overriding = (option::of(text()), option::of(lines()), any::<bool>()).prop_map(
        |(title, summary, skip)| Override {
            title,
            summary,
            column: None,
            skip,
        },
    );
    (
        first,
        second,
        vec(
            (select(vec!["wechat", "0", "null", "a.b-c"]), overriding),
            0..3,
        ),
    )
        .prop_map(move |(first, second, overrides)| {
            let (event, disclosure, moment, more, flag, note) = second;
            Content {
                kind: first.0,
                title: first.1,
                subtitle: first.2.clone(),
                summary: first.3,
                unit: first.4,
                keywords: first.5,
                author: first.2,
                source: note.clone(),
                dated: moment.map(|at| at.to_zoned_datetime(yigao_core::time::shanghai()).date()),
                event: event.map(|(starts, ends, place)| Event {
                    starts,
                    ends: ends.map(|hours| {
                        yigao_core::time::later(
                            starts,
                            std::time::Duration::from_secs(u64::from(hours) * 3600),
                        )
                        .max(starts)
                    }),
                    place,
                }),
                disclosure,
                relations: note
                    .iter()
                    .map(|title| Relation {
                        kind: RelationKind::Replaces,
                        item: ItemId::parse("0").unwrap(),
                        title: Some(title.clone()),
                    })
                    .collect(),
                guide: more.map(|more| ServiceGuide {
                    matter: "办".to_owned(),
                    office: "局".to_owned(),
                    conditions: Some(more.clone()),
                    materials: vec![more],
                    time_limit: None,
                    contact: None,
                }),
                ai: flag.then_some(AiUse::Generated),
                embargo: moment,
                expires: moment,
                cover: flag.then(|| assets[2].digest.clone()),
                attachments: note
                    .into_iter()
                    .map(|title| Attachment {
                        asset: assets[5].digest.clone(),
                        title,
                    })
                    .collect(),
                assets: assets
                    .iter()
                    .map(|asset| (asset.digest.clone(), asset.clone()))
                    .collect(),
                overrides: overrides
                    .into_iter()
                    .map(|(name, given)| (DestinationId::parse(name).unwrap(), given))
                    .collect(),
                ..Content::default()
            }
        })
}

fn back(content: Content, format: Format, shelf: &Shelf) -> Result<(), TestCaseError> {
    let version = Version::new(ItemId::parse("spring").unwrap(), 1, content);
    let bundle = match write(&version, format, &|digest| shelf.bytes.get(digest).cloned()) {
        Ok(bundle) => bundle,
        Err(problem) => {
            return Err(TestCaseError::fail(format!(
                "{problem:?}\n{:#?}",
                version.content.body
            )));
        }
    };
    let draft =
        read(&bundle, format).map_err(|problems| TestCaseError::fail(format!("{problems:?}")))?;
    prop_assert_eq!(&draft.content.body, &version.content.body);
    prop_assert_eq!(Digest::of_json(&draft.content), version.digest);
    prop_assert_eq!(draft.files, shelf.bytes.clone());
    Ok(())
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        max_shrink_iters: 4_000,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config(200))]

    #[test]
    fn bodies_as_markdown(blocks in vec(block(&shelf().assets), 0..6), notes in option::weighted(0.3, notes())) {
        let shelf = shelf();
        let mut blocks = blocks;
        if let Some((first, last)) = notes {
            blocks.insert(0, first);
            blocks.push(last);
        }
        let assets = shelf.assets.iter().map(|asset| (asset.digest.clone(), asset.clone())).collect();
        let content = Content { title: "题".to_owned(), unit: "局".to_owned(), body: blocks, assets, ..Content::default() };
        back(content, Format::Markdown, &shelf)?;
    }
}

proptest! {
    #![proptest_config(config(80))]

    #[test]
    fn front_matter_as_markdown(content in matter(shelf().assets)) {
        back(content, Format::Markdown, &shelf())?;
    }

    #[test]
    fn everything_as_json(mut content in matter(shelf().assets), blocks in vec(block(&shelf().assets), 0..4)) {
        content.body = blocks;
        back(content, Format::Json, &shelf())?;
    }

    #[test]
    fn any_text_is_read_or_refused(text in vec(lines(), 0..20)) {
        let source = format!("{}{}", crate::specimens::MATTER, text.join("\n\n"));
        drop(read(&crate::specimens::bundle(&[("a.md", source.as_bytes())]), Format::Markdown));
        drop(read(&crate::specimens::bundle(&[("a.txt", source.as_bytes())]), Format::GovPage));
        drop(read(&crate::specimens::bundle(&[("a.html", source.as_bytes())]), Format::GovPage));
        drop(read(&crate::specimens::bundle(&[("item.json", source.as_bytes())]), Format::Json));
    }
}

#[test]
fn what_a_format_cannot_say_is_refused_and_named() {
    let shelf = shelf();
    let write_as = |content: Content, format| {
        let version = Version::new(ItemId::parse("spring").unwrap(), 1, content);
        write(&version, format, &|digest| shelf.bytes.get(digest).cloned()).unwrap_err()
    };
    let content = Content {
        title: "题".to_owned(),
        unit: "局".to_owned(),
        summary: Some(String::new()),
        ..Content::default()
    };
    let problem = write_as(content.clone(), Format::Markdown);
    assert_eq!(
        (problem.code.as_str(), problem.file.as_str()),
        ("not_expressible", "summary")
    );
    assert_eq!(
        write_as(content.clone(), Format::GovPage).code,
        "format_read_only"
    );
    let stray = asset("gone.csv", "text/plain", b"gone");
    let assets = BTreeMap::from([(stray.digest.clone(), stray)]);
    assert_eq!(
        write_as(
            Content {
                assets,
                summary: None,
                ..content
            },
            Format::Json
        )
        .code,
        "original_missing"
    );
}
