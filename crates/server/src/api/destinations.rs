//! Destinations: health, check, pause, resume; and the ledger.

use axum::{Json, extract::State, http::StatusCode};
use yigao_core::DestinationId;
use yigao_engine::input::reason;

use super::dto::{Audited, Both, Checked, DestinationList, DestinationView, LedgerList, Reason};
use crate::{
    app::{App, Shared},
    body::{JsonBody, Named, Pairs},
    problem::Problem,
    who::{ApiWriter, Who},
};

/// Destinations and their health.
#[utoipa::path(get, path = "/api/v1/destinations", operation_id = "list_destinations", tag = "destinations",
    responses((status = 200, body = DestinationList), (status = "4XX", body = crate::problem::ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn list(
    State(app): State<Shared>,
    _: Who,
) -> Result<Json<DestinationList>, Problem> {
    Ok(Json(DestinationList {
        destinations: all(&app).await?,
    }))
}

/// The configured ones in their order, then those that only the ledger knows.
pub(crate) async fn all(app: &App) -> Result<Vec<DestinationView>, Problem> {
    let mut views: Vec<DestinationView> = app
        .hub
        .destination_rows()
        .await?
        .into_iter()
        .map(|row| {
            let found = app.hub.destinations.get(&row.id);
            let profile = found.map(|d| d.channel.profile());
            DestinationView {
                name: found.map_or_else(|| row.id.to_string(), |d| d.name.clone()),
                home: found.is_some_and(|d| d.home),
                configured: found.is_some(),
                max_in_flight: profile.map(|p| p.max_in_flight),
                correction: profile.map(|p| p.correction),
                withdraw: profile.map(|p| p.withdraw),
                completion: profile.map(|p| p.completion),
                id: row.id,
                channel: row.channel,
                identity: row.identity,
                paused_by: row.paused_by,
                paused_why: row.paused_why,
                drained_by: row.drained_by,
                drained_why: row.drained_why,
                failures: row.failures,
                tripped_until: row.tripped_until,
            }
        })
        .collect();
    let order: Vec<&DestinationId> = app.hub.destinations.iter().map(|d| &d.id).collect();
    views.sort_by_key(|v| {
        order
            .iter()
            .position(|id| **id == v.id)
            .unwrap_or(usize::MAX)
    });
    Ok(views)
}

/// What a destination can do and take: its profile.
#[utoipa::path(get, path = "/api/v1/destinations/{id}", operation_id = "get_destination", tag = "destinations", params(("id" = String, Path)),
    responses((status = 200, body = Object), (status = "4XX", body = crate::problem::ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn show(
    State(app): State<Shared>,
    _: Who,
    Named(id): Named<DestinationId>,
) -> Result<Json<serde_json::Value>, Problem> {
    app.hub.known(std::slice::from_ref(&id))?;
    let profile = app.hub.destinations.get(&id).map(|d| d.channel.profile());
    Ok(Json(serde_json::json!(profile)))
}

/// Asks the destination whether it is there and lets us do what we are for.
#[utoipa::path(post, path = "/api/v1/destinations/{id}/check", operation_id = "check_destination", tag = "destinations", params(("id" = String, Path)),
    responses((status = 200, body = Checked), (status = "4XX", body = crate::problem::ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn check(
    State(app): State<Shared>,
    ApiWriter(_): ApiWriter,
    Named(id): Named<DestinationId>,
) -> Result<Json<Checked>, Problem> {
    app.hub.known(std::slice::from_ref(&id))?;
    Ok(Json(ask(&app, id).await))
}

pub(crate) async fn ask(app: &App, id: DestinationId) -> Checked {
    match app.hub.check_destination(&id).await {
        Ok(tells) => Checked {
            destination: id,
            well: true,
            tells: tells.into_iter().map(Both::from).collect(),
            message: None,
            fault: None,
        },
        Err(fault) => Checked {
            destination: id,
            well: false,
            tells: Vec::new(),
            message: Some(Both::from(fault.with_way_out())),
            fault: Some(fault),
        },
    }
}

/// Sends nothing there until it is resumed.
#[utoipa::path(post, path = "/api/v1/destinations/{id}/pause", operation_id = "pause_destination", tag = "destinations", params(("id" = String, Path)), request_body = Reason,
    responses((status = 204), (status = "4XX", body = crate::problem::ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn pause(
    State(app): State<Shared>,
    ApiWriter(actor): ApiWriter,
    Named(id): Named<DestinationId>,
    JsonBody(asked): JsonBody<Reason>,
) -> Result<StatusCode, Problem> {
    app.hub
        .pause_destination(&id, reason(&asked.reason)?, &actor)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes nothing new there; what is under way continues, and a withdrawal is taken at any time. Resuming ends it.
#[utoipa::path(post, path = "/api/v1/destinations/{id}/drain", operation_id = "drain_destination", tag = "destinations", params(("id" = String, Path)), request_body = Reason,
    responses((status = 204), (status = "4XX", body = crate::problem::ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn drain(
    State(app): State<Shared>,
    ApiWriter(actor): ApiWriter,
    Named(id): Named<DestinationId>,
    JsonBody(asked): JsonBody<Reason>,
) -> Result<StatusCode, Problem> {
    app.hub
        .drain_destination(&id, reason(&asked.reason)?, &actor)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Goes on; also closes a tripped breaker and ends a drain.
#[utoipa::path(post, path = "/api/v1/destinations/{id}/resume", operation_id = "resume_destination", tag = "destinations", params(("id" = String, Path)),
    responses((status = 204), (status = "4XX", body = crate::problem::ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn resume(
    State(app): State<Shared>,
    ApiWriter(actor): ApiWriter,
    Named(id): Named<DestinationId>,
) -> Result<StatusCode, Problem> {
    app.hub.resume_destination(&id, &actor).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// 台账: entries about one subject, or about everything, oldest first.
#[utoipa::path(get, path = "/api/v1/ledger", operation_id = "list_ledger", tag = "ledger",
    params(("subject" = Option<String>, Query, description = "Name of an item, a delivery or a destination"), ("limit" = Option<u32>, Query)),
    responses((status = 200, body = LedgerList), (status = "4XX", body = crate::problem::ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn ledger(
    State(app): State<Shared>,
    _: Who,
    query: Pairs,
) -> Result<Json<LedgerList>, Problem> {
    let query = query.only(&["subject", "limit"])?;
    let entries = app
        .hub
        .ledger(query.get("subject"), query.limit(200)?)
        .await?;
    Ok(Json(LedgerList { entries }))
}

/// Walks the ledger and reports whether every entry follows from the one before it.
#[utoipa::path(get, path = "/api/v1/ledger/audit", operation_id = "audit_ledger", tag = "ledger",
    responses((status = 200, body = Audited), (status = "4XX", body = crate::problem::ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn audit(State(app): State<Shared>, _: Who) -> Result<Json<Audited>, Problem> {
    let broken_at = app.hub.audit().await?;
    Ok(Json(Audited {
        whole: broken_at.is_none(),
        broken_at,
    }))
}
