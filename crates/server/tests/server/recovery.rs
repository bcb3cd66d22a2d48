//! What operators do after trouble, on the page: the list first, then the button.

use axum::http::StatusCode;
use yigao_core::ItemId;
use yigao_engine::Request;

use crate::client::{ACCOUNT, Client, SITE, csrf};

async fn deliveries(client: &Client, item: &ItemId) -> usize {
    client.place.hub.deliveries_of(item).await.unwrap().len()
}

#[tokio::test]
async fn what_failed_is_listed_first_and_tried_again_by_the_button() {
    let client = Client::new(&[SITE]).await;
    let item = client
        .place
        .item("a", "题", &["一"], None, &["site:reject"])
        .await;
    client.place.publish(&item).await;
    client.place.work().await;
    let cookie = client.sign_in().await;
    let deliveries_page = client.page("/deliveries", &cookie).await.text;
    assert!(deliveries_page.contains("action=\"/deliveries/recover\""));

    let late = client
        .page("/deliveries/recover?since=2199-01-01T00:00", &cookie)
        .await;
    assert!(late.text.contains("没有。"), "{}", late.text);
    let list = client
        .page("/deliveries/recover?since=2020-01-01T00:00", &cookie)
        .await
        .text;
    assert!(list.contains("还什么都没做。"), "{list}");
    assert_eq!(deliveries(&client, &item).await, 1, "a list plans nothing");

    let fields = [("csrf", &*csrf(&list)), ("since", "2020-01-01T00:00:00Z")];
    let unsigned = client
        .form("/deliveries/recover", &cookie, &fields[1..])
        .await;
    assert_eq!(unsigned.status, StatusCode::FORBIDDEN);
    let done = client.form("/deliveries/recover", &cookie, &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    let text = client.page("/deliveries", &cookie).await.text;
    assert!(text.contains("已安排 1 个投递。"), "{text}");
    assert_eq!(deliveries(&client, &item).await, 2);
}

#[tokio::test]
async fn what_another_system_has_not_taken_stands_on_both_pages() {
    let client = Client::new(&[SITE]).await;
    let item = client
        .place
        .item("a", "题", &["一"], None, &["site:reject"])
        .await;
    client.place.publish(&item).await;
    client.place.work().await;
    let cookie = client.sign_in().await;
    let before = client.page("/deliveries", &cookie).await.text;
    assert!(!before.contains("untold-ops"), "not said yet: {before}");

    let hub = &client.place.hub;
    assert_eq!(hub.send_notices(&hub.hooks[0]).await.unwrap(), 1);
    let board = client.page("/deliveries", &cookie).await.text;
    assert!(board.contains("ops 还有 1 条没有收下"), "{board}");
    let delivery = hub.deliveries_of(&item).await.unwrap().remove(0);
    let page = client
        .page(&format!("/deliveries/{}", delivery.id), &cookie)
        .await
        .text;
    assert!(
        page.contains("id=\"notices\"") && page.contains("还没收下"),
        "{page}"
    );
}

#[tokio::test]
async fn what_a_destination_missed_is_sent_when_it_is_approved() {
    let client = Client::new(&[SITE, ACCOUNT]).await;
    let item = client.place.item("a", "题", &["一"], None, &[]).await;
    let hub = &client.place.hub;
    let only = Request {
        destinations: vec!["site".parse().unwrap()],
        ..Request::approved()
    };
    let wang = yigao_core::Actor::user("wang");
    hub.publish(&item, &only, &wang).await.unwrap();
    client.place.work().await;
    let cookie = client.sign_in().await;
    let list = client
        .page("/deliveries/replay?to=account", &cookie)
        .await
        .text;
    assert!(list.contains("公众号错过的"), "{list}");
    let secret = csrf(&list);
    let mut fields = vec![("csrf", secret.as_str()), ("to", "account")];
    client.form("/deliveries/replay", &cookie, &fields).await;
    let text = client.page("/deliveries", &cookie).await.text;
    assert!(text.contains("已安排 0 个投递。"), "{text}");
    assert!(text.contains("尚未批准"), "{text}");
    fields.push(("approve", "yes"));
    client.form("/deliveries/replay", &cookie, &fields).await;
    let text = client.page("/deliveries", &cookie).await.text;
    assert!(text.contains("已安排 1 个投递。"), "{text}");
    assert_eq!(deliveries(&client, &item).await, 2);
}

#[tokio::test]
async fn a_destination_is_drained_and_resumed() {
    let client = Client::new(&[SITE]).await;
    let item = client.place.item("a", "题", &["一"], None, &[]).await;
    let cookie = client.sign_in().await;
    let page = client.page("/destinations", &cookie).await.text;
    let fields = [("csrf", &*csrf(&page)), ("reason", "换站")];
    client
        .form("/destinations/site/drain", &cookie, &fields)
        .await;
    let page = client.page("/destinations", &cookie).await.text;
    assert!(page.contains("已排空：换站"), "{page}");
    let wang = yigao_core::Actor::user("wang");
    let hub = &client.place.hub;
    let refused = hub.publish(&item, &Request::approved(), &wang).await;
    let message = refused.unwrap_err().to_string();
    assert!(message.contains("takes nothing new"), "{message}");
    client
        .form("/destinations/site/resume", &cookie, &fields[..1])
        .await;
    client.place.publish(&item).await;
    assert_eq!(deliveries(&client, &item).await, 1);
}

/// More than the page asks for at once came to their end since.
#[tokio::test]
async fn an_old_failure_stays_on_the_page_whatever_came_after_it() {
    let client = Client::new(&[SITE]).await;
    let place = &client.place;
    let failed = place
        .item("forgotten", "被忘记的", &["一"], None, &["site:reject"])
        .await;
    place.publish(&failed).await;
    place.work().await;
    for n in 0..1_010 {
        let item = place
            .item(&format!("n-{n}"), "后来的", &["一"], None, &[])
            .await;
        place.publish(&item).await;
        place.work().await;
    }
    let delivered = place.hub.count_by_state().await.unwrap();
    assert!(delivered.iter().any(|(_, n)| *n == 1_010), "{delivered:?}");
    let cookie = client.sign_in().await;
    let board = client.page("/deliveries", &cookie).await.text;
    assert!(board.contains("被忘记的"), "{board}");
    // Nor does the list of items forget where it stands.
    let items = client.get("/api/v1/items?q=forgotten").await.json();
    assert_eq!(
        items["items"][0]["states"],
        serde_json::json!({"failed": 1})
    );
}
