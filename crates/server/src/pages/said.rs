//! Sentences of the ledger as markup: what names an address or a delivery becomes a way there.

use maud::{Markup, html};
use yigao_core::DeliveryId;
use yigao_core::html::is_safe_link;

use super::Page;

/// One piece of a sentence.
#[derive(Debug, PartialEq, Eq)]
enum Piece<'a> {
    Plain(&'a str),
    Address(&'a str),
    Delivery(&'a str),
}

/// A sentence for lists: the signed address of a hand-over page is longer than the rest of the sentence, so a word
/// replaces it.
pub(super) fn said(page: &Page, text: &str) -> Markup {
    draw(page, text, false)
}

/// A sentence whose addresses can be read and copied.
pub(super) fn spelt(page: &Page, text: &str) -> Markup {
    draw(page, text, true)
}

fn draw(page: &Page, text: &str, spelt: bool) -> Markup {
    html! {
        @for piece in pieces(text) {
            @match piece {
                Piece::Plain(text) => (text),
                Piece::Address(url) if !is_safe_link(url) => (url),
                Piece::Address(url) => a href=(url) rel="noreferrer" {
                    @if !spelt && url.contains("/hand/") { (page.pick("交接页", "the hand-over page")) } @else { (url) }
                },
                Piece::Delivery(id) => a href={ "/deliveries/" (id) } title=(id) {
                    (page.pick("投递 ", "delivery ")) (tail(id))
                },
            }
        }
    }
}

/// The end of an id: the beginning is the time, alike for all of one minute.
fn tail(id: &str) -> String {
    let skip = id.chars().count().saturating_sub(6);
    id.chars().skip(skip).collect()
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut out = Vec::new();
    let mut plain = 0;
    let mut at = 0;
    while let Some(rest) = text.get(at..) {
        let Some(first) = rest.chars().next() else {
            break;
        };
        let word = word(rest);
        let piece = if word.starts_with("http://") || word.starts_with("https://") {
            Some(Piece::Address(word))
        } else if word.starts_with("d-") && DeliveryId::parse(word).is_ok() {
            Some(Piece::Delivery(word))
        } else {
            None
        };
        // Words that are none are passed whole: an id in the middle of something longer is no id.
        let step = if word.is_empty() {
            first.len_utf8()
        } else {
            word.len()
        };
        if let Some(piece) = piece {
            out.extend(
                text.get(plain..at)
                    .filter(|t| !t.is_empty())
                    .map(Piece::Plain),
            );
            out.push(piece);
            plain = at + step;
        }
        at += step;
    }
    out.extend(
        text.get(plain..)
            .filter(|t| !t.is_empty())
            .map(Piece::Plain),
    );
    out
}

/// The run of characters an address or an id may have, without the full stop or comma that ends a sentence.
fn word(text: &str) -> &str {
    let end = text
        .find(|c: char| !c.is_ascii_graphic() || matches!(c, '"' | '<' | '>' | ';' | '(' | ')'))
        .unwrap_or(text.len());
    text.get(..end)
        .unwrap_or_default()
        .trim_end_matches([',', '.', ':'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_deliveries_are_found_in_both_languages() {
        let id = "d-01m887hh5kfq6yknh5wqhejghq";
        let zh = format!("请打开 http://h/hand/paste/{id}.hand?s=01；排在 {id} 之后");
        let url = format!("http://h/hand/paste/{id}.hand?s=01");
        assert_eq!(
            pieces(&zh),
            [
                Piece::Plain("请打开 "),
                Piece::Address(&url),
                Piece::Plain("；排在 "),
                Piece::Delivery(id),
                Piece::Plain(" 之后"),
            ]
        );
        assert_eq!(
            pieces("open http://h/a; goes on."),
            [
                Piece::Plain("open "),
                Piece::Address("http://h/a"),
                Piece::Plain("; goes on."),
            ]
        );
        assert_eq!(pieces("没有"), [Piece::Plain("没有")]);
        assert_eq!(tail(id), "hejghq");
    }
}
