//! Fenced blocks, and the indented ones that are none.

use std::ops::Range;

use yigao_core::block::DEPTH_MAX;

use super::{
    body::{Builder, Code, read},
    directive,
    fenced::Fenced,
    say,
};

impl Builder<'_, '_, '_> {
    pub(super) fn fenced(&mut self, range: &Range<usize>) {
        let Some(Code { info, text }) = self.code.take() else {
            return;
        };
        let line = self.line(range);
        let Some(info) = info else {
            return self.indented(&text, line, range);
        };
        let source = self
            .source
            .get(range.clone())
            .unwrap_or_default()
            .trim_end();
        if !(source.ends_with("```") || source.ends_with("~~~")) || !source.contains('\n') {
            let end = source.find(|c| !matches!(c, '`' | '~'));
            let fence = source.get(..end.unwrap_or(source.len())).unwrap_or("```");
            let problem = say::unclosed_fence(self.reading.file, fence).at(line);
            self.reading.problem(problem);
            return;
        }
        let level = self.level();
        if level > DEPTH_MAX {
            return self.too_deep(range);
        }
        let fenced = Fenced {
            info: &info,
            text: &text,
            line,
            level,
        };
        if let Some(block) = directive::read(self.reading, &fenced) {
            self.add(block, range);
        }
    }

    /// Paragraphs indented by four spaces, as in print: Markdown takes them for code, their authors do not.
    pub(super) fn indented(&mut self, text: &str, line: usize, range: &Range<usize>) {
        self.note(
            "indented_paragraph",
            range,
            "段首空格已去掉",
            "spaces before a paragraph were taken away",
        );
        let flush: String = text
            .lines()
            .map(|line| format!("{}\n", line.trim_start()))
            .collect();
        let depth = self.level().saturating_sub(1);
        for block in read(self.reading, &flush, line, depth) {
            self.add(block, range);
        }
    }
}
