//! Tables with merged cells: where each cell lies, and how its column is set.

use crate::block::{Align, Cell, plain_text};

/// Most columns of a table, and most rows or columns that one cell may cover.
pub const SPAN_MAX: u32 = 1_000;

/// Why cells do not make a table. Rows are counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// There is no cell.
    Empty,
    /// A cell covers no row or no column, or more than [`SPAN_MAX`].
    Span { row: usize },
    /// A cell lies on a column that a cell above still covers, or beyond the last column.
    Beyond { row: usize },
    /// Columns of the row are covered by no cell.
    Gap { row: usize },
    /// A cell covers rows beyond the last, or rows of the head and of the body.
    Below { row: usize },
}

/// First column of each cell, row by row, once the cells above are counted.
///
/// # Errors
/// The first place where the cells do not cover each column of each row exactly once.
pub fn columns(header: usize, rows: &[Vec<Cell>]) -> Result<Vec<Vec<usize>>, Misfit> {
    let spans = |cell: &Cell| {
        let fits = |span: u32| (1..=SPAN_MAX).contains(&span);
        (fits(cell.rowspan) && fits(cell.colspan)).then(|| {
            let size = |span: u32| usize::try_from(span).unwrap_or(usize::MAX);
            (size(cell.rowspan), size(cell.colspan))
        })
    };
    let mut width = 0_usize;
    for cell in rows.first().ok_or(Misfit::Empty)? {
        width = width.saturating_add(spans(cell).ok_or(Misfit::Span { row: 1 })?.1);
    }
    if width == 0 {
        return Err(Misfit::Empty);
    }
    if width > usize::try_from(SPAN_MAX).unwrap_or(usize::MAX) {
        return Err(Misfit::Span { row: 1 });
    }
    // Rows that the cells above still cover, by column.
    let mut covered = vec![0_usize; width];
    let mut out = Vec::with_capacity(rows.len());
    for (at, row) in rows.iter().enumerate() {
        let number = at + 1;
        let limit = if at < header { header } else { rows.len() };
        let mut firsts = Vec::with_capacity(row.len());
        let mut next = 0;
        for cell in row {
            let (down, across) = spans(cell).ok_or(Misfit::Span { row: number })?;
            while covered.get(next).is_some_and(|rows| *rows > 0) {
                next += 1;
            }
            let places = covered
                .get_mut(next..next.saturating_add(across))
                .filter(|places| places.iter().all(|rows| *rows == 0))
                .ok_or(Misfit::Beyond { row: number })?;
            if at.saturating_add(down) > limit {
                return Err(Misfit::Below { row: number });
            }
            places.fill(down);
            firsts.push(next);
            next += across;
        }
        if covered.contains(&0) {
            return Err(Misfit::Gap { row: number });
        }
        covered.iter_mut().for_each(|rows| *rows -= 1);
        out.push(firsts);
    }
    Ok(out)
}

/// How each cell is set, row by row: as its column states, else at the right when the column holds numbers only.
/// Nothing is known of a table that is none.
pub fn aligned(header: usize, align: &[Align], rows: &[Vec<Cell>]) -> Vec<Vec<Align>> {
    let Ok(columns) = columns(header, rows) else {
        return rows
            .iter()
            .map(|row| vec![Align::Auto; row.len()])
            .collect();
    };
    let numeric = numeric(header, rows, &columns);
    let of = |column: usize, in_head: bool, cell: &Cell| match align.get(column) {
        Some(stated @ (Align::Left | Align::Center | Align::Right)) => *stated,
        // A head over several columns belongs to none of them.
        _ if in_head && cell.colspan > 1 => Align::Center,
        _ if numeric.get(column) == Some(&true) => Align::Right,
        _ => Align::Auto,
    };
    let rows = rows.iter().zip(&columns).enumerate();
    rows.map(|(at, (row, firsts))| {
        let cells = row.iter().zip(firsts);
        cells
            .map(|(cell, first)| of(*first, at < header, cell))
            .collect()
    })
    .collect()
}

/// Whether each column's cells below the head are numbers, at least one of them.
fn numeric(header: usize, rows: &[Vec<Cell>], columns: &[Vec<usize>]) -> Vec<bool> {
    let mut seen: Vec<Option<bool>> = Vec::new();
    for (row, firsts) in rows.iter().zip(columns).skip(header) {
        for (cell, first) in row.iter().zip(firsts) {
            let text = plain_text(&cell.text);
            if seen.len() <= *first {
                seen.resize(first + 1, None);
            }
            // What covers several columns says nothing of one.
            if let Some(known) = seen.get_mut(*first)
                && !text.trim().is_empty()
                && cell.colspan == 1
            {
                *known = Some(known.unwrap_or(true) && is_number(&text));
            }
        }
    }
    seen.into_iter().map(|known| known == Some(true)).collect()
}

/// `1,200`, `-3.5`, `98.6%`, `—` for "none".
fn is_number(text: &str) -> bool {
    let text = text.trim();
    if matches!(text, "—" | "－" | "-" | "/") {
        return true;
    }
    let text = text.trim_start_matches(['-', '+', '−', '±', '≥', '≤']);
    let text = text.trim_end_matches(['%', '％', '‰']);
    text.starts_with(|c: char| c.is_ascii_digit())
        && text.ends_with(|c: char| c.is_ascii_digit())
        && text
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '，'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(text: &str, rowspan: u32, colspan: u32) -> Cell {
        Cell {
            rowspan,
            colspan,
            ..Cell::plain(text)
        }
    }

    #[test]
    fn merged_cells_lie_where_html_puts_them() {
        let rows = [
            vec![cell("县区", 2, 1), cell("场次", 1, 2)],
            vec![cell("上半年", 1, 1), cell("下半年", 1, 1)],
            vec![cell("云溪县", 1, 1), cell("1,040", 1, 1), cell("60%", 1, 1)],
        ];
        assert_eq!(
            columns(2, &rows),
            Ok(vec![vec![0, 1], vec![1, 2], vec![0, 1, 2]])
        );
        use Align::{Auto, Center, Right};
        assert_eq!(
            aligned(2, &[Auto, Auto, Center], &rows),
            [
                vec![Auto, Center],
                vec![Right, Center],
                vec![Auto, Right, Center]
            ]
        );
    }

    #[test]
    fn what_does_not_fit_is_named_with_its_row() {
        let one = || cell("一", 1, 1);
        let rows =
            |rows: &[&[Cell]]| columns(1, &rows.iter().map(|r| r.to_vec()).collect::<Vec<_>>());
        assert_eq!(rows(&[]), Err(Misfit::Empty));
        assert_eq!(rows(&[&[]]), Err(Misfit::Empty));
        assert_eq!(rows(&[&[cell("零", 0, 1)]]), Err(Misfit::Span { row: 1 }));
        assert_eq!(
            rows(&[&[cell("宽", 1, 1_001)]]),
            Err(Misfit::Span { row: 1 })
        );
        assert_eq!(
            rows(&[&[one()], &[one(), one()]]),
            Err(Misfit::Beyond { row: 2 })
        );
        assert_eq!(
            rows(&[&[one(), one()], &[one()]]),
            Err(Misfit::Gap { row: 2 })
        );
        // Out of the head into the body, and beyond the last row.
        assert_eq!(
            rows(&[&[cell("高", 2, 1)], &[]]),
            Err(Misfit::Below { row: 1 })
        );
        assert_eq!(
            rows(&[&[one()], &[cell("高", 2, 1)]]),
            Err(Misfit::Below { row: 2 })
        );
        // Across a column that the cell above still covers.
        let across = [
            vec![one(), one(), one()],
            vec![one(), cell("高", 2, 1), one()],
            vec![cell("宽", 1, 2), one()],
        ];
        assert_eq!(columns(1, &across), Err(Misfit::Beyond { row: 3 }));
    }
}
