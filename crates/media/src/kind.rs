//! What a file is, told by its content; its name is hearsay.

use crate::reader::{contains, take};

/// How far into a file names and text are looked up, in bytes.
const LOOK: usize = 64 * 1024;

const CSV: &str = "text/csv";
const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const PPTX: &str = "application/vnd.openxmlformats-officedocument.presentationml.presentation";

/// The media type of `bytes` by content: pictures, PDF, ZIP and the Office formats in it, MP4, MP3,
/// UTF-8 text and tables in it. `None` for anything else and for an empty file.
pub fn kind_of(bytes: &[u8]) -> Option<&'static str> {
    picture_kind(bytes)
        .or_else(|| iso_media_kind(bytes))
        .or_else(|| {
            if bytes.starts_with(b"%PDF-") {
                Some("application/pdf")
            } else if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
                Some(zip_kind(bytes))
            } else if is_mp3(bytes) {
                Some("audio/mpeg")
            } else if is_text(bytes) {
                Some(if is_csv(bytes) { CSV } else { "text/plain" })
            } else {
                None
            }
        })
}

/// The four formats this crate decodes.
pub(crate) fn picture_kind(bytes: &[u8]) -> Option<&'static str> {
    if bytes.starts_with(b"\xff\xd8\xff") {
        Some("image/jpeg")
    } else if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        Some("image/png")
    } else if bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a") {
        Some("image/gif")
    } else if bytes.starts_with(b"RIFF") && take(bytes, 8, 4) == Some(b"WEBP") {
        Some("image/webp")
    } else {
        None
    }
}

fn iso_media_kind(bytes: &[u8]) -> Option<&'static str> {
    if take(bytes, 4, 4)? != b"ftyp" {
        return None;
    }
    match take(bytes, 8, 4)? {
        b"heic" | b"heix" | b"heim" | b"heis" | b"mif1" | b"msf1" => Some("image/heic"),
        b"avif" | b"avis" => Some("image/avif"),
        b"M4A " => Some("audio/mp4"),
        b"qt  " => Some("video/quicktime"),
        _ => Some("video/mp4"),
    }
}

fn zip_kind(bytes: &[u8]) -> &'static str {
    let head = bytes.get(..LOOK).unwrap_or(bytes);
    if !contains(head, b"[Content_Types].xml") && !contains(head, b"_rels/") {
        "application/zip"
    } else if contains(head, b"word/") {
        DOCX
    } else if contains(head, b"xl/") {
        XLSX
    } else if contains(head, b"ppt/") {
        PPTX
    } else {
        "application/zip"
    }
}

fn is_mp3(bytes: &[u8]) -> bool {
    if bytes.starts_with(b"ID3") {
        return true;
    }
    match take(bytes, 0, 3) {
        // Frame sync, layer III, and neither the forbidden bit rate nor the forbidden sample rate.
        Some(&[0xff, b, c]) => b & 0xe6 == 0xe2 && c & 0xf0 != 0xf0 && c & 0x0c != 0x0c,
        _ => false,
    }
}

fn is_text(bytes: &[u8]) -> bool {
    let head = bytes.get(..LOOK).unwrap_or(bytes);
    let valid = match std::str::from_utf8(head) {
        Ok(text) => text,
        // The look may end inside a character, the file may not.
        Err(error) if error.error_len().is_none() && bytes.len() > LOOK => {
            let upto = head.get(..error.valid_up_to()).unwrap_or_default();
            std::str::from_utf8(upto).unwrap_or_default()
        }
        Err(_) => return false,
    };
    let printable = |c: char| !c.is_control() || matches!(c, '\t' | '\n' | '\r' | '\u{c}');
    !valid.is_empty() && valid.chars().all(printable)
}

/// Rows of a table: as many commas in each of the first ones, those inside quotes not counted. Some sites look, too, and refuse
/// a table that is called a text.
fn is_csv(bytes: &[u8]) -> bool {
    const ROWS: usize = 10;
    let mut rows: Vec<usize> = Vec::new();
    let (mut commas, mut quoted) = (0, false);
    for byte in bytes.iter().take(LOOK) {
        match byte {
            b'"' => quoted = !quoted,
            b',' if !quoted => commas += 1,
            b'\n' if !quoted => {
                rows.push(std::mem::take(&mut commas));
                if rows.len() == ROWS {
                    break;
                }
            }
            _ => {}
        }
    }
    let first = rows.first().copied().unwrap_or(0);
    rows.len() > 1 && first > 0 && rows.iter().all(|row| *row == first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_by_content() {
        let cases: &[(&[u8], Option<&str>)] = &[
            (b"", None),
            (b"\xff\xd8\xff\xe0", Some("image/jpeg")),
            (b"\x89PNG\r\n\x1a\n", Some("image/png")),
            (b"GIF89a", Some("image/gif")),
            (b"RIFF\0\0\0\0WEBPVP8 ", Some("image/webp")),
            (b"RIFF\0\0\0\0WAVEfmt ", None),
            (b"%PDF-1.7\n\xe2\xe3", Some("application/pdf")),
            (b"PK\x03\x04..readme.txt", Some("application/zip")),
            (b"PK\x03\x04..notes about word/", Some("application/zip")),
            (
                b"PK\x03\x04[Content_Types].xml..word/document.xml",
                Some(DOCX),
            ),
            (b"PK\x03\x04_rels/.rels..xl/workbook.xml", Some(XLSX)),
            (b"PK\x03\x04[Content_Types].xml..ppt/slides", Some(PPTX)),
            (b"\0\0\0\x18ftypisom\0\0", Some("video/mp4")),
            (b"\0\0\0\x18ftypheic\0\0", Some("image/heic")),
            (b"ID3\x04\0", Some("audio/mpeg")),
            (b"\xff\xfb\x90\x64\0\0", Some("audio/mpeg")),
            (b"\xff\xfe\x41\0", None),
            ("通知:明日闭馆\n".as_bytes(), Some("text/plain")),
            ("馆名,电话\n市馆,\"0539,1\"\n".as_bytes(), Some("text/csv")),
            ("一,二\n三\n".as_bytes(), Some("text/plain")),
            ("一,二".as_bytes(), Some("text/plain")),
            (b"\xd6\xd0\xb9\xfa", None),
            (b"abc\0def", None),
        ];
        for (bytes, want) in cases {
            assert_eq!(kind_of(bytes), *want, "{}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn a_long_text_cut_inside_a_character_is_text() {
        let text = format!("a{}", "字".repeat(LOOK));
        assert_eq!(kind_of(text.as_bytes()), Some("text/plain"));
        let cut = text.as_bytes().get(..30).unwrap();
        assert_eq!(
            kind_of(cut),
            None,
            "a file that ends inside a character is damaged"
        );
    }
}
