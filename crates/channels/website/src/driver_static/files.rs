//! What is asked of the site's folder, and the one way in which a file is written: only while the index, and whatever
//! else it was built from, is still what was read.

use bytes::Bytes;
use serde::de::DeserializeOwned;
use yigao_channel::{Cx, FileAct, FileAnswer, FileCall, Interrupt, StepResult};
use yigao_core::{ChannelError, Digest, Effect, ErrorKind, Localized, Retry};

use super::{
    index::{self, Index},
    payload::Article,
    profile::{INDEX, READ},
};

/// The code with which the transport refuses a `Put` whose `while_still` does not hold any more.
const CHANGED: &str = "changed";
/// How often a refused write is built anew inside its act.
const TRIES: u32 = 20;

/// A file's content with the condition that it is still the same.
#[derive(Debug)]
pub(super) struct Held<T> {
    pub(super) value: T,
    still: (String, Option<Digest>),
}

impl<T> Held<T> {
    /// For `while_still`.
    pub(super) fn still(&self) -> (String, Option<Digest>) {
        self.still.clone()
    }
}

pub(super) async fn read(cx: &Cx<'_>, path: &str) -> StepResult<Option<Bytes>> {
    let act = FileAct::Read {
        path: path.to_owned(),
    };
    match cx.file(FileCall { op: READ, act }).await? {
        FileAnswer::Bytes(bytes) => Ok(bytes),
        other => Err(strange(READ, &other)),
    }
}

pub(super) async fn size(cx: &Cx<'_>, path: &str) -> StepResult<Option<u64>> {
    let act = FileAct::Stat {
        path: path.to_owned(),
    };
    match cx.file(FileCall { op: READ, act }).await? {
        FileAnswer::Size(size) => Ok(size),
        other => Err(strange(READ, &other)),
    }
}

/// The index as it is; an empty one where the site has none yet.
pub(super) async fn index(cx: &Cx<'_>) -> StepResult<Held<Index>> {
    let held = json(cx, index::PATH).await?;
    Ok(Held {
        value: held.value.unwrap_or_default(),
        still: held.still,
    })
}

/// What is stored beside an item's page.
pub(super) async fn article(cx: &Cx<'_>, item: &str) -> StepResult<Held<Option<Article>>> {
    json(cx, &Article::file_of(item)).await
}

async fn json<T: DeserializeOwned>(cx: &Cx<'_>, path: &str) -> StepResult<Held<Option<T>>> {
    let bytes = read(cx, path).await?;
    let digest = bytes.as_deref().map(Digest::of_bytes);
    let value = bytes
        .map(|b| serde_json::from_slice(&b))
        .transpose()
        .map_err(|e| unreadable(path, &e))?;
    Ok(Held {
        value,
        still: (path.to_owned(), digest),
    })
}

/// Writes `bytes` while everything named still is what was read; `false` when something changed meanwhile.
pub(super) async fn put(
    cx: &Cx<'_>,
    op: &'static str,
    path: &str,
    bytes: impl Into<Bytes>,
    while_still: Vec<(String, Option<Digest>)>,
) -> StepResult<bool> {
    let act = FileAct::Put {
        path: path.to_owned(),
        bytes: bytes.into(),
        while_still,
    };
    match cx.file(FileCall { op, act }).await {
        Ok(_) => Ok(true),
        Err(Interrupt::Fault(error)) if is_changed(&error) => Ok(false),
        Err(stop) => Err(stop),
    }
}

pub(super) async fn remove(cx: &Cx<'_>, op: &'static str, path: &str) -> StepResult<()> {
    let act = FileAct::Remove {
        path: path.to_owned(),
    };
    cx.file(FileCall { op, act }).await?;
    Ok(())
}

fn is_changed(error: &ChannelError) -> bool {
    error.remote_code() == Some(CHANGED) && error.effect() == Effect::None
}

/// Reads, builds and writes again until nothing came between; `attempt` answers `None` when something did.
pub(super) async fn until_settled<T, F>(op: &'static str, attempt: impl Fn() -> F) -> StepResult<T>
where
    F: Future<Output = StepResult<Option<T>>>,
{
    for _ in 0..TRIES {
        if let Some(value) = attempt().await? {
            return Ok(value);
        }
    }
    let error = ChannelError::new(
        ErrorKind::Unavailable,
        op,
        format!("the index changed {TRIES} times while this was being written"),
    )
    .with_effect(Effect::None)
    .with_code(CHANGED);
    Err(error.into())
}

fn unreadable(path: &str, error: &serde_json::Error) -> Interrupt {
    ChannelError::new(
        ErrorKind::Protocol,
        READ,
        format!("{path} cannot be read: {error}"),
    )
    .with_retry(Retry::Never)
    .with_effect(Effect::None)
    .with_advice(Localized::new(
        format!("站点文件 {path} 已损坏或被改动，请从备份恢复后重新投递"),
        format!("the site's file {path} is damaged or was edited: restore it, then deliver again"),
    ))
    .into()
}

fn strange(op: &str, answer: &FileAnswer) -> Interrupt {
    ChannelError::new(
        ErrorKind::Protocol,
        op,
        format!("the file transport answered {answer:?}"),
    )
    .with_retry(Retry::Never)
    .with_effect(Effect::None)
    .into()
}

/// Writes the index, while it is still the one that was read.
pub(super) async fn put_index(cx: &Cx<'_>, held: &Held<Index>) -> StepResult<bool> {
    let bytes = held
        .value
        .to_bytes()
        .map_err(|e| unreadable(index::PATH, &e))?;
    put(cx, INDEX, index::PATH, bytes, vec![held.still()]).await
}
