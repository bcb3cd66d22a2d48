//! Items, versions, renditions, approvals.

use std::collections::BTreeMap;

use serde_json::json;
use yigao_core::{
    Actor, Content, Digest, Finding, ItemId, Rendition, Timestamp, Version, finding::listed,
};

use super::{
    Store,
    findings::replace,
    ledger::{Entry, append},
    read::{self, WAITS},
};
use crate::{
    driver::{Builder, query},
    error::StoreError,
    rows::{ItemRow, PutVersion},
};

impl Store {
    /// Stores content as the item's next version, with what import noticed in it; the newest again when it already says
    /// exactly this. Then what this import noticed takes the place of what an earlier one did, and equal findings keep
    /// their answers.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn put_version(
        &self,
        item: &ItemId,
        content: Content,
        noticed: &[Finding],
        actor: &Actor,
        now: Timestamp,
    ) -> Result<PutVersion, StoreError> {
        let (item, actor, noticed) = (item.clone(), actor.clone(), noticed.to_vec());
        self.write(move |conn| {
            Box::pin(async move {
                let row = query("select v.number, v.digest, v.findings from item i join version v on v.item = i.id and v.number = i.latest where i.id = $1")
                    .bind(item.as_str())
                    .fetch_optional(&mut *conn)
                    .await?;
                let latest = row.map(|r| Ok::<_, StoreError>((read::small(r.try_get("number")?)?, r.try_get::<String>("digest")?, r.try_get::<String>("findings")?))).transpose()?;
                let number = latest.as_ref().map_or(1, |(n, ..)| n.saturating_add(1));
                let version = Version::new(item.clone(), number, content);
                if let Some((number, digest, before)) = latest
                    && digest == version.digest.as_str() {
                        let version = Version { number, ..version };
                        let findings = replace(conn, &version, &read::json::<Vec<Finding>>(&before)?, &noticed, (&actor, now)).await?;
                        return Ok(PutVersion { version, new: false, findings });
                    }
                let findings = listed(&noticed);
                let at = now.as_millisecond();
                let kind = serde_json::to_value(version.content.kind).ok().and_then(|v| v.as_str().map(ToOwned::to_owned)).unwrap_or_default();
                query("insert into item (id, latest, title, kind, created_at, updated_at) values ($1, $2, $3, $4, $5, $5) on conflict (id) do update set latest = $2, title = $3, kind = $4, updated_at = $5")
                    .bind(item.as_str()).bind(i64::from(number)).bind(&version.content.title).bind(kind).bind(at)
                    .execute(&mut *conn)
                    .await?;
                query("insert into version (item, number, digest, content, actor, at, findings) values ($1, $2, $3, $4, $5, $6, $7)")
                    .bind(item.as_str()).bind(i64::from(number)).bind(version.digest.as_str()).bind(read::to_json(&version.content)).bind(actor.as_str()).bind(at).bind(read::to_json(&findings))
                    .execute(&mut *conn)
                    .await?;
                let body = json!({"version": number, "digest": version.digest, "title": version.content.title});
                append(conn, Entry { at: now, actor: actor.as_str(), verb: "item.version", subject: item.as_str(), body }).await?;
                Ok(PutVersion { version, new: true, findings })
            })
        })
        .await
    }

    /// A version of an item, the newest when no number is given.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when there is none.
    pub async fn version(&self, item: &ItemId, number: Option<u32>) -> Result<Version, StoreError> {
        let row = query("select v.number, v.digest, v.content from item i join version v on v.item = i.id where i.id = $1 and v.number = coalesce($2, i.latest)")
            .bind(item.as_str())
            .bind(number.map(i64::from))
            .fetch_optional(&self.readers)
            .await?
            .ok_or_else(|| StoreError::Missing { what: "item", name: item.to_string() })?;
        Ok(Version {
            item: item.clone(),
            number: read::small(row.try_get("number")?)?,
            digest: read::digest(&row.try_get::<String>("digest")?)?,
            content: read::json(&row.try_get::<String>("content")?)?,
        })
    }

    /// Items, the one changed last first; those whose title or name contains `text`, if given.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn items(&self, text: Option<&str>, limit: u32) -> Result<Vec<ItemRow>, StoreError> {
        let dialect = self.readers.dialect();
        let (title, id) = (
            dialect.contains("title", "$1"),
            dialect.contains("id", "$1"),
        );
        let rows = query(sqlx::AssertSqlSafe(format!("select id, latest, title, kind, held_by, held_why, updated_at from item where ($1 is null or {title} or {id}) order by updated_at desc, id limit $2")))
            .bind(text)
            .bind(i64::from(limit.min(1_000)))
            .fetch_all(&self.readers)
            .await?;
        rows.iter()
            .map(|row| {
                Ok(ItemRow {
                    id: ItemId::parse(&row.try_get::<String>("id")?)
                        .map_err(|_| read::damaged("name"))?,
                    latest: read::small(row.try_get("latest")?)?,
                    title: row.try_get("title")?,
                    kind: row.try_get("kind")?,
                    held_by: row.try_get("held_by")?,
                    held_why: row.try_get("held_why")?,
                    updated_at: read::time(row.try_get("updated_at")?)?,
                })
            })
            .collect()
    }

    /// Titles of these items; an item that is not there has none.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn titles(&self, items: &[ItemId]) -> Result<BTreeMap<ItemId, String>, StoreError> {
        if items.is_empty() {
            return Ok(BTreeMap::new());
        }
        let mut list = Builder::new("select id, title from item where id in ");
        list.push_list(items.iter().map(ItemId::as_str));
        let rows = list.build().fetch_all(&self.readers).await?;
        rows.iter()
            .map(|row| {
                let id = ItemId::parse(&row.try_get::<String>("id")?);
                let id = id.map_err(|_| read::damaged("name"))?;
                Ok((id, row.try_get("title")?))
            })
            .collect()
    }

    /// Holds an item back, or releases it when `why` is `None`. Held, none of its writes passes the gate.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when there is no such item.
    pub async fn hold(
        &self,
        item: &ItemId,
        why: Option<&str>,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (item, actor, why) = (item.clone(), actor.clone(), why.map(ToOwned::to_owned));
        self.write(move |conn| {
            Box::pin(async move {
                let by = why.as_ref().map(|_| actor.as_str());
                let done = query("update item set held_by = $2, held_why = $3 where id = $1")
                    .bind(item.as_str()).bind(by).bind(why.as_deref())
                    .execute(&mut *conn)
                    .await?;
                if done == 0 {
                    return Err(StoreError::Missing { what: "item", name: item.to_string() });
                }
                if why.is_none() {
                    // What waited for the release is due again.
                    let why = conn.dialect().json("why", "why");
                    query(sqlx::AssertSqlSafe(format!("update delivery set due_at = $2 where item = $1 and {WAITS} and {why} = 'hold'")))
                        .bind(item.as_str()).bind(now.as_millisecond())
                        .execute(&mut *conn)
                        .await?;
                }
                let verb = if why.is_some() { "item.hold" } else { "item.release" };
                append(conn, Entry { at: now, actor: actor.as_str(), verb, subject: item.as_str(), body: json!({"why": why}) }).await
            })
        })
        .await
    }

    /// Stores renditions with their findings. Equal ones are one row.
    ///
    /// # Errors
    /// When they cannot be written.
    pub async fn put_renditions(
        &self,
        renditions: Vec<(Rendition, Vec<Finding>)>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(move |conn| {
            Box::pin(async move {
                for (rendition, findings) in &renditions {
                    super::plan::insert_rendition(conn, rendition, findings, now).await?;
                }
                Ok(())
            })
        })
        .await
    }

    /// A rendition with its findings.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when there is none of this digest.
    pub async fn rendition(
        &self,
        digest: &Digest,
    ) -> Result<(Rendition, Vec<Finding>), StoreError> {
        let row = query("select document, findings from rendition where digest = $1")
            .bind(digest.as_str())
            .fetch_optional(&self.readers)
            .await?
            .ok_or_else(|| StoreError::Missing {
                what: "rendition",
                name: digest.to_string(),
            })?;
        Ok((
            read::json(&row.try_get::<String>("document")?)?,
            read::json(&row.try_get::<String>("findings")?)?,
        ))
    }

    /// Signs exactly these renditions. Deliveries that waited for it are due.
    ///
    /// # Errors
    /// [`StoreError::Missing`] names a digest that is not stored; nothing is signed then.
    pub async fn approve(
        &self,
        digests: Vec<Digest>,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let actor = actor.clone();
        self.write(move |conn| {
            Box::pin(async move {
                for digest in &digests {
                    let row = query("select item, version, destination from rendition where digest = $1")
                        .bind(digest.as_str())
                        .fetch_optional(&mut *conn)
                        .await?
                        .ok_or_else(|| StoreError::Missing { what: "rendition", name: digest.to_string() })?;
                    let (item, version): (String, i64) = (row.try_get("item")?, row.try_get("version")?);
                    let destination: String = row.try_get("destination")?;
                    let at = now.as_millisecond();
                    query("insert into approval (rendition, item, version, actor, at) values ($1, $2, $3, $4, $5) on conflict (rendition, actor) do update set at = $5, void = 0")
                        .bind(digest.as_str()).bind(&item).bind(version).bind(actor.as_str()).bind(at)
                        .execute(&mut *conn)
                        .await?;
                    let why = conn.dialect().json("why", "why");
                    query(sqlx::AssertSqlSafe(format!("update delivery set due_at = case when not_before > $2 then not_before else $2 end, why = null where item = $3 and rendition = $1 and {WAITS} and {why} = 'approval'")))
                        .bind(digest.as_str()).bind(at).bind(&item)
                        .execute(&mut *conn)
                        .await?;
                    let body = json!({"rendition": digest, "version": version, "destination": destination});
                    append(&mut *conn, Entry { at: now, actor: actor.as_str(), verb: "rendition.approve", subject: &item, body }).await?;
                }
                Ok(())
            })
        })
        .await
    }

    /// Who signed this rendition, and when.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn approvals(&self, digest: &Digest) -> Result<Vec<(String, Timestamp)>, StoreError> {
        let rows =
            query("select actor, at from approval where rendition = $1 and void = 0 order by at")
                .bind(digest.as_str())
                .fetch_all(&self.readers)
                .await?;
        rows.iter()
            .map(|row| Ok((row.try_get("actor")?, read::time(row.try_get("at")?)?)))
            .collect()
    }
}
