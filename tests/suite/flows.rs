//! Whole flows through the program, against the sandbox and a real site folder.

use std::{
    collections::BTreeSet,
    fs,
    process::Stdio,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use yigao_sandbox::{SandboxConfig, start};
use yigao_testkit::{Postgres, Redis, core_only};

use crate::program::{Home, repository};

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

/// Fifty items at once, the process killed in the middle, again and again: each page exists once, and is in every list once.
#[test]
fn fifty_items_and_kills_in_the_middle_leave_exactly_what_they_should() {
    fifty(&Home::new("fifty").with_site(), 1, |_| {});
}

/// The servers of a distributed set-up; none where they are not installed and need not be.
fn servers() -> Option<(Postgres, Redis)> {
    let (Some(postgres), Some(redis)) = (Postgres::find(), Redis::find()) else {
        assert!(core_only(), "PostgreSQL or Redis is not installed");
        return None;
    };
    let postgres = Postgres::start(postgres).unwrap();
    Some((postgres, Redis::start(redis).unwrap()))
}

/// The same on a shared ledger and queue, with two processes at a time of which one is killed; the queue's server is emptied
/// and restarted meanwhile, and the ledger's ends as by a power cut.
#[test]
fn fifty_items_on_postgres_and_redis_and_kills_beside_another_process_leave_the_same() {
    let Some((postgres, redis)) = servers() else {
        return;
    };
    let home = Home::new("fifty-shared")
        .with_site()
        .with_shared("ledger", &postgres.database("fifty").unwrap())
        .with_shared("queue", &redis.url());
    fifty(&home, 2, |target| match target {
        10 => redis.flush().unwrap(),
        20 => {
            redis.crash();
            redis.run().unwrap();
        }
        30 => {
            postgres.crash();
            postgres.run().unwrap();
        }
        _ => {}
    });
}

fn worker(home: &Home) -> std::process::Child {
    home.command(&["work"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn fifty(home: &Home, processes: usize, meanwhile: impl Fn(usize)) {
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
    // The lease of a killed worker lapses after three seconds; then the next continues where it stopped.
    let mut others: Vec<_> = (1..processes).map(|_| worker(home)).collect();
    for target in [10, 20, 30, 40] {
        let mut worker = worker(home);
        eventually("progress", || delivered(home) >= target);
        // SIGKILL: the worker gets no chance to say anything.
        worker.kill().unwrap();
        worker.wait().unwrap();
        meanwhile(target);
        assert!(
            delivered(home) < 50 || (processes > 1 && target > 10),
            "no kill fell into the middle"
        );
    }
    others.push(worker(home));
    eventually("fifty deliveries", || delivered(home) == 50);
    for mut worker in others {
        worker.kill().unwrap();
        worker.wait().unwrap();
    }
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
    the_demo(&["--lang", "zh", "--once"], &[], &[]);
}

/// Two processes on PostgreSQL and Redis, one of them killed half-way.
#[test]
fn the_distributed_demo_ends_well() {
    let Some((postgres, redis)) = servers() else {
        return;
    };
    let places = [
        ("YIGAO_LEDGER_URL", postgres.database("demo").unwrap()),
        ("YIGAO_QUEUE_URL", redis.url()),
    ];
    let output = the_demo(
        &["--once", "--distributed"],
        &places,
        &["workers=2", "killed_workers=1"],
    );
    let (_, seconds) = output.split_once("takeover_s=").unwrap();
    // The promise: under fifteen seconds with the lease of the embedded defaults.
    assert!(seconds.trim().parse::<f32>().unwrap() < 15.0, "{output}");
}

/// Its last line, which states that all went well.
pub(crate) fn the_demo(args: &[&str], env: &[(&str, String)], also: &[&str]) -> String {
    let run = std::process::Command::new(crate::program::program("yigao-demo"))
        .current_dir(repository())
        .args(args)
        .envs(env.iter().map(|(name, value)| (name, value)))
        .output()
        .unwrap();
    let out = String::from_utf8_lossy(&run.stdout).into_owned();
    let line = out
        .lines()
        .find(|l| l.starts_with("demo: "))
        .unwrap_or_else(|| panic!("{out}{}", String::from_utf8_lossy(&run.stderr)));
    let pairs: BTreeSet<&str> = line.trim_start_matches("demo: ").split(' ').collect();
    // Four items go everywhere, one of them is corrected there and one withdrawn.
    let places = 5 + usize::from(args.contains(&"--wordpress"));
    let all = format!(
        "items=4 destinations={places} refused=1 corrected={places} withdrawn={places} waiting=0 failed=0 in_doubt=0 delivered={}",
        6 * places
    );
    for pair in all.split(' ').chain(also.iter().copied()) {
        assert!(pairs.contains(pair), "{pair} is not in {line}");
    }
    assert!(run.status.success());
    line.to_owned()
}

/// Draining a destination ends, reports what it left out, and still accepts a withdrawal.
#[test]
fn a_drained_destination_comes_to_its_end_and_takes_only_withdrawals() {
    let home = Home::new("drain").with_site();
    for name in ["one", "two"] {
        let text = format!(
            "---\nid: {name}\nkind: news\ntitle: {name}号消息\nsummary: 摘要\nunit: 青川市文化和旅游局\ncolumn: 要闻动态\n---\n\n正文。\n"
        );
        home.write(&format!("in/{name}/item.md"), text);
        home.run(&["item", "import", &format!("in/{name}")]).ok();
    }
    home.run(&["item", "publish", "one", "--approve", "--no-wait"])
        .ok();
    let drain = ["destination", "drain", "site", "--reason", "换站"];
    let mut no_wait = drain.to_vec();
    no_wait.push("--no-wait");
    let output = home.run(&no_wait).ok().out.clone();
    assert!(
        output.contains("drain: destination=site under_way=1"),
        "{output}"
    );
    let mut worker = worker(&home);
    let output = home.run(&drain).ok().out.clone();
    assert!(
        output.contains("drain: destination=site under_way=0"),
        "{output}"
    );
    worker.kill().unwrap();
    worker.wait().unwrap();

    home.run(&["item", "publish", "two", "--approve"])
        .fails(2, &["换站", "destination resume"]);
    home.run(&["destination", "drain", "nowhere", "--reason", "换站"])
        .fails(2, &["没有名为 nowhere 的目的账号；现有：site"]);
    home.run(&["item", "withdraw", "one", "--reason", "误发"])
        .ok();
    home.run(&["destination", "resume", "site"]).ok();
    home.run(&["item", "publish", "two", "--approve"]).ok();
    assert_eq!(delivered(&home), 3);
}

/// A centre puts only a higher number in the place of what it has. A correction of the same version, with the link to the site
/// that was not there before, stays one copy.
#[tokio::test(flavor = "multi_thread")]
async fn a_second_correction_of_one_version_is_no_second_copy_at_a_centre() {
    let sandbox = start(SandboxConfig::fast()).await.unwrap();
    let home = Home::new("same-version")
        .with_site()
        .with_sandbox(sandbox.base());
    let text = "---\nid: link\nkind: news\ntitle: 有原文链接的消息\nsummary: 摘要\nunit: 青川市文化和旅游局\ncolumn: 要闻动态\n---\n\n正文。\n";
    home.write("in/link/item.md", text);
    home.run(&["item", "import", "in/link"]).ok();
    for to in ["push", "site"] {
        home.run(&["item", "publish", "link", "--to", to, "--approve"])
            .ok();
    }
    home.run(&["item", "correct", "link", "--to", "push", "--approve"])
        .ok();
    let state = sandbox.sandbox().county_state("yunxi");
    let items = state["items"].as_array().unwrap();
    assert_eq!(items.len(), 1, "{state}");
    assert!(state.to_string().contains("原文"), "{state}");
    sandbox.stop().await.unwrap();
}
