//! Server-sent events: every change of a delivery, half a second after it happened at the latest.

use std::{collections::VecDeque, convert::Infallible, time::Duration};

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::sse::{Event, KeepAlive, Sse},
};
use futures_util::stream::{Stream, unfold};
use tokio::sync::OwnedSemaphorePermit;
use yigao_core::{Delivery, Timestamp};

use super::dto::Change;
use crate::{app::Shared, body::Pairs, problem::Problem, who::Who};

const EVERY: Duration = Duration::from_millis(500);
const HEARTBEAT: Duration = Duration::from_secs(15);
const AT_ONCE: u32 = 500;
/// A change carries the time at which its run ended, and is committed a moment later, so this much of the past is read again.
const OVERLAP: Duration = Duration::from_secs(5);

struct Follow {
    app: Shared,
    after: Timestamp,
    /// The time from which changes are read next.
    since: Timestamp,
    /// Changes within the overlap that were sent already, so that nothing is sent twice.
    sent: VecDeque<(String, Timestamp, i64)>,
    ready: VecDeque<Event>,
    _permit: OwnedSemaphorePermit,
}

/// Changes of deliveries as they happen: events `delivery` with a Change each. A stream that was cut continues where it
/// was when the browser sends `Last-Event-ID` (or `?after=`).
#[utoipa::path(get, path = "/api/v1/events", operation_id = "follow_events", tag = "events",
    params(("after" = Option<i64>, Query, description = "Milliseconds since 1970: the id of the last event seen")),
    responses((status = 200, content_type = "text/event-stream", description = "Events named delivery; data is a Change"), (status = "4XX", body = crate::problem::ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn events(
    State(app): State<Shared>,
    _: Who,
    headers: HeaderMap,
    query: Pairs,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    let last = headers
        .get("last-event-id")
        .and_then(|id| id.to_str().ok())
        .or_else(|| query.get("after"));
    let after = last
        .and_then(|id| id.parse::<i64>().ok())
        .and_then(|ms| Timestamp::from_millisecond(ms).ok())
        .unwrap_or_else(|| app.now());
    let permit = app.streams.clone().try_acquire_owned().map_err(|_| {
        Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "too_many_streams",
            "实时连接太多，请关掉几个页面；页面仍可手动刷新",
            "too many live connections; close some pages, or reload by hand",
        )
    })?;
    let ready = VecDeque::from([Event::default()
        .retry(Duration::from_secs(1))
        .comment("yigao")]);
    let follow = Follow {
        app,
        after,
        since: after,
        sent: VecDeque::new(),
        ready,
        _permit: permit,
    };
    Ok(Sse::new(unfold(follow, next)).keep_alive(KeepAlive::new().interval(HEARTBEAT)))
}

async fn next(mut follow: Follow) -> Option<(Result<Event, Infallible>, Follow)> {
    loop {
        if let Some(event) = follow.ready.pop_front() {
            return Some((Ok(event), follow));
        }
        let stop = follow.app.stop.clone();
        tokio::select! {
            () = stop.cancelled() => return None,
            () = tokio::time::sleep(EVERY) => {}
        }
        follow.read_changes().await;
    }
}

impl Follow {
    async fn read_changes(&mut self) {
        let changed = match self.app.hub.changed_since(self.since, AT_ONCE).await {
            Ok(changed) => changed,
            Err(error) => {
                tracing::warn!(error = %error, "live changes could not be read; tried again");
                return;
            }
        };
        changed.iter().for_each(|delivery| self.tell(delivery));
        let Some(newest) = changed.last().map(|d| d.updated_at) else {
            return;
        };
        // A full page: what comes next is further on, and looking back would show the same page for ever.
        let full = u32::try_from(changed.len()).unwrap_or(u32::MAX) >= AT_ONCE;
        self.since = if full {
            newest
        } else {
            earlier(newest).max(self.after)
        };
        let since = self.since;
        self.sent.retain(|(_, at, _)| *at >= since);
    }

    fn tell(&mut self, delivery: &Delivery) {
        let state = i64::try_from(delivery.state as usize).unwrap_or(0);
        let mark = (
            delivery.id.to_string(),
            delivery.updated_at,
            delivery.fence * 16 + state,
        );
        if delivery.updated_at < self.after || self.sent.contains(&mark) {
            return;
        }
        let change = Change::new(delivery, self.app.now());
        let id = delivery.updated_at.as_millisecond().to_string();
        match Event::default().event("delivery").id(id).json_data(&change) {
            Ok(event) => self.ready.push_back(event),
            Err(error) => {
                tracing::error!(error = %error, "a change could not be written as an event")
            }
        }
        self.sent.push_back(mark);
    }
}

fn earlier(at: Timestamp) -> Timestamp {
    let overlap = i64::try_from(OVERLAP.as_millis()).unwrap_or(0);
    Timestamp::from_millisecond(at.as_millisecond().saturating_sub(overlap))
        .unwrap_or(Timestamp::MIN)
}
