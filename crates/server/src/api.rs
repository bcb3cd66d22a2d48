//! API v1: the use cases as JSON. Routes, and the document that describes them.

pub(crate) mod deliveries;
pub(crate) mod destinations;
pub(crate) mod dto;
mod events;
mod findings;
pub(crate) mod items;

use axum::Json;
use serde_json::Value;
use utoipa::{
    Modify, OpenApi,
    openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
};

use crate::routes::Routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/api/v1/items", items::list)
        .upload("/api/v1/items", items::import)
        .get("/api/v1/items/{id}", items::show)
        .get("/api/v1/items/{id}/preflight", items::reports)
        .get("/api/v1/items/{id}/preview", items::preview)
        .post("/api/v1/items/{id}/verify", items::verify)
        .post("/api/v1/items/{id}/approve", items::approve)
        .post("/api/v1/items/{id}/publish", items::publish)
        .post("/api/v1/items/{id}/correct", items::correct)
        .post("/api/v1/items/{id}/withdraw", items::withdraw)
        .post("/api/v1/items/{id}/answer", findings::answer)
        .post("/api/v1/items/{id}/hold", items::hold)
        .post("/api/v1/items/{id}/release", items::release)
        .get("/api/v1/items/{id}/export", items::export)
        .get("/api/v1/renditions/{digest}", items::rendition)
        .get("/api/v1/deliveries", deliveries::list)
        .post("/api/v1/deliveries/recover", deliveries::recover)
        .post("/api/v1/deliveries/replay", deliveries::replay)
        .get("/api/v1/deliveries/{id}", deliveries::show)
        .post("/api/v1/deliveries/{id}/retry", deliveries::retry)
        .post("/api/v1/deliveries/{id}/decide", deliveries::decide)
        .post("/api/v1/deliveries/{id}/cancel", deliveries::cancel)
        .get("/api/v1/destinations", destinations::list)
        .get("/api/v1/destinations/{id}", destinations::show)
        .post("/api/v1/destinations/{id}/check", destinations::check)
        .post("/api/v1/destinations/{id}/pause", destinations::pause)
        .post("/api/v1/destinations/{id}/drain", destinations::drain)
        .post("/api/v1/destinations/{id}/resume", destinations::resume)
        .get("/api/v1/ledger", destinations::ledger)
        .get("/api/v1/ledger/audit", destinations::audit)
        .get("/api/v1/events", events::events)
        .get("/api/v1/openapi.json", document)
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Yigao 一稿通发",
        version = "1",
        description = "Publish an item to every channel, and prove it. Errors are application/problem+json with a stable code and a sentence in Chinese and English. Every write needs a named token (or a signed-in page)."
    ),
    paths(
        items::list, items::import, items::show, items::reports, items::preview, items::verify, items::approve, items::publish, items::correct,
        items::withdraw, findings::answer, items::hold, items::release, items::export, items::rendition, deliveries::list, deliveries::show,
        deliveries::retry, deliveries::decide, deliveries::cancel, deliveries::recover, deliveries::replay, destinations::list, destinations::show, destinations::check, destinations::pause, destinations::drain,
        destinations::resume, destinations::ledger, destinations::audit, events::events, document,
    ),
    components(schemas(crate::problem::ProblemBody, dto::Change)),
    modifiers(&Bearer),
    security(("token" = []))
)]
struct Document;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        if let Some(components) = &mut document.components {
            components.add_security_scheme("token", SecurityScheme::Http(scheme));
        }
    }
}

/// The OpenAPI document, generated from the handlers and their types.
///
/// # Panics
/// Never: the document is made of texts.
pub fn openapi() -> Value {
    serde_json::to_value(Document::openapi()).expect("an OpenAPI document is JSON")
}

/// This document.
#[utoipa::path(get, path = "/api/v1/openapi.json", operation_id = "openapi", tag = "about", responses((status = 200, description = "This document")))]
async fn document(_: crate::who::Who) -> Json<Value> {
    Json(openapi())
}
