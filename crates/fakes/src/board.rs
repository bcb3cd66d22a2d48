//! The memory adapter and its notice board, in the form that the conformance suite expects.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use yigao_channel::{Answer, Call, Incoming};
use yigao_conformance::{Copy, Pair, Paper, Place, Remote, Subject, Tampered, text_of_html};
use yigao_core::{Asks, Ticket, Timestamp};
use yigao_memory::{Board, Dedupe, Memory, fault};

/// The token that the board accepts.
pub const TOKEN: &str = "t0ken-of-the-board";
const BASE: &str = "http://board.example";

/// A board as the remote of a conformance test.
#[derive(Debug)]
pub struct BoardRemote(pub Mutex<Board>);

#[async_trait]
impl Remote for BoardRemote {
    async fn call(&self, call: &Call, now: Timestamp) -> Answer {
        let path = call.url.strip_prefix(BASE).unwrap_or(&call.url);
        let mut board = self.0.lock().expect("nothing panics while it is held");
        board.answer(
            call.method.as_str(),
            path,
            &call.headers,
            &call.body.bytes,
            now,
        )
    }

    async fn copies(&self, place: &Place) -> Vec<Copy> {
        let board = self.0.lock().expect("nothing panics while it is held");
        let ours = board
            .posts()
            .filter(|(_, post)| post.marker == place.marker);
        ours.map(|(id, post)| Copy {
            url: Some(format!("{BASE}/posts/{id}")),
            text: format!("{}\n{}", post.title, text_of_html(&post.html)),
            id,
        })
        .collect()
    }

    async fn tamper(&self, place: &Place) -> Tampered {
        let mut board = self.0.lock().expect("nothing panics while it is held");
        let ours: Vec<_> = board
            .posts()
            .filter(|(_, post)| post.marker == place.marker)
            .map(|(id, post)| (id, post.html.replace("古城", "新城")))
            .collect();
        for (id, html) in ours {
            board.edit(&id, &html);
        }
        Tampered::Done
    }

    /// A person checks the board and answers with the id of our post.
    async fn confirm(&self, ticket: &Ticket, place: &Place) -> Option<Incoming> {
        let Asks::Person(_) = ticket.asks else {
            return None;
        };
        let copy = self.copies(place).await.into_iter().next();
        let id = copy.map_or("null".to_owned(), |copy| format!("{:?}", copy.id));
        let body = format!(
            "{{\"about\": {:?}, \"id\": {id}, \"who\": \"王五\"}}",
            ticket.id
        );
        Some(Incoming {
            method: "POST".into(),
            path: "/".into(),
            query: Vec::new(),
            headers: vec![("x-board-token".into(), TOKEN.into())],
            body: body.into_bytes(),
            now: place.now,
        })
    }

    async fn leftovers(&self, _: &Place) -> usize {
        self.0
            .lock()
            .expect("nothing panics while it is held")
            .unused_files()
    }
}

/// The adapter, configured for a board with this way of finding repeated posts.
///
/// # Panics
/// When the configuration in this file is wrong.
pub fn adapter(dedupe: Dedupe) -> Memory {
    let dedupe_key = format!("{dedupe:?}").to_lowercase();
    let config = format!(
        "base_url = \"{BASE}\"\ntoken = {{ env = \"BOARD_TOKEN\" }}\ndedupe = \"{dedupe_key}\""
    );
    yigao_conformance::open::<Memory>(&config, TOKEN).expect("the test's own configuration opens")
}

/// The adapter and a fresh board for each story.
pub fn subject(name: &'static str, dedupe: Dedupe) -> Subject {
    let make = move || Pair {
        channel: Arc::new(adapter(dedupe)),
        remote: Arc::new(BoardRemote(Mutex::new(Board::new(TOKEN, dedupe)))),
    };
    Subject {
        secrets: vec![TOKEN],
        secret_place: Some("BOARD_TOKEN"),
        codes: fault::codes().map(ToOwned::to_owned).collect(),
        ..Subject::new(
            name,
            Paper::of::<Memory>(include_str!("../../channels/memory/README.md")),
            make,
        )
    }
}
