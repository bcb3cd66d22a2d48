//! One run of a delivery, distinguished by what it was claimed for; the engine's `deliver`, `observe` and `cleanup`.

use yigao_channel::{Cx, Interrupt, Naming};
use yigao_core::{
    By, ChannelError, Delivery, Doubt, DueFor, Intent, Localized, Observation, Prior, Receipt,
    RemoteState, Retry, Seen, State, Timestamp,
    journal::{Entry, EntryState, Finish, Verb},
    next::Event,
    time::later,
};

use crate::{
    host::MemoryHost,
    story::{Story, is_mistake},
    world::{Row, marker},
};

/// The outcome of a run, and the last step's result that is not committed yet.
type Done = (Event, Option<Finish>);

impl Story {
    pub(crate) async fn work(&self, host: &MemoryHost<'_>) -> Result<Option<Done>, String> {
        let delivery = &host.delivery;
        let naming = Naming {
            key: delivery.key(),
            marker: marker(delivery),
            spent: host.purpose == DueFor::Deliver && self.is_spent(delivery),
        };
        let prior = match host.purpose {
            DueFor::Observe => what_to_look_for(delivery),
            DueFor::Deliver | DueFor::Cleanup => delivery.prior.clone(),
        };
        let cx = Cx::new(host, host.profile, &prior, naming);
        match host.purpose {
            DueFor::Deliver => self.deliver(host, &cx).await,
            DueFor::Observe => {
                let seen = match self.channel.observe(&cx, &prior).await {
                    Ok(seen) => seen,
                    Err(stop) => blind(self.world.now(), &stop),
                };
                let event = match delivery.state {
                    State::Unconfirmed | State::InDoubt => Event::Proof { seen },
                    _ => Event::Observed { seen },
                };
                Ok(Some((event, cx.take_last())))
            }
            DueFor::Cleanup => match self.channel.cleanup(&cx, delivery.receipt.as_ref()).await {
                Ok(()) => Ok(Some((Event::CleanedUp, cx.take_last()))),
                Err(Interrupt::Fault(error)) if !is_mistake(&error) => {
                    Ok(Some((Event::CleanedUp, cx.take_last())))
                }
                Err(stop) => Err(format!("the cleanup stopped: {stop:?}")),
            },
        }
    }

    fn is_spent(&self, delivery: &Delivery) -> bool {
        let never = delivery
            .fault
            .as_ref()
            .is_some_and(|f| f.retry() == Retry::Never);
        delivery.attempts >= self.policy.attempts_max || never
    }

    async fn deliver(&self, host: &MemoryHost<'_>, cx: &Cx<'_>) -> Result<Option<Done>, String> {
        let delivery = &host.delivery;
        if delivery.starts > self.policy.starts_max {
            let open_once = self.open_once(delivery).is_some();
            return Ok(Some((Event::Stuck { open_once }, None)));
        }
        let rendition = self
            .renditions()
            .iter()
            .find(|r| r.digest() == delivery.rendition)
            .cloned();
        let rendition = rendition.ok_or("no such rendition")?;
        let out = yigao_channel::run(self.channel.as_ref(), delivery.intent, cx, &rendition).await;
        let last = cx.take_last();
        let event = match out {
            Ok(receipt) | Err(Interrupt::ByPerson(receipt)) => {
                self.receipted(delivery, receipt, last.as_ref())
            }
            Err(Interrupt::Fault(error)) => self.faulted(delivery, error),
            Err(Interrupt::Waits { until, why }) => Event::Waits { until, why },
            Err(Interrupt::Accepted { ticket, until, why }) => {
                Event::Accepted { ticket, until, why }
            }
            Err(Interrupt::Doubt(doubt)) => Event::Doubt(doubt),
            Err(Interrupt::Changed(evidence)) => Event::Doubt(Doubt {
                op: "replay".into(),
                part: String::new(),
                evidence: format!("the program changed: {evidence}"),
            }),
            Err(Interrupt::Superseded) => Event::HandedBack,
            Err(Interrupt::Lost(_)) => return Ok(None),
        };
        Ok(Some((event, last)))
    }

    /// When what was under way can no longer become public, over every delivery of the item here: also one that ended well may
    /// have left a request behind that the remote still works on.
    fn settled_at(&self, last: Option<&Finish>) -> Option<Timestamp> {
        let in_hand = match last {
            Some(Finish::Done {
                seq, unsure: false, ..
            }) => Some(*seq),
            _ => None,
        };
        let profile = self.channel.profile();
        let end = |row: &Row| {
            let lookups = profile
                .op(&row.entry.op)
                .and_then(|op| op.lookup_after.last().copied());
            later(row.entry.ends, lookups.unwrap_or_default())
        };
        let facts = self.world.facts();
        let unsure = facts
            .rows
            .iter()
            .filter(|row| row.is_unsure() && (row.entry.unsure || Some(row.entry.seq) != in_hand));
        unsure.map(end).max()
    }

    fn receipted(&self, delivery: &Delivery, receipt: Receipt, last: Option<&Finish>) -> Event {
        let settled = self.settled_at(last);
        Event::Receipt {
            receipt,
            proof_at: settled.filter(|_| delivery.intent == Intent::Withdraw),
            cleanup_at: settled,
        }
    }

    fn open_once(&self, delivery: &Delivery) -> Option<Entry> {
        self.world
            .facts()
            .journal(&delivery.id, i64::from(delivery.round))
            .into_iter()
            .find(|e| e.verb == Verb::Once && e.state == EntryState::Open)
    }

    fn faulted(&self, delivery: &Delivery, error: ChannelError) -> Event {
        let cleanup_at = self.settled_at(None);
        let Some(open) = self.open_once(delivery) else {
            return Event::Fault {
                error,
                lookup_at: None,
                cleanup_at,
            };
        };
        let index = usize::try_from(open.lookups).unwrap_or(usize::MAX);
        let spec = self.channel.profile().op(&open.op);
        match spec.and_then(|op| op.lookup_after.get(index)) {
            Some(wait) => Event::Fault {
                error,
                lookup_at: Some(later(open.ends, *wait)),
                cleanup_at,
            },
            None => Event::Doubt(Doubt {
                op: open.op,
                part: open.part,
                evidence: error.to_string(),
            }),
        }
    }
}

fn blind(now: Timestamp, stop: &Interrupt) -> Observation {
    Observation {
        remote_state: Seen::CannotSee,
        by: By::Remote,
        leaves: Vec::new(),
        url: None,
        at: now,
        drift: vec![Localized::new(format!("{stop:?}"), format!("{stop:?}"))],
    }
}

/// For a publication: what its receipt names. For a withdrawal: what it was to withdraw.
fn what_to_look_for(delivery: &Delivery) -> Prior {
    match (delivery.intent, &delivery.receipt) {
        (Intent::Publish | Intent::Correct, Some(receipt)) => Prior {
            key: delivery.id.to_string(),
            remote_state: RemoteState::Out(receipt.clone()),
            ..Prior::default()
        },
        _ => delivery.prior.clone(),
    }
}
