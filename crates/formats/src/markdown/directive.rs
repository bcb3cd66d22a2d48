//! Fenced blocks that stand for what Markdown has no words for.

use yigao_core::{
    Block,
    block::{Chart, DEPTH_MAX, Series},
};

use super::{
    Reading, body,
    fenced::Fenced,
    info_string::{CALLOUTS, CHARTS, token, word},
    lists, media, say, table_block,
};
use crate::{csv, files::Want, rules};

/// The block that a fence stands for.
pub(crate) fn read(reading: &mut Reading<'_>, fenced: &Fenced<'_>) -> Option<Block> {
    let (name, rest) = word(fenced.info);
    let (text, line) = (fenced.text, fenced.line);
    match name {
        "callout" => callout(reading, rest, fenced),
        "qa" => question(reading, fenced),
        "chart" => chart(reading, rest, text, line),
        "video" => media::clip(reading, Want::Video, rest, text, line),
        "audio" => media::clip(reading, Want::Audio, rest, text, line),
        "figure" => media::figure_block(reading, rest, text, line),
        "gallery" => media::gallery_block(reading, text, line),
        "table" => table_block::read(reading, rest, fenced),
        "list" => lists::styled(reading, rest, fenced),
        "closing" => closing(reading, text, line),
        other => {
            let problem = say::unknown_directive(reading.file, other);
            reading.problem(problem.at(line));
            None
        }
    }
}

/// The blocks inside a fence, one level deeper.
fn inside(
    reading: &mut Reading<'_>,
    text: &str,
    first: usize,
    fenced: &Fenced<'_>,
) -> Option<Vec<Block>> {
    if fenced.level >= DEPTH_MAX && !text.trim().is_empty() {
        let problem = rules::too_deep(reading.file).at(fenced.line);
        reading.problem(problem);
        return None;
    }
    Some(body::read(reading, text, first, fenced.level))
}

fn callout(reading: &mut Reading<'_>, rest: &str, fenced: &Fenced<'_>) -> Option<Block> {
    let (kind, title) = word(rest);
    let Some((_, _, kind)) = CALLOUTS
        .iter()
        .find(|(en, zh, _)| *en == kind || *zh == kind)
    else {
        let problem = say::directive(
            reading.file,
            "提示框要写明类型：note、warning 或 deadline。",
            "A callout is a note, a warning or a deadline.",
            "```callout note 标题 ⏎ 内容 ⏎ ```",
        );
        reading.problem(problem.at(fenced.line));
        return None;
    };
    let title = reading.sieve.line("body", title);
    let title = Some(title).filter(|title| !title.is_empty());
    let blocks = inside(reading, fenced.text, fenced.line + 1, fenced)?;
    Some(Block::Callout {
        kind: *kind,
        title,
        blocks,
    })
}

fn question(reading: &mut Reading<'_>, fenced: &Fenced<'_>) -> Option<Block> {
    let (first, rest) = fenced.text.split_once('\n').unwrap_or((fenced.text, ""));
    let mut asked = body::read(
        reading,
        first,
        fenced.line + 1,
        fenced.level.saturating_sub(1),
    );
    let question = match (asked.pop(), asked.is_empty()) {
        (Some(Block::Paragraph { text }), true) => text,
        _ => {
            let problem = say::directive(
                reading.file,
                "问答块的第一行要写问题。",
                "The first line of a question block is the question.",
                "```qa ⏎ 问题 ⏎  ⏎ 回答 ⏎ ```",
            );
            reading.problem(problem.at(fenced.line));
            return None;
        }
    };
    let answer = inside(reading, rest, fenced.line + 2, fenced)?;
    Some(Block::QuestionAnswer { question, answer })
}

/// 落款: units, one a line, and the day in the last line.
fn closing(reading: &mut Reading<'_>, text: &str, line: usize) -> Option<Block> {
    let mut lines: Vec<String> = text
        .lines()
        .map(|line| reading.sieve.line("body", line.trim()))
        .filter(|line| !line.is_empty())
        .collect();
    let date = lines.pop().filter(|_| !lines.is_empty());
    let Some(date) = date else {
        let problem = say::directive(
            reading.file,
            "落款要写发文机关（每行一个），最后一行写日期。",
            "A closing names its units, one a line, and the day in the last line.",
            "```closing ⏎ 单位 ⏎ 2026年5月1日 ⏎ ```",
        );
        reading.problem(problem.at(line));
        return None;
    };
    Some(Block::Closing { units: lines, date })
}

fn chart(reading: &mut Reading<'_>, rest: &str, text: &str, line: usize) -> Option<Block> {
    let (kind, rest) = word(rest);
    let kind = CHARTS
        .iter()
        .find(|(en, zh, _)| *en == kind || *zh == kind)
        .map(|(_, _, kind)| *kind);
    let (Some(kind), Some((title, rest))) = (kind, token(rest)) else {
        let problem = say::directive(
            reading.file,
            "图表要写明类型（bar、line 或 pie）和标题。",
            "A chart names its kind (bar, line or pie) and its title.",
            "```chart bar 接待人次 万人次 ⏎ 年份,人次 ⏎ 2025,86 ⏎ ```",
        );
        reading.problem(problem.at(line));
        return None;
    };
    let unit = token(rest).map(|(unit, _)| unit).unwrap_or_default();
    let rows = csv::rows(text);
    let Some(((_, names), rows)) = rows.split_first() else {
        let problem = rules::no_data(reading.file).at(line);
        reading.problem(problem);
        return None;
    };
    for (at, cells) in rows {
        let values = cells.get(1..).unwrap_or_default();
        if let Some(problem) = rules::row_problem(reading.file, names.len() - 1, values) {
            reading.problem(problem.at(line + 1 + at));
            return None;
        }
    }
    let mut clean = |text: &String| reading.sieve.text("body", text);
    let column = |at: usize| {
        rows.iter()
            .filter_map(move |(_, cells)| cells.get(at).cloned())
    };
    let chart = Chart {
        kind,
        title: clean(&title),
        unit: clean(&unit),
        labels: column(0).map(|label| clean(&label)).collect(),
        series: (1..)
            .zip(names.iter().skip(1))
            .map(|(at, name)| Series {
                name: clean(name),
                values: column(at).collect(),
            })
            .collect(),
    };
    match rules::chart_problem(reading.file, &chart) {
        Some(problem) => {
            reading.problem(problem.at(line));
            None
        }
        None => Some(Block::Chart { chart }),
    }
}
