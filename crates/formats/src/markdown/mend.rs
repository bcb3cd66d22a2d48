//! What people type and CommonMark reads otherwise: `1200*600*900`, `#一、时间`, `[注]: 数据为快报数`, a picture whose name has
//! blanks. Its rules look for spaces that Chinese does not write, and take marks away that their authors meant as
//! characters. The source is put into the form that says what was meant; lines stay where they are, and what could have
//! been meant otherwise is said with its line.

use std::{borrow::Cow, collections::BTreeMap};

use yigao_core::Severity;

mod bold;
mod heading;
mod lines;
mod pairs;
mod picture;

/// Most findings of one text.
const SAID_MAX: usize = 200;
/// Rounds of looking for pairs of marks again: each one that is not meant frees another.
const ROUNDS_MAX: usize = 8;

/// Something that was read in one of two ways.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Said {
    /// Line within the source, from 0.
    pub line: usize,
    pub severity: Severity,
    pub code: &'static str,
    pub quote: String,
    pub zh: &'static str,
    pub en: &'static str,
    pub advice_zh: &'static str,
    pub advice_en: &'static str,
}

/// The source as meant, and what is to be said of it. `is_file` recognises names of the item's files.
pub(crate) fn mend<'s>(
    source: &'s str,
    is_file: &dyn Fn(&str) -> bool,
) -> (Cow<'s, str>, Vec<Said>) {
    let mut said = Vec::new();
    let mut text = lines::mend(source, is_file, &mut said);
    for _ in 0..ROUNDS_MAX {
        let edits = pairs::unmeant(&text, &mut said);
        if edits.is_empty() {
            break;
        }
        text = Cow::Owned(edited(&text, &edits));
    }
    said.sort_by_key(|said| said.line);
    said.dedup();
    (text, said)
}

/// What is done at one place of the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Edit {
    /// A backslash before it.
    Escape,
    /// As many asterisks instead of so many bytes.
    Stars(usize),
}

/// The text with these edits, which are in order.
fn edited(text: &str, edits: &BTreeMap<usize, Edit>) -> String {
    let mut out = String::with_capacity(text.len() + edits.len());
    let mut from = 0;
    for (at, edit) in edits {
        out.push_str(text.get(from..*at).unwrap_or_default());
        from = *at;
        match edit {
            Edit::Escape => out.push('\\'),
            Edit::Stars(count) => {
                out.push_str(&"*".repeat(*count));
                from += count;
            }
        }
    }
    out.push_str(text.get(from..).unwrap_or_default());
    out
}
