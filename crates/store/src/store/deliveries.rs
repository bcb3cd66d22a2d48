//! Leases, lists.

use std::time::Duration;

use yigao_core::{
    Delivery, DeliveryId, State, Timestamp, journal::Entry, next::Event, time::later,
};

use super::{
    Store, journal, read,
    record::{apply, decided},
};
use crate::{
    driver::{Builder, Conn, query, query_scalar},
    error::StoreError,
    rows::ListDeliveries,
};

/// Nothing newer of its item at its destination.
const NEWEST: &str = " and not exists (select 1 from delivery n where n.item = delivery.item and n.destination = delivery.destination and n.seq > delivery.seq)";

impl Store {
    /// When the next delivery is due, if any is.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        let at: Option<i64> =
            query_scalar("select min(due_at) from delivery where due_at is not null")
                .fetch_one(&self.readers)
                .await?;
        read::opt_time(at)
    }

    /// Extends the leases of what a worker holds; returns those that it holds no longer.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub async fn heartbeat(
        &self,
        held: Vec<(DeliveryId, i64)>,
        lease: Duration,
        now: Timestamp,
    ) -> Result<Vec<DeliveryId>, StoreError> {
        self.write(move |conn| {
            Box::pin(async move {
                let end = later(now, lease).as_millisecond();
                let mut lost = Vec::new();
                for (id, fence) in held {
                    let done = query("update delivery set lease_end = $3, due_at = case when due_at is null then null else $3 end where id = $1 and fence = $2 and lease_end is not null")
                        .bind(id.as_str())
                        .bind(fence)
                        .bind(end)
                        .execute(&mut *conn)
                        .await?;
                    if done == 0 {
                        lost.push(id);
                    }
                }
                Ok(lost)
            })
        })
        .await
    }

    /// Gives deliveries back: due at once, without a lease. Their journals record how far they came.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub async fn hand_back(
        &self,
        held: Vec<(DeliveryId, i64)>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(move |conn| {
            Box::pin(async move {
                for (id, fence) in held {
                    let Some(delivery) = held_by(conn, &id, fence).await? else {
                        continue;
                    };
                    let change = decided(&delivery, Event::HandedBack, now)?;
                    apply(conn, &delivery, &change, now).await?;
                }
                Ok(())
            })
        })
        .await
    }

    /// One delivery.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when there is none of this name.
    pub async fn delivery(&self, id: &DeliveryId) -> Result<Delivery, StoreError> {
        let row = query(sqlx::AssertSqlSafe(format!(
            "select {} from delivery where id = $1",
            read::DELIVERY
        )))
        .bind(id.as_str())
        .fetch_optional(&self.readers)
        .await?
        .ok_or_else(|| StoreError::Missing {
            what: "delivery",
            name: id.to_string(),
        })?;
        read::delivery(&row)
    }

    /// Deliveries, newest first.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn deliveries(&self, which: &ListDeliveries) -> Result<Vec<Delivery>, StoreError> {
        let mut list = Builder::new(format!(
            "select {} from delivery where true",
            read::DELIVERY
        ));
        let limit = i64::from(match which.limit {
            0 => 200,
            limit => limit.min(1_000),
        });
        if which.newest_only {
            list.push(NEWEST);
        }
        match &which.item {
            // Few, and all of them beside each other.
            Some(item) => {
                list.push(" and item = ").push_bind(item.as_str());
                if let Some(destination) = &which.destination {
                    list.push(" and destination = ")
                        .push_bind(destination.as_str());
                }
                if !which.states.is_empty() {
                    let states = which.states.iter().map(|s| s.name());
                    list.push(" and state || '' in ").push_list(states);
                }
            }
            None => newest_of_each(&mut list, which, limit),
        }
        list.push(" order by seq desc limit ").push_bind(limit);
        let rows = list.build().fetch_all(&self.readers).await?;
        rows.iter().map(read::delivery).collect()
    }

    /// The whole journal of a delivery, all rounds, cleanup included.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn journal_of(&self, id: &DeliveryId) -> Result<Vec<Entry>, StoreError> {
        let rows = query(sqlx::AssertSqlSafe(format!(
            "select {} from journal j where j.delivery = $1 order by j.seq",
            journal::ENTRY
        )))
        .bind(id.as_str())
        .fetch_all(&self.readers)
        .await?;
        rows.iter().map(journal::entry).collect()
    }

    /// Makes a delivery due at once, if it waits for a time; used when something it waits for has come.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub async fn wake(&self, id: &DeliveryId, now: Timestamp) -> Result<bool, StoreError> {
        let id = id.clone();
        self.write(move |conn| {
            Box::pin(async move {
                let why = conn.dialect().json("why", "why");
                let done = query(sqlx::AssertSqlSafe(format!("update delivery set due_at = $2 where id = $1 and (state in ('waiting', 'accepted') or due_for = 'observe') and (due_at is null or due_at > $2) and lease_end is null and coalesce(not_before, 0) <= $2 and coalesce({why}, '') <> 'approval'")))
                    .bind(id.as_str())
                    .bind(now.as_millisecond())
                    .execute(conn)
                    .await?;
                Ok(done > 0)
            })
        })
        .await
    }
}

/// The delivery, if this claim of it still holds and nothing has taken its place.
async fn held_by(
    conn: &mut Conn,
    id: &DeliveryId,
    fence: i64,
) -> Result<Option<Delivery>, StoreError> {
    let sql = format!(
        "select {} from delivery where id = $1 and fence = $2 and lease_end is not null and superseded_by is null",
        read::DELIVERY
    );
    let row = query(sqlx::AssertSqlSafe(sql))
        .bind(id.as_str())
        .bind(fence)
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(read::delivery).transpose()
}

/// The newest of each state apart, so that an index serves in its order: of a million delivered ones, only those that are
/// shown are examined.
fn newest_of_each<'q>(list: &mut Builder<'q>, which: &'q ListDeliveries, limit: i64) {
    let states = match (which.states.is_empty(), &which.destination) {
        (true, None) => return,
        (true, Some(_)) => &State::ALL[..],
        (false, _) => which.states.as_slice(),
    };
    let mut between = " and seq in (";
    for (n, state) in states.iter().enumerate() {
        list.push(between)
            .push("select seq from (select seq from delivery where state = ")
            .push_bind(state.name());
        if let Some(destination) = &which.destination {
            list.push(" and destination = ")
                .push_bind(destination.as_str());
        }
        if which.newest_only {
            list.push(NEWEST);
        }
        list.push(" order by seq desc limit ")
            .push_bind(limit)
            .push(&format!(") as of_state_{n}"));
        between = " union all ";
    }
    list.push(")");
}
