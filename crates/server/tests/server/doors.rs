use axum::{body::Body, http::StatusCode};
use serde_json::json;

use crate::client::{Client, SITE, csrf};

#[tokio::test]
async fn a_foreign_origin_is_refused_and_changes_nothing() {
    let client = Client::new(&[SITE]).await;
    let item = client.place.item("a", "题", &["文"], None, &[]).await;
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
    ] {
        let request = client
            .request("POST", &format!("/api/v1/items/{item}/hold"))
            .header("authorization", "Bearer t0ken");
        let request = request
            .header(name, value)
            .header("content-type", "application/json")
            .body(Body::from(r#"{"reason":"x"}"#))
            .unwrap();
        assert_eq!(
            client.send(request).await.problem(),
            (403, "foreign_origin".into())
        );
    }
    assert_eq!(
        client.place.hub.items(None, 1).await.unwrap()[0].held_by,
        None
    );
    // The control: the same without the foreign origin.
    assert_eq!(
        client
            .post(
                &format!("/api/v1/items/{item}/hold"),
                json!({"reason": "x"})
            )
            .await
            .status,
        StatusCode::NO_CONTENT
    );
}

#[tokio::test]
async fn nothing_is_shown_or_done_without_a_token_or_a_session() {
    let client = Client::new(&[SITE]).await;
    client
        .place
        .item("a", "禁发的标题", &["文"], None, &[])
        .await;
    for served in yigao_server::served() {
        let path = served
            .path
            .replace("{id}", "a")
            .replace("{digest}", &"0".repeat(64));
        let open = ["/", "/sign-in", "/lang", "/healthz", "/metrics"].contains(&served.path)
            || served.path.starts_with("/static/")
            || served.path.starts_with("/hand/");
        let got = client
            .send(
                client
                    .request(served.method.as_str(), &path)
                    .body(Body::empty())
                    .unwrap(),
            )
            .await;
        assert!(!got.text.contains("禁发的标题"), "{} {path}", served.method);
        if !open && path != "/sign-in" {
            assert_eq!(
                got.status,
                StatusCode::UNAUTHORIZED,
                "{} {path}",
                served.method
            );
        }
    }
    for header in ["Bearer wrong", "Bearer ", "Basic t0ken", "Bearer t0kenx"] {
        let got = client
            .send(
                client
                    .request("GET", "/api/v1/items")
                    .header("authorization", header)
                    .body(Body::empty())
                    .unwrap(),
            )
            .await;
        assert_eq!(got.problem(), (401, "unauthenticated".into()), "{header}");
    }
    assert_eq!(client.get("/api/v1/items").await.status, StatusCode::OK);
}

#[tokio::test]
async fn another_host_is_refused() {
    let client = Client::new(&[SITE]).await;
    let port = client.host.split_once(':').unwrap().1.to_owned();
    let ask = async |host: String| {
        let request = axum::http::Request::get("/healthz")
            .header("host", host)
            .body(Body::empty())
            .unwrap();
        client.send(request).await.status.as_u16()
    };
    for host in [
        "evil.example".to_owned(),
        format!("evil.example:{port}"),
        "127.0.0.1:1".to_owned(),
        format!("10.0.0.1:{port}"),
        "localhost".to_owned(),
    ] {
        assert_eq!(ask(host.clone()).await, 421, "{host}");
    }
    for host in [
        format!("127.0.0.1:{port}"),
        format!("localhost:{port}"),
        format!("[::1]:{port}"),
    ] {
        assert_eq!(ask(host.clone()).await, 200, "{host}");
    }
}

#[tokio::test]
async fn the_link_signs_in_once() {
    let client = Client::new(&[SITE]).await;
    let path = client.link.split_once(&client.host).unwrap().1.to_owned();
    let first = client
        .send(client.request("GET", &path).body(Body::empty()).unwrap())
        .await;
    let cookie = first.header("set-cookie").to_owned();
    assert!(
        cookie.contains("HttpOnly")
            && cookie.contains("SameSite=Strict")
            && cookie.contains("Path=/"),
        "{cookie}"
    );
    let second = client
        .send(client.request("GET", &path).body(Body::empty()).unwrap())
        .await;
    assert_eq!(
        (second.status, second.header("set-cookie")),
        (StatusCode::FORBIDDEN, "")
    );
    let cookie = cookie.split(';').next().unwrap();
    let page = client.page("/send", cookie).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("user:console"));
    // Signing out ends the session itself, not only the cookie.
    let got = client
        .form("/sign-out", cookie, &[("csrf", &csrf(&page.text))])
        .await;
    assert_eq!(got.status, StatusCode::SEE_OTHER);
    assert_eq!(
        client.page("/send", cookie).await.status,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn a_form_without_its_secret_is_refused() {
    let client = Client::new(&[SITE]).await;
    client.place.item("a", "题", &["文"], None, &[]).await;
    let cookie = client.sign_in().await;
    let held = async || {
        client.place.hub.items(None, 1).await.unwrap()[0]
            .held_by
            .clone()
    };
    for fields in [
        vec![("reason", "x")],
        vec![("reason", "x"), ("csrf", "wrong")],
    ] {
        let got = client.form("/items/a/hold", &cookie, &fields).await;
        assert_eq!(got.status, StatusCode::FORBIDDEN);
        assert!(got.text.contains("表单已过期"), "{}", got.text);
        assert_eq!(held().await, None);
    }
    let secret = csrf(&client.page("/items/a", &cookie).await.text);
    let got = client
        .form(
            "/items/a/hold",
            &cookie,
            &[("reason", "x"), ("csrf", &secret)],
        )
        .await;
    assert_eq!(
        (got.status, held().await),
        (StatusCode::SEE_OTHER, Some("user:console".into()))
    );
}

#[tokio::test]
async fn a_session_writes_through_the_api_only_from_our_own_pages() {
    let client = Client::new(&[SITE]).await;
    client.place.item("a", "题", &["文"], None, &[]).await;
    let cookie = client.sign_in().await;
    let send = |origin: Option<String>| {
        let mut request = client
            .request("POST", "/api/v1/items/a/release")
            .header("cookie", &cookie);
        if let Some(origin) = origin {
            request = request.header("origin", origin);
        }
        client.send(request.body(Body::empty()).unwrap())
    };
    assert_eq!(send(None).await.problem(), (403, "foreign_origin".into()));
    assert_eq!(
        send(Some(format!("http://{}", client.host))).await.status,
        StatusCode::NO_CONTENT
    );
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused() {
    let client = Client::new(&[SITE]).await;
    client.place.item("a", "题", &["文"], None, &[]).await;
    let long = json!({"reason": "x".repeat(70_000)});
    assert_eq!(
        client.post("/api/v1/items/a/hold", long).await.problem(),
        (413, "too_large".into())
    );
    let request = client
        .request("POST", "/api/v1/items")
        .header("authorization", "Bearer t0ken")
        .header("content-type", "application/json");
    let request = request
        .header("content-length", 200 * 1024 * 1024)
        .body(Body::from(vec![b' '; 100]))
        .unwrap();
    assert_eq!(
        client.send(request).await.problem(),
        (413, "too_large".into())
    );
}

#[tokio::test]
async fn every_answer_tells_the_browser_to_keep_still() {
    let client = Client::new(&[SITE]).await;
    let cookie = client.sign_in().await;
    let page = client.page("/deliveries", &cookie).await;
    let policy = page.header("content-security-policy");
    assert!(
        policy.starts_with("default-src 'none'")
            && policy.contains("frame-ancestors 'none'")
            && !policy.contains("unsafe"),
        "{policy}"
    );
    assert_eq!(
        (
            page.header("x-content-type-options"),
            page.header("cache-control")
        ),
        ("nosniff", "no-store")
    );
    // A browser that may not say where it comes from says `Origin: null`, and its own forms are refused.
    assert_eq!(page.header("referrer-policy"), "same-origin");
    assert!(
        !page.text.contains("style=\"") && !page.text.contains("onclick"),
        "inline style or script"
    );
}
