//! The first net: every visible character of the source was given to the builder, or is a mark. CommonMark drops some
//! silently, such as definitions, and so may a parser's next release.

use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};

/// Characters that are marks where no text takes them.
const MARKS: &str = "*_#>-+=~|:\\![]()<>&;\"'`.,^";

/// Which bytes of a source were used.
#[derive(Debug, Default)]
pub(super) struct Coverage {
    used: Vec<Range<usize>>,
}

impl Coverage {
    /// Notes what an event uses of the source.
    pub(super) fn event(&mut self, source: &str, event: &Event<'_>, range: &Range<usize>) {
        match event {
            Event::Start(Tag::Item) => self.take(range.start..marker_end(source, range)),
            Event::Start(Tag::FootnoteDefinition(label)) => {
                self.take(range.start..(range.start + label.len() + 4).min(range.end));
            }
            Event::Start(_) => {}
            // Address, title and file name stand behind the words.
            Event::End(TagEnd::Link | TagEnd::Image) => {
                let words = source.get(range.clone()).and_then(|text| text.rfind(']'));
                let bracket = words.map_or(range.start, |at| range.start + at);
                let from = self.used.last().map_or(range.start, |used| used.end);
                self.take(from.max(range.start).min(bracket)..range.end);
            }
            Event::End(TagEnd::CodeBlock | TagEnd::HtmlBlock) => self.take(range.clone()),
            Event::End(_) => {}
            _ => self.take(range.clone()),
        }
    }

    /// Notes that these bytes are used.
    pub(super) fn take(&mut self, range: Range<usize>) {
        self.used.push(range);
    }

    /// Stretches before `end` that nothing used and that hold more than marks.
    pub(super) fn lost(mut self, source: &str, end: usize) -> Vec<Range<usize>> {
        self.used.sort_by_key(|range| range.start);
        let mut out = Vec::new();
        let mut from = 0;
        for range in self.used.into_iter().chain(std::iter::once(end..end)) {
            if range.start > from {
                let gap = source.get(from..range.start).unwrap_or_default();
                let is_text = |c: char| !c.is_whitespace() && !MARKS.contains(c);
                if let (Some(first), Some(last)) = (gap.find(is_text), gap.rfind(is_text)) {
                    let after = gap.get(last..).and_then(|text| text.chars().next());
                    out.push(from + first..from + last + after.map_or(0, char::len_utf8));
                }
            }
            from = from.max(range.end);
        }
        out
    }
}

/// Where the mark of a list's item ends.
fn marker_end(source: &str, range: &Range<usize>) -> usize {
    let text = source.get(range.clone()).unwrap_or_default();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    (range.start + digits + 1).min(range.end)
}
