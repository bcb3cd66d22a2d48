//! The inbox: callbacks, confirmations, answers; written before anything is matched.

use serde_json::{Value, json};
use yigao_core::{Actor, DeliveryId, DestinationId, Timestamp};

use super::{
    Store,
    ledger::{Entry, append},
    read,
};
use crate::{
    driver::{Builder, query},
    error::StoreError,
    rows::HeardRow,
};

impl Store {
    /// Writes down what was heard, once per dedupe key, and rings the deliveries whose ticket or key it names.
    /// Answers those deliveries; none when nothing matches yet.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub async fn hear(
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
                    let body = json!({"destination": destination, "about": about, "says": body});
                    append(&mut *conn, Entry { at: now, actor: actor.as_str(), verb: "inbox.hear", subject: &about, body }).await?;
                }
                let dialect = conn.dialect();
                let (why, ticket) = (dialect.json("why", "why"), dialect.json("ticket", "id"));
                let rows = query(sqlx::AssertSqlSafe(format!("update delivery set due_at = $3 where destination = $1 and state in ('accepted', 'waiting', 'delivered') and lease_end is null and (due_at is null or due_at > $3)
                       and coalesce({why}, '') not in ('approval', 'embargo', 'scheduled')
                       and (id = $2 or {ticket} = $2 or exists (select 1 from journal j where j.delivery = delivery.id and (j.key = $2 or j.part = $2)))
                     returning id")))
                    .bind(destination.as_str()).bind(&about).bind(now.as_millisecond())
                    .fetch_all(&mut *conn)
                    .await?;
                rows.iter().map(|row| DeliveryId::parse(&row.try_get::<String>("id")?).map_err(|_| read::damaged("name"))).collect()
            })
        })
        .await
    }

    /// What was heard at a destination about any of these names, oldest first.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn heard(
        &self,
        destination: &DestinationId,
        about: &[String],
    ) -> Result<Vec<HeardRow>, StoreError> {
        let mut list = Builder::new("select id, body, actor, at from inbox where destination = ");
        list.push_bind(destination.as_str()).push(" and about in ");
        list.push_list(about).push(" order by id limit 1000");
        let rows = list.build().fetch_all(&self.readers).await?;
        rows.iter()
            .map(|row| {
                Ok(HeardRow {
                    id: row.try_get("id")?,
                    body: read::json(&row.try_get::<String>("body")?)?,
                    actor: row.try_get("actor")?,
                    at: read::time(row.try_get("at")?)?,
                })
            })
            .collect()
    }
}
