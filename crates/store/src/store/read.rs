//! Rows into values.

use serde::{Serialize, de::DeserializeOwned};
use yigao_core::{Delivery, DeliveryId, DestinationId, Digest, Intent, ItemId, State, Timestamp};

use crate::{driver::Row, error::StoreError, rows::due_for_from};

/// Columns of a delivery, in no particular order; read by name.
pub(super) const DELIVERY: &str = "id, item, version, destination, identity, intent, state, due_at, due_for, why, fence, worker, starts, attempts, round, observed, rendition, not_before, prior, ticket, receipt, fault, doubt, observation, superseded_by, created_at, updated_at, actor";

/// That it waits, asked of deliveries that something else finds: written so that no database takes the index over states for
/// it, and walks through all that wait in the whole ledger instead of through the few of one item.
pub(super) const WAITS: &str = "state || '' = 'waiting'";

pub(super) fn damaged(what: &str) -> StoreError {
    StoreError::Database(format!(
        "the ledger holds a {what} that this program cannot read"
    ))
}

pub(super) fn time(millis: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_millisecond(millis).map_err(|_| damaged("time"))
}

pub(super) fn opt_time(millis: Option<i64>) -> Result<Option<Timestamp>, StoreError> {
    millis.map(time).transpose()
}

pub(super) fn json<T: DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|_| damaged("document"))
}

pub(super) fn opt_json<T: DeserializeOwned>(text: Option<String>) -> Result<Option<T>, StoreError> {
    text.map(|t| json(&t)).transpose()
}

pub(super) fn to_json<T: Serialize>(value: &T) -> String {
    yigao_core::canonical_json(value)
}

pub(super) fn opt_to_json<T: Serialize>(value: Option<&T>) -> Option<String> {
    value.map(to_json)
}

pub(super) fn digest(text: &str) -> Result<Digest, StoreError> {
    Digest::parse(text).map_err(|_| damaged("digest"))
}

pub(super) fn small(number: i64) -> Result<u32, StoreError> {
    u32::try_from(number).map_err(|_| damaged("number"))
}

pub(super) fn delivery(row: &Row) -> Result<Delivery, StoreError> {
    let name = |_| damaged("name");
    let text = |column: &str| row.try_get::<String>(column);
    Ok(Delivery {
        id: DeliveryId::parse(&text("id")?).map_err(name)?,
        item: ItemId::parse(&text("item")?).map_err(name)?,
        version: small(row.try_get("version")?)?,
        destination: DestinationId::parse(&text("destination")?).map_err(name)?,
        identity: text("identity")?,
        intent: Intent::from_name(&text("intent")?).ok_or_else(|| damaged("intent"))?,
        state: State::from_name(&text("state")?).ok_or_else(|| damaged("state"))?,
        due_at: opt_time(row.try_get("due_at")?)?,
        due_for: due_for_from(&text("due_for")?).ok_or_else(|| damaged("purpose"))?,
        why: opt_json(row.try_get("why")?)?,
        fence: row.try_get("fence")?,
        worker: row.try_get("worker")?,
        starts: small(row.try_get("starts")?)?,
        attempts: small(row.try_get("attempts")?)?,
        round: small(row.try_get("round")?)?,
        observed: small(row.try_get("observed")?)?,
        rendition: digest(&text("rendition")?)?,
        not_before: opt_time(row.try_get("not_before")?)?,
        prior: json(&text("prior")?)?,
        ticket: opt_json(row.try_get("ticket")?)?,
        receipt: opt_json(row.try_get("receipt")?)?,
        fault: opt_json(row.try_get("fault")?)?,
        doubt: opt_json(row.try_get("doubt")?)?,
        observation: opt_json(row.try_get("observation")?)?,
        superseded_by: row
            .try_get::<Option<String>>("superseded_by")?
            .map(|t| DeliveryId::parse(&t).map_err(name))
            .transpose()?,
        created_at: time(row.try_get("created_at")?)?,
        updated_at: time(row.try_get("updated_at")?)?,
        actor: row.try_get("actor")?,
    })
}
