//! What goes before and after the text, as blocks of it: a centre gets one text and no fields.

use yigao_core::{
    AiUse, Content, Inline,
    block::{Block, CalloutKind, Cell, Figure, ListItem},
    closing,
    item::{Disclosure, ServiceGuide},
    time::minute_in_shanghai,
};

fn paragraph(text: impl Into<String>) -> Block {
    Block::Paragraph {
        text: vec![Inline::plain(text)],
    }
}

/// The whole text in reading order.
pub(crate) fn whole(content: &Content, byline: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    if content.ai == Some(AiUse::Generated) {
        blocks.push(paragraph("（本文由人工智能生成）"));
    }
    if let Some(event) = &content.event {
        let ends = event.ends.map(minute_in_shanghai);
        let ends = ends.map(|ends| format!(" 至 {ends}")).unwrap_or_default();
        let starts = minute_in_shanghai(event.starts);
        blocks.push(Block::Callout {
            kind: CalloutKind::Note,
            title: None,
            blocks: vec![
                paragraph(format!("时间：{starts}{ends}")),
                paragraph(format!("地点：{}", event.place)),
            ],
        });
    }
    blocks.extend(without_clips(&closing::recognised(&content.body)));
    blocks.extend(content.guide.as_ref().map(guide));
    blocks.extend(content.disclosure.as_ref().and_then(disclosure));
    let attachments = content.attachments.iter();
    blocks.extend(attachments.map(|a| paragraph(format!("{}（另送）", a.title))));
    blocks.push(paragraph(format!("来源：{}", content.source())));
    blocks.push(paragraph(byline));
    blocks
}

fn guide(guide: &ServiceGuide) -> Block {
    let materials = (!guide.materials.is_empty()).then(|| guide.materials.join("；"));
    table([
        ("事项名称", Some(guide.matter.clone())),
        ("受理机构", Some(guide.office.clone())),
        ("受理条件", guide.conditions.clone()),
        ("申请材料", materials),
        ("办理时限", guide.time_limit.clone()),
        ("办理地点与电话", guide.contact.clone()),
    ])
}

/// Names and values of the disclosure fields that are there; `altIds` carry the same.
pub(crate) fn disclosure_fields(of: &Disclosure) -> Vec<(&'static str, String)> {
    let fields = [
        ("索引号", of.index_number.clone()),
        ("发布机构", of.publisher.clone()),
        ("公开目录", of.catalogue.clone()),
        ("文号", of.document_number.clone()),
        ("公开方式", of.manner.map(|m| m.zh().to_owned())),
        ("成文日期", of.created.map(|d| d.to_string())),
        ("有效性", of.validity.map(|v| v.zh().to_owned())),
    ];
    fields
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
}

fn disclosure(of: &Disclosure) -> Option<Block> {
    let fields = disclosure_fields(of);
    (!fields.is_empty()).then(|| rows(fields))
}

fn table<const N: usize>(fields: [(&'static str, Option<String>); N]) -> Block {
    rows(
        fields
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)))
            .collect(),
    )
}

fn rows(fields: Vec<(&'static str, String)>) -> Block {
    let cell = |text: String| Cell::plain(text);
    Block::Table {
        caption: None,
        header: 0,
        align: Vec::new(),
        rows: fields
            .into_iter()
            .map(|(name, value)| vec![cell(name.to_owned()), cell(value)])
            .collect(),
    }
}

/// The same blocks with labels in the place of pictures: 【图1】 and so on, by `number`.
pub(crate) fn marked(blocks: &[Block], number: &dyn Fn(&Figure) -> Option<usize>) -> Vec<Block> {
    let marker = |figure: &Figure| number(figure).map(|n| paragraph(marker(n, figure)));
    replaced(blocks, &|block| match block {
        Block::Figure { figure } => Some(marker(figure).into_iter().collect()),
        Block::Gallery { figures } => Some(figures.iter().filter_map(marker).collect()),
        _ => None,
    })
}

fn marker(number: usize, figure: &Figure) -> String {
    let credit = figure.credit.as_ref().map(|credit| format!("（{credit}）"));
    format!(
        "【图{number}】{}{}",
        figure.caption.as_deref().unwrap_or(&figure.alt),
        credit.unwrap_or_default()
    )
}

/// Video and audio are not sent with the text: their titles and transcripts are.
fn without_clips(blocks: &[Block]) -> Vec<Block> {
    replaced(blocks, &|block| {
        let (what, media) = match block {
            Block::Video { media } => ("视频", media),
            Block::Audio { media } => ("音频", media),
            _ => return None,
        };
        let title = paragraph(format!("【{what}：{}】（另送）", media.title));
        let words = media.transcript.iter();
        let words = words.map(|words| paragraph(format!("文字稿：{words}")));
        Some(std::iter::once(title).chain(words).collect())
    })
}

/// The same blocks with some replaced, at any depth.
fn replaced(blocks: &[Block], with: &dyn Fn(&Block) -> Option<Vec<Block>>) -> Vec<Block> {
    let below = |blocks: &[Block]| replaced(blocks, with);
    let mut out = Vec::with_capacity(blocks.len());
    for block in blocks {
        match (with(block), block) {
            (Some(others), _) => out.extend(others),
            (None, Block::Quote { blocks }) => out.push(Block::Quote {
                blocks: below(blocks),
            }),
            (
                None,
                Block::Callout {
                    kind,
                    title,
                    blocks,
                },
            ) => out.push(Block::Callout {
                kind: *kind,
                title: title.clone(),
                blocks: below(blocks),
            }),
            (None, Block::QuestionAnswer { question, answer }) => {
                out.push(Block::QuestionAnswer {
                    question: question.clone(),
                    answer: below(answer),
                });
            }
            (
                None,
                Block::List {
                    ordered,
                    numbering,
                    items,
                },
            ) => {
                let items = items.iter().map(|item| ListItem {
                    number: item.number,
                    text: item.text.clone(),
                    children: item.children.as_ref().and_then(|child| {
                        let blocks = below(std::slice::from_ref(child.as_ref()));
                        blocks.into_iter().next().map(Box::new)
                    }),
                });
                out.push(Block::List {
                    ordered: *ordered,
                    numbering: *numbering,
                    items: items.collect(),
                });
            }
            (None, other) => out.push(other.clone()),
        }
    }
    out
}
