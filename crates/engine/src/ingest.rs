//! Takes items in: a folder, an archive or a file on disk, or bytes that were sent; all problems at once, or a version.

use std::{
    fs,
    io::{self, Read as _},
    path::Path,
};

use yigao_core::{Actor, Finding, Words};
use yigao_formats::{Bundle, BundleLimits, Draft, Format, Problem, detect, read};
use yigao_store::{PutVersion, StoreError};

use crate::hub::Hub;

/// Deepest folder inside a bundle.
const FOLDERS_DEEP: usize = 6;

/// Why nothing was taken in.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// What is wrong, where, and the way out.
    #[error("{} problems; the first: {}", .0.len(), .0.first().map(|p| p.says.en.as_str()).unwrap_or_default())]
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
        let put = self
            .store
            .put_version(&draft.id, draft.content, actor, self.clock.now())
            .await?;
        Ok(Ingested {
            put,
            findings: draft.findings,
        })
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
/// [`IngestError::Problems`], with their place and way out.
pub fn read_draft(path: &Path, format: Option<Format>) -> Result<Draft, IngestError> {
    let bundle = read_path(path, &BundleLimits::default()).map_err(IngestError::Problems)?;
    let format = format.or_else(|| detect(&bundle)).ok_or_else(|| {
        IngestError::Problems(vec![Problem {
            file: path.display().to_string(),
            line: None,
            code: "unknown_format".into(),
            says: Words::new("看不出是什么格式", "its format cannot be told"),
            fix: Words::new(
                "文件夹里放一个 .md 或 item.json，或指明格式（--format）",
                "put one .md or an item.json into the folder, or name the format (--format)",
            ),
        }])
    })?;
    read(&bundle, format).map_err(IngestError::Problems)
}

/// Reads what a person pointed at: a folder, a `.zip`, or a single file (with the pictures it names beside it, for
/// Markdown: its folder).
///
/// # Errors
/// Problems with their place and way out.
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
    Ok(Bundle {
        name,
        files: [(file, bytes)].into(),
    })
}

fn read_folder(
    folder: &Path,
    under: &str,
    depth: usize,
    limits: &BundleLimits,
    bundle: &mut Bundle,
) -> Result<(), Vec<Problem>> {
    let mut entries: Vec<_> = fs::read_dir(folder)
        .and_then(Iterator::collect::<io::Result<Vec<_>>>)
        .map_err(|e| vec![unreadable(folder, &e)])?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name().to_string_lossy().into_owned();
        let kind = entry
            .file_type()
            .map_err(|e| vec![unreadable(&entry.path(), &e)])?;
        // Hidden files are the system's; a link may lead anywhere.
        if name.starts_with('.') || kind.is_symlink() {
            continue;
        }
        let inner = if under.is_empty() {
            name
        } else {
            format!("{under}/{name}")
        };
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

/// Reads at most one byte more than allowed, whatever the size says.
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
            says: Words::new(
                format!("文件超过 {mega} MB"),
                format!("the file is larger than {mega} MB"),
            ),
            fix: Words::new(
                "请压缩后再导入，视频请放到视频平台后引用",
                "make it smaller, or put video on a video platform and link it",
            ),
        }]);
    }
    Ok(bytes)
}

fn unreadable(path: &Path, error: &io::Error) -> Problem {
    Problem {
        file: path.display().to_string(),
        line: None,
        code: "unreadable".into(),
        says: Words::new(
            format!("读不到：{error}"),
            format!("cannot be read: {error}"),
        ),
        fix: Words::new("检查路径和权限", "check the path and its permissions"),
    }
}
