//! Who made a picture, who owns it, and whether a machine generated it: read from XMP, and written
//! back. This is an allow-list: nothing else of a picture's metadata survives.

mod read;
mod write;

use serde::{Deserialize, Serialize};
use yigao_core::asset::AiUse;

/// Longest plain field that is kept, in characters.
const MAX_FIELD: usize = 500;
/// Longest AI label that is kept, in bytes; seven short fields need about one kilobyte.
const MAX_LABEL: usize = 8 * 1024;

const DC: &str = "http://purl.org/dc/elements/1.1/";
const PHOTOSHOP: &str = "http://ns.adobe.com/photoshop/1.0/";
const IPTC_EXT: &str = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/";
const TC260: &str = "http://www.tc260.org.cn/ns/AIGC/1.0/";

/// Rights and AI labels of a picture.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rights {
    /// `dc:creator`; several are joined with `、`.
    pub creator: Option<String>,
    /// `photoshop:Credit`.
    pub credit: Option<String>,
    /// `dc:rights`, the first language.
    pub copyright: Option<String>,
    /// `Iptc4xmpExt:DigitalSourceType`, the address as it is written.
    pub source_type: Option<String>,
    /// `TC260:AIGC` as it is written: the JSON of the implicit label, byte for byte.
    pub aigc_json: Option<String>,
    /// What the two labels say: label 1 or a trained algorithm means generated.
    pub ai: Option<AiUse>,
}

impl Rights {
    /// Reads an XMP packet. A packet that is no well-formed XML, carries a DTD or nests too deep
    /// gives what was before the fault.
    pub(crate) fn from_xmp(packet: &[u8]) -> Self {
        let Ok(text) = std::str::from_utf8(packet) else {
            return Self::default();
        };
        let fields = read::fields(text);
        let plain = |text: &String| text.chars().take(MAX_FIELD).collect::<String>();
        let mut rights = Self {
            creator: Some(fields.creators.join("、"))
                .filter(|s| !s.is_empty())
                .as_ref()
                .map(plain),
            credit: fields.credit.as_ref().map(plain),
            copyright: fields.copyright.as_ref().map(plain),
            source_type: fields.source_type.as_ref().map(plain),
            aigc_json: fields.aigc.filter(|s| s.len() <= MAX_LABEL),
            ai: None,
        };
        rights.ai = rights.says_generated().then_some(AiUse::Generated);
        rights
    }

    /// The XMP packet that carries these rights into a derivative; `None` when there are none.
    pub(crate) fn to_xmp(&self) -> Option<String> {
        write::packet(self)
    }

    fn says_generated(&self) -> bool {
        let label = self
            .aigc_json
            .as_deref()
            .and_then(|json| serde_json::from_str::<serde_json::Value>(json).ok())
            .and_then(|json| json.get("Label").cloned());
        let labelled = match label {
            Some(serde_json::Value::String(text)) => text.trim() == "1",
            Some(serde_json::Value::Number(number)) => number.as_u64() == Some(1),
            _ => false,
        };
        // The composite kind is a picture partly painted by such an algorithm: the label is owed too.
        let trained = self.source_type.as_deref().is_some_and(|address| {
            let term = address.rsplit('/').next().unwrap_or(address);
            matches!(
                term,
                "trainedAlgorithmicMedia" | "compositeWithTrainedAlgorithmicMedia"
            )
        });
        labelled || trained
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PACKET: &str = r#"<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:d="http://purl.org/dc/elements/1.1/"
  xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" xmlns:exif="http://ns.adobe.com/exif/1.0/"
  photoshop:Credit="市文旅局 &amp; 融媒体中心" exif:GPSLatitude="23,7.5N">
<d:creator><rdf:Seq><rdf:li>林晓</rdf:li><rdf:li>Chen &lt;Y&gt;</rdf:li></rdf:Seq></d:creator>
<d:rights><rdf:Alt><rdf:li xml:lang="x-default">© 2026 文旅局</rdf:li><rdf:li xml:lang="en">other</rdf:li></rdf:Alt></d:rights>
<T:AIGC xmlns:T="http://www.tc260.org.cn/ns/AIGC/1.0/">{"Label":"1","ContentProducer":"001191X&amp;Y","ReservedCode1":"  a  "}</T:AIGC>
</rdf:Description></rdf:RDF></x:xmpmeta>"#;

    #[test]
    fn fields_are_read_whatever_their_prefix() {
        let rights = Rights::from_xmp(PACKET.as_bytes());
        let want = Rights {
            creator: Some("林晓、Chen <Y>".to_owned()),
            credit: Some("市文旅局 & 融媒体中心".to_owned()),
            copyright: Some("© 2026 文旅局".to_owned()),
            source_type: None,
            aigc_json: Some(
                r#"{"Label":"1","ContentProducer":"001191X&Y","ReservedCode1":"  a  "}"#.to_owned(),
            ),
            ai: Some(AiUse::Generated),
        };
        assert_eq!(rights, want);
    }

    #[test]
    fn what_is_written_reads_the_same_and_nothing_else_survives() {
        let rights = Rights::from_xmp(PACKET.as_bytes());
        let written = rights.to_xmp().unwrap();
        assert!(!written.contains("GPS"), "{written}");
        let mut back = Rights::from_xmp(written.as_bytes());
        assert_eq!(back, rights);
        back.source_type = Some(
            "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia".to_owned(),
        );
        let again = Rights::from_xmp(back.to_xmp().unwrap().as_bytes());
        assert_eq!(again, back);
        assert_eq!(Rights::default().to_xmp(), None);
    }

    #[test]
    fn labels_two_and_three_are_kept_but_do_not_say_generated() {
        let packet = PACKET.replace(r#""Label":"1""#, r#""Label":"3""#);
        let rights = Rights::from_xmp(packet.as_bytes());
        assert_eq!(rights.ai, None);
        assert!(rights.aigc_json.unwrap().starts_with(r#"{"Label":"3""#));
    }

    #[test]
    fn an_attribute_label_and_a_source_type_are_read() {
        let packet = r#"<rdf:RDF xmlns:rdf="r" xmlns:i="http://iptc.org/std/Iptc4xmpExt/2008-02-29/">
<rdf:Description TC260:AIGC='{&quot;Label&quot;:1}'
 i:DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"/></rdf:RDF>"#;
        let rights = Rights::from_xmp(packet.as_bytes());
        assert_eq!(rights.aigc_json.as_deref(), Some(r#"{"Label":1}"#));
        assert_eq!(rights.ai, Some(AiUse::Generated));
    }

    #[test]
    fn hostile_packets_give_nothing() {
        let dtd = format!("<!DOCTYPE x [<!ENTITY a \"b\">]>{PACKET}");
        assert_eq!(Rights::from_xmp(dtd.as_bytes()), Rights::default());
        let deep = format!("{}{PACKET}", "<a>".repeat(100_000));
        assert_eq!(Rights::from_xmp(deep.as_bytes()), Rights::default());
        assert_eq!(Rights::from_xmp(b"\xff\xfe<\0"), Rights::default());
        assert_eq!(Rights::from_xmp(b"<a b=<"), Rights::default());
    }
}
