//! One file a destination.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Table;
use yigao_core::{DestinationId, Localized};

use super::not_toml;

/// A destination's file.
#[derive(Clone, Debug)]
pub struct DestinationFile {
    pub id: DestinationId,
    pub path: PathBuf,
    pub kind: String,
    pub name: String,
    pub home: bool,
    /// Picture for items without one, where the channel demands a cover; next to the file or absolute.
    pub cover: Option<PathBuf>,
    pub channel: Table,
}

impl DestinationFile {
    /// A single file in any folder; the destination takes the file's name when that is a valid name for one.
    pub fn read(path: &Path) -> Result<Self, super::ConfigProblems> {
        let raw = read(path).map_err(|message| super::ConfigProblems(vec![message]))?;
        let stem = path.file_stem().map(|stem| stem.to_string_lossy());
        let id = DestinationId::parse(&stem.unwrap_or_default());
        let folder = path.parent().unwrap_or(Path::new(""));
        Ok(Self {
            id: id.or_else(|_| DestinationId::parse("try")).map_err(|e| {
                super::ConfigProblems(vec![Localized::new(e.to_string(), e.to_string())])
            })?,
            path: path.to_owned(),
            kind: raw.kind,
            name: raw.name,
            home: raw.home,
            cover: raw.cover.map(|cover| folder.join(cover)),
            channel: raw.channel,
        })
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDestination {
    kind: String,
    name: String,
    #[serde(default)]
    home: bool,
    cover: Option<PathBuf>,
    #[serde(default)]
    channel: Table,
}

/// One file a destination; its name is the file's name.
pub(super) fn destinations(folder: &Path, problems: &mut Vec<Localized>) -> Vec<DestinationFile> {
    let mut paths: Vec<PathBuf> = match std::fs::read_dir(folder) {
        Ok(entries) => entries
            .flatten()
            .map(|e| e.path())
            .filter(|p| p.extension().is_some_and(|e| e == "toml"))
            .collect(),
        // None are configured yet: items can be imported and checked all the same.
        Err(_) => Vec::new(),
    };
    paths.sort();
    let mut found = Vec::new();
    for path in paths {
        let stem = path
            .file_stem()
            .map(|s| s.to_string_lossy().into_owned())
            .unwrap_or_default();
        // Examples document; they do not run.
        if stem.ends_with(".example") {
            continue;
        }
        let parsed = read(&path);
        match (parsed, DestinationId::parse(&stem)) {
            (Ok(raw), Ok(id)) => found.push(DestinationFile {
                id,
                path,
                kind: raw.kind,
                name: raw.name,
                home: raw.home,
                cover: raw.cover.map(|cover| folder.join(cover)),
                channel: raw.channel,
            }),
            (Err(message), _) => problems.push(message),
            (_, Err(bad)) => problems.push(Localized::new(
                format!(
                    "{}：文件名就是目的账号的名字，应为小写字母、数字和 -（{bad}）",
                    path.display()
                ),
                format!("{}: {bad}", path.display()),
            )),
        }
    }
    if found.iter().filter(|d| d.home).count() > 1 {
        problems.push(Localized::new(
            format!(
                "{}：不止一个目的账号写了 home = true；首发处只能有一个",
                folder.display()
            ),
            format!(
                "{}: more than one destination sets home = true; there is one place of record",
                folder.display()
            ),
        ));
    }
    found
}

fn read(path: &Path) -> Result<RawDestination, Localized> {
    let text = std::fs::read_to_string(path).map_err(|e| {
        Localized::new(
            format!("{}：读不到（{e}）", path.display()),
            format!("{}: cannot be read: {e}", path.display()),
        )
    })?;
    toml::from_str(&text).map_err(|e| not_toml(path, &text, &e))
}
