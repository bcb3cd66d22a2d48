//! The file part of an upload. Labels of parts are not believed, only the name `media` counts.

pub(crate) struct Part<'b> {
    pub(crate) name: String,
    pub(crate) file_name: String,
    pub(crate) bytes: &'b [u8],
}

/// The parts of a `multipart/form-data` body; none when it is not one.
pub(crate) fn parts<'b>(content_type: &str, body: &'b [u8]) -> Vec<Part<'b>> {
    let Some((_, boundary)) = content_type.split_once("boundary=") else {
        return Vec::new();
    };
    let boundary = boundary.split(';').next().unwrap_or_default();
    let mark = format!("--{}", boundary.trim().trim_matches('"'));
    let mut found = Vec::new();
    let mut rest = after(body, mark.as_bytes());
    while let Some(part) = rest {
        let Some((head, content)) = split(part, b"\r\n\r\n") else {
            break;
        };
        let end = format!("\r\n{mark}");
        let Some((bytes, next)) = split(content, end.as_bytes()) else {
            break;
        };
        let head = String::from_utf8_lossy(head);
        found.push(Part {
            name: parameter(&head, "name"),
            file_name: parameter(&head, "filename"),
            bytes,
        });
        rest = Some(next);
    }
    found
}

fn after<'b>(body: &'b [u8], mark: &[u8]) -> Option<&'b [u8]> {
    split(body, mark).map(|(_, rest)| rest)
}

fn split<'b>(body: &'b [u8], mark: &[u8]) -> Option<(&'b [u8], &'b [u8])> {
    let at = body.windows(mark.len()).position(|window| window == mark)?;
    Some((body.get(..at)?, body.get(at + mark.len()..)?))
}

fn parameter(head: &str, name: &str) -> String {
    let disposition = head
        .lines()
        .find(|line| {
            line.to_ascii_lowercase()
                .starts_with("content-disposition:")
        })
        .unwrap_or_default();
    disposition
        .split(';')
        .map(str::trim)
        .find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
        .map(|value| value.trim_matches('"').to_owned())
        .unwrap_or_default()
}
