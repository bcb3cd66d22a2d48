//! ```` ```table ```` : a caption, more header rows than one, and merged cells, which Markdown has no words for.

use yigao_core::{
    Block,
    block::{Cell, plain_text},
    grid::SPAN_MAX,
};

use super::{
    Reading, body,
    fenced::Fenced,
    info_string::word,
    say,
    write_table::{ABOVE, LEFT},
};

pub(super) fn read(reading: &mut Reading<'_>, rest: &str, fenced: &Fenced<'_>) -> Option<Block> {
    let (header, rest) = option(rest, "header=");
    let (spans, caption) = option(rest, "spans");
    let header = header.map_or(Some(1), |number| number.parse::<usize>().ok());
    let mut blocks = body::read(
        reading,
        fenced.text,
        fenced.line + 1,
        fenced.level.saturating_sub(1),
    );
    let table = (blocks.pop(), blocks.is_empty(), header);
    let (Some(Block::Table { align, rows, .. }), true, Some(header)) = table else {
        return refused(reading, fenced.line);
    };
    if header > rows.len() {
        return refused(reading, fenced.line);
    }
    let rows = match spans {
        None => rows,
        Some(_) => match merged(rows) {
            Ok(rows) => rows,
            Err((row, column)) => {
                // The head's line and the line of dashes come first.
                let line = fenced.line + 1 + row + usize::from(row > 0);
                let problem = say::not_merged(reading.file, row + 1, column + 1).at(line);
                reading.problem(problem);
                return None;
            }
        },
    };
    let caption = reading.sieve.line("body", caption);
    Some(Block::Table {
        caption: Some(caption).filter(|c| !c.is_empty()),
        header,
        align,
        rows,
    })
}

/// The first word without its beginning, when it has that, and the rest.
fn option<'t>(text: &'t str, begin: &str) -> (Option<&'t str>, &'t str) {
    let (first, rest) = word(text);
    match first.strip_prefix(begin) {
        Some(value) if begin.ends_with('=') || value.is_empty() => (Some(value), rest),
        _ => (None, text),
    }
}

fn refused(reading: &mut Reading<'_>, line: usize) -> Option<Block> {
    let problem = say::directive(
        reading.file,
        "表格块里要有且只有一个表格，表头行数不超过总行数。",
        "A table block holds exactly one table, with no more header rows than rows.",
        "```table header=1 表题 ⏎ | 甲 | 乙 | ⏎ |---|---| ⏎ | 1 | 2 | ⏎ ```",
    );
    reading.problem(problem.at(line));
    None
}

/// The rows with `<<` and `^^` joined to the cells they belong to, or the place (from 0) where that gives no rectangle.
fn merged(rows: Vec<Vec<Cell>>) -> Result<Vec<Vec<Cell>>, (usize, usize)> {
    let width = rows.first().map_or(0, Vec::len);
    // The cell that each place belongs to.
    let mut owners: Vec<Vec<(usize, usize)>> = Vec::with_capacity(rows.len());
    for (r, row) in rows.iter().enumerate() {
        let mut line: Vec<(usize, usize)> = Vec::with_capacity(width);
        for (c, cell) in row.iter().enumerate() {
            let owner = match plain_text(&cell.text).as_str() {
                LEFT => c.checked_sub(1).and_then(|left| line.get(left)).copied(),
                ABOVE => r
                    .checked_sub(1)
                    .and_then(|above| owners.get(above)?.get(c))
                    .copied(),
                _ => Some((r, c)),
            };
            line.push(owner.ok_or((r, c))?);
        }
        owners.push(line);
    }
    let at = |r: usize, c: usize| owners.get(r).and_then(|line| line.get(c)).copied();
    let mut out = Vec::with_capacity(rows.len());
    let mut covered = 0;
    for (r, row) in rows.into_iter().enumerate() {
        let mut kept = Vec::new();
        for (c, cell) in row.into_iter().enumerate() {
            if at(r, c) != Some((r, c)) {
                continue;
            }
            let across = (c..width)
                .take_while(|c2| at(r, *c2) == Some((r, c)))
                .count();
            let down = (r..owners.len())
                .take_while(|r2| (c..c + across).all(|c2| at(*r2, c2) == Some((r, c))))
                .count();
            covered += across * down;
            let span = |size: usize| u32::try_from(size).ok().filter(|n| *n <= SPAN_MAX);
            kept.push(Cell {
                rowspan: span(down).ok_or((r, c))?,
                colspan: span(across).ok_or((r, c))?,
                ..cell
            });
        }
        out.push(kept);
    }
    // A place outside of its owner's rectangle was not counted.
    if covered != width * owners.len() {
        return Err((0, 0));
    }
    Ok(out)
}
