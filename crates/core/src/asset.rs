//! Original media files and what is made from them.

use serde::{Deserialize, Serialize};

use crate::digest::Digest;

/// How far artificial intelligence contributed to a text or a picture
/// (《人工智能生成合成内容标识办法》, in force 2025-09-01).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AiUse {
    /// A person used a tool for help; the work is the person's.
    Assisted,
    /// The content was generated: a visible label is owed on every channel.
    Generated,
}

/// An original media file of an item. The bytes are in the media folder under [`Asset::digest`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asset {
    /// Digest of the original bytes.
    pub digest: Digest,
    /// File name as it was given, without folders.
    pub name: String,
    /// Media type detected from the content, never by the name: `image/jpeg`, `application/pdf`.
    pub media_type: String,
    /// Size of the original in bytes.
    pub bytes: u64,
    /// Width in pixels as seen (orientation applied); pictures only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// Height in pixels as seen (orientation applied); pictures only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// Who took or owns it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit: Option<String>,
    /// Use of artificial intelligence in this file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ai: Option<AiUse>,
    /// The point that every crop keeps in view; the centre when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub focus: Option<Focus>,
}

/// A point of a picture, in percent of its width and height from the top left corner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Focus {
    /// 0 to 100.
    pub x: u8,
    /// 0 to 100.
    pub y: u8,
}

impl Focus {
    /// A point inside of the picture.
    pub fn new(x: u8, y: u8) -> Option<Self> {
        (x <= 100 && y <= 100).then_some(Self { x, y })
    }

    /// In thousandths, as [`DerivativeSpec::focus`] has it.
    pub fn thousandths(self) -> (u16, u16) {
        (u16::from(self.x) * 10, u16::from(self.y) * 10)
    }
}

/// A width to height ratio, as whole numbers: `2.35:1` is 235:100.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ratio {
    /// Width part, at least 1.
    pub w: u32,
    /// Height part, at least 1.
    pub h: u32,
}

/// Picture formats that channels are given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PictureFormat {
    /// Baseline JPEG, 4:2:0; transparency is flattened on white.
    Jpeg,
    /// PNG, lossless.
    Png,
}

/// What a rendition wants made from an original picture. Equal originals and specs give equal bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DerivativeSpec {
    /// Digest of the original.
    pub source: Digest,
    /// Crop to this ratio round the focus before resizing; `None` keeps the whole picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crop: Option<Ratio>,
    /// Point to keep in view, in thousandths of width and height from the top left; centre when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub focus: Option<(u16, u16)>,
    /// Longest width in pixels; smaller originals are not enlarged.
    pub max_width: u32,
    /// Longest height in pixels, if limited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_height: Option<u32>,
    /// Format of the result.
    pub format: PictureFormat,
    /// Byte budget of the result.
    pub max_bytes: u64,
}

/// A derivative as declared by a rendition and, once made, with what came out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Derivative {
    /// Name inside the rendition: `cover`, `p1`. Slots refer to it.
    pub name: String,
    /// What is wanted; `None` passes the original through unchanged (attachments, audio, video).
    pub spec: Option<DerivativeSpec>,
    /// Digest of the original.
    pub source: Digest,
    /// Alternative text for people who do not see the picture.
    pub alt: String,
    /// What was made; filled by the engine before the rendition's digest is taken.
    pub made: Option<Made>,
}

/// A finished derivative.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// Digest of the bytes that are sent.
    pub digest: Digest,
    /// Media type of those bytes.
    pub media_type: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Width in pixels; pictures only.
    pub width: Option<u32>,
    /// Height in pixels; pictures only.
    pub height: Option<u32>,
    /// File name to send it under: digest and extension, so that equal bytes have equal names.
    pub file_name: String,
}
