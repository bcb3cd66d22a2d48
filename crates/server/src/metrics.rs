//! Whether it lives, and numbers for whoever watches over it. No names of items anywhere.

use std::fmt::Write as _;

use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;
use yigao_core::{State as DeliveryState, time::between};
use yigao_engine::StoreError;

use crate::{
    app::{App, Shared},
    problem::Problem,
    who::Who,
};

/// `GET /healthz`: 200 while the ledger can be read.
pub(crate) async fn healthz(State(app): State<Shared>) -> Response {
    match app.hub.next_due().await {
        Ok(_) => axum::Json(json!({"ok": true})).into_response(),
        Err(error) => {
            tracing::error!(error = %error, "the ledger cannot be read");
            (
                StatusCode::SERVICE_UNAVAILABLE,
                axum::Json(json!({"ok": false, "code": "store_failed"})),
            )
                .into_response()
        }
    }
}

/// `GET /metrics` in Prometheus' text format. Open where only this machine can ask.
pub(crate) async fn metrics(
    State(app): State<Shared>,
    who: Result<Who, Problem>,
) -> Result<Response, Problem> {
    if !app.is_loopback() {
        who?;
    }
    let text = text(&app).await?;
    Ok((
        [(
            header::CONTENT_TYPE,
            "text/plain; version=0.0.4; charset=utf-8",
        )],
        text,
    )
        .into_response())
}

async fn text(app: &App) -> Result<String, StoreError> {
    let hub = &app.hub;
    let counts = hub.count_by_state().await?;
    let now = app.now();
    let lag = hub
        .next_due()
        .await?
        .map_or(0.0, |due| between(due, now).as_secs_f64());
    let mut out = String::from(
        "# HELP yigao_deliveries Deliveries by state.\n# TYPE yigao_deliveries gauge\n",
    );
    for state in DeliveryState::ALL {
        let count = counts
            .iter()
            .find(|(s, _)| *s == state)
            .map_or(0, |(_, n)| *n);
        put(
            &mut out,
            format_args!("yigao_deliveries{{state=\"{}\"}} {count}\n", state.name()),
        );
    }
    out.push_str("# HELP yigao_due_lag_seconds Age of the oldest delivery that is due and not worked on.\n# TYPE yigao_due_lag_seconds gauge\n");
    put(&mut out, format_args!("yigao_due_lag_seconds {lag}\n"));
    out.push_str("# HELP yigao_destination_state 0 well, 1 failing, 2 tripped, 3 paused.\n# TYPE yigao_destination_state gauge\n");
    for row in hub.destination_rows().await? {
        let state = match (&row.paused_by, row.tripped_until) {
            (Some(_), _) => 3,
            (None, Some(until)) if until > now => 2,
            _ => u8::from(row.failures > 0),
        };
        put(
            &mut out,
            format_args!(
                "yigao_destination_state{{destination=\"{}\"}} {state}\n",
                row.id
            ),
        );
    }
    Ok(out)
}

/// Writing into a `String` cannot fail.
fn put(out: &mut String, text: std::fmt::Arguments<'_>) {
    let written = out.write_fmt(text);
    debug_assert!(written.is_ok());
}
