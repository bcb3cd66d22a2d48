//! Cells of a table with their spans: laid out as browsers do, and said where a span runs into another cell or over the edge.

use std::{collections::BTreeSet, ops::Range};

use yigao_core::{Block, Finding, Inline, Severity, block::Cell};

use super::{
    flow,
    piece::{RawCell, RawPicture, RawTable},
};
use crate::problem::{Problem, words};

/// Most places of one table, covered ones included.
const PLACES_MAX: usize = 50_000;

/// A cell in its place.
#[derive(Clone, Debug, PartialEq)]
struct Placed {
    column: usize,
    rowspan: usize,
    colspan: usize,
    text: Vec<Inline>,
}

/// A table whose cells fit together.
#[derive(Debug, Default)]
struct Grid {
    rows: Vec<Vec<Placed>>,
    columns: usize,
    /// Rows at the beginning that are heads.
    header: usize,
    /// First words of cells whose span was cut, each once.
    cut: BTreeSet<String>,
}

/// Columns that a cell above still covers.
struct Covered {
    from: usize,
    upto: usize,
    /// The first row that is free again.
    until: usize,
}

/// The table as a block, and the pictures of its cells, which come behind it.
///
/// # Errors
/// A table with more places than anybody reads.
pub(super) fn block(
    file: &str,
    table: RawTable,
    findings: &mut Vec<Finding>,
) -> Result<(Block, Vec<RawPicture>), Problem> {
    let caption = super::piece::text_of(&table.caption);
    let mut pictures = Vec::new();
    let grid = lay_out(table, &mut pictures);
    if grid.rows.len().saturating_mul(grid.columns) > PLACES_MAX {
        return Err(too_large(file, grid.rows.len(), grid.columns));
    }
    findings.extend(grid.cut.iter().map(|text| span_cut(text)));
    let block = Block::Table {
        caption: (!caption.is_empty()).then_some(caption),
        header: grid.header,
        align: Vec::new(),
        rows: spread(&grid),
    };
    Ok((block, pictures))
}

fn lay_out(table: RawTable, pictures: &mut Vec<RawPicture>) -> Grid {
    let mut grid = Grid::default();
    let mut covered: Vec<Covered> = Vec::new();
    let count = table.rows.len();
    let mut in_head = true;
    for (at, row) in table.rows.into_iter().enumerate() {
        covered.retain(|covered| covered.until > at);
        covered.sort_by_key(|covered| covered.from);
        let all_header = !row.cells.is_empty() && row.cells.iter().all(|cell| cell.header);
        in_head &= row.in_head || all_header;
        let mut ahead = covered.iter().peekable();
        let (mut placed, mut new) = (Vec::new(), Vec::new());
        let mut column = 0;
        for cell in row.cells {
            while let Some(next) = ahead.next_if(|next| next.from <= column) {
                column = column.max(next.upto);
            }
            let free = ahead.peek().map_or(usize::MAX, |next| next.from - column);
            let (wanted, below) = spans(&cell, count - at);
            let colspan = wanted.min(free);
            let rowspan = below.min(count - at);
            let text = flow::inlines(&cell.pieces, pictures);
            if colspan < wanted || rowspan < below {
                grid.cut.insert(flow::first_words(&text));
            }
            if rowspan > 1 {
                new.push(Covered {
                    from: column,
                    upto: column + colspan,
                    until: at + rowspan,
                });
            }
            placed.push(Placed {
                column,
                rowspan,
                colspan,
                text,
            });
            column += colspan;
        }
        if in_head {
            grid.header = grid.header.max(at + 1);
        }
        covered.extend(new);
        grid.rows.push(placed);
    }
    tightened(grid)
}

/// Both spans of a cell as they are meant: across, and down from a row that has `left` rows with it.
fn spans(cell: &RawCell, left: usize) -> (usize, usize) {
    let across = usize::try_from(cell.colspan).unwrap_or(1).max(1);
    let down = match usize::try_from(cell.rowspan).unwrap_or(1) {
        0 => left,
        down => down,
    };
    (across, down)
}

/// Without columns and rows in which no cell begins: `colspan="100"` in a table of four columns spans four.
fn tightened(mut grid: Grid) -> Grid {
    let begins: BTreeSet<usize> = grid.rows.iter().flatten().map(|cell| cell.column).collect();
    let begins: Vec<usize> = begins.into_iter().collect();
    let column_of = |column: usize| begins.partition_point(|begin| *begin < column);
    // How many rows with cells come before each row.
    let mut rows_before = vec![0_usize];
    for row in &grid.rows {
        let last = rows_before.last().copied().unwrap_or_default();
        rows_before.push(last + usize::from(!row.is_empty()));
    }
    let row_of = |row: usize| rows_before.get(row).copied().unwrap_or_default();
    for (at, row) in grid.rows.iter_mut().enumerate() {
        for cell in row {
            let end = column_of(cell.column + cell.colspan);
            cell.column = column_of(cell.column);
            cell.colspan = end.saturating_sub(cell.column).max(1);
            cell.rowspan = row_of(at + cell.rowspan).saturating_sub(row_of(at)).max(1);
        }
    }
    let stated = row_of(grid.header);
    grid.rows.retain(|row| !row.is_empty());
    grid.header = header(&grid.rows, stated);
    grid.columns = begins.len();
    grid
}

/// Cells as the model holds them: those that others cover are left out, and places that the page left empty hold an empty one.
fn spread(grid: &Grid) -> Vec<Vec<Cell>> {
    let mut covered = vec![0_usize; grid.columns];
    let mut rows = Vec::with_capacity(grid.rows.len());
    for row in &grid.rows {
        let mut cells = Vec::with_capacity(grid.columns);
        let mut column = 0;
        for placed in row {
            fill(&mut cells, &covered, column..placed.column);
            column = placed.column + placed.colspan;
            if let Some(places) = covered.get_mut(placed.column..column) {
                places.fill(placed.rowspan);
            }
            cells.push(Cell {
                rowspan: u32::try_from(placed.rowspan).unwrap_or(u32::MAX),
                colspan: u32::try_from(placed.colspan).unwrap_or(u32::MAX),
                ..Cell::new(placed.text.clone())
            });
        }
        fill(&mut cells, &covered, column..grid.columns);
        for left in &mut covered {
            *left = left.saturating_sub(1);
        }
        rows.push(cells);
    }
    rows
}

/// An empty cell for each of these columns that no cell above covers.
fn fill(cells: &mut Vec<Cell>, covered: &[usize], columns: Range<usize>) {
    let places = covered.get(columns).unwrap_or_default();
    let free = places.iter().filter(|rows| **rows == 0);
    cells.extend(free.map(|_| Cell::new(Vec::new())));
}

/// How many rows are heads, once none of their cells reaches into the body. A head that would take the whole table is none.
fn header(rows: &[Vec<Placed>], mut header: usize) -> usize {
    let stated = header;
    let mut at = 0;
    while at < header {
        let reach = rows.get(at).into_iter().flatten().map(|cell| cell.rowspan);
        header = header.max(at + reach.max().unwrap_or(1));
        at += 1;
    }
    if header >= rows.len() && stated < rows.len() {
        0
    } else {
        header
    }
}

fn span_cut(text: &str) -> Finding {
    Finding::new(
        Severity::Warn,
        "span_cut",
        "body",
        words(
            format!(
                "表格中“{text}”一格合并的行或列压到了别的格子，或超出了表格，已缩到放得下为止。"
            ),
            format!(
                "The cell {text:?} of a table spans over another cell or over the edge; it was cut to what fits."
            ),
        ),
        words(
            "请对照原网页核对这张表。",
            "Compare the table with the page.",
        ),
    )
    .quoting(text)
}

fn too_large(file: &str, rows: usize, columns: usize) -> Problem {
    Problem::new(
        file,
        "table_too_large",
        words(
            format!("表格有 {rows} 行 {columns} 列，上限是 {PLACES_MAX} 格。"),
            format!(
                "A table has {rows} rows of {columns} columns, the limit is {PLACES_MAX} cells."
            ),
        ),
        words(
            "请把表格另存为附件，正文里只留要点。",
            "Attach the table as a file and keep its main figures in the text.",
        ),
    )
}

#[cfg(test)]
mod tests;
