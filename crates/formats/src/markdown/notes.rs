//! 注释: `[^1]` in the text and `[^1]: …` anywhere. Readers see them at the end, numbered in the order of their references.

use std::{borrow::Cow, collections::BTreeMap};

use yigao_core::{Inline, block::NOTES_MAX};

/// The notes of one item while it is read.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    /// Label of each number, from 1.
    pub(super) order: Vec<String>,
    pub(super) numbers: BTreeMap<String, u32>,
    /// Text and line by label; in the order of their lines for those that nothing refers to.
    pub(super) texts: BTreeMap<String, (usize, Vec<Inline>)>,
    /// Labels that the body defines, known before its fences are read.
    defined: Vec<String>,
}

impl Notes {
    /// Learns the labels of a body's definitions.
    pub(crate) fn learn(&mut self, body: &str) {
        let labels = body.lines().filter_map(|line| {
            let label = line.trim_start().strip_prefix("[^")?;
            let (label, rest) = label.split_once(']')?;
            let fits = !label.is_empty() && !label.contains(char::is_whitespace);
            (fits && rest.starts_with(':')).then(|| label.to_owned())
        });
        self.defined = labels.take(NOTES_MAX + 1).collect();
    }

    /// A fence's text with the body's labels defined behind it, so that references inside are read as such.
    pub(crate) fn with_definitions<'s>(&self, source: Cow<'s, str>, depth: usize) -> Cow<'s, str> {
        if depth == 0 || self.defined.is_empty() || !source.contains("[^") {
            return source;
        }
        let mut out = source.into_owned();
        for label in &self.defined {
            out.push_str(&format!("\n\n[^{label}]: -"));
        }
        Cow::Owned(out)
    }

    /// The number of the note that is referred to.
    pub(crate) fn refer(&mut self, label: &str) -> u32 {
        if let Some(number) = self.numbers.get(label) {
            return *number;
        }
        self.order.push(label.to_owned());
        let number = u32::try_from(self.order.len()).unwrap_or(u32::MAX);
        self.numbers.insert(label.to_owned(), number);
        number
    }
}
