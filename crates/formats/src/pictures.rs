//! Pictures that are not taken: in which words, and what to do about them.

use yigao_core::Localized;
use yigao_media::MediaError;

use crate::problem::{Problem, words};

/// Whether a file calls itself a picture.
pub(crate) fn has_picture_name(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    [
        ".jpg", ".jpeg", ".png", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".heic", ".heif",
        ".avif", ".psd", ".svg",
    ]
    .iter()
    .any(|end| lower.ends_with(end))
}

/// Why a picture is not taken.
pub(crate) fn picture_problem(path: &str, error: &MediaError) -> Problem {
    let code = match error {
        MediaError::TooManyBytes { .. } => "file_too_large",
        MediaError::TooManyPixels { .. }
        | MediaError::SideTooLong { .. }
        | MediaError::TooNarrow { .. }
        | MediaError::TooMuchMemory { .. } => "picture_too_large",
        MediaError::Divider { .. } => "picture_divider",
        MediaError::Truncated { .. } => "picture_truncated",
        MediaError::NotAPicture { .. } | MediaError::Unsupported(_) => "picture_unsupported",
        _ => "picture_unreadable",
    };
    Problem::new(
        path,
        code,
        words(error.zh(), format!("{error}.")),
        picture_advice(error),
    )
}

/// What to do about a picture; a copy of the same file helps only where the file is damaged.
fn picture_advice(error: &MediaError) -> Localized {
    match error {
        MediaError::Divider { .. } => words(
            "请删去这张图片，在原处写一行 ---，上下各空一行。",
            "Take the picture out and write a line of --- in its place, with a blank line above and below.",
        ),
        MediaError::TooManyPixels { .. }
        | MediaError::SideTooLong { .. }
        | MediaError::TooMuchMemory { .. } => words(
            "请用看图软件缩小后另存为 JPEG、PNG，再替换。",
            "Make it smaller in a viewer, save it as JPEG or PNG, and replace the file.",
        ),
        MediaError::TooNarrow { .. } => words(
            "请截成几段，每段一张图片，依次放进正文。",
            "Cut it into pieces, one picture each, and put them into the text one after another.",
        ),
        MediaError::NotAPicture { .. } | MediaError::Unsupported(_) => words(
            "请另存为 JPEG 或 PNG 后替换。",
            "Save it as JPEG or PNG and replace the file.",
        ),
        _ => words(
            "请从原设备重新拷贝，或用看图软件另存为 JPEG、PNG 后替换。",
            "Copy it again from where it was taken, or save it again as JPEG or PNG, and replace the file.",
        ),
    }
}
