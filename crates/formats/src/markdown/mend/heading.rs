//! `#一、开放时间`: a heading whose mark has no blank behind it, or is full-width; and what is none: `#话题# …`, `#2机组`.

use yigao_core::Severity;

use super::Said;

/// What a line that begins with `#` or `＃` was meant to be.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Meant {
    /// The line as Markdown writes a heading; `joined` when its mark was not written so.
    Heading { source: String, joined: bool },
    /// A sentence; `unclear` when it may have been meant as a heading.
    Text { unclear: bool },
    /// No such line.
    Other,
}

/// Most marks of a heading in CommonMark.
const MARKS_MAX: usize = 6;

pub(super) fn mend(line: &str) -> Meant {
    let marks = line.chars().take_while(|c| is_mark(*c)).count();
    if marks == 0 || marks > MARKS_MAX {
        return Meant::Other;
    }
    let text = line.trim_start_matches(is_mark);
    let full_width = line.chars().take(marks).any(|c| c == '＃');
    let signs = "#".repeat(marks);
    if text.trim().is_empty() {
        return Meant::Other;
    }
    if text.starts_with(char::is_whitespace) {
        // U+3000 is no blank to CommonMark.
        let plain = !full_width && text.starts_with([' ', '\t']);
        return Meant::Heading {
            source: if plain {
                line.to_owned()
            } else {
                format!("{signs} {}", text.trim_start())
            },
            joined: !plain,
        };
    }
    let hashtag = text.contains(is_mark);
    if !hashtag && (marks > 1 || is_numbered(text)) {
        return Meant::Heading {
            source: format!("{signs} {text}"),
            joined: true,
        };
    }
    Meant::Text { unclear: !hashtag }
}

fn is_mark(c: char) -> bool {
    matches!(c, '#' | '＃')
}

/// `一、`, `（二）`, `第三章`: how headings of documents begin.
fn is_numbered(text: &str) -> bool {
    const NUMERALS: &str = "一二三四五六七八九十百零〇";
    let numeral = |text: &str| {
        let end = text.find(|c| !NUMERALS.contains(c)).unwrap_or(text.len());
        (end > 0).then(|| text.get(end..).unwrap_or_default().to_owned())
    };
    let after = |open: char, closes: &[char]| {
        text.strip_prefix(open)
            .and_then(numeral)
            .is_some_and(|rest| rest.starts_with(closes))
    };
    numeral(text).is_some_and(|rest| rest.starts_with(['、', '.', '．']))
        || after('（', &['）'])
        || after('(', &[')'])
        || after('第', &['章', '条', '节', '编', '部'])
}

/// What is said of such a line.
pub(super) fn said(line: usize, text: &str, taken: bool) -> Said {
    let (code, zh, en) = if taken {
        (
            "heading_mark_joined",
            "标题符号后没有空格或用了全角符号，已按标题处理",
            "the heading mark has no blank behind it or is full-width; taken as a heading",
        )
    } else {
        (
            "heading_mark_as_text",
            "行首的“#”后面没有空格，按普通文字处理，读者会看到“#”",
            "the # at the line's start has no blank behind it and is taken as text; readers will see it",
        )
    };
    Said {
        line,
        severity: if taken {
            Severity::Note
        } else {
            Severity::Warn
        },
        code,
        quote: text.trim().to_owned(),
        zh,
        en,
        advice_zh: "标题写作“# 标题”，“#”后空一格；不是标题时写作“\\#”。",
        advice_en: "Write a heading as `# heading`, with a space; write \\# where none is meant.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_hashtags_and_numbers_are_told_apart() {
        let heading = |line: &str| match mend(line) {
            Meant::Heading { source, .. } => Some(source),
            _ => None,
        };
        for (line, meant) in [
            ("#一、开放时间", "# 一、开放时间"),
            ("##（一）夜场", "## （一）夜场"),
            ("＃二、票价", "# 二、票价"),
            ("##夜场", "## 夜场"),
            ("#\u{3000}票价", "# 票价"),
            ("# 票价 ##", "# 票价 ##"),
        ] {
            assert_eq!(heading(line).as_deref(), Some(meant), "{line}");
        }
        assert_eq!(mend("#青川好物# 带话题"), Meant::Text { unclear: false });
        assert_eq!(mend("#2机组检修"), Meant::Text { unclear: true });
        assert_eq!((mend("正文"), mend("###")), (Meant::Other, Meant::Other));
    }
}
