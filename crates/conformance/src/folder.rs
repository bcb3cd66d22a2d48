//! A destination's folder in memory, answering as the engine's does: each change is whole or not there.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use yigao_channel::{FileAct, FileAnswer};
use yigao_core::{ChannelError, Digest, Effect, ErrorKind, Retry};

/// Files by path.
#[derive(Clone, Debug, Default)]
pub struct Folder {
    files: BTreeMap<String, Bytes>,
}

impl Folder {
    /// Paths and bytes, in order.
    pub fn files(&self) -> impl Iterator<Item = (&str, &Bytes)> {
        self.files
            .iter()
            .map(|(path, bytes)| (path.as_str(), bytes))
    }

    /// Bytes of one file.
    pub fn read(&self, path: &str) -> Option<&Bytes> {
        self.files.get(path)
    }

    /// Removes files, as a centre does that empties its folder.
    pub fn take(&mut self, path: &str) -> Option<Bytes> {
        self.files.remove(path)
    }

    /// Puts a file in, as somebody else would.
    pub fn put(&mut self, path: &str, bytes: Bytes) {
        self.files.insert(path.to_owned(), bytes);
    }

    fn below(&self, path: &str) -> Vec<String> {
        let start = format!("{path}/");
        self.files
            .keys()
            .filter(|name| *name == path || name.starts_with(&start))
            .cloned()
            .collect()
    }

    pub(crate) fn ask(&mut self, op: &str, act: &FileAct) -> Result<FileAnswer, ChannelError> {
        match act {
            FileAct::Read { path } => {
                plain(op, path)?;
                Ok(FileAnswer::Bytes(self.files.get(path).cloned()))
            }
            FileAct::Stat { path } => {
                plain(op, path)?;
                let size = self.files.get(path).map(size_of);
                let folder = (!self.below(path).is_empty()).then_some(0);
                Ok(FileAnswer::Size(size.or(folder)))
            }
            FileAct::List { path } => {
                plain(op, path)?;
                let start = format!("{path}/");
                let names: BTreeSet<String> = self
                    .files
                    .keys()
                    .filter_map(|name| name.strip_prefix(&start))
                    .filter_map(|rest| rest.split('/').next().map(ToOwned::to_owned))
                    .collect();
                Ok(FileAnswer::Names(names.into_iter().collect()))
            }
            FileAct::Put {
                path,
                bytes,
                while_still,
            } => {
                plain(op, path)?;
                for (name, expected) in while_still {
                    plain(op, name)?;
                    let found = self.files.get(name).map(|b| Digest::of_bytes(b));
                    if found != *expected {
                        let message = format!("{name} has changed in the meantime");
                        return Err(ChannelError::new(ErrorKind::Rejected, op, message)
                            .with_retry(Retry::Backoff)
                            .with_code("changed"));
                    }
                }
                self.files.insert(path.clone(), bytes.clone());
                Ok(FileAnswer::Done)
            }
            FileAct::Release { from, to } => {
                plain(op, from)?;
                plain(op, to)?;
                let moved = self.below(from);
                if moved.is_empty() {
                    let message = format!("folder: {from} is not there");
                    return Err(ChannelError::new(ErrorKind::Unavailable, op, message)
                        .with_effect(Effect::None));
                }
                for name in moved {
                    if let Some(bytes) = self.files.remove(&name) {
                        let rest = name.strip_prefix(from.as_str()).unwrap_or_default();
                        self.files.insert(format!("{to}{rest}"), bytes);
                    }
                }
                Ok(FileAnswer::Done)
            }
            FileAct::Remove { path } => {
                plain(op, path)?;
                for name in self.below(path) {
                    self.files.remove(&name);
                }
                Ok(FileAnswer::Done)
            }
        }
    }
}

fn size_of(bytes: &Bytes) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

/// Relative, of plain names alone.
fn plain(op: &str, path: &str) -> Result<(), ChannelError> {
    let fits = !path.is_empty()
        && path
            .split('/')
            .all(|part| !part.is_empty() && part != "." && part != "..");
    if fits {
        return Ok(());
    }
    let message = format!("path {path:?} leaves the folder");
    Err(ChannelError::new(ErrorKind::Protocol, op, message).with_effect(Effect::None))
}
