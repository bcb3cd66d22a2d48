//! Reads a page of this driver again, as a reader's browser would show it. Written for our own markup; anything else
//! gives leaves that differ, which is the point.

use yigao_core::{Digest, Leaf, LeafKind};

use super::body::{CONTENT_BEGIN, CONTENT_END, FACTS_BEGIN, FACTS_END};

/// A page as it is public.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    pub marker: Option<String>,
    pub withdrawn: bool,
    pub leaves: Vec<Leaf>,
    pub content: Digest,
}

pub fn page(html: &str) -> Page {
    let facts = between(html, FACTS_BEGIN, FACTS_END).unwrap_or_default();
    let content = between(html, CONTENT_BEGIN, CONTENT_END).unwrap_or_default();
    let title = between(html, "<h1 data-leaf=\"title\">", "</h1>").unwrap_or_default();
    let mut leaves = vec![Leaf::new(LeafKind::Title, &plain(title))];
    if let Some(subtitle) = between(html, "<p class=\"subtitle\">", "</p>") {
        leaves.push(Leaf::new(LeafKind::Text, &plain(subtitle)));
    }
    leaves.extend(leaves_of(facts));
    leaves.extend(leaves_of(content));
    Page {
        marker: meta(html, "yigao:mark"),
        withdrawn: meta(html, "yigao:state").as_deref() == Some("withdrawn"),
        leaves,
        content: digest(facts, content),
    }
}

/// Digest of the two marked regions.
pub fn digest(facts: &str, content: &str) -> Digest {
    Digest::of_bytes(format!("{facts}\n\u{0}\n{content}").as_bytes())
}

fn between<'h>(html: &'h str, open: &str, close: &str) -> Option<&'h str> {
    let (_, rest) = html.split_once(open)?;
    rest.split_once(close).map(|(inner, _)| inner)
}

fn meta(html: &str, name: &str) -> Option<String> {
    let open = format!("<meta name=\"{name}\" content=\"");
    between(html, &open, "\"").map(unescape)
}

fn plain(html: &str) -> String {
    let mut out = String::new();
    for piece in pieces(html) {
        match piece {
            Piece::Text(text) => out.push_str(&unescape(text)),
            Piece::Tag(_) => out.push(' '),
        }
    }
    out
}

enum Piece<'h> {
    Text(&'h str),
    /// Without its angle brackets.
    Tag(&'h str),
}

fn pieces(html: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = html;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        if let Some(tag) = rest.strip_prefix('<') {
            let (tag, after) = tag.split_once('>').unwrap_or((tag, ""));
            rest = after;
            return Some(Piece::Tag(tag));
        }
        let (text, after) = rest.split_at_checked(rest.find('<').unwrap_or(rest.len()))?;
        rest = after;
        Some(Piece::Text(text))
    })
}

/// Names that `escape` writes, and numbers, which sites write.
pub fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let known = after.split_once(';').and_then(|(name, tail)| {
            let read = match name {
                "lt" => '<',
                "gt" => '>',
                "quot" => '"',
                "amp" => '&',
                "nbsp" => ' ',
                "apos" => '\'',
                number => char::from_u32(code(number.strip_prefix('#')?)?)?,
            };
            Some((read, tail))
        });
        rest = match known {
            Some((read, tail)) => {
                out.push(read);
                tail
            }
            None => {
                out.push('&');
                after
            }
        };
    }
    out.push_str(rest);
    out
}

fn code(number: &str) -> Option<u32> {
    match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None => number.parse().ok(),
    }
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    between(tag, &format!(" {name}=\""), "\"").map(unescape)
}

/// Starts the class that names a picture or file, on sites that keep no attributes of ours.
pub const LEAF_CLASS: &str = "yigao-leaf-";

/// What a picture or file is called here.
fn name_of(tag: &str) -> Option<String> {
    attribute(tag, "data-leaf").or_else(|| {
        let classes = attribute(tag, "class")?;
        let name = classes
            .split_whitespace()
            .find_map(|c| c.strip_prefix(LEAF_CLASS))?;
        Some(name.to_owned())
    })
}

/// The leaves of a piece of markup, in the order of the page.
pub fn leaves_of(html: &str) -> Vec<Leaf> {
    let mut reader = Reader::default();
    for piece in pieces(html) {
        match piece {
            Piece::Text(text) => reader.text(text),
            Piece::Tag(tag) => match tag.strip_prefix('/') {
                Some(name) => reader.close(name),
                None => reader.open(tag),
            },
        }
    }
    reader.flush();
    reader.leaves
}

/// How the entries of a list are marked.
#[derive(Clone, Copy)]
enum Marks {
    Numbers,
    Bullets,
    None,
}

/// Follows the shape that `yigao_core::text` gives the same blocks.
#[derive(Default)]
struct Reader {
    leaves: Vec<Leaf>,
    line: String,
    /// Open lists: how their entries are marked, and the number of the next.
    lists: Vec<(Marks, u32)>,
    /// Inside callouts, answers and lists a picture is a line of text.
    inside: usize,
    /// Elements whose words are not compared one by one: captions, transcripts, sizes, a chart's head.
    silent: usize,
    chart: bool,
    attachments: bool,
    link: bool,
}

impl Reader {
    fn text(&mut self, text: &str) {
        if self.silent == 0 && (!self.attachments || self.link) {
            self.line.push_str(&unescape(text));
        }
    }

    fn flush(&mut self) {
        self.leaf(LeafKind::Text);
    }

    fn leaf(&mut self, kind: LeafKind) {
        let leaf = Leaf::new(kind, &std::mem::take(&mut self.line));
        if !leaf.text.is_empty() {
            self.leaves.push(leaf);
        }
    }

    fn open(&mut self, tag: &str) {
        let name = tag.split([' ', '/']).next().unwrap_or_default();
        match name {
            "p" | "h2" | "h3" | "h4" | "h5" | "caption" | "tr" | "blockquote" | "dl" => {
                self.flush()
            }
            "div" => {
                self.flush();
                self.attachments |= tag.contains("class=\"attachments\"");
            }
            "aside" | "section" => {
                self.flush();
                self.inside += 1;
            }
            "ul" | "ol" => {
                self.flush();
                let marks = match name {
                    "ol" => Marks::Numbers,
                    // Its numbers are text.
                    _ if attribute(tag, "class").is_some_and(|c| c.contains("numbered")) => {
                        Marks::None
                    }
                    _ => Marks::Bullets,
                };
                let start = attribute(tag, "start").and_then(|start| start.parse().ok());
                self.lists.push((marks, start.unwrap_or(1)));
                self.inside += 1;
            }
            "li" if !self.attachments => self.item(tag),
            "br" => self.line.push(' '),
            "img" => self.picture(tag),
            "video" | "audio" => {
                let kind = if name == "video" { "视频" } else { "音频" };
                let title = attribute(tag, "title").unwrap_or_default();
                self.line = format!("【{kind}：{title}】");
                self.flush();
            }
            "figcaption" | "details" | "span" => self.silent += 1,
            "table" => self.chart = tag.contains("class=\"chart\""),
            "thead" if self.chart => self.silent += 1,
            "a" if self.attachments => self.link = true,
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "p" | "h2" | "h3" | "h4" | "h5" | "caption" | "tr" | "blockquote" | "li" => {
                self.flush()
            }
            "div" => {
                self.flush();
                self.attachments = false;
            }
            "aside" | "section" => {
                self.flush();
                self.inside = self.inside.saturating_sub(1);
            }
            "ul" | "ol" => {
                self.flush();
                self.lists.pop();
                self.inside = self.inside.saturating_sub(1);
            }
            "td" | "th" => self.line.push(' '),
            "dt" => self.line.push('：'),
            "figcaption" | "details" | "span" => self.silent = self.silent.saturating_sub(1),
            "thead" if self.chart => self.silent = self.silent.saturating_sub(1),
            "a" if self.attachments => {
                self.link = false;
                self.leaf(LeafKind::Link);
            }
            _ => {}
        }
    }

    fn item(&mut self, tag: &str) {
        self.flush();
        let stated = attribute(tag, "value").and_then(|value| value.parse().ok());
        if let Some((marks, next)) = self.lists.last_mut() {
            let number = stated.unwrap_or(*next);
            *next = number.saturating_add(1);
            self.line = match marks {
                Marks::Numbers => format!("{number}. "),
                Marks::Bullets => "· ".to_owned(),
                Marks::None => String::new(),
            };
        }
    }

    fn picture(&mut self, tag: &str) {
        self.flush();
        if self.inside == 0 {
            self.line = name_of(tag).unwrap_or_default();
            self.leaf(LeafKind::Picture);
        } else {
            self.line = format!("【图：{}】", attribute(tag, "alt").unwrap_or_default());
            self.flush();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_are_read_once() {
        assert_eq!(unescape("a&amp;lt;b &#039;c&#91; & d;"), "a&lt;b 'c[ & d;");
    }

    #[test]
    fn a_page_of_somebody_else_gives_other_leaves() {
        let seen = page("<html><h1>登录</h1></html>");
        assert_eq!((seen.marker, seen.leaves.len()), (None, 1));
    }
}
