//! Comparable leaves out of an article's HTML. What is approved and what is read back go through the same reader, so the
//! platform's rewriting (colours, line breaks, a trailer, links gone) makes no difference.

use yigao_core::{Leaf, LeafKind};

/// Elements that end a piece of text.
const BLOCKS: &[&str] = &[
    "section",
    "p",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "blockquote",
    "ul",
    "ol",
    "li",
    "table",
    "thead",
    "tbody",
    "tr",
    "hr",
    "div",
    "figure",
    "figcaption",
    "pre",
    "caption",
];
/// Elements that are a space between words.
const SPACES: &[&str] = &["br", "td", "th"];

/// Text by block, pictures in their order; `picture` names a picture by its address.
pub(crate) fn leaves(html: &str, picture: &mut dyn FnMut(&str) -> Option<String>) -> Vec<Leaf> {
    let mut found = Vec::new();
    let mut text = String::new();
    // The lists that are open, with the next number of those that have numbers: readers see them.
    let mut lists: Vec<Option<u32>> = Vec::new();
    let mut rest = html;
    while let Some((before, after)) = rest.split_once('<') {
        text.push_str(&decoded(before));
        let Some(tag) = tag(after) else {
            text.push('<');
            rest = after;
            continue;
        };
        rest = tag.rest;
        if SPACES.contains(&tag.name.as_str()) {
            text.push(' ');
        } else if BLOCKS.contains(&tag.name.as_str()) || tag.name == "img" {
            end(&mut text, &mut found);
        }
        match (tag.name.as_str(), tag.closes) {
            ("ol", false) => lists.push(Some(tag.number.unwrap_or(1))),
            ("ul", false) => lists.push(None),
            ("ol" | "ul", true) => drop(lists.pop()),
            ("li", false) => {
                if let Some(Some(next)) = lists.last_mut() {
                    let number = tag.number.unwrap_or(*next);
                    *next = number.saturating_add(1);
                    text.push_str(&format!("{number}. "));
                }
            }
            _ => {}
        }
        if tag.name == "img"
            && let Some(name) = tag.source.as_deref().and_then(&mut *picture)
        {
            found.push(Leaf::new(LeafKind::Picture, &name));
        }
    }
    text.push_str(&decoded(rest));
    end(&mut text, &mut found);
    found
}

fn end(text: &mut String, found: &mut Vec<Leaf>) {
    let visible: String = text.chars().filter(|c| !is_invisible(*c)).collect();
    let leaf = Leaf::new(LeafKind::Text, &visible);
    if !leaf.text.is_empty() {
        found.push(leaf);
    }
    text.clear();
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

struct Tag<'h> {
    /// Lower case, without `/`.
    name: String,
    /// It ends an element.
    closes: bool,
    /// `start` of a list, `value` of an item.
    number: Option<u32>,
    /// `src`, or `data-src` as published pages have it.
    source: Option<String>,
    rest: &'h str,
}

/// The tag that begins after its `<`; none when it is a lone character.
fn tag(after: &str) -> Option<Tag<'_>> {
    if let Some(comment) = after.strip_prefix("!--") {
        let rest = comment.split_once("-->").map_or("", |(_, rest)| rest);
        return Some(Tag {
            name: String::new(),
            closes: false,
            number: None,
            source: None,
            rest,
        });
    }
    let name: String = after
        .strip_prefix('/')
        .unwrap_or(after)
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || *c == '-')
        .collect();
    if name.is_empty() {
        return None;
    }
    let mut quote = None;
    let end = after.char_indices().find(|(_, c)| match (quote, *c) {
        (None, '"' | '\'') => {
            quote = Some(*c);
            false
        }
        (Some(open), c) if open == c => {
            quote = None;
            false
        }
        (None, '>') => true,
        _ => false,
    });
    let (inner, rest) = match end {
        Some((at, _)) => (after.get(..at)?, after.get(at + 1..)?),
        None => (after, ""),
    };
    Some(Tag {
        name: name.to_ascii_lowercase(),
        closes: after.starts_with('/'),
        number: attribute(inner, " start=")
            .or_else(|| attribute(inner, " value="))
            .and_then(|number| number.parse().ok()),
        source: attribute(inner, " src=").or_else(|| attribute(inner, " data-src=")),
        rest,
    })
}

fn attribute(inner: &str, name: &str) -> Option<String> {
    let (_, after) = inner.split_once(name)?;
    let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let value = after.strip_prefix(quote)?.split(quote).next()?;
    Some(decoded(value))
}

/// Character references decoded, as far as they occur in texts.
fn decoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let known = after
            .split_once(';')
            .and_then(|(name, tail)| Some((character(name)?, tail)));
        match known {
            Some((c, tail)) => {
                out.push(c);
                rest = tail;
            }
            None => {
                out.push('&');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

fn character(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)?
        }
    })
}

/// What stays the same of a picture's address whatever host, size and form it is shown in: the longest part of its path.
pub(crate) fn picture_id(address: &str) -> &str {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let path = path.split_once("://").map_or(path, |(_, after_scheme)| {
        after_scheme.split_once('/').map_or("", |(_, path)| path)
    });
    path.split('/')
        .max_by_key(|part| part.len())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(html: &str) -> Vec<(LeafKind, String)> {
        leaves(html, &mut |src| Some(picture_id(src).to_owned()))
            .into_iter()
            .map(|leaf| (leaf.kind, leaf.text))
            .collect()
    }

    #[test]
    fn what_the_platform_rewrites_makes_no_difference() {
        let sent = "<section style=\"color:#333\"><p>甲 &amp; 乙<br>丙</p><p><a href=\"https://x.cn\">丁</a></p><img src=\"http://mmbiz.qpic.cn/mmbiz_png/abcdefghijabcdefghij/0?wx_fmt=png\" alt=\"a>b\"></section>";
        let stored = "<section style=\"color: rgb(51, 51, 51);\"><p>甲 &#38; 乙<br  />丙</p><p>丁</p><img alt='a>b' data-src='https://mmbiz.qpic.cn/sz_mmbiz_png/abcdefghijabcdefghij/640?tp=webp'></section><p style=\"display: none;\"><mp-style-type data-value=\"3\"></mp-style-type></p>";
        assert_eq!(all(sent), all(stored));
        assert_eq!(
            all(sent),
            [
                (LeafKind::Text, "甲 & 乙 丙".to_owned()),
                (LeafKind::Text, "丁".to_owned()),
                (LeafKind::Picture, "abcdefghijabcdefghij".to_owned()),
            ]
        );
    }

    #[test]
    fn broken_html_is_read_to_its_end() {
        assert_eq!(all("a < b"), [(LeafKind::Text, "a < b".to_owned())]);
        assert_eq!(all("<p>a<!-- x"), [(LeafKind::Text, "a".to_owned())]);
        assert_eq!(all("<p>a<img src="), [(LeafKind::Text, "a".to_owned())]);
        assert_eq!(
            all("&#x110000;&;&"),
            [(LeafKind::Text, "&#x110000;&;&".to_owned())]
        );
    }
}
