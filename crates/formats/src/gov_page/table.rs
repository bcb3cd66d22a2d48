//! The table above a document: labels and values in cells, in any order and with gaps.

use super::{chrome, html::LABEL_END};

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
    Source,
    /// Counters and buttons: the site's, never a value.
    Site,
    /// Known, so that it is no value of the label before it; not kept.
    Other,
}

const LABELS: [(&str, Label); 52] = [
    ("索引号", Label::IndexNumber),
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
    ("发文字号", Label::DocumentNumber),
    ("公开方式", Label::Manner),
    ("标题", Label::Title),
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
    ("来源", Label::Source),
    ("信息来源", Label::Source),
    ("文章来源", Label::Source),
    ("稿件来源", Label::Source),
    ("索引號", Label::IndexNumber),
    ("發布機構", Label::Publisher),
    ("發布日期", Label::Dated),
    ("文號", Label::DocumentNumber),
    ("標題", Label::Title),
    ("发稿时间", Label::Dated),
    ("浏览次数", Label::Site),
    ("阅读次数", Label::Site),
    ("访问次数", Label::Site),
    ("点击次数", Label::Site),
    ("点击数", Label::Site),
    ("浏览量", Label::Site),
    ("阅读量", Label::Site),
    ("字体", Label::Site),
    ("字号", Label::Site),
    ("字体大小", Label::Site),
    ("更新时间", Label::Site),
    ("分享到", Label::Site),
    ("保护视力色", Label::Site),
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

/// The pairs of a row of the table; `None` when the line is none. A cell that is itself a label means that the
/// value before it is missing: `文号 | 公开方式 | 主动公开 |`.
pub(crate) fn row(line: &str) -> Option<Vec<(Label, String)>> {
    let cells: Vec<&str> = line.split('|').map(str::trim).collect();
    cells_row(&cells)
}

/// The same for a row whose cells are known.
pub(crate) fn cells_row(cells: &[&str]) -> Option<Vec<(Label, String)>> {
    let (_, inline) = label(cells.first()?)?;
    // A line of the text may begin with such a word: a row has bars, or a colon right behind the label.
    if cells.len() < 2 && inline.is_none() {
        return None;
    }
    let mut pairs = Vec::new();
    let mut rest = cells.iter().flat_map(|cell| parted(cell)).peekable();
    while let Some(cell) = rest.next() {
        let Some((name, inline)) = label(cell) else {
            continue;
        };
        let value = match inline {
            Some(value) => Some(value),
            None => rest.next_if(|next| label(next).is_none()),
        };
        if let Some(value) = value.and_then(chrome::stripped) {
            pairs.push((name, value));
        }
    }
    // A row of empty values is a row all the same.
    Some(pairs)
}

/// A cell with several pairs in it, `来源：市局 发布日期：2026-03-02`, before each label.
fn parted(cell: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = cell;
    if label(cell).is_some() {
        let mut from = 0;
        let spaces = cell.match_indices(|c: char| c.is_whitespace());
        for (at, space) in spaces {
            let next = cell.get(at + space.len()..).unwrap_or_default();
            if label(next).is_some_and(|(_, inline)| inline.is_some()) {
                parts.push(cell.get(from..at).unwrap_or_default().trim());
                from = at + space.len();
                rest = next;
            }
        }
    }
    parts.push(rest.trim());
    parts
}

/// The label a cell is, with the value behind its colon if one stands there.
fn label(cell: &str) -> Option<(Label, Option<&str>)> {
    LABELS.iter().find_map(|(name, label)| {
        let rest = without_name(cell, name)?.trim_start();
        if rest.is_empty() {
            return Some((*label, None));
        }
        let value = rest.strip_prefix(['：', ':', LABEL_END])?;
        let value = value.trim_start_matches(LABEL_END).trim();
        Some((*label, (!value.is_empty()).then_some(value)))
    })
}

/// What follows the name of a label, which pages space out: 索 引 号.
fn without_name<'a>(cell: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = cell;
    for (index, c) in name.chars().filter(|c| !c.is_whitespace()).enumerate() {
        if index > 0 {
            rest = rest.trim_start();
        }
        rest = rest.strip_prefix(c)?;
    }
    Some(rest)
}

/// The label that a line is, and nothing more than a colon.
pub(crate) fn lone_label(line: &str) -> Option<Label> {
    let line = line.trim_end_matches(['：', ':', LABEL_END]).trim_end();
    LABELS
        .iter()
        .find(|(name, _)| without_name(line, name) == Some(""))
        .map(|(_, label)| *label)
}

/// Whether a cell is a label and nothing more.
pub(crate) fn is_label(cell: &str) -> bool {
    LABELS
        .iter()
        .any(|(name, _)| without_name(cell, name) == Some(""))
}
