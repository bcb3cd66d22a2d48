//! Lines, lists and pictures of a page into what the model holds.

use yigao_core::{
    Block, Inline,
    block::{ListItem, plain_text},
    numbering::Numbering,
};

use super::piece::{Piece, RawItem, RawList, RawPicture};

/// How many characters of a cell are quoted.
const QUOTED: usize = 12;

/// Pieces as one text, a break between lines. Pictures are handed out: they have no place in a text.
pub(super) fn inlines(pieces: &[Piece], pictures: &mut Vec<RawPicture>) -> Vec<Inline> {
    let mut out = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Line(line) => append(&mut out, line.clone()),
            Piece::List(list) => {
                for (index, item) in list.items.iter().enumerate() {
                    let text = inlines(&item.pieces, pictures);
                    append(&mut out, numbered(list, index, text));
                }
            }
            Piece::Picture(picture) => pictures.push(picture.clone()),
            Piece::Table(table) => {
                for cell in table.rows.iter().flat_map(|row| &row.cells) {
                    append(&mut out, inlines(&cell.pieces, pictures));
                }
            }
            Piece::Main { pieces, .. } => append(&mut out, inlines(pieces, pictures)),
        }
    }
    out
}

fn append(out: &mut Vec<Inline>, text: Vec<Inline>) {
    if text.is_empty() {
        return;
    }
    if !out.is_empty() {
        push(out, Inline::plain("\n"));
    }
    text.into_iter().for_each(|run| push(out, run));
}

/// Neighbours with equal marks are one run.
fn push(out: &mut Vec<Inline>, run: Inline) {
    if let Some(last) = out.last_mut() {
        let same = Inline {
            text: last.text.clone(),
            ..run.clone()
        } == *last;
        if same {
            last.text.push_str(&run.text);
            return;
        }
    }
    out.push(run);
}

/// An item where no list can stand: its number is written out.
pub(super) fn numbered(list: &RawList, index: usize, mut text: Vec<Inline>) -> Vec<Inline> {
    let labels = || numbering(list).labels(list.items.iter().map(|item| item.number));
    if list.ordered
        && !text.is_empty()
        && let Some(label) = labels().into_iter().nth(index)
    {
        text.insert(0, Inline::plain(label));
    }
    text
}

fn numbering(list: &RawList) -> Numbering {
    Numbering {
        start: list.start.unwrap_or(1),
        ..Numbering::default()
    }
}

/// The beginning of a text, for a message.
pub(super) fn first_words(text: &[Inline]) -> String {
    plain_text(text)
        .chars()
        .filter(|c| !c.is_control())
        .take(QUOTED)
        .collect()
}

/// Whether a list is a list in the model, too: its items are texts and lists below them.
pub(super) fn is_plain_list(list: &RawList) -> bool {
    let pieces = list.items.iter().flat_map(|item| &item.pieces);
    pieces.into_iter().all(|piece| match piece {
        Piece::Line(_) => true,
        Piece::List(inner) => is_plain_list(inner),
        Piece::Table(_) | Piece::Picture(_) | Piece::Main { .. } => false,
    })
}

/// The list as a block; nothing when no item has a text.
pub(super) fn list(raw: &RawList) -> Option<Block> {
    let items: Vec<ListItem> = raw.items.iter().filter_map(list_item).collect();
    (!items.is_empty()).then_some(Block::List {
        ordered: raw.ordered,
        numbering: if raw.ordered {
            numbering(raw)
        } else {
            Numbering::default()
        },
        items,
    })
}

fn list_item(item: &RawItem) -> Option<ListItem> {
    let mut text = Vec::new();
    let mut below: Option<RawList> = None;
    for piece in &item.pieces {
        match (piece, &mut below) {
            (Piece::Line(line), None) => append(&mut text, line.clone()),
            // Text behind an inner list continues in that list, so that it keeps its place.
            (Piece::Line(_), Some(inner)) => match inner.items.last_mut() {
                Some(last) => last.pieces.push(piece.clone()),
                None => inner.items.push(RawItem {
                    number: None,
                    pieces: vec![piece.clone()],
                }),
            },
            (Piece::List(list), None) => below = Some(list.clone()),
            (Piece::List(list), Some(inner)) => inner.items.extend(list.items.iter().cloned()),
            _ => {}
        }
    }
    let children = below.as_ref().and_then(list).map(Box::new);
    (!text.is_empty() || children.is_some()).then_some(ListItem {
        number: item.number,
        text,
        children,
    })
}
