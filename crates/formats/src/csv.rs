//! Comma-separated lines of a chart.

/// Rows of cells. Quoted cells may hold commas, doubled quotes and line breaks; blank lines are left out.
/// Each row comes with its line, from 0.
pub(crate) fn rows(text: &str) -> Vec<(usize, Vec<String>)> {
    let mut rows = Vec::new();
    let (mut row, mut cell) = (Vec::new(), String::new());
    let (mut line, mut first_line, mut quoted, mut was_quoted) = (0, 0, false, false);
    let mut chars = text.chars().peekable();
    let mut close = |row: &mut Vec<String>, cell: &mut String, was_quoted: &mut bool, at: usize| {
        let blank = row.is_empty() && cell.trim().is_empty() && !*was_quoted;
        let text = std::mem::take(cell);
        row.push(if *was_quoted {
            text
        } else {
            text.trim().to_owned()
        });
        let done = std::mem::take(row);
        *was_quoted = false;
        if !blank {
            rows.push((at, done));
        }
    };
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if cell.trim().is_empty() && !was_quoted => {
                cell.clear();
                (quoted, was_quoted) = (true, true);
            }
            '\n' => {
                line += 1;
                if quoted {
                    cell.push('\n');
                } else {
                    close(&mut row, &mut cell, &mut was_quoted, first_line);
                    first_line = line;
                }
            }
            ',' | '，' if !quoted => {
                let text = std::mem::take(&mut cell);
                row.push(if was_quoted {
                    text
                } else {
                    text.trim().to_owned()
                });
                was_quoted = false;
            }
            c => cell.push(c),
        }
    }
    close(&mut row, &mut cell, &mut was_quoted, first_line);
    rows
}

/// One row as a line, quoted where it must be.
pub(crate) fn line(cells: &[String]) -> String {
    let plain = |cell: &str| {
        !cell.is_empty() && cell.trim() == cell && !cell.contains([',', '，', '"', '\n'])
    };
    let quote = |cell: &String| {
        if plain(cell) {
            cell.clone()
        } else {
            format!("\"{}\"", cell.replace('"', "\"\""))
        }
    };
    cells.iter().map(quote).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_the_same() {
        let row = ["", " a ", "1,2", "引\"号\"", "两\n行", "甲，乙", "平"]
            .map(str::to_owned)
            .to_vec();
        let text = format!("{}\n\n年份, 人次\n", line(&row));
        assert_eq!(
            rows(&text),
            vec![(0, row), (3, vec!["年份".to_owned(), "人次".to_owned()])]
        );
    }
}
