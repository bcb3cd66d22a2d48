//! Deliveries: list, all that is known, again, decide, cancel, recover, replay.

use axum::{Json, extract::State};
use yigao_core::DeliveryId;
use yigao_engine::{
    ListDeliveries,
    input::{decision, reason, state, time},
};

use super::dto::{
    Decide, DeliveryDetail, DeliveryList, DeliveryView, Recover, RecoveredList, Replay,
    ReplayedList,
};
use crate::{
    app::{App, Shared},
    body::{JsonBody, Named, Pairs},
    problem::Problem,
    who::{ApiWriter, Who},
};

/// What a query asks for.
pub(crate) fn which(query: &Pairs, usual: u32) -> Result<ListDeliveries, Problem> {
    let names = query
        .0
        .iter()
        .filter(|(n, _)| n == "state")
        .flat_map(|(_, v)| v.split(','))
        .map(str::trim)
        .filter(|name| !name.is_empty());
    let states = names.map(state).collect::<Result<Vec<_>, _>>()?;
    Ok(ListDeliveries {
        item: query.all("item")?.into_iter().next(),
        destination: query.all("destination")?.into_iter().next(),
        states,
        newest_only: false,
        limit: query.limit(usual)?,
    })
}

/// Deliveries, newest first.
#[utoipa::path(get, path = "/api/v1/deliveries", operation_id = "list_deliveries", tag = "deliveries",
    params(("item" = Option<String>, Query), ("destination" = Option<String>, Query), ("state" = Option<String>, Query, description = "One or several, with commas"), ("limit" = Option<u32>, Query)),
    responses((status = 200, body = DeliveryList), (status = "4XX", body = crate::problem::ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn list(
    State(app): State<Shared>,
    _: Who,
    query: Pairs,
) -> Result<Json<DeliveryList>, Problem> {
    let query = query.only(&["item", "destination", "state", "limit"])?;
    let now = app.now();
    let rows = app.hub.deliveries(&which(&query, 200)?).await?;
    Ok(Json(DeliveryList {
        deliveries: rows
            .into_iter()
            .map(|d| DeliveryView::new(d, now))
            .collect(),
    }))
}

/// All that is known of a delivery: attempts, steps, redacted exchanges, ledger entries.
#[utoipa::path(get, path = "/api/v1/deliveries/{id}", operation_id = "get_delivery", tag = "deliveries", params(("id" = String, Path)),
    responses((status = 200, body = DeliveryDetail), (status = "4XX", body = crate::problem::ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn show(
    State(app): State<Shared>,
    _: Who,
    Named(id): Named<DeliveryId>,
) -> Result<Json<DeliveryDetail>, Problem> {
    Ok(Json(detail(&app, &id).await?))
}

pub(crate) async fn detail(app: &App, id: &DeliveryId) -> Result<DeliveryDetail, Problem> {
    let known = app.hub.delivery_record(id).await?;
    Ok(DeliveryDetail {
        delivery: DeliveryView::new(known.delivery, app.now()),
        attempts: known.attempts,
        journal: known.journal,
        exchanges: known.exchanges,
        callbacks: known.callbacks,
        notices: known.notices,
        ledger: known.ledger,
    })
}

/// Tries again: a waiting one at once, a failed one as a new delivery.
#[utoipa::path(post, path = "/api/v1/deliveries/{id}/retry", operation_id = "retry_delivery", tag = "deliveries", params(("id" = String, Path)),
    responses((status = 200, body = DeliveryView), (status = "4XX", body = crate::problem::ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn retry(
    State(app): State<Shared>,
    ApiWriter(actor): ApiWriter,
    Named(id): Named<DeliveryId>,
) -> Result<Json<DeliveryView>, Problem> {
    let delivery = app.hub.retry(&id, &actor).await?;
    Ok(Json(DeliveryView::new(delivery, app.now())))
}

/// Says what became of a step in doubt.
#[utoipa::path(post, path = "/api/v1/deliveries/{id}/decide", operation_id = "decide_delivery", tag = "deliveries", params(("id" = String, Path)), request_body = Decide,
    responses((status = 200, body = DeliveryView), (status = "4XX", body = crate::problem::ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn decide(
    State(app): State<Shared>,
    ApiWriter(actor): ApiWriter,
    Named(id): Named<DeliveryId>,
    JsonBody(asked): JsonBody<Decide>,
) -> Result<Json<DeliveryView>, Problem> {
    let happened = asked.happened.map(|h| (h.id, h.url));
    let decision = decision(happened, asked.did_not)?;
    let delivery = app
        .hub
        .decide(&id, decision, &actor, reason(&asked.reason)?)
        .await?;
    Ok(Json(DeliveryView::new(delivery, app.now())))
}

/// Takes back a delivery that waits and has never sent anything.
#[utoipa::path(post, path = "/api/v1/deliveries/{id}/cancel", operation_id = "cancel_delivery", tag = "deliveries", params(("id" = String, Path)),
    responses((status = 200, body = DeliveryView), (status = "4XX", body = crate::problem::ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn cancel(
    State(app): State<Shared>,
    ApiWriter(actor): ApiWriter,
    Named(id): Named<DeliveryId>,
) -> Result<Json<DeliveryView>, Problem> {
    let delivery = app.hub.cancel(&id, &actor).await?;
    Ok(Json(DeliveryView::new(delivery, app.now())))
}

/// Tries again what failed since a time and was not followed by anything newer.
#[utoipa::path(post, path = "/api/v1/deliveries/recover", operation_id = "recover_deliveries", tag = "deliveries", request_body = Recover,
    responses((status = 200, body = RecoveredList), (status = "4XX", body = crate::problem::ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn recover(
    State(app): State<Shared>,
    ApiWriter(actor): ApiWriter,
    JsonBody(asked): JsonBody<Recover>,
) -> Result<Json<RecoveredList>, Problem> {
    let since = time(&asked.since)?;
    app.hub.known(asked.to.as_slice())?;
    let recovered = app
        .hub
        .recover(since, asked.to.as_ref(), asked.dry_run, &actor)
        .await?;
    Ok(Json(RecoveredList { recovered }))
}

/// Sends to a destination what is public elsewhere and never was there.
#[utoipa::path(post, path = "/api/v1/deliveries/replay", operation_id = "replay_deliveries", tag = "deliveries", request_body = Replay,
    responses((status = 200, body = ReplayedList), (status = "4XX", body = crate::problem::ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn replay(
    State(app): State<Shared>,
    ApiWriter(actor): ApiWriter,
    JsonBody(asked): JsonBody<Replay>,
) -> Result<Json<ReplayedList>, Problem> {
    let replayed = app
        .hub
        .replay(&asked.to, asked.approve, asked.dry_run, &actor)
        .await?;
    Ok(Json(ReplayedList { replayed }))
}
