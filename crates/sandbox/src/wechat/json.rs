//! JSON as the platform reads and writes it.

use serde_json::Value;

use super::Refusal;
use crate::settings::UnicodeEscapes;

/// Slashes escaped, everything else as raw UTF-8: the way live answers look.
pub(super) fn write(value: &Value) -> Vec<u8> {
    value.to_string().replace('/', "\\/").into_bytes()
}

pub(super) fn read(body: &[u8], escapes: UnicodeEscapes) -> Result<Value, Refusal> {
    if body.is_empty() {
        return Err(Refusal::of(44002));
    }
    let text = str::from_utf8(body).map_err(|_| Refusal::of(40033))?;
    let (text, found) = escapes_kept(text);
    if found && escapes == UnicodeEscapes::Refuse {
        return Err(Refusal::of(47002));
    }
    serde_json::from_str(&text).map_err(|_| Refusal::of(47001))
}

/// Doubles the backslash of each `\uXXXX` beyond ASCII, so that the six characters survive parsing.
fn escapes_kept(json: &str) -> (String, bool) {
    let mut out = String::with_capacity(json.len());
    let mut found = false;
    let mut rest = json;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let mut following = after.chars();
        let escaped = following.next();
        let digits = after.get(1..5).unwrap_or_default();
        let beyond_ascii =
            escaped == Some('u') && u32::from_str_radix(digits, 16).is_ok_and(|code| code > 0x7f);
        if beyond_ascii {
            found = true;
            out.push('\\');
        }
        out.push('\\');
        // The escaped character goes along, or `\\u` would be taken for an escape.
        out.extend(escaped);
        rest = following.as_str();
    }
    out.push_str(rest);
    (out, found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_stay_what_was_typed() {
        let read = |text: &str| read(text.as_bytes(), UnicodeEscapes::Literal);
        assert_eq!(
            read(r#"{"a":"\u4e2d"}"#),
            Ok(serde_json::json!({"a": "\\u4e2d"}))
        );
        assert_eq!(
            read(r#"{"a":"\\u4e2d\n\u001f"}"#),
            Ok(serde_json::json!({"a": "\\u4e2d\n\u{1f}"}))
        );
    }

    #[test]
    fn slashes_are_escaped_and_chinese_is_not() {
        assert_eq!(
            String::from_utf8(write(&serde_json::json!({"url": "http://a/中"}))),
            Ok(r#"{"url":"http:\/\/a\/中"}"#.to_owned())
        );
    }
}
