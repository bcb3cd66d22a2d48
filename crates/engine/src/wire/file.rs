//! A destination's folder. Every change is whole or not there, also after a crash; preconditions and change happen under
//! one lock, so that two processes cannot both win a compare-and-set.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    path::{Component, Path, PathBuf},
};

use bytes::Bytes;
use yigao_channel::{FileAct, FileAnswer};
use yigao_core::{ChannelError, Digest, Effect, ErrorKind, Retry};

/// Largest file that is read back.
const READ_MAX: u64 = 64 * 1_024 * 1_024;
/// In the folder: who holds it may change it.
const LOCK: &str = ".yigao.lock";

pub(super) fn ask(root: &Path, op: &str, act: &FileAct) -> Result<FileAnswer, ChannelError> {
    let fault = |error: &io::Error| {
        let kind = match error.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                ErrorKind::Unauthorized
            }
            io::ErrorKind::InvalidInput => ErrorKind::Protocol,
            _ => ErrorKind::Unavailable,
        };
        ChannelError::new(kind, op, format!("folder {}: {error}", root.display()))
            .with_effect(Effect::None)
    };
    let at = |path: &str| within(root, path).map_err(|e| fault(&e));
    match act {
        FileAct::Read { path } => read(&at(path)?)
            .map(FileAnswer::Bytes)
            .map_err(|e| fault(&e)),
        FileAct::Stat { path } => match fs::symlink_metadata(at(path)?) {
            Ok(found) => Ok(FileAnswer::Size(Some(found.len()))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(FileAnswer::Size(None)),
            Err(error) => Err(fault(&error)),
        },
        FileAct::List { path } => list(&at(path)?)
            .map(FileAnswer::Names)
            .map_err(|e| fault(&e)),
        FileAct::Put {
            path,
            bytes,
            while_still,
        } => {
            let target = at(path)?;
            let _lock = lock(root).map_err(|e| fault(&e))?;
            for (name, expected) in while_still {
                let found = read(&at(name)?)
                    .map_err(|e| fault(&e))?
                    .map(|b| Digest::of_bytes(&b));
                if found != *expected {
                    let message = format!("{name} has changed in the meantime");
                    return Err(ChannelError::new(ErrorKind::Rejected, op, message)
                        .with_retry(Retry::Backoff)
                        .with_code("changed"));
                }
            }
            put(&target, bytes).map_err(|e| fault(&e))?;
            Ok(FileAnswer::Done)
        }
        FileAct::Release { from, to } => {
            let (from, to) = (at(from)?, at(to)?);
            let _lock = lock(root).map_err(|e| fault(&e))?;
            release(&from, &to).map_err(|e| fault(&e))?;
            Ok(FileAnswer::Done)
        }
        FileAct::Remove { path } => {
            let target = at(path)?;
            let _lock = lock(root).map_err(|e| fault(&e))?;
            remove(&target).map_err(|e| fault(&e))?;
            Ok(FileAnswer::Done)
        }
    }
}

/// A path below the root: relative, of plain names alone, and not led out by a link on the way.
fn within(root: &Path, path: &str) -> io::Result<PathBuf> {
    let plain = !path.is_empty()
        && Path::new(path)
            .components()
            .all(|c| matches!(c, Component::Normal(_)));
    if !plain {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            format!("path {path:?} leaves the folder"),
        ));
    }
    let full = root.join(path);
    let mut parent = full.parent();
    while let Some(folder) = parent {
        if folder == root {
            break;
        }
        if fs::symlink_metadata(folder).is_ok_and(|m| m.file_type().is_symlink()) {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                format!("path {path:?} leads through a link"),
            ));
        }
        parent = folder.parent();
    }
    Ok(full)
}

fn lock(root: &Path) -> io::Result<File> {
    fs::create_dir_all(root)?;
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(root.join(LOCK))?;
    file.lock()?;
    Ok(file)
}

fn read(path: &Path) -> io::Result<Option<Bytes>> {
    match fs::metadata(path) {
        Ok(found) if found.len() > READ_MAX => Err(io::Error::other(format!(
            "file is larger than {READ_MAX} bytes"
        ))),
        Ok(_) => fs::read(path).map(|bytes| Some(Bytes::from(bytes))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn list(path: &Path) -> io::Result<Vec<String>> {
    let entries = match fs::read_dir(path) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut names = Vec::new();
    for entry in entries {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

/// Draft beside it, sync, rename, sync the folder.
fn put(target: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = target.parent().unwrap_or_else(|| Path::new("."));
    fs::create_dir_all(folder)?;
    let name = target
        .file_name()
        .map(|n| n.to_string_lossy().into_owned())
        .unwrap_or_default();
    let draft = folder.join(format!(".{name}.part"));
    let mut file = File::create(&draft)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    drop(file);
    fs::rename(&draft, target)?;
    File::open(folder)?.sync_all()
}

fn release(from: &Path, to: &Path) -> io::Result<()> {
    let folder = to.parent().unwrap_or_else(|| Path::new("."));
    fs::create_dir_all(folder)?;
    fs::rename(from, to)?;
    File::open(folder)?.sync_all()
}

fn remove(target: &Path) -> io::Result<()> {
    let gone = match fs::symlink_metadata(target) {
        Ok(found) if found.is_dir() => fs::remove_dir_all(target),
        Ok(_) => fs::remove_file(target),
        Err(error) => Err(error),
    };
    match gone {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let path = std::env::temp_dir().join(format!("yigao-file-{name}-{}", std::process::id()));
        drop(fs::remove_dir_all(&path));
        path
    }

    fn put_act(
        path: &str,
        bytes: &'static [u8],
        while_still: Vec<(String, Option<Digest>)>,
    ) -> FileAct {
        FileAct::Put {
            path: path.into(),
            bytes: Bytes::from_static(bytes),
            while_still,
        }
    }

    #[test]
    fn paths_never_leave_the_folder() {
        let root = folder("climb");
        for path in ["../x", "/etc/passwd", "a/../../x", ""] {
            let error = ask(&root, "put", &put_act(path, b"x", vec![])).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Protocol, "{path:?}");
        }
        fs::create_dir_all(&root).unwrap();
        std::os::unix::fs::symlink("/tmp", root.join("out")).unwrap();
        assert!(ask(&root, "put", &put_act("out/x", b"x", vec![])).is_err());
        fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn a_put_holds_its_condition() {
        let root = folder("cas");
        let absent = vec![("index".to_owned(), None)];
        assert_eq!(
            ask(&root, "put", &put_act("index", b"1", absent.clone())),
            Ok(FileAnswer::Done)
        );
        let error = ask(&root, "put", &put_act("index", b"2", absent)).unwrap_err();
        assert_eq!(
            (error.remote_code(), error.effect()),
            (Some("changed"), Effect::None)
        );
        let still = vec![("index".to_owned(), Some(Digest::of_bytes(b"1")))];
        assert_eq!(
            ask(&root, "put", &put_act("page", b"p", still)),
            Ok(FileAnswer::Done)
        );
        let read = ask(
            &root,
            "read",
            &FileAct::Read {
                path: "index".into(),
            },
        );
        assert_eq!(read, Ok(FileAnswer::Bytes(Some(Bytes::from_static(b"1")))));
        fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn removing_what_is_not_there_is_fine() {
        let root = folder("gone");
        assert_eq!(
            ask(&root, "rm", &FileAct::Remove { path: "x".into() }),
            Ok(FileAnswer::Done)
        );
        fs::remove_dir_all(root).unwrap();
    }
}
