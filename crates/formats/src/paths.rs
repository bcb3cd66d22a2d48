//! Which paths a bundle may hold.

use std::borrow::Cow;

use unicode_normalization::{UnicodeNormalization as _, is_nfc};
use yigao_core::Localized;

use crate::problem::{Problem, words};

/// Longest path in bytes; file systems take no longer names in one piece than 255.
const PATH_MAX: usize = 1_000;
const SEGMENT_MAX: usize = 255;

/// Says why `path` cannot stand in a bundle; `None` when it can.
pub(crate) fn refuse(path: &str) -> Option<Problem> {
    let why = reason(path)?;
    Some(Problem::new(
        path,
        "unsafe_path",
        words(
            format!("路径“{}”{}", shown(path), why.zh),
            format!("the path {:?} {}", shown(path), why.en),
        ),
        words(
            "请重新打包，只放稿件文件夹里的普通文件，文件名不含特殊符号。",
            "Pack the folder again with plain files only and without special characters in names.",
        ),
    ))
}

fn reason(path: &str) -> Option<Localized> {
    let drive = path.chars().nth(1) == Some(':')
        && path.chars().next().is_some_and(|c| c.is_ascii_alphabetic());
    if path.is_empty() {
        Some(words("为空", "is empty"))
    } else if path.chars().any(char::is_control) {
        Some(words("含有控制字符", "has control characters"))
    } else if path.starts_with('/') || drive {
        Some(words("是绝对路径", "is absolute"))
    } else if path.contains('\\') {
        Some(words("含有反斜杠", "has a backslash"))
    } else if path.split('/').any(|part| part == "..") {
        Some(words(
            "指向文件夹之外（..）",
            "climbs out of the folder (..)",
        ))
    } else if path.split('/').any(|part| part.is_empty() || part == ".") {
        Some(words("含有空的一级", "has an empty part"))
    } else if path.len() > PATH_MAX || path.split('/').any(|part| part.len() > SEGMENT_MAX) {
        Some(words("过长", "is too long"))
    } else {
        None
    }
}

/// Made by desktops and archivers, never by an author, wherever it lies: companions of Mac files (`._a.jpg`, `__MACOSX/`), views of
/// folders (`.DS_Store`, `Thumbs.db`, `desktop.ini`).
pub fn is_leftover(path: &str) -> bool {
    path.split('/').any(|part| {
        part == "__MACOSX"
            || part.starts_with("._")
            || [".DS_Store", "Thumbs.db", "ehthumbs.db", "desktop.ini"]
                .iter()
                .any(|name| part.eq_ignore_ascii_case(name))
    })
}

/// A name with its letters composed: `é` as one character. Systems write the same name in both ways.
pub(crate) fn composed(name: &str) -> Cow<'_, str> {
    if name.is_ascii() || is_nfc(name) {
        Cow::Borrowed(name)
    } else {
        Cow::Owned(name.nfc().collect())
    }
}

/// The last part of a path.
pub(crate) fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The folder a path stands in, with its `/`; empty at the top.
pub(crate) fn folder(path: &str) -> &str {
    path.rfind('/')
        .and_then(|at| path.get(..=at))
        .unwrap_or_default()
}

/// A path cut for a message.
pub(crate) fn shown(path: &str) -> String {
    let printable = path.chars().filter(|c| !c.is_control());
    let mut text: String = printable.take(80).collect();
    if text.len() < path.len() && text.chars().count() == 80 {
        text.push('…');
    }
    text
}
