//! Who works on what: claims, fair between destinations.

use std::{collections::VecDeque, time::Duration};

use yigao_core::{DeliveryId, Intent, Timestamp, time::later};

use super::{Store, plan, read};
use crate::{
    driver::{Conn, query, query_scalar},
    error::StoreError,
    rows::Claimed,
};

/// What must hold of a due delivery itself, wherever it goes to:
/// - it is in a state that is claimed for what it is due for, as `next` has it (asked of the text that the state is, or a
///   database might walk the index over states);
/// - no worker is in any delivery of the same item there (counted, not asked for by `not exists`, which PostgreSQL may turn into
///   a join of all that is due with all that is leased);
/// - everything planned before it for that item there has ended, unless it is a withdrawal;
/// - an approval names its rendition, and the item is not held (reading back and cleanup need neither).
const READY: &str = "
  (d.due_for <> 'deliver' or (
    exists (select 1 from approval a where a.rendition = d.rendition and a.void = 0)
    and not exists (select 1 from item i where i.id = d.item and i.held_by is not null and d.intent <> 'withdraw')
    and (d.intent = 'withdraw' or not exists (select 1 from delivery e where e.item = d.item and e.destination = d.destination
        and e.seq < d.seq and e.state not in ('delivered', 'failed', 'superseded')))
  ))
  and case d.due_for when 'deliver' then d.state || '' in ('waiting', 'working', 'accepted')
        when 'observe' then d.state || '' in ('unconfirmed', 'in_doubt', 'delivered')
        else d.state || '' in ('delivered', 'failed', 'unconfirmed', 'superseded') end
  and (select count(*) from delivery o where o.item = d.item and o.destination = d.destination and o.lease_end > $1) < 1";

/// What must hold of its destination: neither paused nor tripped, and room for one more delivery.
const OPEN: &str = "
  (d.due_for <> 'deliver' or (
    not exists (select 1 from destination t where t.id = d.destination and (t.paused_by is not null or t.tripped_until > $1))
    and (select count(*) from delivery w where w.destination = d.destination and w.lease_end > $1 and w.state = 'working')
        < (select t.max_in_flight from destination t where t.id = d.destination)
  ))";

/// All of it, of delivery `d` at time `$1`.
fn claimable() -> String {
    format!("d.due_at is not null and d.due_at <= $1 and {OPEN} and {READY}")
}

impl Store {
    /// Claims deliveries that are due: the one named, or up to `limit`, taken in turn from every destination that has room,
    /// the longest due of each first. Each claim raises the fence.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub async fn claim(
        &self,
        id: Option<DeliveryId>,
        limit: u32,
        worker: &str,
        lease: Duration,
        now: Timestamp,
    ) -> Result<Vec<Claimed>, StoreError> {
        let worker = worker.to_owned();
        self.write(move |conn| {
            Box::pin(async move {
                let ids = match id {
                    Some(id) => vec![id.to_string()],
                    None => candidates(conn, limit, now).await?,
                };
                let mut claimed = Vec::new();
                for id in ids {
                    // Asked again for each: the one before may have taken the last room.
                    claimed.extend(take(conn, &id, &worker, lease, now).await?);
                }
                Ok(claimed)
            })
        })
        .await
    }
}

/// Due deliveries, one of each destination in turn, those first where the fewest are under way; what is read back or cleaned up
/// has a turn of its own. A destination without room, or with a long queue, costs the others nothing: its rows are not even
/// examined.
async fn candidates(
    conn: &mut Conn,
    limit: u32,
    now: Timestamp,
) -> Result<Vec<String>, StoreError> {
    let at = now.as_millisecond();
    let limit = i64::from(limit);
    let mut open = open_queues(conn, limit, at).await?;
    // A task that asks for one more: the first turn is enough.
    if limit == 1 {
        for (of, _) in open {
            let first = queue(conn, of.as_deref(), 1, at).await?;
            if !first.is_empty() {
                return Ok(first);
            }
        }
        return Ok(Vec::new());
    }
    // An even share of each; only where some have less than that, as much as there is room for.
    let share = 1 + limit / i64::try_from(open.len()).unwrap_or(1).max(1);
    let mut queues: Vec<VecDeque<String>> = vec![VecDeque::new(); open.len()];
    for most in [share, limit] {
        for ((of, room), found) in open.iter_mut().zip(&mut queues) {
            if *room > 0 {
                let asked = most.min(*room);
                *found = queue(conn, of.as_deref(), asked, at).await?.into();
                // All of it is known: it need not be asked again.
                if i64::try_from(found.len()).is_ok_and(|n| n < asked) || asked == *room {
                    *room = 0;
                }
            }
        }
        let found: usize = queues.iter().map(VecDeque::len).sum();
        if i64::try_from(found).is_ok_and(|found| found >= limit) {
            break;
        }
    }
    Ok(in_turn(
        queues,
        usize::try_from(limit).unwrap_or(usize::MAX),
    ))
}

/// Destinations at which something is due and there is room, with how much of it: where the fewest are under way first, then
/// where one waits the longest. No name: what is read back or cleaned up anywhere, which takes no room. Whether anything is due is
/// asked of the earliest alone: an index has it ready, whatever a planner thinks of the time now.
async fn open_queues(
    conn: &mut Conn,
    limit: i64,
    at: i64,
) -> Result<Vec<(Option<String>, i64)>, StoreError> {
    let rows = query(
        "select t.id as id, t.max_in_flight as max_in_flight,
                (select count(*) from delivery w where w.destination = t.id and w.lease_end > $1 and w.state = 'working') as busy,
                (select min(d.due_at) from delivery d where d.destination = t.id and d.due_for = 'deliver' and d.due_at is not null) as since
           from destination t
          where t.paused_by is null and (t.tripped_until is null or t.tripped_until <= $1)
            and (select min(d.due_at) from delivery d where d.destination = t.id and d.due_for = 'deliver' and d.due_at is not null) <= $1
         union all
         select '', 0, (select count(*) from delivery w where w.lease_end > $1 and w.due_for <> 'deliver'),
                (select min(d.due_at) from delivery d where d.due_for <> 'deliver' and d.due_at is not null)
          where (select min(d.due_at) from delivery d where d.due_for <> 'deliver' and d.due_at is not null) <= $1
          order by busy, since",
    )
    .bind(at)
    .fetch_all(conn)
    .await?;
    let mut open = Vec::new();
    for row in rows {
        let (id, max_in_flight, busy): (String, i64, i64) = (
            row.try_get("id")?,
            row.try_get("max_in_flight")?,
            row.try_get("busy")?,
        );
        match id.is_empty() {
            true => open.push((None, limit)),
            false if max_in_flight > busy => open.push((Some(id), limit.min(max_in_flight - busy))),
            false => {}
        }
    }
    Ok(open)
}

/// The longest due of one destination, or of what is read back or cleaned up anywhere.
async fn queue(
    conn: &mut Conn,
    destination: Option<&str>,
    limit: i64,
    at: i64,
) -> Result<Vec<String>, StoreError> {
    let skip = conn.dialect().skip_locked();
    let of = match destination {
        Some(_) => "d.due_for = 'deliver' and d.destination = $3",
        None => "d.due_for <> 'deliver'",
    };
    let sql = format!(
        "select d.id from delivery d where {of} and d.due_at <= $1 and {READY} order by d.due_at limit $2{skip}"
    );
    let query = query_scalar(sqlx::AssertSqlSafe(sql)).bind(at).bind(limit);
    let query = match destination {
        Some(destination) => query.bind(destination),
        None => query,
    };
    query.fetch_all(&mut *conn).await
}

/// One of each queue in turn, until `limit` are taken or nothing is left.
fn in_turn(mut queues: Vec<VecDeque<String>>, limit: usize) -> Vec<String> {
    let mut taken = Vec::new();
    while taken.len() < limit && queues.iter().any(|queue| !queue.is_empty()) {
        for queue in &mut queues {
            if taken.len() < limit {
                taken.extend(queue.pop_front());
            }
        }
    }
    taken
}

async fn take(
    conn: &mut Conn,
    id: &str,
    worker: &str,
    lease: Duration,
    now: Timestamp,
) -> Result<Option<Claimed>, StoreError> {
    let sql = format!(
        "update delivery as d set
           state = case when due_for = 'deliver' then 'working' else state end,
           why = case when due_for = 'deliver' then null else why end,
           starts = starts + case when due_for = 'deliver' then 1 else 0 end,
           due_at = $3, lease_end = $3, fence = fence + 1, worker = $4, updated_at = $1
         where d.id = $2 and {} returning {},
           (select count(*) from journal j where j.delivery = $2 and j.round = (select e.round from delivery e where e.id = $2) and j.verb = 'once' and j.state = 'open') as open",
        claimable(),
        read::DELIVERY
    );
    let row = query(sqlx::AssertSqlSafe(sql))
        .bind(now.as_millisecond())
        .bind(id)
        .bind(later(now, lease).as_millisecond())
        .bind(worker)
        .fetch_optional(&mut *conn)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let open: i64 = row.try_get("open")?;
    let mut delivery = read::delivery(&row)?;
    // Nothing of an item is under way where it is published: only a delivery that follows another can have a wrong prior.
    if delivery.fence == 1 && delivery.intent != Intent::Publish {
        delivery = plan::prior_again(conn, delivery).await?;
    }
    Ok(Some(Claimed {
        purpose: delivery.due_for,
        open_once: open > 0,
        delivery,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn destinations_take_turns() {
        let queue = |all: &[&str]| all.iter().map(ToString::to_string).collect();
        let queues = vec![queue(&["a1", "a2", "a3"]), queue(&[]), queue(&["b1"])];
        assert_eq!(in_turn(queues.clone(), 3), ["a1", "b1", "a2"]);
        assert_eq!(in_turn(queues, 9), ["a1", "b1", "a2", "a3"]);
    }
}
