//! `once`: what readers would see twice. Found open, it is looked for before anything is sent.

use std::time::Duration;

use serde::{Serialize, de::DeserializeOwned};
use yigao_core::{
    ChannelError, Doubt, Effect, ErrorKind, Found, Retry, Timestamp, Why,
    journal::{Entry, EntryState, Finish, Verb},
    time::later,
    trial::{self, Rule},
};

use super::{Cx, decode, step::Performance};
use crate::{
    profile::Op,
    stop::{R, Stop},
};

/// How soon a look is tried again after the remote did not answer it.
const LOOK_AGAIN: Duration = Duration::from_secs(30);
/// How long after the last look is due a remote may go on leaving looks unanswered, before a person is asked.
const LOOK_PATIENCE: Duration = Duration::from_secs(24 * 3_600);

enum Looked<T> {
    Yes(T),
    /// The last look says no: it may be done again.
    ActAgain,
}

impl Cx<'_> {
    /// Does something that readers would see twice, with the look that explains a lost answer beside it.
    /// - `look` is given the time of the intent. Its *yes* counts at any time; *no* and *cannot* count only at the last of
    ///   the operation's look times, counted from the end of the request. Until then the delivery waits.
    /// - Last *no*: acts again. Last *cannot*, or no look times at all: doubt.
    ///
    /// # Errors
    /// The act's fault, a wait for the next look, or a doubt.
    pub async fn once<T, F, G>(
        &self,
        op: &'static str,
        part: &str,
        look: impl Fn(Timestamp) -> G,
        act: impl Fn() -> F,
    ) -> R<T>
    where
        T: Serialize + DeserializeOwned,
        F: Future<Output = R<T>>,
        G: Future<Output = R<Found<T>>>,
    {
        let spec = self.op(op)?;
        let again = match self.visit(Verb::Once, op, part).await? {
            None => None,
            Some(entry) => match &entry.state {
                EntryState::Done(value) => return decode(op, value),
                EntryState::Answered(_) => return self.answered(&entry),
                EntryState::Open if trial::without(Rule::Look) => Some(entry.seq),
                EntryState::Open => match self.look_for(spec, &entry, &look).await? {
                    Looked::Yes(value) => return Ok(value),
                    Looked::ActAgain => Some(entry.seq),
                },
            },
        };
        let what = Performance {
            verb: Verb::Once,
            op: spec,
            part,
            again,
            looks: 0,
        };
        let out = self.perform(what, act()).await;
        match out {
            // Nobody can look here: the doubt is there at once, not after a retry that would be a guess. What counts is
            // the entry, not the last error: a read that failed before the write leaves nothing to doubt, and one that
            // failed after it leaves everything.
            Err(Stop::Fault(error))
                if spec.looks.is_empty() && self.is_open(Verb::Once, op, part) =>
            {
                Err(doubt(op, part, error.to_string()))
            }
            other => other,
        }
    }

    async fn look_for<T, G>(
        &self,
        spec: &Op,
        entry: &Entry,
        look: &impl Fn(Timestamp) -> G,
    ) -> R<Looked<T>>
    where
        T: Serialize,
        G: Future<Output = R<Found<T>>>,
    {
        let index = usize::try_from(entry.looks).unwrap_or(usize::MAX);
        let Some(wait) = spec.looks.get(index) else {
            return Err(doubt(
                spec.name,
                &entry.part,
                "no look can tell here".to_owned(),
            ));
        };
        let due = later(entry.ends, *wait);
        let early = self.now() < due;
        let found = match self.looking(look(entry.at)).await {
            // The remote does not answer the look: nothing is known, so nothing is decided. Not for ever, though: where every
            // look fails for days, somebody has to be told.
            Err(Stop::Fault(error)) => {
                let last = spec.looks.last().copied().unwrap_or_default();
                if self.now() > later(entry.ends, last + LOOK_PATIENCE) {
                    let evidence = format!("it cannot be looked for: {error}");
                    return Err(doubt(spec.name, &entry.part, evidence));
                }
                let until = later(self.now(), LOOK_AGAIN).max(due);
                let why = Why::Look {
                    op: format!("{} ({})", spec.name, error.message()),
                };
                return Err(Stop::Waits { until, why });
            }
            other => other?,
        };
        let last = index + 1 >= spec.looks.len() && !early;
        match found {
            Found::Yes(value) => {
                let recorded = serde_json::to_value(&value).map_err(|e| {
                    Stop::Changed(format!("the value of {:?} cannot be kept: {e}", spec.name))
                })?;
                self.pend(Finish::Done {
                    seq: entry.seq,
                    value: recorded,
                    unsure: true,
                });
                Ok(Looked::Yes(value))
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
            Found::No if last => Ok(Looked::ActAgain),
            Found::Cannot(evidence) if last => Err(doubt(spec.name, &entry.part, evidence)),
            Found::No | Found::Cannot(_) if early => Err(Stop::Waits {
                until: due,
                why: Why::Look {
                    op: spec.name.to_owned(),
                },
            }),
            Found::No | Found::Cannot(_) => {
                let looks = entry.looks.saturating_add(1);
                let evidence = match found {
                    Found::Cannot(evidence) => evidence,
                    Found::Yes(_) | Found::No => "not there".to_owned(),
                };
                self.finish(Finish::Open {
                    seq: entry.seq,
                    looks,
                    unsure: true,
                    evidence,
                })
                .await?;
                let next = spec.looks.get(index + 1).copied().unwrap_or_default();
                Err(Stop::Waits {
                    until: later(entry.ends, next),
                    why: Why::Look {
                        op: spec.name.to_owned(),
                    },
                })
            }
        }
    }
}

pub(super) fn doubt(op: &str, part: &str, evidence: String) -> Stop {
    Stop::Doubt(Doubt {
        op: op.to_owned(),
        part: part.to_owned(),
        evidence,
    })
}
