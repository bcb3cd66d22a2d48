//! What becomes of a value that YAML would misread: taken as typed, or refused with the line to copy.

use yigao_core::{Finding, Severity};

use super::{Last, Spot, Walk, is_comment, joined};
use crate::{
    problem::words,
    yaml::{
        say::{self, Why},
        scalar::{self, Hazard, hazard, trimmed},
    },
};

impl Walk<'_> {
    /// Takes a text of one line as it was typed.
    pub(super) fn as_typed(&mut self, spot: Spot, text: &str) {
        let line = self.with_value(spot.at, spot.start, &scalar::quoted(text));
        self.set(spot.at, line);
    }

    /// Refuses a value of one or more lines.
    pub(super) fn refuse(&mut self, spot: Spot, why: Why, end: usize) {
        let raw = self.raw(spot);
        let below = self.lines.get(spot.at + 1..end).unwrap_or_default();
        let below = below.iter().filter(|line| !is_comment(line));
        let parts = std::iter::once(raw.as_str()).chain(below.map(|line| trimmed(line)));
        let copy = scalar::scalar(&joined(parts));
        self.refuse_as(spot, why, end, &copy);
    }

    /// Refuses a value and reads on with the one that is proposed, so that other problems are found too.
    pub(super) fn refuse_as(&mut self, spot: Spot, why: Why, end: usize, value: &str) {
        let copy = self.with_value(spot.at, spot.start, value);
        let below = self.lines.get(spot.at + 1..end).unwrap_or_default();
        let below = below
            .iter()
            .rposition(|line| !trimmed(line).is_empty())
            .map_or(0, |last| last + 1);
        let place = self.place(spot.at, spot.start);
        self.problems.push(say::copy(place, why, &copy, below));
        self.set(spot.at, copy);
        for at in spot.at + 1..end {
            self.set(at, String::new());
        }
    }

    /// A comment where a value should stand, or behind a value of one of few forms.
    pub(super) fn comment_apart(&mut self, spot: Spot) {
        let raw = self.raw(spot);
        let end = [" #", "\t#"]
            .iter()
            .filter_map(|mark| raw.find(mark))
            .min()
            .unwrap_or_default();
        let value = trimmed(raw.get(..end).unwrap_or_default());
        let place = self.place(spot.at, spot.start + end);
        if value.is_empty() {
            let line = self.lines.get(spot.at).map_or("", String::as_str);
            let copy = format!("# {}", trimmed(line));
            self.problems.push(say::copy(place, Why::Comment, &copy, 0));
            return self.set(spot.at, String::new());
        }
        let copy = self.with_value(spot.at, spot.start, value);
        self.problems.push(say::comment_apart(place, &copy));
        self.set(spot.at, copy);
    }

    /// A comment behind a closed quote or bracket, in the line at `at`, is one in YAML; it is said.
    pub(super) fn comment_dropped(&mut self, spot: Spot, at: usize, key: &str, comment: &str) {
        let line = self.first + at;
        let shown = crate::paths::shown(comment);
        let mut path = self.path();
        path.extend((!key.is_empty()).then_some(key));
        let place = format!("front_matter/{}", path.join("."));
        let raw = self.raw(spot);
        let advice = if at == spot.at && raw.starts_with(['"', '\'']) {
            let copy = self.with_value(spot.at, spot.start, &scalar::scalar(&raw));
            let copy = trimmed(&copy);
            words(
                format!("若它属于这个值，请照抄：`{copy}`"),
                format!("If it belongs to the value, copy: `{copy}`"),
            )
        } else {
            words(
                "若它属于这个值，请把它放进引号里。",
                "If it belongs to the value, put it within quotes.",
            )
        };
        let finding = Finding::new(
            Severity::Warn,
            "comment_dropped",
            place,
            words(
                format!("第 {line} 行：“{shown}”按注释处理，没有导入。"),
                format!("Line {line}: {shown:?} is a comment and was left out."),
            ),
            advice,
        );
        self.findings.push(finding.at(line).quoting(comment));
    }

    /// Remembers a text, in case that the line after it has no key.
    pub(super) fn carries_on(&mut self, spot: Spot, text: String, next: usize) {
        self.last = Some(Last {
            at: spot.at,
            next,
            start: spot.start,
            text,
        });
    }

    /// Why a text of several lines, the first of them at `spot`, would not be read as typed.
    pub(super) fn hazards(&self, spot: Spot, end: usize) -> Option<Why> {
        if let Some(first) = hazard(&self.raw(spot)) {
            return Some(why(first));
        }
        let lines = self.lines.get(spot.at + 1..end).unwrap_or_default();
        let last = lines
            .iter()
            .rposition(|line| !trimmed(line).is_empty() && !is_comment(line))?;
        (0..).zip(lines).find_map(|(at, line)| {
            match hazard(trimmed(line))? {
                // A note below the text.
                Hazard::Comment if is_comment(line) && at > last => None,
                // Signs mean something at the beginning of a text only.
                Hazard::Sign(_) => None,
                other => Some(why(other)),
            }
        })
    }
}

fn why(hazard: Hazard) -> Why {
    match hazard {
        Hazard::Comment => Why::Comment,
        Hazard::Colon => Why::Colon,
        Hazard::Sign(sign) => Why::Sign(sign),
    }
}
