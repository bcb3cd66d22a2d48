//! Tables for terminals, with Chinese characters two cells wide.

/// Cells that a text takes in a terminal.
pub fn width(text: &str) -> usize {
    text.chars().map(|c| if is_wide(c) { 2 } else { 1 }).sum()
}

/// East Asian wide and full-width ranges, as far as our screens use them.
fn is_wide(c: char) -> bool {
    matches!(u32::from(c), 0x1100..=0x115f | 0x2e80..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff | 0xfe30..=0xfe6f | 0xff00..=0xff60 | 0xffe0..=0xffe6 | 0x1f300..=0x1faff | 0x20000..=0x3fffd)
}

/// Text cut to `cells`, with `…` when something is missing.
pub fn fit(text: &str, cells: usize) -> String {
    if width(text) <= cells {
        return text.to_owned();
    }
    let mut used = 0;
    let mut out = String::new();
    for c in text.chars() {
        let next = if is_wide(c) { 2 } else { 1 };
        if used + next + 1 > cells {
            break;
        }
        used += next;
        out.push(c);
    }
    out.push('…');
    out
}

/// Text in exactly so many cells.
pub fn padded(text: &str, cells: usize) -> String {
    let mut out = fit(text, cells);
    out.extend(std::iter::repeat_n(' ', cells.saturating_sub(width(&out))));
    out
}

/// Rows under heads, columns as wide as their widest cell, at most `widest` cells.
pub fn table(heads: &[&str], rows: &[Vec<String>], widest: usize) -> String {
    let columns = heads.len();
    let column_width = |at: usize| {
        let cells = rows
            .iter()
            .filter_map(|row| row.get(at))
            .map(|cell| width(cell));
        cells
            .chain(heads.get(at).map(|head| width(head)))
            .max()
            .unwrap_or(0)
            .min(widest)
    };
    let widths: Vec<usize> = (0..columns).map(column_width).collect();
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let mut out = String::new();
        for (cell, cells) in cells.zip(&widths) {
            out.push_str(&padded(cell, *cells));
            out.push_str("  ");
        }
        out.trim_end().to_owned()
    };
    let mut lines = vec![line(&mut heads.iter().copied())];
    lines.extend(
        rows.iter()
            .map(|row| line(&mut row.iter().map(String::as_str))),
    );
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_takes_two_cells_and_columns_line_up() {
        assert_eq!(width("文a"), 3);
        assert_eq!(fit("文化和旅游局", 7), "文化和…");
        let rows = vec![
            vec!["文旅".to_owned(), "x".to_owned()],
            vec!["a".to_owned(), "y".to_owned()],
        ];
        assert_eq!(table(&["名", "b"], &rows, 40), "名    b\n文旅  x\na     y");
    }
}
