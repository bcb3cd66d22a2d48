//! Whole flows through the program, against the sandbox and a real site folder.

use std::{
    collections::BTreeSet,
    fs,
    process::Stdio,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use yigao_sandbox::{SandboxConfig, start};

use crate::program::{Home, repository, sample};

/// Polls until it holds; the bound is far above what it takes.
#[track_caller]
pub(crate) fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(
            begun.elapsed() < Duration::from_secs(90),
            "{what} did not come about"
        );
        #[expect(
            clippy::disallowed_methods,
            reason = "the process watched is not ours to notify us"
        )]
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn states(home: &Home) -> Vec<(String, String, String)> {
    let list = home.json(&["delivery", "list", "--limit", "1000"]);
    let text = |v: &Value, k: &str| v[k].as_str().unwrap_or_default().to_owned();
    list.as_array()
        .unwrap()
        .iter()
        .map(|d| (text(d, "item"), text(d, "destination"), text(d, "state")))
        .collect()
}

fn delivered(home: &Home) -> usize {
    let all = states(home);
    all.iter()
        .filter(|(_, _, state)| state == "delivered")
        .count()
}

/// Fifty items at once, the process killed in the middle, again and again: each page stands once, in every list once.
#[test]
fn fifty_items_and_kills_in_the_middle_leave_exactly_what_they_should() {
    let home = Home::new("fifty").with_site();
    for n in 0..50 {
        let text = format!(
            "---\nid: item-{n:02}\nkind: news\ntitle: 第{n:02}号消息\nsummary: 摘要\nunit: 青川市文化和旅游局\ncolumn: 要闻动态\n---\n\n第{n:02}号正文。\n"
        );
        home.write(&format!("in/item-{n:02}/item.md"), text);
        home.run(&["item", "import", &format!("in/item-{n:02}")])
            .ok();
        home.run(&[
            "item",
            "publish",
            &format!("item-{n:02}"),
            "--approve",
            "--no-wait",
        ])
        .ok();
    }
    // The lease of a killed worker lapses after three seconds; then the next goes on where it stood.
    for target in [10, 20, 30, 40] {
        let mut worker = home
            .command(&["work"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        eventually("progress", || delivered(&home) >= target);
        // SIGKILL: the worker gets no chance to say anything.
        worker.kill().unwrap();
        worker.wait().unwrap();
        assert!(delivered(&home) < 50, "no kill fell into the middle");
    }
    let mut worker = home
        .command(&["work"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    eventually("fifty deliveries", || delivered(&home) == 50);
    worker.kill().unwrap();
    worker.wait().unwrap();
    let index: Value =
        serde_json::from_slice(&fs::read(home.path.join("site/index.json")).unwrap()).unwrap();
    let all = index.to_string();
    let column = fs::read_to_string(home.path.join("site/news/index.html")).unwrap();
    let feed = fs::read_to_string(home.path.join("site/feed.xml")).unwrap();
    let map = fs::read_to_string(home.path.join("site/sitemap.xml")).unwrap();
    for n in 0..50 {
        let title = format!("第{n:02}号消息");
        assert!(all.contains(&title), "{title} is not in the index");
        assert_eq!(
            column.matches(&format!(">{title}<")).count(),
            1,
            "{title} in the column"
        );
        assert!(feed.contains(&title), "{title} in the feed");
        assert_eq!(
            map.matches(&format!("/item-{n:02}.html")).count(),
            1,
            "{title} in the sitemap"
        );
    }
    home.run(&["audit"]).ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_openness_plan_reaches_every_destination_with_its_metadata() {
    let sandbox = start(SandboxConfig::fast()).await.unwrap();
    let home = Home::new("plan").with_site().with_sandbox(sandbox.base());
    let item = "linyi-2019-openness-plan";
    home.run(&["item", "import", &sample(item), "--format", "gov-page"])
        .ok();
    let list = home.items();
    let item = list.first().unwrap();
    // The title of the page is longer than what a centre takes: it is given its own.
    let shown = home.json(&["item", "show", item]);
    assert_eq!(
        shown["version"]["content"]["disclosure"]["index_number"],
        "1585729837/gdj/2019-0000014"
    );
    assert_eq!(
        shown["version"]["content"]["disclosure"]["document_number"],
        Value::Null,
        "an empty 文号 stays empty"
    );
    let export = home.path.join("export");
    home.run(&[
        "item",
        "export",
        item,
        &export.display().to_string(),
        "--format",
        "json",
    ])
    .ok();
    let file = export.join("item.json");
    let mut document: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    document["content"]["overrides"] = json!({"push": {"title": "2019年政务公开工作要点"}});
    // An account's article needs a cover, and a page saved as text has no picture.
    let picture =
        fs::read(repository().join("examples/items/lantern-festival/pagoda-and-moon.jpg")).unwrap();
    let digest = yigao_core::Digest::of_bytes(&picture);
    document["content"]["cover"] = json!(digest);
    document["content"]["assets"] = json!({ digest.as_str(): {"digest": digest, "name": "cover.jpg", "media_type": "image/jpeg", "bytes": picture.len(), "width": 1920, "height": 1280} });
    fs::create_dir_all(export.join("assets")).unwrap();
    fs::write(export.join("assets/cover.jpg"), picture).unwrap();
    fs::write(&file, document.to_string()).unwrap();
    home.run(&["item", "import", &export.display().to_string()])
        .ok();
    home.run(&["item", "publish", item, "--approve"]).ok();
    let account = sandbox.sandbox().wechat_state();
    assert!(
        account["published"]
            .to_string()
            .contains("1585729837/gdj/2019-0000014"),
        "the account shows the 索引号"
    );
    let site = fs::read_dir(home.path.join("site/policy"))
        .unwrap()
        .map(|e| e.unwrap().path())
        .find(|p| p.is_dir())
        .unwrap();
    let page = fs::read_dir(site)
        .unwrap()
        .map(|e| e.unwrap().path())
        .next()
        .unwrap();
    let page = fs::read_to_string(page).unwrap();
    for text in [
        "1585729837/gdj/2019-0000014",
        "临沂市文化和旅游局",
        "工作推进",
        "主动公开",
        "ArticleTitle",
    ] {
        assert!(page.contains(text), "{text} is not on the page");
    }
    let state = sandbox.sandbox().county_state("yunxi");
    assert!(
        state.to_string().contains("1585729837/gdj/2019-0000014"),
        "{state}"
    );
    sandbox.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_secret_and_a_closed_allow_list_are_told_with_the_way_out() {
    let sandbox = start(SandboxConfig::fast()).await.unwrap();
    let home = Home::new("secret").with_sandbox(sandbox.base());
    home.run(&["destination", "check", "account"]).ok();
    sandbox
        .sandbox()
        .wechat_settings(&json!({"ip_allowed": false}))
        .unwrap();
    let home = Home::new("allow-list").with_sandbox(sandbox.base());
    home.run(&["destination", "check", "account"])
        .fails(2, &["40164", "白名单"]);
    sandbox
        .sandbox()
        .wechat_settings(&json!({"ip_allowed": true}))
        .unwrap();
    home.write("secrets/wechat", "wrong-secret");
    home.run(&["destination", "check", "account"])
        .fails(2, &["40125", "secret"]);
    sandbox.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_title_one_character_too_long_is_stopped_and_exactly_at_the_limit_is_not() {
    let sandbox = start(SandboxConfig::fast()).await.unwrap();
    let home = Home::new("title").with_sandbox(sandbox.base());
    let picture =
        fs::read(repository().join("examples/items/lantern-festival/pagoda-and-moon.jpg")).unwrap();
    for (name, length) in [("at", 32), ("over", 33)] {
        let title = "文".repeat(length);
        home.write(&format!("{name}/item.md"), format!("---\nid: {name}\nkind: news\ntitle: {title}\nsummary: 摘要\nunit: 局\n---\n\n正文。\n\n![塔](p.jpg)\n"));
        home.write(&format!("{name}/p.jpg"), &picture);
        home.run(&["item", "import", name]).ok();
    }
    home.run(&["item", "publish", "over", "--to", "account", "--approve"])
        .fails(3, &["account title", "33", "32", "45003"]);
    assert_eq!(states(&home), [], "nothing was planned");
    home.run(&["item", "publish", "at", "--to", "account", "--approve"])
        .ok();
    let copies = sandbox.sandbox().wechat_state()["published"]
        .as_array()
        .unwrap()
        .len();
    assert_eq!(copies, 1);
    sandbox.stop().await.unwrap();
}

#[test]
fn the_demo_ends_well() {
    let run = std::process::Command::new(crate::program::program("yigao"))
        .current_dir(repository())
        .args(["--lang", "zh", "demo", "--once"])
        .output()
        .unwrap();
    let out = String::from_utf8_lossy(&run.stdout).into_owned();
    let line = out
        .lines()
        .find(|l| l.starts_with("demo: "))
        .unwrap_or_else(|| panic!("{out}{}", String::from_utf8_lossy(&run.stderr)));
    let pairs: BTreeSet<&str> = line.trim_start_matches("demo: ").split(' ').collect();
    for pair in [
        "items=4",
        "destinations=5",
        "refused=1",
        "corrected=5",
        "killed=5",
        "waiting=0",
        "failed=0",
        "doubtful=0",
        "delivered=30",
    ] {
        assert!(pairs.contains(pair), "{pair} is not in {line}");
    }
    assert!(run.status.success());
}
