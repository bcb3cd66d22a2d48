//! What a file is, by its content; its name proves nothing.

use crate::reader::{be32, contains, le32, take};

/// How far into a file names and text are looked up, in bytes.
const LOOK: usize = 64 * 1024;

const SVG: &str = "image/svg+xml";
const PSD: &str = "image/vnd.adobe.photoshop";
const CSV: &str = "text/csv";
const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const PPTX: &str = "application/vnd.openxmlformats-officedocument.presentationml.presentation";

/// The media type of `bytes` by content: pictures (also those that are not decoded here: HEIC, AVIF, PSD, SVG), PDF, ZIP and the Office formats in it, MP4, MP3,
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
            } else if bytes.starts_with(b"8BPS\0") {
                Some(PSD)
            } else if is_text(bytes) {
                Some(text_kind(bytes))
            } else {
                None
            }
        })
}

/// The six formats this crate decodes.
pub(crate) fn picture_kind(bytes: &[u8]) -> Option<&'static str> {
    if bytes.starts_with(b"\xff\xd8\xff") {
        Some("image/jpeg")
    } else if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        Some("image/png")
    } else if bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a") {
        Some("image/gif")
    } else if bytes.starts_with(b"RIFF") && take(bytes, 8, 4) == Some(b"WEBP") {
        Some("image/webp")
    } else if bytes.starts_with(b"BM") && is_bmp_header(bytes) {
        Some("image/bmp")
    } else if is_tiff(bytes) {
        Some("image/tiff")
    } else {
        None
    }
}

/// Two letters begin many texts too; the length of the header that follows is one of these.
fn is_bmp_header(bytes: &[u8]) -> bool {
    matches!(le32(bytes, 14), Some(12 | 40 | 52 | 56 | 64 | 108 | 124))
}

/// The raw files of Canon cameras begin like a TIFF, whose first picture is a thumbnail.
fn is_tiff(bytes: &[u8]) -> bool {
    let leads = bytes.starts_with(b"II*\0") || bytes.starts_with(b"MM\0*");
    leads && take(bytes, 8, 2) != Some(b"CR")
}

fn iso_media_kind(bytes: &[u8]) -> Option<&'static str> {
    if take(bytes, 4, 4)? != b"ftyp" {
        return None;
    }
    match take(bytes, 8, 4)? {
        b"avif" | b"avis" => Some("image/avif"),
        // The general brand says only that there is a picture; the list of brands says which.
        b"mif1" | b"msf1" if contains(brands(bytes), b"avif") => Some("image/avif"),
        b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"mif1" | b"msf1" => {
            Some("image/heic")
        }
        b"M4A " => Some("audio/mp4"),
        b"qt  " => Some("video/quicktime"),
        _ => Some("video/mp4"),
    }
}

/// The list of brands a file of this family says it complies with.
fn brands(bytes: &[u8]) -> &[u8] {
    let len = be32(bytes, 0).unwrap_or_default().min(256);
    bytes.get(16..len as usize).unwrap_or_default()
}

fn text_kind(bytes: &[u8]) -> &'static str {
    if is_svg(bytes) {
        SVG
    } else if is_csv(bytes) {
        CSV
    } else {
        "text/plain"
    }
}

/// Whether the first element of a text is `<svg`; a page that holds a drawing is none itself.
fn is_svg(bytes: &[u8]) -> bool {
    let head = String::from_utf8_lossy(bytes.get(..LOOK).unwrap_or(bytes));
    let mut rest = head.trim_start_matches('\u{feff}').trim_start();
    loop {
        let end = if rest.starts_with("<?") {
            "?>"
        } else if rest.starts_with("<!--") {
            "-->"
        } else if rest.starts_with("<!DOCTYPE svg") {
            // The declaration may hold definitions in brackets.
            let whole = rest.find('>').unwrap_or(rest.len());
            if rest.get(..whole).is_some_and(|part| part.contains('[')) {
                "]>"
            } else {
                ">"
            }
        } else {
            let name = rest.strip_prefix("<svg").unwrap_or_default();
            return name.starts_with(|c: char| c.is_whitespace() || matches!(c, '>' | '/'));
        };
        let Some((_, after)) = rest.split_once(end) else {
            return false;
        };
        rest = after.trim_start();
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
        // The part that is examined may end inside a character, the file may not.
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
            (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", Some("image/heic")),
            (b"\0\0\0\x18ftypmif1\0\0\0\0mif1avif", Some("image/avif")),
            (b"\0\0\0\x18ftypavif\0\0\0\0mif1miaf", Some("image/avif")),
            (b"8BPS\0\x01\0\0\0\0\0\0", Some(PSD)),
            (b"<svg xmlns='http://www.w3.org/2000/svg'/>", Some(SVG)),
            (
                "\u{feff}<?xml version='1.0'?>\n<!-- 图标 -->\n<!DOCTYPE svg PUBLIC 'a' 'b'>\n<svg>"
                    .as_bytes(),
                Some(SVG),
            ),
            (
                b"<?xml version='1.0'?><!DOCTYPE svg [<!ENTITY a '>'>\n]><svg/>",
                Some(SVG),
            ),
            (
                b"<?xml version='1.0'?><!DOCTYPE svg [<!ENTITY a 'b'>\n]><svg >",
                Some(SVG),
            ),
            (b"<html><body><svg></svg>", Some("text/plain")),
            (b"<svgs>", Some("text/plain")),
            (b"BMI,22\nBMI,23\n and so on", Some(CSV)),
            (b"BM stands for what this text is about", Some("text/plain")),
            (b"II*\0\x08\0\0\0", Some("image/tiff")),
            (b"II*\0\x10\0\0\0CR\x02\0", None),
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
