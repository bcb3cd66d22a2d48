//! `wait`: what ends elsewhere and later: the remote's job, a callback, a person.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use yigao_core::{
    Asks, Found, Ticket, Timestamp, WaitReason,
    journal::{Begin, Entry, EntryState, Finish, Verb},
    time::later,
};

use super::{Cx, decode, once::doubt};
use crate::{
    interrupt::{Interrupt, StepResult},
    profile::Op,
};

impl Cx<'_> {
    /// Stores the ticket and sleeps until somebody answers.
    /// - `lookup` is given the newest message that was received about the ticket, if any, and else asks the remote.
    /// - *Yes* continues; *no* waits for the next poll time; a refusal is a fault.
    /// - A ticket that asks a person has no poll times to run out of.
    ///
    /// # Errors
    /// [`Interrupt::Accepted`] while there is no answer; a doubt after the last poll.
    pub async fn wait<T, G>(
        &self,
        op: &'static str,
        ticket: &Ticket,
        lookup: impl Fn(Option<Value>) -> G,
    ) -> StepResult<T>
    where
        T: Serialize + DeserializeOwned,
        G: Future<Output = StepResult<Found<T>>>,
    {
        let spec = self.op(op)?;
        let Some(entry) = self.visit(Verb::Wait, op, &ticket.id).await? else {
            let now = self.now();
            let begin = Begin {
                verb: Verb::Wait,
                op: op.to_owned(),
                part: ticket.id.clone(),
                at: now,
                ends: now,
                key: self.key(op, ""),
                again: None,
                ticket: Some(ticket.clone()),
            };
            return match self.begin(begin).await {
                Ok(_) => Err(accepted(spec, ticket, now, 0)),
                // The number of what was accepted already: whatever superseded this delivery has to know it.
                Err(Interrupt::Superseded)
                    if ticket.asks == Asks::Remote && self.came_of_a_once() =>
                {
                    Err(accepted(spec, ticket, now, 0))
                }
                Err(stop) => Err(stop),
            };
        };
        match &entry.state {
            EntryState::Done(value) => decode(op, value),
            EntryState::Answered(_) => self.answered(&entry),
            EntryState::Open => self.poll(spec, ticket, &entry, &lookup).await,
        }
    }

    /// Whether the step before was one that readers would see twice.
    fn came_of_a_once(&self) -> bool {
        let mut state = self.state();
        state.entries().last().is_some_and(|e| e.verb == Verb::Once)
    }

    async fn poll<T, G>(
        &self,
        spec: &Op,
        ticket: &Ticket,
        entry: &Entry,
        lookup: &impl Fn(Option<Value>) -> G,
    ) -> StepResult<T>
    where
        T: Serialize + DeserializeOwned,
        G: Future<Output = StepResult<Found<T>>>,
    {
        let callbacks = self
            .answers
            .callbacks(&[ticket.id.as_str(), entry_key(self, spec).as_str()])
            .await?;
        let callbacks = callbacks.into_iter().next_back().map(|h| h.body);
        let index = usize::try_from(entry.lookups).unwrap_or(usize::MAX);
        let due = spec
            .lookup_after
            .get(index)
            .map(|wait| later(entry.at, *wait));
        let timely = due.is_some_and(|due| self.now() >= due);
        if callbacks.is_none() && !timely {
            return Err(accepted(spec, ticket, entry.at, index));
        }
        match self.looking_up(lookup(callbacks)).await? {
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
                    unsure: entry.unsure,
                });
                Ok(value)
            }
            Found::Cannot(evidence) => Err(doubt(spec.name, &entry.part, evidence)),
            Found::No if !timely => Err(accepted(spec, ticket, entry.at, index)),
            Found::No if index + 1 < spec.lookup_after.len() => {
                let lookups = entry.lookups.saturating_add(1);
                let evidence = "not yet".to_owned();
                self.finish(Finish::Open {
                    seq: entry.seq,
                    lookups,
                    unsure: entry.unsure,
                    evidence,
                })
                .await?;
                Err(accepted(spec, ticket, entry.at, index + 1))
            }
            Found::No => Err(doubt(
                spec.name,
                &entry.part,
                "there was no answer until the last lookup".to_owned(),
            )),
        }
    }
}

fn entry_key(cx: &Cx<'_>, spec: &Op) -> String {
    cx.key(spec.name, "")
}

fn accepted(spec: &Op, ticket: &Ticket, since: Timestamp, index: usize) -> Interrupt {
    let why = match &ticket.asks {
        Asks::Remote => WaitReason::Remote {
            op: spec.name.to_owned(),
        },
        Asks::Person(asked) => WaitReason::Person {
            asked: asked.clone(),
        },
    };
    let until = spec.lookup_after.get(index).map(|wait| later(since, *wait));
    Interrupt::Accepted {
        ticket: ticket.clone(),
        until,
        why,
    }
}
