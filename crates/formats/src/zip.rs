//! Archives into bundles and back. An archive is hostile until read: what it declares decides nothing.

use std::{
    collections::BTreeSet,
    io::{Cursor, Read, Write},
};

use zip::{CompressionMethod, ZipArchive, ZipWriter, read::ZipFile, write::SimpleFileOptions};

use crate::{
    bundle::{self, Bundle, BundleLimits},
    paths,
    problem::{Problem, words},
};

mod names;

/// Below this the ratio is not examined: a short text of one letter packs well and harms nobody.
const RATIO_FROM: u64 = 1024 * 1024;

/// The bit of an entry that says that its name is UTF-8.
const UTF8_FLAG: u16 = 1 << 11;

type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

impl Bundle {
    /// Reads an archive. A single top folder is taken away; what desktops leave behind is left out.
    ///
    /// # Errors
    /// Every entry that climbs out, is a link, is encrypted, is too large or has a name whose encoding is unclear; too many
    /// entries; names that stand twice; archives that are none.
    pub fn from_zip(name: &str, bytes: &[u8], limits: &BundleLimits) -> Result<Self, Vec<Problem>> {
        if bytes.len() as u64 > limits.total_bytes_max {
            return Err(vec![bundle::bundle_too_large(name, limits.total_bytes_max)]);
        }
        let mut archive = ZipArchive::new(Cursor::new(bytes))
            .map_err(|error| vec![broken(name, &error.to_string())])?;
        if archive.len() > limits.files_max {
            return Err(vec![bundle::too_many(
                name,
                archive.len(),
                limits.files_max,
            )]);
        }
        let directory = Directory::read(bytes, archive.central_directory_start());
        let names = names::read(&mut archive, &directory);
        let mut problems: Vec<Problem> = directory
            .twice
            .iter()
            .map(|raw| duplicate(&names.shown(raw)))
            .collect();
        if archive.has_duplicate_names() && problems.is_empty() {
            problems.push(duplicate(name));
        }
        let mut read = Self {
            name: name.strip_suffix(".zip").unwrap_or(name).to_owned(),
            ..Self::default()
        };
        let mut left = limits.total_bytes_max;
        for index in 0..archive.len() {
            let found = names
                .path(index)
                .and_then(|path| entry(&mut archive, index, path, left, limits));
            match found {
                Ok(None) => {}
                Ok(Some((path, bytes))) => {
                    left = left.saturating_sub(bytes.len() as u64);
                    // Two names that differ in bytes may be one in letters.
                    if read.files.contains_key(&path) {
                        problems.push(duplicate(&path));
                    }
                    read.files.insert(path, bytes);
                }
                Err(problem) => {
                    let full = problem.code == "bundle_too_large";
                    problems.push(problem);
                    if full {
                        break;
                    }
                }
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        if read.files.is_empty() {
            return Err(vec![bundle::empty(name)]);
        }
        read.strip_top_folder();
        read.findings = names.findings(name);
        Ok(read)
    }

    /// Packs the bundle. Equal bundles give equal bytes: entries carry no time.
    ///
    /// # Errors
    /// A path that no archive takes.
    pub fn to_zip(&self) -> Result<Vec<u8>, Problem> {
        let pack = || -> zip::result::ZipResult<Vec<u8>> {
            let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
            let options = SimpleFileOptions::default()
                .compression_method(CompressionMethod::Deflated)
                .last_modified_time(zip::DateTime::default());
            for (path, bytes) in &self.files {
                writer.start_file(path.as_str(), options)?;
                writer.write_all(bytes)?;
            }
            Ok(writer.finish()?.into_inner())
        };
        pack().map_err(|error| broken(&self.name, &error.to_string()))
    }
}

/// One entry: `None` for folders and what archivers leave behind.
fn entry(
    archive: &mut Archive<'_>,
    index: usize,
    path: String,
    left: u64,
    limits: &BundleLimits,
) -> Result<Option<(String, Vec<u8>)>, Problem> {
    let about = archive
        .by_index_data(index)
        .map_err(|error| broken(&path, &error.to_string()))?;
    if let Some(problem) = paths::refuse(path.strip_suffix('/').unwrap_or(&path)) {
        return Err(problem);
    }
    // Type bits of the mode: 0o100000 is a file, 0o040000 a folder; links, pipes and devices are neither.
    let kind = about.unix_mode().map_or(0, |mode| mode & 0o170_000);
    if about.is_symlink() || !matches!(kind, 0 | 0o100_000 | 0o040_000) {
        return Err(not_a_file(&path));
    }
    if about.encrypted() {
        return Err(encrypted(&path));
    }
    if path.ends_with('/') || paths::is_leftover(&path) {
        return Ok(None);
    }
    let by_ratio = about
        .compressed_size()
        .saturating_mul(limits.ratio_max)
        .max(RATIO_FROM);
    let mut file = archive
        .by_index(index)
        .map_err(|error| broken(&path, &error.to_string()))?;
    let most = limits.file_bytes_max.min(left).min(by_ratio);
    let bytes = read_up_to(&mut file, most).map_err(|error| broken(&path, &error.to_string()))?;
    match bytes {
        Some(bytes) => Ok(Some((path, bytes))),
        None if most == by_ratio => Err(ratio(&path, limits.ratio_max)),
        None if most == left => Err(bundle::bundle_too_large(&path, limits.total_bytes_max)),
        None => Err(bundle::file_too_large(&path, limits.file_bytes_max)),
    }
}

/// The whole file, or `None` when it has more than `most` bytes.
fn read_up_to(
    file: &mut ZipFile<'_, Cursor<&[u8]>>,
    most: u64,
) -> Result<Option<Vec<u8>>, std::io::Error> {
    let mut bytes = Vec::new();
    file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= most).then_some(bytes))
}

/// The names in the directory, read by our own code: the library keeps the last of equal names and forgets the others, and
/// does not tell which names are marked as UTF-8.
struct Directory<'a> {
    twice: BTreeSet<&'a [u8]>,
    /// Names whose entry says that they are UTF-8.
    utf8: BTreeSet<&'a [u8]>,
}

impl<'a> Directory<'a> {
    fn read(bytes: &'a [u8], start: u64) -> Self {
        let word = |at: usize| match bytes.get(at..at.saturating_add(2)) {
            Some(&[a, b]) => u16::from_le_bytes([a, b]),
            _ => 0,
        };
        let mut seen = BTreeSet::new();
        let (mut twice, mut utf8) = (BTreeSet::new(), BTreeSet::new());
        let mut at = usize::try_from(start).unwrap_or(usize::MAX);
        while bytes.get(at..at.saturating_add(4)) == Some(b"PK\x01\x02") {
            let length = |offset: usize| usize::from(word(at + offset));
            let (name, extra, comment) = (length(28), length(30), length(32));
            let raw = bytes.get(at + 46..at + 46 + name).unwrap_or_default();
            if word(at + 8) & UTF8_FLAG != 0 {
                utf8.insert(raw);
            }
            if !seen.insert(raw) {
                twice.insert(raw);
            }
            at += 46 + name + extra + comment;
        }
        Self { twice, utf8 }
    }
}

fn broken(file: &str, why: &str) -> Problem {
    Problem::new(
        file,
        "broken_archive",
        words(
            format!("压缩包无法读取（{why}）。"),
            format!("The archive cannot be read ({why})."),
        ),
        words(
            "请用系统自带的“压缩为 ZIP”重新打包，不要改用 RAR、7z 或分卷。",
            "Pack it again as an ordinary ZIP: no RAR, 7z or split archives.",
        ),
    )
}

fn duplicate(file: &str) -> Problem {
    Problem::new(
        file,
        "duplicate_name",
        words(
            format!("压缩包里有两个同名文件“{}”。", paths::shown(file)),
            format!(
                "The archive holds two files named {:?}.",
                paths::shown(file)
            ),
        ),
        words(
            "请删去其中一个后重新打包。",
            "Take one of them out and pack again.",
        ),
    )
}

fn not_a_file(path: &str) -> Problem {
    Problem::new(
        path,
        "not_a_file",
        words(
            format!("“{}”是链接或特殊文件。", paths::shown(path)),
            format!("{:?} is a link or a special file.", paths::shown(path)),
        ),
        words(
            "请换成真正的文件后重新打包。",
            "Put the file itself there and pack again.",
        ),
    )
}

fn encrypted(path: &str) -> Problem {
    Problem::new(
        path,
        "encrypted",
        words(
            format!("“{}”设有密码。", paths::shown(path)),
            format!("{:?} is locked with a password.", paths::shown(path)),
        ),
        words("请去掉密码后重新打包。", "Pack again without a password."),
    )
}

fn ratio(path: &str, max: u64) -> Problem {
    Problem::new(
        path,
        "ratio_too_high",
        words(
            format!(
                "“{}”解压后超过压缩时的 {max} 倍，疑似压缩炸弹。",
                paths::shown(path)
            ),
            format!(
                "{:?} unpacks to more than {max} times its packed size.",
                paths::shown(path)
            ),
        ),
        words(
            "请检查这个文件的来源。",
            "Check where this file comes from.",
        ),
    )
}
