//! The step journal and its gate.

use yigao_core::{
    DeliveryId, Timestamp, WaitReason,
    journal::{Begin, Entry, EntryState, Finish, Gate, Verb},
    trial::{self, Rule},
};

use super::{Store, read};
use crate::{
    driver::{Conn, Row, query, query_scalar},
    error::StoreError,
    rows::GateCheck,
};

/// When a delivery that met a pause or a hold at the gate tries again automatically.
const GATE_WAIT_MS: i64 = 60_000;

/// Columns of an entry of the journal `j`, read by name.
pub(super) const ENTRY: &str = "j.seq, j.round, j.verb, j.op, j.part, j.at, j.ends, j.fence, j.lookups, j.unsure, j.state, j.value, j.evidence";

/// An entry out of its row.
pub(super) fn entry(row: &Row) -> Result<Entry, StoreError> {
    let unreadable = || read::damaged("journal entry");
    let value: Option<String> = row.try_get("value")?;
    let value = value.as_deref().unwrap_or("null");
    let state = match row.try_get::<String>("state")?.as_str() {
        "open" => EntryState::Open,
        "done" => EntryState::Done(read::json(value)?),
        "answered" => EntryState::Answered(read::json(value)?),
        _ => return Err(unreadable()),
    };
    Ok(Entry {
        seq: row.try_get("seq")?,
        round: row.try_get("round")?,
        verb: Verb::from_name(&row.try_get::<String>("verb")?).ok_or_else(unreadable)?,
        op: row.try_get("op")?,
        part: row.try_get("part")?,
        at: read::time(row.try_get("at")?)?,
        ends: read::time(row.try_get("ends")?)?,
        fence: row.try_get("fence")?,
        lookups: read::small(row.try_get("lookups")?)?,
        unsure: row.try_get::<i64>("unsure")? != 0,
        state,
        evidence: row.try_get("evidence")?,
    })
}

/// What became of an entry. A late result from an old fence is taken if it closes the entry which that fence opened; but only
/// who holds the delivery takes an entry away: another may have read it since, and go by it.
pub(super) async fn finish(
    conn: &mut Conn,
    delivery: &DeliveryId,
    fence: i64,
    finish: &Finish,
) -> Result<(), StoreError> {
    let (sql, seq) = match finish {
        Finish::Done { seq, .. } => (
            "update journal set state = 'done', value = $4, unsure = case when unsure > $5 then unsure else $5 end where seq = $1 and delivery = $2 and (fence = $3 or $3 = (select fence from delivery where id = $2)) and state <> 'done'",
            seq,
        ),
        Finish::Gone { seq } => (
            "delete from journal where seq = $1 and delivery = $2 and $3 = (select fence from delivery where id = $2) and state = 'open' and $4 is null and $5 = 0",
            seq,
        ),
        Finish::Open { seq, .. } => (
            "update journal set lookups = $6, unsure = case when unsure > $5 then unsure else $5 end, evidence = $4 where seq = $1 and delivery = $2 and (fence = $3 or $3 = (select fence from delivery where id = $2)) and state = 'open'",
            seq,
        ),
    };
    let (text, unsure, lookups) = match finish {
        Finish::Done { value, unsure, .. } => (Some(read::to_json(value)), *unsure, 0),
        Finish::Gone { .. } => (None, false, 0),
        Finish::Open {
            lookups,
            unsure,
            evidence,
            ..
        } => (Some(evidence.clone()), *unsure, *lookups),
    };
    let mut update = query(sql)
        .bind(seq)
        .bind(delivery.as_str())
        .bind(fence)
        .bind(text)
        .bind(i64::from(unsure));
    if matches!(finish, Finish::Open { .. }) {
        update = update.bind(i64::from(lookups));
    }
    update.execute(conn).await?;
    Ok(())
}

/// The gate: fence current, not superseded, embargo passed, approved, not held, destination not paused, quota left.
pub(super) async fn gate(
    conn: &mut Conn,
    check: &GateCheck,
    op: &str,
) -> Result<Option<Gate>, StoreError> {
    let row = query(
        "select d.fence, d.state, d.lease_end, d.not_before, d.superseded_by, d.intent, d.destination, i.held_by, i.held_why, t.paused_by,
           (select count(*) from approval a where a.rendition = d.rendition and a.void = 0) as approved
         from delivery d join item i on i.id = d.item join destination t on t.id = d.destination where d.id = $1",
    )
    .bind(check.delivery.as_str())
    .fetch_optional(&mut *conn)
    .await?;
    let Some(row) = row else {
        return Ok(Some(Gate::taken_over()));
    };
    if row.try_get::<i64>("fence")? != check.fence && !trial::without(Rule::Fence) {
        return Ok(Some(Gate::taken_over()));
    }
    if row.try_get::<Option<String>>("superseded_by")?.is_some() {
        return Ok(Some(Gate::Superseded));
    }
    if !check.whole {
        return Ok(None);
    }
    let soon = read::time(check.now.as_millisecond().saturating_add(GATE_WAIT_MS))?;
    let wait = |until: Timestamp, why: WaitReason| Ok(Some(Gate::Waits { until, why }));
    if let Some(at) = read::opt_time(row.try_get("not_before")?)?
        && at > check.now
    {
        return wait(at, WaitReason::Embargo);
    }
    let is_withdrawal = row.try_get::<String>("intent")? == "withdraw";
    if let (Some(by), false) = (row.try_get::<Option<String>>("held_by")?, is_withdrawal) {
        let reason: Option<String> = row.try_get("held_why")?;
        return wait(
            soon,
            WaitReason::Hold {
                by,
                reason: reason.unwrap_or_default(),
            },
        );
    }
    if row.try_get::<i64>("approved")? == 0 {
        return wait(soon, WaitReason::Approval);
    }
    if let Some(by) = row.try_get::<Option<String>>("paused_by")? {
        return wait(soon, WaitReason::Paused { by });
    }
    let destination: String = row.try_get("destination")?;
    for (start, max, end) in &check.quotas {
        let used = super::destinations::quota_used(&mut *conn, &destination, op, *start).await?;
        if used >= i64::from(*max) {
            return wait(*end, WaitReason::Quota { op: op.to_owned() });
        }
    }
    Ok(None)
}

/// The entry of the same act that is there already. It alone stops whoever lost the delivery or forgot what was begun, so a
/// trial without those rules has to go around it.
async fn same(
    conn: &mut Conn,
    check: &GateCheck,
    begin: &Begin,
) -> Result<Option<i64>, StoreError> {
    let seq = query_scalar("select seq from journal where delivery = $1 and round = $2 and verb = $3 and op = $4 and part = $5")
        .bind(check.delivery.as_str())
        .bind(check.round)
        .bind(begin.verb.name())
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
    ) -> Result<Vec<Entry>, StoreError> {
        let rows = query(sqlx::AssertSqlSafe(format!(
            "select {ENTRY} from journal j where j.delivery = $1 and j.round = $2 order by j.seq"
        )))
        .bind(delivery.as_str())
        .bind(round)
        .fetch_all(&self.readers)
        .await?;
        rows.iter().map(entry).collect()
    }

    /// Commits the result of the last step and then, if the gate lets it, the intent of the next.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub async fn journal_begin(
        &self,
        check: GateCheck,
        last: Option<Finish>,
        begin: Begin,
    ) -> Result<Result<i64, Gate>, StoreError> {
        self.write(move |conn| {
            Box::pin(async move {
                if let Some(last) = &last {
                    finish(conn, &check.delivery, check.fence, last).await?;
                }
                if let Some(shut) = gate(conn, &check, &begin.op).await? {
                    return Ok(Err(shut));
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
                        let opened = query("update journal set at = $2, ends = $3, fence = $4, lookups = 0, unsure = 1 where seq = $1 and (state = 'open' or $5 = 1)")
                            .bind(seq)
                            .bind(begin.at.as_millisecond())
                            .bind(begin.ends.as_millisecond())
                            .bind(check.fence)
                            .bind(i64::from(anyhow))
                            .execute(&mut *conn)
                            .await?;
                        if opened == 0 {
                            // A late answer has closed it since it was read: to act again now would do it twice.
                            return Ok(Err(Gate::taken_over()));
                        }
                        seq
                    }
                    None => {
                        query_scalar("insert into journal (delivery, round, verb, op, part, at, ends, key, fence, state, ticket) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'open', $10) returning seq")
                            .bind(check.delivery.as_str())
                            .bind(check.round)
                            .bind(begin.verb.name())
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
                Ok(Ok(seq))
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
        what: Finish,
    ) -> Result<(), StoreError> {
        let delivery = delivery.clone();
        self.write(move |conn| Box::pin(async move { finish(conn, &delivery, fence, &what).await }))
            .await
    }

    /// The open or unsure entries of this delivery and of all that went before it for its item there, ended or not: a
    /// request that was left unsure may come up long after its delivery has ended. When it no longer can depends on the
    /// operations' lookups, which the engine knows. With each, whether it is of this delivery or of one that it superseded.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn unsure_up_to(&self, id: &DeliveryId) -> Result<Vec<(Entry, bool)>, StoreError> {
        let rows = query(sqlx::AssertSqlSafe(format!("select {ENTRY},
               (select count(*) from delivery m where m.id = d.id and (m.id = own.id or m.superseded_by = own.id)) as mine
               from delivery own join delivery d on d.item = own.item and d.destination = own.destination and d.seq <= own.seq
               join journal j on j.delivery = d.id
              where own.id = $1 and j.round >= 0 and j.verb in ('step', 'once') and (j.state = 'open' or j.unsure = 1) order by j.seq")))
            .bind(id.as_str())
            .fetch_all(&self.readers)
            .await?;
        rows.iter()
            .map(|row| Ok((entry(row)?, row.try_get::<i64>("mine")? > 0)))
            .collect()
    }
}
