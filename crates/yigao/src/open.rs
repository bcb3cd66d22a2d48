//! The composition root: builds an engine from the settings.

use std::{io, path::Path, sync::Arc};

use yigao_channel::{Opening, Secret, SecretRef};
use yigao_core::{Digest, Localized};
use yigao_engine::{
    Clock, Destination, Destinations, Hook, Hub, HubSettings, LedgerPlace, OpenError, PrivateHosts,
};
use yigao_worker::WorkQueue;

use crate::{
    channels::{KINDS, Kind},
    exit::Mistake,
    settings::{ConfigProblems, DestinationFile, Settings, old_words, secret},
};

/// Largest picture that a destination's file may name as its cover.
const COVER_BYTES_MAX: u64 = 20 * 1024 * 1024;

/// The ledger's file in the data folder.
pub const LEDGER: &str = "ledger.db";

/// An engine with its queue.
#[derive(Debug)]
pub struct Opened {
    pub hub: Hub,
    pub queue: WorkQueue,
}

/// Opens ledger, queue, media and destinations.
pub async fn open(settings: &Settings) -> anyhow::Result<Opened> {
    folder(&settings.data)?;
    let destinations = destinations(settings)?;
    let covers = settings
        .destinations
        .iter()
        .filter_map(|d| d.cover.as_ref());
    let covers = covers
        .map(|path| picture(path).map_err(|message| ConfigProblems(vec![message])))
        .collect::<Result<Vec<_>, _>>()?;
    let engine = HubSettings {
        ledger: match &settings.ledger {
            Some(reference) => LedgerPlace::Postgres(address("ledger", reference)?),
            None => LedgerPlace::File(settings.data.join(LEDGER)),
        },
        media: settings.data.join("media"),
        private_hosts: PrivateHosts::new(settings.private_hosts.iter().cloned()),
        tuning: settings.tuning.clone(),
        covers,
    };
    let hub = Hub::open(engine, destinations, Clock::System)
        .await
        .map_err(opened)?;
    let queue = match &settings.queue {
        Some(reference) => WorkQueue::connect(address("queue", reference)?.reveal())?,
        None => WorkQueue::open(&settings.data.join("queue.db")).await?,
    };
    let hub = hub
        .with_queue(Arc::new(queue.clone()))
        .with_hooks(hooks(settings)?);
    hub.announce().await?;
    Ok(Opened { hub, queue })
}

/// Errors of the ledger and of the media folder keep their own messages.
fn opened(error: OpenError) -> anyhow::Error {
    match error {
        OpenError::Store(error) => error.into(),
        OpenError::Media(error) => anyhow::Error::from(error).context("media folder"),
        OpenError::Wire(error) => error.into(),
        OpenError::Folder(error) => error.into(),
    }
}

/// The webhooks: the other systems that are notified.
pub fn hooks(settings: &Settings) -> Result<Vec<Hook>, ConfigProblems> {
    let mut problems = Vec::new();
    let mut hooks = Vec::new();
    for (name, url, reference) in &settings.webhooks {
        let opened = secret(reference)
            .map_err(|error| error.message)
            .and_then(|secret| Hook::new(name, url, &secret));
        match opened {
            Ok(hook) => hooks.push(hook),
            Err(message) => problems.push(Localized::new(
                format!("webhooks.{name}：{}", message.zh),
                format!("webhooks.{name}: {}", message.en),
            )),
        }
    }
    match problems.is_empty() {
        true => Ok(hooks),
        false => Err(ConfigProblems(problems)),
    }
}

fn address(key: &str, reference: &SecretRef) -> Result<Secret, ConfigProblems> {
    secret(reference).map_err(|e| {
        ConfigProblems(vec![Localized::new(
            format!("data.{key}：{}", e.message.zh),
            format!("data.{key}: {}", e.message.en),
        )])
    })
}

fn folder(path: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(path).map_err(|error| {
        let (zh, en) = match error.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                ("没有写权限", "is not writable")
            }
            _ => ("无法建立", "cannot be made"),
        };
        Mistake::error(
            format!(
                "数据文件夹 {} {zh}（{error}）；用 --data 指定另一个文件夹",
                path.display()
            ),
            format!(
                "the data folder {} {en} ({error}); name another with --data",
                path.display()
            ),
        )
    })
}

/// Checks whether a file can be created in the data folder, or in the folder it is to be made in;
/// otherwise describes the problem.
pub fn unwritable(data: &Path) -> Option<Localized> {
    let data = std::path::absolute(data).unwrap_or_else(|_| data.to_owned());
    let there = data.ancestors().find(|path| path.exists())?;
    let probe = there.join(format!(".yigao-check-{}", std::process::id()));
    let made = std::fs::File::create_new(&probe);
    drop(std::fs::remove_file(&probe));
    let error = made.err()?;
    Some(Localized::new(
        format!("数据文件夹 {} 写不进去（{error}）", there.display()),
        format!(
            "the data folder {} cannot be written to ({error})",
            there.display()
        ),
    ))
}

fn destinations(settings: &Settings) -> Result<Destinations, ConfigProblems> {
    let mut problems = Vec::new();
    let mut opened = Vec::new();
    for file in &settings.destinations {
        match destination(file, settings) {
            Ok(destination) => opened.push(destination),
            Err(message) => problems.push(message),
        }
    }
    if problems.is_empty() {
        Ok(Destinations::new(opened))
    } else {
        Err(ConfigProblems(problems))
    }
}

/// Opens the destination that a file configures.
///
/// # Errors
/// Names the file and what is wrong with it.
pub fn destination(file: &DestinationFile, settings: &Settings) -> Result<Destination, Localized> {
    open_destination(file, settings).map_err(|message| {
        let place = file.path.display();
        Localized::new(
            format!("{place}：{}", message.zh),
            format!("{place}: {}", message.en),
        )
    })
}

fn open_destination(file: &DestinationFile, settings: &Settings) -> Result<Destination, Localized> {
    let kind: &Kind = KINDS.iter().find(|k| k.name == file.kind).ok_or_else(|| {
        if let Some(new) = old_words::kind(&file.kind) {
            return Localized::new(
                format!("kind = {:?}：现在写作 {new}", file.kind),
                format!("kind = {:?} is now {new}", file.kind),
            );
        }
        let known: Vec<&str> = KINDS.iter().map(|k| k.name).collect();
        Localized::new(
            format!(
                "kind = {:?}：没有这种渠道；有 {}",
                file.kind,
                known.join("、")
            ),
            format!(
                "kind = {:?}: no such channel; there are {}",
                file.kind,
                known.join(", ")
            ),
        )
    })?;
    let listen = format!("http://{}", settings.listen);
    let public_url = settings.public_url.as_deref().unwrap_or(&listen);
    let opening = Opening {
        destination: &file.id,
        public_url: Some(public_url),
        secrets: &secret,
    };
    let channel = (kind.open)(file.channel.clone(), &opening).map_err(|e| {
        let (mut zh, mut en) = (e.message.zh, e.message.en);
        if let Some((old, new)) = old_words::channel(&file.channel) {
            zh.push_str(&format!("（{old} 现在写作 {new}）"));
            en.push_str(&format!(" ({old} is now {new})"));
        }
        Localized::new(format!("{}：{zh}", e.key), format!("{}: {en}", e.key))
    })?;
    let cover = file.cover.as_deref().map(picture).transpose()?;
    Ok(Destination {
        id: file.id.clone(),
        name: file.name.clone(),
        kind: kind.name,
        home: file.home,
        cover: cover.map(|bytes| Digest::of_bytes(&bytes)),
        channel,
    })
}

/// Reads a destination's own cover picture.
fn picture(path: &Path) -> Result<Vec<u8>, Localized> {
    let message = |zh: &str, en: &str| {
        let key = format!("cover = {}", path.display());
        Localized::new(format!("{key}：{zh}"), format!("{key}: {en}"))
    };
    let unread = |e: io::Error| message(&format!("读不到（{e}）"), &e.to_string());
    let size = std::fs::metadata(path).map_err(unread)?.len();
    if size > COVER_BYTES_MAX {
        return Err(message("超过 20 MB", "larger than 20 MB"));
    }
    let bytes = std::fs::read(path).map_err(unread)?;
    match yigao_media::kind_of(&bytes) {
        Some(kind) if kind.starts_with("image/") => Ok(bytes),
        _ => Err(message(
            "不是图片（JPEG、PNG、WebP、GIF）",
            "not a picture (JPEG, PNG, WebP, GIF)",
        )),
    }
}
