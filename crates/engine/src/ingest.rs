//! Takes items in: a folder, an archive or a file on disk, or bytes that were sent; all problems at once, or a version.

use std::{
    fs,
    io::{self, Read as _},
    path::Path,
};

use yigao_core::{Actor, Finding, Localized};
use yigao_formats::{
    Bundle, BundleLimits, Draft, Format, Problem, detect, is_leftover, is_named, read, text_of,
};
use yigao_store::{PutVersion, StoreError};

use crate::hub::Hub;

/// Deepest folder inside a bundle.
const FOLDERS_DEEP: usize = 6;

/// Why nothing was taken in.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// What is wrong, where, and what to do.
    #[error("{} problems; the first: {}", .0.len(), .0.first().map(|p| p.message.en.as_str()).unwrap_or_default())]
    Problems(Vec<Problem>),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Media(#[from] yigao_store::MediaError),
}

/// What was taken in.
#[derive(Clone, Debug)]
pub struct Ingested {
    pub put: PutVersion,
    /// What import noticed, as it is stored with the version: numbered, with the answers that were given before.
    pub findings: Vec<Finding>,
}

impl Hub {
    /// Stores a draft: its files first, then its version.
    ///
    /// # Errors
    /// When either cannot be written; files without a version are harmless.
    pub async fn ingest(&self, draft: Draft, actor: &Actor) -> Result<Ingested, IngestError> {
        for bytes in draft.files.values() {
            self.media.put(bytes).await?;
        }
        let (noticed, now) = (&draft.findings, self.clock.now());
        let put = self
            .store
            .put_version(&draft.id, draft.content, noticed, actor, now)
            .await?;
        let findings = put.findings.clone();
        Ok(Ingested { put, findings })
    }
}

impl Hub {
    /// Takes in what a person pointed at: [`read_draft`], then [`Hub::ingest`].
    ///
    /// # Errors
    /// [`IngestError::Problems`] with all of them; nothing is stored then.
    pub async fn ingest_path(&self, path: &Path, actor: &Actor) -> Result<Ingested, IngestError> {
        let draft = read_draft(path, None)?;
        self.ingest(draft, actor).await
    }
}

/// Reads an item from what a person pointed at; its format is found when none is given.
///
/// # Errors
/// [`IngestError::Problems`], with their place and what to do.
pub fn read_draft(path: &Path, format: Option<Format>) -> Result<Draft, IngestError> {
    let bundle = read_path(path, &BundleLimits::default()).map_err(IngestError::Problems)?;
    let format = format.or_else(|| detect(&bundle)).ok_or_else(|| {
        IngestError::Problems(vec![Problem {
            file: path.display().to_string(),
            line: None,
            code: "unknown_format".into(),
            message: Localized::new("看不出是什么格式", "its format cannot be recognised"),
            advice: Localized::new(
                "文件夹里放一个 .md 或 item.json，或指明格式（--format）",
                "put one .md or an item.json into the folder, or name the format (--format)",
            ),
        }])
    })?;
    read(&bundle, format).map_err(IngestError::Problems)
}

/// Reads what a person pointed at: a folder, a `.zip`, or a single file with the files beside it that it names.
///
/// # Errors
/// Problems with their place and what to do.
pub fn read_path(path: &Path, limits: &BundleLimits) -> Result<Bundle, Vec<Problem>> {
    let name = path
        .canonicalize()
        .unwrap_or_else(|_| path.to_owned())
        .file_stem()
        .map(|stem| stem.to_string_lossy().into_owned())
        .unwrap_or_default();
    let found = fs::metadata(path).map_err(|e| vec![unreadable(path, &e)])?;
    if found.is_dir() {
        let mut bundle = Bundle {
            name,
            ..Bundle::default()
        };
        read_folder(path, "", 0, limits, &mut bundle)?;
        bundle.check(limits)?;
        return Ok(bundle);
    }
    let bytes = read_file(path, limits)?;
    if bytes.starts_with(b"PK\x03\x04") {
        return Bundle::from_zip(&name, &bytes, limits);
    }
    let file = path
        .file_name()
        .map(|n| n.to_string_lossy().into_owned())
        .unwrap_or_default();
    let mut bundle = Bundle {
        name,
        ..Bundle::default()
    };
    let text = text_of(&bytes);
    let beside = path
        .parent()
        .map(|folder| match folder.as_os_str().is_empty() {
            true => Path::new("."),
            false => folder,
        });
    if let Some(folder) = beside {
        read_named(folder, "", 0, &text, limits, &mut bundle)?;
    }
    // Last: whatever else is in the folder, this is the text.
    bundle.files.insert(file, bytes);
    bundle.check(limits)?;
    Ok(bundle)
}

/// The files beside a single text that it names. Its folder may be a crowded one: only files whose name is in the text are
/// read, and only folders whose name does are entered. Another text is never taken.
fn read_named(
    folder: &Path,
    under: &str,
    depth: usize,
    text: &str,
    limits: &BundleLimits,
    bundle: &mut Bundle,
) -> Result<(), Vec<Problem>> {
    for (entry, kind, name) in entries(folder)? {
        if !is_named(text, &name) || is_text(&name) {
            continue;
        }
        let inner = inside(under, &name);
        if kind.is_dir() {
            if depth < FOLDERS_DEEP {
                read_named(&entry.path(), &inner, depth + 1, text, limits, bundle)?;
            }
        } else if bundle.files.len() < limits.files_max {
            let bytes = read_file(&entry.path(), limits)?;
            bundle.files.insert(inner, bytes);
        }
    }
    Ok(())
}

fn is_text(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    [".md", ".markdown", ".txt", ".html", ".htm", ".json"]
        .into_iter()
        .any(|end| lower.ends_with(end))
}

fn inside(under: &str, name: &str) -> String {
    if under.is_empty() {
        name.to_owned()
    } else {
        format!("{under}/{name}")
    }
}

/// What is in a folder, by name, without hidden files and leftovers (the system's) and links (which may lead anywhere).
fn entries(folder: &Path) -> Result<Vec<(fs::DirEntry, fs::FileType, String)>, Vec<Problem>> {
    let mut found = fs::read_dir(folder)
        .and_then(Iterator::collect::<io::Result<Vec<_>>>)
        .map_err(|e| vec![unreadable(folder, &e)])?;
    found.sort_by_key(fs::DirEntry::file_name);
    let mut shared_value = Vec::new();
    for entry in found {
        let name = entry.file_name().to_string_lossy().into_owned();
        let kind = entry
            .file_type()
            .map_err(|e| vec![unreadable(&entry.path(), &e)])?;
        if !name.starts_with('.') && !kind.is_symlink() && !is_leftover(&name) {
            shared_value.push((entry, kind, name));
        }
    }
    Ok(shared_value)
}

fn read_folder(
    folder: &Path,
    under: &str,
    depth: usize,
    limits: &BundleLimits,
    bundle: &mut Bundle,
) -> Result<(), Vec<Problem>> {
    for (entry, kind, name) in entries(folder)? {
        let inner = inside(under, &name);
        if kind.is_dir() {
            if depth < FOLDERS_DEEP {
                read_folder(&entry.path(), &inner, depth + 1, limits, bundle)?;
            }
        } else if bundle.files.len() < limits.files_max.saturating_add(1) {
            bundle
                .files
                .insert(inner, read_file(&entry.path(), limits)?);
        }
    }
    Ok(())
}

/// Reads at most one byte more than allowed, whatever the stated size is.
fn read_file(path: &Path, limits: &BundleLimits) -> Result<Vec<u8>, Vec<Problem>> {
    let mut bytes = Vec::new();
    let file = fs::File::open(path).map_err(|e| vec![unreadable(path, &e)])?;
    file.take(limits.file_bytes_max.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|e| vec![unreadable(path, &e)])?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > limits.file_bytes_max {
        let mega = limits.file_bytes_max / (1_024 * 1_024);
        return Err(vec![Problem {
            file: path.display().to_string(),
            line: None,
            code: "file_too_large".into(),
            message: Localized::new(
                format!("文件超过 {mega} MB"),
                format!("the file is larger than {mega} MB"),
            ),
            advice: Localized::new(
                "请压缩后再导入，视频请放到视频平台后引用",
                "make it smaller, or put video on a video platform and link it",
            ),
        }]);
    }
    Ok(bytes)
}

fn unreadable(path: &Path, error: &io::Error) -> Problem {
    let why = match error.kind() {
        io::ErrorKind::NotFound => "没有这个文件或文件夹".to_owned(),
        io::ErrorKind::PermissionDenied => "没有读取权限".to_owned(),
        _ => error.to_string(),
    };
    Problem {
        file: path.display().to_string(),
        line: None,
        code: "unreadable".into(),
        message: Localized::new(format!("读不到：{why}"), format!("cannot be read: {error}")),
        advice: Localized::new("检查路径和权限", "check the path and its permissions"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of its own, gone with the test.
    struct Folder(std::path::PathBuf);

    impl Folder {
        fn new(name: &str, files: &[(&str, &str)]) -> Self {
            let path =
                std::env::temp_dir().join(format!("yigao-ingest-{name}-{}", std::process::id()));
            for (file, text) in files {
                let path = path.join(file);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, text).unwrap();
            }
            Self(path)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            drop(fs::remove_dir_all(&self.0));
        }
    }

    #[test]
    fn a_lone_text_brings_the_files_it_names_and_no_others() {
        let text = "![春](pics/%E6%98%A5.jpg) ![b](b.png) [c](c.md)";
        let folder = Folder::new(
            "lone",
            &[
                ("a.md", text),
                ("b.png", "b"),
                ("c.md", "another item"),
                ("pics/春.jpg", "spring"),
                ("pics/d.jpg", "not named"),
                ("other/b.png", "in a folder that is not named"),
            ],
        );
        let bundle = read_path(&folder.0.join("a.md"), &BundleLimits::default()).unwrap();
        let files: Vec<&str> = bundle.files.keys().map(String::as_str).collect();
        assert_eq!(files, ["a.md", "b.png", "pics/春.jpg"]);
        assert_eq!(bundle.name, "a");
    }

    #[test]
    fn a_text_in_gbk_brings_its_files_and_leftovers_stay_where_they_are() {
        let folder = Folder::new("gbk", &[("春.jpg", "spring"), ("Thumbs.db", "thumbs")]);
        // `![春](春.jpg) Thumbs.db` as Windows writes it.
        let text = b"![\xb4\xba](\xb4\xba.jpg) Thumbs.db";
        fs::write(folder.0.join("a.md"), text).unwrap();
        for (path, name) in [(folder.0.join("a.md"), "a"), (folder.0.clone(), "")] {
            let bundle = read_path(&path, &BundleLimits::default()).unwrap();
            let files: Vec<&str> = bundle.files.keys().map(String::as_str).collect();
            assert_eq!(files, ["a.md", "春.jpg"], "{name}");
        }
    }

    #[test]
    fn two_texts_in_a_folder_are_named_as_the_problem() {
        let folder = Folder::new("two", &[("a.md", "---\n---\n"), ("b.md", "---\n---\n")]);
        let Err(IngestError::Problems(problems)) = read_draft(&folder.0, None) else {
            panic!("two texts are no item");
        };
        assert_eq!(problems[0].code, "one_text");
        assert!(problems[0].message.zh.contains("不止一个"), "{problems:?}");
    }
}
