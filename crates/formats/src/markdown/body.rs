//! Markdown text into blocks. The parser is a loop and so is this builder: depth is a number, not the stack.

use std::ops::Range;

use pulldown_cmark::{Alignment, CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use yigao_core::{
    Block, Finding, Severity,
    block::{Align, Cell, DEPTH_MAX, ListItem},
};

use super::{
    Reading,
    blocks::{Frame, Made, grouped},
    coverage::Coverage,
    inline::Runs,
    lists, mend, say,
};
use crate::{problem::words, rules};

/// Most problems and most notes that are said of one text.
pub(super) const SAID_MAX: usize = 200;
/// What is read beyond CommonMark.
pub(super) const OPTIONS: Options = Options::ENABLE_TABLES.union(Options::ENABLE_FOOTNOTES);

/// Reads Markdown whose first line is line `first` of the file, `depth` levels below the body.
pub(crate) fn read(
    reading: &mut Reading<'_>,
    source: &str,
    first: usize,
    depth: usize,
) -> Vec<Block> {
    let (mended, said) = mend::mend(source, &|name| reading.shelf.is_file(name));
    for said in said {
        reading.said(&said, first);
    }
    // Notes may be defined outside of the fence that refers to them.
    let end = mended.len();
    let source = reading.notes.with_definitions(mended, depth);
    let starts = std::iter::once(0)
        .chain(source.match_indices('\n').map(|(at, _)| at + 1))
        .collect();
    let mut builder = Builder {
        reading,
        source: &source,
        starts,
        first,
        depth,
        made: Vec::new(),
        frames: Vec::new(),
        runs: Runs::default(),
        code: None,
        table: None,
        stopped: false,
    };
    let mut coverage = Coverage::default();
    let mut events = Parser::new_ext(&source, OPTIONS).into_offset_iter();
    for (event, range) in events.by_ref() {
        if range.start >= end {
            break;
        }
        coverage.event(&source, &event, &range);
        builder.event(event, range);
        // Nobody reads more, and a hostile text could make millions.
        if builder.stopped || builder.reading.problems.len() >= SAID_MAX {
            break;
        }
    }
    if !builder.stopped && builder.reading.problems.is_empty() {
        for (_, definition) in events.reference_definitions().iter() {
            coverage.take(definition.span.clone());
        }
        let lost = coverage.lost(&source, end);
        for range in lost.into_iter().take(SAID_MAX) {
            let words = source.get(range.clone()).unwrap_or_default();
            let problem = say::text_lost(builder.reading.file, words).at(builder.line(&range));
            builder.reading.problem(problem);
        }
    }
    grouped(builder.made)
}

pub(super) struct Code {
    pub(super) info: Option<String>,
    pub(super) text: String,
}

#[derive(Default)]
pub(super) struct Rows {
    align: Vec<Align>,
    width: usize,
    rows: Vec<Vec<Cell>>,
}

pub(super) struct Builder<'r, 'b, 's> {
    pub(super) reading: &'r mut Reading<'b>,
    pub(super) source: &'s str,
    /// Where each line begins.
    pub(super) starts: Vec<usize>,
    pub(super) first: usize,
    pub(super) depth: usize,
    pub(super) made: Vec<Made>,
    pub(super) frames: Vec<Frame>,
    pub(super) runs: Runs,
    pub(super) code: Option<Code>,
    pub(super) table: Option<Rows>,
    /// Too deep or too long: what follows is not examined.
    pub(super) stopped: bool,
}

impl Builder<'_, '_, '_> {
    pub(super) fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, &range),
            Event::End(tag) => self.end(tag, &range),
            Event::Text(text) => match &mut self.code {
                Some(code) => code.text.push_str(&text),
                None => self.text(&text, &range),
            },
            Event::Code(text) => {
                self.note(
                    "code_as_text",
                    &range,
                    "行内代码按普通文字处理",
                    "inline code is taken as plain text",
                );
                self.text(&text, &range);
            }
            Event::Html(html) | Event::InlineHtml(html) => self.html(&html, &range),
            Event::SoftBreak => self.runs.soft_break(),
            Event::HardBreak => self.runs.push("\n"),
            Event::Rule => self.add(Block::Divider, &range),
            Event::FootnoteReference(label) => {
                let number = self.reading.notes.refer(&label);
                self.runs.note(number);
            }
            // None of their options is on.
            Event::InlineMath(_) | Event::DisplayMath(_) | Event::TaskListMarker(_) => {}
        }
    }

    pub(super) fn start(&mut self, tag: Tag<'_>, range: &Range<usize>) {
        match tag {
            Tag::BlockQuote(_) => self.open(Frame::Quote { blocks: Vec::new() }, range),
            Tag::List(number) => {
                self.item_text(range);
                let numbering = number.map(|number| self.numbering(number, range));
                self.open(
                    Frame::List {
                        numbering,
                        typed: Vec::new(),
                        items: Vec::new(),
                    },
                    range,
                );
            }
            Tag::Item => self.item(range),
            Tag::FootnoteDefinition(label) => self.note_begins(&label, range),
            Tag::CodeBlock(kind) => {
                self.item_text(range);
                let info = match kind {
                    CodeBlockKind::Indented => None,
                    CodeBlockKind::Fenced(info) => Some(info.into_string()),
                };
                self.code = Some(Code {
                    info,
                    text: String::new(),
                });
            }
            Tag::Table(columns) => {
                self.item_text(range);
                self.table = Some(Rows {
                    align: aligned(&columns),
                    width: columns.len(),
                    rows: Vec::new(),
                });
            }
            Tag::HtmlBlock => self.item_text(range),
            Tag::TableHead | Tag::TableRow => self.row(range),
            Tag::Emphasis => self.runs.marks.italic += 1,
            Tag::Strong => self.runs.marks.bold += 1,
            Tag::Link {
                link_type,
                dest_url,
                title,
                ..
            } => {
                if !title.is_empty() {
                    self.note(
                        "link_title_dropped",
                        range,
                        "链接的提示文字没有导入",
                        "the title of a link was left out",
                    );
                }
                self.link(link_type, &dest_url, range);
            }
            Tag::Image {
                dest_url, title, ..
            } => self.picture(&dest_url, &title, range),
            _ => {}
        }
    }

    pub(super) fn end(&mut self, tag: TagEnd, range: &Range<usize>) {
        match tag {
            TagEnd::Paragraph => self.paragraph(range),
            TagEnd::Heading(level) => self.heading(level as u8, range),
            TagEnd::BlockQuote(_) => {
                if let Some(Frame::Quote { blocks }) = self.frames.pop() {
                    self.add(
                        Block::Quote {
                            blocks: grouped(blocks),
                        },
                        range,
                    );
                }
            }
            TagEnd::List(_) => {
                if let Some(Frame::List {
                    numbering,
                    typed,
                    items,
                }) = self.frames.pop()
                {
                    self.add(lists::made(numbering, &typed, items), range);
                }
            }
            TagEnd::Item => {
                self.item_text(range);
                if let Some(Frame::Item { text, children }) = self.frames.pop()
                    && let Some(Frame::List { items, .. }) = self.frames.last_mut()
                {
                    items.push(ListItem {
                        number: None,
                        text,
                        children,
                    });
                }
            }
            TagEnd::FootnoteDefinition => self.note_ends(),
            TagEnd::CodeBlock => self.fenced(range),
            // Tags alone in a line: what they open ends here, or is said.
            TagEnd::HtmlBlock => drop(self.collected()),
            TagEnd::Table => {
                if let Some(Rows { align, rows, .. }) = self.table.take() {
                    self.add(
                        Block::Table {
                            caption: None,
                            header: 1,
                            align,
                            rows,
                        },
                        range,
                    );
                }
            }
            TagEnd::TableCell => {
                let text = self.collected().text;
                self.leftovers(&text, range, false);
                if let Some(row) = self.table.as_mut().and_then(|table| table.rows.last_mut()) {
                    row.push(Cell::new(text));
                }
            }
            TagEnd::Emphasis => self.runs.marks.italic = self.runs.marks.italic.saturating_sub(1),
            TagEnd::Strong => self.runs.marks.bold = self.runs.marks.bold.saturating_sub(1),
            TagEnd::Link => self.runs.link = None,
            TagEnd::Image => self.picture_done(),
            _ => {}
        }
    }

    /// Opens a quote or a list, unless that is one level too deep.
    pub(super) fn open(&mut self, frame: Frame, range: &Range<usize>) {
        if self.level() > DEPTH_MAX {
            self.too_deep(range);
        } else {
            self.frames.push(frame);
        }
    }

    /// The level a block would have here, from 1.
    pub(super) fn level(&self) -> usize {
        let around = self
            .frames
            .iter()
            .filter(|f| !matches!(f, Frame::Item { .. }))
            .count();
        self.depth + around + 1
    }

    pub(super) fn too_deep(&mut self, range: &Range<usize>) {
        let problem = rules::too_deep(self.reading.file).at(self.line(range));
        self.reading.problem(problem);
        self.stopped = true;
    }

    pub(super) fn line(&self, range: &Range<usize>) -> usize {
        self.first
            + self
                .starts
                .partition_point(|start| *start <= range.start)
                .saturating_sub(1)
    }

    pub(super) fn add(&mut self, block: Block, range: &Range<usize>) {
        self.add_made(
            Made {
                block,
                question: false,
            },
            range,
        );
    }

    pub(super) fn add_made(&mut self, made: Made, range: &Range<usize>) {
        let line = self.line(range);
        if self.level() > DEPTH_MAX {
            return self.too_deep(range);
        }
        let Some(left) = self.reading.blocks_left.checked_sub(1) else {
            let problem = rules::too_many_blocks(self.reading.file).at(line);
            self.reading.problem(problem);
            self.stopped = true;
            return;
        };
        self.reading.blocks_left = left;
        match self.frames.last_mut() {
            None => self.made.push(made),
            Some(Frame::Quote { blocks }) => blocks.push(made),
            Some(Frame::Item {
                children: children @ None,
                ..
            }) if matches!(made.block, Block::List { .. }) => {
                *children = Some(Box::new(made.block));
            }
            Some(Frame::Note { .. }) => {
                let problem = say::note_holds_block(self.reading.file).at(line);
                self.reading.problem(problem);
            }
            Some(Frame::Item { .. } | Frame::List { .. }) => {
                let problem = say::list_holds_block(self.reading.file).at(line);
                self.reading.problem(problem);
            }
        }
    }

    /// A new row; what the parser would cut off is counted first.
    pub(super) fn row(&mut self, range: &Range<usize>) {
        let line = self.line(range);
        let source = self.source.get(range.clone()).unwrap_or_default();
        let Some(table) = &mut self.table else { return };
        table.rows.push(Vec::new());
        if cells(source) > table.width {
            let problem = say::row_too_long(self.reading.file).at(line);
            self.reading.problem(problem);
        }
    }

    pub(super) fn note(&mut self, code: &str, range: &Range<usize>, zh: &str, en: &str) {
        let line = self.line(range);
        let quote = self.source.get(range.clone()).unwrap_or_default();
        let finding = said(line, Severity::Note, code, (zh, en), ADVICE).quoting(quote.trim());
        self.reading.finding(finding);
    }
}

/// What to do about a reading that is not meant.
const ADVICE: (&str, &str) = (
    "如不合意，请改写这一行。",
    "Write the line differently if that is not meant.",
);

/// A finding about a line of the body. The line is data; whoever shows the finding shows it once.
pub(super) fn said(
    line: usize,
    severity: Severity,
    code: &str,
    (zh, en): (&str, &str),
    advice: (&str, &str),
) -> Finding {
    let message = words(format!("{zh}。"), format!("{en}."));
    Finding::new(severity, code, "body", message, words(advice.0, advice.1)).at(line)
}

/// How the columns of a table are set; empty when nothing is stated.
fn aligned(columns: &[Alignment]) -> Vec<Align> {
    if columns.iter().all(|column| *column == Alignment::None) {
        return Vec::new();
    }
    columns
        .iter()
        .map(|column| match column {
            Alignment::None => Align::Auto,
            Alignment::Left => Align::Left,
            Alignment::Center => Align::Center,
            Alignment::Right => Align::Right,
        })
        .collect()
}

/// Cells of a table's line: `\|` stands within one.
fn cells(line: &str) -> usize {
    let line = line.trim();
    let line = line.strip_prefix('|').unwrap_or(line);
    let mut bars = 0;
    let mut escaped = false;
    let mut ends_in_bar = false;
    for c in line.chars() {
        ends_in_bar = c == '|' && !escaped;
        bars += usize::from(ends_in_bar);
        escaped = c == '\\' && !escaped;
    }
    bars + 1 - usize::from(ends_in_bar)
}
