//! `once`: what readers would see twice. Found open, it is looked up before anything is sent.

use std::time::Duration;

use serde::{Serialize, de::DeserializeOwned};
use yigao_core::{
    ChannelError, Doubt, Effect, ErrorKind, Found, Retry, Timestamp, WaitReason,
    journal::{Entry, EntryState, Finish, Verb},
    time::later,
    trial::{self, Rule},
};

use super::{Cx, decode, step::Performance};
use crate::{
    interrupt::{Interrupt, StepResult},
    profile::Op,
};

/// How soon a lookup is tried again after the remote did not answer it.
const LOOKUP_AGAIN: Duration = Duration::from_secs(30);
/// How long after the last lookup is due a remote may leave lookups unanswered, before a person is asked.
const LOOKUP_PATIENCE: Duration = Duration::from_secs(24 * 3_600);

enum LookedUp<T> {
    Yes(T),
    /// The last lookup answered no: it may be done again.
    ActAgain,
}

impl Cx<'_> {
    /// Does something that readers would see twice, with the lookup that explains a lost answer beside it.
    /// - `lookup` is given the time of the intent. Its *yes* counts at any time; *no* and *cannot* count only at the last of
    ///   the operation's lookup times, counted from the end of the request. Until then the delivery waits.
    /// - Last *no*: acts again. Last *cannot*, or no lookup times at all: doubt.
    ///
    /// # Errors
    /// The act's fault, a wait for the next lookup, or a doubt.
    pub async fn once<T, F, G>(
        &self,
        op: &'static str,
        part: &str,
        lookup: impl Fn(Timestamp) -> G,
        act: impl Fn() -> F,
    ) -> StepResult<T>
    where
        T: Serialize + DeserializeOwned,
        F: Future<Output = StepResult<T>>,
        G: Future<Output = StepResult<Found<T>>>,
    {
        let spec = self.op(op)?;
        let again = match self.visit(Verb::Once, op, part).await? {
            None => None,
            Some(entry) => match &entry.state {
                EntryState::Done(value) => return decode(op, value),
                EntryState::Answered(_) => return self.answered(&entry),
                EntryState::Open if trial::without(Rule::Lookup) => Some(entry.seq),
                EntryState::Open => match self.lookup_entry(spec, &entry, &lookup).await? {
                    LookedUp::Yes(value) => return Ok(value),
                    LookedUp::ActAgain => Some(entry.seq),
                },
            },
        };
        let what = Performance {
            verb: Verb::Once,
            op: spec,
            part,
            again,
            lookups: 0,
        };
        let out = self.perform(what, act()).await;
        match out {
            // No lookup is possible here: the doubt is reported at once, not after a retry that would be a guess. What counts is
            // the entry, not the last error: a read that failed before the write leaves nothing in doubt, and one that
            // failed after it leaves everything.
            Err(Interrupt::Fault(error))
                if spec.lookup_after.is_empty() && self.is_open(Verb::Once, op, part) =>
            {
                Err(doubt(op, part, error.to_string()))
            }
            other => other,
        }
    }

    async fn lookup_entry<T, G>(
        &self,
        spec: &Op,
        entry: &Entry,
        lookup: &impl Fn(Timestamp) -> G,
    ) -> StepResult<LookedUp<T>>
    where
        T: Serialize,
        G: Future<Output = StepResult<Found<T>>>,
    {
        let index = usize::try_from(entry.lookups).unwrap_or(usize::MAX);
        let Some(wait) = spec.lookup_after.get(index) else {
            return Err(doubt(
                spec.name,
                &entry.part,
                "no lookup can tell what happened".to_owned(),
            ));
        };
        let due = later(entry.ends, *wait);
        let found = match self.looking_up(lookup(entry.at)).await {
            // The remote does not answer the lookup: nothing is known, so nothing is decided. Not for ever, though: where every
            // lookup fails for days, a person has to decide.
            Err(Interrupt::Fault(error)) => {
                let last = spec.lookup_after.last().copied().unwrap_or_default();
                if self.now() > later(entry.ends, last + LOOKUP_PATIENCE) {
                    let evidence = format!("it cannot be looked up: {error}");
                    return Err(doubt(spec.name, &entry.part, evidence));
                }
                let until = later(self.now(), LOOKUP_AGAIN).max(due);
                let why = WaitReason::Lookup {
                    op: format!("{} ({})", spec.name, error.message()),
                };
                return Err(Interrupt::Waits { until, why });
            }
            other => other?,
        };
        self.looked_up(spec, entry, found, index, due).await
    }

    /// What a lookup's answer means: *yes* counts at any time, *no* and *cannot tell* only at the last lookup that was due.
    async fn looked_up<T: Serialize>(
        &self,
        spec: &Op,
        entry: &Entry,
        found: Found<T>,
        index: usize,
        due: Timestamp,
    ) -> StepResult<LookedUp<T>> {
        let early = self.now() < due;
        let last = index + 1 >= spec.lookup_after.len() && !early;
        match found {
            Found::Yes(value) => {
                let recorded = serde_json::to_value(&value).map_err(|e| {
                    Interrupt::Changed(format!(
                        "the value of {:?} cannot be stored: {e}",
                        spec.name
                    ))
                })?;
                self.pend(Finish::Done {
                    seq: entry.seq,
                    value: recorded,
                    unsure: true,
                });
                Ok(LookedUp::Yes(value))
            }
            Found::No if last && self.naming.spent => {
                self.finish(Finish::Gone { seq: entry.seq }).await?;
                let error = ChannelError::new(
                    ErrorKind::Interrupted,
                    spec.name,
                    "attempts are spent; nothing is there",
                )
                .with_retry(Retry::Never)
                .with_effect(Effect::None);
                Err(error.into())
            }
            Found::No if last => Ok(LookedUp::ActAgain),
            Found::Cannot(evidence) if last => Err(doubt(spec.name, &entry.part, evidence)),
            Found::No | Found::Cannot(_) if early => Err(Interrupt::Waits {
                until: due,
                why: WaitReason::Lookup {
                    op: spec.name.to_owned(),
                },
            }),
            Found::No | Found::Cannot(_) => {
                let lookups = entry.lookups.saturating_add(1);
                let evidence = match found {
                    Found::Cannot(evidence) => evidence,
                    Found::Yes(_) | Found::No => "not there".to_owned(),
                };
                self.finish(Finish::Open {
                    seq: entry.seq,
                    lookups,
                    unsure: true,
                    evidence,
                })
                .await?;
                let next = spec
                    .lookup_after
                    .get(index + 1)
                    .copied()
                    .unwrap_or_default();
                Err(Interrupt::Waits {
                    until: later(entry.ends, next),
                    why: WaitReason::Lookup {
                        op: spec.name.to_owned(),
                    },
                })
            }
        }
    }
}

pub(super) fn doubt(op: &str, part: &str, evidence: String) -> Interrupt {
    Interrupt::Doubt(Doubt {
        op: op.to_owned(),
        part: part.to_owned(),
        evidence,
    })
}
