//! What stands behind a key, by the sign it begins with.

use super::{Above, Spot, Walk, indent, is_comment, marked, split_key};
use crate::yaml::{
    flow,
    keys::{self, Sort},
    say::{self, Why},
    scalar::{self, Hazard, hazard, is_blank, trimmed},
};

/// How many brackets that do not close are followed through the whole document.
const OPEN_FLOWS_MAX: usize = 20;

/// How many lines a quoted text may run on that are not set in.
const QUOTED_LINES_MAX: usize = 20;

impl Walk<'_> {
    /// The value at `spot`; the next line to look at.
    pub(super) fn value(&mut self, spot: Spot, sort: Sort, key: &str) -> usize {
        let raw = self.raw(spot);
        let Some(sign) = raw.chars().next() else {
            return self.nothing(spot, sort, key);
        };
        self.outdent(spot, sort, &raw);
        match sign {
            '"' | '\'' => self.quoted(spot, sort, key),
            '[' | '{' if sort == Sort::Text => {
                let deeper = self.deeper(spot.at, spot.indent);
                self.refuse(spot, Why::Sign(sign), deeper);
                deeper
            }
            '[' | '{' => self.flow(spot, sort, key),
            '|' | '>' if is_block_header(&raw) => self.block(spot, sort, key),
            '#' => self.hash(spot, sort, key),
            _ => self.plain(spot, sort, key),
        }
    }

    /// Keys that belong beside a finished value but are set in below it.
    fn outdent(&mut self, spot: Spot, sort: Sort, raw: &str) {
        let one_line = match raw.chars().next() {
            Some('"' | '\'') => scalar::closing_quote(raw).is_some(),
            Some('[' | '{') => false,
            _ => !is_block_header(raw),
        };
        if !one_line || !matches!(sort, Sort::Text | Sort::Words | Sort::Exact) {
            return;
        }
        for at in spot.at + 1..self.deeper(spot.at, spot.indent) {
            let line = self.lines.get(at).map_or("", String::as_str);
            let content = line.trim();
            let known = split_key(content).is_some_and(|(key, _)| {
                let path = self.path();
                keys::sort(self.root, &path, key.trim()) != Sort::Unknown
            });
            // Below a file or a destination people choose the names.
            if known && !keys::known(self.root, &self.path()).is_empty() {
                let line = format!("{}{content}", " ".repeat(spot.indent));
                let place = self.place(at, 0);
                self.problems.push(say::indented(place, Why::Deep, &line));
                self.set(at, line);
                return;
            }
        }
    }

    /// A key with nothing behind it: what it says stands below, or it says nothing.
    fn nothing(&mut self, spot: Spot, sort: Sort, key: &str) -> usize {
        let deeper = self.deeper(spot.at, spot.indent);
        let first = self.first_below(spot.at, deeper);
        let content = first.and_then(|first| self.lines.get(first));
        let content = content.map_or("", |line| trimmed(line)).to_owned();
        let list = marked(&content, '-');
        let flow = content.starts_with(['[', '{']);
        match (sort, first) {
            (Sort::Text, None) => self.carries_on(spot, String::new(), deeper),
            (Sort::Text, Some(first)) if !list => self.text_below(spot, first, deeper),
            (Sort::Words, Some(first)) if !list && !flow => self.text_below(spot, first, deeper),
            _ => {
                self.open(spot, sort, key);
                if content.is_empty() || !self.is_text(&content) {
                    return spot.at + 1;
                }
                // A text where none belongs; what is read of it will say so.
                self.above.pop();
            }
        }
        deeper
    }

    /// An item with nothing behind its mark.
    pub(super) fn nothing_in_item(&mut self, spot: Spot) -> usize {
        let deeper = self.deeper(spot.at, spot.indent);
        match self.first_below(spot.at, deeper) {
            Some(first)
                if self
                    .lines
                    .get(first)
                    .is_some_and(|line| self.is_text(trimmed(line))) =>
            {
                self.text_below(spot, first, deeper);
                deeper
            }
            _ => spot.at + 1,
        }
    }

    /// The first line between `at` and `end` that is no note.
    fn first_below(&self, at: usize, end: usize) -> Option<usize> {
        let lines = self.lines.get(at + 1..end)?;
        let first = lines
            .iter()
            .position(|line| !trimmed(line).is_empty() && !is_comment(line))?;
        Some(at + 1 + first)
    }

    /// Whether a line is neither a key nor a list.
    fn is_text(&self, content: &str) -> bool {
        !marked(content, '-')
            && !marked(content, '?')
            && !content.starts_with(['[', '{'])
            && split_key(content).is_none()
            && self.mark_mended(content).is_none()
    }

    fn open(&mut self, spot: Spot, sort: Sort, key: &str) {
        self.above.push(Above {
            indent: spot.indent,
            key: key.to_owned(),
            sort,
        });
    }

    /// A text that begins in a line below its key.
    fn text_below(&mut self, spot: Spot, first: usize, deeper: usize) {
        let line = self.lines.get(first).map_or("", String::as_str);
        let below = Spot {
            at: first,
            indent: spot.indent,
            start: indent(line),
        };
        let text = self.raw(below);
        if text.starts_with(['"', '\'']) || is_block_header(&text) {
            // Quotes say what they hold.
        } else if self.continued(first, deeper) {
            if let Some(why) = self.hazards(below, deeper) {
                self.refuse(spot, why, deeper);
            }
        } else if hazard(&text).is_some() {
            self.as_typed(below, &text);
        }
    }

    /// A text without quotes, on one line or several.
    fn plain(&mut self, spot: Spot, sort: Sort, key: &str) -> usize {
        let raw = self.raw(spot);
        let deeper = self.deeper(spot.at, spot.indent);
        let text = matches!(sort, Sort::Text | Sort::Words);
        if self.continued(spot.at, deeper) {
            if text && let Some(why) = self.hazards(spot, deeper) {
                self.refuse(spot, why, deeper);
            }
            return deeper;
        }
        let needed = key.is_empty() || keys::required(self.root, &self.path(), key);
        if needed && scalar::is_null(&raw) {
            self.refuse(spot, Why::Null, spot.at + 1);
        }
        match hazard(&raw) {
            None => {}
            Some(Hazard::Sign(sign @ ('|' | '>'))) if text => {
                self.refuse(spot, Why::Sign(sign), spot.at + 1);
            }
            Some(Hazard::Comment) if sort == Sort::Exact => self.comment_apart(spot),
            Some(Hazard::Comment) if sort == Sort::Unknown => {}
            // Anchors, aliases and tags elsewhere than in texts stay the parser's to refuse.
            Some(Hazard::Sign('&' | '*' | '!')) if !text => {}
            Some(_) => self.as_typed(spot, &raw),
        }
        if text {
            self.carries_on(spot, raw, deeper);
        }
        deeper
    }

    /// A value that begins with `#`.
    fn hash(&mut self, spot: Spot, sort: Sort, key: &str) -> usize {
        let raw = self.raw(spot);
        let deeper = self.deeper(spot.at, spot.indent);
        let next = self.lines.get(deeper).map_or("", String::as_str);
        let list = indent(next) == spot.indent && marked(trimmed(next), '-');
        let below = self.continued(spot.at, deeper);
        match sort {
            // Notes beside keys whose values stand below them.
            Sort::Words | Sort::Structure | Sort::Free | Sort::Unknown if below || list => {
                self.open(spot, sort, key);
                return spot.at + 1;
            }
            Sort::Text if below => self.refuse(spot, Why::Comment, deeper),
            Sort::Text | Sort::Words => {
                self.as_typed(spot, &raw);
                self.carries_on(spot, raw, deeper);
            }
            Sort::Exact if below => {}
            Sort::Exact | Sort::Structure => self.comment_apart(spot),
            Sort::Free | Sort::Unknown => {}
        }
        deeper
    }

    /// A value that begins with a quote.
    fn quoted(&mut self, spot: Spot, sort: Sort, key: &str) -> usize {
        let raw = self.raw(spot);
        let deeper = self.deeper(spot.at, spot.indent);
        let Some((end, text, rest)) = self.closed(spot, deeper) else {
            self.refuse(spot, Why::OpenQuote, deeper);
            return deeper;
        };
        let after = if end == spot.at { deeper } else { end + 1 };
        let behind = trimmed(&rest);
        let list = sort == Sort::Words && end == spot.at && behind.starts_with([',', '、', '，']);
        if behind.starts_with('#') && rest.starts_with(is_blank) {
            self.comment_dropped(spot, end, key, behind);
        } else if list {
            let items = raw.replace(['、', '，'], ", ");
            self.refuse_as(spot, Why::BehindQuote, spot.at + 1, &format!("[{items}]"));
        } else if !behind.is_empty() && sort == Sort::Exact {
            self.refuse_as(spot, Why::BehindQuote, after, &text);
        } else if !behind.is_empty() {
            self.refuse(spot, Why::BehindQuote, after);
        } else if end == spot.at && !escapes_are_known(&text) {
            let inner = text.strip_prefix('"').and_then(|t| t.strip_suffix('"'));
            let inner = inner.unwrap_or_default().replace("\\\"", "\"");
            let copy = scalar::scalar(&inner);
            self.refuse_as(spot, Why::Backslash, spot.at + 1, &copy);
        }
        after
    }

    /// The line in which the quote at `spot` closes, the text with its quotes, and what stands behind it.
    fn closed(&self, spot: Spot, deeper: usize) -> Option<(usize, String, String)> {
        let mut text = self.raw(spot);
        if let Some((quoted, rest)) = scalar::closing_quote(&text) {
            return Some((spot.at, quoted.to_owned(), rest.to_owned()));
        }
        // The parser lets a quoted text run on in lines that are not set in, up to the next key.
        let path = self.path();
        let is_key = |line: &str| {
            let key = split_key(trimmed(line)).map(|(key, _)| trimmed(key));
            key.is_some_and(|key| keys::sort(self.root, &path, key) != Sort::Unknown)
        };
        let below = self.lines.get(spot.at + 1..).unwrap_or_default();
        let inside = deeper - spot.at - 1;
        let open = (0..).zip(below).take(QUOTED_LINES_MAX.max(inside));
        for (at, line) in open.take_while(|(at, line)| *at < inside || !is_key(line)) {
            text.push('\n');
            text.push_str(trimmed(line));
            if at >= inside && line.contains(['"', '\'']) {
                break;
            }
        }
        let (quoted, rest) = scalar::closing_quote(&text)?;
        let end = spot.at + quoted.matches('\n').count();
        let rest = rest.lines().next().unwrap_or_default();
        // A quote further down that more text stands behind was opened there.
        let far = end >= deeper && !trimmed(rest).is_empty();
        (!far).then(|| (end, quoted.to_owned(), rest.to_owned()))
    }

    /// `[…]` or `{…}`.
    pub(super) fn flow(&mut self, spot: Spot, sort: Sort, key: &str) -> usize {
        let deeper = self.deeper(spot.at, spot.indent);
        let path = self
            .path()
            .into_iter()
            .chain((!key.is_empty()).then_some(key));
        let place = flow::Place {
            root: self.root,
            lines: &self.lines,
            at: spot.at,
            start: spot.start,
            path: path.map(str::to_owned).collect(),
            sort,
        };
        let scanned = (self.open_flows < OPEN_FLOWS_MAX)
            .then(|| flow::scan(&place))
            .flatten();
        let Some(found) = scanned else {
            self.open_flows += 1;
            if sort == Sort::Words {
                self.refuse(spot, Why::Brackets, deeper);
            }
            return deeper;
        };
        let behind = trimmed(&found.rest);
        if behind.starts_with('#') && found.rest.starts_with(is_blank) {
            self.comment_dropped(spot, found.last, key, behind);
        } else if !behind.is_empty() && sort == Sort::Words {
            self.refuse(spot, Why::Brackets, found.last + 1);
            return found.last + 1;
        }
        for (at, mended) in found.mended {
            let one = Spot {
                at,
                indent: 0,
                start: 0,
            };
            self.refuse_as(one, Why::InBrackets, at + 1, &mended);
        }
        found.last + 1
    }

    /// `|` or `>` with the text in the lines below.
    fn block(&mut self, spot: Spot, sort: Sort, key: &str) -> usize {
        let raw = self.raw(spot);
        let deeper = self.deeper(spot.at, spot.indent);
        let below = self.lines.get(spot.at + 1..deeper).unwrap_or_default();
        let empty = below.iter().all(|line| trimmed(line).is_empty());
        let sign = raw.chars().next().unwrap_or('|');
        if empty && raw.contains(|c: char| c.is_ascii_digit()) {
            self.refuse(spot, Why::Sign(sign), deeper);
        } else if let Some((_, comment)) = raw.split_once('#') {
            self.comment_dropped(spot, spot.at, key, &format!("#{comment}"));
        }
        if empty && sort == Sort::Text {
            self.carries_on(spot, String::new(), deeper);
        }
        deeper
    }
}

/// `|`, `>-`, `|2`, with nothing but a comment behind.
fn is_block_header(text: &str) -> bool {
    let (header, rest) = match text.find(is_blank) {
        Some(at) => (text.get(..at).unwrap_or_default(), text.get(at..)),
        None => (text, None),
    };
    let marks = header.strip_prefix(['|', '>']);
    let rest = rest.map_or("", trimmed);
    let fit = |marks: &str| {
        let digits = marks.chars().filter(|c| matches!(c, '1'..='9')).count();
        let signs = marks.chars().filter(|c| matches!(c, '+' | '-')).count();
        digits <= 1 && signs <= 1 && digits + signs == marks.len()
    };
    marks.is_some_and(fit) && (rest.is_empty() || rest.starts_with('#'))
}

/// Whether YAML knows every backslash of a text in double quotes.
fn escapes_are_known(quoted: &str) -> bool {
    if !quoted.starts_with('"') {
        return true;
    }
    let mut chars = quoted.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            continue;
        }
        let digits = match chars.next() {
            Some('x') => 2,
            Some('u') => 4,
            Some('U') => 8,
            Some(c) if "0abt\tnvfe \"/\\N_LP".contains(c) => 0,
            _ => return false,
        };
        if !(0..digits).all(|_| chars.next().is_some_and(|c| c.is_ascii_hexdigit())) {
            return false;
        }
    }
    true
}
