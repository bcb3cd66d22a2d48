//! Tables as the platform keeps them: styles in each cell, no head element.

use yigao_core::{
    block::{Align, Cell, Chart},
    grid,
    html::escape,
};

use super::{GAP, Writer};

pub(super) const CELL: &str = "border:1px solid #ddd;padding:6px";
pub(super) const HEAD: &str = "border:1px solid #ddd;padding:6px;background:#f5f5f5";
const CAPTION: &str = "margin:0 0 4px;font-size:14px;color:#666;text-align:center";

impl Writer<'_> {
    pub(super) fn open_table(&mut self) {
        self.put(format_args!("<section style=\"overflow-x:auto;{GAP}\"><table style=\"border-collapse:collapse;width:100%;font-size:14px\"><tbody>"));
    }

    pub(super) fn close_table(&mut self) {
        self.out.push_str("</tbody></table></section>");
    }

    pub(super) fn table(
        &mut self,
        caption: Option<&str>,
        header: usize,
        align: &[Align],
        rows: &[Vec<Cell>],
    ) {
        if let Some(caption) = caption {
            self.line(CAPTION, caption);
        }
        self.open_table();
        let aligned = grid::aligned(header, align, rows);
        for (at, (row, aligned)) in rows.iter().zip(&aligned).enumerate() {
            let style = if at < header { HEAD } else { CELL };
            self.out.push_str("<tr>");
            for (cell, align) in row.iter().zip(aligned) {
                let text = self.inlines(&cell.text);
                let align = match align {
                    Align::Auto => "",
                    Align::Left => ";text-align:left",
                    Align::Center => ";text-align:center",
                    Align::Right => ";text-align:right",
                };
                let mut spans = String::new();
                for (name, span) in [("rowspan", cell.rowspan), ("colspan", cell.colspan)] {
                    if span > 1 {
                        spans.push_str(&format!(" {name}=\"{span}\""));
                    }
                }
                self.put(format_args!(
                    "<td{spans} style=\"{style}{align}\">{text}</td>"
                ));
            }
            self.out.push_str("</tr>");
        }
        self.close_table();
    }

    /// Scripts do not run there: a chart is shown as its table.
    pub(super) fn chart(&mut self, chart: &Chart) {
        self.line(CAPTION, &format!("{}（单位：{}）", chart.title, chart.unit));
        self.open_table();
        self.put(format_args!("<tr><td style=\"{HEAD}\"></td>"));
        for series in &chart.series {
            let name = escape(&series.name);
            self.put(format_args!("<td style=\"{HEAD}\">{name}</td>"));
        }
        self.out.push_str("</tr>");
        for (at, label) in chart.labels.iter().enumerate() {
            let label = escape(label);
            self.put(format_args!("<tr><td style=\"{HEAD}\">{label}</td>"));
            for series in &chart.series {
                let value = series.values.get(at).map(|v| escape(v)).unwrap_or_default();
                self.put(format_args!("<td style=\"{CELL}\">{value}</td>"));
            }
            self.out.push_str("</tr>");
        }
        self.close_table();
    }
}
