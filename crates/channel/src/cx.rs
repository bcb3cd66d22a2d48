//! `Cx`: all an adapter can touch. Reads at any time; writes only inside an act, one write an act, each with its intent
//! committed before it. The rules are in ARCHITECTURE.md, "the journal".

mod fills;
mod mistake;
mod naming;
mod once;
mod run;
pub mod shared;
mod step;
mod wait;

use mistake::{decode, mistake};
use run::{Act, Run};

pub use naming::Naming;

use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde_json::Value;
use yigao_core::{
    By, ChannelError, Digest, Effect, ErrorKind, Prior, Receipt, Timestamp,
    journal::{Begin, Entry, EntryState, Finish, PersonsAnswer, Verb},
    time::later,
};

use crate::{
    call::{Answer, Call, FileAnswer, FileCall, Mail},
    host::{Answers, Clock, Host, Journal, SharedValues, Transport, Unjournaled},
    interrupt::{Interrupt, StepResult},
    profile::{Access, Op, Profile},
};

/// The context of one run.
#[derive(Debug)]
pub struct Cx<'a> {
    clock: &'a dyn Clock,
    journal: &'a dyn Journal,
    answers: &'a dyn Answers,
    values: &'a dyn SharedValues,
    transport: &'a dyn Transport,
    profile: &'a Profile,
    prior: &'a Prior,
    naming: Naming,
    run: Mutex<Run>,
}

impl<'a> Cx<'a> {
    /// A context over `host`, for the run of a delivery.
    pub fn new<H: Host>(
        host: &'a H,
        profile: &'a Profile,
        prior: &'a Prior,
        naming: Naming,
    ) -> Self {
        Self {
            clock: host,
            journal: host,
            answers: host,
            values: host,
            transport: host,
            profile,
            prior,
            naming,
            run: Mutex::default(),
        }
    }

    /// A context for a probe, which belongs to no delivery: nothing is journaled.
    pub fn probe<H: Clock + SharedValues + Transport>(
        host: &'a H,
        unjournaled: &'a Unjournaled,
        profile: &'a Profile,
        prior: &'a Prior,
        naming: Naming,
    ) -> Self {
        Self {
            clock: host,
            journal: unjournaled,
            answers: unjournaled,
            values: host,
            transport: host,
            profile,
            prior,
            naming,
            run: Mutex::default(),
        }
    }

    /// What was at the destination before this delivery.
    pub fn prior(&self) -> &Prior {
        self.prior
    }

    /// Item × destination, for life.
    pub fn marker(&self) -> &str {
        &self.naming.marker
    }

    /// A key for one effect of this delivery: the same over all its attempts, another for each op and part.
    pub fn key(&self, op: &str, part: &str) -> String {
        if part.is_empty() {
            format!("{}.{op}", self.naming.key)
        } else {
            format!(
                "{}.{op}.{}",
                self.naming.key,
                Digest::of_bytes(part.as_bytes()).short()
            )
        }
    }

    /// The key an earlier delivery had for an effect, by its own key.
    pub fn key_of(earlier: &str, op: &str) -> String {
        format!("{earlier}.{op}")
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Sends a request and has the adapter read the answer; `read` applies its fault table, so that what this one
    /// call may have done is known whatever happens after it.
    ///
    /// # Errors
    /// The transport's fault or the one `read` makes of the answer.
    pub async fn http<T>(
        &self,
        call: Call,
        read: impl FnOnce(&Answer) -> Result<T, ChannelError> + Send,
    ) -> StepResult<T> {
        let op = self.op(call.op)?;
        let deadline = self.enter(op).await?;
        let out = self
            .transport
            .send(op, &call, deadline)
            .await
            .and_then(|answer| read(&answer));
        self.leave(op, out)
    }

    /// Asks the destination's folder.
    ///
    /// # Errors
    /// The transport's fault.
    pub async fn file(&self, call: FileCall) -> StepResult<FileAnswer> {
        let op = self.op(call.op)?;
        let deadline = self.enter(op).await?;
        let out = self.transport.file(op, &call, deadline).await;
        self.leave(op, out)
    }

    /// Sends one mail.
    ///
    /// # Errors
    /// The transport's fault.
    pub async fn mail(&self, mail: Mail) -> StepResult<()> {
        let op = self.op(mail.op)?;
        let deadline = self.enter(op).await?;
        let out = self.transport.mail(op, &mail, deadline).await;
        self.leave(op, out)
    }

    /// Bytes of a derivative or an original.
    ///
    /// # Errors
    /// A fault when the media folder does not have it.
    pub async fn media(&self, digest: &Digest) -> StepResult<Bytes> {
        Ok(self.transport.media(digest).await?)
    }

    /// What was received about this delivery or any of `about`, oldest first, with nothing taken away.
    ///
    /// # Errors
    /// [`Interrupt::Lost`] when the ledger cannot be read.
    pub async fn callbacks(&self, about: &[&str]) -> StepResult<Vec<Value>> {
        let mut names = vec![self.naming.key.as_str()];
        names.extend_from_slice(about);
        Ok(self
            .answers
            .callbacks(&names)
            .await?
            .into_iter()
            .map(|h| h.body)
            .collect())
    }

    /// Commits the last result, if one is still held back. The engine calls it when the method has ended.
    ///
    /// # Errors
    /// [`Interrupt::Lost`] when the ledger cannot be written.
    pub async fn flush(&self) -> StepResult<()> {
        let pending = self.state().pending.take();
        match pending {
            Some(finish) => self.journal.finish(finish).await,
            None => Ok(()),
        }
    }

    /// The last result, if it has not been committed: the engine writes it together with the end of the run.
    pub fn take_last(&self) -> Option<Finish> {
        self.state().pending.take()
    }

    fn state(&self) -> MutexGuard<'_, Run> {
        self.run.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn op(&self, name: &str) -> StepResult<&'a Op> {
        self.profile
            .op(name)
            .ok_or_else(|| mistake(name, "this operation is not in the profile"))
    }

    /// Holds a result back until the next commit.
    fn pend(&self, finish: Finish) {
        let mut state = self.state();
        state.ended(&finish);
        state.pending = Some(finish);
    }

    /// Commits what became of an entry.
    async fn finish(&self, finish: Finish) -> StepResult<()> {
        self.state().ended(&finish);
        self.journal.finish(finish).await
    }

    /// Whether the entry of this name is open now.
    fn is_open(&self, verb: Verb, op: &str, part: &str) -> bool {
        self.state()
            .entries()
            .iter()
            .any(|e| e.verb == verb && e.op == op && e.part == part && e.state == EntryState::Open)
    }

    /// Whether this call may be made now, and until when it must be over.
    async fn enter(&self, op: &Op) -> StepResult<Timestamp> {
        let now = self.clock.now();
        let act = self.state().act;
        match (op.access, act) {
            (Access::Write, None) => {
                return Err(mistake(op.name, "a write outside of step, once or shared"));
            }
            (Access::Write, Some(act)) if act.writes > 0 => {
                return Err(mistake(op.name, "a second write inside one act"));
            }
            _ => {}
        }
        // A read may take long; a result that is only in memory would be a doubt if the process died meanwhile.
        if op.access == Access::Read {
            self.flush().await?;
        }
        let own = later(now, op.timeout);
        let deadline = act.map_or(own, |act| act.ends.min(own));
        if deadline <= now {
            let error = ChannelError::new(
                ErrorKind::Timeout,
                op.name,
                "the time of this act is over; nothing was sent",
            )
            .with_effect(Effect::None);
            return Err(error.into());
        }
        Ok(deadline)
    }

    fn leave<T>(&self, op: &Op, out: Result<T, ChannelError>) -> StepResult<T> {
        let counts = match &out {
            Ok(_) => true,
            Err(error) => error.effect() == Effect::Unknown,
        };
        if op.access == Access::Write
            && counts
            && let Some(act) = &mut self.state().act
        {
            act.writes += 1;
        }
        out.map_err(Interrupt::Fault)
    }

    /// Runs an act until `ends`; returns also whether anything of it may have had an effect.
    async fn act<T, F: Future<Output = StepResult<T>>>(
        &self,
        ends: Timestamp,
        act: F,
    ) -> (StepResult<T>, Effect) {
        let outer = self.state().act.replace(Act { ends, writes: 0 });
        let out = act.await;
        let mut state = self.state();
        let inner = std::mem::replace(&mut state.act, outer);
        let wrote = inner.is_some_and(|act| act.writes > 0);
        (out, if wrote { Effect::Unknown } else { Effect::None })
    }

    /// Runs a lookup: whatever is around it, it may not write.
    async fn looking_up<T, F: Future<Output = StepResult<T>>>(&self, lookup: F) -> StepResult<T> {
        let outer = self.state().act.take();
        let out = lookup.await;
        self.state().act = outer;
        out
    }

    /// The recorded entry of this verb, op and part, if there is one. Replay visits entries in recorded order: anything
    /// else means that the journal was written by another program.
    async fn visit(&self, verb: Verb, op: &str, part: &str) -> StepResult<Option<Entry>> {
        if self.state().entries.is_none() {
            let entries = self.journal.entries().await?;
            self.state().entries = Some(entries);
        }
        let mut state = self.state();
        let Run {
            entries, visited, ..
        } = &mut *state;
        let entries = entries.get_or_insert_default();
        let mine = entries
            .iter()
            .find(|e| e.verb == verb && e.op == op && e.part == part);
        let skipped = entries
            .iter()
            .find(|e| !visited.contains(&e.seq) && mine.is_none_or(|mine| e.seq < mine.seq));
        if let Some(skipped) = skipped {
            return Err(Interrupt::Changed(format!(
                "the journal continues with {} {:?}, the program with {} {op:?}",
                skipped.verb.name(),
                skipped.op,
                verb.name()
            )));
        }
        let found = mine.cloned();
        if let Some(entry) = &found {
            visited.push(entry.seq);
        }
        Ok(found)
    }

    /// Counts recorded entries of `op` that are done as visited: `release` has nothing to do for them any more.
    async fn skip_done(&self, op: &str) -> StepResult<()> {
        if self.state().entries.is_none() {
            let entries = self.journal.entries().await?;
            self.state().entries = Some(entries);
        }
        let mut state = self.state();
        let Run {
            entries, visited, ..
        } = &mut *state;
        let done = entries
            .iter()
            .flatten()
            .filter(|e| e.op == op && matches!(e.state, EntryState::Done(_)));
        visited.extend(done.map(|e| e.seq));
        Ok(())
    }

    /// Commits an intent together with the last result.
    async fn begin(&self, begin: Begin) -> StepResult<i64> {
        let last = self.state().pending.take();
        let seq = self.journal.begin(last, begin.clone()).await?;
        self.state().begun(seq, &begin);
        Ok(seq)
    }

    /// A person confirmed that it happened: the id they gave, as far as the method can continue with it.
    fn answered<T: DeserializeOwned>(&self, entry: &Entry) -> StepResult<T> {
        let EntryState::Answered(PersonsAnswer { id, url, by }) = &entry.state else {
            return Err(mistake(
                &entry.op,
                "this entry was not answered by a person",
            ));
        };
        let candidates = [
            Some(Value::String(id.clone())),
            id.parse::<u64>().ok().map(Value::from),
            Some(serde_json::json!({ "id": id, "url": url })),
            // A step that answers nothing: that it happened is all there is to know.
            Some(Value::Null),
        ];
        for value in candidates.into_iter().flatten() {
            if let Ok(decoded) = serde_json::from_value(value.clone()) {
                self.pend(Finish::Done {
                    seq: entry.seq,
                    value,
                    unsure: entry.unsure,
                });
                return Ok(decoded);
            }
        }
        Err(Interrupt::ByPerson(Receipt {
            id: id.clone(),
            url: url.clone(),
            at: self.now(),
            by: By::Person(by.clone()),
            parts: Vec::new(),
            note: Value::Null,
        }))
    }
}
