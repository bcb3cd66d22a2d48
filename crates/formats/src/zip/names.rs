//! Names in an archive: the format says UTF-8 or nothing, and nothing means the code page of whichever Windows packed it.

use std::{borrow::Cow, collections::BTreeMap};

use yigao_core::Finding;

use super::{Archive, Directory, broken};
use crate::{
    encoding::{self, Charset, Guess},
    paths,
    problem::{Problem, words},
};

/// Every name of an archive, read or not.
#[derive(Debug, Default)]
pub(super) struct Names {
    by_index: Vec<Result<String, Problem>>,
    /// The encoding of names that are not UTF-8, once it was agreed on.
    agreed: Option<Charset>,
    /// What was read in which encoding.
    taken: BTreeMap<Charset, Vec<String>>,
}

/// What the bytes of one name say by themselves.
enum Found {
    Utf8(String),
    /// UTF-8 without a mark that says so and without a Chinese character: it may be something else.
    MaybeUtf8(String),
    Other(Guess),
}

/// Reads the names: each on its own, and those that are unclear like the others of their archive.
pub(super) fn read(archive: &mut Archive<'_>, directory: &Directory<'_>) -> Names {
    let raws: Vec<Result<Vec<u8>, Problem>> = (0..archive.len())
        .map(|index| {
            let number = format!("#{}", index + 1);
            let about = archive
                .by_index_data(index)
                .map_err(|error| broken(&number, &error.to_string()))?;
            Ok(about.name_raw().to_vec())
        })
        .collect();
    let mut names = Names {
        agreed: agreed(raws.iter().flatten(), directory),
        ..Names::default()
    };
    for (index, raw) in raws.into_iter().enumerate() {
        let name = raw.and_then(|raw| names.name(index, &raw, directory));
        names.by_index.push(name);
    }
    names
}

/// The one encoding of the names that are clear, or of all of them together.
fn agreed<'a>(
    raws: impl Iterator<Item = &'a Vec<u8>> + Clone,
    directory: &Directory<'_>,
) -> Option<Charset> {
    let others = || {
        raws.clone().filter_map(|raw| match found(raw, directory) {
            Found::Other(guess) => Some((raw, guess)),
            _ => None,
        })
    };
    let mut told = others().filter_map(|(_, guess)| match guess {
        Guess::Clear(charset) => Some(charset),
        Guess::Unclear => None,
    });
    match told.next() {
        Some(first) => told.all(|next| next == first).then_some(first),
        None => {
            let together: Vec<u8> = others()
                .flat_map(|(raw, _)| raw.iter().copied().chain([b'\n']))
                .collect();
            match encoding::guess(&together) {
                Guess::Clear(charset) => Some(charset),
                Guess::Unclear => None,
            }
        }
    }
}

fn found(raw: &[u8], directory: &Directory<'_>) -> Found {
    match std::str::from_utf8(raw) {
        Ok(name) if is_plainly_utf8(name) || directory.utf8.contains(raw) => {
            Found::Utf8(name.to_owned())
        }
        Ok(name) if encoding::only_looks_like_utf8(raw, without_ending(name)) => {
            Found::Other(encoding::guess(raw))
        }
        Ok(name) => Found::MaybeUtf8(name.to_owned()),
        Err(_) => Found::Other(encoding::guess(raw)),
    }
}

/// The letters of `.jpg` are no evidence.
fn without_ending(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// Two Chinese characters of GBK hardly ever look like one of UTF-8.
fn is_plainly_utf8(name: &str) -> bool {
    name.is_ascii() || name.chars().any(|c| c as u32 >= 0x800)
}

impl Names {
    /// The path of an entry.
    pub(super) fn path(&self, index: usize) -> Result<String, Problem> {
        self.by_index
            .get(index)
            .cloned()
            .unwrap_or_else(|| Err(broken(&format!("#{}", index + 1), "no such entry")))
    }

    /// A name for a message.
    pub(super) fn shown(&self, raw: &[u8]) -> String {
        self.agreed
            .filter(|_| std::str::from_utf8(raw).is_err())
            .and_then(|charset| encoding::exactly(charset, raw))
            .unwrap_or_else(|| String::from_utf8_lossy(raw).into_owned())
    }

    /// Says which names were not UTF-8.
    pub(super) fn findings(&self, archive: &str) -> Vec<Finding> {
        self.taken
            .iter()
            .map(|(charset, names)| encoding::names_taken(archive, *charset, names))
            .collect()
    }

    fn name(
        &mut self,
        index: usize,
        raw: &[u8],
        directory: &Directory<'_>,
    ) -> Result<String, Problem> {
        let charset = match found(raw, directory) {
            Found::Utf8(name) => return Ok(composed(&name)),
            Found::MaybeUtf8(name) => {
                match self
                    .agreed
                    .filter(|charset| encoding::is_likely(*charset, raw))
                {
                    Some(charset) => charset,
                    None => return Ok(composed(&name)),
                }
            }
            Found::Other(Guess::Clear(charset)) => charset,
            Found::Other(Guess::Unclear) => self.agreed.ok_or_else(|| unclear(raw, index))?,
        };
        let name = encoding::exactly(charset, raw).ok_or_else(|| unclear(raw, index))?;
        let name = composed(&name);
        self.taken.entry(charset).or_default().push(name.clone());
        Ok(name)
    }
}

fn composed(name: &str) -> String {
    match paths::composed(name) {
        Cow::Borrowed(name) => name.to_owned(),
        Cow::Owned(name) => name,
    }
}

/// A name whose encoding nothing shows.
fn unclear(raw: &[u8], index: usize) -> Problem {
    let number = format!("#{}", index + 1);
    let [(one, first), (other, second)] = encoding::both_readings(raw);
    Problem::new(
        &number,
        "name_unclear",
        words(
            format!(
                "看不出第 {number} 个文件的文件名是什么编码：{one} 读作“{first}”，{other} 读作“{second}”。"
            ),
            format!(
                "The encoding of the name of file {number} cannot be told: {one} reads {first:?}, {other} reads {second:?}."
            ),
        ),
        words(
            "请把文件改成字母或数字名，或用支持 UTF-8 文件名的工具重新打包。",
            "Rename the file with letters and digits, or pack with a tool that writes UTF-8 names.",
        ),
    )
}
