//! Markdown text into blocks. The parser is a loop and so is this builder: depth is a number, not the stack.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, LinkType, Options, Parser, Tag, TagEnd};
use yigao_core::{
    Block, Finding, Inline, Severity,
    block::{Cell, DEPTH_MAX, ListItem},
};

use super::{
    Reading,
    blocks::{Frame, Made, grouped, is_question},
    bold,
    directive::{self, Fenced},
    inline::{Collected, Picture, Runs},
    media, say,
};
use crate::{problem::words, rules};

/// Reads Markdown whose first line is line `first` of the file, `depth` levels below the body.
pub(crate) fn read(reading: &mut Reading<'_>, source: &str, first: usize, depth: usize) -> Vec<Block> {
    let source = bold::mend(source);
    let starts = std::iter::once(0).chain(source.match_indices('\n').map(|(at, _)| at + 1)).collect();
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
    for (event, range) in Parser::new_ext(&source, Options::ENABLE_TABLES).into_offset_iter() {
        builder.event(event, range);
        if builder.stopped {
            break;
        }
    }
    grouped(builder.made)
}

struct Code {
    info: Option<String>,
    text: String,
}

#[derive(Default)]
struct Rows {
    width: usize,
    rows: Vec<Vec<Cell>>,
}

struct Builder<'r, 'b, 's> {
    reading: &'r mut Reading<'b>,
    source: &'s str,
    /// Where each line begins.
    starts: Vec<usize>,
    first: usize,
    depth: usize,
    made: Vec<Made>,
    frames: Vec<Frame>,
    runs: Runs,
    code: Option<Code>,
    table: Option<Rows>,
    /// Too deep or too long: what follows is not looked at.
    stopped: bool,
}

impl Builder<'_, '_, '_> {
    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, &range),
            Event::End(tag) => self.end(tag, &range),
            Event::Text(text) => match &mut self.code {
                Some(code) => code.text.push_str(&text),
                None => self.text(&text, &range),
            },
            Event::Code(text) => {
                self.note("code_as_text", &range, "行内代码按普通文字处理", "inline code is taken as plain text");
                self.text(&text, &range);
            }
            Event::Html(html) | Event::InlineHtml(html) => self.html(&html, &range),
            Event::SoftBreak => self.runs.soft_break(),
            Event::HardBreak => self.runs.push("\n"),
            Event::Rule => self.add(Block::Divider, &range),
            // None of their options is on.
            Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::FootnoteReference(_)
            | Event::TaskListMarker(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>, range: &Range<usize>) {
        match tag {
            Tag::BlockQuote(_) => self.open(Frame::Quote { blocks: Vec::new() }, range),
            Tag::List(number) => {
                self.item_text(range);
                if number.is_some_and(|n| n != 1) {
                    self.list_start(range);
                }
                self.open(Frame::List { ordered: number.is_some(), items: Vec::new() }, range);
            }
            Tag::Item => self.frames.push(Frame::Item { text: Vec::new(), children: None }),
            Tag::CodeBlock(kind) => {
                self.item_text(range);
                let info = match kind {
                    CodeBlockKind::Indented => None,
                    CodeBlockKind::Fenced(info) => Some(info.into_string()),
                };
                self.code = Some(Code { info, text: String::new() });
            }
            Tag::Table(columns) => {
                self.item_text(range);
                self.table = Some(Rows { width: columns.len(), rows: Vec::new() });
            }
            Tag::HtmlBlock => self.item_text(range),
            Tag::TableHead | Tag::TableRow => self.row(range),
            Tag::Emphasis => self.runs.marks.italic += 1,
            Tag::Strong => self.runs.marks.bold += 1,
            Tag::Link { link_type, dest_url, .. } => self.link(link_type, &dest_url, range),
            Tag::Image { dest_url, title, .. } => self.picture(&dest_url, &title, range),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd, range: &Range<usize>) {
        match tag {
            TagEnd::Paragraph => self.paragraph(range),
            TagEnd::Heading(level) => self.heading(level as u8, range),
            TagEnd::BlockQuote(_) => {
                if let Some(Frame::Quote { blocks }) = self.frames.pop() {
                    self.add(Block::Quote { blocks: grouped(blocks) }, range);
                }
            }
            TagEnd::List(_) => {
                if let Some(Frame::List { ordered, items }) = self.frames.pop() {
                    self.add(Block::List { ordered, items }, range);
                }
            }
            TagEnd::Item => {
                self.item_text(range);
                if let Some(Frame::Item { text, children }) = self.frames.pop()
                    && let Some(Frame::List { items, .. }) = self.frames.last_mut()
                {
                    items.push(ListItem { text, children });
                }
            }
            TagEnd::CodeBlock => self.fenced(range),
            // Tags alone in a line: what they open ends here, or is said.
            TagEnd::HtmlBlock => drop(self.collected()),
            TagEnd::Table => {
                if let Some(Rows { rows, .. }) = self.table.take() {
                    self.add(Block::Table { caption: None, header: 1, rows }, range);
                }
            }
            TagEnd::TableCell => {
                let text = self.collected().text;
                if let Some(row) = self.table.as_mut().and_then(|table| table.rows.last_mut()) {
                    row.push(Cell { text });
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
    fn open(&mut self, frame: Frame, range: &Range<usize>) {
        if self.level() > DEPTH_MAX {
            self.too_deep(range);
        } else {
            self.frames.push(frame);
        }
    }

    /// The level a block would have here, from 1.
    fn level(&self) -> usize {
        let around = self.frames.iter().filter(|f| !matches!(f, Frame::Item { .. })).count();
        self.depth + around + 1
    }

    fn too_deep(&mut self, range: &Range<usize>) {
        let problem = rules::too_deep(self.reading.file).at(self.line(range));
        self.reading.problem(problem);
        self.stopped = true;
    }

    fn line(&self, range: &Range<usize>) -> usize {
        self.first + self.starts.partition_point(|start| *start <= range.start).saturating_sub(1)
    }

    fn add(&mut self, block: Block, range: &Range<usize>) {
        self.add_made(Made { block, question: false }, range);
    }

    fn add_made(&mut self, made: Made, range: &Range<usize>) {
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
            Some(Frame::Item { children: children @ None, .. }) if matches!(made.block, Block::List { .. }) => {
                *children = Some(Box::new(made.block));
            }
            Some(Frame::Item { .. } | Frame::List { .. }) => {
                let problem = say::list_holds_block(self.reading.file).at(line);
                self.reading.problem(problem);
            }
        }
    }

    fn paragraph(&mut self, range: &Range<usize>) {
        if matches!(self.frames.last(), Some(Frame::Item { .. })) {
            return self.item_text(range);
        }
        let source = self.source.get(range.clone()).unwrap_or_default();
        let Collected { text, pictures, .. } = self.collected_with_pictures();
        if pictures.is_empty() {
            // A comment alone leaves nothing.
            if !text.is_empty() {
                let question = is_question(source, &text);
                self.add_made(Made { block: Block::Paragraph { text }, question }, range);
            }
        } else if text.iter().all(|run| run.text.trim().is_empty()) {
            if let Some(block) = media::pictures(self.reading, pictures) {
                self.add(block, range);
            }
        } else {
            let problem = say::picture_in_text(self.reading.file).at(self.line(range));
            self.reading.problem(problem);
        }
    }

    fn heading(&mut self, level: u8, range: &Range<usize>) {
        let text = self.collected().text;
        if level > rules::HEADING_MAX {
            self.note("heading_too_low", range, "标题最多四级，已按第四级处理", "headings have four levels; taken as the fourth");
        }
        self.add(Block::Heading { level: level.min(rules::HEADING_MAX), text }, range);
    }

    /// Hands what was collected to the item it belongs to.
    fn item_text(&mut self, range: &Range<usize>) {
        if !matches!(self.frames.last(), Some(Frame::Item { .. })) {
            return;
        }
        let more = self.collected().text;
        let Some(Frame::Item { text, children }) = self.frames.last_mut() else { return };
        if more.is_empty() {
            return;
        }
        if children.is_some() {
            let problem = say::list_holds_block(self.reading.file).at(self.line(range));
            self.reading.problem(problem);
            return;
        }
        if !text.is_empty() {
            super::inline::append(text, Inline::plain("\n"));
        }
        more.into_iter().for_each(|run| super::inline::append(text, run));
    }

    /// What was collected, pictures refused.
    fn collected(&mut self) -> Collected {
        let collected = self.collected_with_pictures();
        if let Some(picture) = collected.pictures.first() {
            let problem = say::picture_in_text(self.reading.file).at(picture.line);
            self.reading.problem(problem);
        }
        collected
    }

    fn collected_with_pictures(&mut self) -> Collected {
        let collected = self.runs.finish();
        for (tag, line) in &collected.unclosed {
            let problem = say::unclosed_tag(self.reading.file, tag).at(*line);
            self.reading.problem(problem);
        }
        collected
    }

    fn text(&mut self, text: &str, range: &Range<usize>) {
        let clean = self.reading.sieve.text("body", text);
        // Two wide spaces before a paragraph are layout, unless written as an entity on purpose.
        let literal = self.source.get(range.clone()) == Some(text);
        if literal && self.runs.is_empty() && self.runs.picture.is_none() {
            self.runs.push(clean.trim_start_matches(['\u{3000}', '\u{a0}']));
        } else {
            self.runs.push(&clean);
        }
    }

    fn html(&mut self, html: &str, range: &Range<usize>) {
        let trimmed = html.trim();
        if trimmed.is_empty() {
            return;
        }
        if trimmed.starts_with("<!--") {
            return self.note("comment_dropped", range, "注释没有导入", "a comment was left out");
        }
        let line = self.line(range);
        let inner = trimmed.trim_start_matches('<').trim_end_matches('>').trim().to_ascii_lowercase();
        if matches!(inner.trim_end_matches('/').trim_end(), "br") {
            return self.runs.push("\n");
        }
        let (name, closes) = inner.strip_prefix('/').map_or((inner.as_str(), false), |name| (name, true));
        let open = self.runs.tags.iter().rposition(|(tag, _)| tag == name);
        match (self.runs.marks.tag(name), closes, open) {
            (Some(count), false, _) => {
                *count += 1;
                self.runs.tags.push((name.to_owned(), line));
            }
            (Some(count), true, Some(at)) => {
                *count = count.saturating_sub(1);
                self.runs.tags.remove(at);
            }
            (Some(_), true, None) => {
                let problem = say::unclosed_tag(self.reading.file, name).at(line);
                self.reading.problem(problem);
            }
            (None, ..) => {
                let problem = say::raw_html(self.reading.file, trimmed).at(line);
                self.reading.problem(problem);
            }
        }
    }

    fn link(&mut self, kind: LinkType, address: &str, range: &Range<usize>) {
        let mail = kind == LinkType::Email && !address.starts_with("mailto:");
        let address = if mail { format!("mailto:{address}") } else { address.to_owned() };
        if rules::link_fits(&address) {
            self.runs.link = Some(address);
        } else {
            let problem = rules::bad_link(self.reading.file, &address).at(self.line(range));
            self.reading.problem(problem);
        }
    }

    fn picture(&mut self, file: &str, title: &str, range: &Range<usize>) {
        let line = self.line(range);
        match &mut self.runs.picture {
            Some((_, nested)) => *nested += 1,
            None => {
                let picture = Picture { file: file.to_owned(), alt: String::new(), title: title.to_owned(), line };
                self.runs.picture = Some((picture, 0));
            }
        }
    }

    fn picture_done(&mut self) {
        match self.runs.picture.take() {
            Some((picture, nested)) if nested > 0 => self.runs.picture = Some((picture, nested - 1)),
            Some((picture, _)) => self.runs.pictures.push(picture),
            None => {}
        }
    }

    /// A new row; what the parser would cut off is counted first.
    fn row(&mut self, range: &Range<usize>) {
        let line = self.line(range);
        let source = self.source.get(range.clone()).unwrap_or_default();
        let Some(table) = &mut self.table else { return };
        table.rows.push(Vec::new());
        if cells(source) > table.width {
            let problem = say::row_too_long(self.reading.file).at(line);
            self.reading.problem(problem);
        }
    }

    fn fenced(&mut self, range: &Range<usize>) {
        let Some(Code { info, text }) = self.code.take() else { return };
        let line = self.line(range);
        let Some(info) = info else {
            return self.indented(&text, line, range);
        };
        let source = self.source.get(range.clone()).unwrap_or_default().trim_end();
        if !(source.ends_with("```") || source.ends_with("~~~")) || !source.contains('\n') {
            let problem = say::unclosed_fence(self.reading.file).at(line);
            self.reading.problem(problem);
            return;
        }
        let level = self.level();
        if level > DEPTH_MAX {
            return self.too_deep(range);
        }
        let fenced = Fenced { info: &info, text: &text, line, level };
        if let Some(block) = directive::read(self.reading, &fenced) {
            self.add(block, range);
        }
    }

    /// Paragraphs indented by four spaces, as in print: Markdown takes them for code, their authors do not.
    fn indented(&mut self, text: &str, line: usize, range: &Range<usize>) {
        self.note("indented_paragraph", range, "段首空格已去掉", "spaces before a paragraph were taken away");
        let flush: String = text.lines().map(|line| format!("{}\n", line.trim_start())).collect();
        let depth = self.level().saturating_sub(1);
        for block in read(self.reading, &flush, line, depth) {
            self.add(block, range);
        }
    }

    fn list_start(&mut self, range: &Range<usize>) {
        self.note("list_start_lost", range, "编号列表一律从 1 开始", "numbered lists begin with 1");
    }

    fn note(&mut self, code: &str, range: &Range<usize>, zh: &str, en: &str) {
        let line = self.line(range);
        let severity = if code == "list_start_lost" { Severity::Warn } else { Severity::Note };
        let says = words(format!("第 {line} 行：{zh}。"), format!("Line {line}: {en}."));
        let fix = words("如不合意，请改写这一行。", "Write the line differently if that is not meant.");
        self.reading.findings.push(Finding::new(severity, code, "body", says, fix));
    }
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
