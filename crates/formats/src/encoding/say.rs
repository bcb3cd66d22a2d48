//! What is said of encodings.

use yigao_core::{Finding, Localized, Severity};

use super::{Charset, attempt::Attempt, line_of};
use crate::{
    paths,
    problem::{Problem, words},
};

/// How many characters of a reading are shown.
const SHOWN: usize = 12;

/// The first words of a reading: from the first character that is not ASCII on.
pub(super) fn opening(text: &str) -> String {
    let foreign = |c: &char| !c.is_ascii() && *c != '\u{feff}';
    text.chars()
        .skip_while(|c| !foreign(c))
        .take_while(|c| *c != '\n' && *c != '\r')
        .filter(|c| !c.is_control())
        .take(SHOWN)
        .collect()
}

/// Which encoding a text was read in.
pub(super) fn taken(file: &str, name: &str, text: &str) -> Finding {
    let begins = opening(text);
    Finding::new(
        Severity::Note,
        "encoding_taken",
        file,
        words(
            format!(
                "“{}”按 {name} 编码读取，开头为“{begins}”。",
                paths::shown(file)
            ),
            format!(
                "{:?} was read as {name}; it begins {begins:?}.",
                paths::shown(file)
            ),
        ),
        words(
            "请核对；如有乱码，请用记事本“另存为”，编码选择 UTF-8，再导入。",
            "Compare it; if it is garbled, save the file again as UTF-8 and import it again.",
        ),
    )
}

/// Which encoding the names in an archive were read in.
pub(crate) fn names_taken(archive: &str, charset: Charset, names: &[String]) -> Finding {
    let (name, count) = (charset.name(), names.len());
    let first = names
        .first()
        .map(|name| paths::shown(name))
        .unwrap_or_default();
    Finding::new(
        Severity::Note,
        "encoding_taken",
        archive,
        words(
            format!("压缩包里 {count} 个文件名按 {name} 编码读取，如“{first}”。"),
            format!("{count} names in the archive were read as {name}, {first:?} among them."),
        ),
        words(
            "请核对文件名；如有乱码，请用支持 UTF-8 文件名的工具重新打包。",
            "Compare them; if they are garbled, pack again with a tool that writes UTF-8 names.",
        ),
    )
}

fn save_as_utf8() -> Localized {
    words(
        "请用记事本打开，确认没有乱码后“另存为”，编码选择 UTF-8。",
        "Open the file, make sure that nothing is garbled, and save it again with the encoding UTF-8.",
    )
}

pub(super) fn too_large(file: &str, bytes: usize, max: usize) -> Problem {
    Problem::new(
        file,
        "text_too_large",
        words(
            format!("文本有 {bytes} 字节，上限是 {max} 字节。"),
            format!("The text has {bytes} bytes, the limit is {max}."),
        ),
        words("请拆成几篇稿件。", "Split it into several items."),
    )
}

/// Two readings are too close, or none is Chinese.
pub(super) fn unclear(file: &str, readings: &[Attempt]) -> Problem {
    let shown = |quote: (&str, &str), between: &str| {
        let parts = readings.iter().map(|reading| {
            let mut text = opening(&reading.text);
            if reading.error_at.is_some() {
                text.push('…');
            }
            format!("{}{}{}{}", reading.name(), quote.0, text, quote.1)
        });
        parts.collect::<Vec<_>>().join(between)
    };
    Problem::new(
        file,
        "encoding_unclear",
        words(
            format!("看不出文本是什么编码：{}。", shown((" 读作“", "”"), "，")),
            format!(
                "The encoding of the text cannot be told: {}.",
                shown((" reads \"", "\""), ", ")
            ),
        ),
        save_as_utf8(),
    )
}

/// Some byte cannot be read, or the last character is not whole.
pub(super) fn broken(file: &str, bytes: &[u8], reading: &Attempt) -> Problem {
    let name = reading.name();
    let at = reading.error_at.unwrap_or(bytes.len());
    let line = reading.text.matches('\n').count() + 1;
    let before: String = {
        let last = reading.text.lines().next_back().unwrap_or_default();
        let skip = last.chars().count().saturating_sub(SHOWN);
        last.chars()
            .skip(skip)
            .filter(|c| !c.is_control())
            .collect()
    };
    let problem = if reading.cut_short {
        Problem::new(
            file,
            "text_cut_short",
            words(
                format!(
                    "文本按 {name} 编码读取，最后一个字不完整：第 {line} 行“{before}”之后断开。"
                ),
                format!(
                    "The text is {name}, and its last character is not whole: it breaks off in line {line} after {before:?}."
                ),
            ),
            words(
                "文件可能没有传完，请重新拷贝；或补全最后一个字后另存为 UTF-8。",
                "The file was perhaps not copied to its end: copy it again, or write the last character again and save as UTF-8.",
            ),
        )
    } else {
        // The name of the code is older than the other encodings.
        let code = if reading.charset == Charset::Utf8 {
            "not_utf8"
        } else {
            "encoding_broken"
        };
        Problem::new(
            file,
            code,
            words(
                format!(
                    "文本按 {name} 编码读取，第 {line} 行、第 {at} 字节处（“{before}”之后）无法读取。"
                ),
                format!(
                    "The text is {name}, but byte {at} in line {line}, after {before:?}, cannot be read."
                ),
            ),
            save_as_utf8(),
        )
    };
    problem.at(line)
}

pub(super) fn zero_byte(file: &str, line: usize) -> Problem {
    Problem::new(
        file,
        "zero_byte",
        words(
            format!("第 {line} 行有空字节（0x00），文件可能已损坏，或不是文本。"),
            format!("Line {line} holds a zero byte: the file is damaged, or no text."),
        ),
        save_as_utf8(),
    )
    .at(line)
}

/// A byte order mark of UTF-8 in a text that is not UTF-8.
pub(super) fn mark_inside(file: &str, line: usize) -> Problem {
    Problem::new(
        file,
        "mixed_encodings",
        words(
            format!("第 {line} 行中间有 UTF-8 的字节顺序标记，而前文不是 UTF-8：两种编码的文本拼在了一起。"),
            format!("Line {line} holds a byte order mark of UTF-8, and what stands before is not UTF-8: texts in two encodings were joined."),
        ),
        save_as_utf8(),
    )
    .at(line)
}

/// A line in another encoding than the rest.
pub(super) fn mixed(file: &str, bytes: &[u8], line: usize, name: &str) -> Problem {
    let raw = bytes
        .split(|byte| *byte == b'\n')
        .nth(line.saturating_sub(1))
        .unwrap_or_default();
    let charset = if name == "UTF-8" {
        Charset::Utf8
    } else {
        Charset::Gb18030
    };
    let quoted = opening(&Attempt::new(charset, raw).text);
    debug_assert!(line <= line_of(bytes, bytes.len()));
    Problem::new(
        file,
        "mixed_encodings",
        words(
            format!("第 {line} 行是 {name} 编码（“{quoted}”），与其他行不同。"),
            format!("Line {line} is {name} ({quoted:?}), unlike the other lines."),
        ),
        words(
            "请把这一行重新输入或粘贴，再另存为 UTF-8。",
            "Type or paste this line again, and save the file as UTF-8.",
        ),
    )
    .at(line)
}
