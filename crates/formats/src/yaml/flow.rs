//! `[…]` and `{…}` as people type them: which items need quotes, and the line with them.

use super::{
    keys::{self, Root, Sort},
    scalar::{self, Hazard},
};

/// Deeper brackets are left to the parser, which refuses them.
const DEPTH_MAX: usize = 8;

/// What was found in one pair of brackets and all within.
#[derive(Debug)]
pub(super) struct Flow {
    /// The line it closes in.
    pub last: usize,
    /// What stands behind it there.
    pub rest: String,
    /// Lines that need quotes, as they should be.
    pub mended: Vec<(usize, String)>,
}

/// Where the brackets stand: among the lines of a document, below some keys.
pub(super) struct Place<'a> {
    pub root: Root,
    pub lines: &'a [String],
    pub at: usize,
    /// Byte in which the first bracket stands.
    pub start: usize,
    pub path: Vec<String>,
    pub sort: Sort,
}

struct Open {
    square: bool,
    path: Vec<String>,
    key: Option<String>,
}

/// Follows the brackets to their end; `None` when they have none, or are the parser's to judge.
pub(super) fn scan(place: &Place<'_>) -> Option<Flow> {
    let mut scan = Scan {
        place,
        opens: Vec::new(),
        fresh: true,
        quoted: None,
        out: String::new(),
        changed: false,
    };
    let mut mended = Vec::new();
    for (at, line) in place.lines.iter().enumerate().skip(place.at) {
        let start = if at == place.at { place.start } else { 0 };
        scan.out = line.get(..start)?.to_owned();
        scan.changed = false;
        let rest = scan.line(line.get(start..)?)?;
        if let Some(rest) = rest {
            scan.out.push_str(rest);
        }
        if scan.changed {
            mended.push((at, std::mem::take(&mut scan.out)));
        }
        if let Some(rest) = rest {
            return Some(Flow {
                last: at,
                rest: rest.to_owned(),
                mended,
            });
        }
    }
    None
}

struct Scan<'p, 'a> {
    place: &'p Place<'a>,
    opens: Vec<Open>,
    /// Whether an item may begin here.
    fresh: bool,
    /// The quoted text just read: a key, if a colon follows.
    quoted: Option<String>,
    out: String,
    changed: bool,
}

impl Scan<'_, '_> {
    /// Reads one line; what stands behind the last bracket when it closes here. The outer `None` gives up.
    fn line<'l>(&mut self, line: &'l str) -> Option<Option<&'l str>> {
        let mut rest = line;
        let mut blank_before = true;
        while let Some(c) = rest.chars().next() {
            let after = rest.get(c.len_utf8()..)?;
            let comment = c == '#' && blank_before && self.is_comment(after);
            blank_before = scalar::is_blank(c);
            match c {
                _ if comment => {
                    self.out.push_str(rest);
                    return Some(None);
                }
                c if scalar::is_blank(c) => self.push(c),
                ',' => {
                    self.push(c);
                    self.fresh = true;
                    self.opens.last_mut()?.key = None;
                }
                ']' | '}' => {
                    self.opens.pop()?;
                    if self.opens.is_empty() {
                        self.push(c);
                        return Some(Some(after));
                    }
                    self.push(c);
                    self.fresh = false;
                }
                ':' if !self.fresh => {
                    self.push(c);
                    let key = self.quoted.take();
                    let open = self.opens.last_mut()?;
                    if !open.square {
                        open.key = key.or_else(|| open.key.take());
                        self.fresh = true;
                    }
                }
                '[' | '{' if self.fresh && !self.takes_text() => {
                    self.open(c == '[')?;
                    self.push(c);
                }
                _ if self.fresh => {
                    rest = self.item(rest)?;
                    blank_before = false;
                    continue;
                }
                c => self.push(c),
            }
            rest = after;
        }
        Some(None)
    }

    fn push(&mut self, c: char) {
        self.out.push(c);
    }

    fn open(&mut self, square: bool) -> Option<()> {
        if self.opens.len() >= DEPTH_MAX {
            return None;
        }
        let path = match self.opens.last() {
            None => self.place.path.clone(),
            Some(above) => above.path.iter().chain(&above.key).cloned().collect(),
        };
        self.opens.push(Open {
            square,
            path,
            key: None,
        });
        Some(())
    }

    /// A comment at the end of a line, as far as nothing of a list can stand in it.
    fn is_comment(&self, after: &str) -> bool {
        let marked = after.chars().next().is_none_or(scalar::is_blank);
        !self.fresh || (marked && !after.contains([',', ']', '}']))
    }

    /// What the value that begins here is.
    fn sort(&self) -> Sort {
        match self.opens.last() {
            None => self.place.sort,
            Some(open) if open.square => {
                if self.place.sort == Sort::Words || self.nested_words(open) {
                    Sort::Text
                } else {
                    Sort::Unknown
                }
            }
            Some(open) => {
                let path: Vec<&str> = open.path.iter().map(String::as_str).collect();
                open.key
                    .as_deref()
                    .map_or(Sort::Unknown, |key| keys::sort(self.place.root, &path, key))
            }
        }
    }

    /// Whether an item of a list is read, not the value of a key.
    fn is_item(&self) -> bool {
        self.opens.last().is_some_and(|open| open.square)
    }

    /// `guide: {materials: […]}`.
    fn nested_words(&self, open: &Open) -> bool {
        let path: Vec<&str> = open.path.iter().map(String::as_str).collect();
        path.split_last()
            .is_some_and(|(key, above)| keys::sort(self.place.root, above, key) == Sort::Words)
    }

    fn takes_text(&self) -> bool {
        self.sort() == Sort::Text
    }

    /// One item or key that begins at `rest`; what follows it.
    fn item<'l>(&mut self, rest: &'l str) -> Option<&'l str> {
        self.fresh = false;
        self.quoted = None;
        if rest.starts_with(['"', '\'']) {
            // A quoted text over several lines is the parser's.
            let (quoted, after) = scalar::closing_quote(rest)?;
            let next = scalar::trimmed(after).chars().next();
            let ends = match next {
                None | Some(',' | ']' | '}') => true,
                Some(':') => self.sort() != Sort::Text,
                Some('#') => after.starts_with(scalar::is_blank),
                Some(_) => false,
            };
            if ends {
                self.out.push_str(quoted);
                self.quoted = Some(quoted.trim_matches(['"', '\'']).to_owned());
                return Some(after);
            }
        } else if let Some(end) = self.key_end(rest) {
            let key = rest.get(..end)?;
            self.out.push_str(key);
            self.quoted = Some(scalar::trimmed(key).to_owned());
            return rest.get(end..);
        }
        let sort = self.sort();
        let end = item_end(rest);
        let whole = rest.get(..end)?;
        let text = whole.trim_end_matches(scalar::is_blank);
        let brackets = text.contains(['[', ']', '{', '}']);
        let hazard = match scalar::hazard(text) {
            // Elsewhere than in texts a colon makes a key, and these are the parser's to refuse.
            Some(Hazard::Colon) if sort != Sort::Text => None,
            Some(Hazard::Sign('&' | '*' | '!')) if sort == Sort::Unknown => None,
            None if brackets => Some(Hazard::Sign('[')),
            None if sort == Sort::Text && self.is_item() && scalar::is_null(text) => {
                Some(Hazard::Sign('~'))
            }
            other => other,
        };
        if hazard.is_some() {
            self.out.push_str(&scalar::quoted(text));
            self.out.push_str(whole.get(text.len()..)?);
            self.changed = true;
        } else {
            self.out.push_str(whole);
        }
        rest.get(end..)
    }

    /// Where the key ends that begins here; `None` when none does.
    fn key_end(&self, rest: &str) -> Option<usize> {
        let open = self.opens.last()?;
        if open.square || open.key.is_some() {
            return None;
        }
        let end = item_end(rest);
        let whole = rest.get(..end)?;
        whole
            .match_indices(':')
            .find(|(at, _)| {
                let after = whole.get(at + 1..).unwrap_or_default();
                after.chars().next().is_none_or(scalar::is_blank)
            })
            .map(|(at, _)| at)
    }
}

/// Where an unquoted item ends: at a comma or at the bracket around it.
fn item_end(rest: &str) -> usize {
    let mut inner = 0_usize;
    for (at, c) in rest.char_indices() {
        match c {
            '[' | '{' => inner += 1,
            ']' | '}' if inner > 0 => inner -= 1,
            ',' if inner == 0 => return at,
            ']' | '}' => return at,
            _ => {}
        }
    }
    rest.len()
}
