//! The table of routes: who fills it, and with what limit a body is read.

use axum::{
    Router,
    extract::DefaultBodyLimit,
    handler::Handler,
    http::Method,
    routing::{MethodFilter, on},
};

use crate::{
    app::Shared,
    body::{BODY_MAX, UPLOAD_MAX},
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
    pub(crate) router: Router<Shared>,
    pub(crate) served: Vec<Served>,
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
