//! What is wrong with a line of YAML, and the line to copy instead.

use crate::problem::{Problem, words};

/// A place in a file: line from 1, column from 1.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    pub file: &'a str,
    pub line: usize,
    pub column: usize,
}

/// Why a line is not taken as it stands.
#[derive(Clone, Copy, Debug)]
pub(super) enum Why {
    /// The value begins with a sign that YAML gives a meaning.
    Sign(char),
    /// ` #` begins a comment.
    Comment,
    /// `null` or `~` where a text must stand.
    Null,
    /// `: ` within a value of several lines.
    Colon,
    /// Text stands behind the closing quote.
    BehindQuote,
    /// A quote that nothing closes.
    OpenQuote,
    /// A backslash that YAML knows no meaning for.
    Backslash,
    /// An item within `[…]` or `{…}`.
    InBrackets,
    /// `[…]` or `{…}` that does not close, or with text behind.
    Brackets,
    /// The line is set in with tabs or full-width spaces.
    Lead,
    /// The line is set in deeper than the key it follows.
    Deep,
    /// `：`, or `:` without a blank.
    KeyMark,
    /// No key at all.
    NoKey,
}

fn because(why: Why) -> (String, String) {
    match why {
        Why::Sign(c) => (
            format!("值以 {c} 开头，YAML 会当作别的写法"),
            format!("the value begins with {c}, which means something else in YAML"),
        ),
        Why::Comment => (
            "# 之后的文字会被当作注释丢掉".to_owned(),
            "what follows # would be lost as a comment".to_owned(),
        ),
        Why::Null => (
            "这个值在 YAML 里表示“没有”".to_owned(),
            "this value means `none` in YAML".to_owned(),
        ),
        Why::Colon => (
            "值里有半角冒号加空格，会被当作另一个键".to_owned(),
            "the value holds a colon and a space, which would begin another key".to_owned(),
        ),
        Why::BehindQuote => (
            "右引号后面还有文字".to_owned(),
            "text stands behind the closing quote".to_owned(),
        ),
        Why::OpenQuote => (
            "以引号开头，却没有右引号".to_owned(),
            "the quote at the beginning is not closed".to_owned(),
        ),
        Why::Backslash => (
            "双引号里的反斜杠要写两个".to_owned(),
            "a backslash in double quotes is written twice".to_owned(),
        ),
        Why::InBrackets => (
            "方括号或花括号里的这一项要加引号".to_owned(),
            "an item within brackets needs quotes".to_owned(),
        ),
        Why::Brackets => (
            "方括号或花括号没有配对，或后面还有文字".to_owned(),
            "the brackets do not pair, or text stands behind them".to_owned(),
        ),
        Why::Lead => (
            "行首有制表符或全角空格，这里只能用半角空格缩进".to_owned(),
            "the line is set in with tabs or full-width spaces; only ASCII spaces are taken"
                .to_owned(),
        ),
        Why::Deep => (
            "这一行缩进得比上面的键深".to_owned(),
            "the line is set in deeper than the key above it".to_owned(),
        ),
        Why::KeyMark => (
            "键的后面要写半角冒号加一个空格".to_owned(),
            "a key is followed by an ASCII colon and a space".to_owned(),
        ),
        Why::NoKey => (
            "这一行不是“键: 值”".to_owned(),
            "the line is no `key: value`".to_owned(),
        ),
    }
}

/// A line that is refused, and the line to copy; `below` is how many lines under it the copy replaces as well.
pub(super) fn copy(place: Place<'_>, why: Why, copy: &str, below: usize) -> Problem {
    let copy = copy.trim();
    let advice = if below == 0 {
        words(
            format!("照抄这一行：`{copy}`"),
            format!("Copy this line: `{copy}`"),
        )
    } else {
        words(
            format!("把它和下面 {below} 行改成一行：`{copy}`"),
            format!("Write it and the next {below} lines as one: `{copy}`"),
        )
    };
    problem(place, because(why), advice)
}

/// A line that is set in with other than spaces, or deeper than its neighbours, and the same as it should be.
pub(super) fn indented(place: Place<'_>, why: Why, copy: &str) -> Problem {
    problem(
        place,
        because(why),
        words(
            format!("照抄这一行，行首的空格也要一样：`{copy}`"),
            format!("Copy this line with just the spaces before it: `{copy}`"),
        ),
    )
}

/// A line that carries on the one above it, and the line to write instead of both.
pub(super) fn join(place: Place<'_>, copy: &str) -> Problem {
    let copy = copy.trim();
    problem(
        place,
        because(Why::NoKey),
        words(
            format!("把它接到上一行：`{copy}`"),
            format!("Join it to the line above: `{copy}`"),
        ),
    )
}

/// A value of one of few forms with a comment behind it, and the line without.
pub(super) fn comment_apart(place: Place<'_>, copy: &str) -> Problem {
    let copy = copy.trim();
    problem(
        place,
        because(Why::Comment),
        words(
            format!("注释请另起一行写在上面；这一行照抄：`{copy}`"),
            format!("Write the comment on a line of its own above; copy for this line: `{copy}`"),
        ),
    )
}

/// What YAML itself says of a place.
pub(super) fn malformed(place: Place<'_>, why: &str) -> Problem {
    problem(
        place,
        (format!("格式有误（{why}）"), format!("malformed ({why})")),
        words(
            "每行写成“键: 值”，用半角冒号加一个空格；值里有冒号、引号或 # 时，用英文双引号把值括起来。",
            "Write `key: value` with an ASCII colon and a space; put a value that holds colons, quotes or # in double quotes.",
        ),
    )
}

fn problem(place: Place<'_>, (zh, en): (String, String), advice: yigao_core::Localized) -> Problem {
    let Place { file, line, column } = place;
    Problem::new(
        file,
        "malformed_yaml",
        words(
            format!("第 {line} 行第 {column} 列：{zh}。"),
            format!("Line {line}, column {column}: {en}."),
        ),
        advice,
    )
    .at(line)
}

/// A key that stands again.
pub(super) fn duplicate(file: &str, key: &str, before: usize, line: usize) -> Problem {
    let shown = crate::paths::shown(key);
    Problem::new(
        file,
        "duplicate_key",
        words(
            format!("“{shown}”写了两次，第 {before} 行已有。"),
            format!("{shown:?} stands twice; line {before} has it already."),
        ),
        words(
            format!("请只保留一处，删去第 {before} 行或第 {line} 行。"),
            format!("Keep one of them: take out line {before} or line {line}."),
        ),
    )
    .at(line)
}
