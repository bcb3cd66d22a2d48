//! Every route, in one table: what is served is what is written here.

use axum::{Router, middleware::from_fn_with_state};

use crate::{
    api,
    app::Shared,
    doors, hand_over, media, metrics, pages,
    problem::Problem,
    routes::{Routes, Served},
};

fn all() -> Routes {
    let routes = api::routes(Routes::default())
        .get("/healthz", metrics::healthz)
        .get("/metrics", metrics::metrics)
        .get("/media/{digest}", media::media)
        .get("/renditions/{digest}/preview", media::preview);
    pages::routes(hand_over::routes(routes))
}

/// What is served, for the test that compares it with the OpenAPI document.
pub fn served() -> Vec<Served> {
    all().served
}

pub(crate) fn router(app: Shared) -> Router {
    all()
        .router
        .fallback(|| async { not_found() })
        .method_not_allowed_fallback(|| async { wrong_method() })
        .layer(from_fn_with_state(app.clone(), doors::doors))
        .with_state(app)
}

fn not_found() -> Problem {
    Problem::new(
        axum::http::StatusCode::NOT_FOUND,
        "not_found",
        "没有这个页面；请从顶部导航重新进入",
        "there is no such page; start again from the navigation",
    )
}

fn wrong_method() -> Problem {
    Problem::new(
        axum::http::StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        "这个地址不接受这种请求方法",
        "this address does not take that method",
    )
}
