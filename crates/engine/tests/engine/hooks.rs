//! Other systems are notified of what has failed or is in doubt: over real HTTP, to a listener whose answers the test sets.

use std::{collections::BTreeMap, time::Duration};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
    sync::mpsc,
};
use yigao_channel::Secret;
use yigao_core::State;
use yigao_engine::{Hook, PrivateHosts, Wire};

use crate::{
    board::Remote,
    place::{On, on_both},
    stage::Stage,
};

on_both!(
    a_failure_is_sent_until_it_is_taken_under_one_name_and_once,
    a_doubt_is_reported_and_a_hook_that_wants_no_more_is_left_alone,
    a_private_host_that_nobody_named_is_not_told
);

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// A request as it came.
struct Callback {
    headers: BTreeMap<String, String>,
    body: serde_json::Value,
    text: String,
}

/// Answers each request with the next of `answers`, and passes the request to the test.
async fn listener(answers: &'static [&'static str]) -> (String, mpsc::UnboundedReceiver<Callback>) {
    let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = socket.local_addr().unwrap().to_string();
    let (sender, callbacks) = mpsc::unbounded_channel();
    #[expect(
        clippy::disallowed_methods,
        reason = "the listener lives as long as the test"
    )]
    tokio::spawn(async move {
        for answer in answers {
            let (mut stream, _) = socket.accept().await.unwrap();
            let mut text = String::new();
            let request = loop {
                let mut buffer = [0; 4_096];
                let n = stream.read(&mut buffer).await.unwrap();
                text.push_str(std::str::from_utf8(&buffer[..n]).unwrap());
                let Some((head, body)) = text.split_once("\r\n\r\n") else {
                    continue;
                };
                let headers: BTreeMap<String, String> = head
                    .lines()
                    .skip(1)
                    .filter_map(|line| line.split_once(": "))
                    .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
                    .collect();
                if body.len() >= headers["content-length"].parse::<usize>().unwrap() {
                    break Callback {
                        headers,
                        body: serde_json::from_str(body).unwrap(),
                        text: body.to_owned(),
                    };
                }
            };
            let answer =
                format!("HTTP/1.1 {answer}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            stream.write_all(answer.as_bytes()).await.unwrap();
            sender.send(request).unwrap();
        }
    });
    (host, callbacks)
}

/// The stage's hub with one hook at `host`, which may be reached.
fn with_hook(stage: &mut Stage, host: &str, reachable: bool) -> Hook {
    let hook = Hook::new("ops", &format!("http://{host}/hook"), &Secret::new(SECRET)).unwrap();
    let hosts = PrivateHosts::new(reachable.then(|| host.to_owned()));
    let hub = &mut stage.hub;
    hub.wire = Wire::new(stage.store.clone(), hub.clock.clone(), hosts).unwrap();
    hub.hooks = vec![hook.clone()].into();
    hook
}

async fn a_failure_is_sent_until_it_is_taken_under_one_name_and_once(on: On) {
    let (host, mut callbacks) = listener(&["503 Busy", "204 No Content"]).await;
    let mut stage = Stage::new(on, "hook").await;
    let hook = with_hook(&mut stage, &host, true);
    Remote::set(&stage.remote.mood.strict, true);
    let failed = stage.publish().await;
    assert_eq!(
        stage.hub.send_notices(&hook).await.unwrap(),
        0,
        "nothing yet"
    );
    stage.work().await;
    assert_eq!(stage.now(&failed).await.state, State::Failed);

    assert_eq!(stage.hub.send_notices(&hook).await.unwrap(), 1);
    let first = callbacks.recv().await.unwrap();
    assert_eq!(first.body["type"], "delivery.failed");
    assert_eq!(first.body["data"]["delivery"], failed.as_str());
    assert_eq!(first.body["data"]["destination"], "board");
    let message = &first.body["data"]["message"];
    assert!(
        message["zh"].as_str().unwrap().contains("内容被拒"),
        "{message}"
    );
    assert_eq!(first.headers["content-type"], "application/json");
    let untold = stage.store.notices_untold(9).await.unwrap();
    assert_eq!(untold[0].message.as_deref(), Some("HTTP 503"));
    assert_eq!(
        stage.hub.send_notices(&hook).await.unwrap(),
        0,
        "not at once again"
    );

    stage.hub.clock.advance(Duration::from_secs(5));
    assert_eq!(stage.hub.send_notices(&hook).await.unwrap(), 1);
    let second = callbacks.recv().await.unwrap();
    assert_eq!(second.headers["webhook-id"], first.headers["webhook-id"]);
    assert_eq!(second.text, first.text);
    let seconds = |callbacks: &Callback| {
        callbacks.headers["webhook-timestamp"]
            .parse::<i64>()
            .unwrap()
    };
    assert_eq!(seconds(&second) - seconds(&first), 5);
    let signed = |callbacks: &Callback| callbacks.headers["webhook-signature"].clone();
    assert!(signed(&first).starts_with("v1,"));
    assert_ne!(signed(&second), signed(&first));

    stage.hub.clock.advance(Duration::from_secs(400_000));
    assert_eq!(
        stage.hub.send_notices(&hook).await.unwrap(),
        0,
        "it was taken"
    );
    assert!(stage.store.notices_untold(9).await.unwrap().is_empty());
}

async fn a_doubt_is_reported_and_a_hook_that_wants_no_more_is_left_alone(on: On) {
    let (host, mut callbacks) = listener(&["410 Gone"]).await;
    let mut stage = Stage::new(on, "hook_gone").await;
    let in_doubt = stage.publish().await;
    // What was planned for one account is not sent to another.
    stage.remote.folder = stage.remote.folder.with_file_name("another");
    stage.move_board().await;
    let hook = with_hook(&mut stage, &host, true);
    stage.work().await;
    assert_eq!(stage.now(&in_doubt).await.state, State::InDoubt);
    assert_eq!(stage.hub.send_notices(&hook).await.unwrap(), 1);
    assert_eq!(
        callbacks.recv().await.unwrap().body["type"],
        "delivery.in_doubt"
    );
    stage.hub.clock.advance(Duration::from_secs(400_000));
    assert_eq!(stage.hub.send_notices(&hook).await.unwrap(), 0);
    let of = stage.store.notices_of(&in_doubt).await.unwrap();
    assert_eq!((of[0].told, of[0].due_at, of[0].tries), (false, None, 1));
}

async fn a_private_host_that_nobody_named_is_not_told(on: On) {
    let (host, mut callbacks) = listener(&["204 No Content"]).await;
    let mut stage = Stage::new(on, "hook_private").await;
    let hook = with_hook(&mut stage, &host, false);
    Remote::set(&stage.remote.mood.strict, true);
    let failed = stage.publish().await;
    stage.work().await;
    assert_eq!(stage.hub.send_notices(&hook).await.unwrap(), 1);
    let of = stage.store.notices_of(&failed).await.unwrap();
    assert!(!of[0].told && of[0].due_at.is_some());
    let message = of[0].message.clone().unwrap();
    assert!(message.contains("private"), "{message}");
    assert!(callbacks.try_recv().is_err(), "no connection was made");
}
