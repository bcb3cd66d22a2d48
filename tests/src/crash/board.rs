//! The notice boards, in the parent: three of them, each with its manner of telling a post from its repetition. They
//! remember every post that was ever published.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, Method, Response, StatusCode, Uri},
};
use yigao_engine::Clock;
use yigao_memory::{Board, Dedupe};

use crate::{scene::TOKEN, witness::Copy};

/// One board and the marks of all posts it ever took.
#[derive(Debug)]
struct SharedValue {
    board: Board,
    ever: Vec<String>,
}

#[derive(Clone, Debug)]
pub(crate) struct Boards {
    shared_value: Arc<Mutex<BTreeMap<&'static str, SharedValue>>>,
    clock: Clock,
}

impl Boards {
    /// Starts them on a free port; they live as long as the process. Answers their base address, too.
    pub(crate) async fn start(clock: Clock) -> anyhow::Result<(Self, String)> {
        let all = [
            ("key", Dedupe::Key),
            ("lookup", Dedupe::Lookup),
            ("none", Dedupe::None),
        ];
        let shared_value = all.map(|(name, dedupe)| {
            let board = Board::new(TOKEN, dedupe);
            let ever = Vec::new();
            (name, SharedValue { board, ever })
        });
        let boards = Self {
            shared_value: Arc::new(Mutex::new(shared_value.into_iter().collect())),
            clock,
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let base = format!("http://{}", listener.local_addr()?);
        let app = Router::new().fallback(answer).with_state(boards.clone());
        #[expect(
            clippy::disallowed_methods,
            reason = "the boards live as long as the process"
        )]
        tokio::task::spawn(async move { axum::serve(listener, app).await });
        Ok((boards, base))
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<&'static str, SharedValue>> {
        self.shared_value
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// What is public there under this marker, and how many copies were ever published.
    pub(crate) fn copies(&self, name: &str, marker: &str) -> (Vec<Copy>, usize) {
        let all = self.lock();
        let Some(shared_value) = all.get(name) else {
            return (Vec::new(), 0);
        };
        let remote_state = shared_value
            .board
            .posts()
            .filter(|(_, post)| post.marker == marker);
        let copies = remote_state.map(|(id, post)| Copy {
            id,
            url: None,
            text: format!("{}\n{}", post.title, post.html),
        });
        let ever = shared_value
            .ever
            .iter()
            .filter(|known| *known == marker)
            .count();
        (copies.collect(), ever)
    }
}

async fn answer(
    State(boards): State<Boards>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let whole = uri.to_string();
    let path = whole.trim_start_matches('/');
    let (name, rest) = path.split_once('/').unwrap_or((path, ""));
    let text = |(name, value): (&axum::http::HeaderName, &axum::http::HeaderValue)| {
        Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
    };
    let headers: Vec<(String, String)> = headers.iter().filter_map(text).collect();
    let now = boards.clock.now();
    let mut all = boards.lock();
    let Some(shared_value) = all.get_mut(name) else {
        return status(404, Body::empty());
    };
    let before: Vec<String> = shared_value.board.posts().map(|(id, _)| id).collect();
    let rest = format!("/{rest}");
    let said = shared_value
        .board
        .answer(method.as_str(), &rest, &headers, &body, now);
    let new: Vec<String> = shared_value
        .board
        .posts()
        .filter(|(id, _)| !before.contains(id))
        .map(|(_, post)| post.marker.clone())
        .collect();
    shared_value.ever.extend(new);
    status(said.status, Body::from(said.body))
}

fn status(code: u16, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    if let Ok(code) = StatusCode::from_u16(code) {
        *response.status_mut() = code;
    }
    response
}
