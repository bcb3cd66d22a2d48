use axum::{body::Body, http::StatusCode};
use serde_json::json;
use yigao_core::{Actor, DestinationId, State};
use yigao_paint::Scene;

use crate::client::{ACCOUNT, Client, SITE, YINAN, between, csrf};

const HOSTILE: &str = "</title><script>alert(1)</script>\"'><img src=x onerror=alert(1)>";

#[tokio::test]
async fn hostile_words_stay_words_on_every_page() {
    let client = Client::new(&[SITE, (YINAN.0, YINAN.1, YINAN.2, YINAN.3, 200)]).await;
    let hub = &client.place.hub;
    let item = client
        .place
        .item(
            "a",
            HOSTILE,
            &[HOSTILE],
            None,
            &["site:doubt", "yinan:hand"],
        )
        .await;
    client.place.publish(&item).await;
    client.place.work().await;
    let actor = Actor::user(HOSTILE);
    hub.hold_item(&item, HOSTILE, &actor).await.unwrap();
    hub.pause_destination(&DestinationId::parse("site").unwrap(), HOSTILE, &actor)
        .await
        .unwrap();
    let cookie = client.sign_in().await;
    let mut paths = vec![
        "/send".to_owned(),
        "/send?q=%3Cscript%3Ealert(1)%3C/script%3E".into(),
        "/items/a".into(),
        "/deliveries".into(),
        "/deliveries?item=a".into(),
        "/destinations".into(),
        "/hand/yinan/t-a?s=ok-t-a".into(),
        "/%3Cscript%3Ealert(1)".into(),
    ];
    for delivery in hub.deliveries_of(&item).await.unwrap() {
        paths.push(format!("/deliveries/{}", delivery.id));
        paths.push(format!("/renditions/{}/preview", delivery.rendition));
    }
    for path in paths {
        let page = client.page(&path, &cookie).await;
        assert!(
            page.header("content-type").starts_with("text/html"),
            "{path}"
        );
        assert!(
            !page.text.contains("<script>alert") && !page.text.contains("<img src=x"),
            "{path}: {}",
            page.text
        );
    }
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one walk, step by step")]
async fn a_person_approves_what_is_shown_and_publishes() {
    let client = Client::new(&[SITE, ACCOUNT]).await;
    let item = client
        .place
        .item("a", "题", &["一", "二"], Some(Scene::River), &[])
        .await;
    let cookie = client.sign_in().await;
    let page = client.page("/items/a", &cookie).await;
    let secret = csrf(&page.text);
    let card = between(&page.text, "value=\"publish|site|", "\"");
    let stale = client
        .form(
            "/items/a/publish",
            &cookie,
            &[
                ("csrf", &secret),
                ("approve", "1"),
                ("card", &format!("publish|site|{}", "0".repeat(64))),
            ],
        )
        .await;
    assert_eq!(stale.status, StatusCode::SEE_OTHER);
    assert!(
        client
            .page("/items/a", &cookie)
            .await
            .text
            .contains("尚未批准，或批准后有改动")
    );
    assert!(
        client
            .place
            .hub
            .deliveries_of(&item)
            .await
            .unwrap()
            .is_empty()
    );

    let sent = client
        .form(
            "/items/a/publish",
            &cookie,
            &[
                ("csrf", &secret),
                ("approve", "1"),
                ("card", &format!("publish|site|{card}")),
            ],
        )
        .await;
    assert_eq!(sent.header("location"), "/items/a");
    assert!(
        client
            .page("/items/a", &cookie)
            .await
            .text
            .contains("已排入 1 个发布投递")
    );
    client.place.work().await;
    let deliveries = client.place.hub.deliveries_of(&item).await.unwrap();
    assert_eq!(
        (
            deliveries.len(),
            deliveries[0].state,
            deliveries[0].actor.as_str()
        ),
        (1, State::Delivered, "user:console")
    );
    let unsure = client
        .form(
            "/items/a/withdraw",
            &cookie,
            &[("csrf", &secret), ("reason", "x")],
        )
        .await;
    assert_eq!(unsure.status, StatusCode::SEE_OTHER);
    assert_eq!(
        client.place.hub.deliveries_of(&item).await.unwrap().len(),
        1
    );
    client
        .form(
            "/items/a/withdraw",
            &cookie,
            &[("csrf", &secret), ("reason", "x"), ("sure", "1")],
        )
        .await;
    assert_eq!(
        client.place.hub.deliveries_of(&item).await.unwrap().len(),
        2
    );
}

#[tokio::test]
async fn a_preview_shows_its_pictures_without_a_cookie_and_marks_open_places() {
    let client = Client::new(&[SITE, ACCOUNT]).await;
    client
        .place
        .item("a", "题", &["一", "二"], Some(Scene::River), &[])
        .await;
    let reports = client
        .get("/api/v1/items/a/preflight?to=account,site")
        .await
        .json();
    let account = reports["reports"]
        .as_array()
        .unwrap()
        .iter()
        .find(|s| s["destination"] == "account")
        .unwrap();
    let digest = account["digest"].as_str().unwrap().to_owned();
    let preview = client.get("/items/a/preview/account").await;
    // Looking stores nothing: the rendition is in the ledger once somebody has approved it.
    let stored = format!("/renditions/{digest}/preview");
    assert_eq!(client.get(&stored).await.status, StatusCode::NOT_FOUND);
    client.post("/api/v1/items/a/approve", json!({})).await;
    assert_eq!(client.get(&stored).await.text, preview.text);
    assert!(
        preview
            .header("content-security-policy")
            .contains("sandbox"),
        "{:?}",
        preview.headers
    );
    assert!(
        preview.text.contains("「待填：局网站的网址」") && !preview.text.contains('\u{e000}'),
        "{}",
        preview.text
    );
    let picture = between(&preview.text, "<img src=\"", "\"").replace("&amp;", "&");
    let plain =
        |path: String| client.send(client.request("GET", &path).body(Body::empty()).unwrap());
    assert_eq!(
        plain(picture.clone()).await.header("content-type"),
        "image/jpeg"
    );
    assert_eq!(
        plain(picture.split('?').next().unwrap().to_owned())
            .await
            .status,
        StatusCode::UNAUTHORIZED
    );

    let folder = std::env::temp_dir().join(format!("yigao-preview-{}", std::process::id()));
    let (rendition, _) = client
        .place
        .hub
        .rendition(&yigao_core::Digest::parse(&digest).unwrap())
        .await
        .unwrap();
    let page = client
        .place
        .hub
        .preview_page(&rendition, &folder)
        .await
        .unwrap();
    let html = std::fs::read_to_string(&page).unwrap();
    let name = between(&html, "<img src=\"", "\"");
    assert!(folder.join(&name).is_file(), "{name}");
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn a_refused_import_names_the_place_and_the_way_out() {
    let client = Client::new(&[SITE]).await;
    let cookie = client.sign_in().await;
    let secret = csrf(&client.page("/send", &cookie).await.text);
    let send = async |secret: &str, file: &str| {
        let body = format!(
            "--b\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{secret}\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"item.json\"\r\n\r\n{file}\r\n--b--\r\n"
        );
        let request = client
            .request("POST", "/send")
            .header("cookie", &cookie)
            .header("origin", format!("http://{}", client.host));
        client
            .send(
                request
                    .header("content-type", "multipart/form-data; boundary=b")
                    .body(Body::from(body))
                    .unwrap(),
            )
            .await
    };
    assert_eq!(send("wrong", "{}").await.status, StatusCode::FORBIDDEN);
    let refused = send(&secret, "{").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text.contains("item.json") && refused.text.contains("改法："),
        "{}",
        refused.text
    );
    let empty = send(&secret, "").await;
    assert!(empty.text.contains("没有收到文件"), "{}", empty.text);
}

#[tokio::test]
async fn the_pages_speak_english_on_request() {
    let client = Client::new(&[SITE]).await;
    let cookie = client.sign_in().await;
    let chosen = client.page("/lang?to=en", &cookie).await;
    assert_eq!(chosen.header("location"), "/send");
    let english = client
        .page("/deliveries", &format!("{cookie}; yigao_lang=en"))
        .await;
    assert!(
        english.text.contains("<html lang=\"en\"") && english.text.contains("No deliveries fit."),
        "{}",
        english.text
    );
    assert!(
        client
            .page("/deliveries", &cookie)
            .await
            .text
            .contains("没有符合的投递")
    );
}
