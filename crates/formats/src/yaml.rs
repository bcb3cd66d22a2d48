//! YAML as a small tree with lines: typed reading stops at the first mistake, people want all of them at once.
//! Built on the parser under `serde-saphyr`. Scalars stay texts: a title `2026` is a title.

use serde_saphyr::granit_parser::{Event, Options, Parser, ScalarStyle, Span};

use crate::problem::{Problem, words};

/// Deepest nesting and most nodes of one document.
const DEPTH_MAX: usize = 8;
const NODES_MAX: usize = 5_000;

/// A value and the line it begins in, from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Node {
    pub line: usize,
    pub value: Value,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Null,
    Text(String),
    List(Vec<Node>),
    Map(Vec<Entry>),
}

/// One key of a map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub key: String,
    pub line: usize,
    pub node: Node,
}

/// What is being filled.
enum Open {
    List(usize, Vec<Node>),
    Map(usize, Vec<Entry>, Option<(String, usize)>),
}

/// Reads one document whose first line is line `first` of `file`.
pub(crate) fn parse(file: &str, text: &str, first: usize) -> Result<Node, Problem> {
    let mut options = Options::default();
    options.flow_nesting_limit = DEPTH_MAX + 1;
    options.block_nesting_limit = DEPTH_MAX + 1;
    let mut reader = Reader {
        file,
        first,
        open: Vec::new(),
        root: None,
        nodes: 0,
    };
    for event in Parser::new_from_str_with_options(text, options) {
        let (event, span) = event.map_err(|error| {
            let at = (error.marker().line(), error.marker().col());
            reader.malformed(at, &error.info())
        })?;
        reader.take(event, &span)?;
    }
    Ok(reader.root.unwrap_or(Node {
        line: first,
        value: Value::Null,
    }))
}

struct Reader<'a> {
    file: &'a str,
    first: usize,
    open: Vec<Open>,
    root: Option<Node>,
    nodes: usize,
}

impl Reader<'_> {
    fn take(&mut self, event: Event<'_>, span: &Span) -> Result<(), Problem> {
        let line = self.line(span);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.plain_node(anchor, tag.is_some(), span)?;
                let null = style == ScalarStyle::Plain
                    && matches!(&*text, "" | "~" | "null" | "Null" | "NULL");
                let value = if null {
                    Value::Null
                } else {
                    Value::Text(text.into_owned())
                };
                self.put(Node { line, value }, span)
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.plain_node(anchor, tag.is_some(), span)?;
                self.push(Open::List(line, Vec::new()), span)
            }
            Event::MappingStart(_, anchor, tag) => {
                self.plain_node(anchor, tag.is_some(), span)?;
                self.push(Open::Map(line, Vec::new(), None), span)
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let node = match self.open.pop() {
                    Some(Open::List(line, items)) => Node {
                        line,
                        value: Value::List(items),
                    },
                    Some(Open::Map(line, entries, _)) => Node {
                        line,
                        value: Value::Map(entries),
                    },
                    None => return Ok(()),
                };
                self.put(node, span)
            }
            Event::Alias(_) | Event::UnresolvedAlias(_) | Event::Anchor(..) => {
                Err(self.reference(span))
            }
            Event::DocumentStart(..) if self.root.is_some() => {
                Err(self.malformed(at(span), "a second document begins"))
            }
            _ => Ok(()),
        }
    }

    fn line(&self, span: &Span) -> usize {
        self.first + span.start.line().saturating_sub(1)
    }

    fn push(&mut self, open: Open, span: &Span) -> Result<(), Problem> {
        if self.open.len() >= DEPTH_MAX {
            return Err(self.malformed(at(span), &format!("nested deeper than {DEPTH_MAX}")));
        }
        self.open.push(open);
        Ok(())
    }

    fn put(&mut self, node: Node, span: &Span) -> Result<(), Problem> {
        self.nodes += 1;
        if self.nodes > NODES_MAX {
            return Err(self.malformed(at(span), &format!("more than {NODES_MAX} values")));
        }
        match self.open.last_mut() {
            None => {
                if self.root.is_none() {
                    self.root = Some(node);
                }
            }
            Some(Open::List(_, items)) => items.push(node),
            Some(Open::Map(_, entries, waiting)) => match waiting.take() {
                Some((key, line)) => entries.push(Entry { key, line, node }),
                None => {
                    let Value::Text(key) = node.value else {
                        return Err(self.malformed(at(span), "a key must be a text"));
                    };
                    if entries.iter().any(|entry| entry.key == key) {
                        return Err(duplicate(self.file, &key, node.line));
                    }
                    *waiting = Some((key, node.line));
                }
            },
        }
        Ok(())
    }

    fn plain_node(&self, anchor: usize, tagged: bool, span: &Span) -> Result<(), Problem> {
        if anchor != 0 || tagged {
            Err(self.reference(span))
        } else {
            Ok(())
        }
    }

    fn reference(&self, span: &Span) -> Problem {
        self.malformed(at(span), "anchors, aliases and tags are not taken")
    }

    fn malformed(&self, (line, column): (usize, usize), why: &str) -> Problem {
        let line = self.first + line.saturating_sub(1);
        let column = column + 1;
        Problem::new(
            self.file,
            "malformed_yaml",
            words(
                format!("第 {line} 行第 {column} 列：格式有误（{why}）。"),
                format!("Line {line}, column {column}: malformed ({why})."),
            ),
            words(
                "每行写成“键: 值”，用半角冒号加一个空格；值里有冒号、引号或 # 时，用英文双引号把值括起来。",
                "Write `key: value` with an ASCII colon and a space; put a value that holds colons, quotes or # in double quotes.",
            ),
        )
        .at(line)
    }
}

fn at(span: &Span) -> (usize, usize) {
    (span.start.line(), span.start.col())
}

fn duplicate(file: &str, key: &str, line: usize) -> Problem {
    Problem::new(
        file,
        "duplicate_key",
        words(
            format!("“{key}”写了两次。"),
            format!("{key:?} stands twice."),
        ),
        words("请只保留一处。", "Keep one of them."),
    )
    .at(line)
}

/// A text as a YAML scalar on one line, quoted unless it is plainly harmless.
pub(crate) fn scalar(text: &str) -> String {
    let harmless = |c: char| {
        c.is_alphanumeric()
            || matches!(
                c,
                '-' | '_' | '.' | '/' | '（' | '）' | '《' | '》' | '、' | '，' | '。'
            )
    };
    let reads_as_null = matches!(text.to_ascii_lowercase().as_str(), "null" | "~" | "");
    let plain = !reads_as_null
        && text.chars().all(harmless)
        && text.chars().next().is_some_and(char::is_alphanumeric);
    if plain {
        return text.to_owned();
    }
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            c if c.is_control() || (c != ' ' && c.is_whitespace()) || c == '\u{feff}' => {
                out.push_str(&format!("\\U{:08x}", c as u32));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalars_read_as_written() {
        let texts = [
            "",
            "null",
            "~",
            "2026",
            "a: b",
            "- x",
            "# no",
            "\"q\" \\ 'a'",
            " 前后 ",
            "多\n行",
            "春\u{3000}夏",
            "是",
            "[x]",
            "&a",
            "*b",
        ];
        for text in texts {
            let line = format!("k: {}\n", scalar(text));
            let Ok(Node {
                value: Value::Map(entries),
                ..
            }) = parse("t", &line, 1)
            else {
                panic!("{line}")
            };
            assert_eq!(
                entries[0].node.value,
                Value::Text(text.to_owned()),
                "{line}"
            );
        }
    }

    #[test]
    fn lines_are_those_of_the_file() {
        let node = parse("t", "a: 1\nb:\n  - x\n  - {c: d}\n", 10).unwrap();
        let Value::Map(entries) = node.value else {
            panic!()
        };
        assert_eq!((entries[1].key.as_str(), entries[1].line), ("b", 11));
        let Value::List(items) = &entries[1].node.value else {
            panic!()
        };
        assert_eq!((items[0].line, items[1].line), (12, 13));
    }

    #[test]
    fn what_is_hostile_is_refused_with_its_place() {
        let deep = format!("a: {}", "[".repeat(10_000));
        for (text, line, code) in [
            ("a: b\n  c: [\n", 2, "malformed_yaml"),
            ("a: &x 1\nb: *x\n", 1, "malformed_yaml"),
            ("a: !!binary x\n", 1, "malformed_yaml"),
            ("a: 1\na: 2\n", 2, "duplicate_key"),
            ("a: 1\n--- \nb: 1\n", 2, "malformed_yaml"),
            (deep.as_str(), 1, "malformed_yaml"),
        ] {
            let problem = parse("t", text, 1).unwrap_err();
            assert_eq!(
                (problem.line, problem.code.as_str()),
                (Some(line), code),
                "{:?}",
                problem.message
            );
        }
    }
}
