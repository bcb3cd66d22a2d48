//! `AppendixesXML`: `<OBJECTS><OBJECT><APPFILE>W….pdf</APPFILE><APPDESC>name</APPDESC></OBJECT>…</OBJECTS>`.

use quick_xml::{Reader, events::Event};

/// Names and descriptions of the files.
pub(super) fn files(xml: &str) -> Result<Vec<(String, String)>, String> {
    if xml.trim().is_empty() {
        return Ok(Vec::new());
    }
    let mut reader = Reader::from_str(xml);
    let mut files = Vec::new();
    let (mut file, mut description, mut text) = (String::new(), String::new(), String::new());
    let mut depth = 0_usize;
    loop {
        match reader.read_event().map_err(|e| e.to_string())? {
            Event::Start(_) => {
                depth += 1;
                text.clear();
            }
            Event::Text(piece) => {
                text.push_str(&piece);
            }
            Event::GeneralRef(name) => {
                let name: &str = &name;
                text.push_str(&entity(name).ok_or_else(|| format!("unknown entity {name}"))?);
            }
            Event::End(end) => {
                depth = depth.saturating_sub(1);
                match end.name().as_ref() {
                    "APPFILE" => file = std::mem::take(&mut text),
                    "APPDESC" => description = std::mem::take(&mut text),
                    "OBJECT" => {
                        files.push((std::mem::take(&mut file), std::mem::take(&mut description)));
                    }
                    _ => {}
                }
            }
            Event::Eof if depth == 0 => return Ok(files),
            Event::Eof => return Err("an element is not closed".to_owned()),
            _ => {}
        }
    }
}

fn entity(name: &str) -> Option<String> {
    let known = match name {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        number => {
            let number = number.strip_prefix('#')?;
            let code = match number.strip_prefix('x') {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)?
        }
    };
    Some(known.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_have_names_and_descriptions() {
        let xml = "<OBJECTS><OBJECT><APPFILE>a.pdf</APPFILE><APPDESC>甲&amp;&#x2f;乙</APPDESC></OBJECT></OBJECTS>";
        assert_eq!(
            files(xml).unwrap(),
            [("a.pdf".to_owned(), "甲&/乙".to_owned())]
        );
        assert!(files("<OBJECTS><OBJECT>").is_err());
        assert!(files("<a>&nobody;</a>").is_err());
        assert_eq!(files(" ").unwrap(), []);
    }
}
