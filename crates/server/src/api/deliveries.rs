//! Deliveries: list, all that is known, again, decide.

use axum::{Json, extract::State};
use yigao_core::{DeliveryId, State as DeliveryState};
use yigao_store::{Decision, ListDeliveries};

use super::{
    dto::{Decide, DeliveryDetail, DeliveryList, DeliveryView},
    items::reason,
};
use crate::{
    app::{App, Shared},
    body::{JsonBody, Named, Pairs},
    problem::Problem,
    who::{ApiWriter, Who},
};

/// Ledger entries of one delivery that are shown.
const ENTRIES: u32 = 200;

/// What a query asks for.
pub(crate) fn which(query: &Pairs, usual: u32) -> Result<ListDeliveries, Problem> {
    let mut states = Vec::new();
    for name in query
        .0
        .iter()
        .filter(|(n, _)| n == "state")
        .flat_map(|(_, v)| v.split(','))
    {
        let name = name.trim();
        if name.is_empty() {
            continue;
        }
        states.push(DeliveryState::from_name(name).ok_or_else(|| {
            let known: Vec<&str> = DeliveryState::ALL.iter().map(|s| s.name()).collect();
            Problem::bad(
                "bad_query",
                format!("没有这种状态；可用：{}", known.join("、")),
                format!("no such state; there are {}", known.join(", ")),
            )
        })?);
    }
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
    let rows = app.hub.store.deliveries(&which(&query, 200)?).await?;
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
    let store = &app.hub.store;
    let delivery = store.delivery(id).await?;
    let heard = store.heard_of(&delivery).await?;
    Ok(DeliveryDetail {
        heard,
        delivery: DeliveryView::new(delivery, app.now()),
        attempts: store.attempts(id).await?,
        journal: store.journal_of(id).await?,
        exchanges: store.exchanges(id).await?,
        notices: store.notices_of(id).await?,
        ledger: store.ledger(Some(id.as_str()), ENTRIES).await?,
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

/// Exactly one answer, with the remote's name for what happened.
pub(crate) fn decision(
    happened: Option<(String, Option<String>)>,
    did_not: bool,
) -> Result<Decision, Problem> {
    match (happened, did_not) {
        (Some((id, url)), false) if !id.trim().is_empty() => {
            let url = url.map(|u| u.trim().to_owned()).filter(|u| !u.is_empty());
            if url
                .as_ref()
                .is_some_and(|u| !yigao_core::html::is_safe_link(u))
            {
                return Err(Problem::bad(
                    "bad_url",
                    "地址须以 http:// 或 https:// 开头",
                    "the address must begin with http:// or https://",
                ));
            }
            Ok(Decision::Happened {
                id: id.trim().to_owned(),
                url,
            })
        }
        (None, true) => Ok(Decision::DidNot),
        _ => Err(Problem::bad(
            "one_answer",
            "请二选一：已发生（填写对方的编号），或未发生",
            "give exactly one answer: happened (with the remote's id), or did_not",
        )),
    }
}
