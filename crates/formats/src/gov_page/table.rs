//! The table above a document: labels and values in cells, in any order and with gaps.

use std::collections::BTreeMap;

use yigao_core::{Finding, Severity};

use super::chrome;
use crate::problem::words;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Label {
    IndexNumber,
    Publisher,
    Catalogue,
    Dated,
    DocumentNumber,
    Manner,
    Title,
    Created,
    Validity,
    Overview,
    Keywords,
    /// Known, so that it is no value of the label before it; not kept.
    Other,
}

const LABELS: [(&str, Label); 32] = [
    ("索引号", Label::IndexNumber),
    ("索 引 号", Label::IndexNumber),
    ("发布机构", Label::Publisher),
    ("发布单位", Label::Publisher),
    ("发文机关", Label::Publisher),
    ("发文单位", Label::Publisher),
    ("公开目录", Label::Catalogue),
    ("主题分类", Label::Catalogue),
    ("信息分类", Label::Catalogue),
    ("发布日期", Label::Dated),
    ("发布时间", Label::Dated),
    ("发文日期", Label::Dated),
    ("文号", Label::DocumentNumber),
    ("文 号", Label::DocumentNumber),
    ("发文字号", Label::DocumentNumber),
    ("公开方式", Label::Manner),
    ("标题", Label::Title),
    ("标 题", Label::Title),
    ("名称", Label::Title),
    ("信息名称", Label::Title),
    ("成文日期", Label::Created),
    ("生成日期", Label::Created),
    ("有效性", Label::Validity),
    ("效力状态", Label::Validity),
    ("内容概述", Label::Overview),
    ("内容概要", Label::Overview),
    ("主题词", Label::Keywords),
    ("关键词", Label::Keywords),
    ("公开范围", Label::Other),
    ("公开时限", Label::Other),
    ("生效日期", Label::Other),
    ("废止日期", Label::Other),
];

impl Label {
    /// As pages print it.
    pub(crate) fn name(self) -> &'static str {
        LABELS
            .iter()
            .find(|(_, label)| *label == self)
            .map_or("", |(name, _)| name)
    }
}

/// A page taken apart.
#[derive(Debug, Default)]
pub(crate) struct Page {
    pub fields: BTreeMap<Label, String>,
    /// Lines after the table, without what belongs to the site.
    pub body: Vec<String>,
    /// Lines above the table.
    above: usize,
}

impl Page {
    /// Says that lines above the table were left out.
    pub(crate) fn dropped(&self) -> Option<Finding> {
        (self.above > 0).then(|| {
            Finding::new(
                Severity::Note,
                "lines_dropped",
                "body",
                words(
                    format!("信息表之前的 {} 行按网站导航处理，没有导入。", self.above),
                    format!(
                        "{} lines above the table were taken for navigation and left out.",
                        self.above
                    ),
                ),
                words(
                    "如其中有正文，请移到信息表之后。",
                    "Move them below the table if they belong to the text.",
                ),
            )
        })
    }
}

/// Takes a page apart: what stands above the table, the table, what follows.
pub(crate) fn read(text: &str) -> Page {
    let mut page = Page::default();
    for line in text.lines() {
        let row = if page.body.is_empty() {
            row(line)
        } else {
            None
        };
        if let Some(cells) = row {
            for (label, value) in cells {
                page.fields.entry(label).or_insert(value);
            }
            continue;
        }
        let Some(line) = chrome::stripped(line) else {
            continue;
        };
        if page.fields.is_empty() {
            page.above += 1;
        } else {
            page.body.push(line);
        }
    }
    page.fields.remove(&Label::Other);
    page
}

/// The pairs of a row of the table; `None` when the line is none. A cell that is itself a label means that the
/// value before it is missing: `文号 | 公开方式 | 主动公开 |`.
fn row(line: &str) -> Option<Vec<(Label, String)>> {
    let cells: Vec<&str> = line.split('|').map(str::trim).collect();
    let (_, inline) = label(cells.first()?)?;
    // A line of the text may begin with such a word: a row has bars, or a colon right behind the label.
    if cells.len() < 2 && inline.is_none() {
        return None;
    }
    let mut pairs = Vec::new();
    let mut rest = cells.into_iter().peekable();
    while let Some(cell) = rest.next() {
        let Some((name, inline)) = label(cell) else {
            continue;
        };
        let value = match inline {
            Some(value) => Some(value),
            None => rest.next_if(|next| label(next).is_none()),
        };
        match value {
            Some(value) if !value.is_empty() => pairs.push((name, value.to_owned())),
            _ => {}
        }
    }
    // A row of empty values is a row all the same.
    Some(pairs)
}

/// The label a cell is, with the value behind its colon if one stands there.
fn label(cell: &str) -> Option<(Label, Option<&str>)> {
    LABELS.iter().find_map(|(name, label)| {
        let rest = cell.strip_prefix(name)?.trim_start();
        if rest.is_empty() {
            return Some((*label, None));
        }
        let value = rest.strip_prefix(['：', ':'])?.trim();
        Some((*label, (!value.is_empty()).then_some(value)))
    })
}

/// Whether a cell is a label and nothing more.
pub(crate) fn is_label(cell: &str) -> bool {
    LABELS.iter().any(|(name, _)| *name == cell)
}
