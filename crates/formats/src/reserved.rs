//! Characters that no text may carry: what cannot be seen is taken out, what readers would miss stops the item.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use yigao_core::{Content, Finding, Severity};

use crate::{
    characters::{self, Met, Source},
    problem::{Problem, words},
};

/// Most characters that are remembered with their places.
const MET_MAX: usize = 50;

/// Takes reserved characters out of texts, and remembers them and those that stop the item, by place.
#[derive(Debug, Default)]
pub(crate) struct Sieve {
    /// The line that is being read, when the reader knows it.
    line: Option<usize>,
    removed: BTreeMap<String, Removed>,
    met: Vec<Met>,
    /// Whether what was written a moment ago is read back, and has to come back as it is.
    exact: bool,
}

#[derive(Debug, Default)]
struct Removed {
    count: usize,
    characters: BTreeSet<char>,
    lines: BTreeSet<usize>,
    /// The text around the first.
    quote: String,
}

impl Sieve {
    /// Lets characters pass that stop an import: an item stored before they did can still be written out.
    pub(crate) fn exact() -> Self {
        Self {
            exact: true,
            ..Self::default()
        }
    }

    /// What follows stands in this line; `None` where that is not known.
    pub(crate) fn at(&mut self, line: Option<usize>) {
        self.line = line;
    }

    /// `text` without reserved characters; line breaks stay.
    pub(crate) fn text(&mut self, place: &str, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                '\r' => {
                    if chars.peek() != Some(&'\n') {
                        out.push('\n');
                    }
                }
                '\n' => out.push('\n'),
                '\t' => out.push(' '),
                c if is_reserved(c) => self.remove(place, text, c),
                c => {
                    self.meet(place, text, c);
                    out.push(c);
                }
            }
        }
        out
    }

    /// The same for what stands on one line: breaks become spaces.
    pub(crate) fn line(&mut self, place: &str, text: &str) -> String {
        self.text(place, text).replace('\n', " ")
    }

    fn remove(&mut self, place: &str, text: &str, c: char) {
        let removed = self.removed.entry(place.to_owned()).or_default();
        removed.count += 1;
        if removed.quote.is_empty() {
            removed.quote = characters::around(text, c);
        }
        removed.characters.insert(c);
        removed.lines.extend(self.line);
    }

    fn meet(&mut self, place: &str, text: &str, c: char) {
        let Some(why) = characters::unseen(c).filter(|_| !self.exact) else {
            return;
        };
        let place = place.strip_prefix("front_matter/").unwrap_or(place);
        let known = |met: &Met| met.c == c && met.place == place && met.line == self.line;
        if self.met.len() < MET_MAX && !self.met.iter().any(known) {
            self.met.push(Met {
                c,
                why,
                place: place.to_owned(),
                line: self.line,
                quote: characters::around(text, c),
            });
        }
    }

    /// Looks through a finished content for what came into it by another way: addresses, names of files.
    pub(crate) fn rest(&mut self, content: &Content) {
        let Ok(Value::Object(fields)) = serde_json::to_value(content) else {
            return;
        };
        for (place, value) in &fields {
            let mut left = vec![value];
            while let Some(value) = left.pop() {
                match value {
                    Value::String(text) => {
                        for c in text.chars() {
                            if !self.met.iter().any(|met| met.c == c) {
                                self.meet(place, text, c);
                            }
                        }
                    }
                    Value::Array(items) => left.extend(items),
                    Value::Object(fields) => left.extend(fields.values()),
                    Value::Null | Value::Bool(_) | Value::Number(_) => {}
                }
            }
        }
    }

    /// What stops the item, each with its line.
    pub(crate) fn problems(&self, source: &Source<'_>) -> Vec<Problem> {
        characters::problems(source, &self.met)
    }

    /// What was taken out, with the lines of `source` it stood in.
    pub(crate) fn findings(self, source: &Source<'_>) -> Vec<Finding> {
        let found = self.removed.into_iter().map(|(place, mut removed)| {
            if removed.lines.is_empty() {
                let body = place == "body";
                let lines = removed.characters.iter();
                removed.lines = lines.flat_map(|c| source.lines_of(*c, body)).collect();
            }
            taken_out(place, &removed)
        });
        found.collect()
    }
}

/// A line without the characters that its reader would stumble over, and what is said of it; `None` when it has none.
pub(crate) fn without(
    place: &str,
    line: usize,
    text: &str,
    unread: fn(char) -> bool,
) -> Option<(String, Finding)> {
    let characters: BTreeSet<char> = text.chars().filter(|c| unread(*c)).collect();
    let first = characters.first().copied()?;
    let removed = Removed {
        count: text.chars().filter(|c| unread(*c)).count(),
        characters,
        lines: BTreeSet::from([line]),
        quote: characters::around(text, first),
    };
    let left = text.chars().filter(|c| !unread(*c)).collect();
    Some((left, taken_out(place.to_owned(), &removed)))
}

fn taken_out(place: String, removed: &Removed) -> Finding {
    let count = removed.count;
    let codes: Vec<String> = removed
        .characters
        .iter()
        .map(|c| characters::code(*c))
        .collect();
    let codes = codes.join("、");
    let lines: Vec<String> = removed.lines.iter().map(usize::to_string).collect();
    let (zh, en) = if lines.is_empty() {
        (String::new(), String::new())
    } else {
        (
            format!("第 {} 行：", lines.join("、")),
            format!("Line {}: ", lines.join(", ")),
        )
    };
    let finding = Finding::new(
        Severity::Note,
        "reserved_characters",
        place,
        words(
            format!("{zh}去掉了 {count} 个看不见的控制字符（{codes}）。"),
            format!("{en}{count} control characters were taken out ({codes})."),
        ),
        words(
            "请看看那里的字句是否完整；Word 的手动换行也是控制字符，需要换行时请另起一段。",
            "See whether the words there are complete; a manual line break of Word is one too: begin a new paragraph where one is meant.",
        ),
    ).quoting(&removed.quote);
    match removed.lines.first() {
        Some(line) => finding.at(*line),
        None => finding,
    }
}

/// Control characters, annotation and direction controls, a byte order mark in the middle.
pub(crate) fn is_reserved(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{FFF9}'..='\u{FFFC}' | '\u{FEFF}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}
