//! Every route, in one table: what is served is what is written here.

use axum::{
    Router,
    extract::DefaultBodyLimit,
    handler::Handler,
    http::Method,
    middleware::from_fn_with_state,
    routing::{MethodFilter, on},
};

use crate::{
    api,
    app::Shared,
    body::{BODY_MAX, UPLOAD_MAX},
    doors, hand, media, metrics, pages,
    problem::Problem,
};

/// A route that is served.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Served {
    pub method: Method,
    /// As in the OpenAPI document: `/api/v1/items/{id}`.
    pub path: &'static str,
}

#[derive(Debug, Default)]
pub(crate) struct Routes {
    router: Router<Shared>,
    served: Vec<Served>,
}

impl Routes {
    pub(crate) fn get<H, T>(self, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, Shared>,
        T: 'static,
    {
        self.add(Method::GET, MethodFilter::GET, path, handler, BODY_MAX)
    }

    pub(crate) fn post<H, T>(self, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, Shared>,
        T: 'static,
    {
        self.add(Method::POST, MethodFilter::POST, path, handler, BODY_MAX)
    }

    pub(crate) fn upload<H, T>(self, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, Shared>,
        T: 'static,
    {
        self.add(Method::POST, MethodFilter::POST, path, handler, UPLOAD_MAX)
    }

    fn add<H, T>(
        mut self,
        method: Method,
        filter: MethodFilter,
        path: &'static str,
        handler: H,
        most: usize,
    ) -> Self
    where
        H: Handler<T, Shared>,
        T: 'static,
    {
        self.served.push(Served { method, path });
        self.router = self
            .router
            .route(path, on(filter, handler).layer(DefaultBodyLimit::max(most)));
        self
    }
}

fn all() -> Routes {
    let routes = api::routes(Routes::default())
        .get("/healthz", metrics::healthz)
        .get("/metrics", metrics::metrics)
        .get("/media/{digest}", media::media)
        .get("/renditions/{digest}/preview", media::preview);
    pages::routes(hand::routes(routes))
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
