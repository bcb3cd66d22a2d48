//! The 2019 openness plan of a real bureau, as its page was saved, to every kind of destination.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::Stdio,
};

use serde_json::{Value, json};
use yigao_sandbox::{EditorOrder, SandboxConfig, confirm, start};

use crate::{
    flows::eventually,
    program::{Home, repository, sample},
};

const FOLDER: &str = "linyi-2019-openness-plan";
const INDEX_NUMBER: &str = "1585729837/gdj/2019-0000014";

/// What the page's table says and the text begins and ends with; all of it must arrive.
const TEXT: [&str; 5] = [
    "2019年临沂市文化和旅游局政务公开工作要点及实施方案",
    "一、指导思想",
    "(一)强化监督,多方面推进行政权力运行公开",
    "统筹推进“文旅临沂”微信公众号与“临沂市文化和旅游局”网站的协同联动、融合发展",
    "并向社会公开。",
];

fn everywhere(home: &Home, inbox: &Path) {
    // The account's own cover stands in for the picture that a saved text cannot have; this centre takes long headlines.
    let account = home.path.join("destinations/account.toml");
    let text = fs::read_to_string(&account).unwrap();
    let cover = repository().join("examples/items/lantern-festival/pagoda-and-moon.jpg");
    let with = text.replace("[channel]", &format!("cover = {cover:?}\n[channel]"));
    fs::write(&account, with).unwrap();
    let push = home.path.join("destinations/push.toml");
    let text = fs::read_to_string(&push).unwrap();
    let with = text.replace(
        "transport = \"push\"",
        "transport = \"push\"\nheadline_limit = 40",
    );
    fs::write(&push, with).unwrap();
    let centre = |name: &str, way: &str| {
        format!(
            "kind = \"county\"\nname = \"{name}\"\n[channel]\ntransport = \"{way}\"\ncentre_name = \"{name}\"\nheadline_limit = 40\n[channel.{way}]\n"
        )
    };
    home.write(
        "destinations/drop.toml",
        format!("{}folder = {inbox:?}\n", centre("石桥县融媒体中心", "drop")),
    );
    let secret = home.write("secrets/hand", "hand-secret-0123456789abcdef");
    home.write(
        "destinations/paste.toml",
        format!(
            "{}secret = {{ file = {secret:?} }}\n",
            centre("青山县融媒体中心", "paste")
        ),
    );
}

fn delivery(home: &Home, destination: &str) -> Value {
    let all = home.json(&["delivery", "list"]);
    let all = all.as_array().unwrap();
    all.iter()
        .find(|d| d["destination"] == destination)
        .unwrap()
        .clone()
}

fn file_named(under: &Path, end: &str) -> PathBuf {
    let mut folders = vec![under.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            if entry.path().is_dir() {
                folders.push(entry.path());
            } else if entry.path().display().to_string().ends_with(end) {
                return entry.path();
            }
        }
    }
    panic!("no {end} under {}", under.display());
}

#[track_caller]
fn holds(what: &str, text: &str, all: &[&str]) {
    for part in all {
        assert!(text.contains(part), "{part:?} is not in {what}: {text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::too_many_lines, reason = "one walk, step by step")]
async fn the_openness_plan_as_it_is_reaches_every_destination_with_its_metadata() {
    let home = Home::new("plan");
    let inbox = home.path.join("drop");
    let sandbox = start(SandboxConfig {
        drop: Some(inbox.clone()),
        ..SandboxConfig::fast()
    })
    .await
    .unwrap();
    for centre in ["yunxi", "drop"] {
        let long = json!({"headline_limit": 40});
        sandbox.sandbox().county_settings(centre, &long).unwrap();
    }
    let home = home.with_site().with_sandbox(sandbox.base());
    everywhere(&home, &inbox);
    home.run(&["item", "import", &sample(FOLDER), "--format", "gov-page"])
        .ok();
    // The page's own name is made of its 索引号.
    let item = home.items().first().unwrap().clone();
    let shown = home.json(&["item", "show", &item]);
    let disclosure = &shown["version"]["content"]["disclosure"];
    assert_eq!(disclosure["index_number"], INDEX_NUMBER);
    assert_eq!(
        disclosure["document_number"],
        Value::Null,
        "an empty 文号 stays empty"
    );

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
    assert!(line.contains("http://127.0.0.1:"), "{line}");
    home.run(&["item", "publish", &item, "--approve", "--no-wait"])
        .ok();

    eventually("the hand-over", || {
        delivery(&home, "paste")["state"] == "accepted"
    });
    let link = delivery(&home, "paste")["ticket"]["note"]["link"]
        .as_str()
        .unwrap()
        .to_owned();
    drop(rustls::crypto::ring::default_provider().install_default());
    let page = reqwest::get(&link).await.unwrap().text().await.unwrap();
    let who = "王编辑".to_owned();
    let order = EditorOrder {
        url: link,
        who: who.clone(),
        fill: Vec::new(),
    };
    confirm(&order).await.unwrap();
    for destination in ["site", "account", "push", "drop", "paste"] {
        eventually(destination, || {
            delivery(&home, destination)["state"] == "delivered"
        });
    }
    serve.kill().unwrap();
    serve.wait().unwrap();

    holds("the hand-over page", &page, &TEXT);
    holds(
        "the hand-over page",
        &page,
        &[INDEX_NUMBER, "工作推进", "主动公开"],
    );
    assert_eq!(
        delivery(&home, "paste")["receipt"]["by"]["person"],
        who.as_str()
    );
    let site = fs::read_to_string(file_named(
        &home.path.join("site/policy"),
        &format!("{item}.html"),
    ))
    .unwrap();
    holds("the site's page", &site, &TEXT);
    holds(
        "the site's page",
        &site,
        &[
            INDEX_NUMBER,
            "临沂市文化和旅游局",
            "工作推进",
            "主动公开",
            "ArticleTitle",
            "2019-04-23",
        ],
    );
    let account = sandbox.sandbox().wechat_state()["published"].to_string();
    holds("the account", &account, &TEXT);
    holds(
        "the account",
        &account,
        &[INDEX_NUMBER, "工作推进", "主动公开"],
    );
    for centre in ["yunxi", "drop"] {
        let state = sandbox.sandbox().county_state(centre).to_string();
        holds(centre, &state, &TEXT);
        holds(centre, &state, &[INDEX_NUMBER, "主动公开"]);
    }
    sandbox.stop().await.unwrap();
}
