//! What is wrong with files, in words.

use yigao_core::Digest;

use super::Want;
use crate::{
    paths,
    problem::{Problem, words},
};

pub(super) fn missing(text: &str, named: &str, line: usize) -> Problem {
    let shown = paths::shown(named);
    if named.contains("://") {
        return Problem::new(
            text,
            "file_remote",
            words(
                format!("“{shown}”是网络地址，不会去下载。"),
                format!("{shown:?} is an address; nothing is fetched."),
            ),
            words(
                "请把文件存到稿件文件夹里，只写文件名。",
                "Save the file into the item's folder and write its name.",
            ),
        )
        .at(line);
    }
    Problem::new(
        text,
        "file_missing",
        words(
            format!("找不到文件“{shown}”。"),
            format!("There is no file {shown:?}."),
        ),
        words(
            "请把文件放进稿件文件夹，或改正文件名（区分大小写）。",
            "Put the file into the item's folder, or correct its name (case matters).",
        ),
    )
    .at(line)
}

pub(crate) fn wrong_digest(path: &str, given: &Digest, found: &Digest) -> Problem {
    Problem::new(
        path,
        "wrong_digest",
        words(
            format!(
                "文件与记录的摘要不符：应为 {}，实为 {}。",
                given.short(),
                found.short()
            ),
            format!(
                "The file is not the one recorded: {} expected, {} found.",
                given.short(),
                found.short()
            ),
        ),
        words(
            "请换回原来的文件；确要更换时，删去这里的 digest。",
            "Put the original file back; to replace it on purpose, take the digest out.",
        ),
    )
}

pub(super) fn unsupported(path: &str) -> Problem {
    Problem::new(
        path,
        "unsupported_type",
        words(
            format!("“{}”的类型不能识别。", paths::shown(path)),
            format!("The kind of {:?} is not known.", paths::shown(path)),
        ),
        words(
            "可用：JPEG、PNG、GIF、WebP、BMP、TIFF、PDF、DOCX、XLSX、PPTX、ZIP、MP4、MP3、UTF-8 文本。旧版 DOC、XLS、WPS 请另存为新格式或 PDF。",
            "Use JPEG, PNG, GIF, WebP, BMP, TIFF, PDF, DOCX, XLSX, PPTX, ZIP, MP4, MP3 or UTF-8 text. Save old DOC, XLS and WPS files in the new format or as PDF.",
        ),
    )
}

pub(super) fn wrong_use(text: &str, path: &str, kind: &str, want: Want, line: usize) -> Problem {
    let (zh, en) = match want {
        Want::Picture => ("图片", "a picture"),
        Want::Video => ("视频", "a video"),
        Want::Audio => ("音频", "an audio file"),
        Want::Any => ("文件", "a file"),
    };
    let shown = paths::shown(path);
    Problem::new(
        text,
        "wrong_type",
        words(
            format!("“{shown}”的内容是 {kind}，不是{zh}。"),
            format!("{shown:?} is {kind}, not {en}."),
        ),
        words("请换成正确的文件。", "Put the right file there."),
    )
    .at(line)
}
