//! Planning: the rendition, the delivery and what it supersedes, in one transaction.

use serde_json::json;
use yigao_core::{
    Actor, Delivery, DeliveryId, DestinationId, Digest, Finding, Intent, ItemId, Prior,
    RemoteState, Rendition, Timestamp, WaitReason,
    next::Event,
    plan::{Before, NotPlanned, Planned, plan, prior, stands_by},
};

use super::{
    Store,
    ledger::{Entry, append},
    read,
    record::{apply, current, decided, notify_those_behind, supersede},
};
use crate::{
    driver::{Conn, On, query, query_scalar},
    error::StoreError,
    rows::{NewDelivery, PlanError},
};

/// Stores a rendition with its own findings. What import noticed is the version's, where it is answered: a copy here would
/// stay open for ever.
pub(super) async fn insert_rendition(
    conn: &mut Conn,
    rendition: &Rendition,
    findings: &[Finding],
    now: Timestamp,
) -> Result<Digest, StoreError> {
    let digest = rendition.digest();
    let own: Vec<&Finding> = findings.iter().filter(|f| f.number.is_none()).collect();
    query("insert into rendition (digest, item, version, destination, intent, document, findings, at) values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (digest) do update set findings = $7")
        .bind(digest.as_str())
        .bind(rendition.item.as_str())
        .bind(i64::from(rendition.version))
        .bind(rendition.destination.as_str())
        .bind(rendition.intent.name())
        .bind(read::to_json(rendition))
        .bind(read::to_json(&own))
        .bind(now.as_millisecond())
        .execute(conn)
        .await?;
    Ok(digest)
}

/// Every delivery of an item at a destination that was planned before `seq`, oldest first, with what its journal records.
async fn before(
    on: impl Into<On<'_>>,
    (item, destination): (&ItemId, &DestinationId),
    seq: i64,
) -> Result<Vec<Before>, StoreError> {
    let sql = format!(
        "select {}, (select count(*) from journal j where j.delivery = d.id and j.round >= 0 and j.verb in ('step', 'once', 'wait')) as writes,
           (select count(*) from journal j where j.delivery = d.id and j.round >= 0 and j.verb in ('step', 'once') and (j.state = 'open' or j.unsure = 1)) as unsures
         from delivery d where d.item = $1 and d.destination = $2 and d.seq < $3 order by d.seq",
        read::DELIVERY
    );
    let rows = query(sqlx::AssertSqlSafe(sql))
        .bind(item.as_str())
        .bind(destination.as_str())
        .bind(seq)
        .fetch_all(on)
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Before {
                delivery: read::delivery(row)?,
                wrote: row.try_get::<i64>("writes")? > 0,
                unsure: row.try_get::<i64>("unsures")? > 0,
            })
        })
        .collect()
}

/// Determines for a delivery once more, as it is claimed for the first time, what is public there: what it waited for, or
/// superseded, may have ended otherwise than it seemed when this one was planned.
pub(super) async fn prior_again(
    conn: &mut Conn,
    mut delivery: Delivery,
) -> Result<Delivery, StoreError> {
    let seq: i64 = query_scalar("select seq from delivery where id = $1")
        .bind(delivery.id.as_str())
        .fetch_one(&mut *conn)
        .await?;
    let pair = (&delivery.item, &delivery.destination);
    let found = prior(&before(&mut *conn, pair, seq).await?);
    let found = Prior {
        over: delivery.prior.over.clone(),
        ..found
    };
    if found != delivery.prior {
        query("update delivery set prior = $2 where id = $1")
            .bind(delivery.id.as_str())
            .bind(read::to_json(&found))
            .execute(conn)
            .await?;
        delivery.prior = found;
    }
    Ok(delivery)
}

async fn insert(
    conn: &mut Conn,
    new: &NewDelivery,
    planned: &Planned,
    digest: &Digest,
    actor: &Actor,
    now: Timestamp,
) -> Result<(), StoreError> {
    let approved: i64 =
        query_scalar("select count(*) from approval where rendition = $1 and void = 0")
            .bind(digest.as_str())
            .fetch_one(&mut *conn)
            .await?;
    let (not_before, later) = match &new.not_before {
        Some((at, why)) if *at > now => (Some(*at), Some(why.clone())),
        _ => (None, None),
    };
    let (due_at, why) = match (approved, &planned.after, later) {
        (0, ..) => (None, WaitReason::Approval),
        (_, Some(after), _) => (
            None,
            WaitReason::Order {
                delivery: after.to_string(),
            },
        ),
        (_, None, Some(why)) => (not_before, why),
        (_, None, None) => (Some(now), WaitReason::Planned),
    };
    query("insert into delivery (id, item, version, destination, identity, intent, state, due_at, due_for, why, rendition, not_before, prior, created_at, updated_at, actor) values ($1, $2, $3, $4, (select identity from destination where id = $4), $5, 'waiting', $6, 'deliver', $7, $8, $9, $10, $11, $11, $12)")
        .bind(new.id.as_str())
        .bind(new.rendition.item.as_str())
        .bind(i64::from(new.rendition.version))
        .bind(new.rendition.destination.as_str())
        .bind(new.rendition.intent.name())
        .bind(due_at.map(Timestamp::as_millisecond))
        .bind(read::to_json(&why))
        .bind(digest.as_str())
        .bind(not_before.map(Timestamp::as_millisecond))
        .bind(read::to_json(&planned.prior))
        .bind(now.as_millisecond())
        .bind(actor.as_str())
        .execute(conn)
        .await?;
    Ok(())
}

/// Why a correction would only repeat the newest delivery there: it has begun to send the same, or has brought it. Asked in the
/// transaction: two people, or two processes, may ask at once. What has sent nothing yet may be planned anew, for another time.
fn already(
    before: &[Before],
    planned: &Planned,
    digest: &Digest,
    new: &NewDelivery,
) -> Option<NotPlanned> {
    let newest = &before.last()?.delivery;
    let repeats = new.rendition.intent == Intent::Correct
        && new.over.is_none()
        && newest.rendition == *digest;
    if !repeats {
        return None;
    }
    if stands_by(before).is_some() {
        return Some(NotPlanned::Same(newest.id.clone()));
    }
    let begun = !newest.state.is_final() && !planned.supersedes.contains(&newest.id);
    begun.then(|| NotPlanned::UnderWay(newest.id.clone()))
}

/// Whether its destination takes nothing new. What is public there can be withdrawn at any time.
async fn drained(conn: &mut Conn, new: &NewDelivery) -> Result<Option<NotPlanned>, StoreError> {
    if new.rendition.intent == Intent::Withdraw {
        return Ok(None);
    }
    let row = query(
        "select drained_by, drained_why from destination where id = $1 and drained_by is not null",
    )
    .bind(new.rendition.destination.as_str())
    .fetch_optional(conn)
    .await?;
    row.map(|row| {
        let why: Option<String> = row.try_get("drained_why")?;
        Ok(NotPlanned::Draining {
            by: row.try_get("drained_by")?,
            why: why.unwrap_or_default(),
        })
    })
    .transpose()
}

impl Store {
    /// Plans one delivery: stores its rendition, finds what was there before, supersedes what it replaces.
    ///
    /// # Errors
    /// [`PlanError::NotPlanned`] names what is in the way; nothing is written then.
    pub async fn plan(
        &self,
        new: NewDelivery,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<Delivery, PlanError> {
        let actor = actor.clone();
        let planned = self
            .write(move |conn| {
                Box::pin(async move {
                    let pair = (&new.rendition.item, &new.rendition.destination);
                    let before = before(&mut *conn, pair, i64::MAX).await?;
                    let mut planned = match plan(new.rendition.intent, &before) {
                        Ok(planned) => planned,
                        // An answer, not a failure of the ledger: the savepoint is released, nothing was written.
                        Err(refused) => return Ok(Err(refused)),
                    };
                    if let Some(drained) = drained(conn, &new).await? {
                        return Ok(Err(drained));
                    }
                    planned.prior.over = new.over.clone();
                    let digest = insert_rendition(conn, &new.rendition, &new.findings, now).await?;
                    // Two people, or one twice: what is on its way there has the same content, and a second one would double it
                    // where every correction is a copy of its own.
                    if let Some(same) = already(&before, &planned, &digest, &new) {
                        return Ok(Err(same));
                    }
                    let takes_place = |b: &&Before| planned.supersedes.contains(&b.delivery.id);
                    for old in before.iter().filter(takes_place) {
                        supersede(conn, &old.delivery, &new.id, now).await?;
                    }
                    insert(conn, &new, &planned, &digest, &actor, now).await?;
                    let body = json!({
                        "intent": new.rendition.intent, "destination": new.rendition.destination, "version": new.rendition.version,
                        "rendition": digest, "overtakes": planned.supersedes, "item": new.rendition.item,
                        "nothing_was_sent": matches!(planned.prior.remote_state, RemoteState::Nothing),
                    });
                    append(conn, Entry { at: now, actor: actor.as_str(), verb: "delivery.plan", subject: new.id.as_str(), body }).await?;
                    let row = query(sqlx::AssertSqlSafe(format!("select {} from delivery where id = $1", read::DELIVERY)))
                        .bind(new.id.as_str())
                        .fetch_one(&mut *conn)
                        .await?;
                    Ok(Ok(read::delivery(&row)?))
                })
            })
            .await?;
        Ok(planned?)
    }

    /// Every delivery of an item to a destination, oldest first, with what its journal records: [`yigao_core::plan`] derives from
    /// it what is public there. Whatever is decided by it is asked again in the transaction that plans.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn before(
        &self,
        item: &ItemId,
        destination: &DestinationId,
    ) -> Result<Vec<Before>, StoreError> {
        before(&self.readers, (item, destination), i64::MAX).await
    }

    /// Cancels a delivery that never sent anything 取消.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when something of it may have been sent: use a withdrawal then.
    pub async fn cancel(
        &self,
        id: &DeliveryId,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (id, actor) = (id.clone(), actor.clone());
        self.write(move |conn| {
            Box::pin(async move {
                let refused = || {
                    StoreError::refused(
                        format!("{id} 不在等待，或可能已有内容发出：请改用撤稿（item withdraw）"),
                        format!("{id} is not waiting, or something of it may have gone out: use a withdrawal (item withdraw)"),
                    )
                };
                let delivery = current(conn, &id).await?.ok_or_else(refused)?;
                let entries: i64 = query_scalar("select count(*) from journal where delivery = $1")
                    .bind(id.as_str())
                    .fetch_one(&mut *conn)
                    .await?;
                let event = Event::Cancelled { begun: entries > 0 };
                let change = decided(&delivery, event, now).map_err(|_| refused())?;
                apply(conn, &delivery, &change, now).await?;
                notify_those_behind(conn, &id, now).await?;
                append(conn, Entry { at: now, actor: actor.as_str(), verb: "delivery.cancel", subject: id.as_str(), body: json!({}) }).await
            })
        })
        .await
    }
}
