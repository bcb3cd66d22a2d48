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
mod unread;

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
mod tests;
