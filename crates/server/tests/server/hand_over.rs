use axum::{body::Body, http::StatusCode};
use yigao_core::State;
use yigao_paint::Scene;

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
#[expect(clippy::too_many_lines, reason = "one walk, step by step")]
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
    let secret = Some(Scene::River);
    let item = client
        .place
        .item("secret", "密", &["文"], secret, &[])
        .await;
    let version = client.place.hub.version(&item, None).await.unwrap();
    let other = version.content.assets.keys().next().unwrap();
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
    assert_eq!(nameless.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        nameless.text.contains("请填写姓名") && nameless.text.contains("第一段"),
        "{}",
        nameless.text
    );
    let thanks = say(&client, "who=li&answer=received").await;
    assert!(thanks.text.contains("已收到"), "{}", thanks.text);
    client.place.work().await;
    let list = client
        .place
        .hub
        .deliveries_of(&"a".parse().unwrap())
        .await
        .unwrap();
    assert!(list.iter().all(|d| d.state == State::Delivered), "{list:?}");
    // Received is not the last word: the page still takes what became of it.
    let again = ask(&client, "GET", PAGE, "").await;
    assert!(
        again.text.contains("li 已收到") && again.text.contains("name=\"answer\""),
        "{}",
        again.text
    );
    let nowhere = say(
        &client,
        "who=&answer=adopted&url=https%3A%2F%2Fx.example%2F9",
    )
    .await;
    assert!(
        nowhere.text.contains("https://x.example/9")
            && nowhere.text.contains("value=\"adopted\" required checked"),
        "what was typed is still there: {}",
        nowhere.text
    );
    let adopted = say(
        &client,
        "who=li&answer=adopted&url=https%3A%2F%2Fx.example%2F9",
    )
    .await;
    assert!(adopted.text.contains("已采用此稿"), "{}", adopted.text);
    let other = say(&client, "who=zhao&answer=returned").await;
    assert_eq!(other.status, StatusCode::CONFLICT);
    assert!(
        other.text.contains("已有答复") && other.text.contains("li 已采用：https://x.example/9"),
        "{}",
        other.text
    );
    let delivery = list
        .iter()
        .find(|d| d.destination.as_str() == "yinan")
        .unwrap();
    let cookie = client.sign_in().await;
    let page = client
        .page(&format!("/deliveries/{}", delivery.id), &cookie)
        .await
        .text;
    assert!(
        page.contains("收到的答复") && page.contains("li 已采用") && !page.contains("zhao"),
        "{page}"
    );
}

const PAGE: &str = "/hand/yinan/t-a?s=ok-t-a";

async fn say(client: &Client, form: &str) -> Got {
    ask(client, "POST", PAGE, form).await
}

/// An editor who comes too late learns so at once, and their answer is shown where it matters.
#[tokio::test]
async fn who_answers_what_was_withdrawn_is_told_and_heard() {
    let client = handed_over().await;
    let item = "a".parse().unwrap();
    let me = yigao_core::Actor::user("lin");
    let hub = &client.place.hub;
    hub.withdraw(&item, Vec::new(), "误发", &me).await.unwrap();
    client.place.work().await;
    let page = ask(&client, "GET", PAGE, "").await;
    assert!(
        page.text.contains("此稿已撤回，请不要采用") && !page.text.contains("第一段"),
        "{}",
        page.text
    );
    let nameless = say(&client, "answer=adopted&url=https%3A%2F%2Fx.example%2F9").await;
    assert_eq!(nameless.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        nameless.text.contains("请填写姓名") && nameless.text.contains("https://x.example/9"),
        "{}",
        nameless.text
    );
    let late = say(
        &client,
        "who=li&answer=adopted&url=https%3A%2F%2Fx.example%2F9",
    )
    .await;
    assert_eq!(late.status, StatusCode::OK);
    assert!(
        late.text.contains("已撤回")
            && late.text.contains("li 已采用")
            && !late.text.contains("<form"),
        "{}",
        late.text
    );
    let list = hub.deliveries_of(&item).await.unwrap();
    let publish = list
        .iter()
        .find(|d| d.destination.as_str() == "yinan" && d.intent == yigao_core::Intent::Publish)
        .unwrap();
    let cookie = client.sign_in().await;
    let page = client
        .page(&format!("/deliveries/{}", publish.id), &cookie)
        .await
        .text;
    assert!(page.contains("li 已采用"), "{page}");
}

/// Nobody with a link has an account: there is nothing to go back to.
#[tokio::test]
async fn a_link_that_is_not_whole_leads_nowhere_else() {
    let client = handed_over().await;
    for path in [
        "/hand/yinan/t-a?s=wrong",
        "/hand/yinan/t-x?s=ok-t-x",
        "/hand/yinan",
    ] {
        let got = ask(&client, "GET", path, "").await;
        assert!(
            got.text.contains("这个页面打不开") && !got.text.contains("/send"),
            "{path}: {}",
            got.text
        );
    }
}

/// People outside reach the page under the hub's public name, and what it is drawn with too.
#[tokio::test]
async fn the_page_is_drawn_for_people_outside_too() {
    let client = handed_over().await;
    let page = ask(&client, "GET", PAGE, "").await;
    assert!(page.text.contains("/static/console.css"), "{}", page.text);
    for file in ["/static/console.css", "/static/console.js"] {
        let got = ask(&client, "GET", file, "").await;
        assert_eq!(got.status, StatusCode::OK, "{file}: {}", got.text);
    }
    let staff = ask(&client, "GET", "/deliveries", "").await;
    assert_eq!(staff.status, StatusCode::MISDIRECTED_REQUEST);
}

/// A correction that waits behind an unanswered page does not take the page's form away: its answer is what it waits for.
#[tokio::test]
async fn a_correction_that_waits_for_the_answer_leaves_the_page_open() {
    let client = handed_over().await;
    let place = &client.place;
    let item = place
        .item(
            "a",
            "更正后的题",
            &["改过的段"],
            Some(Scene::Gate),
            &["yinan:hand"],
        )
        .await;
    let me = yigao_core::Actor::user("lin");
    let approved = yigao_engine::Request::approved();
    place.hub.correct(&item, &approved, &me).await.unwrap();
    place.work().await;
    let page = ask(&client, "GET", PAGE, "").await;
    assert!(
        page.text.contains("name=\"answer\"") && page.text.contains("已有更正"),
        "{}",
        page.text
    );
    let thanks = say(&client, "who=li&answer=received").await;
    assert_eq!(thanks.status, StatusCode::OK);
    place.work().await;
    let page = ask(&client, "GET", PAGE, "").await;
    assert!(
        page.text.contains("更正：请用这一版替换") && page.text.contains("改过的段"),
        "{}",
        page.text
    );
}
