//! Pairs of marks that CommonMark finds and nobody meant: asterisks between digits, definitions that nothing refers to,
//! years that look like the number of a list.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use pulldown_cmark::{Event, LinkType, Parser, Tag};
use yigao_core::Severity;

use super::{Edit, SAID_MAX, Said};
use crate::{markdown::options::OPTIONS, rules};

/// Emphasis is said in the last round alone: until then its asterisks may turn out to be signs.
const EMPHASIS: &str = "asterisks_as_emphasis";
/// Smallest number that one item alone does not have: a year, not a number.
const ALONE_FROM: u64 = 32;

/// Edits at marks that were meant as characters; what may have been meant otherwise is said.
pub(super) fn unmeant(source: &str, said: &mut Vec<Said>) -> BTreeMap<usize, Edit> {
    let mut found = Found {
        source,
        places: BTreeMap::new(),
        starts: std::iter::once(0)
            .chain(source.match_indices('\n').map(|(at, _)| at + 1))
            .collect(),
        used: BTreeSet::new(),
        pictured: BTreeSet::new(),
        list: None,
        said: Vec::new(),
    };
    let mut events = Parser::new_ext(source, OPTIONS).into_offset_iter();
    for (event, range) in events.by_ref() {
        found.event(&event, range);
    }
    let definitions = events.reference_definitions();
    let spans: Vec<(String, Range<usize>, bool)> = definitions
        .iter()
        .map(|(label, def)| (fold(label), def.span.clone(), rules::link_fits(&def.dest)))
        .collect();
    for (label, span, fits) in spans {
        found.definition(&label, &span, fits);
    }
    if found.places.is_empty() {
        // The last round: what stays as it is read is said now, once.
        said.append(&mut found.said);
    } else {
        let now = |said: &Said| said.code != EMPHASIS;
        said.extend(found.said.drain(..).filter(now));
    }
    said.truncate(SAID_MAX);
    found.places
}

struct Found<'s> {
    source: &'s str,
    /// Where each line begins.
    starts: Vec<usize>,
    places: BTreeMap<usize, Edit>,
    /// Labels that links refer to, and those that pictures do.
    used: BTreeSet<String>,
    pictured: BTreeSet<String>,
    /// The list that was opened last: its place, its first number, and its items so far.
    list: Option<(usize, u64, usize)>,
    said: Vec<Said>,
}

impl Found<'_> {
    fn event(&mut self, event: &Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(Tag::Emphasis) if self.starts(&range, "*") => self.emphasis(&range),
            Event::Start(Tag::Strong) if self.starts(&range, "**") => self.strong(&range),
            Event::Start(Tag::Link { link_type, id, .. }) if is_reference(*link_type) => {
                self.used.insert(fold(id));
            }
            Event::Start(Tag::Image { link_type, id, .. }) if is_reference(*link_type) => {
                self.pictured.insert(fold(id));
            }
            Event::Start(Tag::Heading { .. }) => self.heading(&range),
            Event::Start(Tag::List(Some(number))) => self.list = Some((range.start, *number, 0)),
            Event::Start(Tag::List(None)) => self.list = None,
            Event::Start(Tag::Item) => {
                if let Some((.., items)) = &mut self.list {
                    *items += 1;
                }
            }
            Event::End(pulldown_cmark::TagEnd::List(true)) => self.list_end(),
            _ => {}
        }
    }

    fn starts(&self, range: &Range<usize>, mark: &str) -> bool {
        self.source
            .get(range.start..)
            .is_some_and(|text| text.starts_with(mark))
    }

    /// The characters before the opening mark, behind it, before the closing mark, and behind it.
    fn around(&self, range: &Range<usize>, length: usize) -> [Option<char>; 4] {
        let before = |at: usize| self.source.get(..at)?.chars().next_back();
        let behind = |at: usize| self.source.get(at..)?.chars().next();
        let close = range.end.saturating_sub(length);
        [
            before(range.start),
            behind(range.start + length),
            before(close),
            behind(range.end),
        ]
    }

    fn emphasis(&mut self, range: &Range<usize>) {
        let [before, first, last, behind] = self.around(range, 1);
        let ascii = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        if ascii(before) && letter(first) {
            self.escape(range.start);
        } else if ascii(last) && ascii(behind) {
            self.escape(range.end - 1);
        } else if (letter(before) && letter(behind)) || self.text(range).contains('\n') {
            let said = Said {
                line: self.line(range.start),
                severity: Severity::Warn,
                code: EMPHASIS,
                quote: self.text(range).to_owned(),
                zh: "两个星号之间的文字按强调处理，读者看不到星号",
                en: "the text between two asterisks is taken as emphasis; readers will not see them",
                advice_zh: "如为乘号或注号，请写作“×”或“\\*”。",
                advice_en: "Write × or \\* if they are signs.",
            };
            self.say(said);
        }
    }

    fn strong(&mut self, range: &Range<usize>) {
        let [before, first, last, behind] = self.around(range, 2);
        let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
        let places = if digit(before) && digit(first) {
            [range.start, range.start + 1]
        } else if digit(last) && digit(behind) {
            [range.end - 2, range.end - 1]
        } else {
            return;
        };
        places.into_iter().for_each(|at| self.escape(at));
    }

    /// `2026. 是申报年度`: one item that counts nothing.
    fn list_end(&mut self) {
        let Some((at, number, 1)) = self.list.take() else {
            return;
        };
        let digits = self.source.get(at..).unwrap_or_default();
        let sign = digits.find(|c: char| !c.is_ascii_digit());
        if number >= ALONE_FROM
            && let Some(sign) = sign.filter(|sign| *sign > 0)
        {
            self.escape(at + sign);
        }
    }

    /// A definition that no link needs is a sentence that begins with a bracket: CommonMark would drop it.
    fn definition(&mut self, label: &str, span: &Range<usize>, fits: bool) {
        if self.pictured.contains(label) || (fits && self.used.contains(label)) {
            return;
        }
        let text = self.source.get(span.clone()).unwrap_or_default();
        let Some(bracket) = text.find('[') else {
            return;
        };
        self.escape(span.start + bracket);
        self.say(Said {
            line: self.line(span.start),
            severity: Severity::Note,
            code: "definition_as_text",
            quote: text.trim().to_owned(),
            zh: "这一行没有被任何链接引用，按普通文字处理",
            en: "no link refers to this line; it is taken as text",
            advice_zh: "如为注释，请写作“[^1]: 注释内容”。",
            advice_en: "Write `[^1]: …` if it is a note.",
        });
    }

    fn text(&self, range: &Range<usize>) -> &str {
        self.source.get(range.clone()).unwrap_or_default()
    }

    fn line(&self, at: usize) -> usize {
        self.starts.partition_point(|start| *start <= at) - 1
    }

    fn escape(&mut self, at: usize) {
        self.places.insert(at, Edit::Escape);
    }

    fn say(&mut self, said: Said) {
        if self.said.len() < SAID_MAX {
            self.said.push(said);
        }
    }

    /// Text above a line of dashes: CommonMark's other way to write a heading, which nobody means. One or two dashes are text.
    fn heading(&mut self, range: &Range<usize>) {
        let text = self.text(range);
        if text.starts_with('#') {
            return;
        }
        let text = text.trim_end();
        let dashes = text.bytes().rev().take_while(|b| *b == b'-').count();
        let at = range.start + text.len() - dashes;
        match dashes {
            0 => {}
            1 | 2 => self.escape(at),
            _ => {
                let above = self.line(at).saturating_sub(1);
                let quote = self
                    .starts
                    .get(above)
                    .and_then(|from| self.source.get(*from..at));
                let quote = quote.unwrap_or_default().trim().to_owned();
                self.places.insert(at, Edit::Stars(dashes));
                self.say(Said {
                    line: self.line(at),
                    severity: Severity::Note,
                    code: "dashes_as_divider",
                    quote,
                    zh: "文字下面的一行横线按分隔线处理，上面一行不是标题",
                    en: "the dashes below the text are taken as a divider, and the line above is no heading",
                    advice_zh: "如要标题，请在那一行前面写“# ”。",
                    advice_en: "Write `# ` before that line if a heading is meant.",
                });
            }
        }
    }
}

fn is_reference(kind: LinkType) -> bool {
    matches!(
        kind,
        LinkType::Reference | LinkType::Collapsed | LinkType::Shortcut
    )
}

/// Labels are the same whatever their case.
fn fold(label: &str) -> String {
    label.trim().to_lowercase()
}
