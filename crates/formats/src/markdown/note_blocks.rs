//! Notes while a body is read: their definitions, and the block of all of them.

use std::ops::Range;

use yigao_core::{
    Block, Inline, Severity,
    block::{NOTES_MAX, Note, plain_text},
};

use super::{Reading, blocks::Frame, body::Builder, inline::append, said::said, say};

impl Reading<'_> {
    /// The block of all notes, when there are any; those that nothing refers to come last and are named.
    pub(crate) fn notes_block(&mut self) -> Option<Block> {
        let mut notes = std::mem::take(&mut self.notes);
        let mut unused: Vec<(usize, String)> = notes
            .texts
            .iter()
            .filter(|(label, _)| !notes.numbers.contains_key(*label))
            .map(|(label, (line, _))| (*line, label.clone()))
            .collect();
        unused.sort();
        for (line, label) in unused {
            let text = notes.texts.get(&label).map(|(_, text)| plain_text(text));
            let finding = said(
                line,
                Severity::Warn,
                "note_unused",
                (
                    "这条注释没有被正文引用，已列在文末",
                    "nothing in the text refers to this note; it is listed at the end",
                ),
                (
                    "请在正文相应位置写上引用，或删去这条注释。",
                    "Refer to it in the text, or take it out.",
                ),
            );
            self.finding(finding.quoting(&text.unwrap_or_default()));
            notes.refer(&label);
        }
        let texts = notes.order.iter().map(|label| Note {
            text: notes
                .texts
                .get(label)
                .map(|(_, text)| text.clone())
                .unwrap_or_default(),
        });
        let notes: Vec<Note> = texts.collect();
        (!notes.is_empty()).then_some(Block::Notes { notes })
    }
}

impl Builder<'_, '_, '_> {
    pub(super) fn note_begins(&mut self, label: &str, range: &Range<usize>) {
        let line = self.line(range);
        if self.reading.notes.texts.contains_key(label) {
            let problem = say::note_twice(self.reading.file, label).at(line);
            self.reading.problem(problem);
        } else if self.reading.notes.texts.len() >= NOTES_MAX {
            let problem = say::too_many_notes(self.reading.file).at(line);
            self.reading.problem(problem);
            self.stopped = true;
        }
        let texts = &mut self.reading.notes.texts;
        texts.entry(label.to_owned()).or_insert((line, Vec::new()));
        self.frames.push(Frame::Note {
            label: label.to_owned(),
            text: Vec::new(),
        });
    }

    /// Appends what was collected to the note that is open.
    pub(super) fn note_text(&mut self, range: &Range<usize>) {
        let more = self.collected().text;
        self.leftovers(&more, range, true);
        let Some(Frame::Note { text, .. }) = self.frames.last_mut() else {
            return;
        };
        if !text.is_empty() && !more.is_empty() {
            append(text, Inline::plain("\n"));
        }
        more.into_iter().for_each(|run| append(text, run));
    }

    pub(super) fn note_ends(&mut self) {
        if let Some(Frame::Note { label, text }) = self.frames.pop()
            && let Some((_, known)) = self.reading.notes.texts.get_mut(&label)
            && known.is_empty()
        {
            *known = text;
        }
    }
}
