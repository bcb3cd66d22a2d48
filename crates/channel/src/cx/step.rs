//! `step`: what may happen twice without readers noticing. `perform`: intent, act, result; shared by `step` and `once`.

use serde::{Serialize, de::DeserializeOwned};
use yigao_core::{
    Effect,
    journal::{Begin, EntryState, Finish, Verb},
    time::later,
};

use super::{Cx, decode, mistake};
use crate::{
    interrupt::{Interrupt, StepResult},
    profile::{Access, Op},
};

/// What is to be performed.
pub(super) struct Performance<'o> {
    pub(super) verb: Verb,
    pub(super) op: &'o Op,
    pub(super) part: &'o str,
    /// The open entry it acts on again.
    pub(super) again: Option<i64>,
    pub(super) lookups: u32,
}

impl Cx<'_> {
    /// Does something that may happen twice without readers noticing: a draft, an upload, a put by name, a delete.
    /// - Done before: returns what was answered then, without acting.
    /// - Found open after a crash: acts again at once.
    /// - The act may make one write; a second is refused.
    ///
    /// # Errors
    /// The act's fault, or whatever the gate answers.
    pub async fn step<T, F>(
        &self,
        op: &'static str,
        part: &str,
        act: impl Fn() -> F,
    ) -> StepResult<T>
    where
        T: Serialize + DeserializeOwned,
        F: Future<Output = StepResult<T>>,
    {
        let spec = self.op(op)?;
        let again = match self.visit(Verb::Step, op, part).await? {
            None => None,
            Some(entry) => match &entry.state {
                EntryState::Done(value) => return decode(op, value),
                EntryState::Answered(_) => return self.answered(&entry),
                EntryState::Open => Some(entry.seq),
            },
        };
        self.perform(
            Performance {
                verb: Verb::Step,
                op: spec,
                part,
                again,
                lookups: 0,
            },
            act(),
        )
        .await
    }

    pub(super) async fn perform<T: Serialize>(
        &self,
        what: Performance<'_>,
        act: impl Future<Output = StepResult<T>>,
    ) -> StepResult<T> {
        let Performance {
            verb,
            op,
            part,
            again,
            lookups,
        } = what;
        if op.access != Access::Write {
            return Err(mistake(op.name, "step and once are for writing operations"));
        }
        if self.state().act.is_some() {
            return Err(mistake(op.name, "an act inside an act"));
        }
        self.journal.ready(op, part).await?;
        let at = self.now();
        let ends = later(at, op.timeout);
        let key = self.key(op.name, part);
        let begin = Begin {
            verb,
            op: op.name.to_owned(),
            part: part.to_owned(),
            at,
            ends,
            key,
            again,
            ticket: None,
        };
        let seq = self.begin(begin).await?;
        let (out, effect) = self.act(ends, act).await;
        // An earlier act on this entry may still take effect: that stays on record whatever this one did.
        let unsure = again.is_some();
        match out {
            Ok(value) => {
                let recorded = serde_json::to_value(&value).map_err(|e| {
                    Interrupt::Changed(format!("the value of {:?} cannot be stored: {e}", op.name))
                })?;
                self.pend(Finish::Done {
                    seq,
                    value: recorded,
                    unsure,
                });
                Ok(value)
            }
            Err(stop) => {
                let finish = if effect == Effect::None && !unsure {
                    Finish::Gone { seq }
                } else {
                    let evidence = evidence(&stop);
                    Finish::Open {
                        seq,
                        lookups,
                        unsure: true,
                        evidence,
                    }
                };
                self.finish(finish).await?;
                Err(stop)
            }
        }
    }
}

/// The message of an interrupt, for the record.
pub(super) fn evidence(stop: &Interrupt) -> String {
    match stop {
        Interrupt::Fault(error) => error.to_string(),
        other => format!("{other:?}"),
    }
}
