//! Tables as HTML: merged cells, and columns set as they state or as numbers are.

use super::{escape, inlines, put};
use crate::block::{Align, Cell, Chart};
use crate::grid;

pub(super) fn write(
    caption: Option<&str>,
    header: usize,
    align: &[Align],
    rows: &[Vec<Cell>],
    out: &mut String,
) {
    out.push_str("<div class=\"table-scroll\"><table>\n");
    if let Some(caption) = caption {
        put(
            out,
            format_args!("<caption>{}</caption>\n", escape(caption)),
        );
    }
    let aligned = grid::aligned(header, align, rows);
    for (at, (row, aligned)) in rows.iter().zip(&aligned).enumerate() {
        let is_head = at < header;
        if at == 0 {
            out.push_str(if is_head { "<thead>\n" } else { "<tbody>\n" });
        }
        out.push_str("<tr>");
        for (cell, align) in row.iter().zip(aligned) {
            write_cell(cell, *align, is_head, out);
        }
        out.push_str("</tr>\n");
        if is_head && at + 1 == header {
            out.push_str("</thead>\n<tbody>\n");
        }
    }
    if !rows.is_empty() {
        out.push_str("</tbody>\n");
    }
    out.push_str("</table></div>\n");
}

fn write_cell(cell: &Cell, align: Align, is_head: bool, out: &mut String) {
    let name = if is_head { "th" } else { "td" };
    put(out, format_args!("<{name}"));
    if is_head {
        let scope = if cell.colspan > 1 { "colgroup" } else { "col" };
        put(out, format_args!(" scope=\"{scope}\""));
    }
    for (attribute, span) in [("rowspan", cell.rowspan), ("colspan", cell.colspan)] {
        if span > 1 {
            put(out, format_args!(" {attribute}=\"{span}\""));
        }
    }
    match align {
        Align::Auto => {}
        Align::Left => out.push_str(" class=\"left\""),
        Align::Center => out.push_str(" class=\"center\""),
        Align::Right => out.push_str(" class=\"right\""),
    }
    put(out, format_args!(">{}</{name}>", inlines(&cell.text)));
}

/// A chart is shown as its table: readable everywhere, also by ear. Drawing it is a channel's own affair.
pub(super) fn write_chart(chart: &Chart, out: &mut String) {
    put(
        out,
        format_args!(
            "<div class=\"table-scroll\"><table class=\"chart\">\n<caption>{}（单位：{}）</caption>\n<thead>\n<tr><th scope=\"col\"></th>",
            escape(&chart.title),
            escape(&chart.unit)
        ),
    );
    for series in &chart.series {
        put(
            out,
            format_args!("<th scope=\"col\">{}</th>", escape(&series.name)),
        );
    }
    out.push_str("</tr>\n</thead>\n<tbody>\n");
    for (at, label) in chart.labels.iter().enumerate() {
        put(
            out,
            format_args!("<tr><th scope=\"row\">{}</th>", escape(label)),
        );
        for series in &chart.series {
            put(
                out,
                format_args!(
                    "<td>{}</td>",
                    series.values.get(at).map(|v| escape(v)).unwrap_or_default()
                ),
            );
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table></div>\n");
}
