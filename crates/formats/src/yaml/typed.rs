//! Lines of YAML as people type them. A text of one line is taken as it was typed, whatever signs stand in it; what
//! could be read in two ways is refused with the line to copy. YAML alone would shorten such values, or drop them.

use yigao_core::Finding;

use super::{
    keys::{self, Root, Sort},
    say::{self, Why},
    scalar::{self, hazard, is_blank, trimmed},
    unread,
};
use crate::problem::Problem;

mod refuse;
mod values;

/// Most problems that are said of one document.
const SAID_MAX: usize = 200;

/// The text as YAML should read it, and what has to be said of it.
#[derive(Debug, Default)]
pub(super) struct Typed {
    pub text: String,
    pub problems: Vec<Problem>,
    pub findings: Vec<Finding>,
}

/// Goes through the lines of one document whose first line is line `first` of `file`.
pub(super) fn read(file: &str, text: &str, first: usize, root: Root) -> Typed {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let (problems, findings) = unread::taken_out(file, first, &mut lines);
    let mut walk = Walk {
        file,
        first,
        root,
        lines,
        above: Vec::new(),
        last: None,
        open_flows: 0,
        problems,
        findings,
    };
    let mut at = 0;
    // Nobody reads more problems than some hundred; what is left is the parser's.
    while at < walk.lines.len() && walk.problems.len() < SAID_MAX {
        at = walk.line(at);
    }
    let mut out = walk.lines.join("\n");
    if text.ends_with('\n') {
        out.push('\n');
    }
    walk.findings.truncate(SAID_MAX);
    Typed {
        text: out,
        problems: walk.problems,
        findings: walk.findings,
    }
}

/// A key whose value stands in the lines below it.
struct Above {
    indent: usize,
    key: String,
    sort: Sort,
}

/// One value: the line it begins in, the column of its key, the byte it begins at.
#[derive(Clone, Copy)]
struct Spot {
    at: usize,
    indent: usize,
    start: usize,
}

/// A text that the next line may carry on by mistake.
struct Last {
    at: usize,
    /// The line after it.
    next: usize,
    start: usize,
    text: String,
}

struct Walk<'a> {
    file: &'a str,
    first: usize,
    root: Root,
    lines: Vec<String>,
    above: Vec<Above>,
    last: Option<Last>,
    /// Brackets that were followed to the end of the document in vain.
    open_flows: usize,
    problems: Vec<Problem>,
    findings: Vec<Finding>,
}

impl<'a> Walk<'a> {
    /// Takes the line at `at` and whatever belongs to it; the next line to look at.
    fn line(&mut self, at: usize) -> usize {
        let line = self.lines.get(at).cloned().unwrap_or_default();
        let content = trimmed(&line);
        if content.is_empty() || content.starts_with('#') {
            return at + 1;
        }
        let indent = indent(&line);
        if let Some(spaced) = self.spaced(&line) {
            let place = self.place(at, 0);
            self.problems.push(say::indented(place, Why::Lead, &spaced));
            self.set(at, spaced);
            return at;
        }
        // The ends of a document and the long form of keys are the parser's.
        if matches!(content, "---" | "...") || marked(content, '?') {
            return at + 1;
        }
        let item = marked(content, '-');
        while self
            .above
            .last()
            .is_some_and(|a| a.indent > indent || (a.indent == indent && !item))
        {
            self.above.pop();
        }
        if item {
            self.item(at, indent, content)
        } else {
            self.entry(at, indent, content)
        }
    }

    /// A line of keys that is set in with tabs or full-width spaces, with ASCII spaces instead.
    fn spaced(&self, line: &str) -> Option<String> {
        let content = line.trim_start();
        let lead = line.strip_suffix(content)?;
        let wide = lead.contains(['\u{3000}', '\u{a0}']);
        if wide && split_key(content).is_none() && !marked(content, '-') {
            return None;
        }
        if wide && self.above.is_empty() {
            return Some(content.to_owned());
        }
        let spaces = lead
            .replace(['\t', '\u{3000}'], "  ")
            .replace('\u{a0}', " ");
        (spaces != lead).then(|| format!("{spaces}{content}"))
    }

    /// `- …`
    fn item(&mut self, at: usize, indent: usize, content: &str) -> usize {
        let body = trimmed(content.get(1..).unwrap_or_default());
        let start = indent + content.len() - body.len();
        let spot = Spot { at, indent, start };
        if body.is_empty() {
            return self.nothing_in_item(spot);
        }
        if self.above.last().map(|above| above.sort) == Some(Sort::Words) {
            return self.value(spot, Sort::Text, "");
        }
        // No key takes a list within a list.
        if marked(body, '-') {
            return self.deeper(at, indent);
        }
        // A comment beside an item whose keys stand below it.
        if body.starts_with('#') && self.continued(at, self.deeper(at, indent)) {
            return at + 1;
        }
        if body.starts_with(['[', '{']) {
            return self.flow(spot, Sort::Unknown, "");
        }
        if split_key(body).is_some() || self.mark_mended(body).is_some() {
            return self.entry(at, start, body);
        }
        self.value(spot, Sort::Text, "")
    }

    /// `key: …`
    fn entry(&mut self, at: usize, indent: usize, content: &str) -> usize {
        let mut spot = Spot {
            at,
            indent,
            start: indent,
        };
        if let Some(mended) = self.mark_mended(content) {
            let line = self.lines.get(at).map_or("", String::as_str);
            let mended = format!("{}{mended}", line.get(..indent).unwrap_or_default());
            let place = self.place(at, indent);
            self.problems
                .push(say::copy(place, Why::KeyMark, &mended, 0));
            self.set(at, mended);
            return at;
        }
        let Some((key, value)) = split_key(content) else {
            if content.starts_with(['[', '{']) {
                return self.flow(spot, Sort::Unknown, "");
            }
            return self.no_key(spot, content);
        };
        let name = trimmed(key).trim_matches(['"', '\'']);
        let sort = keys::sort(self.root, &self.path(), name);
        spot.start = indent + value;
        self.value(spot, sort, name)
    }

    /// A line without a key: it carries on the text above, or is a note.
    fn no_key(&mut self, spot: Spot, content: &str) -> usize {
        let place = self.place(spot.at, spot.start);
        match self.last.take().filter(|last| last.next == spot.at) {
            Some(last) => {
                let text = joined([last.text.as_str(), content.trim()].into_iter());
                let copy = self.with_value(last.at, last.start, &scalar::scalar(&text));
                self.problems.push(say::join(place, &copy));
                self.last = Some(Last {
                    next: spot.at + 1,
                    text,
                    ..last
                });
            }
            None => {
                let copy = format!("# {content}");
                self.problems.push(say::copy(place, Why::NoKey, &copy, 0));
            }
        }
        self.set(spot.at, String::new());
        spot.at + 1
    }

    /// The line as it should be, without its indentation, where a known key has a full-width colon behind it, or a
    /// colon without a blank.
    fn mark_mended(&self, content: &str) -> Option<String> {
        let at = content.find(['：', ':'])?;
        let (key, behind) = (content.get(..at)?.trim(), content.get(at..)?);
        let behind = match behind.strip_prefix('：') {
            Some(behind) => behind,
            None => {
                let behind = behind.strip_prefix(':')?;
                if behind.is_empty() || behind.starts_with(is_blank) {
                    return None;
                }
                behind
            }
        };
        let english = keys::CHINESE
            .iter()
            .find(|(zh, _)| *zh == key)
            .map_or(key, |(_, en)| *en);
        let (name, sort) = keys::known(self.root, &self.path())
            .iter()
            .find(|(known, _)| *known == english)?;
        let value = behind.trim();
        let marked = value.is_empty() || value.starts_with(['"', '\'', '[', '{']);
        let value = match sort {
            Sort::Text if hazard(value).is_some() && !value.starts_with(['"', '\'']) => {
                scalar::scalar(value)
            }
            Sort::Structure if !marked && *name == "attachments" => {
                format!("[{}]", scalar::quoted(value))
            }
            Sort::Structure if !marked => return None,
            _ => value.to_owned(),
        };
        Some(trimmed(&format!("{name}: {value}")).to_owned())
    }

    /// Whether lines between `at` and `end` carry on its text.
    fn continued(&self, at: usize, end: usize) -> bool {
        let lines = self.lines.get(at + 1..end).unwrap_or_default();
        lines
            .iter()
            .any(|line| !trimmed(line).is_empty() && !is_comment(line))
    }

    /// The end of the lines below `at` that are set in deeper than `indent`.
    fn deeper(&self, at: usize, indent: usize) -> usize {
        let mut end = at + 1;
        for (number, line) in self.lines.iter().enumerate().skip(at + 1) {
            if trimmed(line).is_empty() {
                continue;
            }
            if self::indent(line) <= indent {
                break;
            }
            end = number + 1;
        }
        end
    }

    /// The value as it stands in its first line.
    fn raw(&self, spot: Spot) -> String {
        let line = self.lines.get(spot.at).map_or("", String::as_str);
        trimmed(line.get(spot.start..).unwrap_or_default()).to_owned()
    }

    /// The line at `at` with another value from byte `start` on.
    fn with_value(&self, at: usize, start: usize, value: &str) -> String {
        let line = self.lines.get(at).map_or("", String::as_str);
        let before = line.get(..start).unwrap_or_default();
        let blank = before.is_empty() || before.ends_with(is_blank);
        format!("{before}{}{value}", if blank { "" } else { " " })
    }

    fn set(&mut self, at: usize, line: String) {
        if let Some(old) = self.lines.get_mut(at) {
            *old = line;
        }
    }

    fn path(&self) -> Vec<&str> {
        self.above.iter().map(|above| above.key.as_str()).collect()
    }

    fn place(&self, at: usize, byte: usize) -> say::Place<'a> {
        let line = self.lines.get(at).map_or("", String::as_str);
        let before = line.get(..byte).unwrap_or_default();
        say::Place {
            file: self.file,
            line: self.first + at,
            column: before.chars().count() + 1,
        }
    }
}

/// How many blanks a line begins with.
fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(is_blank).len()
}

/// Whether `mark` stands alone at the beginning: `- `, `? `.
fn marked(content: &str, mark: char) -> bool {
    content
        .strip_prefix(mark)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(is_blank))
}

/// A line that is a note: a topic such as `#青川好物#` has no blank behind its sign.
fn is_comment(line: &str) -> bool {
    let text = trimmed(line);
    let rest = text.trim_start_matches('#');
    rest.len() < text.len() && (rest.is_empty() || rest.starts_with(is_blank))
}

/// The key and the byte its value begins at.
fn split_key(content: &str) -> Option<(&str, usize)> {
    let colon = if content.starts_with(['"', '\'']) {
        let (quoted, rest) = scalar::closing_quote(content)?;
        let blanks = rest.len() - rest.trim_start_matches(is_blank).len();
        quoted.len() + blanks
    } else {
        content
            .match_indices(':')
            .find(|(at, _)| {
                let behind = content.get(at + 1..).unwrap_or_default();
                behind.is_empty() || behind.starts_with(is_blank)
            })
            .map(|(at, _)| at)?
    };
    let behind = content.get(colon..)?.strip_prefix(':')?;
    if !behind.is_empty() && !behind.starts_with(is_blank) {
        return None;
    }
    let value = behind.trim_start_matches(is_blank);
    Some((content.get(..colon)?, content.len() - value.len()))
}

/// Lines of one text as one line, with a blank between them unless both sides are Chinese.
fn joined<'t>(lines: impl Iterator<Item = &'t str>) -> String {
    let mut out = String::new();
    for line in lines.filter(|line| !line.is_empty()) {
        let latin =
            out.ends_with(|c: char| c.is_ascii()) || line.starts_with(|c: char| c.is_ascii());
        if !out.is_empty() && latin {
            out.push(' ');
        }
        out.push_str(line);
    }
    out
}
