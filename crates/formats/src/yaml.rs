//! YAML as a small tree with lines: typed reading stops at the first mistake, people want all of them at once.
//! Built on the parser under `serde-saphyr`. Scalars stay texts: a title `2026` is a title.

use serde_saphyr::granit_parser::{Event, Options, Parser, ScalarStyle, Span};

use yigao_core::Finding;

use crate::problem::Problem;

mod flow;
mod keys;
mod say;
mod scalar;
mod typed;

pub(crate) use keys::{CHINESE, Root, names};
pub(crate) use scalar::scalar;

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

/// What came of a document: its values, and whatever has to be said of its lines.
#[derive(Debug)]
pub(crate) struct Parsed {
    /// `None` when YAML could not be read to its end; a problem then says why.
    pub node: Option<Node>,
    pub problems: Vec<Problem>,
    pub findings: Vec<Finding>,
}

/// Reads one document whose first line is line `first` of `file`.
pub(crate) fn parse(file: &str, text: &str, first: usize, root: Root) -> Parsed {
    let typed = typed::read(file, text, first, root);
    let (node, mut problems) = values(file, &typed.text, first);
    // What the parser stumbles over may be what was said of the line already.
    problems.retain(|problem| typed.problems.iter().all(|said| said.line != problem.line));
    Parsed {
        node,
        problems: typed.problems.into_iter().chain(problems).collect(),
        findings: typed.findings,
    }
}

/// What YAML reads; `None` when it cannot, and the last problem says why.
fn values(file: &str, text: &str, first: usize) -> (Option<Node>, Vec<Problem>) {
    let mut options = Options::default();
    options.flow_nesting_limit = DEPTH_MAX + 1;
    options.block_nesting_limit = DEPTH_MAX + 1;
    let mut reader = Reader {
        file,
        first,
        open: Vec::new(),
        root: None,
        nodes: 0,
        problems: Vec::new(),
    };
    let read = Parser::new_from_str_with_options(text, options).try_for_each(|event| {
        let (event, span) = event.map_err(|error| {
            let at = (error.marker().line(), error.marker().col());
            reader.malformed(at, &error.info())
        })?;
        reader.take(event, &span)
    });
    match read {
        Ok(()) => {
            let empty = Node {
                line: first,
                value: Value::Null,
            };
            (Some(reader.root.unwrap_or(empty)), reader.problems)
        }
        Err(problem) => {
            reader.problems.push(problem);
            (None, reader.problems)
        }
    }
}

struct Reader<'a> {
    file: &'a str,
    first: usize,
    open: Vec<Open>,
    root: Option<Node>,
    nodes: usize,
    problems: Vec<Problem>,
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
                // A key that stands again is said, and what it says is passed over.
                Some((key, _)) if entries.iter().any(|entry| entry.key == key) => {}
                Some((key, line)) => entries.push(Entry { key, line, node }),
                None => {
                    let Value::Text(key) = node.value else {
                        return Err(self.malformed(at(span), "a key must be a text"));
                    };
                    if let Some(before) = entries.iter().find(|entry| entry.key == key) {
                        let problem = say::duplicate(self.file, &key, before.line, node.line);
                        self.problems.push(problem);
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
        let place = say::Place {
            file: self.file,
            line: self.first + line.saturating_sub(1),
            column: column + 1,
        };
        say::malformed(place, why)
    }
}

fn at(span: &Span) -> (usize, usize) {
    (span.start.line(), span.start.col())
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*, sample::select};

    use super::*;

    /// The values, when nothing is said of the lines.
    fn parsed(text: &str, first: usize) -> Option<Node> {
        let parsed = parse("t", text, first, Root::Matter);
        assert_eq!(
            (parsed.problems, parsed.findings),
            (vec![], vec![]),
            "{text}"
        );
        parsed.node
    }

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
            let Some(Node {
                value: Value::Map(entries),
                ..
            }) = parsed(&line, 1)
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
        let node = parsed("a: 1\nb:\n  - x\n  - {c: d}\n", 10).unwrap();
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
            let parsed = parse("t", text, 1, Root::Matter);
            let [problem] = parsed.problems.as_slice() else {
                panic!("{:?}", parsed.problems)
            };
            assert_eq!(
                (problem.line, problem.code.as_str()),
                (Some(line), code),
                "{:?}",
                problem.message
            );
        }
    }

    /// Lines of front matter with whatever people and programs put there.
    #[expect(clippy::too_many_lines, reason = "a table of pieces")]
    fn document() -> impl Strategy<Value = String> {
        let line = prop_oneof![select(vec![
            "title: ",
            "unit: ",
            "summary: ",
            "keywords: ",
            "disclosure: ",
            "  publisher: ",
            "  overview: ",
            "guide: ",
            "  materials: ",
            "  matter: ",
            "assets: ",
            "  \"p.jpg\": ",
            "    credit: ",
            "attachments: ",
            "- ",
            "  - ",
            "  - file: ",
            "    title: ",
            "event: ",
            "kind: ",
            "dated: ",
            "overrides: ",
            "  wechat: ",
            "",
            "  ",
            "    ",
            "    a",
            "# 注",
            "  # 注",
            "odd: ",
        ]),];
        let value = select(vec![
            "",
            "春茶",
            "春 茶",
            "“春”",
            "\"春\"",
            "'春'",
            "\"春",
            "茶\"",
            "|",
            ">-",
            "|2",
            "[春, 茶]",
            "[春,",
            "茶]",
            "{file: a.jpg, title: 春}",
            "{",
            "}",
            "# 注",
            "春 # 注",
            "\"春\" # 注",
            "#春#",
            "2026-05-01",
            "~",
            "null",
            "a: b",
            "- 春",
            "*春",
            "&a",
            "[]",
            "{}",
            "true",
            "https://a.cn/#x",
        ]);
        vec((line, value), 1..10).prop_map(|lines| {
            lines
                .into_iter()
                .map(|(line, value)| format!("{line}{value}\n"))
                .collect()
        })
    }

    /// The same values, but for texts that YAML had cut at a `#`, or read as lists, keys or nothing.
    fn agree(yaml: &Node, typed: &Node) -> bool {
        match (&yaml.value, &typed.value) {
            (one, other) if one == other => true,
            (Value::Text(one), Value::Text(other)) => other.starts_with(one) && other.contains('#'),
            (Value::List(_) | Value::Map(_) | Value::Null, Value::Text(_)) => true,
            (Value::List(one), Value::List(other)) => {
                one.len() == other.len()
                    && one.iter().zip(other).all(|(one, other)| agree(one, other))
            }
            (Value::Map(one), Value::Map(other)) => {
                one.len() == other.len()
                    && one.iter().zip(other).all(|(one, other)| {
                        one.key == other.key
                            && one.line == other.line
                            && agree(&one.node, &other.node)
                    })
            }
            _ => false,
        }
    }

    /// Keys below a key of texts: refused in any case.
    fn nests_wrongly(node: &Node) -> bool {
        let texts = [
            "title",
            "unit",
            "summary",
            "keywords",
            "publisher",
            "overview",
            "materials",
            "matter",
            "credit",
            "file",
        ];
        match &node.value {
            Value::Map(entries) => entries.iter().any(|entry| {
                let map = matches!(entry.node.value, Value::Map(_) | Value::List(_));
                (map && texts.contains(&entry.key.as_str())) || nests_wrongly(&entry.node)
            }),
            Value::List(items) => items.iter().any(nests_wrongly),
            _ => false,
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

        /// What YAML reads is read the same, or it is refused; where nothing is odd, it is not refused.
        #[test]
        fn what_yaml_reads_is_read(text in document()) {
            let (Some(yaml), problems) = values("t", &text, 1) else { return Ok(()) };
            // A document that is one text, or has keys within a text, is refused anyway.
            if !problems.is_empty() || matches!(yaml.value, Value::Text(_)) || nests_wrongly(&yaml) {
                return Ok(());
            }
            let typed = parse("t", &text, 1, Root::Matter);
            match typed.node {
                Some(node) if typed.problems.is_empty() => {
                    prop_assert!(agree(&yaml, &node), "{}\n{:?}\n{:?}", text, yaml, node);
                }
                _ => {
                    let odd = text.contains(['#', '~', '{', '}', '[', ']', '"', '|']) || text.contains("null");
                    prop_assert!(odd, "{}\n{:?}", text, typed.problems);
                }
            }
        }
    }
}
