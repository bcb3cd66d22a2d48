//! What readers see, and how it is compared: the kit's own reading, which shares no code with any adapter.

use yigao_core::{
    Leaf, LeafKind, Rendition,
    rendition::{SLOT_CLOSE, SLOT_OPEN},
};

/// Elements whose content no reader sees.
const UNSEEN: [&str; 4] = ["script", "style", "head", "template"];

/// The text of a page or a fragment as readers meet it: no markup, entities read, nothing of scripts, styles and head.
/// Text of different elements is separated by a line break; numbered lists have their numbers.
pub fn text_of_html(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    // The lists that are open, with the numbers of those that have them.
    let mut lists: Vec<Option<i64>> = Vec::new();
    let mut rest = html;
    while let Some((text, after)) = rest.split_once('<') {
        out.push_str(&entities(text));
        out.push('\n');
        let name: String = after
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .collect::<String>()
            .to_ascii_lowercase();
        let tag = after.split('>').next().unwrap_or_default();
        let stated = |attribute: &str| {
            let (_, value) = tag.split_once(&format!(" {attribute}=\""))?;
            value.split('"').next()?.parse::<i64>().ok()
        };
        match name.as_str() {
            "ol" => lists.push(Some(stated("start").unwrap_or(1) - 1)),
            "ul" => lists.push(None),
            "li" => {
                if let Some(Some(number)) = lists.last_mut() {
                    *number = stated("value").unwrap_or(*number + 1);
                    out.push_str(&format!("{number}. "));
                }
            }
            _ if after.starts_with("/ol") || after.starts_with("/ul") => drop(lists.pop()),
            _ => {}
        }
        let inner = after.split_once('>').map_or("", |(_, inner)| inner);
        rest = if UNSEEN.contains(&name.as_str()) {
            let end = format!("</{name}");
            let at = inner.to_ascii_lowercase().find(&end).unwrap_or(inner.len());
            inner.get(at..).unwrap_or_default()
        } else {
            inner
        };
    }
    out.push_str(&entities(rest));
    out
}

fn entities(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let Some((name, tail)) = after.split_once(';').filter(|(name, _)| name.len() <= 8) else {
            out.push('&');
            rest = after;
            continue;
        };
        let number = name
            .strip_prefix("#x")
            .or(name.strip_prefix("#X"))
            .map(|hex| u32::from_str_radix(hex, 16))
            .or(name.strip_prefix('#').map(str::parse));
        let read = match (name, number) {
            ("amp", _) => Some('&'),
            ("lt", _) => Some('<'),
            ("gt", _) => Some('>'),
            ("quot", _) => Some('"'),
            ("apos", _) => Some('\''),
            ("nbsp", _) => Some(' '),
            (_, Some(Ok(code))) => char::from_u32(code),
            _ => None,
        };
        match read {
            Some(read) => out.push(read),
            None => {
                out.push('&');
                out.push_str(name);
                out.push(';');
            }
        }
        rest = tail;
    }
    out.push_str(rest);
    out
}

/// Text as two readings of one page are compared: without white space, which remotes break and join as they like, and
/// without colons, which a table's cells replace.
pub fn folded(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, ':' | '：'))
        .collect()
}

/// The pieces of text that readers must meet: title and running text of the leaves, without what a slot is filled with
/// later. Pictures and the targets of links are no text, and a summary is shown in lists, not on the page.
pub(crate) fn must_read(rendition: &Rendition) -> Vec<String> {
    let text = |leaf: &&Leaf| matches!(leaf.kind, LeafKind::Title | LeafKind::Text);
    let leaves = rendition.leaves.iter().filter(text);
    leaves
        .flat_map(|leaf| without_slots(&leaf.text))
        .map(|piece| folded(&piece))
        .filter(|piece| !piece.is_empty())
        .collect()
}

fn without_slots(text: &str) -> Vec<String> {
    text.split(SLOT_OPEN)
        .enumerate()
        .map(|(at, piece)| match at {
            0 => piece,
            _ => piece.split_once(SLOT_CLOSE).map_or("", |(_, after)| after),
        })
        .map(ToOwned::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_read_as_a_reader_does() {
        let html = "<html><head><title>头</title></head><body><h1>题&amp;目</h1><script>var a='<p>';</script>\
                    <ol><li>甲<ul><li>子</li></ul></li><li>乙</li></ol><p>一&#19968;&#x4e8c;&nbsp;<b>粗</b> a &unknown; b & c</p></body></html>";
        assert_eq!(
            folded(&text_of_html(html)),
            "题&目1.甲子2.乙一一二粗a&unknown;b&c"
        );
        let numbered = "<ol start=\"3\" class=\"x\"><li>丙<li value=\"7\">庚<li>辛</ol>";
        assert_eq!(folded(&text_of_html(numbered)), "3.丙7.庚8.辛");
        assert_eq!(folded(&text_of_html("<ol start=\"0\"><li>零")), "0.零");
    }

    #[test]
    fn what_a_slot_is_filled_with_is_not_asked_for() {
        let text = format!("原文：{SLOT_OPEN}url:site{SLOT_CLOSE}，见报");
        assert_eq!(without_slots(&text), ["原文：", "，见报"]);
    }
}
