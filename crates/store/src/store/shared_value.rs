//! Values that deliveries of a destination share.

use serde_json::Value;
use yigao_core::{
    DeliveryId, DestinationId, ItemId, Timestamp,
    journal::{Finish, Gate, SharedValue},
};

use super::{Store, journal, read};
use crate::{
    driver::{query, query_scalar},
    error::StoreError,
    rows::GateCheck,
};

/// Who may record what became of a value that is being made: its maker in this very claim, and whoever looked it up after the
/// maker's claim has ended.
fn may_end(by: &str, fence: &str, now: &str) -> String {
    format!(
        "shared_value.state = 'open' and ((shared_value.made_by = {by} and shared_value.fence = {fence})
           or not exists (select 1 from delivery d where d.id = shared_value.made_by and d.fence = shared_value.fence and d.lease_end > {now}))"
    )
}

impl Store {
    /// The shared value, with a note that `item` uses it.
    ///
    /// # Errors
    /// When the ledger cannot be used.
    pub async fn shared_value(
        &self,
        destination: &DestinationId,
        (op, part): (&str, &str),
        (item, delivery): (Option<&ItemId>, Option<&DeliveryId>),
        now: Timestamp,
    ) -> Result<SharedValue, StoreError> {
        let row = query("select k.state, k.value, k.ends, k.lookups, k.expires_at, k.made_by, (select lease_end from delivery d where d.id = k.made_by and d.fence = k.fence) as lease_end from shared_value k where k.destination = $1 and k.op = $2 and k.part = $3")
            .bind(destination.as_str()).bind(op).bind(part)
            .fetch_optional(&self.readers)
            .await?;
        let Some(row) = row else {
            return Ok(SharedValue::Absent);
        };
        let expires = read::opt_time(row.try_get("expires_at")?)?;
        if row.try_get::<String>("state")? == "done" {
            if expires.is_some_and(|at| at <= now) {
                return Ok(SharedValue::Absent);
            }
            if let Some(item) = item {
                self.note_use(destination, op, part, item).await?;
            }
            let value: Option<String> = row.try_get("value")?;
            return Ok(SharedValue::Done(read::json(
                value.as_deref().unwrap_or("null"),
            )?));
        }
        let lease_end = read::opt_time(row.try_get("lease_end")?)?;
        let mine = delivery.is_some_and(|d| {
            row.try_get::<String>("made_by")
                .is_ok_and(|by| by == d.as_str())
        });
        if !mine && lease_end.is_some_and(|end| end > now) {
            return Ok(SharedValue::Busy);
        }
        Ok(SharedValue::Open {
            ends: read::time(row.try_get("ends")?)?,
            lookups: read::small(row.try_get("lookups")?)?,
        })
    }

    async fn note_use(
        &self,
        destination: &DestinationId,
        op: &str,
        part: &str,
        item: &ItemId,
    ) -> Result<(), StoreError> {
        let known: i64 = query_scalar("select count(*) from shared_value_use where destination = $1 and op = $2 and part = $3 and item = $4")
            .bind(destination.as_str()).bind(op).bind(part).bind(item.as_str())
            .fetch_one(&self.readers)
            .await?;
        if known > 0 {
            return Ok(());
        }
        let (destination, op, part, item) = (
            destination.clone(),
            op.to_owned(),
            part.to_owned(),
            item.clone(),
        );
        self.write(move |conn| {
            Box::pin(async move {
                query("insert into shared_value_use (destination, op, part, item) values ($1, $2, $3, $4) on conflict do nothing")
                    .bind(destination.as_str()).bind(op).bind(part).bind(item.as_str())
                    .execute(conn)
                    .await?;
                Ok(())
            })
        })
        .await
    }

    /// Reserves the making of the value for a delivery. `false`: another was faster.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub async fn shared_begin(
        &self,
        check: GateCheck,
        last: Option<Finish>,
        destination: &DestinationId,
        (op, part): (&str, &str),
        ends: Timestamp,
    ) -> Result<Result<bool, Gate>, StoreError> {
        let (destination, op, part) = (destination.clone(), op.to_owned(), part.to_owned());
        self.write(move |conn| {
            Box::pin(async move {
                if let Some(last) = &last {
                    journal::finish(conn, &check.delivery, check.fence, last).await?;
                }
                if let Some(shut) = journal::gate(conn, &check, &op).await? {
                    return Ok(Err(shut));
                }
                let now = check.now.as_millisecond();
                let done = query("insert into shared_value (destination, op, part, state, made_by, fence, at, ends) values ($1, $2, $3, 'open', $4, $5, $6, $7)
                     on conflict (destination, op, part) do update set state = 'open', value = null, made_by = $4, fence = $5, at = $6, ends = $7, lookups = 0, expires_at = null
                     where (shared_value.state = 'done' and shared_value.expires_at <= $6)
                        or (shared_value.state = 'open' and (shared_value.made_by = $4 or not exists (select 1 from delivery d where d.id = shared_value.made_by and d.fence = shared_value.fence and d.lease_end > $6)))")
                    .bind(destination.as_str()).bind(&op).bind(&part).bind(check.delivery.as_str()).bind(check.fence).bind(now).bind(ends.as_millisecond())
                    .execute(&mut *conn)
                    .await?;
                Ok(Ok(done > 0))
            })
        })
        .await
    }

    /// Stores a made value, or one that was found after its maker died, and notes its first user. Not taken when another is
    /// making it by now.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub async fn shared_done(
        &self,
        destination: &DestinationId,
        (op, part): (&str, &str),
        (by, fence, now): (&DeliveryId, i64, Timestamp),
        item: Option<&ItemId>,
        value: &Value,
        expires: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        let by = by.clone();
        let (destination, op, part) = (destination.clone(), op.to_owned(), part.to_owned());
        let (item, value) = (item.cloned(), read::to_json(value));
        self.write(move |conn| {
            Box::pin(async move {
                let mine = query(sqlx::AssertSqlSafe(format!("update shared_value set state = 'done', value = $4, expires_at = $5 where destination = $1 and op = $2 and part = $3 and {}", may_end("$6", "$7", "$8"))))
                    .bind(destination.as_str()).bind(&op).bind(&part).bind(value).bind(expires.map(Timestamp::as_millisecond))
                    .bind(by.as_str()).bind(fence).bind(now.as_millisecond())
                    .execute(&mut *conn)
                    .await?;
                if let Some(item) = item.filter(|_| mine > 0) {
                    query("insert into shared_value_use (destination, op, part, item) values ($1, $2, $3, $4) on conflict do nothing")
                        .bind(destination.as_str()).bind(&op).bind(&part).bind(item.as_str())
                        .execute(conn)
                        .await?;
                }
                Ok(())
            })
        })
        .await
    }

    /// Abandons making the value; `open` leaves it to be looked up. What another delivery makes is not touched.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub async fn shared_undone(
        &self,
        destination: &DestinationId,
        (op, part): (&str, &str),
        (by, fence, now): (&DeliveryId, i64, Timestamp),
        open: bool,
        lookups: u32,
    ) -> Result<(), StoreError> {
        let by = by.clone();
        let (destination, op, part) = (destination.clone(), op.to_owned(), part.to_owned());
        let may = may_end("$5", "$6", "$7");
        let sql = if open {
            format!(
                "update shared_value set lookups = $4 where destination = $1 and op = $2 and part = $3 and {may}"
            )
        } else {
            format!(
                "delete from shared_value where destination = $1 and op = $2 and part = $3 and $4 >= 0 and {may}"
            )
        };
        self.write(move |conn| {
            Box::pin(async move {
                query(sqlx::AssertSqlSafe(sql))
                    .bind(destination.as_str())
                    .bind(op)
                    .bind(part)
                    .bind(i64::from(lookups))
                    .bind(by.as_str())
                    .bind(fence)
                    .bind(now.as_millisecond())
                    .execute(conn)
                    .await?;
                Ok(())
            })
        })
        .await
    }

    /// Deletes a value if it is still this one; another worker's newer one stays. Its users then use the value that replaces
    /// it.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub async fn shared_forget(
        &self,
        destination: &DestinationId,
        (op, part): (&str, &str),
        value: &Value,
    ) -> Result<(), StoreError> {
        let (destination, op, part, value) = (
            destination.clone(),
            op.to_owned(),
            part.to_owned(),
            read::to_json(value),
        );
        self.write(move |conn| {
            Box::pin(async move {
                query("delete from shared_value where destination = $1 and op = $2 and part = $3 and state = 'done' and value = $4")
                    .bind(destination.as_str()).bind(&op).bind(&part).bind(value)
                    .execute(conn)
                    .await?;
                Ok(())
            })
        })
        .await
    }

    /// `item` uses no value of `op` any more: whoever reports this last removes the value.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub async fn stop_using(
        &self,
        destination: &DestinationId,
        op: &str,
        item: &ItemId,
    ) -> Result<(), StoreError> {
        let (destination, op, item) = (destination.clone(), op.to_owned(), item.clone());
        self.write(move |conn| {
            Box::pin(async move {
                query(
                    "delete from shared_value_use where destination = $1 and op = $2 and item = $3",
                )
                .bind(destination.as_str())
                .bind(&op)
                .bind(item.as_str())
                .execute(conn)
                .await?;
                Ok(())
            })
        })
        .await
    }

    /// Values that `item` uses and no other item does.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn unshared(
        &self,
        destination: &DestinationId,
        op: &str,
        item: &ItemId,
    ) -> Result<Vec<(String, Value)>, StoreError> {
        let rows = query("select k.part, k.value from shared_value k join shared_value_use u on u.destination = k.destination and u.op = k.op and u.part = k.part where k.destination = $1 and k.op = $2 and k.state = 'done' and u.item = $3 and not exists (select 1 from shared_value_use o where o.destination = k.destination and o.op = k.op and o.part = k.part and o.item <> $3) order by k.part")
            .bind(destination.as_str()).bind(op).bind(item.as_str())
            .fetch_all(&self.readers)
            .await?;
        rows.iter()
            .map(|row| {
                let value: Option<String> = row.try_get("value")?;
                Ok((
                    row.try_get("part")?,
                    read::json(value.as_deref().unwrap_or("null"))?,
                ))
            })
            .collect()
    }
}
