//! Items: import, look, approve, publish, correct, kill, hold, export.

use std::collections::BTreeMap;

use axum::{
    Json,
    extract::{Request, State},
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use yigao_core::{Delivery, Digest, Intent, ItemId};
use yigao_engine::{Hub, Plan};
use yigao_formats::write;
use yigao_store::ListDeliveries;

use super::dto::{
    Approve, DeliveryView, Imported, ItemDetail, ItemList, ItemView, KillRequest, PlanView, Reason,
    RenditionView, Send, SheetList,
};
use crate::{
    app::{App, Shared},
    body::{JsonBody, Named, Pairs, bytes, time},
    problem::Problem,
    upload::{self, Upload},
    who::{ApiWriter, Who},
};

/// Items, the one changed last first.
#[utoipa::path(get, path = "/api/v1/items", operation_id = "list_items", tag = "items",
    params(("q" = Option<String>, Query, description = "Words in the title or the name"), ("limit" = Option<u32>, Query)),
    responses((status = 200, body = ItemList), (status = "4XX", body = crate::problem::ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn list(
    State(app): State<Shared>,
    _: Who,
    query: Pairs,
) -> Result<Json<ItemList>, Problem> {
    let query = query.only(&["q", "limit"])?;
    let rows = app
        .hub
        .store
        .items(query.get("q"), query.limit(50)?)
        .await?;
    let states = states_by_item(&app.hub).await?;
    let items = rows
        .into_iter()
        .map(|item| ItemView {
            states: states.get(&item.id).cloned().unwrap_or_default(),
            item,
        })
        .collect();
    Ok(Json(ItemList { items }))
}

/// For each item: in which state how many destinations stand, by the newest delivery of each.
pub(crate) async fn states_by_item(
    hub: &Hub,
) -> Result<BTreeMap<ItemId, BTreeMap<&'static str, usize>>, Problem> {
    let all = hub
        .store
        .deliveries(&ListDeliveries {
            limit: 1_000,
            ..ListDeliveries::default()
        })
        .await?;
    let mut states: BTreeMap<ItemId, BTreeMap<&'static str, usize>> = BTreeMap::new();
    for delivery in newest(all) {
        *states
            .entry(delivery.item)
            .or_default()
            .entry(delivery.state.name())
            .or_default() += 1;
    }
    Ok(states)
}

/// Of deliveries, newest first, those that nothing newer at the same destination has followed.
pub(crate) fn newest(all: Vec<Delivery>) -> Vec<Delivery> {
    let mut seen = std::collections::BTreeSet::new();
    all.into_iter()
        .filter(|d| seen.insert((d.item.clone(), d.destination.clone())))
        .collect()
}

/// Takes an item in: a form with `file` (Markdown, zip), or the item as JSON.
#[utoipa::path(post, path = "/api/v1/items", operation_id = "import_item", tag = "items",
    request_body(content((String = "multipart/form-data"), (Object = "application/json"))),
    responses((status = 201, body = Imported, description = "A new version"), (status = 200, body = Imported, description = "Nothing new"),
        (status = "4XX", body = crate::problem::ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn import(
    State(app): State<Shared>,
    ApiWriter(actor): ApiWriter,
    request: Request,
) -> Result<Response, Problem> {
    let kind = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|k| k.to_str().ok())
        .unwrap_or_default()
        .to_owned();
    let upload = if kind.starts_with("multipart/form-data") {
        upload::multipart(request, &app).await?
    } else if kind.starts_with("application/json") {
        let bytes = bytes(request, &app).await?.to_vec();
        Upload {
            name: "item.json".into(),
            bytes,
            format: Some("json".into()),
            csrf: None,
        }
    } else {
        return Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "not_importable",
            "请用表单上传文件（字段名 file），或发送 application/json",
            "send a form with the field file, or application/json",
        ));
    };
    let ingested = upload::ingest(&app, upload, &actor).await?;
    let status = if ingested.put.new {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    let version = ingested.put.version;
    let imported = Imported {
        item: version.item,
        version: version.number,
        digest: version.digest,
        new: ingested.put.new,
        findings: ingested.findings,
    };
    Ok((status, Json(imported)).into_response())
}

/// The newest version and all deliveries of an item.
#[utoipa::path(get, path = "/api/v1/items/{id}", operation_id = "get_item", tag = "items", params(("id" = String, Path)),
    responses((status = 200, body = ItemDetail), (status = "4XX", body = crate::problem::ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn show(
    State(app): State<Shared>,
    _: Who,
    Named(id): Named<ItemId>,
) -> Result<Json<ItemDetail>, Problem> {
    let version = app.hub.store.version(&id, None).await?;
    let now = app.now();
    let deliveries = app.hub.deliveries_of(&id).await?;
    let deliveries = deliveries
        .into_iter()
        .map(|d| DeliveryView::new(d, now))
        .collect();
    Ok(Json(ItemDetail {
        version,
        deliveries,
    }))
}

/// Pre-flight: what every destination would be given, and what it would refuse.
#[utoipa::path(get, path = "/api/v1/items/{id}/sheets", operation_id = "preflight_item", tag = "items",
    params(("id" = String, Path), ("to" = Option<String>, Query, description = "Destinations, with commas; all when absent")),
    responses((status = 200, body = SheetList), (status = "4XX", body = crate::problem::ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn sheets(
    State(app): State<Shared>,
    _: Who,
    Named(id): Named<ItemId>,
    query: Pairs,
) -> Result<Json<SheetList>, Problem> {
    let to = query.only(&["to"])?.all("to")?;
    app.hub.known(&to)?;
    let version = app.hub.store.version(&id, None).await?;
    let sheets = app.hub.preflight(&version, &to, None, None).await?;
    Ok(Json(SheetList {
        sheets: sheets.into_iter().map(Into::into).collect(),
    }))
}

/// Approves renditions by the token's name.
#[utoipa::path(post, path = "/api/v1/items/{id}/approve", operation_id = "approve_item", tag = "items", params(("id" = String, Path)), request_body = Approve,
    responses((status = 200, body = SheetList), (status = "4XX", body = crate::problem::ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn approve(
    State(app): State<Shared>,
    ApiWriter(actor): ApiWriter,
    Named(id): Named<ItemId>,
    JsonBody(asked): JsonBody<Approve>,
) -> Result<Json<SheetList>, Problem> {
    let sheets = app
        .hub
        .approve(&id, &asked.destinations, asked.digests.as_deref(), &actor)
        .await?;
    Ok(Json(SheetList {
        sheets: sheets.into_iter().map(Into::into).collect(),
    }))
}

/// Publishes the newest version where nothing of the item stands.
#[utoipa::path(post, path = "/api/v1/items/{id}/publish", operation_id = "publish_item", tag = "items", params(("id" = String, Path)), request_body = Send,
    responses((status = 202, body = PlanView), (status = "4XX", body = crate::problem::ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn publish(
    State(app): State<Shared>,
    ApiWriter(actor): ApiWriter,
    Named(id): Named<ItemId>,
    JsonBody(asked): JsonBody<Send>,
) -> Result<Response, Problem> {
    send(&app, &id, Intent::Publish, asked, &actor).await
}

/// Puts the newest version in the place of what stands.
#[utoipa::path(post, path = "/api/v1/items/{id}/correct", operation_id = "correct_item", tag = "items", params(("id" = String, Path)), request_body = Send,
    responses((status = 202, body = PlanView), (status = "4XX", body = crate::problem::ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn correct(
    State(app): State<Shared>,
    ApiWriter(actor): ApiWriter,
    Named(id): Named<ItemId>,
    JsonBody(asked): JsonBody<Send>,
) -> Result<Response, Problem> {
    send(&app, &id, Intent::Correct, asked, &actor).await
}

async fn send(
    app: &App,
    id: &ItemId,
    intent: Intent,
    asked: Send,
    actor: &yigao_core::Actor,
) -> Result<Response, Problem> {
    let request = yigao_engine::Request {
        destinations: asked.destinations,
        at: asked.at.as_deref().map(time).transpose()?,
        approve: asked.approve,
        over: None,
    };
    let plan = match intent {
        Intent::Correct => app.hub.correct(id, &request, actor).await?,
        Intent::Publish | Intent::Kill => app.hub.publish(id, &request, actor).await?,
    };
    Ok(planned(app, plan))
}

fn planned(app: &App, plan: Plan) -> Response {
    let now = app.now();
    let deliveries = plan
        .deliveries
        .into_iter()
        .map(|d| DeliveryView::new(d, now))
        .collect();
    (
        StatusCode::ACCEPTED,
        Json(PlanView {
            deliveries,
            left_out: plan.left_out,
        }),
    )
        .into_response()
}

/// Withdraws the item wherever it stands or may stand.
#[utoipa::path(post, path = "/api/v1/items/{id}/kill", operation_id = "kill_item", tag = "items", params(("id" = String, Path)), request_body = KillRequest,
    responses((status = 202, body = PlanView), (status = "4XX", body = crate::problem::ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn kill(
    State(app): State<Shared>,
    ApiWriter(actor): ApiWriter,
    Named(id): Named<ItemId>,
    JsonBody(asked): JsonBody<KillRequest>,
) -> Result<Response, Problem> {
    let reason = reason(&asked.reason)?;
    let plan = app
        .hub
        .kill(&id, asked.destinations, reason, &actor)
        .await?;
    Ok(planned(&app, plan))
}

/// A reason that says something.
pub(crate) fn reason(text: &str) -> Result<&str, Problem> {
    let text = text.trim();
    match text.chars().count() {
        0 => Err(Problem::bad(
            "reason_required",
            "请写明原因，原因会记入台账",
            "say why; the reason goes into the ledger",
        )),
        1..=500 => Ok(text),
        _ => Err(Problem::bad(
            "reason_too_long",
            "原因不超过 500 字",
            "a reason has at most 500 characters",
        )),
    }
}

/// Holds an item back: nothing of it is written anywhere until it is released.
#[utoipa::path(post, path = "/api/v1/items/{id}/hold", operation_id = "hold_item", tag = "items", params(("id" = String, Path)), request_body = Reason,
    responses((status = 204), (status = "4XX", body = crate::problem::ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn hold(
    State(app): State<Shared>,
    ApiWriter(actor): ApiWriter,
    Named(id): Named<ItemId>,
    JsonBody(asked): JsonBody<Reason>,
) -> Result<StatusCode, Problem> {
    app.hub
        .store
        .hold(&id, Some(reason(&asked.reason)?), &actor, app.now())
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lets a held item go.
#[utoipa::path(post, path = "/api/v1/items/{id}/release", operation_id = "release_item", tag = "items", params(("id" = String, Path)),
    responses((status = 204), (status = "4XX", body = crate::problem::ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn release(
    State(app): State<Shared>,
    ApiWriter(actor): ApiWriter,
    Named(id): Named<ItemId>,
) -> Result<StatusCode, Problem> {
    app.hub.store.hold(&id, None, &actor, app.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The newest version with its files, as a zip that can be imported again.
#[utoipa::path(get, path = "/api/v1/items/{id}/export", operation_id = "export_item", tag = "items",
    params(("id" = String, Path), ("format" = Option<String>, Query, description = "markdown (usual), json or gov_page")),
    responses((status = 200, content_type = "application/zip", description = "A zip"), (status = "4XX", body = crate::problem::ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn export(
    State(app): State<Shared>,
    _: Who,
    Named(id): Named<ItemId>,
    query: Pairs,
) -> Result<Response, Problem> {
    let query = query.only(&["format"])?;
    let format = upload::format(query.get("format").unwrap_or("markdown"))?;
    let version = app.hub.store.version(&id, None).await?;
    let mut files = BTreeMap::new();
    for digest in version.content.assets.keys() {
        files.insert(digest.clone(), app.hub.media.get(digest).await?);
    }
    let name = format!("attachment; filename=\"{id}.zip\"");
    let zipped = tokio::task::spawn_blocking(move || {
        write(&version, format, &|digest| files.get(digest).cloned())
            .and_then(|bundle| bundle.to_zip())
            .map_err(|problem| Problem::from(vec![problem]))
    })
    .await
    .map_err(|e| not_packed(&e.to_string()))??;
    Ok((
        [
            (header::CONTENT_TYPE, "application/zip"),
            (header::CONTENT_DISPOSITION, name.as_str()),
        ],
        zipped,
    )
        .into_response())
}

fn not_packed(says: &str) -> Problem {
    tracing::error!(error = says, "an export could not be packed");
    Problem::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "export_failed",
        "导出打包失败；请运维查看日志",
        "the export could not be packed; see the log",
    )
}

/// A rendition with its preview, its findings and who approved it.
#[utoipa::path(get, path = "/api/v1/renditions/{digest}", operation_id = "get_rendition", tag = "items", params(("digest" = String, Path)),
    responses((status = 200, body = RenditionView), (status = "4XX", body = crate::problem::ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn rendition(
    State(app): State<Shared>,
    _: Who,
    Named(digest): Named<Digest>,
) -> Result<Json<RenditionView>, Problem> {
    let (rendition, findings) = app.hub.store.rendition(&digest).await?;
    let approvals = app.hub.store.approvals(&digest).await?;
    Ok(Json(RenditionView {
        digest,
        rendition,
        findings,
        approvals,
    }))
}
