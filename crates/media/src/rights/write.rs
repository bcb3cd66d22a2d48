//! Writing the allow-listed fields as an XMP packet without padding.

use quick_xml::escape::partial_escape;

use super::{DC, IPTC_EXT, PHOTOSHOP, Rights, TC260};

/// The packet, or `None` for empty rights.
pub(super) fn packet(rights: &Rights) -> Option<String> {
    let mut spaces = String::new();
    let mut body = String::new();
    if rights.creator.is_some() || rights.copyright.is_some() {
        declare(&mut spaces, "dc", DC);
    }
    if let Some(creator) = &rights.creator {
        let creator = partial_escape(creator.as_str());
        body.push_str(&format!(
            "<dc:creator><rdf:Seq><rdf:li>{creator}</rdf:li></rdf:Seq></dc:creator>"
        ));
    }
    if let Some(copyright) = &rights.copyright {
        let copyright = partial_escape(copyright.as_str());
        body.push_str(&format!(
            "<dc:rights><rdf:Alt><rdf:li xml:lang=\"x-default\">{copyright}</rdf:li></rdf:Alt></dc:rights>"
        ));
    }
    let plain = [
        ("photoshop", PHOTOSHOP, "Credit", &rights.credit),
        (
            "Iptc4xmpExt",
            IPTC_EXT,
            "DigitalSourceType",
            &rights.source_type,
        ),
        ("TC260", TC260, "AIGC", &rights.aigc_json),
    ];
    for (prefix, address, name, value) in plain {
        if let Some(value) = value {
            declare(&mut spaces, prefix, address);
            // As element text quotation marks stay as they are: whoever searches the bytes for the
            // label's JSON finds it.
            let value = partial_escape(value.as_str());
            body.push_str(&format!("<{prefix}:{name}>{value}</{prefix}:{name}>"));
        }
    }
    (!body.is_empty()).then(|| {
        format!(
            "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\
             <x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\
             <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\
             <rdf:Description rdf:about=\"\"{spaces}>{body}</rdf:Description>\
             </rdf:RDF></x:xmpmeta><?xpacket end=\"r\"?>"
        )
    })
}

fn declare(spaces: &mut String, prefix: &str, address: &str) {
    spaces.push_str(&format!(" xmlns:{prefix}=\"{address}\""));
}
