//! Text under its marks: collected, checked, and handed to the block it belongs to.

use std::ops::Range;

use pulldown_cmark::LinkType;
use yigao_core::{Block, Inline, block::plain_text};

use super::{
    blocks::{Frame, Made, is_question},
    body::Builder,
    inline::{Collected, Picture, append},
    media, say,
};
use crate::{leftovers, rules};

/// Most tags open at once.
const TAGS_MAX: usize = 50;

impl Builder<'_, '_, '_> {
    pub(super) fn paragraph(&mut self, range: &Range<usize>) {
        match self.frames.last() {
            Some(Frame::Item { .. }) => return self.item_text(range),
            Some(Frame::Note { .. }) => return self.note_text(range),
            _ => {}
        }
        let source = self.source.get(range.clone()).unwrap_or_default();
        let Collected { text, pictures, .. } = self.collected_with_pictures();
        if pictures.is_empty() {
            // A comment alone leaves nothing.
            if !text.is_empty() {
                self.leftovers(&text, range, true);
                let question = is_question(source, &text);
                self.add_made(
                    Made {
                        block: Block::Paragraph { text },
                        question,
                    },
                    range,
                );
            }
        } else if text.iter().all(|run| run.text.trim().is_empty()) {
            if let Some(block) = media::pictures(self.reading, pictures) {
                self.add(block, range);
            }
        } else {
            let problem = say::picture_in_text(self.reading.file).at(self.line(range));
            self.reading.problem(problem);
        }
    }

    pub(super) fn heading(&mut self, level: u8, range: &Range<usize>) {
        let text = self.collected().text;
        self.leftovers(&text, range, true);
        if level > rules::HEADING_MAX {
            self.note(
                "heading_too_low",
                range,
                "标题最多四级，已按第四级处理",
                "headings have four levels; taken as the fourth",
            );
        }
        self.add(
            Block::Heading {
                level: level.min(rules::HEADING_MAX),
                text,
            },
            range,
        );
    }

    /// Hands what was collected to the item it belongs to.
    pub(super) fn item_text(&mut self, range: &Range<usize>) {
        if !matches!(self.frames.last(), Some(Frame::Item { .. })) {
            return;
        }
        let more = self.collected().text;
        self.leftovers(&more, range, true);
        let Some(Frame::Item { text, children }) = self.frames.last_mut() else {
            return;
        };
        if more.is_empty() {
            return;
        }
        if children.is_some() {
            let problem = say::list_holds_block(self.reading.file).at(self.line(range));
            self.reading.problem(problem);
            return;
        }
        if !text.is_empty() {
            append(text, Inline::plain("\n"));
        }
        more.into_iter().for_each(|run| append(text, run));
    }

    /// Says which marks of Markdown readers would see in a finished text.
    pub(super) fn leftovers(&mut self, text: &[Inline], range: &Range<usize>, begins: bool) {
        let text = plain_text(text);
        for mark in leftovers::marks(&text, begins) {
            let source = self.source.get(range.clone()).unwrap_or_default();
            let at = source.find(mark).map_or(range.start, |at| range.start + at);
            let line = self.line(&(at..at));
            let finding = leftovers::finding("body", mark, &text).at(line);
            self.reading.finding(finding);
        }
    }

    /// What was collected, pictures refused.
    pub(super) fn collected(&mut self) -> Collected {
        let collected = self.collected_with_pictures();
        if let Some(picture) = collected.pictures.first() {
            let problem = say::picture_in_text(self.reading.file).at(picture.line);
            self.reading.problem(problem);
        }
        collected
    }

    pub(super) fn collected_with_pictures(&mut self) -> Collected {
        let collected = self.runs.finish();
        for (tag, line) in &collected.unclosed {
            let problem = say::unclosed_tag(self.reading.file, tag).at(*line);
            self.reading.problem(problem);
        }
        collected
    }

    pub(super) fn text(&mut self, text: &str, range: &Range<usize>) {
        let clean = self.reading.sieve.text("body", text);
        // Two wide spaces before a paragraph are layout, unless written as an entity on purpose.
        let literal = self.source.get(range.clone()) == Some(text);
        if literal && self.runs.is_empty() && self.runs.picture.is_none() {
            self.runs
                .push(clean.trim_start_matches(['\u{3000}', '\u{a0}']));
        } else {
            self.runs.push(&clean);
        }
    }

    pub(super) fn html(&mut self, html: &str, range: &Range<usize>) {
        let trimmed = html.trim();
        if trimmed.is_empty() {
            return;
        }
        if trimmed.starts_with("<!--") {
            let inner = trimmed.trim_start_matches("<!--").trim_end_matches("-->");
            if inner.trim().is_empty() {
                // It parts two lists.
                return;
            }
            return self.note(
                "comment_dropped",
                range,
                "注释没有导入",
                "a comment was left out",
            );
        }
        let line = self.line(range);
        let inner = trimmed
            .trim_start_matches('<')
            .trim_end_matches('>')
            .trim()
            .to_ascii_lowercase();
        if matches!(inner.trim_end_matches('/').trim_end(), "br") {
            return self.runs.push("\n");
        }
        let (name, closes) = inner
            .strip_prefix('/')
            .map_or((inner.as_str(), false), |name| (name, true));
        let too_many = self.runs.tags.len() >= TAGS_MAX;
        let open = self.runs.tags.iter().rposition(|(tag, _)| tag == name);
        match (self.runs.marks.tag(name), closes, open) {
            (Some(_), false, _) if too_many => {
                let problem = say::unclosed_tag(self.reading.file, name).at(line);
                self.reading.problem(problem);
            }
            (Some(count), false, _) => {
                *count += 1;
                self.runs.tags.push((name.to_owned(), line));
            }
            (Some(count), true, Some(at)) => {
                *count = count.saturating_sub(1);
                self.runs.tags.remove(at);
            }
            (Some(_), true, None) => {
                let problem = say::unclosed_tag(self.reading.file, name).at(line);
                self.reading.problem(problem);
            }
            (None, ..) => {
                let problem = say::raw_html(self.reading.file, trimmed).at(line);
                self.reading.problem(problem);
            }
        }
    }

    pub(super) fn link(&mut self, kind: LinkType, address: &str, range: &Range<usize>) {
        let mail = kind == LinkType::Email && !address.starts_with("mailto:");
        let address = if mail {
            format!("mailto:{address}")
        } else {
            address.to_owned()
        };
        if rules::link_fits(&address) {
            self.runs.link = Some(address);
        } else {
            let problem = rules::bad_link(self.reading.file, &address).at(self.line(range));
            self.reading.problem(problem);
        }
    }

    pub(super) fn picture(&mut self, file: &str, title: &str, range: &Range<usize>) {
        let line = self.line(range);
        match &mut self.runs.picture {
            Some((_, nested)) => *nested += 1,
            None => {
                let picture = Picture {
                    file: file.to_owned(),
                    alt: String::new(),
                    title: title.to_owned(),
                    line,
                };
                self.runs.picture = Some((picture, 0));
            }
        }
    }

    pub(super) fn picture_done(&mut self) {
        match self.runs.picture.take() {
            Some((picture, nested)) if nested > 0 => {
                self.runs.picture = Some((picture, nested - 1))
            }
            Some((picture, _)) => self.runs.pictures.push(picture),
            None => {}
        }
    }
}
