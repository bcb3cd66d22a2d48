//! What is recorded of a run, and what a person decides.

use serde_json::json;
use yigao_core::{
    Delivery, DeliveryId, State, Timestamp,
    next::{Change, Event, Illegal, Policy, next},
};

use super::{
    Store, journal,
    ledger::{Entry, append},
    notices,
    read::{self, WAITS},
};
use crate::{
    driver::{Conn, query},
    error::StoreError,
    rows::{AttemptRow, ExchangeRow, RunRecord, due_for_name},
};

/// A delivery as its row is in this transaction.
pub(super) async fn current(
    conn: &mut Conn,
    id: &DeliveryId,
) -> Result<Option<Delivery>, StoreError> {
    let sql = format!("select {} from delivery where id = $1", read::DELIVERY);
    let row = query(sqlx::AssertSqlSafe(sql))
        .bind(id.as_str())
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(read::delivery).transpose()
}

/// What `event` makes of a delivery, where no number of the policy bears on the answer.
///
/// # Errors
/// [`StoreError::Refused`] when the state machine has no such row.
pub(super) fn decided(
    delivery: &Delivery,
    event: Event,
    now: Timestamp,
) -> Result<Change, StoreError> {
    next(delivery, event, now, &Policy::default()).map_err(|e| illegal(&e))
}

pub(super) fn illegal(error: &Illegal) -> StoreError {
    StoreError::refused(format!("状态机不允许：{error}"), error.to_string())
}

/// What becomes of the lease when a change is written.
enum Lease<'a> {
    /// The run is over.
    Ends,
    /// A worker may still be in what this delivery takes the place of: its lease stays written, so that nothing newer starts
    /// beside it, and the gate refuses its next intent.
    StaysUnder(&'a DeliveryId),
}

/// Which row a change is for: it is written only while the row is still as the change was decided from.
struct Basis<'a> {
    id: &'a DeliveryId,
    fence: i64,
    state: State,
}

async fn write(
    conn: &mut Conn,
    basis: Basis<'_>,
    change: &Change,
    lease: Lease<'_>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let (ends, superseded_by) = match lease {
        Lease::Ends => ("lease_end = null, worker = null", None),
        Lease::StaysUnder(by) => ("superseded_by = $18", Some(by)),
    };
    let sql = format!(
        "update delivery set state = $3, due_at = $4, due_for = $5, why = $6, starts = $7, attempts = $8, round = $9, observed = $10,
           ticket = $11, receipt = $12, fault = $13, doubt = $14, observation = $15, {ends}, updated_at = $16
         where id = $1 and fence = $2 and state = $17 and superseded_by is null"
    );
    let mut update = query(sqlx::AssertSqlSafe(sql))
        .bind(basis.id.as_str())
        .bind(basis.fence)
        .bind(change.state.name())
        .bind(change.due_at.map(Timestamp::as_millisecond))
        .bind(due_for_name(change.due_for))
        .bind(read::opt_to_json(change.why.as_ref()))
        .bind(i64::from(change.starts))
        .bind(i64::from(change.attempts))
        .bind(i64::from(change.round))
        .bind(i64::from(change.observed))
        .bind(read::opt_to_json(change.ticket.as_ref()))
        .bind(read::opt_to_json(change.receipt.as_ref()))
        .bind(read::opt_to_json(change.fault.as_ref()))
        .bind(read::opt_to_json(change.doubt.as_ref()))
        .bind(read::opt_to_json(change.observation.as_ref()))
        .bind(now.as_millisecond())
        .bind(basis.state.name());
    if let Some(by) = superseded_by {
        update = update.bind(by.as_str());
    }
    Ok(update.execute(conn).await? > 0)
}

/// Writes what becomes of a delivery that was read in this transaction, and ends its lease.
pub(super) async fn apply(
    conn: &mut Conn,
    delivery: &Delivery,
    change: &Change,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let basis = Basis {
        id: &delivery.id,
        fence: delivery.fence,
        state: delivery.state,
    };
    write(conn, basis, change, Lease::Ends, now).await
}

/// Puts `by` in the place of a delivery that was read in this transaction.
pub(super) async fn supersede(
    conn: &mut Conn,
    old: &Delivery,
    by: &DeliveryId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let change = decided(old, Event::Superseded { by: by.clone() }, now)?;
    let basis = Basis {
        id: &old.id,
        fence: old.fence,
        state: old.state,
    };
    write(conn, basis, &change, Lease::StaysUnder(by), now).await?;
    Ok(())
}

/// Whoever waited for this delivery to end, or for an address it now has, is due.
pub(super) async fn notify_those_behind(
    conn: &mut Conn,
    id: &DeliveryId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let dialect = conn.dialect();
    let json = |key| dialect.json("why", key);
    let (why, before, address) = (json("why"), json("delivery"), json("destination"));
    query(sqlx::AssertSqlSafe(format!("update delivery set due_at = case when not_before > $2 then not_before else $2 end, why = '{{\"why\":\"planned\"}}' where item = (select item from delivery where id = $1) and {WAITS}
           and (({why} = 'order' and {before} = $1)
             or ({why} = 'slot' and {address} = (select destination from delivery where id = $1)))")))
        .bind(id.as_str())
        .bind(now.as_millisecond())
        .execute(conn)
        .await?;
    Ok(())
}

/// Somebody answered while the ticket was still on its way into the ledger: no worker was notified then.
async fn notify_for_early_answers(conn: &mut Conn, record: &RunRecord) -> Result<(), StoreError> {
    let Some(ticket) = &record.change.ticket else {
        return Ok(());
    };
    query("update delivery set due_at = $2 where id = $1 and exists (select 1 from inbox i where i.destination = delivery.destination and i.about = $3 and i.at >= $4)")
        .bind(record.delivery.as_str())
        .bind(record.now.as_millisecond())
        .bind(&ticket.id)
        .bind(record.attempt.started_at.as_millisecond())
        .execute(conn)
        .await?;
    Ok(())
}

async fn health(conn: &mut Conn, record: &RunRecord) -> Result<(), StoreError> {
    let Some(healthy) = record.healthy else {
        return Ok(());
    };
    let (most, leave_alone) = record.breaker;
    let until = yigao_core::time::later(record.now, leave_alone).as_millisecond();
    query("update destination set failures = case when $2 <> 0 then 0 else failures + 1 end,
           tripped_until = case when $2 <> 0 then null when failures + 1 >= $3 then $4 else tripped_until end
         where id = (select destination from delivery where id = $1)")
        .bind(record.delivery.as_str())
        .bind(i64::from(healthy))
        .bind(i64::from(most))
        .bind(until)
        .execute(conn)
        .await?;
    Ok(())
}

async fn write_attempt(conn: &mut Conn, record: &RunRecord) -> Result<(), StoreError> {
    let AttemptRow {
        fence,
        purpose,
        worker,
        started_at,
        ended_at,
        outcome,
        message,
    } = &record.attempt;
    query("insert into attempt (delivery, fence, purpose, worker, started_at, ended_at, outcome, message) values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing")
        .bind(record.delivery.as_str()).bind(fence).bind(purpose).bind(worker)
        .bind(started_at.as_millisecond()).bind(ended_at.as_millisecond()).bind(outcome).bind(read::to_json(message))
        .execute(&mut *conn)
        .await?;
    for exchange in &record.exchanges {
        let took = i64::try_from(exchange.took.as_millis()).unwrap_or(i64::MAX);
        query("insert into exchange (delivery, fence, at, took_ms, op, request, answer) values ($1, $2, $3, $4, $5, $6, $7)")
            .bind(record.delivery.as_str()).bind(exchange.fence).bind(exchange.at.as_millisecond()).bind(took)
            .bind(&exchange.op).bind(&exchange.request).bind(&exchange.answer)
            .execute(&mut *conn)
            .await?;
    }
    if let Some(escape) = &record.escape {
        query("insert into lint_escape (delivery, destination, code, message, at) values ($1, (select destination from delivery where id = $1), $2, $3, $4)")
            .bind(record.delivery.as_str()).bind(&escape.code).bind(&escape.message).bind(record.now.as_millisecond())
            .execute(conn)
            .await?;
    }
    Ok(())
}

/// The worker of a superseded delivery has returned: its lease ends, and what superseded it may start.
async fn returned(conn: &mut Conn, record: &RunRecord) -> Result<(), StoreError> {
    let change = &record.change;
    let gone = query("update delivery set lease_end = null, worker = null, receipt = coalesce($3, receipt), ticket = coalesce($4, ticket) where id = $1 and fence = $2 and superseded_by is not null returning superseded_by")
        .bind(record.delivery.as_str())
        .bind(record.fence)
        .bind(read::opt_to_json(change.receipt.as_ref()))
        .bind(read::opt_to_json(change.ticket.as_ref()))
        .fetch_optional(&mut *conn)
        .await?;
    if let Some(row) = gone {
        let by: String = row.try_get("superseded_by")?;
        // It came back with something after all: what replaced it learns so when it is claimed.
        query("update delivery set due_at = $2 where id = $1 and state = 'waiting' and due_at > $2 and coalesce(not_before, 0) <= $2")
            .bind(by)
            .bind(record.now.as_millisecond())
            .execute(conn)
            .await?;
    }
    Ok(())
}

impl Store {
    /// Commits the end of a run: the last step's result, the delivery's change, the attempt with its exchanges, the
    /// destination's health, the ledger entry. `false`: another worker holds the delivery by now,
    /// or a person has decided it meanwhile; only the attempt was written.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub async fn record(&self, record: RunRecord) -> Result<bool, StoreError> {
        self.write(move |conn| {
            Box::pin(async move {
                if let Some(last) = &record.last {
                    journal::finish(conn, &record.delivery, record.fence, last).await?;
                }
                write_attempt(conn, &record).await?;
                health(conn, &record).await?;
                let basis = Basis {
                    id: &record.delivery,
                    fence: record.fence,
                    state: record.from,
                };
                if !write(conn, basis, &record.change, Lease::Ends, record.now).await? {
                    returned(conn, &record).await?;
                    return Ok(false);
                }
                if record.change.state == State::Accepted {
                    notify_for_early_answers(conn, &record).await?;
                }
                if record.change.state.is_final() {
                    notify_those_behind(conn, &record.delivery, record.now).await?;
                }
                notices::write(conn, &record.delivery, &record.notices, record.now).await?;
                if let Some(verb) = &record.ledger {
                    let change = &record.change;
                    let body = json!({
                        "state": change.state, "receipt": change.receipt, "fault": change.fault, "doubt": change.doubt,
                        "seen": change.observation.as_ref().map(|o| (o.remote_state, &o.drift)), "message": record.attempt.message,
                    });
                    let entry = Entry { at: record.now, actor: &record.attempt.worker, verb, subject: record.delivery.as_str(), body };
                    append(conn, entry).await?;
                }
                Ok(true)
            })
        })
        .await
    }

    /// Runs of a delivery, oldest first.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn attempts(&self, id: &DeliveryId) -> Result<Vec<AttemptRow>, StoreError> {
        let rows = query("select fence, purpose, worker, started_at, ended_at, outcome, message from attempt where delivery = $1 order by fence")
            .bind(id.as_str())
            .fetch_all(&self.readers)
            .await?;
        rows.iter()
            .map(|row| {
                Ok(AttemptRow {
                    fence: row.try_get("fence")?,
                    purpose: row.try_get("purpose")?,
                    worker: row.try_get("worker")?,
                    started_at: read::time(row.try_get("started_at")?)?,
                    ended_at: read::time(row.try_get("ended_at")?)?,
                    outcome: row.try_get("outcome")?,
                    message: read::json(&row.try_get::<String>("message")?)?,
                })
            })
            .collect()
    }

    /// Requests and answers of a delivery, oldest first.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn exchanges(&self, id: &DeliveryId) -> Result<Vec<ExchangeRow>, StoreError> {
        let rows = query("select fence, at, took_ms, op, request, answer from exchange where delivery = $1 order by id limit 1000")
            .bind(id.as_str())
            .fetch_all(&self.readers)
            .await?;
        rows.iter()
            .map(|row| {
                let took: i64 = row.try_get("took_ms")?;
                Ok(ExchangeRow {
                    fence: row.try_get("fence")?,
                    at: read::time(row.try_get("at")?)?,
                    took: std::time::Duration::from_millis(u64::try_from(took).unwrap_or(0)),
                    op: row.try_get("op")?,
                    request: row.try_get("request")?,
                    answer: row.try_get("answer")?,
                })
            })
            .collect()
    }

    /// Deletes exchanges from before `before`, the oldest first, at most `limit`; those of deliveries that are not at their end
    /// stay, because a doubt is decided by them. Webhook messages from before then are deleted too.
    /// Returns how many exchanges were deleted.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub async fn forget_exchanges(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        self.write(move |conn| {
            Box::pin(async move {
                query("delete from notice where (id, hook) in (select id, hook from notice where at < $1 order by at limit $2)")
                    .bind(before.as_millisecond())
                    .bind(i64::from(limit))
                    .execute(&mut *conn)
                    .await?;
                query("delete from exchange where id in (select e.id from exchange e join delivery d on d.id = e.delivery where e.at < $1 and d.state || '' in ('delivered', 'failed', 'superseded') order by e.at limit $2)")
                    .bind(before.as_millisecond())
                    .bind(i64::from(limit))
                    .execute(conn)
                    .await
            })
        })
        .await
    }
}
