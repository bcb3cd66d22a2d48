use yigao_core::block::plain_text;

use super::*;
use crate::gov_page::{html, piece::Piece};

fn grid(html: &str) -> Grid {
    let page = html::pieces(html);
    let [Piece::Table(table)] = page.pieces.as_slice() else {
        panic!("{:?}", page.pieces);
    };
    lay_out(table.clone(), &mut Vec::new())
}

fn shape(grid: &Grid) -> Vec<Vec<(usize, usize, usize, String)>> {
    let of = |cell: &Placed| {
        (
            cell.column,
            cell.rowspan,
            cell.colspan,
            plain_text(&cell.text),
        )
    };
    grid.rows
        .iter()
        .map(|row| row.iter().map(of).collect())
        .collect()
}

#[test]
fn spans_put_cells_in_their_places() {
    let grid = grid(
        "<table><tr><th rowspan=2>县区</th><th colspan=2>场次</th></tr><tr><td>上</td><td>下</td></tr><tr><td>云溪</td><td>40</td><td>60</td></tr></table>",
    );
    let cell = |column, rowspan, colspan, text: &str| (column, rowspan, colspan, text.to_owned());
    assert_eq!(
        shape(&grid),
        [
            vec![cell(0, 2, 1, "县区"), cell(1, 1, 2, "场次")],
            vec![cell(1, 1, 1, "上"), cell(2, 1, 1, "下")],
            vec![
                cell(0, 1, 1, "云溪"),
                cell(1, 1, 1, "40"),
                cell(2, 1, 1, "60")
            ],
        ]
    );
    // A cell of the head that spans two rows makes two of them head.
    assert_eq!((grid.columns, grid.header, grid.cut.len()), (3, 2, 0));
}

#[test]
fn spans_over_others_and_over_the_edge_are_cut_and_said() {
    let over = grid(
        "<table><tr><td>甲</td><td rowspan=2>乙</td></tr><tr><td colspan=2>丙</td></tr><tr><td rowspan=9>丁</td><td>戊</td></tr></table>",
    );
    assert_eq!(over.cut.iter().collect::<Vec<_>>(), ["丁", "丙"]);
    assert_eq!(shape(&over)[1], [(0, 1, 1, "丙".to_owned())]);
    assert_eq!(shape(&over)[2][0].1, 1);
    let to_the_end =
        grid("<table><tr><td rowspan=0>甲</td><td>乙</td></tr><tr><td>丙</td></tr></table>");
    assert_eq!((shape(&to_the_end)[0][0].1, to_the_end.cut.len()), (2, 0));
}

#[test]
fn columns_and_rows_that_hold_nothing_go() {
    let wide = grid(
        "<table><tr><td colspan=100>题</td></tr><tr><td colspan=2>甲</td><td colspan=2>乙</td></tr><tr></tr></table>",
    );
    assert_eq!(
        shape(&wide),
        [
            vec![(0, 1, 2, "题".to_owned())],
            vec![(0, 1, 1, "甲".to_owned()), (1, 1, 1, "乙".to_owned())]
        ]
    );
    assert_eq!(wide.columns, 2);
}

#[test]
fn tables_that_nobody_reads_are_refused() {
    let row = format!("<tr>{}</tr>", "<td>1</td>".repeat(300));
    let page = html::pieces(&format!("<table>{}</table>", row.repeat(200)));
    let [Piece::Table(table)] = page.pieces.as_slice() else {
        panic!();
    };
    let problem = block("a.html", table.clone(), &mut Vec::new()).unwrap_err();
    assert_eq!(problem.code, "table_too_large");
}
