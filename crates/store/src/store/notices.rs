//! Webhook messages, written in the commit of what they report, so that none is lost; sent by whoever finds them due.

use std::time::Duration;

use yigao_core::{DeliveryId, Timestamp, time::later};

use super::{Store, read};
use crate::{
    driver::{Conn, Row, query, query_scalar},
    error::StoreError,
    rows::{NewNotice, NoticeRow},
};

const COLUMNS: &str = "id, hook, delivery, kind, body, at, due_at, tries, told, message";

/// Beside the change that they report.
pub(super) async fn write(
    conn: &mut Conn,
    delivery: &DeliveryId,
    notices: &[NewNotice],
    now: Timestamp,
) -> Result<(), StoreError> {
    for notice in notices {
        query("insert into notice (id, hook, delivery, kind, body, at, due_at) values ($1, $2, $3, $4, $5, $6, $6) on conflict do nothing")
            .bind(&notice.id)
            .bind(&notice.hook)
            .bind(delivery.as_str())
            .bind(&notice.kind)
            .bind(&notice.body)
            .bind(now.as_millisecond())
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}

impl Store {
    /// Takes up to `limit` messages that are due at a webhook, the longest due first. Whoever took one has until the
    /// lease ends; after that the next takes it, and sends it once more under the same id.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub async fn claim_notices(
        &self,
        hook: &str,
        limit: u32,
        lease: Duration,
        now: Timestamp,
    ) -> Result<Vec<NoticeRow>, StoreError> {
        let due: Option<i64> =
            query_scalar("select min(due_at) from notice where hook = $1 and due_at is not null")
                .bind(hook)
                .fetch_one(&self.readers)
                .await?;
        if due.is_none_or(|at| at > now.as_millisecond()) {
            return Ok(Vec::new());
        }
        let hook = hook.to_owned();
        self.write(move |conn| {
            Box::pin(async move {
                let sql = format!(
                    "update notice set due_at = $3, tries = tries + 1 where hook = $1 and id in (select id from notice where hook = $1 and due_at <= $2 order by due_at limit $4) and due_at <= $2 returning {COLUMNS}"
                );
                let rows = query(sqlx::AssertSqlSafe(sql))
                    .bind(&hook)
                    .bind(now.as_millisecond())
                    .bind(later(now, lease).as_millisecond())
                    .bind(i64::from(limit))
                    .fetch_all(conn)
                    .await?;
                rows.iter().map(notice).collect()
            })
        })
        .await
    }

    /// Records how a try ended: accepted, to be sent again at `again`, or given up. `false`: another worker had taken it by then.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub async fn end_notice(
        &self,
        notice: &NoticeRow,
        told: bool,
        again: Option<Timestamp>,
        message: &str,
    ) -> Result<bool, StoreError> {
        let (notice, message) = (notice.clone(), message.to_owned());
        self.write(move |conn| {
            Box::pin(async move {
                let done = query("update notice set told = $4, due_at = $5, message = $6 where id = $1 and hook = $2 and tries = $3 and told = 0")
                    .bind(&notice.id)
                    .bind(&notice.hook)
                    .bind(i64::from(notice.tries))
                    .bind(i64::from(told))
                    .bind(again.map(Timestamp::as_millisecond))
                    .bind(message)
                    .execute(conn)
                    .await?;
                Ok(done > 0)
            })
        })
        .await
    }

    /// Messages about a delivery, oldest first.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn notices_of(&self, delivery: &DeliveryId) -> Result<Vec<NoticeRow>, StoreError> {
        let sql = format!("select {COLUMNS} from notice where delivery = $1 order by at, id, hook");
        let rows = query(sqlx::AssertSqlSafe(sql))
            .bind(delivery.as_str())
            .fetch_all(&self.readers)
            .await?;
        rows.iter().map(notice).collect()
    }

    /// Messages that were sent and not accepted, newest first.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn notices_untold(&self, limit: u32) -> Result<Vec<NoticeRow>, StoreError> {
        let sql = format!(
            "select {COLUMNS} from notice where told = 0 and message is not null order by at desc limit $1"
        );
        let rows = query(sqlx::AssertSqlSafe(sql))
            .bind(i64::from(limit.min(1_000)))
            .fetch_all(&self.readers)
            .await?;
        rows.iter().map(notice).collect()
    }
}

fn notice(row: &Row) -> Result<NoticeRow, StoreError> {
    Ok(NoticeRow {
        id: row.try_get("id")?,
        hook: row.try_get("hook")?,
        delivery: DeliveryId::parse(&row.try_get::<String>("delivery")?)
            .map_err(|_| read::damaged("name"))?,
        kind: row.try_get("kind")?,
        body: row.try_get("body")?,
        at: read::time(row.try_get("at")?)?,
        due_at: read::opt_time(row.try_get("due_at")?)?,
        tries: read::small(row.try_get("tries")?)?,
        told: row.try_get::<i64>("told")? != 0,
        message: row.try_get("message")?,
    })
}
