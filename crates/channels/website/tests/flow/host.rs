//! The smallest host: a real folder, a journal in memory. It can stop a run before or after any write.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard},
    time::Duration,
};

use async_trait::async_trait;
use bytes::Bytes;
use serde_json::Value;
use yigao_channel::{
    Answer, Call, FileAct, FileAnswer, FileCall, Interrupt, Mail, Op, StepResult,
    host::{Answers, Clock, Journal, SharedValues, Transport},
};
use yigao_core::{
    ChannelError, Digest, Effect, ErrorKind, Slot, Timestamp,
    journal::{Begin, Entry, EntryState, Finish, Gate, Message, SharedValue},
};

#[derive(Debug, Default)]
pub(crate) struct Site {
    pub(crate) root: PathBuf,
    pub(crate) media: BTreeMap<Digest, Bytes>,
    pub(crate) state: Mutex<State>,
}

#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) now: i64,
    pub(crate) journal: Vec<Entry>,
    pub(crate) shared_value: BTreeMap<(String, String), Value>,
    /// Digests of pictures used by the item that is worked.
    pub(crate) uses: Vec<String>,
    pub(crate) others: Vec<String>,
    /// The process "dies" at this write, counted from 0: before it when even, after it when odd (two per write).
    pub(crate) dies: Option<usize>,
    pub(crate) writes: usize,
}

impl Site {
    pub(crate) fn new(name: &str) -> Self {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        drop(fs::remove_dir_all(&root));
        Self {
            root,
            state: Mutex::new(State {
                now: 1_795_514_700,
                ..State::default()
            }),
            ..Self::default()
        }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    pub(crate) fn text(&self, path: &str) -> Option<String> {
        fs::read_to_string(self.root.join(path)).ok()
    }

    fn died(&self, step: usize) -> bool {
        let mut state = self.state();
        let dies = state.dies == Some(state.writes + step);
        if dies {
            state.dies = None;
        }
        dies
    }

    fn put(
        &self,
        path: &str,
        bytes: &[u8],
        still: &[(String, Option<Digest>)],
    ) -> Result<FileAnswer, ChannelError> {
        for (name, digest) in still {
            let there = fs::read(self.root.join(name))
                .ok()
                .map(|b| Digest::of_bytes(&b));
            if there != *digest {
                return Err(
                    ChannelError::new(ErrorKind::Rejected, "put", "changed").with_code("changed")
                );
            }
        }
        let target = self.root.join(path);
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::write(target, bytes).unwrap();
        Ok(FileAnswer::Done)
    }
}

fn lost() -> ChannelError {
    ChannelError::new(ErrorKind::Interrupted, "file", "the process stopped")
        .with_effect(Effect::Unknown)
}

#[async_trait]
impl Clock for Site {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.state().now).unwrap()
    }
    async fn pause(&self, _wait: Duration) {}
}

#[async_trait]
impl Journal for Site {
    async fn entries(&self) -> StepResult<Vec<Entry>> {
        Ok(self.state().journal.clone())
    }
    async fn begin(&self, last: Option<Finish>, intent: Begin) -> Result<i64, Gate> {
        if let Some(last) = last {
            self.finish(last).await.unwrap();
        }
        let mut state = self.state();
        if let Some(seq) = intent.again {
            return Ok(seq);
        }
        let seq = i64::try_from(state.journal.len()).unwrap() + 1;
        let Begin {
            verb,
            op,
            part,
            at,
            ends,
            ..
        } = intent;
        state.journal.push(Entry {
            seq,
            round: 0,
            verb,
            op,
            part,
            at,
            ends,
            fence: 1,
            lookups: 0,
            unsure: false,
            state: EntryState::Open,
            evidence: None,
        });
        Ok(seq)
    }
    async fn finish(&self, finish: Finish) -> StepResult<()> {
        let mut state = self.state();
        if let Finish::Gone { seq } = finish {
            state.journal.retain(|e| e.seq != seq);
        } else if let Finish::Done { seq, value, .. } = finish {
            let entry = state.journal.iter_mut().find(|e| e.seq == seq).unwrap();
            entry.state = EntryState::Done(value);
        }
        Ok(())
    }
}

#[async_trait]
impl SharedValues for Site {
    async fn shared_value(&self, op: &str, part: &str) -> StepResult<SharedValue> {
        let mut state = self.state();
        state.uses.push(part.to_owned());
        Ok(state
            .shared_value
            .get(&(op.into(), part.into()))
            .cloned()
            .map_or(SharedValue::Absent, SharedValue::Done))
    }
    async fn shared_begin(
        &self,
        last: Option<Finish>,
        _op: &Op,
        _part: &str,
        _ends: Timestamp,
    ) -> Result<bool, Gate> {
        if let Some(last) = last {
            self.finish(last).await.unwrap();
        }
        Ok(true)
    }
    async fn shared_done(
        &self,
        op: &str,
        part: &str,
        value: Value,
        _expires: Option<Timestamp>,
    ) -> StepResult<()> {
        self.state()
            .shared_value
            .insert((op.into(), part.into()), value);
        Ok(())
    }
    async fn shared_undone(
        &self,
        _op: &str,
        _part: &str,
        _open: bool,
        _lookups: u32,
    ) -> StepResult<()> {
        Ok(())
    }
    async fn shared_forget(&self, op: &str, part: &str, _value: &Value) -> StepResult<()> {
        self.state().shared_value.remove(&(op.into(), part.into()));
        Ok(())
    }
    async fn unshared(&self, op: &str) -> StepResult<Vec<(String, Value)>> {
        let state = self.state();
        let mine = state
            .shared_value
            .iter()
            .filter(|((o, p), _)| o == op && state.uses.contains(p) && !state.others.contains(p));
        Ok(mine.map(|((_, p), v)| (p.clone(), v.clone())).collect())
    }
    async fn stop_using(&self, _op: &str) -> StepResult<()> {
        self.state().uses.clear();
        Ok(())
    }
}

#[async_trait]
impl Answers for Site {
    async fn callbacks(&self, _about: &[&str]) -> StepResult<Vec<Message>> {
        Ok(Vec::new())
    }
    async fn slot(&self, _slot: &Slot) -> StepResult<Option<String>> {
        Ok(None)
    }
}

#[async_trait]
impl Transport for Site {
    async fn media(&self, digest: &Digest) -> Result<Bytes, ChannelError> {
        Ok(self.media.get(digest).cloned().unwrap())
    }
    async fn send(
        &self,
        _op: &Op,
        _call: &Call,
        _deadline: Timestamp,
    ) -> Result<Answer, ChannelError> {
        unreachable!("a static site sends nothing")
    }
    async fn file(
        &self,
        _op: &Op,
        call: &FileCall,
        _deadline: Timestamp,
    ) -> Result<FileAnswer, ChannelError> {
        let there = |path: &String| self.root.join(path);
        let writes = matches!(call.act, FileAct::Put { .. } | FileAct::Remove { .. });
        if writes && self.died(0) {
            return Err(lost());
        }
        let answer = match &call.act {
            FileAct::Read { path } => {
                FileAnswer::Bytes(fs::read(there(path)).ok().map(Bytes::from))
            }
            FileAct::Stat { path } => {
                FileAnswer::Size(fs::metadata(there(path)).ok().map(|m| m.len()))
            }
            FileAct::Put {
                path,
                bytes,
                while_still,
            } => self.put(path, bytes, while_still)?,
            FileAct::Remove { path } => {
                drop(fs::remove_file(there(path)));
                FileAnswer::Done
            }
            other => unreachable!("{other:?} is not used"),
        };
        if writes && self.died(1) {
            return Err(lost());
        }
        if writes {
            self.state().writes += 2;
        }
        Ok(answer)
    }
    async fn mail(&self, _op: &Op, _mail: &Mail, _deadline: Timestamp) -> Result<(), ChannelError> {
        unreachable!("a static site sends no mail")
    }
}

/// What a stop says when a run "died".
pub(crate) fn is_death(stop: &Interrupt) -> bool {
    matches!(stop, Interrupt::Fault(error) if error.kind() == ErrorKind::Interrupted)
}
