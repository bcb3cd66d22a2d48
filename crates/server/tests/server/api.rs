use axum::{body::Body, http::StatusCode};
use serde_json::{Value, json};

use crate::client::{ACCOUNT, Client, SITE};

#[tokio::test]
async fn approve_publish_list() {
    let client = Client::new(&[SITE, ACCOUNT]).await;
    let item = client.place.item("a", "题", &["文"], None, &[]).await;
    let unapproved = client
        .post(&format!("/api/v1/items/{item}/publish"), json!({}))
        .await;
    assert_eq!(unapproved.problem(), (409, "unapproved".into()));
    assert_eq!(unapproved.json()["findings"].as_array().unwrap().len(), 2);

    let reports = client.get("/api/v1/items/a/preflight?to=site").await.json();
    let digest = reports["reports"][0]["digest"].clone();
    let stale = client
        .post(
            "/api/v1/items/a/approve",
            json!({"destinations": ["site"], "digests": ["0".repeat(64)]}),
        )
        .await;
    assert_eq!(stale.problem(), (409, "unapproved".into()));
    let approved = client
        .post(
            "/api/v1/items/a/approve",
            json!({"destinations": ["site"], "digests": [digest]}),
        )
        .await
        .json();
    assert_eq!(approved["reports"][0]["approvals"][0][0], "token:desk");
    let plan = client
        .post("/api/v1/items/a/publish", json!({"destinations": ["site"]}))
        .await;
    assert_eq!(plan.status, StatusCode::ACCEPTED);
    let id = plan.json()["deliveries"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    client.place.work().await;

    let list = client
        .get("/api/v1/deliveries?item=a&state=delivered,failed")
        .await
        .json();
    assert_eq!(list["deliveries"][0]["id"], id.as_str());
    assert_eq!(list["deliveries"][0]["state_zh"], "已送达");
    let detail = client.get(&format!("/api/v1/deliveries/{id}")).await.json();
    assert_eq!(detail["delivery"]["receipt"]["id"], "a-1");
    for part in ["attempts", "journal", "exchanges", "ledger"] {
        assert!(!detail[part].as_array().unwrap().is_empty(), "{part}");
    }
    let again = client
        .post(
            "/api/v1/items/a/publish",
            json!({"destinations": ["site"], "approve": true}),
        )
        .await;
    assert_eq!(again.problem(), (409, "nothing_to_do".into()));
    let items = client.get("/api/v1/items?q=%E9%A2%98").await.json();
    assert_eq!(items["items"][0]["states"], json!({"delivered": 1}));
}

#[tokio::test]
async fn a_withdrawal_says_why_and_ends_in_a_proof() {
    let client = Client::new(&[SITE]).await;
    let item = client.place.item("a", "题", &["文"], None, &[]).await;
    client.place.publish(&item).await;
    client.place.work().await;
    assert_eq!(
        client
            .post("/api/v1/items/a/withdraw", json!({"reason": " "}))
            .await
            .problem(),
        (400, "reason_required".into())
    );
    let plan = client
        .post("/api/v1/items/a/withdraw", json!({"reason": "内容有误"}))
        .await;
    assert_eq!(
        (plan.status, &plan.json()["deliveries"][0]["intent"]),
        (StatusCode::ACCEPTED, &json!("withdraw"))
    );
    client.place.work().await;
    let ledger = client.get("/api/v1/ledger").await.json();
    assert!(
        ledger["entries"]
            .as_array()
            .unwrap()
            .iter()
            .any(|e| e["actor"] == "token:desk"),
        "{ledger}"
    );
}

#[tokio::test]
async fn a_doubt_is_decided_once_with_one_answer() {
    let client = Client::new(&[SITE]).await;
    let item = client
        .place
        .item("a", "题", &["文"], None, &["site:doubt"])
        .await;
    client.place.publish(&item).await;
    client.place.work().await;
    let list = client.get("/api/v1/deliveries?state=in_doubt").await.json();
    let id = list["deliveries"][0]["id"].as_str().unwrap().to_owned();
    let decide = async |body: Value| {
        client
            .post(&format!("/api/v1/deliveries/{id}/decide"), body)
            .await
    };
    assert_eq!(
        client
            .post(&format!("/api/v1/deliveries/{id}/retry"), json!({}))
            .await
            .problem(),
        (409, "refused".into())
    );
    for body in [
        json!({"reason": "x"}),
        json!({"reason": "x", "did_not": true, "happened": {"id": "1"}}),
        json!({"reason": "x", "happened": {"id": ""}}),
    ] {
        assert_eq!(decide(body).await.problem(), (400, "one_answer".into()));
    }
    let hostile = json!({"reason": "x", "happened": {"id": "1", "url": "javascript:alert(1)"}});
    assert_eq!(decide(hostile).await.problem(), (400, "bad_url".into()));
    assert_eq!(
        decide(json!({"reason": "后台已见", "happened": {"id": "77", "url": "https://e.cn/77"}}))
            .await
            .status,
        StatusCode::OK
    );
    client.place.work().await;
    let now = client.get(&format!("/api/v1/deliveries/{id}")).await.json();
    assert_eq!(now["delivery"]["state"], "delivered");
    assert_eq!(
        decide(json!({"reason": "x", "did_not": true}))
            .await
            .problem(),
        (409, "refused".into())
    );
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one walk, step by step")]
async fn problems_have_a_code_and_a_way_out() {
    let client = Client::new(&[SITE, ACCOUNT]).await;
    client
        .place
        .item("long", &"长".repeat(40), &["文"], None, &[])
        .await;
    let blocked = client
        .post("/api/v1/items/long/publish", json!({"approve": true}))
        .await;
    assert_eq!(blocked.problem(), (422, "blocked".into()));
    let finding = &blocked.json()["findings"][0]["findings"][0];
    assert_eq!(
        (&finding["code"], &finding["predicts"]),
        (&json!("title_too_long"), &json!("45003"))
    );
    assert!(
        client
            .place
            .hub
            .deliveries_of(&"long".parse().unwrap())
            .await
            .unwrap()
            .is_empty()
    );
    let cases = [
        (
            "/api/v1/items/nothing/publish",
            json!({"approve": true}),
            (404, "unknown_item"),
        ),
        (
            "/api/v1/items/%E6%96%87/publish",
            json!({}),
            (400, "bad_name"),
        ),
        (
            "/api/v1/items/long/publish",
            json!({"approve": "yes"}),
            (400, "bad_json"),
        ),
        (
            "/api/v1/items/long/publish",
            json!({"aprove": true}),
            (400, "bad_json"),
        ),
        (
            "/api/v1/items/long/publish",
            json!({"at": "明天"}),
            (400, "bad_time"),
        ),
        (
            "/api/v1/items/long/publish",
            json!({"destinations": ["nowhere"]}),
            (404, "unknown_destination"),
        ),
        (
            "/api/v1/deliveries/d-1/retry",
            json!({}),
            (404, "unknown_delivery"),
        ),
        (
            "/api/v1/destinations/nowhere/pause",
            json!({"reason": "x"}),
            (404, "unknown_destination"),
        ),
        (
            "/api/v1/destinations/nowhere/drain",
            json!({"reason": "x"}),
            (404, "unknown_destination"),
        ),
        ("/api/v1/nothing", json!({}), (404, "not_found")),
        ("/api/v1/events", json!({}), (405, "method_not_allowed")),
    ];
    for (path, body, (status, code)) in cases {
        assert_eq!(
            client.post(path, body).await.problem(),
            (status, code.to_owned()),
            "{path}"
        );
    }
    assert_eq!(
        client.get("/api/v1/deliveries?stat=failed").await.problem(),
        (400, "bad_query".into())
    );
    assert_eq!(
        client.get("/api/v1/deliveries?state=lost").await.problem(),
        (400, "bad_query".into())
    );
    let raw = client
        .request("POST", "/api/v1/items/long/hold")
        .header("authorization", "Bearer t0ken");
    let got = client
        .send(
            raw.header("content-type", "application/json")
                .body(Body::from("{"))
                .unwrap(),
        )
        .await;
    assert_eq!(got.problem(), (400, "bad_json".into()));
}

#[tokio::test]
async fn what_is_exported_can_be_imported() {
    let client = Client::new(&[SITE]).await;
    client
        .place
        .item(
            "a",
            "题",
            &["一", "二"],
            Some(yigao_paint::Scene::River),
            &[],
        )
        .await;
    let zip = client.get("/api/v1/items/a/export?format=json").await;
    assert_eq!(
        (zip.status, zip.header("content-type")),
        (StatusCode::OK, "application/zip")
    );
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(zip.bytes)).unwrap();
    let mut item = String::new();
    std::io::Read::read_to_string(&mut archive.by_name("item.json").unwrap(), &mut item).unwrap();
    assert!(item.contains('题'));
    let bad = client
        .post("/api/v1/items", json!({"nonsense": true}))
        .await;
    assert_eq!(bad.problem(), (422, "import_refused".into()));
    assert!(!bad.json()["problems"].as_array().unwrap().is_empty());
    let text = client
        .request("POST", "/api/v1/items")
        .header("authorization", "Bearer t0ken")
        .header("content-type", "text/plain");
    assert_eq!(
        client
            .send(text.body(Body::from("x")).unwrap())
            .await
            .problem(),
        (415, "not_importable".into())
    );
}

#[tokio::test]
async fn markdown_and_its_zip_come_in_through_the_form() {
    let client = Client::new(&[SITE]).await;
    let upload = async |name: &str, bytes: &[u8]| {
        let head = format!(
            "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n"
        );
        let body = [head.as_bytes(), bytes, b"\r\n--b--\r\n"].concat();
        let request = client
            .request("POST", "/api/v1/items")
            .header("authorization", "Bearer t0ken")
            .header("content-type", "multipart/form-data; boundary=b");
        client.send(request.body(Body::from(body)).unwrap()).await
    };
    let markdown = "---\nid: spring\ntitle: 春季活动\nunit: 市文旅局\n---\n\n第一段。\n";
    let first = upload("通知.md", markdown.as_bytes()).await;
    assert_eq!(first.status, StatusCode::CREATED, "{}", first.text);
    assert_eq!(first.json()["item"], "spring");
    let zip = client.get("/api/v1/items/spring/export").await;
    let again = upload("spring.zip", &zip.bytes).await;
    assert_eq!(
        (again.status, &again.json()["new"]),
        (StatusCode::OK, &json!(false)),
        "{}",
        again.text
    );
    let bad = upload("a.md", "---\ntitel: 错\n---\n文\n".as_bytes()).await;
    assert_eq!(bad.problem(), (422, "import_refused".into()));
    assert!(
        bad.json()["problems"][0]["line"].is_number(),
        "{}",
        bad.text
    );
    let cut = upload("a.zip", &zip.bytes[..zip.bytes.len() / 2]).await;
    assert_eq!(cut.problem(), (422, "import_refused".into()));
}

#[tokio::test]
async fn the_document_lists_exactly_what_is_served() {
    let document = yigao_server::openapi();
    let mut described: Vec<(String, String)> = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            described.push((method.to_uppercase(), path.clone()));
        }
    }
    let mut served: Vec<(String, String)> = yigao_server::served()
        .into_iter()
        .filter(|s| s.path.starts_with("/api/"))
        .map(|s| (s.method.to_string(), s.path.to_owned()))
        .collect();
    described.sort();
    served.sort();
    assert_eq!(described, served);
    let ids: std::collections::BTreeSet<&str> = document["paths"]
        .as_object()
        .unwrap()
        .values()
        .flat_map(|p| p.as_object().unwrap().values())
        .filter_map(|o| o["operationId"].as_str())
        .collect();
    assert_eq!(ids.len(), served.len(), "operation ids are unique");
}

#[tokio::test]
async fn metrics_and_health() {
    let client = Client::new(&[SITE]).await;
    let item = client
        .place
        .item("secret-name", "题", &["文"], None, &[])
        .await;
    client.place.publish(&item).await;
    let ask = |path: &str| client.send(client.request("GET", path).body(Body::empty()).unwrap());
    assert_eq!(ask("/healthz").await.json(), json!({"ok": true}));
    let text = ask("/metrics").await.text;
    assert!(
        text.contains("yigao_deliveries{state=\"waiting\"} 1\n")
            && text.contains("yigao_destination_state{destination=\"site\"} 0\n"),
        "{text}"
    );
    assert!(
        text.contains("yigao_due_lag_seconds 0") && !text.contains("secret-name"),
        "{text}"
    );
}
