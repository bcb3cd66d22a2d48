//! Asks the router as a browser or a program would.

use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode, header},
};
use serde_json::Value;
use tokio::net::TcpListener;
use tower::ServiceExt as _;
use yigao_channel::Secret;
use yigao_server::{Server, ServerSettings};

use crate::place::{Place, Row};

pub(crate) const SITE: Row = ("site", "局网站", "website", "folder:site", 80);
pub(crate) const ACCOUNT: Row = ("account", "公众号", "wechat", "wx1", 32);
pub(crate) const YINAN: Row = ("yinan", "沂南县融媒体中心", "county", "paste:yinan", 60);

pub(crate) struct Client {
    pub(crate) place: Place,
    pub(crate) router: Router,
    pub(crate) host: String,
    pub(crate) link: String,
    /// Keeps the port ours.
    _listener: TcpListener,
}

/// An answer, read whole.
#[derive(Debug)]
pub(crate) struct Got {
    pub(crate) status: StatusCode,
    pub(crate) headers: axum::http::HeaderMap,
    pub(crate) text: String,
    pub(crate) bytes: Vec<u8>,
}

impl Got {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{e}: {}", self.text))
    }
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|v| v.to_str().ok())
            .unwrap_or_default()
    }
    /// Status and code of a problem, its shape checked.
    pub(crate) fn problem(&self) -> (u16, String) {
        assert_eq!(
            self.header("content-type"),
            "application/problem+json",
            "{}",
            self.text
        );
        let body = self.json();
        for field in ["type", "title", "detail", "code", "zh", "en"] {
            assert!(
                body[field].as_str().is_some_and(|t| !t.is_empty()),
                "{field} in {body}"
            );
        }
        assert_eq!(body["status"], self.status.as_u16());
        (
            self.status.as_u16(),
            body["code"].as_str().unwrap_or_default().to_owned(),
        )
    }
}

impl Client {
    pub(crate) async fn new(rows: &[Row]) -> Self {
        let place = Place::open(rows).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let tokens = vec![
            ("desk".to_owned(), Secret::new("t0ken")),
            ("empty".to_owned(), Secret::new("")),
        ];
        let server = Server::new(place.hub.clone(), ServerSettings { tokens });
        let link = server.sign_in_link(&listener).unwrap();
        Self {
            router: server.router(),
            place,
            host,
            link,
            _listener: listener,
        }
    }

    pub(crate) fn request(&self, method: &str, path: &str) -> axum::http::request::Builder {
        Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, &self.host)
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Got {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, 64 * 1024 * 1024)
            .await
            .unwrap()
            .to_vec();
        Got {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8_lossy(&bytes).into_owned(),
            bytes,
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Got {
        self.send(
            self.request("GET", path)
                .header("authorization", "Bearer t0ken")
                .body(Body::empty())
                .unwrap(),
        )
        .await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Got {
        let request = self
            .request("POST", path)
            .header("authorization", "Bearer t0ken")
            .header("content-type", "application/json");
        self.send(request.body(Body::from(body.to_string())).unwrap())
            .await
    }

    /// Signs in with the one-time link; answers the cookie.
    pub(crate) async fn sign_in(&self) -> String {
        let path = self.link.split_once(&self.host).unwrap().1.to_owned();
        let got = self
            .send(self.request("GET", &path).body(Body::empty()).unwrap())
            .await;
        assert_eq!(got.status, StatusCode::OK, "{}", got.text);
        got.header("set-cookie")
            .split(';')
            .next()
            .unwrap()
            .to_owned()
    }

    pub(crate) async fn page(&self, path: &str, cookie: &str) -> Got {
        self.send(
            self.request("GET", path)
                .header("cookie", cookie)
                .body(Body::empty())
                .unwrap(),
        )
        .await
    }

    pub(crate) async fn form(&self, path: &str, cookie: &str, fields: &[(&str, &str)]) -> Got {
        let body: String = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let request = self
            .request("POST", path)
            .header("cookie", cookie)
            .header("origin", format!("http://{}", self.host));
        self.send(
            request
                .header("content-type", "application/x-www-form-urlencoded")
                .body(Body::from(body))
                .unwrap(),
        )
        .await
    }
}

/// The session's secret, as its forms carry it.
pub(crate) fn csrf(page: &str) -> String {
    between(page, "name=\"csrf\" value=\"", "\"")
}

pub(crate) fn between(text: &str, before: &str, after: &str) -> String {
    let rest = text
        .split_once(before)
        .unwrap_or_else(|| panic!("no {before} in {text}"))
        .1;
    rest.split_once(after).unwrap().0.to_owned()
}
