//! Bad input at all three doors: each mistake has the same sentence at the command line, at the API and on the pages.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Stdio},
};

use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};

use crate::program::{Home, sample};

const ITEM: &str = "museum-policy";
const LONG: &str = "长";

/// A page's path and the fields of its form.
type Form = (&'static str, &'static [(&'static str, &'static str)]);

/// A mistake: what is typed at each door. `{long}` stands for a reason of 501 characters, `{digest}` for the digest of the
/// rendition.
struct Mistake {
    name: &'static str,
    command: &'static [&'static str],
    /// Method, path and body.
    api: (&'static str, &'static str, &'static str),
    /// Path and fields; a GET when there are no fields. None where the page offers no way to make it, and why.
    page: Result<Form, &'static str>,
    /// A part of the sentence.
    message: &'static str,
}

const MISTAKES: &[Mistake] = &[
    Mistake {
        name: "what is no name of an item",
        command: &["item", "release", "A"],
        api: ("POST", "/api/v1/items/A/release", "{}"),
        page: Ok(("/items/A/release", &[("x", "")])),
        message: "\"A\" 不是稿件名",
    },
    Mistake {
        name: "what is no name of a destination",
        command: &["destination", "resume", "A"],
        api: ("POST", "/api/v1/destinations/A/resume", "{}"),
        page: Ok(("/destinations/A/resume", &[("x", "")])),
        message: "\"A\" 不是目的账号名",
    },
    Mistake {
        name: "an item that is not there",
        command: &["item", "hold", "nowhere", "--reason", "核对"],
        api: ("POST", "/api/v1/items/nowhere/hold", r#"{"reason":"核对"}"#),
        page: Ok(("/items/nowhere/hold", &[("reason", "核对")])),
        message: "没有名为 nowhere 的稿件",
    },
    Mistake {
        name: "a reason that says nothing",
        command: &["item", "hold", ITEM, "--reason", " "],
        api: (
            "POST",
            "/api/v1/items/museum-policy/hold",
            r#"{"reason":" "}"#,
        ),
        page: Ok(("/items/museum-policy/hold", &[("reason", " ")])),
        message: "请写明原因",
    },
    Mistake {
        name: "a reason that is too long",
        command: &["item", "withdraw", ITEM, "--reason", "{long}"],
        api: (
            "POST",
            "/api/v1/items/museum-policy/withdraw",
            r#"{"reason":"{long}"}"#,
        ),
        page: Ok((
            "/items/museum-policy/withdraw",
            &[("reason", "{long}"), ("sure", "1")],
        )),
        message: "原因不超过 500 字",
    },
    Mistake {
        name: "a withdrawal of what stands nowhere",
        command: &["item", "withdraw", ITEM, "--reason", "误发"],
        api: (
            "POST",
            "/api/v1/items/museum-policy/withdraw",
            r#"{"reason":"误发"}"#,
        ),
        page: Ok((
            "/items/museum-policy/withdraw",
            &[("reason", "误发"), ("sure", "1")],
        )),
        message: "没有可做的：site：",
    },
    Mistake {
        name: "what nobody has approved",
        command: &["item", "publish", ITEM],
        api: ("POST", "/api/v1/items/museum-policy/publish", "{}"),
        page: Ok((
            "/items/museum-policy/publish",
            &[("card", "publish|site|{digest}")],
        )),
        message: "尚未批准，或批准后有改动：局网站（site）",
    },
    Mistake {
        name: "an overwrite that cannot be read",
        command: &["item", "correct", ITEM, "--overwrite=site=x"],
        api: (
            "POST",
            "/api/v1/items/museum-policy/correct",
            r#"{"overwrite":["site=x"]}"#,
        ),
        page: Ok(("/items/museum-policy/overwrite", &[("overwrite", "site=x")])),
        message: "覆盖 \"site=x\" 看不懂",
    },
    Mistake {
        name: "a destination that is not configured",
        command: &["destination", "pause", "nowhere", "--reason", "检修"],
        api: (
            "POST",
            "/api/v1/destinations/nowhere/pause",
            r#"{"reason":"检修"}"#,
        ),
        page: Ok(("/destinations/nowhere/pause", &[("reason", "检修")])),
        message: "没有名为 nowhere 的目的账号；现有：site",
    },
    Mistake {
        name: "a destination to be drained without a reason",
        command: &["destination", "drain", "site", "--reason", ""],
        api: (
            "POST",
            "/api/v1/destinations/site/drain",
            r#"{"reason":""}"#,
        ),
        page: Ok(("/destinations/site/drain", &[("reason", "")])),
        message: "请写明原因",
    },
    Mistake {
        name: "a destination that cannot be checked",
        command: &["destination", "check", "nowhere"],
        api: ("POST", "/api/v1/destinations/nowhere/check", "{}"),
        page: Ok(("/destinations/nowhere/check", &[("x", "")])),
        message: "没有名为 nowhere 的目的账号；现有：site",
    },
    Mistake {
        name: "a time that cannot be read",
        command: &["delivery", "recover", "--since", "明天"],
        api: ("POST", "/api/v1/deliveries/recover", r#"{"since":"明天"}"#),
        page: Ok(("/deliveries/recover", &[("since", "明天")])),
        message: "时间 \"明天\" 看不懂",
    },
    Mistake {
        name: "a destination that missed nothing because there is none",
        command: &["delivery", "replay", "--to", "nowhere"],
        api: ("POST", "/api/v1/deliveries/replay", r#"{"to":"nowhere"}"#),
        page: Ok(("/deliveries/replay", &[("to", "nowhere")])),
        message: "没有名为 nowhere 的目的账号；现有：site",
    },
    Mistake {
        name: "a state that there is not",
        command: &["delivery", "list", "--state", "lost"],
        api: ("GET", "/api/v1/deliveries?state=lost", ""),
        page: Ok(("/deliveries?state=lost", &[])),
        message: "没有状态 lost；可用：",
    },
    Mistake {
        name: "a list without rows",
        command: &["delivery", "list", "--limit", "0"],
        api: ("GET", "/api/v1/deliveries?limit=0", ""),
        page: Ok(("/deliveries?limit=0", &[])),
        message: "limit 须为 1 到 1000",
    },
    Mistake {
        name: "a delivery that is not there",
        command: &["delivery", "retry", "d-nowhere"],
        api: ("POST", "/api/v1/deliveries/d-nowhere/retry", "{}"),
        page: Ok(("/deliveries/d-nowhere/retry", &[("x", "")])),
        message: "没有名为 d-nowhere 的投递",
    },
    Mistake {
        name: "a cancel of what is not there",
        command: &["delivery", "cancel", "d-nowhere"],
        api: ("POST", "/api/v1/deliveries/d-nowhere/cancel", "{}"),
        page: Ok(("/deliveries/d-nowhere/cancel", &[("x", "")])),
        message: "没有名为 d-nowhere 的投递",
    },
    Mistake {
        name: "no answer to a doubt",
        command: &["delivery", "decide", "d-nowhere", "--reason", "看过"],
        api: (
            "POST",
            "/api/v1/deliveries/d-nowhere/decide",
            r#"{"reason":"看过"}"#,
        ),
        page: Ok(("/deliveries/d-nowhere/decide", &[("reason", "看过")])),
        message: "请二选一：已发生（填写对方的编号），或未发生",
    },
    Mistake {
        name: "an answer whose address is no link",
        command: &[
            "delivery",
            "decide",
            "d-nowhere",
            "--happened",
            "7",
            "--url",
            "ftp://x",
            "--reason",
            "看过",
        ],
        api: (
            "POST",
            "/api/v1/deliveries/d-nowhere/decide",
            r#"{"happened":{"id":"7","url":"ftp://x"},"reason":"看过"}"#,
        ),
        page: Ok((
            "/deliveries/d-nowhere/decide",
            &[
                ("answer", "happened"),
                ("id", "7"),
                ("url", "ftp://x"),
                ("reason", "看过"),
            ],
        )),
        message: "地址须以 http:// 或 https:// 开头",
    },
    Mistake {
        name: "a pre-flight for a destination that is not there",
        command: &["preflight", ITEM, "--to", "nowhere"],
        api: (
            "GET",
            "/api/v1/items/museum-policy/preflight?to=nowhere",
            "",
        ),
        page: Err("the page shows every destination there is"),
        message: "没有名为 nowhere 的目的账号；现有：site",
    },
    Mistake {
        name: "a finding that there is not",
        command: &["item", "answer", "noticed", "9", "--reason", "核对"],
        api: (
            "POST",
            "/api/v1/items/noticed/answer",
            r#"{"number":9,"reason":"核对"}"#,
        ),
        page: Ok((
            "/items/noticed/answer",
            &[("number", "9"), ("reason", "核对")],
        )),
        message: "noticed 版本 1 没有第 9 条导入检查结果；共有 1 条",
    },
    Mistake {
        name: "a finding answered without a reason",
        command: &["item", "answer", "noticed", "1", "--reason", ""],
        api: (
            "POST",
            "/api/v1/items/noticed/answer",
            r#"{"number":1,"reason":""}"#,
        ),
        page: Ok(("/items/noticed/answer", &[("number", "1"), ("reason", "")])),
        message: "请写明原因",
    },
    Mistake {
        name: "a finding that is answered already",
        command: &["item", "answer", "noticed", "1", "--reason", "又"],
        api: (
            "POST",
            "/api/v1/items/noticed/answer",
            r#"{"number":1,"reason":"又"}"#,
        ),
        page: Ok((
            "/items/noticed/answer",
            &[("number", "1"), ("reason", "又")],
        )),
        message: "第 1 条已由 ",
    },
    Mistake {
        name: "a release of what is not there",
        command: &["item", "release", "nowhere"],
        api: ("POST", "/api/v1/items/nowhere/release", "{}"),
        page: Ok(("/items/nowhere/release", &[("x", "")])),
        message: "没有名为 nowhere 的稿件",
    },
];

/// A hub that serves, and what speaks to it.
struct Hub {
    home: Home,
    serve: Child,
    base: String,
    http: Client,
}

impl Drop for Hub {
    fn drop(&mut self) {
        drop(self.serve.kill());
        drop(self.serve.wait());
    }
}

impl Hub {
    fn start(name: &str) -> Self {
        // Another test of the binary may have been first.
        drop(rustls::crypto::ring::default_provider().install_default());
        let home = Home::new(name).with_site();
        let secret = home.write("secrets/desk", "desk-token-0123456789");
        let config = std::fs::read_to_string(home.path.join("yigao.toml")).unwrap();
        let token =
            format!("[[server.tokens]]\nname = \"desk\"\nsecret = {{ file = {secret:?} }}\n");
        home.write("yigao.toml", format!("{config}{token}"));
        home.run(&["item", "import", &sample(ITEM)]).ok();
        let mut serve = home
            .command(&["serve", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(serve.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let at = line
            .find("http://")
            .unwrap_or_else(|| panic!("serve said {line:?}"));
        let base = line
            .split_at(at)
            .1
            .split("/sign-in")
            .next()
            .unwrap()
            .to_owned();
        Self {
            home,
            serve,
            base,
            http: Client::builder().no_proxy().build().unwrap(),
        }
    }

    async fn say(&self, request: RequestBuilder) -> (u16, String) {
        let request = request
            .header("authorization", "Bearer desk-token-0123456789")
            .header("accept-language", "zh");
        let response = request.send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    }

    async fn api(&self, (method, path, body): (&str, &str, String)) -> (u16, Value) {
        let method = method.parse().unwrap();
        let request = self.http.request(method, format!("{}{path}", self.base));
        let request = match body.is_empty() {
            true => request,
            false => request
                .header("content-type", "application/json")
                .body(body),
        };
        let (status, text) = self.say(request).await;
        let body = serde_json::from_str(&text).unwrap_or_else(|_| json!(text));
        (status, body)
    }

    async fn page(&self, path: &str, fields: &[(&str, String)]) -> (u16, String) {
        let address = format!("{}{path}", self.base);
        if fields.is_empty() {
            return self.say(self.http.get(address)).await;
        }
        let mut url = reqwest::Url::parse("http://form.invalid").unwrap();
        url.query_pairs_mut().extend_pairs(fields);
        let form = url.query().unwrap_or_default().to_owned();
        let kind = "application/x-www-form-urlencoded";
        let request = self.http.post(address).header("content-type", kind);
        self.say(request.body(form)).await
    }
}

/// A sentence as it stands in HTML.
fn in_html(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// What the ledger says that was done, but for signatures: who withdraws signs the notices before it is known whether anything
/// of the item stands anywhere.
fn changes(hub: &Hub) -> Vec<Value> {
    let entries = hub.home.json(&["ledger"]);
    let entries = entries.as_array().unwrap().iter();
    let changes = entries.filter(|entry| entry["verb"] != "rendition.approve");
    changes.cloned().collect()
}

/// An item of which import noticed something; it is shown with line and quotation, answered, and shown with the answer.
fn has_an_answer(home: &Home) {
    let text = "---\nid: noticed\ntitle: 题目\nunit: 局\n---\n\n见附件](x\n";
    home.write("noticed/item.md", text);
    home.run(&["item", "import", "noticed"]).ok();
    let said = home.run(&["preflight", "noticed", "--lang", "zh"]).out;
    assert!(
        said.contains("导入时发现") && said.contains("#1 body"),
        "{said}"
    );
    assert!(said.contains("第 7 行“") && said.contains("](x"), "{said}");
    home.run(&["item", "answer", "noticed", "1", "--reason", "原文如此"])
        .ok();
    for command in [["item", "show"].as_slice(), &["item", "approve"]] {
        let said = home.run(&[command, &["noticed"]].concat()).out;
        assert!(said.contains("原文如此"), "{command:?}: {said}");
    }
    let shown = home.json(&["item", "show", "noticed"]);
    let answer = &shown["findings"][0]["answered"]["reason"];
    assert_eq!(answer, "原文如此", "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_mistake_has_the_same_sentence_at_each_door() {
    let hub = Hub::start("three-doors");
    has_an_answer(&hub.home);
    let before = changes(&hub);
    let reports = (
        "GET",
        "/api/v1/items/museum-policy/preflight",
        String::new(),
    );
    let (_, reports) = hub.api(reports).await;
    let digest = reports["reports"][0]["digest"].as_str().unwrap().to_owned();
    let fill = |text: &str| {
        text.replace("{long}", &LONG.repeat(501))
            .replace("{digest}", &digest)
    };
    for mistake in MISTAKES {
        let name = mistake.name;
        let (method, path, body) = mistake.api;
        let (status, problem) = hub.api((method, path, fill(body))).await;
        assert!((400..500).contains(&status), "{name}: {status} {problem}");
        let sentence = problem["zh"].as_str().unwrap_or_default();
        assert!(
            sentence.contains(mistake.message),
            "{name}: the API says {problem}"
        );
        assert!(
            !problem["en"].as_str().unwrap_or_default().is_empty(),
            "{name}"
        );

        let command: Vec<String> = mistake.command.iter().map(|word| fill(word)).collect();
        let command: Vec<&str> = command.iter().map(String::as_str).collect();
        let ran = hub.home.run(&command);
        assert_ne!(ran.code, 0, "{name}");
        assert!(
            ran.err.contains(sentence),
            "{name}: the command says {}, not {sentence}",
            ran.err
        );

        match mistake.page {
            Ok((path, fields)) => {
                let fields: Vec<_> = fields
                    .iter()
                    .map(|(name, value)| (*name, fill(value)))
                    .collect();
                let (status, page) = hub.page(path, &fields).await;
                assert!((400..500).contains(&status), "{name}: {status} {page}");
                assert!(
                    page.contains(&in_html(sentence)),
                    "{name}: the page says {page}, not {sentence}"
                );
            }
            Err(why) => assert!(!why.is_empty(), "{name}"),
        }
    }
    assert_eq!(changes(&hub), before, "nothing may have changed");
    assert_eq!(hub.home.json(&["delivery", "list"]), json!([]));
}

/// An item that cannot be read: every problem with its line, the same at each door.
#[tokio::test(flavor = "multi_thread")]
async fn an_item_that_cannot_be_read_is_told_alike_at_each_door() {
    let hub = Hub::start("three-doors-import");
    let text = "---\nid: a\ntitel: 题目\nunit: 局\n---\n正文\n";
    hub.home.write("in/item.md", text);
    let ran = hub.home.run(&["item", "import", "in"]);
    ran.fails(3, &["item.md:3"]);
    let form = |path: &str| {
        let body = format!(
            "--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"item.md\"\r\n\r\n{text}\r\n--b--\r\n"
        );
        let request = hub.http.post(format!("{}{path}", hub.base));
        request
            .header("content-type", "multipart/form-data; boundary=b")
            .body(body)
    };
    let (status, told) = hub.say(form("/api/v1/items")).await;
    let told: Value = serde_json::from_str(&told).unwrap();
    assert_eq!(
        (status, &told["code"]),
        (422, &json!("import_refused")),
        "{told}"
    );
    let (status, page) = hub.say(form("/send")).await;
    assert_eq!(status, 422, "{page}");
    for problem in told["problems"].as_array().unwrap() {
        for part in ["message", "advice"] {
            let sentence = problem[part]["zh"].as_str().unwrap();
            assert!(
                ran.err.contains(sentence),
                "{sentence} is not in {}",
                ran.err
            );
            assert!(
                page.contains(&in_html(sentence)),
                "{sentence} is not in {page}"
            );
        }
    }
    assert_eq!(hub.home.items(), [ITEM]);
}

/// A destination in old words is refused with the new ones.
#[test]
fn a_destination_in_old_words_is_refused_with_the_new_one() {
    let home = Home::new("old-words").with_site();
    home.write(
        "destinations/old.toml",
        "kind = \"wordpress\"\nname = \"局网站\"\n[channel]\nbase_url = \"http://127.0.0.1:9\"\n",
    );
    let message = [
        "old.toml",
        "wordpress",
        "kind = \"website\"",
        "driver = \"wordpress\"",
    ];
    home.run(&["config", "check"]).fails(2, &message);
    home.run(&["destination", "lint", "destinations/old.toml"])
        .fails(2, &message);
}

/// The same at the program's start, whichever command it is.
#[test]
fn a_setting_in_old_words_is_refused_with_the_new_one() {
    let home = Home::new("old-settings").with_site();
    let settings = std::fs::read_to_string(home.path.join("yigao.toml")).unwrap_or_default();
    let with = |old: &str| match old.strip_prefix("[data]\n") {
        Some(key) => settings.replacen("[data]\n", &format!("[data]\n{key}"), 1),
        None => format!("{settings}\n{old}"),
    };
    for (old, words) in [
        ("[data]\nbell = \"file\"\n", ["data.bell", "data.queue"]),
        ("[keep]\nexchanges_days = 30\n", ["keep", "retention"]),
    ] {
        home.write("yigao.toml", with(old));
        let message = ["yigao.toml", words[0], words[1]];
        home.run(&["config", "check"]).fails(2, &message);
        home.run(&["item", "list"]).fails(2, &message);
    }
    home.write("yigao.toml", &settings);
    for (old, words) in [
        (
            "kind = \"http\"\nname = \"局网站\"\n[channel]\nbase_url = \"http://127.0.0.1:9\"\n",
            ["http", "driver = \"manifest\""],
        ),
        (
            "kind = \"website\"\nname = \"局网站\"\n[channel]\ndriver = \"wordpress\"\nkill = \"trash\"\n",
            ["kill", "withdraw"],
        ),
    ] {
        home.write("destinations/old.toml", old);
        home.run(&["config", "check"])
            .fails(2, &["old.toml", words[0], words[1]]);
    }
    home.run(&["config", "example", "http"])
        .fails(2, &["http", "driver = \"manifest\""]);
    let now = std::fs::read_to_string(home.path.join("yigao.toml")).unwrap_or_default();
    assert_eq!(settings, now, "nothing is rewritten");
}
