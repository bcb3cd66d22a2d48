//! Reading the allow-listed fields out of an XMP packet.

use quick_xml::XmlVersion;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::name::{Namespace, QName, ResolveResult};
use quick_xml::reader::NsReader;

use super::{DC, IPTC_EXT, MAX_LABEL, PHOTOSHOP};

/// XMP nests about six deep.
const MAX_DEPTH: usize = 64;
/// Elements that are examined.
const MAX_EVENTS: usize = 50_000;

/// Raw fields of a packet.
#[derive(Debug, Default)]
pub(super) struct Fields {
    pub creators: Vec<String>,
    pub credit: Option<String>,
    pub copyright: Option<String>,
    pub source_type: Option<String>,
    pub aigc: Option<String>,
}

#[derive(Clone, Copy, PartialEq)]
enum Field {
    Creator,
    Credit,
    Copyright,
    SourceType,
    Aigc,
}

impl Fields {
    fn put(&mut self, field: Field, text: &str) {
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        let slot = match field {
            Field::Creator => {
                if self.creators.len() < 20 {
                    self.creators.push(text.to_owned());
                }
                return;
            }
            Field::Credit => &mut self.credit,
            Field::Copyright => &mut self.copyright,
            Field::SourceType => &mut self.source_type,
            Field::Aigc => &mut self.aigc,
        };
        // The first one counts: `x-default` comes first in an alternative.
        slot.get_or_insert_with(|| text.to_owned());
    }
}

/// Where the walk is: inside which field, opened at which depth, and its text so far.
#[derive(Default)]
struct Walk {
    depth: usize,
    inside: Option<(Field, usize)>,
    text: String,
    fields: Fields,
}

/// All fields of `packet`, up to its first fault.
pub(super) fn fields(packet: &str) -> Fields {
    let mut reader = NsReader::from_str(packet.trim_start_matches('\u{feff}'));
    let mut walk = Walk::default();
    for _ in 0..MAX_EVENTS {
        let event = match reader.read_event() {
            // A DTD could define entities: XMP has none.
            Err(_) | Ok(Event::Eof | Event::DocType(_)) => break,
            Ok(event) => event,
        };
        match event {
            Event::Start(start) => {
                walk.depth += 1;
                if walk.depth > MAX_DEPTH {
                    break;
                }
                walk.open(&reader, &start);
            }
            Event::Empty(start) => walk.attributes(&reader, &start),
            Event::End(_) => walk.close(),
            Event::Text(text) => walk.add(&text),
            Event::CData(text) => walk.add(&text),
            Event::GeneralRef(entity) => walk.add_entity(&entity),
            _ => {}
        }
    }
    walk.fields
}

impl Walk {
    fn open(&mut self, reader: &NsReader<&[u8]>, start: &BytesStart<'_>) {
        let (space, local) = reader.resolver().resolve_element(start.name());
        if self.inside.is_some() {
            // A new list entry starts its own text.
            self.text.clear();
        } else if let Some(field) = known(&space, local.into_inner()) {
            self.inside = Some((field, self.depth));
            self.text.clear();
        }
        self.attributes(reader, start);
    }

    fn attributes(&mut self, reader: &NsReader<&[u8]>, start: &BytesStart<'_>) {
        for attribute in start.attributes().flatten() {
            let (space, local) = reader
                .resolver()
                .resolve_attribute(QName(attribute.key.into_inner()));
            if let Some(field) = known(&space, local.into_inner())
                && let Ok(value) = attribute.normalized_value(XmlVersion::Implicit1_0)
            {
                self.fields.put(field, &value);
            }
        }
    }

    fn close(&mut self) {
        if let Some((field, opened)) = self.inside {
            let text = std::mem::take(&mut self.text);
            self.fields.put(field, &text);
            if self.depth == opened {
                self.inside = None;
            }
        }
        self.depth = self.depth.saturating_sub(1);
    }

    fn add(&mut self, text: &str) {
        if self.inside.is_some() && self.text.len() + text.len() <= 2 * MAX_LABEL {
            self.text.push_str(text);
        }
    }

    fn add_entity(&mut self, entity: &BytesRef<'_>) {
        if let Ok(Some(character)) = entity.resolve_char_ref() {
            self.add(character.encode_utf8(&mut [0; 4]));
        } else if let Some(text) = quick_xml::escape::resolve_predefined_entity(entity) {
            self.add(text);
        }
    }
}

fn known(space: &ResolveResult<'_>, local: &str) -> Option<Field> {
    let address = match space {
        ResolveResult::Bound(Namespace(address)) => *address,
        // Some generators forget to declare the prefix; the label counts all the same.
        ResolveResult::Unknown(prefix) if prefix == "TC260" => super::TC260,
        _ => return None,
    };
    match (address, local) {
        (DC, "creator") => Some(Field::Creator),
        (DC, "rights") => Some(Field::Copyright),
        (PHOTOSHOP, "Credit") => Some(Field::Credit),
        (IPTC_EXT, "DigitalSourceType") => Some(Field::SourceType),
        (_, "AIGC") if address.contains("tc260.org.cn") => Some(Field::Aigc),
        _ => None,
    }
}
