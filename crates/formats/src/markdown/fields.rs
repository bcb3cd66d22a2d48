//! Front matter by key: every unknown key, wrong value and missing value is named with its line.

use jiff::{Timestamp, civil::Date};

use super::Reading;
use crate::{
    problem::{Problem, words},
    when,
    yaml::{self, Entry, Node, Value},
};

/// The keys of one map that have not been read yet.
pub(crate) struct Fields {
    /// Where the map stands: empty, or `disclosure.`.
    path: String,
    pub line: usize,
    entries: Vec<Entry>,
}

impl Fields {
    /// The value of a key; `None` when it is absent or empty.
    pub(crate) fn take(&mut self, key: &str) -> Option<Node> {
        self.take_even_null(key)
            .filter(|node| node.value != Value::Null)
    }

    /// The value of a key, also when it says null.
    pub(crate) fn take_even_null(&mut self, key: &str) -> Option<Node> {
        let at = self.entries.iter().position(|entry| entry.key == key)?;
        Some(self.entries.swap_remove(at).node)
    }

    fn place(&self, key: &str) -> String {
        format!("{}{key}", self.path)
    }
}

/// What a value has to be, in words, and one that is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rule<'a> {
    pub zh: &'a str,
    pub en: &'a str,
    /// A value to write; empty where none fits every item.
    pub example: &'a str,
}

impl<'a> Rule<'a> {
    /// A rule without an example.
    pub(crate) fn new(zh: &'a str, en: &'a str) -> Self {
        Self {
            zh,
            en,
            example: "",
        }
    }
}

/// A name as files have it, and what it stands for.
pub(crate) type Choices<T> = [(&'static str, &'static str, T)];

impl Reading<'_> {
    /// The keys of a map, unknown ones refused.
    pub(crate) fn fields(&mut self, node: Node, path: &str, known: &[&str]) -> Fields {
        let line = node.line;
        let entries = self.entries(node, path.trim_end_matches('.'));
        let (entries, strangers): (Vec<_>, Vec<_>) = entries
            .into_iter()
            .partition(|entry| known.contains(&entry.key.as_str()));
        for entry in strangers {
            let problem = unknown_key(self.file, path, &entry.key, known).at(entry.line);
            self.problem(problem);
        }
        Fields {
            path: path.to_owned(),
            line,
            entries,
        }
    }

    /// The entries of a map with free keys.
    pub(crate) fn entries(&mut self, node: Node, place: &str) -> Vec<Entry> {
        match node.value {
            Value::Map(entries) => entries,
            Value::Null => Vec::new(),
            _ => {
                let rule = Rule::new("若干“键: 值”", "keys and values");
                self.wrong(place, rule, node.line);
                Vec::new()
            }
        }
    }

    /// A text that may have several lines.
    pub(crate) fn text(&mut self, fields: &mut Fields, key: &str) -> Option<String> {
        let place = fields.place(key);
        let node = fields.take(key)?;
        self.node_text(node, &place).filter(|text| !text.is_empty())
    }

    /// A text on one line.
    pub(crate) fn line(&mut self, fields: &mut Fields, key: &str) -> Option<String> {
        self.text(fields, key).map(|text| text.replace('\n', " "))
    }

    /// A text that must be there.
    pub(crate) fn required(&mut self, fields: &mut Fields, key: &str) -> Option<String> {
        let line = fields.line;
        let place = fields.place(key);
        let before = self.problems.len();
        let text = self
            .line(fields, key)
            .filter(|text| !text.trim().is_empty());
        if text.is_none() && self.problems.len() == before {
            self.problem(missing_key(self.file, &place).at(line));
        }
        text
    }

    /// One of a few names, English as in the interface or Chinese.
    pub(crate) fn choice<T: Copy>(
        &mut self,
        fields: &mut Fields,
        key: &str,
        among: &Choices<T>,
    ) -> Option<T> {
        let place = fields.place(key);
        let node = fields.take(key)?;
        let line = node.line;
        let text = self.node_text(node, &place)?;
        let found = among.iter().find(|(en, zh, _)| *en == text || *zh == text);
        if found.is_none() {
            let names: Vec<String> = among
                .iter()
                .map(|(en, zh, _)| {
                    if en == zh {
                        (*zh).to_owned()
                    } else {
                        format!("{en}({zh})")
                    }
                })
                .collect();
            let names = names.join("、");
            let rule = Rule {
                zh: &format!("其中之一：{names}"),
                en: &format!("one of {names}"),
                example: among.first().map_or("", |(en, ..)| *en),
            };
            self.wrong(&place, rule, line);
        }
        found.map(|(_, _, value)| *value)
    }

    /// A day.
    pub(crate) fn day(&mut self, fields: &mut Fields, key: &str) -> Option<Date> {
        let rule = Rule {
            zh: "日期，如 2026-05-01 或 2026年5月1日",
            en: "a day like 2026-05-01",
            example: "2026-05-01",
        };
        self.parsed(fields, key, when::day, rule)
    }

    /// A moment.
    pub(crate) fn moment(&mut self, fields: &mut Fields, key: &str) -> Option<Timestamp> {
        let rule = Rule {
            zh: "时间，如 2026-05-01 09:00（北京时间）或 2026-05-01T09:00:00+08:00",
            en: "a time like 2026-05-01 09:00 (Asia/Shanghai) or 2026-05-01T09:00:00+08:00",
            example: "2026-05-01 09:00",
        };
        self.parsed(fields, key, when::moment, rule)
    }

    /// `true` or `false`, `false` when absent.
    pub(crate) fn flag(&mut self, fields: &mut Fields, key: &str) -> bool {
        let read = |text: &str| match text {
            "true" | "是" => Some(true),
            "false" | "否" => Some(false),
            _ => None,
        };
        let rule = Rule {
            zh: "true 或 false",
            en: "true or false",
            example: "true",
        };
        self.parsed(fields, key, read, rule).unwrap_or(false)
    }

    /// A value with a reader of its own.
    pub(crate) fn parsed<T>(
        &mut self,
        fields: &mut Fields,
        key: &str,
        read: impl Fn(&str) -> Option<T>,
        rule: Rule<'_>,
    ) -> Option<T> {
        let place = fields.place(key);
        let node = fields.take(key)?;
        let line = node.line;
        let text = self.node_text(node, &place)?;
        let value = read(&text);
        if value.is_none() {
            self.wrong(&place, rule, line);
        }
        value
    }

    /// The items of a list.
    pub(crate) fn items(&mut self, fields: &mut Fields, key: &str) -> Vec<Node> {
        let place = fields.place(key);
        match fields.take(key) {
            Some(Node {
                value: Value::List(items),
                ..
            }) => items,
            Some(node) => {
                let rule = Rule::new("列表，每项一行，以“- ”开头", "a list, one `- item` a line");
                self.wrong(&place, rule, node.line);
                Vec::new()
            }
            None => Vec::new(),
        }
    }

    /// A list of texts; a single text is split at 、 and commas.
    pub(crate) fn texts(&mut self, fields: &mut Fields, key: &str) -> Vec<String> {
        let place = fields.place(key);
        match fields.take(key) {
            Some(Node {
                value: Value::Text(text),
                line,
            }) => {
                self.sieve.at(Some(line));
                let text = self.sieve.line(&format!("front_matter/{place}"), &text);
                self.sieve.at(None);
                text.split(['、', ',', '，', ';', '；'])
                    .map(|word| word.trim().to_owned())
                    .filter(|word| !word.is_empty())
                    .collect()
            }
            Some(Node {
                value: Value::List(items),
                ..
            }) => items
                .into_iter()
                .filter_map(|node| self.node_text(node, &place))
                .collect(),
            Some(node) => {
                self.wrong(&place, Rule::new("列表", "a list"), node.line);
                Vec::new()
            }
            None => Vec::new(),
        }
    }

    /// The text of a node.
    pub(crate) fn node_text(&mut self, node: Node, place: &str) -> Option<String> {
        match node.value {
            Value::Text(text) => {
                self.sieve.at(Some(node.line));
                let text = self.sieve.text(&format!("front_matter/{place}"), &text);
                self.sieve.at(None);
                Some(text)
            }
            Value::Null | Value::List(_) | Value::Map(_) => {
                self.wrong(place, Rule::new("一段文字", "a text"), node.line);
                None
            }
        }
    }

    /// Says what a value should have been.
    pub(crate) fn wrong(&mut self, place: &str, rule: Rule<'_>, line: usize) {
        let key = place.rsplit('.').next().unwrap_or(place);
        let advice = if rule.example.is_empty() {
            words("请改正这一行。", "Correct this line.")
        } else {
            let example = rule.example;
            words(
                format!("改成这样：`{key}: {example}`"),
                format!("Write it like `{key}: {example}`"),
            )
        };
        let problem = Problem::new(
            self.file,
            "wrong_value",
            words(
                format!("{place} 应为{}。", rule.zh),
                format!("{place} should be {}.", rule.en),
            ),
            advice,
        );
        self.problem(problem.at(line));
    }
}

fn missing_key(file: &str, place: &str) -> Problem {
    let key = place.rsplit('.').next().unwrap_or(place);
    Problem::new(
        file,
        "missing_key",
        words(format!("缺少 {place}。"), format!("{place} is missing.")),
        words(format!("请写上：`{key}: …`"), format!("Write `{key}: …`")),
    )
}

fn unknown_key(file: &str, path: &str, key: &str, known: &[&str]) -> Problem {
    let nearest = yaml::CHINESE
        .iter()
        .find(|(zh, en)| *zh == key && known.contains(en))
        .map(|(_, en)| *en)
        .or_else(|| nearest(key, known));
    let all = known.join(", ");
    let advice = match nearest {
        Some(name) => words(
            format!("是不是要写 {name}？"),
            format!("Did you mean {name}?"),
        ),
        None => words(format!("可用的键：{all}。"), format!("Keys: {all}.")),
    };
    let shown = crate::paths::shown(key);
    Problem::new(
        file,
        "unknown_key",
        words(
            format!("不认识的键“{path}{shown}”。"),
            format!("There is no key {path}{shown}."),
        ),
        advice,
    )
}

/// The known name with the fewest differences, when they are few.
pub(crate) fn nearest<'k>(name: &str, known: &[&'k str]) -> Option<&'k str> {
    known
        .iter()
        .map(|candidate| (distance(name, candidate), *candidate))
        .min()
        .filter(|(steps, candidate)| *steps <= (candidate.len() * 2 / 5).clamp(1, 3))
        .map(|(_, candidate)| candidate)
}

/// Edit distance, on the first 40 characters.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().take(40).collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, c) in one.to_lowercase().chars().take(40).enumerate() {
        let mut diagonal = at;
        let mut left = at + 1;
        if let Some(first) = row.first_mut() {
            *first = left;
        }
        for (cell, d) in row.iter_mut().skip(1).zip(&other) {
            let step = (diagonal + usize::from(c != *d))
                .min(left + 1)
                .min(*cell + 1);
            diagonal = *cell;
            *cell = step;
            left = step;
        }
    }
    row.last().copied().unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_key_is_found_when_it_is_near() {
        let known = ["title", "subtitle", "summary", "unit", "embargo"];
        assert_eq!(nearest("titel", &known), Some("title"));
        assert_eq!(nearest("tittle", &known), Some("title"));
        assert_eq!(nearest("Embargos", &known), Some("embargo"));
        assert_eq!(nearest("colour", &known), None);
        assert_eq!(
            (
                distance("", "abc"),
                distance("abc", "abc"),
                distance("abd", "abc")
            ),
            (3, 0, 1)
        );
    }
}
