//! What the reader of one item collects for people: problems, and findings with their lines.

use yigao_core::{Finding, Severity};

use super::{Reading, mend::Said};
use crate::problem::{Problem, words};

/// Most problems and most notes that are said of one text.
pub(super) const SAID_MAX: usize = 200;

impl Reading<'_> {
    pub(crate) fn problem(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// Nobody reads more than some hundred findings, and a hostile text could make millions.
    pub(crate) fn finding(&mut self, finding: Finding) {
        if self.findings.len() < SAID_MAX {
            self.findings.push(finding);
        }
    }

    /// What was read in one of two ways, in a text whose first line is `first`.
    pub(super) fn said(&mut self, given: &Said, first: usize) {
        let finding = said(
            first + given.line,
            given.severity,
            given.code,
            (given.zh, given.en),
            (given.advice_zh, given.advice_en),
        );
        self.finding(finding.quoting(&given.quote));
    }
}

/// What to do about a reading that is not meant.
pub(super) const ADVICE: (&str, &str) = (
    "如不合意，请改写这一行。",
    "Write the line differently if that is not meant.",
);

/// A finding about a line of the body. The line is data; whoever shows the finding shows it once.
pub(super) fn said(
    line: usize,
    severity: Severity,
    code: &str,
    (zh, en): (&str, &str),
    advice: (&str, &str),
) -> Finding {
    let message = words(format!("{zh}。"), format!("{en}."));
    Finding::new(severity, code, "body", message, words(advice.0, advice.1)).at(line)
}
