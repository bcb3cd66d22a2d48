//! The people of a story: who answers a ticket, who decides a doubt.

use std::time::Duration;

use yigao_channel::Incoming;
use yigao_core::{
    Delivery, DeliveryId, State,
    journal::{EntryState, PersonsAnswer},
    next::{Event, next},
    time::later,
};

use crate::{
    story::{Story, apply},
    world::{Inner, Row},
};

/// What a person decides about a doubt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    Happened { id: String, url: Option<String> },
    DidNot,
}

impl Story {
    /// Somebody outside answers a ticket: it is received, written down, and wakes the delivery.
    pub(crate) async fn ask_outside(&self, delivery: &Delivery) -> Result<(), String> {
        let Some(ticket) = &delivery.ticket else {
            return Ok(());
        };
        let place = self.world.place();
        let Some(incoming) = self.world.remote.confirm(ticket, &place).await else {
            return Ok(());
        };
        self.receive(&incoming)
    }

    /// A message from outside comes in.
    ///
    /// # Errors
    /// When the adapter does not believe it.
    pub fn receive(&self, incoming: &Incoming) -> Result<(), String> {
        let callbacks = self
            .channel
            .receive(incoming)
            .map_err(|r| format!("the answer was not believed: {} {}", r.status, r.message.en))?;
        let mut facts = self.world.facts();
        let now = facts.now;
        let known = facts
            .inbox
            .iter()
            .any(|(_, dedupe, ..)| *dedupe == callbacks.dedupe);
        if known {
            return Ok(());
        }
        facts.inbox.push((
            callbacks.about.clone(),
            callbacks.dedupe,
            callbacks.body,
            now,
        ));
        let named: Vec<DeliveryId> = facts
            .deliveries
            .iter()
            .filter(|d| matches!(d.state, State::Accepted | State::Waiting))
            .filter(|d| names(&facts, d, &callbacks.about))
            .map(|d| d.id.clone())
            .collect();
        for id in named {
            if let Some(delivery) = facts.delivery_mut(&id) {
                let change = next(delivery, Event::Woken, now, &self.policy);
                apply(delivery, change.map_err(|e| e.to_string())?, now);
            }
        }
        Ok(())
    }

    /// A person decides a doubt.
    ///
    /// # Errors
    /// When there is none.
    pub fn decide(&self, id: &DeliveryId, decision: &Decision) -> Result<(), String> {
        let mut facts = self.world.facts();
        let now = facts.now;
        let delivery = facts.delivery(id).cloned().ok_or("no such delivery")?;
        let doubt = delivery
            .doubt
            .clone()
            .ok_or("there is no doubt to decide")?;
        let round = i64::from(delivery.round);
        let is_it = |row: &Row| {
            row.delivery == *id
                && row.entry.round == round
                && (row.entry.op.as_str(), row.entry.part.as_str()) == (&doubt.op, &doubt.part)
                && row.entry.state == EntryState::Open
        };
        match decision {
            Decision::DidNot => facts.rows.retain(|row| !is_it(row)),
            Decision::Happened { id, url } => {
                for row in facts.rows.iter_mut().filter(|row| is_it(row)) {
                    row.entry.unsure = true;
                    row.entry.state = EntryState::Answered(PersonsAnswer {
                        id: id.clone(),
                        url: url.clone(),
                        by: "user:kit".into(),
                    });
                }
            }
        }
        let current = facts.delivery_mut(id).ok_or("no such delivery")?;
        let change = next(current, Event::Woken, now, &self.policy).map_err(|e| e.to_string())?;
        apply(current, change, now);
        Ok(())
    }

    /// A person checks what readers see, an hour later, and reports it as it is.
    pub async fn truth(&self) -> Decision {
        let hour = later(self.world.now(), Duration::from_secs(3_600));
        self.world.advance(hour).await;
        let known: Vec<String> = {
            let facts = self.world.facts();
            facts
                .deliveries
                .iter()
                .filter(|d| d.state == State::Delivered)
                .filter_map(|d| d.receipt.as_ref().map(|r| r.id.clone()))
                .collect()
        };
        let copies = self.world.copies().await;
        match copies
            .into_iter()
            .rev()
            .find(|copy| !known.contains(&copy.id))
        {
            Some(copy) => Decision::Happened {
                id: copy.id,
                url: copy.url,
            },
            None => Decision::DidNot,
        }
    }
}

fn names(facts: &Inner, delivery: &Delivery, about: &str) -> bool {
    delivery.id.as_str() == about
        || delivery.ticket.as_ref().is_some_and(|t| t.id == about)
        || facts
            .rows
            .iter()
            .any(|r| r.delivery == delivery.id && (r.key == about || r.entry.part == about))
}
