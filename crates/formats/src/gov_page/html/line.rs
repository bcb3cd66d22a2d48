//! One line of text while it is read: white space as browsers join it, links, raised and lowered characters.

use yigao_core::{Inline, block::plain_text};

use super::HARD_SPACE;
use crate::reserved;

/// What the characters to come carry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Marks {
    pub link: Option<String>,
    pub superscript: u32,
    pub subscript: u32,
}

#[derive(Debug, Default)]
pub(super) struct Line {
    runs: Vec<Inline>,
}

impl Line {
    pub(super) fn push(&mut self, text: &str, marks: &Marks) {
        for c in text.chars() {
            match c {
                HARD_SPACE => self.char(' ', marks),
                '\n' | '\r' | '\t' | ' ' => {
                    if !self.is_empty() && !self.ends_with_space() {
                        self.char(' ', marks);
                    }
                }
                c if reserved::is_reserved(c) => {}
                c => self.char(c, marks),
            }
        }
    }

    /// A character as it is, without white space being joined.
    pub(super) fn char(&mut self, c: char, marks: &Marks) {
        let superscript = marks.superscript > 0;
        let subscript = marks.subscript > 0 && !superscript;
        match self.runs.last_mut() {
            Some(run)
                if run.link == marks.link
                    && run.superscript == superscript
                    && run.subscript == subscript =>
            {
                run.text.push(c);
            }
            _ => self.runs.push(Inline {
                text: c.into(),
                superscript,
                subscript,
                link: marks.link.clone(),
                ..Inline::default()
            }),
        }
    }

    pub(super) fn text(&self) -> String {
        plain_text(&self.runs)
    }

    fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    fn ends_with_space(&self) -> bool {
        self.runs.last().is_some_and(|run| run.text.ends_with(' '))
    }

    /// Whether nothing but white space was read.
    pub(super) fn is_blank(&self) -> bool {
        self.runs.iter().all(|run| run.text.trim().is_empty())
    }

    /// The line without white space round it.
    pub(super) fn take(&mut self) -> Vec<Inline> {
        trimmed(std::mem::take(&mut self.runs))
    }
}

/// Without white space at both ends.
pub(super) fn trimmed(mut runs: Vec<Inline>) -> Vec<Inline> {
    while let Some(first) = runs.first_mut() {
        first.text = first.text.trim_start().to_owned();
        if !first.text.is_empty() {
            break;
        }
        runs.remove(0);
    }
    while let Some(last) = runs.last_mut() {
        last.text.truncate(last.text.trim_end().len());
        if !last.text.is_empty() {
            break;
        }
        runs.pop();
    }
    runs
}
