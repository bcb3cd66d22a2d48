//! Markup into pieces. The tokenizer is that of browsers; no tree is built: a page may be as broken as it likes and nest as
//! deep as it likes.

use std::cell::RefCell;

use html5ever::{
    tendril::StrTendril,
    tokenizer::{
        BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
        states::RawKind,
    },
};

use super::piece::RawPage;
use builder::Builder;
pub(crate) use main_text::SURE;

mod builder;
mod frames;
mod line;
mod main_text;

/// Elements whose content readers never see.
const RAW: [&str; 5] = ["style", "iframe", "xmp", "noembed", "noframes"];
/// Most attributes of one tag: the tokenizer compares each with all the others.
const ATTRIBUTES_MAX: usize = 1_000;

/// Stands for `&nbsp;` while a page is read: a space that is never joined with others.
pub(super) const HARD_SPACE: char = '\u{fdd0}';
/// Stands where a label ends without a colon: `<b>索引号</b>QC-1`.
pub(crate) const LABEL_END: char = '\u{fdd1}';

/// The parts of a page.
pub(crate) fn pieces(html: &str) -> RawPage {
    if has_endless_tag(html) {
        return RawPage::default();
    }
    let html = ["&nbsp;", "&ensp;", "&emsp;"]
        .iter()
        .fold(html.to_owned(), |html, space| {
            if html.contains(space) {
                html.replace(space, &HARD_SPACE.to_string())
            } else {
                html
            }
        });
    let sink = Sink(RefCell::new(Builder::new()));
    let tokenizer = Tokenizer::new(sink, TokenizerOpts::default());
    let queue = BufferQueue::default();
    queue.push_back(StrTendril::from(html.as_str()));
    while !queue.is_empty() {
        // Scripts are never returned, so each call continues to the end.
        let _done = tokenizer.feed(&queue);
    }
    tokenizer.end();
    tokenizer.sink.0.into_inner().finish()
}

struct Sink(RefCell<Builder>);

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut builder = self.0.borrow_mut();
        match token {
            Token::TagToken(tag) => {
                let raw = raw_kind(&tag);
                match tag.kind {
                    TagKind::StartTag => builder.start(&tag),
                    TagKind::EndTag => builder.end(&tag.name),
                }
                return raw.map_or(TokenSinkResult::Continue, TokenSinkResult::RawData);
            }
            Token::CharacterTokens(text) => builder.text(&text),
            Token::CommentToken(text) => builder.comment(&text),
            Token::DoctypeToken(_)
            | Token::NullCharacterToken
            | Token::EOFToken
            | Token::ParseError(_) => {}
        }
        TokenSinkResult::Continue
    }
}

/// How the content of an element is to be read, when it is no markup.
fn raw_kind(tag: &Tag) -> Option<RawKind> {
    if tag.kind == TagKind::EndTag {
        return None;
    }
    match &*tag.name {
        "script" => Some(RawKind::ScriptData),
        "title" | "textarea" => Some(RawKind::Rcdata),
        name if RAW.contains(&name) => Some(RawKind::Rawtext),
        _ => None,
    }
}

/// Whether a tag has more attributes than any page needs.
fn has_endless_tag(html: &str) -> bool {
    let mut bytes = html.bytes().peekable();
    while let Some(byte) = bytes.next() {
        if byte != b'<' || !bytes.peek().is_some_and(u8::is_ascii_alphabetic) {
            continue;
        }
        let (mut parts, mut quote) = (0_usize, None);
        let mut before = b' ';
        for byte in bytes.by_ref() {
            match quote {
                Some(open) if byte == open => quote = None,
                Some(_) => {}
                None if byte == b'>' => break,
                None if matches!(byte, b'"' | b'\'') && before == b'=' => quote = Some(byte),
                None if matches!(byte, b'/' | b'"' | b'\'') || byte.is_ascii_whitespace() => {
                    parts += usize::from(!before.is_ascii_whitespace());
                }
                None => {}
            }
            if quote.is_some() || !byte.is_ascii_whitespace() || before != b'=' {
                before = byte;
            }
        }
        if parts > 2 * ATTRIBUTES_MAX {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests;
