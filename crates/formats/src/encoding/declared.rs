//! What a text says of its own encoding: a byte order mark, or a page's declaration.

use encoding_rs::{BIG5, Encoding, GB18030, GBK, UTF_8};

use super::Charset;

/// How far into a page its declaration stands, in bytes. Browsers look at 1,024; saved pages put comments before it.
const LOOK: usize = 8 * 1024;
/// Longest name of an encoding.
const LABEL_MAX: usize = 40;

/// The byte order mark that the bytes begin with.
pub(super) fn mark(bytes: &[u8]) -> Option<Charset> {
    if bytes.starts_with(b"\xef\xbb\xbf") {
        Some(Charset::Utf8)
    } else if bytes.starts_with(b"\xff\xfe") {
        Some(Charset::Utf16Le)
    } else if bytes.starts_with(b"\xfe\xff") {
        Some(Charset::Utf16Be)
    } else if bytes.starts_with(b"\x84\x31\x95\x33") {
        Some(Charset::Gb18030)
    } else {
        None
    }
}

/// The encoding that a page names in `<meta charset>`, in `http-equiv` or in its XML line; none when it is not one of ours:
/// a page that calls itself ISO-8859-1 was never asked.
pub(super) fn by_page(bytes: &[u8]) -> Option<Charset> {
    let head = bytes.get(..LOOK).unwrap_or(bytes).to_ascii_lowercase();
    let head = without_comments(&head);
    let tags = head.split(|byte| *byte == b'<').skip(1);
    tags.filter_map(|tag| {
        let tag = tag.split(|byte| *byte == b'>').next()?;
        let key: &[u8] = if tag.starts_with(b"meta") {
            b"charset"
        } else if tag.starts_with(b"?xml") {
            b"encoding"
        } else {
            return None;
        };
        named(after(tag, key)?)
    })
    .next()
}

/// The encoding behind `charset`, as in `="gb2312"` and in `=gb2312; x`.
fn named(rest: &[u8]) -> Option<Charset> {
    let rest = rest.trim_ascii_start().strip_prefix(b"=")?;
    let label: Vec<u8> = rest
        .iter()
        .copied()
        .skip_while(|byte| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\''))
        .take_while(|byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b':' | b'.')
        })
        .take(LABEL_MAX)
        .collect();
    let found = Encoding::for_label(&label)?;
    if found == UTF_8 {
        Some(Charset::Utf8)
    } else if found == GBK || found == GB18030 {
        Some(Charset::Gb18030)
    } else if found == BIG5 {
        Some(Charset::Big5)
    } else {
        None
    }
}

/// What follows the first `key`.
fn after<'a>(tag: &'a [u8], key: &[u8]) -> Option<&'a [u8]> {
    let at = tag.windows(key.len()).position(|part| part == key)?;
    tag.get(at + key.len()..)
}

/// A declaration inside a comment declares nothing.
fn without_comments(head: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(head.len());
    let mut rest = head;
    while let Some(at) = find(rest, b"<!--") {
        out.extend_from_slice(rest.get(..at).unwrap_or_default());
        let inside = rest.get(at + 4..).unwrap_or_default();
        rest = find(inside, b"-->")
            .and_then(|end| inside.get(end + 3..))
            .unwrap_or_default();
    }
    out.extend_from_slice(rest);
    out
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|part| part == wanted)
}
