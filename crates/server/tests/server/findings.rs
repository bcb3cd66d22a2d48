//! What import noticed, on the item page and in the API: open until it is answered, and then shown with who answered it.

use axum::http::StatusCode;
use serde_json::json;
use yigao_core::{Actor, Finding, ItemId, Localized, Severity};

use crate::client::{ACCOUNT, Client, SITE, csrf};

/// An item of which import noticed two things that may stay, and one that must change if asked for.
async fn noticed(client: &Client, id: &str, blocks: bool) -> ItemId {
    let words = |zh: &str, en: &str| Localized::new(zh, en);
    let one = |severity, code| {
        let (says, fix) = (
            words("留有标记", "a mark is left"),
            words("改掉", "mend it"),
        );
        Finding::new(severity, code, "body/0", says, fix)
    };
    let mut draft = client.place.draft(id, "题", &["一"], None, &[]);
    draft.findings = vec![
        one(Severity::Warn, "mark").at(7).quoting("3*4=12"),
        one(Severity::Note, "note").at(9),
    ];
    if blocks {
        draft.findings.push(one(Severity::Block, "must"));
    }
    let item = draft.id.clone();
    let hub = &client.place.hub;
    hub.ingest(draft, &Actor::user("wang")).await.unwrap();
    item
}

#[tokio::test]
async fn what_import_noticed_stands_on_the_page_until_it_is_answered_there() {
    let client = Client::new(&[SITE, ACCOUNT]).await;
    noticed(&client, "a", false).await;
    let cookie = client.sign_in().await;
    let page = client.page("/items/a", &cookie).await.text;
    assert!(page.contains("1 处提醒"), "{page}");
    assert!(page.contains("2 处导入时发现的还没有答复"), "{page}");
    assert!(page.contains("<q>3*4=12</q>") && page.contains("第 7 行"));
    assert_eq!(
        page.matches("留有标记").count(),
        2,
        "once, not once a destination"
    );
    assert_eq!(page.matches("action=\"/items/a/answer\"").count(), 2);

    let secret = csrf(&page);
    let mut fields = vec![("csrf", &*secret), ("version", "1"), ("number", "1")];
    fields.push(("reason", "长宽<高>"));
    let done = client.form("/items/a/answer", &cookie, &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    let page = client.page("/items/a", &cookie).await.text;
    assert!(page.contains("第 1 条已答复"), "{page}");
    assert!(
        page.contains("已答复 ") && page.contains("长宽&lt;高&gt;"),
        "{page}"
    );
    assert!(page.contains("1 处导入时发现的还没有答复"));
    assert!(page.contains("预检通过"), "what is answered is not open");
    assert_eq!(page.matches("action=\"/items/a/answer\"").count(), 1);

    // Somebody imports a new version meanwhile: the number on the old page names nothing there.
    client.place.item("a", "新题", &["一"], None, &[]).await;
    let mut fields = vec![("csrf", &*secret), ("version", "1"), ("number", "2")];
    fields.push(("reason", "因"));
    client.form("/items/a/answer", &cookie, &fields).await;
    let page = client.page("/items/a", &cookie).await.text;
    assert!(page.contains("已有版本 2"), "{page}");
}

#[tokio::test]
async fn the_api_has_line_quote_and_answer_and_refuses_what_cannot_be_answered() {
    let client = Client::new(&[SITE, ACCOUNT]).await;
    noticed(&client, "a", false).await;
    let item = client.get("/api/v1/items/a").await.json();
    let first = &item["findings"][0];
    assert_eq!((&first["number"], &first["line"]), (&json!(1), &json!(7)));
    assert_eq!(first["quote"], "3*4=12");
    let answer = async |number: u32, reason: &str| {
        let body = json!({"number": number, "reason": reason});
        client.post("/api/v1/items/a/answer", body).await
    };
    assert_eq!(
        answer(1, " ").await.problem(),
        (400, "reason_required".into())
    );
    assert_eq!(answer(3, "因").await.problem(), (409, "refused".into()));
    let done = answer(1, "因").await.json();
    assert_eq!(done["finding"]["answered"]["reason"], "因");
    assert_eq!(done["finding"]["answered"]["actor"], "token:desk");
    let twice = answer(1, "又").await;
    assert_eq!(twice.problem(), (409, "refused".into()));
    assert!(twice.text.contains("token:desk"), "{}", twice.text);
    let reports = client.get("/api/v1/items/a/preflight").await.json();
    for report in reports["reports"].as_array().unwrap() {
        assert_eq!(report["clear"], true);
        assert_eq!(report["findings"][0]["answered"]["reason"], "因");
        assert!(report["findings"][1].get("answered").is_none());
    }
    let preview = client.get("/api/v1/items/a/preview?to=site").await.json();
    assert_eq!(preview["renditions"][0]["findings"][0]["line"], 7);
}

#[tokio::test]
async fn what_must_be_changed_has_no_form_and_no_answer() {
    let client = Client::new(&[SITE]).await;
    noticed(&client, "a", true).await;
    let cookie = client.sign_in().await;
    let page = client.page("/items/a", &cookie).await.text;
    assert!(page.contains("1 处必改"), "{page}");
    assert_eq!(page.matches("action=\"/items/a/answer\"").count(), 2);
    let body = json!({"number": 3, "reason": "不改"});
    let refused = client.post("/api/v1/items/a/answer", body).await;
    assert_eq!(refused.problem(), (409, "refused".into()));
    let blocked = client
        .post("/api/v1/items/a/publish", json!({"approve": true}))
        .await;
    assert_eq!(blocked.problem(), (422, "blocked".into()));
}
