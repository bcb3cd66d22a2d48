//! Items: import, look, approve, publish, correct, withdraw, hold, export.

use std::collections::BTreeMap;

use axum::{
    Json,
    extract::{Request, State},
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use yigao_core::{Delivery, Digest, Intent, ItemId};
use yigao_engine::{
    Agreed, ItemRow, Plan,
    input::{overwrite, reason, time},
};

use super::dto::{
    Approve, DeliveryList, DeliveryView, Imported, ItemDetail, ItemList, ItemView, PlanView,
    PreflightReport, PreviewList, Reason, RenditionView, Send, Where, WithdrawRequest,
};
use crate::{
    app::{App, Shared},
    body::{JsonBody, Named, Pairs, bytes},
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
    let rows = app.hub.items(query.get("q"), query.limit(50)?).await?;
    let states = item_states(&app, &rows).await?;
    let items = rows
        .into_iter()
        .map(|item| ItemView {
            states: states.get(&item.id).cloned().unwrap_or_default(),
            item,
        })
        .collect();
    Ok(Json(ItemList { items }))
}

/// For each of these items: at how many destinations its newest delivery is in which state.
pub(crate) async fn item_states(
    app: &App,
    rows: &[ItemRow],
) -> Result<BTreeMap<ItemId, BTreeMap<&'static str, u32>>, Problem> {
    let items: Vec<ItemId> = rows.iter().map(|row| row.id.clone()).collect();
    Ok(app.hub.item_states(&items).await?)
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

/// The newest version, what import noticed in it, and all deliveries of an item.
#[utoipa::path(get, path = "/api/v1/items/{id}", operation_id = "get_item", tag = "items", params(("id" = String, Path)),
    responses((status = 200, body = ItemDetail), (status = "4XX", body = crate::problem::ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn show(
    State(app): State<Shared>,
    _: Who,
    Named(id): Named<ItemId>,
) -> Result<Json<ItemDetail>, Problem> {
    let version = app.hub.version(&id, None).await?;
    let findings = app.hub.findings(&id, Some(version.number)).await?;
    let now = app.now();
    let deliveries = app.hub.deliveries_of(&id).await?;
    let deliveries = deliveries
        .into_iter()
        .map(|d| DeliveryView::new(d, now))
        .collect();
    Ok(Json(ItemDetail {
        version,
        findings,
        deliveries,
    }))
}

/// Pre-flight: what every destination would be given, and what it would refuse.
#[utoipa::path(get, path = "/api/v1/items/{id}/preflight", operation_id = "preflight_item", tag = "items",
    params(("id" = String, Path), ("to" = Option<String>, Query, description = "Destinations, with commas; all when absent")),
    responses((status = 200, body = PreflightReport), (status = "4XX", body = crate::problem::ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn reports(
    State(app): State<Shared>,
    _: Who,
    Named(id): Named<ItemId>,
    query: Pairs,
) -> Result<Json<PreflightReport>, Problem> {
    let to = query.only(&["to"])?.all("to")?;
    app.hub.known(&to)?;
    let version = app.hub.version(&id, None).await?;
    let reports = app.hub.check(&version, &to, None, None).await?;
    Ok(Json(PreflightReport {
        reports: reports.into_iter().map(Into::into).collect(),
    }))
}

/// Approves renditions by the token's name.
#[utoipa::path(post, path = "/api/v1/items/{id}/approve", operation_id = "approve_item", tag = "items", params(("id" = String, Path)), request_body = Approve,
    responses((status = 200, body = PreflightReport), (status = "4XX", body = crate::problem::ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn approve(
    State(app): State<Shared>,
    ApiWriter(actor): ApiWriter,
    Named(id): Named<ItemId>,
    JsonBody(asked): JsonBody<Approve>,
) -> Result<Json<PreflightReport>, Problem> {
    let reports = app
        .hub
        .approve(&id, &asked.destinations, asked.digests.as_deref(), &actor)
        .await?;
    Ok(Json(PreflightReport {
        reports: reports.into_iter().map(Into::into).collect(),
    }))
}

/// What every destination would be given, as documents. Nothing is stored: a rendition enters the ledger when it is approved.
#[utoipa::path(get, path = "/api/v1/items/{id}/preview", operation_id = "preview_item", tag = "items",
    params(("id" = String, Path), ("to" = Option<String>, Query, description = "Destinations, with commas; all when absent")),
    responses((status = 200, body = PreviewList), (status = "4XX", body = crate::problem::ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn preview(
    State(app): State<Shared>,
    _: Who,
    Named(id): Named<ItemId>,
    query: Pairs,
) -> Result<Json<PreviewList>, Problem> {
    let to = query.only(&["to"])?.all("to")?;
    app.hub.known(&to)?;
    let version = app.hub.version(&id, None).await?;
    let reports = app.hub.check(&version, &to, None, None).await?;
    let renditions = reports.into_iter().filter_map(|report| {
        Some(RenditionView {
            digest: report.digest?,
            rendition: report.rendition?,
            findings: report.findings,
            approvals: report.approvals,
        })
    });
    Ok(Json(PreviewList {
        renditions: renditions.collect(),
    }))
}

/// Has what is public read back now. Answers the deliveries that will be read; they hold what was seen a moment later.
#[utoipa::path(post, path = "/api/v1/items/{id}/verify", operation_id = "verify_item", tag = "items", params(("id" = String, Path)), request_body = Where,
    responses((status = 202, body = DeliveryList), (status = "4XX", body = crate::problem::ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn verify(
    State(app): State<Shared>,
    ApiWriter(_): ApiWriter,
    Named(id): Named<ItemId>,
    JsonBody(asked): JsonBody<Where>,
) -> Result<Response, Problem> {
    let now = app.now();
    let asked = app.hub.verify(&id, &asked.destinations).await?;
    let deliveries = asked
        .into_iter()
        .map(|d| DeliveryView::new(d, now))
        .collect();
    Ok((StatusCode::ACCEPTED, Json(DeliveryList { deliveries })).into_response())
}

/// Publishes the newest version where nothing of the item is public.
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

/// Replaces what is public by the newest version.
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
    let over = asked
        .overwrite
        .iter()
        .map(|text| overwrite(text).map(Agreed::Exactly));
    let over = over.collect::<Result<Vec<_>, _>>()?;
    let request = yigao_engine::Request {
        over: app
            .hub
            .agreed_overwrites(id, &asked.destinations, &over)
            .await?,
        destinations: asked.destinations,
        at: asked.at.as_deref().map(time).transpose()?,
        approve: asked.approve,
    };
    let plan = match intent {
        Intent::Correct => app.hub.correct(id, &request, actor).await?,
        Intent::Publish | Intent::Withdraw => app.hub.publish(id, &request, actor).await?,
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

/// Withdraws the item wherever it is or may be public.
#[utoipa::path(post, path = "/api/v1/items/{id}/withdraw", operation_id = "withdraw_item", tag = "items", params(("id" = String, Path)), request_body = WithdrawRequest,
    responses((status = 202, body = PlanView), (status = "4XX", body = crate::problem::ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn withdraw(
    State(app): State<Shared>,
    ApiWriter(actor): ApiWriter,
    Named(id): Named<ItemId>,
    JsonBody(asked): JsonBody<WithdrawRequest>,
) -> Result<Response, Problem> {
    let reason = reason(&asked.reason)?;
    let plan = app
        .hub
        .withdraw(&id, asked.destinations, reason, &actor)
        .await?;
    Ok(planned(&app, plan))
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
        .hold_item(&id, reason(&asked.reason)?, &actor)
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
    app.hub.release_item(&id, &actor).await?;
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
    let exported = app.hub.export(&id, format).await?;
    let name = format!("attachment; filename=\"{id}.zip\"");
    let zipped = tokio::task::spawn_blocking(move || {
        let zipped = exported.bundle.to_zip();
        zipped.map_err(|problem| Problem::from(vec![problem]))
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

fn not_packed(message: &str) -> Problem {
    tracing::error!(error = message, "an export could not be packed");
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
    let (rendition, findings) = app.hub.rendition(&digest).await?;
    let approvals = app.hub.approvals(&digest).await?;
    Ok(Json(RenditionView {
        digest,
        rendition,
        findings,
        approvals,
    }))
}
