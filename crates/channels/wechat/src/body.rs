//! The body as the platform lets it through: inline styles, no class or id, pictures of its own hosts, no outside links.
//! Page 内容规范 and what two open editors for this platform emit, read 2026-11. Every character of a style counts
//! towards the 20,000 that a body may have.

use std::fmt::Write as _;

use yigao_core::html::{escape, is_safe_link};
use yigao_core::{
    AiUse, Content, Digest, Figure, Inline, Slot,
    block::{Block, CalloutKind, Clip, Note, note_label},
};

mod list;
mod table;

use table::{CELL, HEAD};

/// One wrapper carries what holds for all text: the body's own style is lost.
const WRAP: &str = "font-size:16px;line-height:1.8;color:#333";
const GAP: &str = "margin:0 0 16px";

/// A body being written.
#[derive(Debug)]
pub(crate) struct Writer<'c> {
    content: &'c Content,
    /// Readers can go to the page of record.
    has_source: bool,
    pub(crate) out: String,
    /// Pictures in the order of their first appearance, with their alternative text.
    pub(crate) pictures: Vec<(Digest, String)>,
    /// Addresses of outside links, in the order of their numbers, which follow those of the notes.
    links: Vec<String>,
    /// Notes of the body.
    notes: usize,
    /// Videos and audios, which only the page of record can play.
    pub(crate) clips: usize,
}

impl<'c> Writer<'c> {
    pub(crate) fn new(content: &'c Content, has_source: bool) -> Self {
        Self {
            content,
            has_source,
            out: format!("<section style=\"{WRAP}\">"),
            pictures: Vec::new(),
            links: Vec::new(),
            notes: notes_of(&content.body),
            clips: 0,
        }
    }

    pub(crate) fn put(&mut self, text: std::fmt::Arguments<'_>) {
        // Writing into a `String` cannot fail.
        let written = self.out.write_fmt(text);
        debug_assert!(written.is_ok());
    }

    /// A paragraph of plain text in a style of its own.
    pub(crate) fn line(&mut self, style: &str, text: &str) {
        self.put(format_args!("<p style=\"{style}\">{}</p>", lines(text)));
    }

    /// A compact table of names and values; nothing when there are none.
    pub(crate) fn pairs(&mut self, rows: &[(&str, String)]) {
        if rows.is_empty() {
            return;
        }
        self.open_table();
        for (name, value) in rows {
            let (name, value) = (escape(name), lines(value));
            self.put(format_args!(
                "<tr><td style=\"{HEAD}\">{name}</td><td style=\"{CELL}\">{value}</td></tr>"
            ));
        }
        self.close_table();
    }

    pub(crate) fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            self.block(block);
        }
    }

    /// The numbered addresses, and the end of the wrapper.
    pub(crate) fn finish(mut self) -> Self {
        if !self.links.is_empty() {
            self.line("margin:24px 0 4px;font-size:14px;color:#666", "参考链接");
            for (at, link) in std::mem::take(&mut self.links).into_iter().enumerate() {
                let style = "margin:0;font-size:13px;color:#666;word-break:break-all";
                let number = self.notes + at + 1;
                self.line(style, &format!("[{number}] {link}"));
            }
        }
        self.out.push_str("</section>");
        self
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Paragraph { text } => {
                let text = self.inlines(text);
                self.put(format_args!("<p style=\"{GAP}\">{text}</p>"));
            }
            Block::Heading { level, text } => self.heading(*level, text),
            Block::List {
                ordered,
                numbering,
                items,
            } => self.list(ordered.then_some(*numbering), items),
            Block::Quote { blocks } => {
                self.put(format_args!("<blockquote style=\"{GAP};padding:4px 12px;border-left:3px solid #ccc;color:#666\">"));
                self.blocks(blocks);
                self.out.push_str("</blockquote>");
            }
            Block::Table {
                caption,
                header,
                align,
                rows,
            } => self.table(caption.as_deref(), *header, align, rows),
            Block::Figure { figure } => self.figure(figure),
            Block::Gallery { figures } => figures.iter().for_each(|f| self.figure(f)),
            Block::Video { media } => self.clip("视频", media),
            Block::Audio { media } => self.clip("音频", media),
            Block::Chart { chart } => self.chart(chart),
            Block::Callout {
                kind,
                title,
                blocks,
            } => self.callout(*kind, title.as_deref(), blocks),
            Block::QuestionAnswer { question, answer } => {
                let question = self.inlines(question);
                self.put(format_args!("<section style=\"{GAP};padding:12px;background:#f7f7f7\"><p style=\"margin:0 0 8px\"><strong>问：{question}</strong></p>"));
                self.blocks(answer);
                self.out.push_str("</section>");
            }
            Block::Divider => self
                .out
                .push_str("<hr style=\"border:none;border-top:1px solid #ddd;margin:24px 0\">"),
            Block::Closing { units, date } => {
                for line in units.iter().chain([date]).filter(|line| !line.is_empty()) {
                    self.line("margin:0 0 4px;text-align:right", line);
                }
            }
            Block::Notes { notes } => self.notes(notes),
        }
    }

    fn heading(&mut self, level: u8, text: &[Inline]) {
        let size = match level {
            0 | 1 => 20,
            2 => 18,
            _ => 16,
        };
        let tag = level.saturating_add(1).clamp(2, 5);
        let text = self.inlines(text);
        self.put(format_args!("<h{tag} style=\"margin:24px 0 12px;font-size:{size}px;font-weight:bold\">{text}</h{tag}>"));
    }

    /// Anchors do not survive there: the numbers alone lead to the notes.
    fn notes(&mut self, notes: &[Note]) {
        self.line("margin:24px 0 4px;font-size:14px;color:#666", "注释");
        for (number, note) in (1..).zip(notes) {
            let text = self.inlines(&note.text);
            self.put(format_args!(
                "<p style=\"margin:0;font-size:13px;color:#666\">{} {text}</p>",
                note_label(number)
            ));
        }
    }

    fn figure(&mut self, figure: &Figure) {
        let name = self.picture(figure);
        let token = Slot::Picture { name }.token();
        self.put(format_args!(
            "<figure style=\"{GAP};text-align:center\"><img src=\"{token}\" alt=\"{}\" style=\"max-width:100%\">",
            escape(&figure.alt)
        ));
        let mut caption = figure.caption.clone().unwrap_or_default();
        if let Some(credit) = &figure.credit {
            caption.push_str(&format!("（{credit}）"));
        }
        let asset = self.content.assets.get(&figure.asset);
        if asset.is_some_and(|a| a.ai == Some(AiUse::Generated)) {
            caption.push_str("（图片由人工智能生成）");
        }
        if !caption.is_empty() {
            let caption = lines(&caption);
            self.put(format_args!(
                "<figcaption style=\"font-size:14px;color:#666\">{caption}</figcaption>"
            ));
        }
        self.out.push_str("</figure>");
    }

    /// Name of a picture: the same file is one picture however often it occurs in the text.
    fn picture(&mut self, figure: &Figure) -> String {
        let known = self.pictures.iter().position(|(d, _)| *d == figure.asset);
        let at = known.unwrap_or_else(|| {
            self.pictures
                .push((figure.asset.clone(), figure.alt.clone()));
            self.pictures.len() - 1
        });
        format!("p{}", at + 1)
    }

    fn clip(&mut self, what: &str, media: &Clip) {
        self.clips += 1;
        let hint = if self.has_source {
            "（请点“阅读原文”播放）"
        } else {
            ""
        };
        self.line(GAP, &format!("【{what}：{}】{hint}", media.title));
        if let Some(words) = &media.transcript {
            self.line(
                "margin:0 0 16px;font-size:14px;color:#666",
                &format!("文字稿：{words}"),
            );
        }
    }

    fn callout(&mut self, kind: CalloutKind, title: Option<&str>, blocks: &[Block]) {
        let colour = match kind {
            CalloutKind::Note => "#3a7bd5",
            CalloutKind::Warning => "#d9822b",
            CalloutKind::Deadline => "#c0392b",
        };
        self.put(format_args!(
            "<section style=\"{GAP};padding:12px;background:#f7f7f7;border-left:4px solid {colour}\">"
        ));
        if let Some(title) = title {
            let title = escape(title);
            self.put(format_args!(
                "<p style=\"margin:0 0 8px\"><strong>{title}</strong></p>"
            ));
        }
        self.blocks(blocks);
        self.out.push_str("</section>");
    }

    fn inlines(&mut self, text: &[Inline]) -> String {
        text.iter().map(|run| self.inline(run)).collect()
    }

    fn inline(&mut self, run: &Inline) -> String {
        let mut out = lines(&run.text);
        let markers = [
            (run.subscript, "sub"),
            (run.superscript, "sup"),
            (run.underline, "u"),
            (run.italic, "em"),
            (run.bold, "strong"),
        ];
        for (_, tag) in markers.iter().filter(|(on, _)| *on) {
            out = format!("<{tag}>{out}</{tag}>");
        }
        if run.emphasis_mark {
            out = format!(
                "<span style=\"text-emphasis:dot;text-emphasis-position:under right\">{out}</span>"
            );
        }
        match run.link.as_deref().filter(|link| is_safe_link(link)) {
            Some(link) if is_article(link) => format!("<a href=\"{}\">{out}</a>", escape(link)),
            Some(link) if link.starts_with("http") && link != run.text.trim() => {
                format!("{out}<sup>[{}]</sup>", self.number(link))
            }
            _ => out,
        }
    }

    fn number(&mut self, link: &str) -> usize {
        let known = self.links.iter().position(|known| known == link);
        let at = known.unwrap_or_else(|| {
            self.links.push(link.to_owned());
            self.links.len() - 1
        });
        self.notes + at + 1
    }
}

fn notes_of(body: &[Block]) -> usize {
    match body.last() {
        Some(Block::Notes { notes }) => notes.len(),
        _ => 0,
    }
}

/// Links to other articles on the platform are the only ones that stay.
fn is_article(link: &str) -> bool {
    ["https://mp.weixin.qq.com/s", "http://mp.weixin.qq.com/s"]
        .iter()
        .any(|start| link.starts_with(start))
}

/// Escaped, line by line; control characters would not survive.
fn lines(text: &str) -> String {
    let clean: String = text
        .chars()
        .filter(|c| *c == '\n' || !c.is_control())
        .collect();
    escape(&clean).replace('\n', "<br>")
}
