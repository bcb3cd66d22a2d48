//! The files of one import, in memory: a folder's or an archive's.

use std::collections::BTreeMap;

use yigao_core::Finding;

use crate::{
    paths,
    problem::{Problem, words},
};

/// Limits on what is taken in.
#[derive(Clone, Debug)]
pub struct BundleLimits {
    /// Files of one bundle.
    pub files_max: usize,
    /// Bytes of one file.
    pub file_bytes_max: u64,
    /// Bytes of all files, as read, not as declared.
    pub total_bytes_max: u64,
    /// Unpacked to packed.
    pub ratio_max: u64,
}

impl Default for BundleLimits {
    fn default() -> Self {
        Self {
            files_max: 500,
            file_bytes_max: 60 * 1024 * 1024,
            total_bytes_max: 150 * 1024 * 1024,
            ratio_max: 200,
        }
    }
}

/// Files by path inside the bundle, with `/`.
#[derive(Clone, Debug, Default)]
pub struct Bundle {
    /// Name of the folder or archive; the item's name when nothing better is given.
    pub name: String,
    pub files: BTreeMap<String, Vec<u8>>,
    /// What was noticed while the files were taken in: names that were decoded. Goes on to the draft.
    pub findings: Vec<Finding>,
}

impl Bundle {
    /// Checks a bundle that was read from a folder: paths, number and sizes.
    ///
    /// # Errors
    /// Every path and every limit that is broken.
    pub fn check(&self, limits: &BundleLimits) -> Result<(), Vec<Problem>> {
        let mut problems: Vec<Problem> =
            self.files.keys().filter_map(|p| paths::refuse(p)).collect();
        if self.files.is_empty() {
            problems.push(empty(&self.name));
        }
        if self.files.len() > limits.files_max {
            problems.push(too_many(&self.name, self.files.len(), limits.files_max));
        }
        let mut total = 0_u64;
        for (path, bytes) in &self.files {
            let size = bytes.len() as u64;
            total = total.saturating_add(size);
            if size > limits.file_bytes_max {
                problems.push(file_too_large(path, limits.file_bytes_max));
            }
        }
        if total > limits.total_bytes_max {
            problems.push(bundle_too_large(&self.name, limits.total_bytes_max));
        }
        if problems.is_empty() {
            Ok(())
        } else {
            Err(problems)
        }
    }

    /// Takes away a single folder that everything lies in, as archivers put one there.
    pub(crate) fn strip_top_folder(&mut self) {
        let Some(top) = self.files.keys().next().and_then(|p| {
            let at = p.find('/')?;
            p.get(..=at).map(str::to_owned)
        }) else {
            return;
        };
        if !self.files.keys().all(|p| p.starts_with(&top)) {
            return;
        }
        self.files = std::mem::take(&mut self.files)
            .into_iter()
            .filter_map(|(path, bytes)| Some((path.strip_prefix(&top)?.to_owned(), bytes)))
            .collect();
    }
}

/// `12 MB`, `3 KB`, `7 字节`: sizes in messages.
fn size(bytes: u64) -> (String, String) {
    match bytes {
        0..10_000 => (format!("{bytes} 字节"), format!("{bytes} bytes")),
        10_000..10_000_000 => {
            let text = format!("{} KB", bytes / 1_000);
            (text.clone(), text)
        }
        _ => {
            let text = format!("{} MB", bytes / 1_000_000);
            (text.clone(), text)
        }
    }
}

pub(crate) fn empty(name: &str) -> Problem {
    Problem::new(
        name,
        "empty_bundle",
        words("里面没有任何文件。", "There is no file in it."),
        words(
            "请选择装有稿件和图片的文件夹或压缩包。",
            "Choose the folder or archive that holds the text and its pictures.",
        ),
    )
}

pub(crate) fn too_many(name: &str, found: usize, max: usize) -> Problem {
    Problem::new(
        name,
        "too_many_files",
        words(
            format!("共有 {found} 个文件，上限是 {max} 个。"),
            format!("There are {found} files, the limit is {max}."),
        ),
        words(
            "一次只导入一篇稿件，请去掉无关文件。",
            "Import one item at a time and leave out what does not belong to it.",
        ),
    )
}

pub(crate) fn file_too_large(path: &str, max: u64) -> Problem {
    let (zh, en) = size(max);
    Problem::new(
        path,
        "file_too_large",
        words(
            format!("文件超过单个文件上限 {zh}。"),
            format!("The file is over the limit of {en} for one file."),
        ),
        words(
            "请压缩图片或视频后重新导出。",
            "Export the picture or film again with a smaller size.",
        ),
    )
}

pub(crate) fn bundle_too_large(name: &str, max: u64) -> Problem {
    let (zh, en) = size(max);
    Problem::new(
        name,
        "bundle_too_large",
        words(
            format!("全部文件合计超过上限 {zh}。"),
            format!("All files together are over the limit of {en}."),
        ),
        words(
            "请去掉无关文件，或压缩图片和视频。",
            "Leave out what is not needed, or make pictures and films smaller.",
        ),
    )
}
