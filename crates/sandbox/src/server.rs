//! The listener: routes, the background loop, start and stop.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, DefaultBodyLimit, Path, Request, State};
use axum::http::{HeaderMap, Method, Response, StatusCode, Uri, header};
use axum::middleware::{self, Next};
use axum::response::IntoResponse as _;
use axum::routing::{any, get, post};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use crate::call::Call;
use crate::faults::Platform;
use crate::faulty_answer;
use crate::sandbox::Sandbox;
use crate::settings::SandboxConfig;
use crate::{control, county, drop_folder, pages, site};

/// The largest request taken in: a video of WeChat's is 10 MB, a press picture may be more.
const BODY_LIMIT_BYTES: usize = 64 * 1024 * 1024;
const TICK: Duration = Duration::from_millis(20);
/// The drop folder is examined every so many ticks: every 200 ms.
const TICKS_PER_DROP: u32 = 10;

/// Stand-ins running inside the caller's process.
#[derive(Debug)]
pub struct Running {
    sandbox: Sandbox,
    stop: oneshot::Sender<()>,
    task: JoinSet<io::Result<()>>,
}

impl Running {
    /// `http://127.0.0.1:PORT`.
    pub fn base(&self) -> &str {
        self.sandbox.base()
    }

    /// What the control API does, without HTTP.
    pub fn sandbox(&self) -> &Sandbox {
        &self.sandbox
    }

    /// Stops listening and waits for it.
    ///
    /// # Errors
    /// What the listener failed with.
    pub async fn stop(mut self) -> io::Result<()> {
        // A receiver that is gone has stopped already; its result is collected below.
        self.stop.send(()).ok();
        match self.task.join_next().await {
            Some(Ok(done)) => done,
            Some(Err(e)) => Err(io::Error::other(e)),
            None => Ok(()),
        }
    }
}

/// Starts the stand-ins on a free loopback port. They stop with [`Running::stop`] or when dropped.
///
/// # Errors
/// When no port can be had.
pub async fn start(config: SandboxConfig) -> io::Result<Running> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let sandbox = Sandbox::new(format!("http://{}", listener.local_addr()?), config);
    let (stop, stopped) = oneshot::channel::<()>();
    let mut task = JoinSet::new();
    let shared = sandbox.clone();
    task.spawn(run(listener, shared, async move {
        // Stopped by a message or by its sender being dropped: both mean stop.
        stopped.await.ok();
    }));
    Ok(Running {
        sandbox,
        stop,
        task,
    })
}

/// Serves the stand-ins on `listener` until `shutdown` is done.
///
/// # Errors
/// When the listener has no address or fails.
pub async fn serve<F>(listener: TcpListener, config: SandboxConfig, shutdown: F) -> io::Result<()>
where
    F: Future<Output = ()> + Send + 'static,
{
    let sandbox = Sandbox::new(format!("http://{}", listener.local_addr()?), config);
    run(listener, sandbox, shutdown).await
}

async fn run<F>(listener: TcpListener, sandbox: Sandbox, shutdown: F) -> io::Result<()>
where
    F: Future<Output = ()> + Send + 'static,
{
    if let Some(folder) = sandbox.drop_folder() {
        drop_folder::prepare(folder)?;
    }
    let mut background = JoinSet::new();
    background.spawn(tick(sandbox.clone()));
    let service = routes(sandbox).into_make_service_with_connect_info::<SocketAddr>();
    // No graceful drain: a client that keeps its connection open must not keep the sandbox alive.
    tokio::select! {
        done = axum::serve(listener, service) => done,
        () = shutdown => Ok(()),
    }
}

async fn tick(sandbox: Sandbox) {
    let mut ticks = tokio::time::interval(TICK);
    let mut count: u32 = 0;
    loop {
        ticks.tick().await;
        sandbox.act_on_late();
        count = count.wrapping_add(1);
        if count.is_multiple_of(TICKS_PER_DROP) {
            drop_folder::sweep(&sandbox).await;
        }
    }
}

fn routes(sandbox: Sandbox) -> Router {
    Router::new()
        .route("/", get(pages::index))
        .route("/site", get(site::home))
        .route("/site/", get(site::home))
        .route("/site/{*path}", get(site::file))
        .route("/wechat/cgi-bin/{*op}", any(wechat_api))
        .route("/wechat/mmbiz/{id}/{size}", get(pages::wechat_picture))
        .route("/wechat/s", get(pages::article))
        .route("/wechat/phone", get(pages::phone))
        .route("/gateway/gov.do", post(gateway_api))
        .route("/gateway/pub/{page}", get(pages::gateway_page))
        .route("/gateway/file/{name}", get(pages::gateway_file))
        .route("/county/{centre}/items", any(county_items))
        .route("/county/{centre}/media/{sha256}", any(county_media))
        .route("/county/{centre}/items/{id}/page", get(pages::item_page))
        .route(
            "/county/{centre}/picture/{sha256}",
            get(pages::county_picture),
        )
        .route("/county/{centre}/inbox", get(pages::inbox))
        .route("/county/{centre}/inbox/{id}", get(pages::inbox_item))
        .route("/county/{centre}/inbox/{id}/{what}", post(pages::decide))
        .nest("/control", control::routes())
        .layer(middleware::from_fn_with_state(
            sandbox.clone(),
            refuse_other_sites,
        ))
        .layer(DefaultBodyLimit::max(BODY_LIMIT_BYTES))
        .with_state(sandbox)
}

/// The doors have no locks, so a web page of some other site must not be able to knock.
async fn refuse_other_sites(
    State(sandbox): State<Sandbox>,
    request: Request,
    next: Next,
) -> Response<Body> {
    let base = sandbox.base();
    let by_name = base.replace("127.0.0.1", "localhost");
    let origin = request.headers().get(header::ORIGIN);
    if origin.is_some_and(|origin| origin != base && origin != by_name.as_str()) {
        return (
            StatusCode::FORBIDDEN,
            "requests of other sites are refused\n",
        )
            .into_response();
    }
    next.run(request).await
}

type Parts = (Method, Uri, HeaderMap);

fn call((method, uri, headers): Parts, peer: SocketAddr, body: Bytes) -> Call {
    let query = uri.query().unwrap_or_default();
    Call {
        method: method.to_string(),
        path_and_query: uri.to_string(),
        query: url::form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect(),
        headers,
        body,
        peer: peer.ip(),
    }
}

async fn wechat_api(
    State(sandbox): State<Sandbox>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(op): Path<String>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let call = call((method, uri, headers), peer, body);
    faulty_answer::answer(&sandbox, Platform::Wechat, &op, call).await
}

async fn gateway_api(
    State(sandbox): State<Sandbox>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let call = call((method, uri, headers), peer, body);
    let part = |name: &str| call.query(name).unwrap_or_default().to_owned();
    let op = format!("{}.{}", part("serviceid"), part("methodname"));
    faulty_answer::answer(&sandbox, Platform::Gateway, &op, call).await
}

async fn county_items(
    State(sandbox): State<Sandbox>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let op = county::op("items", &method);
    let call = call((method, uri, headers), peer, body);
    faulty_answer::answer(&sandbox, Platform::County, &op, call).await
}

async fn county_media(
    State(sandbox): State<Sandbox>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let op = county::op("media", &method);
    let call = call((method, uri, headers), peer, body);
    faulty_answer::answer(&sandbox, Platform::County, &op, call).await
}
