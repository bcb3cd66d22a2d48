//! What the reader of one item collects for people: problems, and findings with their lines.

use super::{
    Reading,
    body::{SAID_MAX, said},
    mend::Said,
};
use crate::problem::Problem;
use yigao_core::Finding;

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
