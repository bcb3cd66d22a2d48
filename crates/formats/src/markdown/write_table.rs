//! Tables as Markdown that reads the same.

use yigao_core::{
    block::{Align, Cell},
    grid,
};

use super::{
    write_fence::{fence, info},
    write_inline::{Place, inlines},
};

/// In a table with `spans`: this place belongs to the cell at its left, or to the cell above.
pub(crate) const LEFT: &str = "<<";
pub(crate) const ABOVE: &str = "^^";

pub(super) fn whole(
    caption: Option<&str>,
    header: usize,
    align: &[Align],
    rows: &[Vec<Cell>],
) -> String {
    let merged = rows
        .iter()
        .flatten()
        .any(|cell| cell.rowspan > 1 || cell.colspan > 1);
    let rows = places(header, rows);
    let width = rows.first().map_or(0, Vec::len);
    let mut out = String::new();
    for (at, row) in rows.iter().enumerate() {
        out.push_str(&format!("| {} |\n", row.join(" | ")));
        if at == 0 {
            let dashes = (0..width).map(|column| match align.get(column) {
                Some(Align::Left) => " :--- |",
                Some(Align::Center) => " :---: |",
                Some(Align::Right) => " ---: |",
                Some(Align::Auto) | None => " --- |",
            });
            out.push_str(&format!("|{}\n", dashes.collect::<String>()));
        }
    }
    if header == 1 && caption.is_none() && !merged {
        return out;
    }
    let spans = if merged { "spans " } else { "" };
    let head = format!(
        "table header={header} {spans}{}",
        info(caption.unwrap_or_default())
    );
    fence(head.trim_end(), &out)
}

/// The text of each place; what a cell covers beside its own place is marked.
fn places(header: usize, rows: &[Vec<Cell>]) -> Vec<Vec<String>> {
    let text = |cell: &Cell| inlines(&cell.text, Place::Cell);
    let Ok(columns) = grid::columns(header, rows) else {
        return rows
            .iter()
            .map(|row| row.iter().map(text).collect())
            .collect();
    };
    let size = |span: u32| usize::try_from(span).unwrap_or(usize::MAX);
    let width = rows
        .first()
        .map_or(0, |row| row.iter().map(|cell| size(cell.colspan)).sum());
    let mut out = vec![vec![String::new(); width]; rows.len()];
    for (at, (row, firsts)) in rows.iter().zip(&columns).enumerate() {
        for (cell, first) in row.iter().zip(firsts) {
            for down in 0..size(cell.rowspan) {
                for across in 0..size(cell.colspan) {
                    let place = out
                        .get_mut(at + down)
                        .and_then(|line| line.get_mut(first + across));
                    if let Some(place) = place {
                        *place = match (down, across) {
                            (0, 0) => text(cell),
                            (0, _) => LEFT.to_owned(),
                            _ => ABOVE.to_owned(),
                        };
                    }
                }
            }
        }
    }
    out
}
