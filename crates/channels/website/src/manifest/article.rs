//! An article as it is sent, and how it is distinguished from what somebody made of it.
//!
//! Sites drop comments and attributes they do not know, and keep classes. So marker and checksum are classes of the element around
//! the text: the marker finds what is this item's, the checksum is over what readers see, so that our text is distinguished
//! from what somebody changed, whichever delivery it was.

use yigao_article::{
    readback::{LEAF_CLASS, leaves_of, unescape},
    text::{File, Text},
    whole::{fitted, whole},
};
use yigao_core::{Digest, Leaf, LeafKind};

/// An article that is ready to be sent.
#[derive(Clone, Debug)]
pub(crate) struct Article {
    pub(crate) html: String,
    pub(crate) leaves: Vec<Leaf>,
}

impl Article {
    /// `text` has its slots filled; `href` is the address of an attachment.
    pub(crate) fn of(marker: &str, text: &Text, href: &dyn Fn(&File) -> Option<String>) -> Self {
        let inner = fitted(&whole(text, href)).replace('\n', "");
        let inner = inner.replace("data-leaf=\"", &format!("class=\"{LEAF_CLASS}"));
        let leaves = leaves(&text.title, &inner);
        let checksum = checksum(&leaves, &inner);
        Self {
            html: format!("<div class=\"yigao {MARK}{marker} {CHECKSUM}{checksum}\">{inner}</div>"),
            leaves,
        }
    }
}

const MARK: &str = "yigao-m-";
const CHECKSUM: &str = "yigao-s-";

/// What is written on everything of an item, for life.
pub(crate) fn marker(of: &str) -> String {
    let digest = Digest::of_bytes(of.as_bytes());
    digest.as_str().get(..32).unwrap_or_default().to_owned()
}

/// Title and text as they read.
pub(crate) fn leaves(title: &str, html: &str) -> Vec<Leaf> {
    let mut out = vec![Leaf::new(LeafKind::Title, title)];
    out.extend(leaves_of(html));
    out
}

fn checksum(leaves: &[Leaf], html: &str) -> String {
    print(leaves, html).short().to_owned()
}

/// What readers see and follow, as a digest: leaves, every word, every link.
pub(crate) fn print(leaves: &[Leaf], html: &str) -> Digest {
    Digest::of_json(&(leaves, words(html), links(html)))
}

/// Every word, captions and bylines included, which are no leaves; without blanks, which sites set as they like.
fn words(html: &str) -> String {
    let mut out = String::new();
    for piece in html.split('<') {
        let text = piece.split_once('>').map_or(piece, |(_, text)| text);
        out.extend(unescape(text).chars().filter(|c| !c.is_whitespace()));
    }
    out
}

/// Where its links lead.
fn links(html: &str) -> Vec<String> {
    let all = html.split(" href=\"").skip(1);
    all.filter_map(|rest| rest.split_once('"'))
        .map(|(link, _)| unescape(link))
        .collect()
}

/// Whether a text bears an item's marker.
pub(crate) fn bears(html: &str, marker: &str) -> bool {
    html.contains(&format!("{MARK}{marker}"))
}

/// Whether title and text are what this program once wrote.
pub(crate) fn has_checksum(title: &str, html: &str) -> bool {
    let Some((_, rest)) = html.split_once(CHECKSUM) else {
        return false;
    };
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric());
    let (checked, _) = rest
        .split_at_checked(end.unwrap_or(rest.len()))
        .unwrap_or_default();
    checked == checksum(&leaves(title, html), html)
}

/// Of a page: what is in the element that bears the marker.
pub(crate) fn marked<'p>(page: &'p str, marker: &str) -> Option<&'p str> {
    let at = page.find(&format!("{MARK}{marker}"))?;
    let (_, rest) = page.split_at_checked(at)?;
    let (_, inner) = rest.split_once('>')?;
    // The element ends where as many have been closed as were opened.
    let mut depth = 1_usize;
    let mut seen = 0;
    while let Some((_, after)) = inner.split_at_checked(seen) {
        let open = after.find("<div").unwrap_or(usize::MAX);
        let close = after.find("</div")?;
        let at = open.min(close);
        if open < close {
            depth += 1;
        } else {
            depth -= 1;
        }
        if depth == 0 {
            return inner.split_at_checked(seen + at).map(|(inner, _)| inner);
        }
        seen += at + 4;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const INNER: &str = "<p>免费入园</p><div class=\"attachments\"><ul><li><a class=\"yigao-leaf-a1\" href=\"/f\">表</a></li></ul></div>";

    fn html(title: &str) -> String {
        let checksum = checksum(&leaves(title, INNER), INNER);
        format!("<div class=\"yigao {MARK}aa {CHECKSUM}{checksum}\">{INNER}</div>")
    }

    #[test]
    fn a_checksummed_text_is_told_from_a_changed_one() {
        let html = html("题");
        assert!(has_checksum("题", &html) && bears(&html, "aa") && !bears(&html, "ab"));
        assert!(!has_checksum("新题", &html));
        assert!(!has_checksum("题", &html.replace("免费", "凭票")));
        assert!(!has_checksum("题", &format!("{html}<p>又及</p>")));
        assert!(!has_checksum("题", &html.replace("/f", "/g")));
        assert!(!has_checksum(
            "题",
            &html.replace("<p>免", "<p><span>又</span>免")
        ));
        assert!(!has_checksum("题", INNER));
        // A site that writes the same markup in another way has changed nothing.
        assert!(has_checksum(
            "题",
            &html.replace("<p>", "<p style=\"x\" class=\"y\">")
        ));
    }

    #[test]
    fn a_page_has_the_text_between_its_frame() {
        let page = format!(
            "<body><div><div>导航</div></div>{}<div>页脚</div></body>",
            html("题")
        );
        assert_eq!(marked(&page, "aa"), Some(INNER));
        assert_eq!(marked(&page, "bb"), None);
        assert_eq!(marked(&page.replace("</div", "</p"), "aa"), None);
    }
}
