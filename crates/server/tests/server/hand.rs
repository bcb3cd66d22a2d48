use axum::{body::Body, http::StatusCode};
use yigao_core::State;
use yigao_media::paint::Scene;

use crate::client::{Client, Got, SITE, YINAN, between};

async fn handed_over() -> Client {
    let client = Client::new(&[SITE, YINAN]).await;
    let item = client
        .place
        .item(
            "a",
            "请采用<b>此稿</b>",
            &["第一段", "第二段"],
            Some(Scene::Gate),
            &["yinan:hand"],
        )
        .await;
    client.place.publish(&item).await;
    client.place.work().await;
    client
}

/// As a county editor's browser asks: from outside, under the public name, without cookies.
async fn ask(client: &Client, method: &str, path: &str, body: &str) -> Got {
    let request = axum::http::Request::builder()
        .method(method)
        .uri(path)
        .header("host", "hub.linyi.example")
        .header("origin", "https://hub.linyi.example");
    client
        .send(
            request
                .header("content-type", "application/x-www-form-urlencoded")
                .body(Body::from(body.to_owned()))
                .unwrap(),
        )
        .await
}

#[tokio::test]
async fn a_wrong_signature_shows_and_changes_nothing() {
    let client = handed_over().await;
    for path in [
        "/hand/yinan/t-a?s=wrong",
        "/hand/yinan/t-a",
        "/hand/yinan/t-b?s=ok-t-a",
        "/hand/nowhere/t-a?s=ok-t-a",
    ] {
        let got = ask(&client, "GET", path, "").await;
        assert!(
            got.status == StatusCode::FORBIDDEN || got.status == StatusCode::NOT_FOUND,
            "{path}: {}",
            got.status
        );
        assert!(!got.text.contains("第一段"), "{path}");
    }
    let got = ask(
        &client,
        "POST",
        "/hand/yinan/t-a?s=wrong",
        "who=x&answer=received",
    )
    .await;
    assert_eq!(got.status, StatusCode::FORBIDDEN);
    client.place.work().await;
    let list = client
        .place
        .hub
        .deliveries_of(&"a".parse().unwrap())
        .await
        .unwrap();
    assert!(list.iter().any(|d| d.state == State::Accepted), "{list:?}");
}

#[tokio::test]
async fn an_editor_copies_saves_and_confirms() {
    let client = handed_over().await;
    let page = ask(&client, "GET", "/hand/yinan/t-a?s=ok-t-a", "").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(
        page.text.contains("第一段")
            && page.text.contains("沂南县融媒体中心")
            && !page.text.contains("<b>此稿"),
        "{}",
        page.text
    );
    let picture = between(&page.text, "img src=\"", "\"").replace("&amp;", "&");
    let got = ask(&client, "GET", &picture, "").await;
    assert_eq!(
        (got.status, got.header("content-type")),
        (StatusCode::OK, "image/jpeg")
    );
    let saved = ask(&client, "GET", &format!("{picture}&save=1"), "").await;
    assert!(
        saved
            .header("content-disposition")
            .starts_with("attachment"),
        "{:?}",
        saved.headers
    );
    // Only pictures of this pack: another file of the media folder is not for this editor.
    let other = client.place.hub.media.put(b"secret").await.unwrap();
    let got = ask(
        &client,
        "GET",
        &format!("/hand/yinan/t-a/media/{other}?s=ok-t-a"),
        "",
    )
    .await;
    assert_eq!(got.status, StatusCode::NOT_FOUND);

    let nameless = ask(
        &client,
        "POST",
        "/hand/yinan/t-a?s=ok-t-a",
        "answer=received",
    )
    .await;
    assert!(
        nameless.text.contains("请填写姓名") && nameless.text.contains("第一段"),
        "{}",
        nameless.text
    );
    let thanks = ask(
        &client,
        "POST",
        "/hand/yinan/t-a?s=ok-t-a",
        "who=li&answer=received",
    )
    .await;
    assert!(thanks.text.contains("已收到"), "{}", thanks.text);
    client.place.work().await;
    let list = client
        .place
        .hub
        .deliveries_of(&"a".parse().unwrap())
        .await
        .unwrap();
    assert!(list.iter().all(|d| d.state == State::Delivered), "{list:?}");
    let again = ask(&client, "GET", "/hand/yinan/t-a?s=ok-t-a", "").await;
    assert!(again.text.contains("已有答复"), "{}", again.text);
}
