//! A saved page as it was marked up: lines, tables, lists and pictures, before anything is known of what they mean.

use yigao_core::{Inline, block::plain_text};

/// One part of a page in reading order.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Piece {
    /// A line of text with its links; never empty.
    Line(Vec<Inline>),
    Table(RawTable),
    List(RawList),
    Picture(RawPicture),
    /// What stands in the element that holds the main text; the lower the rank, the surer.
    Main {
        rank: u8,
        pieces: Vec<Self>,
    },
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct RawTable {
    pub caption: Vec<Piece>,
    pub rows: Vec<RawRow>,
    /// Lines are drawn round the cells: it is a table for readers, not for the layout.
    pub bordered: bool,
    /// While it is read: `<thead>` is open, a row is open.
    pub head_open: bool,
    pub row_open: bool,
}

impl RawTable {
    pub(crate) fn open_row(&mut self) {
        self.row_open = true;
        self.rows.push(RawRow {
            cells: Vec::new(),
            in_head: self.head_open,
        });
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct RawRow {
    pub cells: Vec<RawCell>,
    /// Stands in `<thead>`.
    pub in_head: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RawCell {
    /// A `<th>`.
    pub header: bool,
    /// As written; 0 means to the last row.
    pub rowspan: u32,
    pub colspan: u32,
    pub pieces: Vec<Piece>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct RawList {
    pub ordered: bool,
    /// Number of the first item, where the page gives one.
    pub start: Option<u32>,
    pub items: Vec<RawItem>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct RawItem {
    /// Its number, where the page gives one.
    pub number: Option<u32>,
    pub pieces: Vec<Piece>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RawPicture {
    pub src: String,
    pub alt: String,
}

/// A link of the page, wherever it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RawLink {
    pub href: String,
    pub text: String,
}

/// A whole page.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct RawPage {
    pub pieces: Vec<Piece>,
    /// `<meta name content>` with the names in lower case.
    pub metas: Vec<(String, String)>,
    /// The window's bar.
    pub title: String,
    /// Texts of `<h1>`.
    pub headings: Vec<String>,
    pub links: Vec<RawLink>,
    /// What relative addresses are relative to, where the page says it.
    pub base: Option<String>,
}

impl RawPage {
    /// The content of the first of these tags that is not empty.
    pub(crate) fn meta(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| {
            self.metas
                .iter()
                .find(|(own, content)| own == name && !content.is_empty())
                .map(|(_, content)| content.as_str())
        })
    }
}

/// The text of pieces, one space between two of them.
pub(crate) fn text_of(pieces: &[Piece]) -> String {
    let mut lines = Vec::new();
    collect_lines(pieces, &mut lines);
    lines.join(" ")
}

/// The lines of pieces in reading order.
pub(crate) fn collect_lines(pieces: &[Piece], lines: &mut Vec<String>) {
    for piece in pieces {
        match piece {
            Piece::Line(text) => lines.push(plain_text(text)),
            Piece::Table(table) => {
                collect_lines(&table.caption, lines);
                for cell in table.rows.iter().flat_map(|row| &row.cells) {
                    collect_lines(&cell.pieces, lines);
                }
            }
            Piece::List(list) => list
                .items
                .iter()
                .for_each(|item| collect_lines(&item.pieces, lines)),
            Piece::Picture(_) => {}
            Piece::Main { pieces, .. } => collect_lines(pieces, lines),
        }
    }
}
