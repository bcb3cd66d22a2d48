use serde_json::{Value, json};

use crate::client::{APPID, Client, SECRET, article, jpeg};
use yigao_sandbox::SandboxConfig;

async fn code_with(client: &Client, token: &str) -> i64 {
    let path = format!("/wechat/cgi-bin/draft/count?access_token={token}");
    client.get(&path).await.code()
}

#[tokio::test]
async fn a_stable_token_stays_until_it_nears_its_end() {
    let client = Client::fast().await;
    let first = client.token.clone();
    client.sandbox().advance(1_000_000);
    let again = client.stable_token(false).await;
    assert_eq!(again["access_token"], json!(first));
    assert_eq!(
        again["expires_in"],
        json!(6199).max_of(&again["expires_in"])
    );
    client.sandbox().advance(5_900_001);
    let next = client.stable_token(false).await["access_token"].clone();
    assert_ne!(next, json!(first));
    // Both work while the old one is being handed over; then it is not expired but gone.
    assert_eq!(code_with(&client, &first).await, 0);
    assert_eq!(code_with(&client, next.as_str().unwrap()).await, 0);
    client.sandbox().advance(300_001);
    assert_eq!(code_with(&client, &first).await, 42001);
    assert_eq!(code_with(&client, next.as_str().unwrap()).await, 0);
}

/// Seconds pass while a test runs; what matters is that the life left is that of the same token.
trait MaxOf {
    fn max_of(self, seen: &Value) -> Value;
}

impl MaxOf for Value {
    fn max_of(self, seen: &Value) -> Value {
        let (most, seen) = (self.as_i64().unwrap(), seen.as_i64().unwrap());
        if (most - 5..=most + 1).contains(&seen) {
            json!(seen)
        } else {
            self
        }
    }
}

#[tokio::test]
async fn plain_tokens_replace_each_other_and_leave_the_stable_one_alone() {
    let client = Client::fast().await;
    let path =
        format!("/wechat/cgi-bin/token?grant_type=client_credential&appid={APPID}&secret={SECRET}");
    let mut tokens = Vec::new();
    for _ in 0..3 {
        let seen = client.get(&path).await.json();
        assert_eq!(seen.get("errcode"), None);
        tokens.push(seen["access_token"].as_str().unwrap().to_owned());
    }
    assert_eq!(code_with(&client, &tokens[0]).await, 40001);
    assert_eq!(code_with(&client, &tokens[1]).await, 0);
    assert_eq!(code_with(&client, &tokens[2]).await, 0);
    assert_eq!(code_with(&client, &client.token).await, 0);
    assert_eq!(code_with(&client, "").await, 41001);
    assert_eq!(code_with(&client, "nonsense").await, 40014);
    client.sandbox().advance(7_200_001);
    assert_eq!(code_with(&client, &tokens[2]).await, 42001);
}

#[tokio::test]
async fn forcing_too_soon_does_not_refresh() {
    let client = Client::fast().await;
    let forced = client.stable_token(true).await["access_token"].clone();
    assert_ne!(forced, json!(client.token));
    assert_eq!(client.stable_token(true).await["access_token"], forced);
    client.sandbox().advance(30_000);
    assert_ne!(client.stable_token(true).await["access_token"], forced);
}

#[tokio::test]
async fn wrong_credentials_and_addresses_are_named() {
    let client = Client::fast().await;
    let ask = async |appid: &str, secret: &str| {
        let body = json!({"grant_type": "client_credential", "appid": appid, "secret": secret});
        client.post("/wechat/cgi-bin/stable_token", &body).await
    };
    assert_eq!(ask("wx0", SECRET).await.code(), 40013);
    assert_eq!(ask(APPID, "wrong").await.code(), 40125);
    assert_eq!(ask("", SECRET).await.code(), 41002);
    assert_eq!(ask(APPID, "").await.code(), 41004);
    let set = client
        .post("/control/wechat/account", &json!({"ip_allowed": false}))
        .await;
    assert_eq!(set.json()["ip_allowed"], json!(false));
    let refused = ask(APPID, SECRET).await;
    assert_eq!((refused.status, refused.code()), (200, 40164));
    let message = refused.json()["errmsg"].as_str().unwrap().to_owned();
    let start = "invalid ip 127.0.0.1 ipv6 ::ffff:127.0.0.1, not in whitelist rid: ";
    assert_eq!(message.strip_prefix(start).map(str::len), Some(26));
    assert_eq!(
        client.get("/wechat/cgi-bin/stable_token").await.code(),
        43002
    );
    assert_eq!(client.get("/wechat/cgi-bin/no/such").await.code(), 40066);
}

#[tokio::test]
async fn an_unknown_setting_is_refused_by_name() {
    let client = Client::fast().await;
    let seen = client
        .post("/control/wechat/account", &json!({"verfied": false}))
        .await;
    assert_eq!(seen.status, 400);
    let text = seen.json()["error"].as_str().unwrap().to_owned();
    assert_eq!(text.split('`').nth(1), Some("verfied"));
}

#[tokio::test]
async fn lengths_are_taken_at_the_limit_and_refused_one_over() {
    let client = Client::fast().await;
    let cover = client.cover().await;
    let try_field = async |field: &str, value: String| {
        let mut article = article(&cover);
        article[field] = json!(value);
        let body = json!({"articles": [article]});
        client.wechat("draft/add", &body).await.code()
    };
    let cases = [
        ("doc", "title", "题", 32, 45003),
        ("doc", "digest", "摘", 128, 45004),
        ("doc", "author", "作", 16, 45110),
        ("observed", "title", "题", 64, 45003),
        ("observed", "digest", "摘", 40, 45004),
        ("observed", "author", "作", 8, 45110),
    ];
    for (limits, field, unit, most, code) in cases {
        let patch = json!({"limits": limits});
        client.sandbox().wechat_settings(&patch).unwrap();
        let seen = (
            try_field(field, unit.repeat(most)).await,
            try_field(field, unit.repeat(most + 1)).await,
        );
        assert_eq!(seen, (0, code), "{limits} {field}");
    }
    assert_eq!(try_field("content", "字".repeat(19_999)).await, 0);
    assert_eq!(try_field("content", "字".repeat(20_000)).await, 45002);
    assert_eq!(try_field("thumb_media_id", "nope".to_owned()).await, 40007);
    assert_eq!(
        try_field("content_source_url", "/a".to_owned()).await,
        41039
    );
    let long = format!("https://a.example/{}", "a".repeat(1007));
    assert_eq!(try_field("content_source_url", long).await, 45005);
}

#[tokio::test]
async fn bodies_are_rewritten_and_foreign_parts_go() {
    let client = Client::fast().await;
    let cover = client.cover().await;
    let own = client
        .upload("media/uploadimg", "a.jpg", &jpeg(9))
        .await
        .json()["url"]
        .as_str()
        .unwrap()
        .to_owned();
    let mut sent = article(&cover);
    sent["content"] = json!(format!(
        "<p onclick=x() style=\"color:#FA5151\">一<br></p><script>alert('<p>')</script><!-- c --><p><br></p>\
         <img src=\"https://other.example/a.jpg\"><img src='{own}' alt=\"图\"><form>二</form>"
    ));
    let id = client.draft(sent.clone()).await;
    let stored = client
        .wechat("draft/get", &json!({"media_id": id}))
        .await
        .json();
    assert_eq!(
        stored["news_item"][0]["content"],
        json!(format!(
            "<p style=\"color:rgb(250, 81, 81)\">一<br  /></p><p><span leaf=\"\"><br  /></span></p>\
             <img src=\"{own}\" alt=\"图\">二\
             <p style=\"display: none;\"><mp-style-type data-value=\"3\"></mp-style-type></p>"
        ))
    );
    sent["content"] = json!("<p>见<a href=\"https://other.example/\">此</a></p>");
    let add = json!({"articles": [sent]});
    assert_eq!(client.wechat("draft/add", &add).await.code(), 45166);
    client
        .sandbox()
        .wechat_settings(&json!({"links": "strip"}))
        .unwrap();
    assert_eq!(client.wechat("draft/add", &add).await.code(), 0);
    let newest = client.sandbox().wechat_state()["drafts"][1]["content"].clone();
    let kept = newest.as_str().unwrap().split("<p style").next();
    assert_eq!(kept, Some("<p>见此</p>"));
}

#[tokio::test]
async fn unicode_escapes_are_taken_for_what_they_are() {
    let client = Client::fast().await;
    let cover = client.cover().await;
    let raw = json!({"articles": [article(&cover)]})
        .to_string()
        .replace("非遗市集周末开街", "\\u975e\\u9057");
    let path = format!("/wechat/cgi-bin/draft/add?access_token={}", client.token);
    let send = async || {
        let request = client.http.post(client.at(&path)).body(raw.clone());
        client.send(request).await.unwrap().code()
    };
    assert_eq!(send().await, 0);
    let state = client.sandbox().wechat_state();
    assert_eq!(state["drafts"][0]["title"], json!("\\u975e\\u9057"));
    client
        .sandbox()
        .wechat_settings(&json!({"unicode_escapes": "refuse"}))
        .unwrap();
    assert_eq!(send().await, 47002);
}

#[tokio::test]
async fn uploads_are_judged_by_their_bytes() {
    let client = Client::fast().await;
    let body = async |bytes: &[u8]| {
        client
            .upload("media/uploadimg", "a.png", bytes)
            .await
            .code()
    };
    assert_eq!(body(&jpeg(1024 * 1024 - 1)).await, 0);
    assert_eq!(body(&jpeg(1024 * 1024)).await, 40009);
    assert_eq!(body(b"GIF89a....").await, 40005);
    assert_eq!(body(b"").await, 44001);
    assert_eq!(
        client.upload("media/uploadimg?x=1", "a", b"x").await.code(),
        40005
    );
    let thumb = async |len| {
        let op = "material/add_material?type=thumb";
        client.upload(op, "t.jpg", &jpeg(len)).await.code()
    };
    assert_eq!(thumb(64 * 1024).await, 0);
    assert_eq!(thumb(64 * 1024 + 1).await, 40012);
    let gif = client
        .upload("material/add_material?type=image", "d-1.gif", b"GIF89a....")
        .await
        .json();
    let list = json!({"type": "image", "offset": 0, "count": 20});
    let listed = client
        .wechat("material/batchget_material", &list)
        .await
        .json();
    assert_eq!(listed["total_count"], json!(1));
    assert_eq!(listed["item"][0]["name"], json!("d-1.gif"));
    assert_eq!(listed["item"][0]["media_id"], gif["media_id"]);
    let too_many = json!({"type": "image", "offset": 0, "count": 21});
    let refused = client.wechat("material/batchget_material", &too_many).await;
    assert_eq!(refused.code(), 40097);
}

#[tokio::test]
async fn an_article_goes_out_is_read_and_is_taken_down() {
    let client = Client::of(SandboxConfig::default()).await;
    let draft = client.draft(article(&client.cover().await)).await;
    let submit = client
        .wechat("freepublish/submit", &json!({"media_id": draft}))
        .await
        .json();
    assert_eq!(submit["errcode"], json!(0));
    assert_eq!(submit["publish_id"], submit["msg_data_id"]);
    let publish = json!({"publish_id": submit["publish_id"].to_string()});
    let running = client.wechat("freepublish/get", &publish).await.json();
    assert_eq!(
        running,
        json!({"publish_id": submit["publish_id"], "publish_status": 1, "fail_idx": []})
    );
    client.sandbox().advance(2_000);
    let seen = client.wechat("freepublish/get", &publish).await;
    assert!(seen.text.contains("http:\\/\\/127.0.0.1"), "{}", seen.text);
    let done = seen.json();
    assert_eq!(done["publish_status"], json!(0));
    let gone = client
        .wechat("draft/get", &json!({"media_id": draft}))
        .await;
    assert_eq!(gone.code(), 40007);
    let url = done["article_detail"]["item"][0]["article_url"]
        .as_str()
        .unwrap();
    let mid = format!("&mid={}&idx=1&sn=", submit["publish_id"]);
    assert_eq!(url.matches(&mid).count(), 1, "{url}");
    let page = client.send(client.http.get(url)).await.unwrap();
    assert_eq!(page.status, 200);
    assert_eq!(page.text.matches("<h1>非遗市集周末开街</h1>").count(), 1);
    let source = "href=\"https://wl.example.gov.cn/a/1024?d=01JD3K\"";
    assert_eq!(page.text.matches(source).count(), 1);
    let list = json!({"offset": 0, "count": 20, "no_content": 1});
    let listed = client.wechat("freepublish/batchget", &list).await.json();
    let item = &listed["item"][0]["content"]["news_item"][0];
    assert_eq!(listed["item"][0]["article_id"], done["article_id"]);
    assert_eq!(
        item["content_source_url"],
        article("")["content_source_url"]
    );
    assert_eq!(
        (item.get("content"), &item["is_deleted"]),
        (None, &json!(false))
    );
    let copies = |n: u32| json!({"https://wl.example.gov.cn/a/1024?d=01JD3K": n});
    let state = client.get("/control/wechat/state").await.json();
    assert_eq!(state["copies"], copies(1));
    let id = done["article_id"].clone();
    let wrong = json!({"article_id": id, "index": 2});
    assert_eq!(
        client.wechat("freepublish/delete", &wrong).await.code(),
        40060
    );
    let right = json!({"article_id": id, "index": 1});
    assert_eq!(client.wechat("freepublish/delete", &right).await.code(), 0);
    assert_eq!(
        client.wechat("freepublish/delete", &right).await.code(),
        53600
    );
    let after = client.wechat("freepublish/get", &publish).await.json();
    assert_eq!(after["publish_status"], json!(5));
    let page = client.send(client.http.get(url)).await.unwrap();
    assert_eq!(page.status, 410);
    assert_eq!(
        page.text.matches("<h1>该内容已被发布者删除</h1>").count(),
        1
    );
    assert_eq!(client.sandbox().wechat_state()["copies"], copies(0));
}

#[tokio::test]
async fn a_draft_submitted_twice_is_out_twice() {
    let client = Client::of(SandboxConfig::default()).await;
    let draft = client.draft(article(&client.cover().await)).await;
    for _ in 0..2 {
        let submit = client
            .wechat("freepublish/submit", &json!({"media_id": draft}))
            .await;
        assert_eq!(submit.code(), 0);
    }
    client.sandbox().advance(2_000);
    let copies = client.sandbox().wechat_state()["copies"].clone();
    assert_eq!(
        copies,
        json!({"https://wl.example.gov.cn/a/1024?d=01JD3K": 2})
    );
    let third = client
        .wechat("freepublish/submit", &json!({"media_id": draft}))
        .await;
    assert_eq!(third.code(), 40007);
}

#[tokio::test]
async fn outcomes_follow_the_script_and_a_refused_draft_stays() {
    let client = Client::fast().await;
    let draft = client.draft(article(&client.cover().await)).await;
    client
        .sandbox()
        .wechat_settings(&json!({"outcome": [4, 3, 0]}))
        .unwrap();
    let mut seen = Vec::new();
    for _ in 0..3 {
        let submit = client
            .wechat("freepublish/submit", &json!({"media_id": draft}))
            .await;
        let publish = json!({"publish_id": submit.json()["publish_id"]});
        let got = client.wechat("freepublish/get", &publish).await.json();
        seen.push((got["publish_status"].clone(), got["fail_idx"].clone()));
    }
    assert_eq!(
        seen,
        [
            (json!(4), json!([1])),
            (json!(3), json!([])),
            (json!(0), json!([])),
        ]
    );
    let unknown = client
        .wechat("freepublish/get", &json!({"publish_id": 7}))
        .await;
    assert_eq!(unknown.code(), 53502);
}

#[tokio::test]
async fn staff_and_the_platform_act_too() {
    let client = Client::fast().await;
    let draft = client.draft(article(&client.cover().await)).await;
    let staff = async |order: Value| client.post("/control/wechat/staff", &order).await.status;
    let edit = json!({"do": "edit_draft", "id": draft, "title": "改过的题", "lock": 53504});
    assert_eq!(staff(edit).await, 200);
    let submit = async || {
        client
            .wechat("freepublish/submit", &json!({"media_id": draft}))
            .await
    };
    assert_eq!(submit().await.code(), 53504);
    assert_eq!(staff(json!({"do": "edit_draft", "id": draft})).await, 200);
    let publish_id = submit().await.json()["publish_id"].clone();
    let state = client.sandbox().wechat_state();
    assert_eq!(state["published"][0]["title"], json!("改过的题"));
    let id = state["published"][0]["article_id"].clone();
    assert_eq!(staff(json!({"do": "ban", "id": id})).await, 200);
    let got = client
        .wechat("freepublish/get", &json!({"publish_id": publish_id}))
        .await;
    assert_eq!(got.json()["publish_status"], json!(6));
    assert_eq!(
        staff(json!({"do": "delete_draft", "id": "nope"})).await,
        400
    );
}

#[tokio::test]
async fn lists_lag_when_told_to() {
    let client = Client::fast().await;
    client.draft(article(&client.cover().await)).await;
    client
        .sandbox()
        .wechat_settings(&json!({"list_lag_ms": 60_000}))
        .unwrap();
    let total = async || {
        let list = json!({"offset": 0, "count": 20, "no_content": 1});
        client.wechat("draft/batchget", &list).await.json()["total_count"].clone()
    };
    assert_eq!(total().await, json!(0));
    client.sandbox().advance(60_000);
    assert_eq!(total().await, json!(1));
}

#[tokio::test]
async fn quotas_run_out_and_come_back_at_midnight() {
    let client = Client::fast().await;
    let patch = json!({"quotas": {"draft/batchget": 2}, "token_life_s": 200_000});
    client.sandbox().wechat_settings(&patch).unwrap();
    let list = json!({"offset": 0, "count": 1});
    let mut codes = Vec::new();
    for _ in 0..3 {
        codes.push(client.wechat("draft/batchget", &list).await.code());
    }
    assert_eq!(codes, [0, 0, 45009]);
    let ask = json!({"cgi_path": "/cgi-bin/draft/batchget"});
    let quota = client.wechat("openapi/quota/get", &ask).await.json()["quota"].clone();
    assert_eq!(quota, json!({"daily_limit": 2, "used": 2, "remain": 0}));
    client.sandbox().advance(86_400_000);
    let path = format!(
        "/wechat/cgi-bin/draft/batchget?access_token={}",
        client.stable_token(false).await["access_token"]
            .as_str()
            .unwrap()
    );
    assert_eq!(client.post(&path, &list).await.code(), 0);
}

#[tokio::test]
async fn an_unverified_account_has_drafts_and_no_publishing() {
    let client = Client::fast().await;
    let draft = client.draft(article(&client.cover().await)).await;
    client
        .sandbox()
        .wechat_settings(&json!({"verified": false}))
        .unwrap();
    let submit = client
        .wechat("freepublish/submit", &json!({"media_id": draft}))
        .await;
    assert_eq!(submit.code(), 48001);
    let again = client.draft(article(&client.cover().await)).await;
    assert_eq!(
        client
            .wechat("draft/delete", &json!({"media_id": again}))
            .await
            .code(),
        0
    );
    assert_eq!(
        client
            .wechat("draft/delete", &json!({"media_id": again}))
            .await
            .code(),
        40007
    );
}
