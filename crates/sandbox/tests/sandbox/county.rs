use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::client::{Client, Seen, Signing, jpeg, sha256};
use yigao_sandbox::SandboxConfig;

const SECRET: &str = "county-secret-0123456789";

fn item(version: &str, headline: &str) -> Value {
    json!({
        "uri": "urn:newsml:wl.example.gov.cn:2026:1024",
        "standard": {"name": "ninjs", "version": "3.1"},
        "type": "text",
        "version": version,
        "pubStatus": "usable",
        "headlines": [{"role": "main", "contentType": "text/plain", "value": headline}],
        "bodies": [{"role": "main", "contentType": "text/html", "value": "<p>正文</p><script>x</script>"}],
    })
}

/// Sends a signed request with a nonce of its own.
async fn send(client: &Client, method: &str, path: &str, body: &[u8], key: Option<&str>) -> Seen {
    let time = client.sandbox().now_ms() / 1000;
    let state = client.sandbox().county_state("yunxi");
    let nonce = format!("n{}", state["calls"].as_array().unwrap().len());
    let mut request = client.signed(&Signing {
        method,
        path,
        time,
        nonce: &nonce,
        secret: SECRET,
        body,
    });
    if let Some(key) = key {
        request = request.header("Idempotency-Key", key);
    }
    client.send(request).await.unwrap()
}

async fn post(client: &Client, item: &Value, key: Option<&str>) -> Seen {
    let body = item.to_string();
    send(client, "POST", "/county/yunxi/items", body.as_bytes(), key).await
}

fn copies(client: &Client, centre: &str) -> Value {
    client.sandbox().county_state(centre)["copies"].clone()
}

#[tokio::test]
async fn signatures_times_and_nonces_are_checked() {
    let client = Client::fast().await;
    let now = client.sandbox().now_ms() / 1000;
    let call = async |time: i64, nonce: &str, secret: &str| {
        let request = client.signed(&Signing {
            method: "GET",
            path: "/county/yunxi/items?uri=urn%3Ax",
            time,
            nonce,
            secret,
            body: b"",
        });
        let seen = client.send(request).await.unwrap();
        (seen.status, seen.code())
    };
    assert_eq!(call(now, "a", SECRET).await, (200, 0));
    assert_eq!(call(now, "b", "wrong").await, (200, 1001));
    assert_eq!(call(now - 310, "c", SECRET).await, (200, 1002));
    assert_eq!(call(now, "a", SECRET).await, (200, 1003));
    let unsigned = client.get("/county/yunxi/items").await;
    assert_eq!((unsigned.status, unsigned.code()), (200, 1001));
}

#[tokio::test]
async fn media_are_kept_by_their_digest() {
    let client = Client::fast().await;
    let bytes = jpeg(50);
    let path = format!("/county/yunxi/media/{}", sha256(&bytes));
    assert_eq!(send(&client, "GET", &path, b"", None).await.status, 404);
    let wrong = send(&client, "PUT", &path, b"other", None).await;
    assert_eq!((wrong.status, wrong.code()), (200, 2004));
    let put = send(&client, "PUT", &path, &bytes, None).await;
    assert_eq!((put.status, put.code()), (201, 0));
    assert_eq!(send(&client, "GET", &path, b"", None).await.status, 200);
    let mut with_picture = item("1", "市集开街");
    let rendition = |sha: &str| json!([{"name": "main", "uri": "urn:p:1", "renditions": [{"name": "full", "href": format!("media/{sha}")}]}]);
    with_picture["associations"] = rendition(&"0".repeat(64));
    assert_eq!(post(&client, &with_picture, None).await.code(), 2003);
    with_picture["associations"] = rendition(&sha256(&bytes));
    assert_eq!(post(&client, &with_picture, None).await.code(), 0);
}

#[tokio::test]
async fn what_is_no_item_for_this_centre_is_refused() {
    let client = Client::fast().await;
    let with = |key: &str, value: Value| {
        let mut item = item("1", "市集开街");
        item[key] = value;
        item
    };
    assert_eq!(
        post(&client, &item("1", &"题".repeat(23)), None)
            .await
            .code(),
        0
    );
    assert_eq!(
        post(&client, &item("1", &"题".repeat(24)), None)
            .await
            .code(),
        2001
    );
    let number = post(&client, &with("version", json!(1)), None).await;
    assert_eq!(number.code(), 2005);
    assert_eq!(
        number.json()["msg"],
        json!("not ninjs 3.1: version is missing or no text")
    );
    assert_eq!(
        post(&client, &with("x-gov", json!(1)), None).await.code(),
        2005
    );
    assert_eq!(
        post(&client, &with("headlines", json!([])), None)
            .await
            .code(),
        2005
    );
    let mut unknown = with("pubStatus", json!("canceled"));
    unknown["uri"] = json!("urn:none");
    assert_eq!(post(&client, &unknown, None).await.code(), 2006);
    let settings = json!({"min_pictures": 1, "calls_per_minute": 8});
    let set = client
        .post("/control/county/yunxi/settings", &settings)
        .await;
    assert_eq!(set.json()["min_pictures"], json!(1));
    assert_eq!(
        post(&client, &item("1", "市集开街"), None).await.code(),
        2002
    );
    for _ in 0..7 {
        post(&client, &item("1", "市集开街"), None).await;
    }
    assert_eq!(
        post(&client, &item("1", "市集开街"), None).await.code(),
        3001
    );
}

#[tokio::test]
async fn a_key_is_answered_again_and_never_with_another_body() {
    let client = Client::fast().await;
    let first = post(&client, &item("1", "市集开街"), Some("k1")).await;
    let again = post(&client, &item("1", "市集开街"), Some("k1")).await;
    assert_eq!(first.json()["data"]["state"], json!("received"));
    assert_eq!(again.text, first.text);
    let replayed = |seen: &Seen| {
        seen.headers
            .get("idempotency-replayed")
            .map(|v| v.to_str().unwrap().to_owned())
    };
    assert_eq!(
        (replayed(&first), replayed(&again)),
        (None, Some("true".to_owned()))
    );
    let other = post(&client, &item("1", "别的题"), Some("k1")).await;
    assert_eq!(other.status, 422);
    let one = json!({"urn:newsml:wl.example.gov.cn:2026:1024": 1});
    assert_eq!(copies(&client, "yunxi"), one);
    // The same item without its key is another copy, and so is everything once keys are ignored.
    post(&client, &item("1", "市集开街"), Some("k2")).await;
    client
        .sandbox()
        .county_settings("yunxi", &json!({"dedupe": "none"}))
        .unwrap();
    let ignored = post(&client, &item("1", "市集开街"), Some("k1")).await;
    assert_eq!((ignored.code(), replayed(&ignored)), (0, None));
    let three = json!({"urn:newsml:wl.example.gov.cn:2026:1024": 3});
    assert_eq!(copies(&client, "yunxi"), three);
}

#[tokio::test]
async fn corrections_replace_and_withdrawals_withdraw() {
    let client = Client::fast().await;
    let id = post(&client, &item("9", "市集开街"), Some("k9"))
        .await
        .json()["data"]["id"]
        .clone();
    let page = format!("/county/yunxi/items/{}/page", id.as_str().unwrap());
    let corrected = post(&client, &item("10", "市集周六开街"), Some("k10")).await;
    assert_eq!(
        corrected.json()["data"],
        json!({"id": id, "state": "received"})
    );
    let shown = client.get(&page).await;
    assert_eq!(shown.text.matches("<h1>市集周六开街</h1>").count(), 1);
    assert_eq!(
        (
            shown.text.matches("<p>正文</p>").count(),
            shown.text.matches("<script>").count()
        ),
        (1, 0)
    );
    let adopt = json!({"do": "adopt", "id": id});
    assert_eq!(
        client
            .post("/control/county/yunxi/staff", &adopt)
            .await
            .status,
        200
    );
    let mut cancel = item("11", "市集周六开街");
    cancel["pubStatus"] = json!("canceled");
    let withdrawn = post(&client, &cancel, Some("k11")).await;
    assert_eq!(
        withdrawn.json()["data"],
        json!({"id": id, "state": "withdrawn"})
    );
    assert_eq!(client.get(&page).await.status, 410);
    let path = "/county/yunxi/items?uri=urn:newsml:wl.example.gov.cn:2026:1024";
    let listed = send(&client, "GET", path, b"", None).await.json();
    let entry = &listed["data"]["items"][0];
    assert_eq!(
        (
            &entry["id"],
            &entry["version"],
            &entry["state"],
            &entry["digest"]
        ),
        (
            &id,
            &json!("11"),
            &json!("withdrawn"),
            &json!(sha256(cancel.to_string().as_bytes()))
        )
    );
    let events = client.sandbox().county_state("yunxi")["items"][0]["events"].clone();
    let what: Vec<_> = events
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["what"].as_str().unwrap())
        .collect();
    assert_eq!(what, ["received", "corrected", "adopted", "withdrawn"]);
}

#[tokio::test]
async fn an_editor_returns_an_item_with_a_reason() {
    let client = Client::fast().await;
    let id = post(&client, &item("1", "市集开街"), None).await.json()["data"]["id"].clone();
    let path = format!("/county/yunxi/inbox/{}/return", id.as_str().unwrap());
    let request = client
        .http
        .post(client.at(&path))
        .body("reason=%E7%BC%BA%E5%9B%BE");
    assert_eq!(client.send(request).await.unwrap().status, 200);
    let listed = send(&client, "GET", "/county/yunxi/items", b"", None)
        .await
        .json();
    let entry = &listed["data"]["items"][0];
    assert_eq!(
        (&entry["state"], &entry["reason"]),
        (&json!("returned"), &json!("缺图"))
    );
}

#[tokio::test]
async fn county_faults_are_in_the_county_s_own_words() {
    let client = Client::fast().await;
    let order = json!({"platform": "county", "op": "items.post", "fault": {"kind": "errcode", "code": 3001}});
    client.post("/control/faults", &order).await;
    let seen = post(&client, &item("1", "市集开街"), None).await;
    assert_eq!((seen.status, seen.code()), (200, 3001));
    assert_eq!(copies(&client, "yunxi"), json!({}));
}

fn package(folder: &Path, body: &Value, picture: Option<&[u8]>) {
    std::fs::create_dir_all(folder).unwrap();
    std::fs::write(folder.join("item.json"), body.to_string()).unwrap();
    std::fs::write(folder.join("item.html"), "<p>正文</p>").unwrap();
    std::fs::write(folder.join("item.txt"), "正文").unwrap();
    if let Some(picture) = picture {
        std::fs::write(folder.join("1.jpg"), picture).unwrap();
    }
}

/// Waits until the folder is empty but for what is hidden or unfinished.
async fn emptied(inbox: &Path) -> Vec<String> {
    let started = Instant::now();
    loop {
        let mut names: Vec<_> = std::fs::read_dir(inbox)
            .unwrap()
            .map(|e| e.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        let open = names
            .iter()
            .any(|n| !n.starts_with('.') && !n.ends_with(".part"));
        if !open || started.elapsed() > Duration::from_secs(10) {
            return names;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn the_drop_folder_is_emptied() {
    let folder = std::env::temp_dir().join(format!("yigao-sandbox-drop-{}", std::process::id()));
    let inbox = folder.join("in");
    std::fs::create_dir_all(&inbox).unwrap();
    let mut config = SandboxConfig::fast();
    config.drop = Some(folder.clone());
    let client = Client::of(config).await;
    let mut body = item("1", "市集开街");
    body["associations"] = json!([{"name": "p1", "uri": "urn:p:1", "renditions": [{"name": "full", "href": "1.jpg"}]}]);
    package(&inbox.join("a.part"), &body, Some(&jpeg(60)));
    package(&inbox.join(".b"), &body, None);
    package(&inbox.join("missing"), &body, None);
    package(&inbox.join("good"), &body, Some(&jpeg(60)));
    assert_eq!(emptied(&inbox).await, [".b", "a.part"]);
    let uri = "urn:newsml:wl.example.gov.cn:2026:1024";
    assert_eq!(copies(&client, "drop"), json!({uri: 1}));
    let state = client.sandbox().county_state("drop");
    assert_eq!(
        state["items"][0]["history"][0]["pictures"],
        json!([sha256(&jpeg(60))])
    );
    let reason = std::fs::read_to_string(folder.join("rejected/missing.reason.txt")).unwrap();
    assert_eq!(reason, "1.jpg is missing\n");
    assert!(folder.join("rejected/missing/item.json").exists());
    // Withdrawn by an archive, moved in whole.
    body["pubStatus"] = json!("canceled");
    body["version"] = json!("2");
    body.as_object_mut().unwrap().remove("associations");
    let draft = folder.join("notice.tmp");
    let mut archive = zip::ZipWriter::new(std::fs::File::create(&draft).unwrap());
    archive
        .start_file("notice/item.json", zip::write::SimpleFileOptions::default())
        .unwrap();
    archive.write_all(body.to_string().as_bytes()).unwrap();
    archive.finish().unwrap();
    std::fs::rename(&draft, inbox.join("notice.zip")).unwrap();
    assert_eq!(emptied(&inbox).await, [".b", "a.part"]);
    assert_eq!(copies(&client, "drop"), json!({uri: 0}));
    std::fs::remove_dir_all(&folder).unwrap();
}
