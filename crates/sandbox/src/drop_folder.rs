//! The centre `drop`: it empties a folder, as a centre does that takes packages over SFTP.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use crate::county::Item;
use crate::mint::sha256_hex;
use crate::sandbox::Sandbox;

const CENTRE: &str = "drop";
const FILES: usize = 200;
const PACKAGE_BYTES: u64 = 200 * 1024 * 1024;

/// The files of a package, by their names.
type Files = Vec<(String, Vec<u8>)>;

/// Makes `in/`, so that a sender can write into it from the start.
pub(crate) fn prepare(folder: &Path) -> std::io::Result<()> {
    fs::create_dir_all(folder.join("in"))
}

/// Takes every complete package out of `in/`.
pub(crate) async fn sweep(sandbox: &Sandbox) {
    let Some(folder) = sandbox.drop_folder().cloned() else {
        return;
    };
    let shared = sandbox.clone();
    let work = tokio::task::spawn_blocking(move || {
        // A folder that cannot be read yet is checked again at the next sweep.
        for package in packages(&folder.join("in")).unwrap_or_default() {
            take(&shared, &folder, &package);
        }
    });
    // It ends before the next sweep begins; a panic in it must not end the sandbox.
    drop(work.await);
}

/// Folders and zip archives that are not hidden and not still being written, oldest name first.
fn packages(inbox: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(inbox)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let complete = !name.starts_with('.') && !name.ends_with(".part");
        let package = entry.file_type()?.is_dir() || name.ends_with(".zip");
        if complete && package {
            found.push(entry.path());
        }
    }
    found.sort();
    Ok(found)
}

fn take(sandbox: &Sandbox, folder: &Path, package: &Path) {
    let done = read(package).and_then(|files| file(sandbox, &files));
    let cleared = match done {
        Ok(()) => remove(package),
        Err(why) => reject(folder, package, &why),
    };
    if let Err(e) = cleared {
        // Left in place it would be taken again and again; the reason is written beside it.
        let name = package.with_extension("stuck.txt");
        drop(fs::write(name, format!("{e}\n")));
    }
}

fn remove(package: &Path) -> std::io::Result<()> {
    if package.is_dir() {
        fs::remove_dir_all(package)
    } else {
        fs::remove_file(package)
    }
}

fn reject(folder: &Path, package: &Path, why: &str) -> std::io::Result<()> {
    let rejected = folder.join("rejected");
    fs::create_dir_all(&rejected)?;
    let name = package.file_name().unwrap_or_default().to_string_lossy();
    let target = rejected.join(name.as_ref());
    if target.exists() {
        remove(&target)?;
    }
    fs::write(
        rejected.join(format!("{name}.reason.txt")),
        format!("{why}\n"),
    )?;
    fs::rename(package, target)
}

fn read(package: &Path) -> Result<Files, String> {
    if package.is_dir() {
        read_folder(package)
    } else {
        read_zip(package)
    }
}

fn read_folder(package: &Path) -> Result<Files, String> {
    let mut files = Vec::new();
    let mut total = 0;
    for entry in fs::read_dir(package).map_err(|e| e.to_string())? {
        let entry = entry.map_err(|e| e.to_string())?;
        let kind = entry.file_type().map_err(|e| e.to_string())?;
        if !kind.is_file() {
            continue;
        }
        total += entry.metadata().map_err(|e| e.to_string())?.len();
        check_size(files.len(), total)?;
        let bytes = fs::read(entry.path()).map_err(|e| e.to_string())?;
        files.push((entry.file_name().to_string_lossy().into_owned(), bytes));
    }
    Ok(files)
}

fn read_zip(package: &Path) -> Result<Files, String> {
    let opened = fs::File::open(package).map_err(|e| e.to_string())?;
    let mut archive = zip::ZipArchive::new(opened).map_err(|e| format!("no zip archive: {e}"))?;
    let mut files = Vec::new();
    let mut total = 0;
    for at in 0..archive.len() {
        let entry = archive.by_index(at).map_err(|e| e.to_string())?;
        if entry.is_dir() {
            continue;
        }
        // Packages are flat, or one folder deep; only the last part of the name counts.
        let path = entry.name().map_err(|e| e.to_string())?;
        let name = path.rsplit('/').next().unwrap_or_default().to_owned();
        let mut bytes = Vec::new();
        // What the archive states about its sizes is not believed.
        entry
            .take(PACKAGE_BYTES + 1)
            .read_to_end(&mut bytes)
            .map_err(|e| format!("{name}: {e}"))?;
        total += u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        check_size(files.len(), total)?;
        files.push((name, bytes));
    }
    Ok(files)
}

fn check_size(files: usize, bytes: u64) -> Result<(), String> {
    if files >= FILES || bytes > PACKAGE_BYTES {
        return Err(format!(
            "package too large: {FILES} files and {PACKAGE_BYTES} bytes at most"
        ));
    }
    Ok(())
}

fn file(sandbox: &Sandbox, files: &[(String, Vec<u8>)]) -> Result<(), String> {
    let find = |name: &str| {
        files
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, bytes)| bytes.as_slice())
            .ok_or_else(|| format!("{name} is missing"))
    };
    let body = find("item.json")?;
    let mut item = Item::read(body).map_err(|refusal| refusal.why)?;
    if !item.canceled {
        find("item.html")?;
        find("item.txt")?;
    }
    let mut media = Vec::new();
    for picture in &mut item.pictures {
        let bytes = find(&picture.href)?;
        picture.sha256 = sha256_hex(bytes);
        media.push((picture.sha256.clone(), bytes.to_vec()));
    }
    let now = sandbox.now_ms();
    let mut world = sandbox.world();
    let county = &mut world.county;
    let taken = county.take(CENTRE, item, body, None, now);
    let outcome = match &taken {
        Ok(_) => "ok".to_owned(),
        Err(refusal) => refusal.code.to_string(),
    };
    county
        .calls
        .push(serde_json::json!({"op": "drop.take", "at": now, "outcome": outcome}));
    taken.map_err(|refusal| format!("{}: {}", refusal.code, refusal.why))?;
    county.centre(CENTRE).media.extend(media);
    Ok(())
}
