//! The board itself as pure state: the adapter's fake in tests, and the remote of benchmarks and examples.
//! It stores what it is sent and shows it.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde_json::{Value, json};
use yigao_channel::Answer;
use yigao_core::{Timestamp, time::later};

use crate::{
    config::Dedupe,
    profile::{BODY_MAX, KEY_LIFE, TITLE_MAX},
};

/// A notice board.
#[derive(Clone, Debug)]
pub struct Board {
    token: String,
    dedupe: Dedupe,
    last_id: u64,
    posts: BTreeMap<u64, BoardPost>,
    keys: BTreeMap<String, (u64, Timestamp)>,
    files: BTreeMap<String, Bytes>,
}

/// A post as readers see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoardPost {
    pub marker: String,
    pub title: String,
    pub html: String,
}

impl Board {
    /// An empty board that accepts this token.
    pub fn new(token: &str, dedupe: Dedupe) -> Self {
        Self {
            token: token.to_owned(),
            dedupe,
            last_id: 0,
            posts: BTreeMap::new(),
            keys: BTreeMap::new(),
            files: BTreeMap::new(),
        }
    }

    /// What readers see, oldest first.
    pub fn posts(&self) -> impl Iterator<Item = (String, &BoardPost)> {
        self.posts.iter().map(|(id, post)| (id.to_string(), post))
    }

    /// Changes the text of a post, as a person at the board would.
    pub fn edit(&mut self, id: &str, html: &str) {
        let post = id.parse().ok().and_then(|id: u64| self.posts.get_mut(&id));
        if let Some(post) = post {
            post.html = html.to_owned();
        }
    }

    /// Files that no post shows.
    pub fn unused_files(&self) -> usize {
        let used = |name: &String| self.posts.values().any(|p| p.html.contains(name.as_str()));
        self.files.keys().filter(|name| !used(name)).count()
    }

    /// Answers one request. Header names are in lower case.
    pub fn answer(
        &mut self,
        method: &str,
        path_and_query: &str,
        headers: &[(String, String)],
        body: &[u8],
        now: Timestamp,
    ) -> Answer {
        let knows = headers
            .iter()
            .any(|(n, v)| n == "x-board-token" && *v == self.token);
        if !knows {
            return say(401, &json!({"error": "token"}));
        }
        let (path, query) = path_and_query
            .split_once('?')
            .unwrap_or((path_and_query, ""));
        let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
        match (method, parts.as_slice()) {
            ("POST", ["posts"]) => self.post(body, now),
            ("GET", ["posts"]) => self.list(query),
            ("GET", ["posts", id]) => self.show(id),
            ("PUT", ["posts", id]) => self.rewrite(id, body),
            ("DELETE", ["posts", id]) => {
                let gone = id.parse().ok().and_then(|id: u64| self.posts.remove(&id));
                empty(if gone.is_some() { 204 } else { 404 })
            }
            ("PUT", ["files", name]) => {
                self.files
                    .insert((*name).to_owned(), Bytes::copy_from_slice(body));
                empty(204)
            }
            ("DELETE", ["files", name]) => empty(if self.files.remove(*name).is_some() {
                204
            } else {
                404
            }),
            _ => say(404, &json!({"error": "no_such_page"})),
        }
    }

    fn post(&mut self, body: &[u8], now: Timestamp) -> Answer {
        let Ok(body) = serde_json::from_slice::<Value>(body) else {
            return say(400, &json!({"error": "no_json"}));
        };
        let key = text(&body, "key");
        if self.dedupe == Dedupe::Key
            && let Some((id, until)) = self.keys.get(&key)
            && now < *until
        {
            return say(201, &json!({"id": id.to_string()}));
        }
        let post = BoardPost {
            marker: text(&body, "mark"),
            title: text(&body, "title"),
            html: text(&body, "html"),
        };
        if let Some(code) = refuses(&post) {
            return say(200, &json!({"error": code}));
        }
        self.last_id += 1;
        self.posts.insert(self.last_id, post);
        self.keys.insert(key, (self.last_id, later(now, KEY_LIFE)));
        say(201, &json!({"id": self.last_id.to_string()}))
    }

    fn rewrite(&mut self, id: &str, body: &[u8]) -> Answer {
        let known = id.parse().ok().filter(|id| self.posts.contains_key(id));
        let (Some(id), Ok(body)) = (known, serde_json::from_slice::<Value>(body)) else {
            return empty(404);
        };
        let marker = self
            .posts
            .get(&id)
            .map(|p| p.marker.clone())
            .unwrap_or_default();
        let post = BoardPost {
            marker,
            title: text(&body, "title"),
            html: text(&body, "html"),
        };
        if let Some(code) = refuses(&post) {
            return say(200, &json!({"error": code}));
        }
        self.posts.insert(id, post);
        say(200, &json!({"id": id.to_string()}))
    }

    fn list(&self, query: &str) -> Answer {
        if self.dedupe == Dedupe::None {
            return say(501, &json!({"error": "no_search"}));
        }
        let field = |name: &str| {
            query
                .split('&')
                .filter_map(|pair| pair.split_once('='))
                .find(|(n, _)| *n == name)
                .map(|(_, value)| decoded(value))
        };
        let marker = field("mark").unwrap_or_default();
        let limit = field("limit").and_then(|l| l.parse().ok()).unwrap_or(20);
        let posts: Vec<Value> = self
            .posts
            .iter()
            .filter(|(_, post)| post.marker == marker)
            .take(limit)
            .map(|(id, post)| json!({"id": id.to_string(), "title": post.title}))
            .collect();
        say(200, &json!({ "posts": posts }))
    }

    fn show(&self, id: &str) -> Answer {
        match id.parse().ok().and_then(|id: u64| self.posts.get(&id)) {
            None => empty(404),
            Some(post) => say(
                200,
                &json!({"post": {"title": post.title, "html": post.html}}),
            ),
        }
    }
}

/// The error code for a post that the board refuses. Pictures are not required: a board that accepts a post without them is
/// the harder one to withdraw from.
fn refuses(post: &BoardPost) -> Option<&'static str> {
    if post.title.chars().count() > TITLE_MAX {
        Some("title_too_long")
    } else if post.html.len() > BODY_MAX {
        Some("body_too_long")
    } else {
        None
    }
}

fn text(body: &Value, field: &str) -> String {
    body.get(field)
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned()
}

fn empty(status: u16) -> Answer {
    Answer {
        status,
        headers: Vec::new(),
        body: Bytes::new(),
    }
}

fn say(status: u16, body: &Value) -> Answer {
    Answer {
        status,
        headers: vec![("content-type".into(), "application/json".into())],
        body: Bytes::from(body.to_string()),
    }
}

/// Decodes percent-encoding: `%40` becomes `@`. Anything that is not an escape stays unchanged.
fn decoded(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        out.extend_from_slice(before.as_bytes());
        match after
            .get(..2)
            .and_then(|hex| u8::from_str_radix(hex, 16).ok())
        {
            Some(byte) => {
                out.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                out.push(b'%');
                rest = after;
            }
        }
    }
    out.extend_from_slice(rest.as_bytes());
    String::from_utf8_lossy(&out).into_owned()
}
