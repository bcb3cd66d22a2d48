use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::client::{Client, article};

/// Arms one fault on draft/add, calls it, and gives what the client saw and how many drafts there are.
async fn met(fault: Value) -> (Result<(u16, String), &'static str>, usize, Client) {
    let client = Client::fast().await;
    let cover = client.cover().await;
    let order = json!({"platform": "wechat", "op": "draft/add", "fault": fault});
    assert_eq!(client.post("/control/faults", &order).await.status, 200);
    let body = json!({"articles": [article(&cover)]});
    let seen = match client.try_wechat("draft/add", &body).await {
        Ok(seen) => Ok((seen.status, seen.text)),
        Err(e) if e.is_request() || e.is_body() => Err("no answer"),
        Err(e) => panic!("{e:?}"),
    };
    let listed = client.get("/control/faults").await.json();
    assert_eq!(listed["faults"][0]["fired"], json!(1));
    let drafts = drafts(&client);
    (seen, drafts, client)
}

fn drafts(client: &Client) -> usize {
    let state = client.sandbox().wechat_state();
    state["drafts"].as_array().unwrap().len()
}

#[tokio::test]
async fn refused_before_acting() {
    let (seen, drafts, _client) = met(json!({"kind": "status", "status": 503})).await;
    assert_eq!((seen.unwrap().0, drafts), (503, 0));
    let (seen, drafts, _client) = met(json!({"kind": "errcode", "code": 45009})).await;
    let (status, text) = seen.unwrap();
    let json: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((status, &json["errcode"], drafts), (200, &json!(45009), 0));
    let (seen, drafts, _client) = met(json!({"kind": "html"})).await;
    let (status, text) = seen.unwrap();
    assert_eq!((status, text.starts_with("<html>"), drafts), (200, true, 0));
}

#[tokio::test]
async fn acted_on_and_answered_badly() {
    let (seen, drafts, _client) = met(json!({"kind": "status_after", "status": 502})).await;
    let (status, text) = seen.unwrap();
    assert_eq!((status, text.starts_with("<html>"), drafts), (502, true, 1));
    let (seen, drafts, _client) = met(json!({"kind": "truncated"})).await;
    let (status, text) = seen.unwrap();
    let parsed = serde_json::from_str::<Value>(&text);
    assert_eq!((status, parsed.is_err(), drafts), (200, true, 1));
    assert!(text.starts_with("{\"media_id\""), "{text}");
}

#[tokio::test]
async fn connections_closed_without_an_answer() {
    let (seen, drafts, _client) = met(json!({"kind": "drop_before"})).await;
    assert_eq!((seen, drafts), (Err("no answer"), 0));
    let (seen, drafts, _client) = met(json!({"kind": "drop_after"})).await;
    assert_eq!((seen, drafts), (Err("no answer"), 1));
}

#[tokio::test]
async fn a_closed_connection_carries_not_one_byte() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let client = Client::fast().await;
    let order = json!({"platform": "wechat", "op": "draft/count", "fault": {"kind": "drop_after"}});
    client.post("/control/faults", &order).await;
    let address = client.running.base().strip_prefix("http://").unwrap();
    let mut line = tokio::net::TcpStream::connect(address).await.unwrap();
    line.write_all(
        b"GET /wechat/cgi-bin/draft/count HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    )
    .await
    .unwrap();
    let mut heard = Vec::new();
    line.read_to_end(&mut heard).await.unwrap();
    assert_eq!(heard, b"");
}

#[tokio::test]
async fn acted_on_after_the_connection_is_closed() {
    let (seen, before, client) = met(json!({"kind": "late", "ms": 60_000})).await;
    assert_eq!((seen, before), (Err("no answer"), 0));
    client.sandbox().advance(60_000);
    let waited = Instant::now();
    while drafts(&client) == 0 && waited.elapsed() < Duration::from_secs(5) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(drafts(&client), 1);
}

#[tokio::test]
async fn answered_late() {
    let started = Instant::now();
    let (seen, drafts, _client) = met(json!({"kind": "slow", "ms": 120})).await;
    assert_eq!((seen.unwrap().0, drafts), (200, 1));
    assert!(started.elapsed() >= Duration::from_millis(120));
}

#[tokio::test]
async fn every_token_dies() {
    let (seen, drafts, client) = met(json!({"kind": "token_dead"})).await;
    let (_, text) = seen.unwrap();
    let json: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&json["errcode"], drafts), (&json!(40001), 0));
    let fresh = client.stable_token(false).await["access_token"].clone();
    assert_ne!(fresh, json!(client.token));
}

#[tokio::test]
async fn faults_wait_for_their_call_and_pass_by_others() {
    let client = Client::fast().await;
    let order = json!({
        "platform": "wechat", "op": "draft/batchget", "after": 1, "times": 2,
        "fault": {"kind": "status", "status": 503, "retry_after": 7},
    });
    client.post("/control/faults", &order).await;
    let list = json!({"offset": 0, "count": 1});
    let mut seen = Vec::new();
    for op in [
        "draft/batchget",
        "freepublish/batchget",
        "draft/batchget",
        "draft/batchget",
        "draft/batchget",
    ] {
        let answer = client.wechat(op, &list).await;
        let wait = answer
            .headers
            .get("retry-after")
            .map(|v| v.to_str().unwrap().to_owned());
        seen.push((answer.status, wait));
    }
    let down = (503, Some("7".to_owned()));
    assert_eq!(
        seen,
        [(200, None), (200, None), down.clone(), down, (200, None)]
    );
    client
        .send(client.http.delete(client.at("/control/faults")))
        .await
        .unwrap();
    assert_eq!(
        client.get("/control/faults").await.json(),
        json!({"faults": []})
    );
    let wrong = json!({"platform": "wechat", "op": "x", "fault": {"kind": "flood"}});
    assert_eq!(client.post("/control/faults", &wrong).await.status, 400);
}

#[tokio::test]
async fn requests_of_other_web_sites_are_refused() {
    let client = Client::fast().await;
    let reset = client.http.post(client.at("/control/reset"));
    let seen = client
        .send(reset.header("origin", "https://evil.example"))
        .await
        .unwrap();
    assert_eq!(seen.status, 403);
    assert_eq!(client.post("/control/reset", &json!({})).await.status, 200);
}
