//! What every body must keep, whichever format it came from.

use std::collections::BTreeSet;

use yigao_core::{
    Block, Content, Digest, Finding, Inline, Severity,
    block::{BLOCKS_MAX, Chart, DEPTH_MAX, depth, figures, walk},
};

use crate::problem::{Problem, words};

/// Deepest level of headings.
pub(crate) const HEADING_MAX: u8 = 4;
const LINK_MAX: usize = 2_000;
/// Most numbers of one chart.
const NUMBERS_MAX: usize = 2_000;

/// Every rule of the model that `content` breaks.
pub(crate) fn check(file: &str, content: &Content) -> Vec<Problem> {
    let mut check = Check {
        file,
        problems: Vec::new(),
    };
    if depth(&content.body) > DEPTH_MAX {
        check.problems.push(too_deep(file));
    }
    let mut count = 0;
    walk(&content.body, &mut |block| {
        count += 1;
        check.block(block);
    });
    if count > BLOCKS_MAX {
        check.problems.push(too_many_blocks(file));
    }
    if content.title.trim().is_empty() {
        check.say(
            "title_missing",
            ("标题为空。", "The title is empty."),
            ("请写上标题。", "Give a title."),
        );
    }
    for digest in named(content) {
        if !content.assets.contains_key(digest) {
            check.say(
                "asset_unlisted",
                (
                    &format!("正文用到的素材 {} 不在 assets 中。", digest.short()),
                    &format!(
                        "The asset {} is used but not listed under `assets`.",
                        digest.short()
                    ),
                ),
                ("请重新导出这篇稿件。", "Export the item again."),
            );
        }
    }
    check.problems
}

/// Every original a content names.
fn named(content: &Content) -> BTreeSet<&Digest> {
    let mut named: BTreeSet<&Digest> = figures(&content.body).iter().map(|f| &f.asset).collect();
    named.extend(&content.cover);
    named.extend(content.attachments.iter().map(|a| &a.asset));
    walk(&content.body, &mut |block| {
        if let Block::Video { media } | Block::Audio { media } = block {
            named.insert(&media.asset);
            named.extend(&media.poster);
        }
    });
    named
}

/// What people who do not see the pictures will miss.
pub(crate) fn findings(content: &Content) -> Vec<Finding> {
    figures(&content.body)
        .into_iter()
        .filter(|figure| figure.alt.trim().is_empty())
        .map(|figure| {
            let name = content
                .assets
                .get(&figure.asset)
                .map_or("?", |a| a.name.as_str());
            Finding::new(
                Severity::Warn,
                "alt_missing",
                format!("asset/{name}"),
                words(
                    format!("图片“{name}”没有替代文字。"),
                    format!("The picture {name:?} has no alternative text."),
                ),
                words(
                    "请在 ![ ] 的方括号里用一句话写明图片内容。",
                    "Say in one sentence between the brackets of ![ ] what the picture shows.",
                ),
            )
        })
        .collect()
}

struct Check<'a> {
    file: &'a str,
    problems: Vec<Problem>,
}

impl Check<'_> {
    fn say(&mut self, code: &str, message: (&str, &str), advice: (&str, &str)) {
        let problem = Problem::new(
            self.file,
            code,
            words(message.0, message.1),
            words(advice.0, advice.1),
        );
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Paragraph { text } => self.links(text),
            Block::Heading { level, text } => {
                self.links(text);
                if !(1..=HEADING_MAX).contains(level) {
                    self.shape(
                        &format!("标题级别 {level} 不在 1 至 4 之间"),
                        &format!("heading level {level} is not 1 to 4"),
                    );
                }
            }
            Block::List { items, .. } => {
                for item in items {
                    self.links(&item.text);
                    if !matches!(item.children.as_deref(), None | Some(Block::List { .. })) {
                        self.shape(
                            "列表项里只能再放列表",
                            "below a list item only a list may stand",
                        );
                    }
                }
            }
            Block::Table { header, rows, .. } => {
                rows.iter()
                    .flatten()
                    .for_each(|cell| self.links(&cell.text));
                let width = rows.first().map_or(0, Vec::len);
                if width == 0 || rows.iter().any(|row| row.len() != width) || *header > rows.len() {
                    self.shape(
                        "表格各行的格数不一致",
                        "the rows of a table have different lengths",
                    );
                }
            }
            Block::Gallery { figures } if figures.is_empty() => {
                self.shape("图集里没有图片", "a gallery has no picture");
            }
            Block::QuestionAnswer { question, .. } => self.links(question),
            Block::Chart { chart } => {
                if let Some(problem) = chart_problem(self.file, chart) {
                    self.problems.push(problem);
                }
            }
            Block::Quote { .. }
            | Block::Figure { .. }
            | Block::Gallery { .. }
            | Block::Video { .. }
            | Block::Audio { .. }
            | Block::Callout { .. }
            | Block::Divider => {}
        }
    }

    fn shape(&mut self, zh: &str, en: &str) {
        self.say(
            "wrong_shape",
            (&format!("{zh}。"), &format!("{en}.")),
            ("请改正这一处。", "Correct this place."),
        );
    }

    fn links(&mut self, text: &[Inline]) {
        for link in text.iter().filter_map(|run| run.link.as_deref()) {
            if !link_fits(link) {
                self.problems.push(bad_link(self.file, link));
            }
        }
    }
}

/// `http`, `https`, `mailto` and `tel`, with something behind and no white space.
pub(crate) fn link_fits(link: &str) -> bool {
    let rest = ["http://", "https://", "mailto:", "tel:"]
        .iter()
        .find_map(|scheme| {
            let head = link.get(..scheme.len())?;
            if head.eq_ignore_ascii_case(scheme) {
                link.get(scheme.len()..)
            } else {
                None
            }
        });
    link.len() <= LINK_MAX
        && rest.is_some_and(|rest| !rest.is_empty())
        && !link.chars().any(|c| c.is_whitespace() || c.is_control())
}

pub(crate) fn bad_link(file: &str, link: &str) -> Problem {
    let shown = crate::paths::shown(link);
    Problem::new(
        file,
        "link_scheme",
        words(
            format!("链接“{shown}”不是 http、https、mailto 或 tel 地址。"),
            format!("The link {shown:?} is no http, https, mailto or tel address."),
        ),
        words(
            "请写完整网址，或去掉链接。",
            "Write the whole address, or take the link out.",
        ),
    )
}

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

pub(crate) fn too_deep(file: &str) -> Problem {
    Problem::new(
        file,
        "too_deep",
        words(
            format!("嵌套超过 {DEPTH_MAX} 层。"),
            format!("Nested deeper than {DEPTH_MAX} levels."),
        ),
        words(
            "请减少引文、列表、提示框的层数。",
            "Use fewer levels of quotes, lists and callouts.",
        ),
    )
}

pub(crate) fn too_many_blocks(file: &str) -> Problem {
    Problem::new(
        file,
        "too_many_blocks",
        words(
            format!("正文超过 {BLOCKS_MAX} 个段落和块。"),
            format!("The body has more than {BLOCKS_MAX} blocks."),
        ),
        words("请拆成几篇稿件。", "Split it into several items."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_by_scheme() {
        for link in [
            "https://a.cn/x?y=1",
            "HTTP://a.cn",
            "mailto:a@b.cn",
            "tel:0539-12345",
        ] {
            assert!(link_fits(link), "{link}");
        }
        for link in [
            "javascript:alert(1)",
            "/local",
            "https://",
            "data:text/html,x",
            "http://a b",
            "春",
            "",
        ] {
            assert!(!link_fits(link), "{link}");
        }
    }

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
