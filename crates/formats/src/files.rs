//! The files an item names: looked up, checked, made into assets.

use std::collections::BTreeMap;

use yigao_core::{AiUse, Asset, Digest, Finding, Focus, Severity};
use yigao_media::{Limits, MediaError, inspect, kind_of};

use crate::{
    bundle::Bundle,
    paths,
    pictures::{has_picture_name, picture_problem},
    problem::{Problem, words},
    yaml,
};

mod legacy_text;
mod say;

pub(crate) use say::wrong_digest;
use say::{missing, unsupported, wrong_use};

/// What a file is wanted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Want {
    Picture,
    Video,
    Audio,
    Any,
}

/// What the front matter says of a file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    pub credit: Option<String>,
    pub ai: Option<AiUse>,
    pub focus: Option<Focus>,
    pub digest: Option<Digest>,
    pub line: usize,
}

/// The files of a bundle while one item is read.
pub(crate) struct Shelf<'a> {
    bundle: &'a Bundle,
    /// The file that names the others; problems are its.
    text: &'a str,
    facts: BTreeMap<String, Facts>,
    /// What came of each path; a bad file is reported once.
    seen: BTreeMap<String, Option<Digest>>,
    /// Paths in the bundle by their composed form: texts and systems write `é` in different ways.
    paths: BTreeMap<String, String>,
    /// What was noticed of files that were taken.
    pub findings: Vec<Finding>,
    pub assets: BTreeMap<Digest, Asset>,
    pub files: BTreeMap<Digest, Vec<u8>>,
}

impl<'a> Shelf<'a> {
    pub(crate) fn new(bundle: &'a Bundle, text: &'a str) -> Self {
        Self {
            bundle,
            text,
            facts: BTreeMap::new(),
            seen: BTreeMap::new(),
            paths: bundle
                .files
                .keys()
                .filter(|path| !paths::is_leftover(path))
                .map(|path| (paths::composed(path).into_owned(), path.clone()))
                .collect(),
            findings: Vec::new(),
            assets: BTreeMap::new(),
            files: BTreeMap::new(),
        }
    }

    /// Keeps what is said of a file until it is taken.
    pub(crate) fn say(&mut self, named: &str, facts: Facts, problems: &mut Vec<Problem>) {
        match self.find(named) {
            Some(path) => drop(self.facts.insert(path, facts)),
            None => problems.push(self.missing(named, facts.line)),
        }
    }

    /// The asset of the file named at `line`.
    pub(crate) fn take(
        &mut self,
        named: &str,
        want: Want,
        line: usize,
        problems: &mut Vec<Problem>,
    ) -> Option<Digest> {
        let Some(path) = self.find(named) else {
            problems.push(self.missing(named, line));
            return None;
        };
        let known = match self.seen.get(&path) {
            Some(known) => known.clone(),
            None => {
                let made = self.make(&path, line);
                let digest = made.map_err(|problem| problems.push(problem)).ok();
                self.seen.insert(path.clone(), digest.clone());
                digest
            }
        };
        let digest = known?;
        let kind = &self.assets.get(&digest)?.media_type;
        if fits(kind, want) {
            return Some(digest);
        }
        problems.push(wrong_use(self.text, &path, kind, want, line));
        None
    }

    /// Gives an asset that was taken its focus, when there is one.
    pub(crate) fn set_focus(&mut self, digest: &Digest, focus: Option<Focus>) {
        if let (Some(focus), Some(asset)) = (focus, self.assets.get_mut(digest)) {
            asset.focus = Some(focus);
        }
    }

    /// Takes what the front matter lists and nothing else names.
    pub(crate) fn take_listed(&mut self, problems: &mut Vec<Problem>) {
        for (path, facts) in self.facts.clone() {
            self.take(&path, Want::Any, facts.line, problems);
        }
    }

    /// Files that nothing names.
    pub(crate) fn unused(&self) -> Vec<Finding> {
        self.bundle
            .files
            .keys()
            .filter(|path| path.as_str() != self.text && !self.seen.contains_key(*path))
            .filter(|path| !paths::is_leftover(path))
            .map(|path| unused(path, self.bundle.files.get(path)))
            .collect()
    }

    /// Says that there is no such file, and the name that may be meant.
    fn missing(&self, named: &str, line: usize) -> Problem {
        let problem = missing(self.text, named, line);
        let before = named.split_once(" #").map(|(before, _)| before.trim_end());
        let advice = if let Some(before) = before.filter(|before| self.is_file(before)) {
            words(
                format!("# 之后若是注释，请另起一行；文件名只写：`{before}`"),
                format!(
                    "Write a comment on a line of its own; of the file only its name: `{before}`"
                ),
            )
        } else if let Some(near) = self.near(named) {
            words(
                format!("文件名可能应为：`{near}`"),
                format!("The name may be meant to be `{near}`"),
            )
        } else {
            return problem;
        };
        Problem { advice, ..problem }
    }

    /// The only file whose name differs in capitals alone, or else in its ending too.
    fn near(&self, named: &str) -> Option<&str> {
        let lower = |path: &str| paths::file_name(path).to_lowercase();
        let stem = |path: &str| {
            let name = lower(path);
            let stem = name.rsplit_once('.').map(|(stem, _)| stem.to_owned());
            stem.unwrap_or(name)
        };
        let only = |same: &dyn Fn(&str) -> bool| {
            let mut near = self.bundle.files.keys().map(String::as_str);
            let first = near.find(|path| *path != self.text && same(path))?;
            near.all(|path| path == self.text || !same(path))
                .then_some(first)
        };
        only(&|path| lower(path) == lower(named))
            .or_else(|| only(&|path| stem(path) == stem(named)))
    }

    /// Whether a file goes by this name.
    pub(crate) fn is_file(&self, named: &str) -> bool {
        self.find(named).is_some()
    }

    /// The path a name stands for: as written, beside the text, or the only file so called.
    pub(crate) fn find(&self, named: &str) -> Option<String> {
        let named = paths::composed(named);
        let named = named.as_ref();
        let decoded = percent_decoded(named);
        [Some(named), decoded.as_deref()]
            .into_iter()
            .flatten()
            .find_map(|name| {
                let name = name.strip_prefix("./").unwrap_or(name);
                let beside = format!("{}{name}", paths::composed(paths::folder(self.text)));
                [name, &beside]
                    .into_iter()
                    .find_map(|path| self.paths.get(path).cloned())
                    .or_else(|| self.only_one_called(name))
            })
    }

    fn only_one_called(&self, name: &str) -> Option<String> {
        let mut called = self
            .paths
            .iter()
            .filter(|(composed, _)| paths::file_name(composed) == name);
        let (_, first) = called.next()?;
        called.next().is_none().then(|| first.clone())
    }

    fn make(&mut self, path: &str, line: usize) -> Result<Digest, Problem> {
        let bytes = self
            .bundle
            .files
            .get(path)
            .ok_or_else(|| missing(self.text, path, line))?;
        let facts = self.facts.get(path).cloned().unwrap_or_default();
        if let Some(given) = facts.digest {
            let found = Digest::of_bytes(bytes);
            if given != found {
                return Err(wrong_digest(path, &given, &found).at(facts.line));
            }
        }
        let read = legacy_text::as_utf8(path, bytes)?;
        let bytes = read.as_ref().map_or(bytes, |(bytes, _)| bytes);
        let mut asset = asset_of(path, bytes).map_err(|problem| Problem {
            line: None,
            ..problem
        })?;
        asset.credit = facts.credit;
        asset.ai = facts.ai.or(asset.ai);
        asset.focus = facts.focus;
        let digest = asset.digest.clone();
        self.files.insert(digest.clone(), bytes.clone());
        self.findings.extend(read.map(|(_, finding)| finding));
        self.assets.entry(digest.clone()).or_insert(asset);
        Ok(digest)
    }
}

fn unused(path: &str, bytes: Option<&Vec<u8>>) -> Finding {
    let fit = bytes.is_some_and(|bytes| asset_of(path, bytes).is_ok());
    let advice = if fit {
        let name = yaml::scalar(path);
        words(
            format!("如需使用，请在正文里写上文件名，或在 attachments: 下面加一行：`- {name}`"),
            format!(
                "To use it, name it in the body, or add a line below `attachments:`: `- {name}`"
            ),
        )
    } else {
        words(
            "这种文件不能导入，可以从文件夹里删去。",
            "Files of this kind are not taken; it may be removed from the folder.",
        )
    };
    Finding::new(
        Severity::Note,
        "unused_file",
        format!("asset/{path}"),
        words(
            "正文没有用到这个文件，未导入。",
            "Nothing in the text names this file; it was left out.",
        ),
        advice,
    )
}

/// The asset a file makes, by its content alone.
pub(crate) fn asset_of(path: &str, bytes: &[u8]) -> Result<Asset, Problem> {
    let mut asset = Asset {
        digest: Digest::of_bytes(bytes),
        name: paths::composed(paths::file_name(path)).into_owned(),
        media_type: String::new(),
        bytes: bytes.len() as u64,
        width: None,
        height: None,
        credit: None,
        ai: None,
        focus: None,
    };
    let limits = Limits::default();
    if asset.bytes > limits.max_bytes {
        return Err(crate::bundle::file_too_large(path, limits.max_bytes));
    }
    match kind_of(bytes) {
        Some(kind) if kind.starts_with("image/") => {
            let picture = inspect(bytes, &limits).map_err(|error| picture_problem(path, &error))?;
            asset.media_type = picture.media_type;
            asset.width = Some(picture.width);
            asset.height = Some(picture.height);
            asset.ai = picture.rights.ai;
        }
        Some(kind) => kind.clone_into(&mut asset.media_type),
        // A file that calls itself a picture and is none deserves the picture's words.
        None if has_picture_name(path) => {
            return Err(picture_problem(
                path,
                &MediaError::NotAPicture { found: None },
            ));
        }
        None => return Err(unsupported(path)),
    }
    Ok(asset)
}

fn fits(kind: &str, want: Want) -> bool {
    match want {
        Want::Picture => kind.starts_with("image/"),
        Want::Video => kind.starts_with("video/"),
        Want::Audio => kind.starts_with("audio/"),
        Want::Any => true,
    }
}

/// Whether a text names a file so called, as it is or percent-encoded; a word that happens to be the same counts too.
pub fn is_named(text: &str, file_name: &str) -> bool {
    let (text, file_name) = (paths::composed(text), paths::composed(file_name));
    let (text, file_name) = (text.as_ref(), file_name.as_ref());
    text.contains(file_name)
        || text.match_indices('%').any(|(at, _)| {
            // From the first encoded byte on, as far as a name goes.
            let rest = text.get(at..).unwrap_or_default();
            let end = rest
                .find([')', '"', '\'', '>', ' ', '\n', '/', '?'])
                .unwrap_or(rest.len());
            let name = rest.get(..end).and_then(percent_decoded);
            name.is_some_and(|name| file_name.ends_with(paths::composed(&name).as_ref()))
        })
}

/// `%E6%98%A5.jpg` as editors write links; `None` when there is nothing to decode.
fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut out = Vec::with_capacity(text.len());
    let mut changed = false;
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        let pair = [char::from(bytes.next()?), char::from(bytes.next()?)];
        let value = pair
            .into_iter()
            .try_fold(0, |sum, c| Some(sum * 16 + c.to_digit(16)?))?;
        out.push(u8::try_from(value).ok()?);
        changed = true;
    }
    if changed {
        String::from_utf8(out).ok()
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_signs_are_decoded_only_when_all_are_right() {
        assert_eq!(
            percent_decoded("%E6%98%A5%20a.jpg").as_deref(),
            Some("春 a.jpg")
        );
        assert_eq!(percent_decoded("plain.jpg"), None);
        assert_eq!(percent_decoded("100%.jpg"), None);
        assert_eq!(percent_decoded("%ff.jpg"), None);
    }
}
