//! What every body must keep, whichever format it came from.

use std::collections::BTreeSet;

use yigao_core::{
    Block, Content, Digest, Finding, Inline, Localized, Severity,
    block::{BLOCKS_MAX, Cell, DEPTH_MAX, ListItem, NOTES_MAX, depth, figures, note_label, walk},
    grid::{self, Misfit, SPAN_MAX},
    numbering::{NUMBER_MAX, Numbering},
};

mod chart;

pub(crate) use chart::{chart_problem, no_data, row_problem};

use crate::{
    leftovers,
    problem::{Problem, words},
};

/// Deepest level of headings.
pub(crate) const HEADING_MAX: u8 = 4;
const LINK_MAX: usize = 2_000;

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
    check.notes(&content.body);
    if let Some(asset) = content
        .assets
        .values()
        .find(|asset| asset.focus.is_some_and(|at| at.x > 100 || at.y > 100))
    {
        check.shape(
            &format!("图片“{}”的焦点在图片之外", asset.name),
            &format!("the focus of {:?} is outside of the picture", asset.name),
        );
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
            alt_missing(
                name,
                words(
                    "请在 ![ ] 的方括号里用一句话写明图片内容。",
                    "Say in one sentence between the brackets of ![ ] what the picture shows.",
                ),
            )
        })
        .collect()
}

/// That people who do not see a picture will miss it; what to do depends on the format.
pub(crate) fn alt_missing(name: &str, advice: Localized) -> Finding {
    Finding::new(
        Severity::Warn,
        "alt_missing",
        format!("asset/{name}"),
        words(
            format!("图片“{name}”没有替代文字。"),
            format!("The picture {name:?} has no alternative text."),
        ),
        advice,
    )
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
            Block::List {
                numbering, items, ..
            } => self.list(*numbering, items),
            Block::Table { header, rows, .. } => self.table(*header, rows),
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
            Block::Closing { units, date } => {
                let empty = |text: &String| text.trim().is_empty();
                if units.is_empty() || units.iter().any(empty) || empty(date) {
                    self.shape(
                        "落款缺少发文机关或日期",
                        "a closing lacks its units or its day",
                    );
                }
            }
            Block::Notes { notes } => notes.iter().for_each(|note| self.links(&note.text)),
        }
    }

    fn list(&mut self, numbering: Numbering, items: &[ListItem]) {
        let stated = items.iter().filter_map(|item| item.number);
        if let Some(number) = stated
            .chain([numbering.start])
            .find(|number| *number > NUMBER_MAX)
        {
            self.shape(
                &format!("列表的编号 {number} 超过 {NUMBER_MAX}"),
                &format!("the number {number} of a list is over {NUMBER_MAX}"),
            );
        }
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

    fn table(&mut self, header: usize, rows: &[Vec<Cell>]) {
        rows.iter()
            .flatten()
            .for_each(|cell| self.links(&cell.text));
        if header > rows.len() {
            self.shape(
                "表头的行数超过表格的行数",
                "a table has more header rows than rows",
            );
        } else if let Err(misfit) = grid::columns(header, rows) {
            let (zh, en) = misfit_words(misfit);
            self.shape(&zh, &en);
        }
    }

    /// Notes are the last block; what refers to one names a number that is there, and shows it.
    fn notes(&mut self, body: &[Block]) {
        let mut blocks = 0;
        let mut references = Vec::new();
        walk(body, &mut |block| {
            blocks += usize::from(matches!(block, Block::Notes { .. }));
            for run in leftovers::texts(block).into_iter().flatten() {
                references.extend(run.note.map(|number| (number, run.text.as_str())));
            }
        });
        let count = match body.last() {
            Some(Block::Notes { notes }) => {
                if notes.len() > NOTES_MAX {
                    self.shape(
                        &format!("注释超过 {NOTES_MAX} 条"),
                        &format!("there are more than {NOTES_MAX} notes"),
                    );
                }
                notes.len()
            }
            _ => 0,
        };
        if blocks > usize::from(count > 0) {
            self.shape(
                "注释只能有一处，并且在正文最后",
                "notes are one block, the last of the body",
            );
        }
        let shown = |number: u32, text: &str| {
            usize::try_from(number).is_ok_and(|number| (1..=count).contains(&number))
                && text == note_label(number)
        };
        if let Some((number, text)) = references.into_iter().find(|(n, text)| !shown(*n, text)) {
            self.shape(
                &format!("正文的注号“{text}”指向第 {number} 条注释，应写作“[{number}]”且注释存在"),
                &format!("the reference {text:?} points at note {number}; it reads `[{number}]` and the note is there"),
            );
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

/// Why cells make no table, in words.
fn misfit_words(misfit: Misfit) -> (String, String) {
    match misfit {
        Misfit::Empty => (
            "表格里没有单元格".to_owned(),
            "a table has no cell".to_owned(),
        ),
        Misfit::Span { row } => (
            format!("表格第 {row} 行有单元格的跨行或跨列数不在 1 至 {SPAN_MAX} 之间"),
            format!(
                "row {row} of a table has a cell that covers no place, or more than {SPAN_MAX}"
            ),
        ),
        Misfit::Beyond { row } => (
            format!("表格第 {row} 行的单元格互相重叠或超出右边"),
            format!("row {row} of a table has cells that overlap or reach beyond its edge"),
        ),
        Misfit::Gap { row } => (
            format!("表格第 {row} 行的格数不够"),
            format!("row {row} of a table has too few cells"),
        ),
        Misfit::Below { row } => (
            format!("表格第 {row} 行有单元格跨过了表头或最后一行"),
            format!(
                "row {row} of a table has a cell that reaches out of the head or below the last row"
            ),
        ),
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
}
