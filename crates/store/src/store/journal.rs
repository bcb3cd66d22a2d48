//! The step journal and its gate.

use yigao_core::{
    DeliveryId, Timestamp, Why,
    trial::{self, Rule},
};

use super::{Store, deliveries::journal_row, read};
use crate::{
    driver::{Conn, query, query_scalar},
    error::StoreError,
    rows::{GateCheck, JournalBegin, JournalFinish, JournalRow, Outcome},
};

/// When a delivery that met a pause or a hold at the gate looks again by itself.
const GATE_WAIT_MS: i64 = 60_000;

/// What became of an entry. A late result from an old fence is taken if it closes the entry which that fence opened; but only
/// who holds the delivery takes an entry away: another may have read it since, and go by it.
pub(super) async fn finish(
    conn: &mut Conn,
    delivery: &DeliveryId,
    fence: i64,
    finish: &JournalFinish,
) -> Result<(), StoreError> {
    let (sql, seq) = match finish {
        JournalFinish::Done { seq, .. } => (
            "update journal set state = 'done', value = $4, unsure = case when unsure > $5 then unsure else $5 end where seq = $1 and delivery = $2 and (fence = $3 or $3 = (select fence from delivery where id = $2)) and state <> 'done'",
            seq,
        ),
        JournalFinish::Gone { seq } => (
            "delete from journal where seq = $1 and delivery = $2 and $3 = (select fence from delivery where id = $2) and state = 'open' and $4 is null and $5 = 0",
            seq,
        ),
        JournalFinish::Open { seq, .. } => (
            "update journal set looks = $6, unsure = case when unsure > $5 then unsure else $5 end, evidence = $4 where seq = $1 and delivery = $2 and (fence = $3 or $3 = (select fence from delivery where id = $2)) and state = 'open'",
            seq,
        ),
    };
    let (text, unsure, looks) = match finish {
        JournalFinish::Done { value, unsure, .. } => (Some(read::to_json(value)), *unsure, 0),
        JournalFinish::Gone { .. } => (None, false, 0),
        JournalFinish::Open {
            looks,
            unsure,
            evidence,
            ..
        } => (Some(evidence.clone()), *unsure, *looks),
    };
    let mut update = query(sql)
        .bind(seq)
        .bind(delivery.as_str())
        .bind(fence)
        .bind(text)
        .bind(i64::from(unsure));
    if matches!(finish, JournalFinish::Open { .. }) {
        update = update.bind(i64::from(looks));
    }
    update.execute(conn).await?;
    Ok(())
}

/// The gate: fence current, not overtaken, embargo passed, approved, not held, destination not paused, quota left.
pub(super) async fn gate(
    conn: &mut Conn,
    check: &GateCheck,
    op: &str,
) -> Result<Option<Outcome>, StoreError> {
    let row = query(
        "select d.fence, d.state, d.lease_end, d.not_before, d.overtaken_by, d.intent, d.destination, i.held_by, i.held_why, t.paused_by,
           (select count(*) from approval a where a.rendition = d.rendition and a.void = 0) as approved
         from delivery d join item i on i.id = d.item join destination t on t.id = d.destination where d.id = $1",
    )
    .bind(check.delivery.as_str())
    .fetch_optional(&mut *conn)
    .await?;
    let Some(row) = row else {
        return Ok(Some(Outcome::Lost));
    };
    if row.try_get::<i64>("fence")? != check.fence && !trial::without(Rule::Fence) {
        return Ok(Some(Outcome::Lost));
    }
    if row.try_get::<Option<String>>("overtaken_by")?.is_some() {
        return Ok(Some(Outcome::Overtaken));
    }
    if !check.whole {
        return Ok(None);
    }
    let soon = read::time(check.now.as_millisecond().saturating_add(GATE_WAIT_MS))?;
    let wait = |until: Timestamp, why: Why| Ok(Some(Outcome::Waits { until, why }));
    if let Some(at) = read::opt_time(row.try_get("not_before")?)?
        && at > check.now
    {
        return wait(at, Why::Embargo);
    }
    let is_kill = row.try_get::<String>("intent")? == "kill";
    if let (Some(by), false) = (row.try_get::<Option<String>>("held_by")?, is_kill) {
        let reason: Option<String> = row.try_get("held_why")?;
        return wait(
            soon,
            Why::Hold {
                by,
                reason: reason.unwrap_or_default(),
            },
        );
    }
    if row.try_get::<i64>("approved")? == 0 {
        return wait(soon, Why::Approval);
    }
    if let Some(by) = row.try_get::<Option<String>>("paused_by")? {
        return wait(soon, Why::Paused { by });
    }
    let destination: String = row.try_get("destination")?;
    for (start, max, end) in &check.quotas {
        let used = super::destinations::quota_used(&mut *conn, &destination, op, *start).await?;
        if used >= i64::from(*max) {
            return wait(*end, Why::Quota { op: op.to_owned() });
        }
    }
    Ok(None)
}

/// The entry of the same act that is there already. It alone stops whoever lost the delivery or forgot what was begun, so a
/// trial without those rules has to go around it.
async fn same(
    conn: &mut Conn,
    check: &GateCheck,
    begin: &JournalBegin,
) -> Result<Option<i64>, StoreError> {
    let seq = query_scalar("select seq from journal where delivery = $1 and round = $2 and verb = $3 and op = $4 and part = $5")
        .bind(check.delivery.as_str())
        .bind(check.round)
        .bind(&begin.verb)
        .bind(&begin.op)
        .bind(&begin.part)
        .fetch_optional(conn)
        .await?;
    Ok(seq)
}

impl Store {
    /// The entries of one round, in recorded order.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn journal(
        &self,
        delivery: &DeliveryId,
        round: i64,
    ) -> Result<Vec<JournalRow>, StoreError> {
        let rows = query("select seq, round, verb, op, part, at, ends, fence, looks, unsure, state, value, evidence from journal where delivery = $1 and round = $2 order by seq")
            .bind(delivery.as_str())
            .bind(round)
            .fetch_all(&self.readers)
            .await?;
        rows.iter().map(journal_row).collect()
    }

    /// Commits the result of the last step and then, if the gate lets it, the intent of the next.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub async fn journal_begin(
        &self,
        check: GateCheck,
        last: Option<JournalFinish>,
        begin: JournalBegin,
    ) -> Result<Outcome, StoreError> {
        self.write(move |conn| {
            Box::pin(async move {
                if let Some(last) = &last {
                    finish(conn, &check.delivery, check.fence, last).await?;
                }
                if let Some(shut) = gate(conn, &check, &begin.op).await? {
                    return Ok(shut);
                }
                let again = match begin.again {
                    None if trial::without(Rule::Fence) || trial::without(Rule::Journal) => {
                        same(conn, &check, &begin).await?
                    }
                    again => again,
                };
                let seq: i64 = match again {
                    Some(seq) => {
                        let anyhow = trial::without(Rule::Fence);
                        let opened = query("update journal set at = $2, ends = $3, fence = $4, looks = 0, unsure = 1 where seq = $1 and (state = 'open' or $5 = 1)")
                            .bind(seq)
                            .bind(begin.at.as_millisecond())
                            .bind(begin.ends.as_millisecond())
                            .bind(check.fence)
                            .bind(i64::from(anyhow))
                            .execute(&mut *conn)
                            .await?;
                        if opened == 0 {
                            // A late answer has closed it since it was read: to act again now would do it twice.
                            return Ok(Outcome::Lost);
                        }
                        seq
                    }
                    None => {
                        query_scalar("insert into journal (delivery, round, verb, op, part, at, ends, key, fence, state, ticket) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'open', $10) returning seq")
                            .bind(check.delivery.as_str())
                            .bind(check.round)
                            .bind(&begin.verb)
                            .bind(&begin.op)
                            .bind(&begin.part)
                            .bind(begin.at.as_millisecond())
                            .bind(begin.ends.as_millisecond())
                            .bind(&begin.key)
                            .bind(check.fence)
                            .bind(read::opt_to_json(begin.ticket.as_ref()))
                            .fetch_one(&mut *conn)
                            .await?
                    }
                };
                Ok(Outcome::Passed(seq))
            })
        })
        .await
    }

    /// Commits what became of an entry.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub async fn journal_finish(
        &self,
        delivery: &DeliveryId,
        fence: i64,
        what: JournalFinish,
    ) -> Result<(), StoreError> {
        let delivery = delivery.clone();
        self.write(move |conn| Box::pin(async move { finish(conn, &delivery, fence, &what).await }))
            .await
    }

    /// The open or unsure entries of this delivery and of all that went before it for its item there, ended or not: a
    /// request that was left unsure may come up long after its delivery has ended. When it no longer can depends on the
    /// operations' looks, which the engine knows. With each, whether it is of this delivery or of one that it overtook.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn unsure_up_to(
        &self,
        id: &DeliveryId,
    ) -> Result<Vec<(JournalRow, bool)>, StoreError> {
        let rows = query("select j.seq, j.round, j.verb, j.op, j.part, j.at, j.ends, j.fence, j.looks, j.unsure, j.state, j.value, j.evidence,
               (select count(*) from delivery m where m.id = d.id and (m.id = own.id or m.overtaken_by = own.id)) as mine
               from delivery own join delivery d on d.item = own.item and d.destination = own.destination and d.seq <= own.seq
               join journal j on j.delivery = d.id
              where own.id = $1 and j.round >= 0 and j.verb in ('step', 'once') and (j.state = 'open' or j.unsure = 1) order by j.seq")
            .bind(id.as_str())
            .fetch_all(&self.readers)
            .await?;
        rows.iter()
            .map(|row| Ok((journal_row(row)?, row.try_get::<i64>("mine")? > 0)))
            .collect()
    }
}
