//! The body of an item: blocks with inline text. Every channel renders from this, nothing else.

use serde::{Deserialize, Serialize};

use crate::{digest::Digest, numbering::Numbering};

/// Deepest nesting of blocks (quotes in callouts in lists) that is taken.
pub const DEPTH_MAX: usize = 8;
/// Most blocks of one body, nested ones included.
pub const BLOCKS_MAX: usize = 5_000;
/// Most notes of one body.
pub const NOTES_MAX: usize = 500;

/// One block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Block {
    /// 段落.
    Paragraph { text: Vec<Inline> },
    /// 标题 of level 1 (below the item's own title) to 4.
    Heading { level: u8, text: Vec<Inline> },
    /// 列表. The numbering counts when it is ordered.
    List {
        ordered: bool,
        #[serde(default, skip_serializing_if = "Numbering::is_default")]
        numbering: Numbering,
        items: Vec<ListItem>,
    },
    /// 引文.
    Quote { blocks: Vec<Self> },
    /// 表格. Cells cover each column of each row exactly once (see [`crate::grid::columns`]); `header` rows come first.
    Table {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        caption: Option<String>,
        header: usize,
        /// How each column is set; empty when none is stated.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        align: Vec<Align>,
        rows: Vec<Vec<Cell>>,
    },
    /// 图片.
    Figure { figure: Figure },
    /// 图集.
    Gallery { figures: Vec<Figure> },
    /// 视频: a file of the item.
    Video { media: Clip },
    /// 音频: a file of the item.
    Audio { media: Clip },
    /// 图表, as data: channels draw it or show the table.
    Chart { chart: Chart },
    /// 提示框.
    Callout {
        kind: CalloutKind,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        title: Option<String>,
        blocks: Vec<Self>,
    },
    /// 问答.
    QuestionAnswer {
        question: Vec<Inline>,
        answer: Vec<Self>,
    },
    /// 分隔线.
    Divider,
    /// 落款: the units that issue, and the day as written.
    Closing { units: Vec<String>, date: String },
    /// 注释, the last block of a body. [`Inline::note`] counts them from 1.
    Notes { notes: Vec<Note> },
}

/// One entry of a list, with a list nested below it, if any.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListItem {
    /// Its number, when that is not one more than the number before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<u32>,
    pub text: Vec<Inline>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub children: Option<Box<Block>>,
}

/// The label of each item of an ordered list, as in plain text.
pub fn number_labels(numbering: Numbering, items: &[ListItem]) -> Vec<String> {
    numbering.labels(items.iter().map(|item| item.number))
}

/// How a column is set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Align {
    /// Not stated: numbers at the right, all else at the left.
    #[default]
    Auto,
    Left,
    Center,
    Right,
}

/// One cell of a table. Places that it covers beside its own have no cell, as in HTML.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cell {
    pub text: Vec<Inline>,
    /// Rows it covers, at least 1.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub rowspan: u32,
    /// Columns it covers, at least 1.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub colspan: u32,
}

impl Cell {
    /// A cell of one row and one column.
    pub fn new(text: Vec<Inline>) -> Self {
        Self {
            text,
            rowspan: 1,
            colspan: 1,
        }
    }

    /// The same of text without marks.
    pub fn plain(text: impl Into<String>) -> Self {
        Self::new(vec![Inline::plain(text)])
    }
}

fn one() -> u32 {
    1
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde's skip_serializing_if hands out references"
)]
fn is_one(span: &u32) -> bool {
    *span == 1
}

/// One note of a body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Note {
    pub text: Vec<Inline>,
}

/// `[3]`: a note's number as readers see it, in the text and before the note.
pub fn note_label(number: u32) -> String {
    format!("[{number}]")
}

/// A picture with what people need who do not see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figure {
    /// Digest of the original; an asset of the item.
    pub asset: Digest,
    /// 替代文字.
    pub alt: String,
    /// 图说.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
    /// 来源 / 摄影.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit: Option<String>,
}

/// A video or audio file of the item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clip {
    pub asset: Digest,
    pub title: String,
    /// A transcript, for people who cannot hear it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transcript: Option<String>,
    /// A still picture of the item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub poster: Option<Digest>,
}

/// Numbers by label. Values are decimal texts, so that nothing is rounded on the way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chart {
    pub kind: ChartKind,
    pub title: String,
    pub unit: String,
    pub labels: Vec<String>,
    pub series: Vec<Series>,
}

/// One row of numbers of a chart, as long as the chart's labels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Series {
    pub name: String,
    pub values: Vec<String>,
}

/// How a chart is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChartKind {
    Bar,
    Line,
    Pie,
}

/// What a callout is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CalloutKind {
    Note,
    Warning,
    Deadline,
}

/// A run of text with the marks it carries.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inline {
    pub text: String,
    #[serde(default, skip_serializing_if = "is_false")]
    pub bold: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    pub italic: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    pub underline: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    pub superscript: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    pub subscript: bool,
    /// 着重号: a dot under each character.
    #[serde(default, skip_serializing_if = "is_false")]
    pub emphasis_mark: bool,
    /// Refers to the note of this number, from 1; the text is [`note_label`] of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<u32>,
    /// `http`, `https`, `mailto` or `tel` address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde's skip_serializing_if passes references"
)]
fn is_false(flag: &bool) -> bool {
    !*flag
}

impl Inline {
    /// Text without marks.
    pub fn plain(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }
}

impl Inline {
    /// The reference to note `number`: its label, raised.
    pub fn note(number: u32) -> Self {
        Self {
            superscript: true,
            note: Some(number),
            ..Self::plain(note_label(number))
        }
    }
}

/// The text of a run of inlines, marks dropped.
pub fn plain_text(inlines: &[Inline]) -> String {
    inlines.iter().map(|i| i.text.as_str()).collect()
}

/// Calls `visit` for each block, outer before inner, in reading order.
pub fn walk<'a>(blocks: &'a [Block], visit: &mut dyn FnMut(&'a Block)) {
    for block in blocks {
        visit(block);
        match block {
            Block::Quote { blocks } | Block::Callout { blocks, .. } => walk(blocks, visit),
            Block::QuestionAnswer { answer, .. } => walk(answer, visit),
            Block::List { items, .. } => {
                for item in items {
                    if let Some(child) = &item.children {
                        walk(std::slice::from_ref(child.as_ref()), visit);
                    }
                }
            }
            Block::Paragraph { .. }
            | Block::Heading { .. }
            | Block::Table { .. }
            | Block::Figure { .. }
            | Block::Gallery { .. }
            | Block::Video { .. }
            | Block::Audio { .. }
            | Block::Chart { .. }
            | Block::Divider
            | Block::Closing { .. }
            | Block::Notes { .. } => {}
        }
    }
}

/// Depth of the deepest block: 1 for a flat body, 0 for an empty one.
pub fn depth(blocks: &[Block]) -> usize {
    blocks
        .iter()
        .map(|block| {
            1 + match block {
                Block::Quote { blocks } | Block::Callout { blocks, .. } => depth(blocks),
                Block::QuestionAnswer { answer, .. } => depth(answer),
                Block::List { items, .. } => items
                    .iter()
                    .filter_map(|item| item.children.as_deref())
                    .map(|child| depth(std::slice::from_ref(child)))
                    .max()
                    .unwrap_or(0),
                _ => 0,
            }
        })
        .max()
        .unwrap_or(0)
}

/// Every picture of a body in reading order.
pub fn figures(blocks: &[Block]) -> Vec<&Figure> {
    let mut found = Vec::new();
    walk(blocks, &mut |block| match block {
        Block::Figure { figure } => found.push(figure),
        Block::Gallery { figures } => found.extend(figures),
        _ => {}
    });
    found
}
