//! What the command line can do the API and the pages can do too; and looking changes nothing.

use axum::http::{Method, StatusCode};
use serde_json::json;
use yigao_core::{Digest, State};
use yigao_engine::StoreError;
use yigao_paint::Scene;

use crate::client::{ACCOUNT, Client, SITE, csrf};

/// A GET of any page or API address, with the names of things that are there.
#[tokio::test]
async fn no_get_writes_into_the_ledger() {
    let client = Client::new(&[SITE, ACCOUNT]).await;
    let hub = &client.place.hub;
    let picture = Some(Scene::River);
    let item = client
        .place
        .item("a", "题", &["一", "二"], picture, &[])
        .await;
    let cookie = client.sign_in().await;
    let before = hub.ledger(None, 1_000).await.unwrap();
    let version = hub.version(&item, None).await.unwrap();
    let digests: Vec<Digest> = hub
        .check(&version, &[], None, None)
        .await
        .unwrap()
        .into_iter()
        .map(|report| report.digest.unwrap())
        .collect();
    for served in yigao_server::served() {
        if served.method != Method::GET || served.path.contains("events") {
            continue;
        }
        let path = served
            .path
            .replace("{id}", "a")
            .replace("{destination}", "site")
            .replace("{digest}", digests[0].as_str());
        client.page(&path, &cookie).await;
        client.get(&path).await;
        for digest in &digests {
            let stored = hub.rendition(digest).await;
            assert!(
                matches!(stored, Err(StoreError::Missing { .. })),
                "GET {path} stored a rendition"
            );
        }
    }
    assert_eq!(hub.ledger(None, 1_000).await.unwrap(), before);
    // The control: an approval stores them.
    client.post("/api/v1/items/a/approve", json!({})).await;
    assert!(hub.rendition(&digests[0]).await.is_ok());
}

#[tokio::test]
async fn a_preview_over_the_api_is_what_is_approved_later() {
    let client = Client::new(&[SITE, ACCOUNT]).await;
    client.place.item("a", "题", &["一"], None, &[]).await;
    let seen = client.get("/api/v1/items/a/preview?to=site").await.json();
    let digest = seen["renditions"][0]["digest"].as_str().unwrap().to_owned();
    assert_eq!(seen["renditions"].as_array().unwrap().len(), 1);
    client
        .post("/api/v1/items/a/approve", json!({"destinations": ["site"]}))
        .await;
    let stored = client.get(&format!("/api/v1/renditions/{digest}")).await;
    assert_eq!(
        stored.json()["rendition"],
        seen["renditions"][0]["rendition"]
    );
}

#[tokio::test]
async fn what_waits_is_cancelled_and_what_was_sent_is_not() {
    let client = Client::new(&[SITE]).await;
    let item = client.place.item("a", "题", &["一"], None, &[]).await;
    client.place.publish(&item).await;
    let id = client.place.hub.deliveries_of(&item).await.unwrap()[0]
        .id
        .clone();
    let cookie = client.sign_in().await;
    let page = client
        .page(&format!("/deliveries/{id}"), &cookie)
        .await
        .text;
    assert!(page.contains(&format!("action=\"/deliveries/{id}/cancel\"")));
    let fields = [("csrf", &*csrf(&page))];
    let done = client
        .form(&format!("/deliveries/{id}/cancel"), &cookie, &fields)
        .await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    let cancelled = client.place.hub.delivery(&id).await.unwrap();
    assert_eq!(cancelled.state, State::Superseded);
    let again = client
        .post(&format!("/api/v1/deliveries/{id}/cancel"), json!({}))
        .await;
    assert_eq!(again.problem(), (409, "refused".into()));
    let nowhere = client
        .post("/api/v1/deliveries/d-nowhere/cancel", json!({}))
        .await;
    assert_eq!(nowhere.problem(), (404, "unknown_delivery".into()));
}

#[tokio::test]
async fn operators_recover_and_replay_over_the_api() {
    let client = Client::new(&[SITE, ACCOUNT]).await;
    let item = client
        .place
        .item("a", "题", &["一"], None, &["site:reject"])
        .await;
    client.place.publish(&item).await;
    client.place.work().await;
    let recover = async |dry_run: bool| {
        let body = json!({"since": "2020-01-01 00:00", "to": "site", "dry_run": dry_run});
        let got = client.post("/api/v1/deliveries/recover", body).await;
        got.json()["recovered"][0].clone()
    };
    assert!(recover(true).await["planned"].is_null());
    assert!(recover(false).await["planned"].is_string());
    let to = json!({"to": "nowhere"});
    let unknown = client.post("/api/v1/deliveries/replay", to).await;
    assert_eq!(unknown.problem(), (404, "unknown_destination".into()));
    let none = client
        .post(
            "/api/v1/deliveries/replay",
            json!({"to": "account", "approve": true}),
        )
        .await;
    assert_eq!(none.json()["replayed"], json!([]));
}

#[tokio::test]
async fn what_is_out_is_verified_and_put_back_over_exactly_what_was_seen() {
    let drifts = ("site", "局网站", "website", "folder:drift", 80);
    let client = Client::new(&[drifts, ACCOUNT]).await;
    let item = client.place.item("a", "题", &["一"], None, &[]).await;
    client.place.publish(&item).await;
    client.place.work().await;
    let asked = client.post("/api/v1/items/a/verify", json!({})).await;
    assert_eq!(asked.status, StatusCode::ACCEPTED);
    assert_eq!(asked.json()["deliveries"].as_array().unwrap().len(), 2);
    client.place.work().await;
    let list = client
        .get("/api/v1/deliveries?destination=site")
        .await
        .json();
    let seen = list["deliveries"][0]["seen"].as_str().unwrap().to_owned();
    let id = list["deliveries"][0]["id"].as_str().unwrap().to_owned();

    let correct = async |over: &str, to: serde_json::Value| {
        let body = json!({"approve": true, "overwrite": [over], "destinations": to});
        client.post("/api/v1/items/a/correct", body).await
    };
    let everywhere = correct(&seen, json!([])).await;
    assert_eq!(everywhere.problem(), (400, "overwrite_which".into()));
    let elsewhere = correct(&format!("site={seen}"), json!(["account"])).await;
    assert_eq!(elsewhere.problem(), (400, "overwrite_elsewhere".into()));

    // The page offers it where the difference is shown.
    // What is put back is what was approved: here a correction has words of its own, which somebody has to approve.
    client.post("/api/v1/items/a/approve", json!({})).await;
    let cookie = client.sign_in().await;
    let page = client
        .page(&format!("/deliveries/{id}"), &cookie)
        .await
        .text;
    let pair = format!("site={seen}");
    assert!(page.contains(&format!("value=\"{pair}\"")), "{page}");
    let fields = [("csrf", &*csrf(&page)), ("overwrite", pair.as_str())];
    client.form("/items/a/overwrite", &cookie, &fields).await;
    let newest = client
        .place
        .hub
        .deliveries_of(&item)
        .await
        .unwrap()
        .remove(0);
    assert_eq!(newest.destination.as_str(), "site");
    let over = newest.prior.over.map(|digest| digest.to_string());
    assert_eq!(over, Some(seen));
}

#[tokio::test]
async fn every_form_of_the_pages_leads_to_a_route_and_every_route_has_its_form() {
    let drifts = ("site", "局网站", "website", "folder:drift", 80);
    let client = Client::new(&[drifts, ACCOUNT]).await;
    let hub = &client.place.hub;
    let wang = yigao_core::Actor::user("wang");
    let paths = a_busy_day(&client, &wang).await;
    let cookie = client.sign_in().await;
    let mut drawn = std::collections::BTreeSet::new();
    let mut draw = async || {
        for path in &paths {
            let page = client.page(path, &cookie).await.text;
            for attribute in ["action=\"", "formaction=\""] {
                for found in page.split(attribute).skip(1) {
                    drawn.insert(found.split('"').next().unwrap().to_owned());
                }
            }
        }
    };
    draw().await;
    let account = "account".parse().unwrap();
    hub.pause_destination(&account, "等", &wang).await.unwrap();
    draw().await;
    let served = yigao_server::served();
    for path in &drawn {
        assert!(
            served.iter().any(|route| fits(route.path, path)),
            "a form leads nowhere: {path}"
        );
    }
    // A replay is offered as a list first, whose button is the form; the list here is empty. Nobody outside has a form here.
    let elsewhere = [
        "/deliveries/replay",
        "/hand/{destination}/{ticket}",
        "/sign-in",
    ];
    for route in served {
        let page = route.method == Method::POST && !route.path.starts_with("/api/");
        assert!(
            !page
                || elsewhere.contains(&route.path)
                || drawn.iter().any(|path| fits(route.path, path)),
            "no form for {}",
            route.path
        );
    }
}

/// Items in every state that has buttons; answers the pages that show them.
async fn a_busy_day(client: &Client, wang: &yigao_core::Actor) -> Vec<String> {
    let place = &client.place;
    let hub = &place.hub;
    let mut paths = ["/send", "/deliveries", "/destinations", "/items/new"]
        .map(str::to_owned)
        .to_vec();
    let mut new = place.draft("new", "新", &["一"], None, &[]);
    let words = yigao_core::Localized::new("话", "words");
    let note = yigao_core::Severity::Note;
    new.findings = vec![yigao_core::Finding::new(
        note,
        "noticed",
        "body",
        words.clone(),
        words,
    )];
    hub.ingest(new, wang).await.unwrap();
    for (id, mode) in [("good", ""), ("bad", "site:reject"), ("open", "site:doubt")] {
        let item = place.item(id, "题", &["一"], None, &[mode]).await;
        place.publish(&item).await;
        place.work().await;
        hub.verify(&item, &[]).await.unwrap();
        place.work().await;
    }
    let held = place.item("held", "扣", &["一"], None, &[]).await;
    place.publish(&held).await;
    hub.hold_item(&held, "等", wang).await.unwrap();
    // The next version of what is out can be corrected.
    place.item("good", "新题", &["一"], None, &[]).await;
    for id in ["good", "bad", "open", "held"] {
        paths.push(format!("/items/{id}"));
    }
    let all = yigao_engine::ListDeliveries::default();
    for delivery in hub.deliveries(&all).await.unwrap() {
        paths.push(format!("/deliveries/{}", delivery.id));
    }
    paths.push("/deliveries/recover?since=2020-01-01T00:00".to_owned());
    paths
}

/// Whether a path is one of a route's.
fn fits(pattern: &str, path: &str) -> bool {
    let (pattern, path): (Vec<_>, Vec<_>) =
        (pattern.split('/').collect(), path.split('/').collect());
    let same = |(a, b): (&&str, &&str)| a.starts_with('{') || a == b;
    pattern.len() == path.len() && pattern.iter().zip(&path).all(same)
}

fn files_in(folder: &std::path::Path) -> usize {
    let entries = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
    entries
        .map(|entry| match entry.path() {
            path if path.is_dir() => files_in(&path),
            _ => 1,
        })
        .sum()
}

/// Pre-flight of what has not been imported leaves nothing behind, neither in the ledger nor in the media folder.
#[tokio::test]
async fn checking_a_draft_stores_nothing() {
    let client = Client::new(&[SITE, ACCOUNT]).await;
    let draft = client
        .place
        .draft("a", "题", &["一", "二"], Some(Scene::River), &[]);
    let files = files_in(&client.place.folder.join("media"));
    let hub = &client.place.hub;
    let before = hub.ledger(None, 1_000).await.unwrap();
    let reports = hub.check_draft(draft, &[]).await.unwrap();
    let pictures = reports.iter().filter_map(|s| s.rendition.as_ref());
    assert!(pictures.flat_map(|r| &r.media).any(|d| d.made.is_some()));
    for report in &reports {
        assert!(report.is_clear(), "{:?}", report.findings);
        assert!(
            hub.rendition(report.digest.as_ref().unwrap())
                .await
                .is_err()
        );
    }
    assert_eq!(files_in(&client.place.folder.join("media")), files);
    assert_eq!(hub.ledger(None, 1_000).await.unwrap(), before);
    assert!(hub.items(None, 9).await.unwrap().is_empty());
}
