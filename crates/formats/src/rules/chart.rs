//! Rules of charts: labels, rows and numbers.

use yigao_core::block::Chart;

use crate::problem::{Problem, words};

/// Most numbers of one chart.
const NUMBERS_MAX: usize = 2_000;

/// Labels, rows and numbers of a chart.
pub(crate) fn chart_problem(file: &str, chart: &Chart) -> Option<Problem> {
    if chart.labels.is_empty() || chart.series.is_empty() {
        return Some(no_data(file));
    }
    let (labels, series) = (chart.labels.len(), chart.series.len());
    if labels.saturating_mul(series) > NUMBERS_MAX {
        return Some(chart_data(
            file,
            format!("图表有 {labels} × {series} 个数，上限是 {NUMBERS_MAX}。"),
            format!("The chart has {labels} × {series} numbers, the limit is {NUMBERS_MAX}."),
        ));
    }
    chart
        .series
        .iter()
        .find_map(|series| row_problem(file, labels, &series.values))
}

/// A row or column of numbers that should have `wanted` of them.
pub(crate) fn row_problem(file: &str, wanted: usize, values: &[String]) -> Option<Problem> {
    let found = values.len();
    if found != wanted {
        return Some(chart_data(
            file,
            format!("这里有 {found} 个数，应有 {wanted} 个（千分位逗号也会多出一个）。"),
            format!(
                "There are {found} numbers here, {wanted} expected (a thousands separator makes one more)."
            ),
        ));
    }
    let odd = values.iter().find(|value| !is_decimal(value))?;
    let shown = crate::paths::shown(odd);
    Some(chart_data(
        file,
        format!("“{shown}”不是数字。"),
        format!("{shown:?} is no number."),
    ))
}

pub(crate) fn no_data(file: &str) -> Problem {
    chart_data(
        file,
        "图表没有数据。".to_owned(),
        "The chart has no data.".to_owned(),
    )
}

fn chart_data(file: &str, zh: String, en: String) -> Problem {
    Problem::new(
        file,
        "chart_data",
        words(zh, en),
        words(
            "第一行写列名，以后每行一个项目；数字不带单位和千分位逗号。",
            "First row: names of the columns; then one row for each label; numbers without units or thousands separators.",
        ),
    )
}

fn is_decimal(text: &str) -> bool {
    let text = text.strip_prefix('-').unwrap_or(text);
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    [whole, part]
        .iter()
        .all(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_charts() {
        for text in ["0", "-12.50", "1000"] {
            assert!(is_decimal(text), "{text}");
        }
        for text in ["", "-", "1,000", "5%", "1e3", ".5", "5."] {
            assert!(!is_decimal(text), "{text}");
        }
    }
}
