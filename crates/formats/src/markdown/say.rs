//! Problems of Markdown in words.

use crate::problem::{Problem, words};

pub(crate) fn id_missing(file: &str, name: &str) -> Problem {
    Problem::new(
        file,
        "id_missing",
        words(
            format!("没有写 id,文件夹名“{name}”也不能用作稿件名。"),
            format!("There is no `id`, and the folder name {name:?} cannot serve as one."),
        ),
        words(
            "请在开头写上 id，用小写字母、数字和连字符，如：`id: spring-market`",
            "Write an id of lower-case letters, digits and hyphens, as in `id: spring-market`",
        ),
    )
}

pub(crate) fn matter_too_large(file: &str, max: usize) -> Problem {
    Problem::new(
        file,
        "front_matter_too_large",
        words(
            format!("开头的稿件信息超过 {max} 字节。"),
            format!("The front matter is over {max} bytes."),
        ),
        words(
            "请把正文移到第二行 --- 之后。",
            "Move the body behind the second line of ---.",
        ),
    )
    .at(1)
}

pub(crate) fn raw_html(file: &str, html: &str) -> Problem {
    let shown: String = html.trim().chars().take(40).collect();
    Problem::new(
        file,
        "raw_html",
        words(
            format!("正文里有 HTML 代码“{shown}”。"),
            format!("The body holds HTML: {shown:?}."),
        ),
        words(
            "请改用 Markdown 写法；只允许 <u>、<sup>、<sub>、<b>、<i>、<br>。",
            "Write Markdown instead; only <u>, <sup>, <sub>, <b>, <i> and <br> are taken.",
        ),
    )
}

pub(crate) fn unclosed_tag(file: &str, tag: &str) -> Problem {
    Problem::new(
        file,
        "unclosed_tag",
        words(
            format!("<{tag}> 与 </{tag}> 不成对。"),
            format!("<{tag}> and </{tag}> do not pair."),
        ),
        words(
            "请在同一段里补上另一半。",
            "Write the other half in the same paragraph.",
        ),
    )
}

pub(crate) fn picture_in_text(file: &str) -> Problem {
    Problem::new(
        file,
        "picture_in_text",
        words(
            "图片与文字写在同一段、标题、列表或表格里。",
            "A picture stands within text, a heading, a list or a table.",
        ),
        words(
            "请把图片单独放在一段，前后各空一行。",
            "Give the picture a paragraph of its own, with a blank line before and after.",
        ),
    )
}

pub(crate) fn text_lost(file: &str, words_lost: &str) -> Problem {
    let shown = crate::paths::shown(words_lost);
    Problem::new(
        file,
        "text_lost",
        words(
            format!("“{shown}”会被当作 Markdown 符号丢掉。"),
            format!("{shown:?} would be dropped as Markdown."),
        ),
        words(
            "请在这一处前面加反斜杠 \\，或改写这一行。",
            "Write a backslash before it, or write the line differently.",
        ),
    )
}

pub(crate) fn note_holds_block(file: &str) -> Problem {
    Problem::new(
        file,
        "note_holds_block",
        words("注释里放了文字以外的内容。", "A note holds more than text."),
        words(
            "注释只写文字；列表、表格、图片请移到正文。",
            "Write text alone in a note; move lists, tables and pictures into the body.",
        ),
    )
}

pub(crate) fn note_twice(file: &str, label: &str) -> Problem {
    let shown = crate::paths::shown(label);
    Problem::new(
        file,
        "note_twice",
        words(
            format!("注释“[^{shown}]:”写了两次。"),
            format!("The note `[^{shown}]:` occurs twice."),
        ),
        words(
            "请给其中一条换一个编号，或删去一条。",
            "Give one of them another label, or take one out.",
        ),
    )
}

pub(crate) fn too_many_notes(file: &str) -> Problem {
    let max = yigao_core::block::NOTES_MAX;
    Problem::new(
        file,
        "too_many_notes",
        words(
            format!("注释超过 {max} 条。"),
            format!("There are more than {max} notes."),
        ),
        words("请拆成几篇稿件。", "Split it into several items."),
    )
}

pub(crate) fn number_too_large(file: &str, number: u64) -> Problem {
    let max = yigao_core::numbering::NUMBER_MAX;
    Problem::new(
        file,
        "number_too_large",
        words(
            format!("列表的编号 {number} 超过 {max}。"),
            format!("The list's number {number} is over {max}."),
        ),
        words(
            "如不是编号，请在数字后的点前加反斜杠：\\. 。",
            "Write a backslash before the dot if it is no number of a list.",
        ),
    )
}

pub(crate) fn not_merged(file: &str, row: usize, column: usize) -> Problem {
    Problem::new(
        file,
        "cells_not_merged",
        words(
            format!("第 {row} 行第 {column} 格的合并不成矩形，或左边、上边没有单元格。"),
            format!(
                "Row {row}, cell {column}: the merged cells make no rectangle, or there is none at the left or above."
            ),
        ),
        words(
            "“<<”并入左边一格，“^^”并入上边一格；合并后的区域必须是矩形。",
            "`<<` joins the cell at the left, `^^` the one above; together they make a rectangle.",
        ),
    )
}

pub(crate) fn list_holds_block(file: &str) -> Problem {
    Problem::new(
        file,
        "list_holds_block",
        words(
            "列表项里放了文字和一个下级列表以外的内容。",
            "A list item holds more than its text and one list below it.",
        ),
        words(
            "请把这一块移到列表之外。",
            "Move this part out of the list.",
        ),
    )
}

pub(crate) fn row_too_long(file: &str) -> Problem {
    Problem::new(
        file,
        "table_row_too_long",
        words(
            "表格这一行的格数比表头多，多出的内容会丢失。",
            "This row has more cells than the table's head; the rest would be lost.",
        ),
        words(
            "请补全表头，或把格内的 | 写成 \\|。",
            "Complete the head, or write | within a cell as \\|.",
        ),
    )
}

/// `fence` are the signs that the block begins with.
pub(crate) fn unclosed_fence(file: &str, fence: &str) -> Problem {
    Problem::new(
        file,
        "unclosed_fence",
        words(
            format!("以 {fence} 开始的块没有结束行，后面的正文会全部落入其中。"),
            format!(
                "The block that begins with {fence} has no closing line and would swallow the rest."
            ),
        ),
        words(
            format!("请在块的末尾另起一行写 {fence}"),
            format!("Where the block ends, write on a line of its own {fence}"),
        ),
    )
}

pub(crate) fn unknown_directive(file: &str, name: &str) -> Problem {
    let known = super::info_string::NAMES.join(", ");
    let message = if name.is_empty() {
        words("正文不能有代码块。", "The body takes no code blocks.")
    } else {
        words(
            format!("不认识的块“{name}”。"),
            format!("There is no block {name:?}."),
        )
    };
    Problem::new(
        file,
        "unknown_directive",
        message,
        words(format!("可用的块：{known}。"), format!("Blocks: {known}.")),
    )
}

/// A fence that lacks something, and a whole one: ⏎ stands where a new line begins.
pub(crate) fn directive(file: &str, zh: &str, en: &str, example: &str) -> Problem {
    Problem::new(
        file,
        "bad_directive",
        words(zh, en),
        words(
            format!("写法（⏎ 处换行）：{example}"),
            format!("Write (a new line at each ⏎): {example}"),
        ),
    )
}
