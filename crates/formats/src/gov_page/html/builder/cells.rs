//! Tables, rows, cells, lists and items: what opens and closes what.

use html5ever::tokenizer::Tag;

use super::{Builder, attr};
use crate::gov_page::{
    html::frames::{Frame, Kind},
    piece::{RawCell, RawItem, RawList, RawTable},
};

/// Largest span that HTML allows.
const SPAN_MAX: u32 = 1_000;

impl Builder {
    pub(super) fn open_table(&mut self, tag: &Tag) {
        if self.frames.is_full() {
            return;
        }
        // A table right between the cells of another ends that one.
        if self.frames.top_is(Kind::Table) {
            self.frames.close(Kind::Table);
        }
        let border = attr(tag, "border").is_some_and(|border| !matches!(border.trim(), "0" | ""));
        let class = attr(tag, "class").unwrap_or_default();
        let style = attr(tag, "style").unwrap_or_default();
        let drawn = class.contains("Mso") || style.contains("border-collapse");
        self.frames.open(Frame::Table(RawTable {
            bordered: border || drawn,
            ..RawTable::default()
        }));
    }

    pub(super) fn open_row(&mut self) {
        if self.frames.is_inside(Kind::Table, &[]) {
            self.frames.close_above(Kind::Table);
            if let Some(table) = self.frames.table() {
                table.open_row();
            }
        }
    }

    pub(super) fn open_cell(&mut self, header: bool, tag: &Tag) {
        self.break_line();
        if !self.frames.is_inside(Kind::Table, &[]) || self.frames.is_full() {
            return;
        }
        self.frames.close_above(Kind::Table);
        if let Some(table) = self.frames.table()
            && !table.row_open
        {
            table.open_row();
        }
        let span = |name: &str| {
            let digits = attr(tag, name)?.trim();
            let end = digits
                .find(|c: char| !c.is_ascii_digit())
                .unwrap_or(digits.len());
            let number = digits.get(..end)?;
            // More digits than fit are more than is allowed.
            (!number.is_empty()).then(|| number.parse().unwrap_or(SPAN_MAX).min(SPAN_MAX))
        };
        self.frames.open(Frame::Cell(RawCell {
            header,
            rowspan: span("rowspan").unwrap_or(1),
            colspan: span("colspan").unwrap_or(1).max(1),
            pieces: Vec::new(),
        }));
    }

    pub(super) fn open_caption(&mut self) {
        self.break_line();
        if self.frames.top_is(Kind::Table) && !self.frames.is_full() {
            self.frames.open(Frame::Caption(Vec::new()));
        }
    }

    /// Ends the row; with `group`, what follows is no head any more.
    pub(super) fn close_row(&mut self, group: bool) {
        self.break_line();
        if !self.frames.is_inside(Kind::Table, &[]) {
            return;
        }
        self.frames.close_above(Kind::Table);
        if let Some(table) = self.frames.table() {
            table.row_open = false;
            table.head_open &= !group;
        }
    }

    pub(super) fn open_list(&mut self, ordered: bool, tag: &Tag) {
        if self.frames.is_full() {
            return;
        }
        let start = attr(tag, "start").and_then(|start| start.trim().parse().ok());
        self.frames.open(Frame::List(RawList {
            ordered,
            start: start.filter(|_| ordered),
            items: Vec::new(),
        }));
    }

    pub(super) fn open_item(&mut self, tag: &Tag) {
        let outside = [Kind::Cell, Kind::Caption, Kind::Table];
        if self.frames.is_full() || !self.frames.is_inside(Kind::List, &outside) {
            return;
        }
        self.frames.close_above(Kind::List);
        let number = attr(tag, "value").and_then(|value| value.trim().parse().ok());
        self.frames.open(Frame::Item(RawItem {
            number,
            pieces: Vec::new(),
        }));
    }
}
