//! 台账: entries appended in the transaction of the change they report, each hashed over the one before.

use serde_json::Value;
use yigao_core::{Digest, Timestamp, canonical_json};

use super::{Store, read};
use crate::{
    driver::{Conn, query, query_scalar},
    error::StoreError,
    rows::LedgerRow,
};

/// Hash of the entry before the first.
const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// The content of an entry.
pub(super) struct Entry<'a> {
    pub(super) at: Timestamp,
    pub(super) actor: &'a str,
    pub(super) verb: &'a str,
    pub(super) subject: &'a str,
    pub(super) body: Value,
}

pub(super) async fn append(conn: &mut Conn, entry: Entry<'_>) -> Result<(), StoreError> {
    let before: Option<String> = query_scalar("select hash from ledger order by seq desc limit 1")
        .fetch_optional(&mut *conn)
        .await?;
    let at = entry.at.as_millisecond();
    let body = canonical_json(&entry.body);
    // As it is stored on every database, so that the hash is of what is read back; the body's JSON escapes it.
    let subject = entry.subject.replace('\0', "\u{fffd}");
    let hash = hash(
        before.as_deref().unwrap_or(GENESIS),
        at,
        entry.actor,
        entry.verb,
        &subject,
        &body,
    );
    query(
        "insert into ledger (at, actor, verb, subject, body, hash) values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(at)
    .bind(entry.actor)
    .bind(entry.verb)
    .bind(&subject)
    .bind(body)
    .bind(hash.as_str())
    .execute(conn)
    .await?;
    Ok(())
}

fn hash(before: &str, at: i64, actor: &str, verb: &str, subject: &str, body: &str) -> Digest {
    Digest::of_json(&(before, at, actor, verb, subject, body))
}

impl Store {
    /// Entries about one subject, oldest first; about everything when none is named.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn ledger(
        &self,
        subject: Option<&str>,
        limit: u32,
    ) -> Result<Vec<LedgerRow>, StoreError> {
        let rows = query("select seq, at, actor, verb, subject, body, hash from ledger where ($1 is null or subject = $1) order by seq limit $2")
            .bind(subject)
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await?;
        rows.iter()
            .map(|row| {
                Ok(LedgerRow {
                    seq: row.try_get("seq")?,
                    at: read::time(row.try_get("at")?)?,
                    actor: row.try_get("actor")?,
                    verb: row.try_get("verb")?,
                    subject: row.try_get("subject")?,
                    body: read::json(&row.try_get::<String>("body")?)?,
                    hash: row.try_get("hash")?,
                })
            })
            .collect()
    }

    /// Walks the whole chain; the first entry whose hash does not follow, if any.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn ledger_broken_at(&self) -> Result<Option<i64>, StoreError> {
        let mut before = GENESIS.to_owned();
        let mut from = 0_i64;
        loop {
            let rows = query("select seq, at, actor, verb, subject, body, hash from ledger where seq > $1 order by seq limit 1000")
                .bind(from)
                .fetch_all(&self.readers)
                .await?;
            if rows.is_empty() {
                return Ok(None);
            }
            for row in rows {
                let seq: i64 = row.try_get("seq")?;
                let found: String = row.try_get("hash")?;
                let (actor, verb): (String, String) = (row.try_get("actor")?, row.try_get("verb")?);
                let (subject, body): (String, String) =
                    (row.try_get("subject")?, row.try_get("body")?);
                if hash(&before, row.try_get("at")?, &actor, &verb, &subject, &body).as_str()
                    != found
                {
                    return Ok(Some(seq));
                }
                before = found;
                from = seq;
            }
        }
    }
}
