//! The control API: what tests and the demo order from the stand-ins themselves.

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{Response, StatusCode};
use axum::response::IntoResponse as _;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::faults::FaultOrder;
use crate::sandbox::Sandbox;

pub(crate) fn routes() -> Router<Sandbox> {
    Router::new()
        .route("/faults", get(faults).post(arm).delete(disarm))
        .route("/clock", post(clock))
        .route("/reset", post(reset))
        .route("/wechat/account", post(wechat_account))
        .route("/wechat/staff", post(wechat_staff))
        .route("/wechat/state", get(wechat_state))
        .route("/gateway/staff", post(gateway_staff))
        .route("/gateway/state", get(gateway_state))
        .route("/county/{centre}/settings", post(county_settings))
        .route("/county/{centre}/staff", post(county_staff))
        .route("/county/{centre}/state", get(county_state))
}

/// Any Content-Type is taken; what is not JSON is answered with the place where it stops being so.
fn read<T: serde::de::DeserializeOwned>(body: &Bytes) -> Result<T, String> {
    serde_json::from_slice(body).map_err(|e| e.to_string())
}

fn reply(done: Result<Value, String>) -> Response<Body> {
    match done {
        Ok(value) => Json(value).into_response(),
        Err(e) => (StatusCode::BAD_REQUEST, Json(json!({"error": e}))).into_response(),
    }
}

async fn faults(State(sandbox): State<Sandbox>) -> Response<Body> {
    Json(json!({"faults": sandbox.faults()})).into_response()
}

async fn arm(State(sandbox): State<Sandbox>, body: Bytes) -> Response<Body> {
    reply(read::<FaultOrder>(&body).map(|order| {
        sandbox.arm(order);
        json!({"armed": sandbox.faults().len()})
    }))
}

async fn disarm(State(sandbox): State<Sandbox>) -> Response<Body> {
    sandbox.disarm();
    Json(json!({"armed": 0})).into_response()
}

async fn clock(State(sandbox): State<Sandbox>, body: Bytes) -> Response<Body> {
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Order {
        advance_ms: u32,
    }
    reply(read::<Order>(&body).map(|order| {
        sandbox.advance(i64::from(order.advance_ms));
        json!({"now_ms": sandbox.now_ms()})
    }))
}

async fn reset(State(sandbox): State<Sandbox>) -> Response<Body> {
    sandbox.reset();
    Json(json!({"reset": true})).into_response()
}

async fn wechat_account(State(sandbox): State<Sandbox>, body: Bytes) -> Response<Body> {
    reply(read(&body).and_then(|patch| sandbox.wechat_settings(&patch)))
}

async fn wechat_staff(State(sandbox): State<Sandbox>, body: Bytes) -> Response<Body> {
    reply(read(&body).and_then(|order| sandbox.wechat_staff(&order)))
}

async fn wechat_state(State(sandbox): State<Sandbox>) -> Response<Body> {
    Json(sandbox.wechat_state()).into_response()
}

async fn county_settings(
    State(sandbox): State<Sandbox>,
    Path(centre): Path<String>,
    body: Bytes,
) -> Response<Body> {
    reply(read(&body).and_then(|patch| sandbox.county_settings(&centre, &patch)))
}

async fn gateway_staff(State(sandbox): State<Sandbox>, body: Bytes) -> Response<Body> {
    reply(read(&body).and_then(|order| sandbox.gateway_staff(&order)))
}

async fn gateway_state(State(sandbox): State<Sandbox>) -> Response<Body> {
    Json(sandbox.gateway_state()).into_response()
}

async fn county_staff(
    State(sandbox): State<Sandbox>,
    Path(centre): Path<String>,
    body: Bytes,
) -> Response<Body> {
    reply(read(&body).and_then(|order| sandbox.county_staff(&centre, &order)))
}

async fn county_state(
    State(sandbox): State<Sandbox>,
    Path(centre): Path<String>,
) -> Response<Body> {
    Json(sandbox.county_state(&centre)).into_response()
}
