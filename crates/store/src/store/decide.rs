//! 裁定: what a person decides became of a step in doubt, of a delivery as a whole, or of a withdrawal that nobody can prove.

use serde_json::json;
use yigao_core::{
    Actor, By, Delivery, DeliveryId, Receipt, State, Timestamp,
    journal::PersonsAnswer,
    next::{Event, Policy, next},
};

use super::{
    Store,
    ledger::{Entry, append},
    read,
    record::{apply, current, illegal, notify_those_behind},
};
use crate::{
    driver::{Conn, query},
    error::StoreError,
    rows::Decision,
};

impl Store {
    /// Writes a person's answer to a doubt, or to a withdrawal that nobody can prove. An answer about a step goes into the
    /// journal and the delivery continues; one about the whole ends it, or begins it anew.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when nobody is asked.
    pub async fn decide(
        &self,
        id: &DeliveryId,
        decision: Decision,
        actor: &Actor,
        reason: &str,
        now: Timestamp,
        policy: &Policy,
    ) -> Result<Delivery, StoreError> {
        let (id, actor, reason) = (id.clone(), actor.clone(), reason.to_owned());
        let policy = policy.clone();
        self.write(move |conn| {
            Box::pin(async move {
                let delivery = current(conn, &id).await?.ok_or_else(|| missing(&id))?;
                let event = answered(conn, &delivery, &decision, &actor, now).await?;
                let change = next(&delivery, event, now, &policy).map_err(|e| illegal(&e))?;
                apply(conn, &delivery, &change, now).await?;
                if change.state.is_final() {
                    notify_those_behind(conn, &id, now).await?;
                }
                let answer = match &decision {
                    Decision::Happened { id, url } => {
                        json!({"it_happened": true, "id": id, "url": url})
                    }
                    Decision::DidNot => json!({"it_happened": false}),
                };
                let body = json!({"doubt": delivery.doubt, "answer": answer, "reason": reason});
                append(
                    &mut *conn,
                    Entry {
                        at: now,
                        actor: actor.as_str(),
                        verb: "delivery.decide",
                        subject: id.as_str(),
                        body,
                    },
                )
                .await?;
                current(conn, &id).await?.ok_or_else(|| missing(&id))
            })
        })
        .await
    }
}

fn missing(id: &DeliveryId) -> StoreError {
    StoreError::Missing {
        what: "delivery",
        name: id.to_string(),
    }
}

/// A person's answer as an event for the state machine.
async fn answered(
    conn: &mut Conn,
    delivery: &Delivery,
    decision: &Decision,
    actor: &Actor,
    now: Timestamp,
) -> Result<Event, StoreError> {
    let id = &delivery.id;
    let whole = || Event::Decided {
        receipt: match decision {
            Decision::Happened { id, url } => Some(Receipt {
                by: By::Person(actor.to_string()),
                ..Receipt::by_remote(id.clone(), url.clone(), now)
            }),
            Decision::DidNot => None,
        },
    };
    match (delivery.state, &delivery.doubt) {
        (State::Unconfirmed, _) => Ok(whole()),
        (State::InDoubt, Some(doubt)) => match doubt.op.as_str() {
            // The person has examined it: the destination as it is configured now is the right one.
            "identity" => {
                query("update delivery set identity = (select identity from destination t where t.id = delivery.destination) where id = $1")
                    .bind(id.as_str())
                    .execute(conn)
                    .await?;
                Ok(Event::Woken)
            }
            "start" => Ok(Event::Woken),
            "rendition" if *decision == Decision::DidNot => Err(StoreError::refused(
                format!("{id} 存下的渠道稿已被改动，不能再发：请撤稿，或重新导入后再发布"),
                format!(
                    "the stored rendition of {id} was changed and is not sent: withdraw it, or import the item again and publish it"
                ),
            )),
            op => Ok(
                if answer_step(conn, delivery, (op, &doubt.part), decision, actor).await? {
                    Event::Woken
                } else {
                    whole()
                },
            ),
        },
        (state, _) => Err(StoreError::refused(
            format!("{id} 现在是“{}”，不是存疑，没有要裁定的", state.zh()),
            format!(
                "{id} is {}, not in doubt: there is nothing to decide",
                state.name()
            ),
        )),
    }
}

/// Answers the open entry of this op and part; `false` when the journal has none.
async fn answer_step(
    conn: &mut Conn,
    delivery: &Delivery,
    (op, part): (&str, &str),
    decision: &Decision,
    actor: &Actor,
) -> Result<bool, StoreError> {
    let (sql, value) = match decision {
        Decision::Happened { id, url } => (
            "update journal set state = 'answered', value = $5, unsure = 1 where delivery = $1 and round = $2 and op = $3 and part = $4 and state = 'open'",
            Some(read::to_json(&PersonsAnswer {
                id: id.clone(),
                url: url.clone(),
                by: actor.to_string(),
            })),
        ),
        Decision::DidNot => (
            "delete from journal where delivery = $1 and round = $2 and op = $3 and part = $4 and state = 'open' and $5 is null",
            None,
        ),
    };
    let done = query(sql)
        .bind(delivery.id.as_str())
        .bind(i64::from(delivery.round))
        .bind(op)
        .bind(part)
        .bind(value)
        .execute(conn)
        .await?;
    Ok(done > 0)
}
