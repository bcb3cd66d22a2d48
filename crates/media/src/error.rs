//! Why a file was refused or a derivative could not be made.

/// What is wrong with a media file, with the numbers a person needs to mend it.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum MediaError {
    /// The content is none of JPEG, PNG, WebP, GIF, BMP and TIFF, whatever its name says.
    #[error("not a picture this system reads: the content is {}{}", .found.unwrap_or("of an unknown kind"), way_out(*.found).map_or("", |(_, en)| en))]
    NotAPicture {
        /// Media type detected from the content, if known.
        found: Option<&'static str>,
    },
    /// More bytes than the limit.
    #[error("the file has {bytes} bytes, the limit is {max}")]
    TooManyBytes {
        /// Size of the file in bytes.
        bytes: u64,
        /// Limit in bytes.
        max: u64,
    },
    /// More pixels than the limit.
    #[error("the picture has {width}×{height} pixels, the limit is {max} in all")]
    TooManyPixels {
        /// Width in pixels as stored.
        width: u32,
        /// Height in pixels as stored.
        height: u32,
        /// Limit of width × height.
        max: u64,
    },
    /// One side is longer than the limit.
    #[error("the picture has {width}×{height} pixels, a side may have {max}")]
    SideTooLong {
        /// Width in pixels as stored.
        width: u32,
        /// Height in pixels as stored.
        height: u32,
        /// Limit of a side in pixels.
        max: u32,
    },
    /// A strip rather than a picture.
    #[error("the picture has {width}×{height} pixels, the sides may differ {max} times")]
    TooNarrow {
        /// Width in pixels as stored.
        width: u32,
        /// Height in pixels as stored.
        height: u32,
        /// Limit of the long side divided by the short one.
        max: u32,
    },
    /// A line drawn as a picture, to divide paragraphs.
    #[error(
        "the picture has {width}×{height} pixels: a line between paragraphs, not a picture to look at"
    )]
    Divider {
        /// Width in pixels as stored.
        width: u32,
        /// Height in pixels as stored.
        height: u32,
    },
    /// Decoding would need more memory than the limit.
    #[error("decoding would take {bytes} bytes of memory, the limit is {max}")]
    TooMuchMemory {
        /// Memory in bytes.
        bytes: u64,
        /// Limit in bytes.
        max: u64,
    },
    /// The file stops before the picture does.
    #[error("the {media_type} file is cut off after {bytes} bytes")]
    Truncated {
        /// Media type of the file.
        media_type: &'static str,
        /// Bytes that are there.
        bytes: u64,
    },
    /// The content contradicts its own format.
    #[error("the picture is damaged: {0}")]
    Broken(String),
    /// A rare variant of a known format that the decoder cannot read.
    #[error("cannot read this variant: {0}")]
    Unsupported(&'static str),
    /// No quality and no size fits the byte budget.
    #[error(
        "no more than {max_bytes} bytes wanted, the smallest try ({width}×{height}) took {smallest}"
    )]
    BudgetTooSmall {
        /// The budget in bytes.
        max_bytes: u64,
        /// Bytes of the smallest try.
        smallest: u64,
        /// Width of the smallest try in pixels.
        width: u32,
        /// Height of the smallest try in pixels.
        height: u32,
    },
    /// The wanted derivative cannot exist: a ratio or a size of nought.
    #[error("impossible derivative: {0}")]
    BadSpec(String),
}

impl MediaError {
    /// The message in Chinese, with what to do.
    pub fn zh(&self) -> String {
        match self {
            Self::NotAPicture { found: Some(kind) } => match way_out(Some(*kind)) {
                Some((zh, _)) => zh.to_owned(),
                None => format!(
                    "文件内容是 {kind},不是图片(与扩展名无关)。请选择 JPEG、PNG、WebP、GIF、BMP 或 TIFF 图片。"
                ),
            },
            Self::NotAPicture { found: None } => {
                "文件内容不是可识别的图片(与扩展名无关)。请用看图软件打开原图,重新导出为 JPEG 或 PNG。".to_owned()
            }
            Self::TooManyBytes { bytes, max } => format!(
                "文件大小 {},超过上限 {}。请降低质量或尺寸后重新导出。",
                size_zh(*bytes),
                size_zh(*max)
            ),
            Self::TooManyPixels { width, height, max } => format!(
                "图片尺寸 {width}×{height} 像素,总像素超过上限 {} 万。请缩小后重新导出。",
                max / 10_000
            ),
            Self::SideTooLong { width, height, max } => {
                format!("图片尺寸 {width}×{height} 像素,单边超过上限 {max} 像素。请缩小或裁切后重新导出。")
            }
            Self::TooNarrow { width, height, max } => {
                format!("图片尺寸 {width}×{height} 像素,长短边之比超过 {max} 倍。请分段截取后再上传。")
            }
            Self::Divider { width, height } => format!(
                "图片尺寸 {width}×{height} 像素,是段落之间的分隔线,不是供人看的图片。请删去这张图片,在原处另起一行写 ---。"
            ),
            Self::TooMuchMemory { bytes, max } => format!(
                "解开这张图片需要 {} 内存,超过上限 {}。请转为 8 位色、缩小后重新导出。",
                size_zh(*bytes),
                size_zh(*max)
            ),
            Self::Truncated { bytes, .. } => format!(
                "图片不完整,只有 {},后面的内容丢失,多半是传输中断。请从原设备重新拷贝,或重新导出。",
                size_zh(*bytes)
            ),
            Self::Broken(why) => {
                format!("图片文件已损坏({why})。请用看图软件打开原图,重新导出为 JPEG 或 PNG。")
            }
            Self::Unsupported(_) => {
                "图片采用了少见的编码方式,系统不能读取。请用看图软件打开,另存为普通 JPEG 后重新上传。".to_owned()
            }
            Self::BudgetTooSmall {
                max_bytes,
                smallest,
                width,
                height,
            } => format!(
                "无法压缩到 {} 以内:缩到 {width}×{height} 像素仍有 {}。请换一张细节较少的图片,或放宽大小限制。",
                size_zh(*max_bytes),
                size_zh(*smallest)
            ),
            Self::BadSpec(why) => format!("衍生图参数无效({why})。请检查渠道配置中的尺寸与比例。"),
        }
    }
}

/// A picture of a kind that is not decoded here: what it is called, and how one gets a JPEG or PNG of it.
fn way_out(found: Option<&str>) -> Option<(&'static str, &'static str)> {
    Some(match found? {
        "image/heic" => (
            "这是 HEIC(HEIF)格式的图片(苹果手机的默认格式),系统不能读取。请在 iPhone 上把“设置→相机→格式”改为“兼容性最佳”后重拍,或把这张图片另存为 JPEG 后重新上传。",
            " (HEIC or HEIF, as iPhones write it); export it as JPEG, or set Settings, Camera, Formats to Most Compatible and take it again",
        ),
        "image/avif" => (
            "这是 AVIF 格式的图片,系统不能读取。请用浏览器或看图软件打开,另存为 JPEG 或 PNG 后重新上传。",
            " (AVIF); open it in a browser or viewer and save it as JPEG or PNG",
        ),
        "image/vnd.adobe.photoshop" => (
            "这是 PSD 格式的 Photoshop 工程文件,系统不能读取。请在 Photoshop 中导出为 JPEG 或 PNG 后重新上传。",
            " (PSD, a Photoshop document); export it from Photoshop as JPEG or PNG",
        ),
        "image/svg+xml" => (
            "这是 SVG 格式的矢量图,其中可能带有脚本,系统不接收。请用制图软件或浏览器导出为 PNG 后重新上传。",
            " (SVG, a drawing that may hold scripts); export it as PNG",
        ),
        _ => return None,
    })
}

fn size_zh(bytes: u64) -> String {
    if bytes < 10_000 {
        format!("{bytes} 字节")
    } else if bytes < 10_000_000 {
        format!("{} KB", bytes.div_ceil(1_000))
    } else {
        format!("{} MB", bytes.div_ceil(1_000_000))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_carry_the_numbers_and_the_way_out() {
        let error = MediaError::TooManyPixels {
            width: 30_000,
            height: 30_000,
            max: 100_000_000,
        };
        assert_eq!(
            error.to_string(),
            "the picture has 30000×30000 pixels, the limit is 100000000 in all"
        );
        assert_eq!(
            error.zh(),
            "图片尺寸 30000×30000 像素,总像素超过上限 10000 万。请缩小后重新导出。"
        );
        let heic = MediaError::NotAPicture {
            found: Some("image/heic"),
        };
        for (zh, en) in [
            ("“设置→相机→格式”改为“兼容性最佳”", "Most Compatible"),
            ("另存为 JPEG", "export it as JPEG"),
        ] {
            assert!(heic.zh().contains(zh), "{}", heic.zh());
            assert!(heic.to_string().contains(en), "{heic}");
        }
        for (kind, name) in [
            ("image/avif", "AVIF"),
            ("image/vnd.adobe.photoshop", "PSD"),
            ("image/svg+xml", "SVG"),
        ] {
            let error = MediaError::NotAPicture { found: Some(kind) };
            for said in [error.zh(), error.to_string()] {
                assert!(said.contains(name) && said.contains("PNG"), "{said}");
            }
        }
    }
}
