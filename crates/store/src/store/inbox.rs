//! The inbox: callbacks, confirmations, answers; written before anything is matched.

use serde_json::{Value, json};
use yigao_core::{Actor, Delivery, DeliveryId, DestinationId, Timestamp, journal::Message};

use super::{
    Store,
    ledger::{Entry, append},
    read,
};
use crate::{
    driver::{Builder, query, query_scalar},
    error::StoreError,
    rows::HandedOver,
};

impl Store {
    /// Records what was received, once per dedupe key, and wakes the deliveries whose ticket or key it names.
    /// Returns those deliveries; none when nothing matches yet.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub async fn receive(
        &self,
        destination: &DestinationId,
        (about, dedupe): (&str, &str),
        body: &Value,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<Vec<DeliveryId>, StoreError> {
        let (destination, actor) = (destination.clone(), actor.clone());
        let (about, dedupe, body) = (about.to_owned(), dedupe.to_owned(), body.clone());
        self.write(move |conn| {
            Box::pin(async move {
                let new = query("insert into inbox (destination, about, dedupe, body, actor, at) values ($1, $2, $3, $4, $5, $6) on conflict do nothing")
                    .bind(destination.as_str()).bind(&about).bind(dedupe).bind(read::to_json(&body)).bind(actor.as_str()).bind(now.as_millisecond())
                    .execute(&mut *conn)
                    .await?;
                if new > 0 {
                    let body = json!({"destination": destination, "about": about, "message": body});
                    append(&mut *conn, Entry { at: now, actor: actor.as_str(), verb: "inbox.receive", subject: &about, body }).await?;
                }
                let why = conn.dialect().json("why", "why");
                // A key begins with its delivery's name: that one is asked whether the key is its.
                let owner = about.split('.').next().unwrap_or_default().to_owned();
                let rows = query(sqlx::AssertSqlSafe(format!("update delivery set due_at = $1 where id in (select d.id from delivery d where d.id = $3
                              union select j.delivery from journal j where j.verb = 'wait' and j.part = $3
                              union select j.delivery from journal j where j.delivery = $4 and j.key = $3)
                       and destination || '' = $2 and (state || '' in ('accepted', 'waiting') or (state || '' = 'delivered' and due_for = 'observe')) and lease_end is null and (due_at is null or due_at > $1)
                       and coalesce({why}, '') not in ('approval', 'embargo', 'scheduled')
                     returning id")))
                    .bind(now.as_millisecond()).bind(destination.as_str()).bind(&about).bind(owner)
                    .fetch_all(&mut *conn)
                    .await?;
                // An answer on a page whose item was withdrawn since: the withdrawal is checked again.
                query("update delivery set due_at = $1 where due_for = 'observe' and lease_end is null
                       and id in (select k.id from journal j join delivery d on d.id = j.delivery
                                    join delivery k on k.item = d.item and k.destination = d.destination and k.seq > d.seq
                                   where j.verb = 'wait' and j.part = $3 and d.destination || '' = $2 and k.intent = 'withdraw' and k.state || '' in ('delivered', 'unconfirmed'))")
                    .bind(now.as_millisecond()).bind(destination.as_str()).bind(&about)
                    .execute(&mut *conn)
                    .await?;
                rows.iter().map(|row| DeliveryId::parse(&row.try_get::<String>("id")?).map_err(|_| read::damaged("name"))).collect()
            })
        })
        .await
    }

    /// What a person was given under this ticket, whatever became of it: the newest delivery that opened it, the ticket, what
    /// was planned for the item there since, and what was answered.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn handed_over(
        &self,
        destination: &DestinationId,
        ticket: &str,
    ) -> Result<Option<HandedOver>, StoreError> {
        let sql = format!(
            "select {}, seq, (select max(j.ticket) from journal j where j.delivery = delivery.id and j.verb = 'wait' and j.part = $1) as opened from delivery
              where id in (select j.delivery from journal j where j.verb = 'wait' and j.part = $1 and j.ticket is not null) and destination = $2 order by seq desc limit 1",
            read::DELIVERY
        );
        let row = query(sqlx::AssertSqlSafe(sql))
            .bind(ticket)
            .bind(destination.as_str())
            .fetch_optional(&self.readers)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let delivery = read::delivery(&row)?;
        let sql = format!(
            "select {} from delivery where item = $1 and destination = $2 and seq > $3 and state not in ('failed', 'superseded') order by seq desc limit 1",
            read::DELIVERY
        );
        let newer = query(sqlx::AssertSqlSafe(sql))
            .bind(delivery.item.as_str())
            .bind(destination.as_str())
            .bind(row.try_get::<i64>("seq")?)
            .fetch_optional(&self.readers)
            .await?;
        Ok(Some(HandedOver {
            newer: newer.as_ref().map(read::delivery).transpose()?,
            ticket: read::json(&row.try_get::<String>("opened")?)?,
            callbacks: self.callbacks(destination, &[ticket.to_owned()]).await?,
            delivery,
        }))
    }

    /// What was received about a delivery: about its tickets, or under its own name.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn callbacks_of(&self, delivery: &Delivery) -> Result<Vec<Message>, StoreError> {
        let mut names: Vec<String> = query_scalar(
            "select part from journal where delivery = $1 and verb = 'wait' and part <> ''",
        )
        .bind(delivery.id.as_str())
        .fetch_all(&self.readers)
        .await?;
        names.push(delivery.id.to_string());
        self.callbacks(&delivery.destination, &names).await
    }

    /// What was received at a destination about any of these names, oldest first.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn callbacks(
        &self,
        destination: &DestinationId,
        about: &[String],
    ) -> Result<Vec<Message>, StoreError> {
        let mut list = Builder::new("select id, body, actor, at from inbox where destination = ");
        list.push_bind(destination.as_str()).push(" and about in ");
        list.push_list(about).push(" order by id limit 1000");
        let rows = list.build().fetch_all(&self.readers).await?;
        rows.iter()
            .map(|row| {
                Ok(Message {
                    id: row.try_get("id")?,
                    body: read::json(&row.try_get::<String>("body")?)?,
                    actor: row.try_get("actor")?,
                    at: read::time(row.try_get("at")?)?,
                })
            })
            .collect()
    }
}
