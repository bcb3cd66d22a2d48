//! What is open while a page is read: tables, cells, lists, items, the main text. Bounded in depth.

use crate::gov_page::piece::{Piece, RawCell, RawItem, RawList, RawTable};

/// Deepest nesting of tables, cells, lists and items that is followed; what lies deeper becomes lines.
const FRAMES_MAX: usize = 60;

#[derive(Debug)]
pub(super) enum Frame {
    Page(Vec<Piece>),
    Main { rank: u8, pieces: Vec<Piece> },
    Table(RawTable),
    Caption(Vec<Piece>),
    Cell(RawCell),
    List(RawList),
    Item(RawItem),
}

/// What an end tag looks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Table,
    Caption,
    Cell,
    List,
    Item,
}

impl Frame {
    fn is(&self, kind: Kind) -> bool {
        matches!(
            (self, kind),
            (Self::Table(_), Kind::Table)
                | (Self::Caption(_), Kind::Caption)
                | (Self::Cell(_), Kind::Cell)
                | (Self::List(_), Kind::List)
                | (Self::Item(_), Kind::Item)
        )
    }

    /// Where text and blocks go.
    fn flow(&mut self) -> Option<&mut Vec<Piece>> {
        match self {
            Self::Page(pieces) | Self::Main { pieces, .. } | Self::Caption(pieces) => Some(pieces),
            Self::Item(item) => Some(&mut item.pieces),
            Self::Cell(cell) => Some(&mut cell.pieces),
            Self::Table(_) | Self::List(_) => None,
        }
    }
}

/// The open frames, the page first.
#[derive(Debug)]
pub(super) struct Frames(Vec<Frame>);

impl Frames {
    pub(super) fn new() -> Self {
        Self(vec![Frame::Page(Vec::new())])
    }

    pub(super) fn is_full(&self) -> bool {
        self.0.len() >= FRAMES_MAX
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn open(&mut self, frame: Frame) {
        self.0.push(frame);
    }

    /// Whether the innermost of these two kinds is the first of them.
    pub(super) fn is_inside(&self, kind: Kind, but_not: &[Kind]) -> bool {
        self.0
            .iter()
            .rev()
            .find_map(|frame| {
                if frame.is(kind) {
                    Some(true)
                } else {
                    but_not.iter().any(|kind| frame.is(*kind)).then_some(false)
                }
            })
            .unwrap_or(false)
    }

    pub(super) fn top_is(&self, kind: Kind) -> bool {
        self.0.last().is_some_and(|frame| frame.is(kind))
    }

    /// Closes everything down to the innermost frame of this kind, and that one too.
    pub(super) fn close(&mut self, kind: Kind) {
        while self.0.len() > 1 {
            let found = self.top_is(kind);
            self.close_top();
            if found {
                return;
            }
        }
    }

    /// Closes everything down to the innermost frame of this kind, which stays open.
    pub(super) fn close_above(&mut self, kind: Kind) {
        while self.0.len() > 1 && !self.top_is(kind) {
            self.close_top();
        }
    }

    /// Closes what was opened after there were `length` frames.
    pub(super) fn close_to(&mut self, length: usize) {
        while self.0.len() > length.max(1) {
            self.close_top();
        }
    }

    /// Puts a piece where text goes now. Between the cells of a table that is before the table, as in browsers.
    pub(super) fn put(&mut self, piece: Piece) {
        if let Some(flow) = self.0.iter_mut().rev().find_map(Frame::flow) {
            flow.push(piece);
        }
    }

    /// The innermost table.
    pub(super) fn table(&mut self) -> Option<&mut RawTable> {
        self.0.iter_mut().rev().find_map(|frame| match frame {
            Frame::Table(table) => Some(table),
            _ => None,
        })
    }

    pub(super) fn finish(mut self) -> Vec<Piece> {
        self.close_to(1);
        match self.0.pop() {
            Some(Frame::Page(pieces)) => pieces,
            _ => Vec::new(),
        }
    }

    fn close_top(&mut self) {
        let Some(frame) = self.0.pop() else {
            return;
        };
        match frame {
            Frame::Page(pieces) => self.0.push(Frame::Page(pieces)),
            Frame::Main { rank, pieces } => self.put(Piece::Main { rank, pieces }),
            Frame::Table(table) => {
                if !table.rows.is_empty() {
                    self.put(Piece::Table(table));
                }
            }
            Frame::Caption(pieces) => {
                if let Some(table) = self.table() {
                    table.caption.extend(pieces);
                }
            }
            Frame::Cell(cell) => {
                if let Some(row) = self.table().and_then(|table| table.rows.last_mut()) {
                    row.cells.push(cell);
                }
            }
            Frame::List(list) => self.put_list(list),
            Frame::Item(item) => {
                if let Some(Frame::List(list)) = self.0.last_mut() {
                    list.items.push(item);
                } else {
                    item.pieces.into_iter().for_each(|piece| self.put(piece));
                }
            }
        }
    }

    /// A list right inside a list belongs to the item before it.
    fn put_list(&mut self, inner: RawList) {
        if inner.items.is_empty() {
            return;
        }
        if let Some(Frame::List(outer)) = self.0.last_mut() {
            match outer.items.last_mut() {
                Some(item) => item.pieces.push(Piece::List(inner)),
                None => outer.items.push(RawItem {
                    number: None,
                    pieces: vec![Piece::List(inner)],
                }),
            }
        } else {
            self.put(Piece::List(inner));
        }
    }
}
