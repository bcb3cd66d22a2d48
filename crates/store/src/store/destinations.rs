//! Destinations as far as they change: pause, breaker, allowances.

use serde_json::json;
use yigao_core::{Actor, DestinationId, Timestamp};

use super::{
    Store,
    ledger::{Entry, append},
    read,
};
use crate::{
    driver::{On, query, query_scalar},
    error::StoreError,
    rows::DestinationRow,
};

pub(super) async fn quota_used(
    on: impl Into<On<'_>>,
    destination: &str,
    op: &str,
    window_at: Timestamp,
) -> Result<i64, StoreError> {
    let used: Option<i64> = query_scalar(
        "select used from quota where destination = $1 and op = $2 and window_at = $3",
    )
    .bind(destination)
    .bind(op)
    .bind(window_at.as_millisecond())
    .fetch_optional(on)
    .await?;
    Ok(used.unwrap_or(0))
}

impl Store {
    /// Makes a configured destination known.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub async fn put_destination(
        &self,
        id: &DestinationId,
        channel: &str,
        identity: &str,
        max_in_flight: u32,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (id, channel, identity) = (id.clone(), channel.to_owned(), identity.to_owned());
        self.write(move |conn| {
            Box::pin(async move {
                query("insert into destination (id, channel, identity, max_in_flight, seen_at) values ($1, $2, $3, $4, $5) on conflict (id) do update set channel = $2, identity = $3, max_in_flight = $4, seen_at = $5")
                    .bind(id.as_str()).bind(channel).bind(identity).bind(i64::from(max_in_flight)).bind(now.as_millisecond())
                    .execute(conn)
                    .await?;
                Ok(())
            })
        })
        .await
    }

    /// Every destination that was ever configured, by name.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn destinations(&self) -> Result<Vec<DestinationRow>, StoreError> {
        let rows = query("select id, channel, identity, paused_by, paused_why, drained_by, drained_why, failures, tripped_until from destination order by id")
            .fetch_all(&self.readers)
            .await?;
        rows.iter()
            .map(|row| {
                Ok(DestinationRow {
                    id: DestinationId::parse(&row.try_get::<String>("id")?)
                        .map_err(|_| read::damaged("name"))?,
                    channel: row.try_get("channel")?,
                    identity: row.try_get("identity")?,
                    paused_by: row.try_get("paused_by")?,
                    paused_why: row.try_get("paused_why")?,
                    drained_by: row.try_get("drained_by")?,
                    drained_why: row.try_get("drained_why")?,
                    failures: read::small(row.try_get("failures")?)?,
                    tripped_until: read::opt_time(row.try_get("tripped_until")?)?,
                })
            })
            .collect()
    }

    /// Pauses a destination, or resumes it when `why` is `None`. Resuming also closes a tripped breaker and ends a drain.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when there is no such destination.
    pub async fn pause(
        &self,
        id: &DestinationId,
        why: Option<&str>,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (id, actor, why) = (id.clone(), actor.clone(), why.map(ToOwned::to_owned));
        self.write(move |conn| {
            Box::pin(async move {
                let by = why.as_ref().map(|_| actor.as_str());
                let done = query("update destination set paused_by = $2, paused_why = $3, failures = 0, tripped_until = null where id = $1")
                    .bind(id.as_str()).bind(by).bind(why.as_deref())
                    .execute(&mut *conn)
                    .await?;
                if done == 0 {
                    return Err(StoreError::Missing { what: "destination", name: id.to_string() });
                }
                if why.is_none() {
                    query("update destination set drained_by = null, drained_why = null where id = $1")
                        .bind(id.as_str())
                        .execute(&mut *conn)
                        .await?;
                    let why = conn.dialect().json("why", "why");
                    query(sqlx::AssertSqlSafe(format!("update delivery set due_at = $2 where destination = $1 and state = 'waiting' and {why} = 'paused'")))
                        .bind(id.as_str()).bind(now.as_millisecond())
                        .execute(&mut *conn)
                        .await?;
                }
                let verb = if why.is_some() { "destination.pause" } else { "destination.resume" };
                append(conn, Entry { at: now, actor: actor.as_str(), verb, subject: id.as_str(), body: json!({"why": why}) }).await
            })
        })
        .await
    }

    /// Takes nothing new there from now on; what is planned already continues, and a withdrawal is taken at any time.
    /// [`Store::pause`] without a reason ends it.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when there is no such destination.
    pub async fn drain(
        &self,
        id: &DestinationId,
        why: &str,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (id, actor, why) = (id.clone(), actor.clone(), why.to_owned());
        self.write(move |conn| {
            Box::pin(async move {
                let done =
                    query("update destination set drained_by = $2, drained_why = $3 where id = $1")
                        .bind(id.as_str())
                        .bind(actor.as_str())
                        .bind(&why)
                        .execute(&mut *conn)
                        .await?;
                if done == 0 {
                    return Err(StoreError::Missing {
                        what: "destination",
                        name: id.to_string(),
                    });
                }
                append(
                    conn,
                    Entry {
                        at: now,
                        actor: actor.as_str(),
                        verb: "destination.drain",
                        subject: id.as_str(),
                        body: json!({"why": why}),
                    },
                )
                .await
            })
        })
        .await
    }

    /// Pays one call out of an allowance. `false`: it is used up, and nothing was paid.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub async fn pay_quota(
        &self,
        destination: &DestinationId,
        op: &str,
        window_at: Timestamp,
        max: u32,
    ) -> Result<bool, StoreError> {
        let (destination, op) = (destination.clone(), op.to_owned());
        self.write(move |conn| {
            Box::pin(async move {
                if quota_used(&mut *conn, destination.as_str(), &op, window_at).await? >= i64::from(max) {
                    return Ok(false);
                }
                query("insert into quota (destination, op, window_at, used) values ($1, $2, $3, 1) on conflict (destination, op, window_at) do update set used = quota.used + 1")
                    .bind(destination.as_str()).bind(op).bind(window_at.as_millisecond())
                    .execute(conn)
                    .await?;
                Ok(true)
            })
        })
        .await
    }

    /// Calls paid in a window.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn quota_used(
        &self,
        destination: &DestinationId,
        op: &str,
        window_at: Timestamp,
    ) -> Result<i64, StoreError> {
        quota_used(&self.readers, destination.as_str(), op, window_at).await
    }
}
