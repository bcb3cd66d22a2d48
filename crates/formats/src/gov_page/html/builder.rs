//! Tags and text into pieces.

use html5ever::tokenizer::Tag;

use super::{
    HARD_SPACE, LABEL_END,
    frames::{Frame, Frames, Kind},
    line::{Line, Marks},
    main_text,
};
use crate::{
    gov_page::{
        piece::{Piece, RawLink, RawPage, RawPicture},
        table,
    },
    reserved,
};

/// Elements that begin a line.
const BLOCKS: [&str; 33] = [
    "p",
    "div",
    "br",
    "tr",
    "table",
    "li",
    "ul",
    "ol",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "section",
    "article",
    "header",
    "footer",
    "main",
    "nav",
    "aside",
    "dl",
    "dt",
    "dd",
    "hr",
    "blockquote",
    "center",
    "form",
    "fieldset",
    "figure",
    "figcaption",
    "address",
    "pre",
];
/// Elements that a label may stand in.
const INLINE: [&str; 7] = ["b", "strong", "span", "label", "em", "i", "font"];
/// Elements whose content is not shown.
const HIDDEN: [&str; 2] = ["noscript", "template"];
mod cells;

#[derive(Debug)]
pub(super) struct Builder {
    page: RawPage,
    frames: Frames,
    line: Line,
    marks: Marks,
    /// Pictures that stand inside the line: they come behind it.
    waiting: Vec<RawPicture>,
    /// In `<head>`: text there is none of the page's.
    in_head: bool,
    /// Inside an element whose content is no markup, or is hidden: its name, and how often it is open.
    silent: Option<(String, usize)>,
    in_title: bool,
    in_h1: bool,
    open_link: Option<RawLink>,
    /// Open main texts: name of the element, how often it is open, and how many frames there were before.
    mains: Vec<(String, usize, usize)>,
}

impl Builder {
    pub(super) fn new() -> Self {
        Self {
            page: RawPage::default(),
            frames: Frames::new(),
            line: Line::default(),
            marks: Marks::default(),
            waiting: Vec::new(),
            in_head: false,
            silent: None,
            in_title: false,
            in_h1: false,
            open_link: None,
            mains: Vec::new(),
        }
    }

    pub(super) fn finish(mut self) -> RawPage {
        self.break_line();
        self.close_link();
        self.page.title = plain(&self.page.title);
        self.page.pieces = self.frames.finish();
        self.page
    }

    pub(super) fn text(&mut self, text: &str) {
        if self.in_title {
            self.page.title.push_str(text);
        } else if self.silent.is_none() && !self.in_head {
            self.line.push(text, &self.marks);
            if let Some(link) = &mut self.open_link {
                link.text.push_str(text);
            }
        }
    }

    pub(super) fn comment(&mut self, text: &str) {
        let text = text.trim().trim_matches('-');
        if text.contains(main_text::HANWEB_BEGINS) {
            self.open_main("!--", main_text::SURE);
        } else if text.contains(main_text::HANWEB_ENDS) {
            self.close_main("!--");
        } else if let Some(rest) = text.strip_prefix("saved from url=") {
            // As Internet Explorer, Edge and Chrome write it: `(0042)https://…`.
            let address = rest.split_once(')').map_or(rest, |(_, address)| address);
            self.page
                .base
                .get_or_insert_with(|| address.trim().to_owned());
        }
    }

    pub(super) fn start(&mut self, tag: &Tag) {
        let name = &*tag.name;
        if let Some((open, count)) = &mut self.silent {
            *count += usize::from(open == name);
            return;
        }
        match name {
            "meta" => self.meta(tag),
            "base" => {
                self.page.base = attr(tag, "href")
                    .map(str::to_owned)
                    .or(self.page.base.take())
            }
            "head" => self.in_head = true,
            "title" => self.in_title = self.page.title.is_empty(),
            "script" | "style" | "iframe" | "xmp" | "noembed" | "noframes" => {
                self.silent = Some((name.to_owned(), 1));
            }
            _ if HIDDEN.contains(&name) && !tag.self_closing => {
                self.silent = Some((name.to_owned(), 1));
            }
            "link" => {}
            _ => {
                self.in_head = false;
                self.element(name, tag);
            }
        }
    }

    pub(super) fn end(&mut self, name: &str) {
        if let Some((open, count)) = &mut self.silent {
            *count -= usize::from(open == name);
            if *count == 0 {
                self.silent = None;
            }
            return;
        }
        match name {
            "head" => self.in_head = false,
            "title" => self.in_title = false,
            "a" => self.close_link(),
            "sup" => self.marks.superscript = self.marks.superscript.saturating_sub(1),
            "sub" => self.marks.subscript = self.marks.subscript.saturating_sub(1),
            "h1" => {
                self.break_line();
                self.in_h1 = false;
            }
            "td" | "th" => self.close_within(Kind::Cell, &[Kind::Table]),
            "caption" => self.close_within(Kind::Caption, &[Kind::Table]),
            "tr" | "thead" | "tbody" | "tfoot" => self.close_row(name != "tr"),
            "table" => self.close_within(Kind::Table, &[]),
            "li" => self.close_within(Kind::Item, &[Kind::List, Kind::Cell, Kind::Table]),
            "ul" | "ol" => self.close_within(Kind::List, &[Kind::Cell, Kind::Table]),
            _ if BLOCKS.contains(&name) => self.break_line(),
            _ if INLINE.contains(&name) => self.end_label(),
            _ => {}
        }
        self.forget_closed();
        if self.mains.iter().any(|(open, ..)| open == name) {
            self.close_main(name);
        }
    }

    fn element(&mut self, name: &str, tag: &Tag) {
        if BLOCKS.contains(&name) {
            self.break_line();
            self.marks.superscript = 0;
            self.marks.subscript = 0;
        }
        self.watch_main(name, tag);
        match name {
            "h1" => self.in_h1 = true,
            "a" => self.open_link(tag),
            "img" => self.picture(tag),
            "sup" => self.marks.superscript += 1,
            "sub" => self.marks.subscript += 1,
            "table" => self.open_table(tag),
            "tr" => self.open_row(),
            "td" | "th" => self.open_cell(name == "th", tag),
            "caption" => self.open_caption(),
            "thead" | "tbody" | "tfoot" => {
                self.close_row(true);
                if let Some(table) = self.frames.table() {
                    table.head_open = name == "thead";
                }
            }
            "ul" | "ol" => self.open_list(name == "ol", tag),
            "li" => self.open_item(tag),
            _ => {}
        }
        self.forget_closed();
    }

    /// Main texts that ended with the cell or the table round them.
    fn forget_closed(&mut self) {
        let open = self.frames.len();
        self.mains.retain(|(.., before)| *before < open);
    }

    fn meta(&mut self, tag: &Tag) {
        let name = attr(tag, "name").or_else(|| attr(tag, "property"));
        if let (Some(name), Some(content)) = (name, attr(tag, "content")) {
            let pair = (name.to_ascii_lowercase(), plain(content));
            self.page.metas.push(pair);
        }
    }

    fn open_link(&mut self, tag: &Tag) {
        self.close_link();
        if let Some(href) = attr(tag, "href") {
            let href = href.trim().to_owned();
            self.marks.link = Some(href.clone());
            self.open_link = Some(RawLink {
                href,
                text: String::new(),
            });
        }
    }

    fn close_link(&mut self) {
        self.marks.link = None;
        if let Some(mut link) = self.open_link.take() {
            link.text = plain(&link.text);
            self.page.links.push(link);
        }
    }

    fn picture(&mut self, tag: &Tag) {
        // Pages that load pictures late name a grey dot as `src`.
        let late = ["data-original", "data-src", "data-lazy-src"];
        let src = late
            .iter()
            .find_map(|name| attr(tag, name))
            .or_else(|| attr(tag, "src"))
            .unwrap_or_default();
        let alt = attr(tag, "alt")
            .or_else(|| attr(tag, "title"))
            .unwrap_or_default();
        let picture = RawPicture {
            src: src.trim().to_owned(),
            alt: plain(alt),
        };
        if self.line.is_blank() {
            self.frames.put(Piece::Picture(picture));
        } else {
            self.waiting.push(picture);
        }
    }

    /// Closes the innermost frame of this kind, unless it lies outside of one of the others.
    fn close_within(&mut self, kind: Kind, outside: &[Kind]) {
        self.break_line();
        if self.frames.is_inside(kind, outside) {
            self.frames.close(kind);
        }
    }

    /// `<b>索引号</b>QC-1`: the end of the element is what parts the two.
    fn end_label(&mut self) {
        let text = self.line.text();
        if text.len() < 40 && table::is_label(text.trim()) {
            self.line.char(LABEL_END, &Marks::default());
        }
    }

    fn watch_main(&mut self, name: &str, tag: &Tag) {
        for (open, count, _) in &mut self.mains {
            *count += usize::from(open == name);
        }
        let of = |key: &str| attr(tag, key).unwrap_or_default();
        let holds_more = matches!(name, "div" | "article" | "main" | "section" | "td");
        if holds_more && let Some(rank) = main_text::rank(name, of("id"), of("class")) {
            // A cell is opened after this, so its own main text cannot be followed.
            if name != "td" {
                self.open_main(name, rank);
            }
        }
    }

    fn open_main(&mut self, name: &str, rank: u8) {
        self.break_line();
        if self.frames.is_full() {
            return;
        }
        self.mains.push((name.to_owned(), 1, self.frames.len()));
        self.frames.open(Frame::Main {
            rank,
            pieces: Vec::new(),
        });
    }

    /// One element of this name ends: main texts that were opened by it end with it.
    fn close_main(&mut self, name: &str) {
        for (open, count, _) in &mut self.mains {
            *count -= usize::from(open == name);
        }
        while let Some(at) = self.mains.iter().position(|(_, count, _)| *count == 0) {
            self.break_line();
            let ended = self.mains.split_off(at);
            if let Some((.., length)) = ended.first() {
                self.frames.close_to(*length);
            }
        }
    }

    /// Ends the line.
    fn break_line(&mut self) {
        let line = self.line.take();
        if !line.is_empty() {
            if self.in_h1 {
                self.page
                    .headings
                    .push(yigao_core::block::plain_text(&line).replace(LABEL_END, ""));
            }
            self.frames.put(Piece::Line(line));
        }
        for picture in std::mem::take(&mut self.waiting) {
            self.frames.put(Piece::Picture(picture));
        }
    }
}

fn attr<'a>(tag: &'a Tag, name: &str) -> Option<&'a str> {
    tag.attrs
        .iter()
        .find(|attr| &*attr.name.local == name)
        .map(|attr| &*attr.value)
}

/// A text on one line, with single spaces.
fn plain(text: &str) -> String {
    let text: String = text
        .chars()
        .map(|c| if c == HARD_SPACE { ' ' } else { c })
        .filter(|c| c.is_whitespace() || !reserved::is_reserved(*c))
        .collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
