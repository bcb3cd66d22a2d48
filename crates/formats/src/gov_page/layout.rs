//! What is layout and what is text: tables that only put things in their places, the element with the main text, and lines of
//! which parts are buttons.

use yigao_core::Inline;

use super::{
    html::LABEL_END,
    piece::{self, Piece, RawTable},
};

/// A cell with more characters or pieces than this holds a text, not a value.
pub(super) const VALUE_MAX: usize = 300;
const PIECES_MAX: usize = 8;

/// The surest main text that is not empty.
pub(super) fn best_main(pieces: &[Piece]) -> Option<u8> {
    pieces
        .iter()
        .filter_map(|piece| match piece {
            Piece::Main { rank, pieces } => {
                let own = (!piece::text_of(pieces).trim().is_empty()).then_some(*rank);
                own.into_iter().chain(best_main(pieces)).min()
            }
            Piece::Table(table) => table
                .rows
                .iter()
                .flat_map(|row| &row.cells)
                .filter_map(|cell| best_main(&cell.pieces))
                .min(),
            Piece::List(list) => list
                .items
                .iter()
                .filter_map(|item| best_main(&item.pieces))
                .min(),
            Piece::Line(_) | Piece::Picture(_) => None,
        })
        .min()
}

/// A table that only puts things in their places: others lie in it, or it has one column, or a single row of long texts.
pub(super) fn is_layout(table: &RawTable) -> bool {
    let cells = || table.rows.iter().flat_map(|row| &row.cells);
    let holds = |wanted: fn(&Piece) -> bool| cells().flat_map(|cell| &cell.pieces).any(wanted);
    if holds(|piece| matches!(piece, Piece::Table(_) | Piece::Main { .. })) {
        return true;
    }
    let filled = cells().filter(|cell| !cell.pieces.is_empty()).count();
    let widest = table
        .rows
        .iter()
        .map(|row| row.cells.len())
        .max()
        .unwrap_or(0);
    let long = |pieces: &[Piece]| {
        pieces.len() > PIECES_MAX || piece::text_of(pieces).chars().count() > VALUE_MAX
    };
    let has_long = cells().any(|cell| long(&cell.pieces));
    let has_picture = holds(|piece| matches!(piece, Piece::Picture(_)));
    filled <= 1
        || (widest == 1 && !table.bordered)
        || (table.rows.len() == 1 && !table.bordered && (has_long || has_picture))
        || (filled <= 4 && has_long)
        || (has_picture && !table.bordered && !cells().any(|cell| cell.header))
}

/// Takes out the marks that stand where a label could end.
pub(super) fn remove_label_ends(pieces: &mut [Piece]) {
    for piece in pieces {
        match piece {
            Piece::Line(line) => line
                .iter_mut()
                .for_each(|run| run.text = run.text.replace(LABEL_END, "")),
            Piece::List(list) => {
                for item in &mut list.items {
                    remove_label_ends(&mut item.pieces);
                }
            }
            Piece::Table(table) => {
                remove_label_ends(&mut table.caption);
                for cell in table.rows.iter_mut().flat_map(|row| &mut row.cells) {
                    remove_label_ends(&mut cell.pieces);
                }
            }
            Piece::Main { pieces, .. } => remove_label_ends(pieces),
            Piece::Picture(_) => {}
        }
    }
}

/// The runs of a line, of which only the characters of `kept` are left, in their order.
pub(super) fn restricted(line: &[Inline], kept: &str) -> Vec<Inline> {
    let mut wanted = kept.chars().peekable();
    line.iter()
        .filter_map(|run| {
            let text: String = run
                .text
                .chars()
                .filter(|c| wanted.next_if_eq(c).is_some())
                .collect();
            (!text.is_empty()).then(|| Inline {
                text,
                ..run.clone()
            })
        })
        .collect()
}
