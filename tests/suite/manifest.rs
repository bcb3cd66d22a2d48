//! A site by its manifest: its file is checked with places, tried without and with sending, and used.

use std::fs;

use crate::program::{Home, sample};

const ITEM: &str = "lantern-festival";

/// A home beside stand-ins, with the gateway's manifest in `gateway.toml`.
async fn home(name: &str) -> (Home, yigao_sandbox::Running) {
    let sandbox = yigao_sandbox::start(yigao_sandbox::SandboxConfig::default())
        .await
        .unwrap();
    let home = Home::new(name);
    let host = sandbox.base().trim_start_matches("http://").to_owned();
    let config = fs::read_to_string(home.path.join("yigao.toml")).unwrap();
    home.write(
        "yigao.toml",
        format!("{config}[network]\nprivate_hosts = [\"{host}\"]\n"),
    );
    let secret = home.write("secrets/gateway", sandbox.sandbox().gateway_password());
    let manifest = home.run(&["config", "example", "manifest"]);
    let manifest = manifest
        .ok()
        .out
        .replace(
            "https://cms.example.gov.cn/",
            &format!("{}/", sandbox.base()),
        )
        .replace(
            "{ env = \"YIGAO_GATEWAY_PASSWORD\" }",
            &format!("{{ file = {secret:?} }}"),
        );
    home.write("gateway.toml", manifest);
    (home, sandbox)
}

#[tokio::test(flavor = "multi_thread")]
async fn mistakes_in_a_manifest_are_told_with_line_and_column() {
    let (home, _sandbox) = home("manifest-lint").await;
    home.run(&["destination", "lint", "gateway.toml"]).ok();
    let good = fs::read_to_string(home.path.join("gateway.toml")).unwrap();
    let line = |of: &str| good.lines().position(|l| l.contains(of)).unwrap() + 1;
    let bad = good
        .replacen("{{ item.summary }}", "{{ item.sumary }}", 1)
        .replacen(
            "when = \"body.REPORTS.CODE == 'NOT_FOUND'\"",
            "when = \"body.REPORTS.CODE ==\"",
            1,
        );
    home.write("bad.toml", bad);
    let first = format!("bad.toml:{}:1: ", line("DocAbstract"));
    let second = format!("bad.toml:{}:1: ", line("'NOT_FOUND'"));
    home.run(&["destination", "lint", "bad.toml"])
        .fails(2, &[&first, "item.sumary", &second]);
    home.write("unknown.toml", good.replacen("dedupe", "dedup", 1));
    home.run(&["destination", "lint", "unknown.toml"])
        .fails(2, &["unknown.toml:", "dedup"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manifest_is_tried_without_sending_and_then_for_real() {
    let (home, sandbox) = home("manifest-try").await;
    let documents = || {
        let state = sandbox.sandbox().gateway_state();
        state["documents"].as_array().unwrap().clone()
    };
    let args = [
        "destination",
        "try",
        "gateway.toml",
        "--item",
        &sample(ITEM),
    ];
    let dry = home.run(&args);
    let dry = &dry.ok().out;
    assert!(
        dry.contains("DocTitle = 2027年青川元宵灯会2月18日开灯"),
        "{dry}"
    );
    assert_eq!(documents().len(), 0, "nothing is sent");
    let sent = home.run(&[&args[..], &["--send"]].concat());
    let sent = &sent.ok().out;
    let password = sandbox.sandbox().gateway_password();
    assert!(
        sent.contains("methodname=publish") && sent.contains("token=•••"),
        "{sent}"
    );
    assert!(!sent.contains(&password), "{sent}");
    let left = documents();
    assert_eq!((left.len(), &left[0]["DOCSTATUS"]), (1, &"-1".into()));
    assert!(
        sent.contains("── 回读 ") && sent.contains("与批准一致"),
        "{sent}"
    );
    sandbox.sandbox().end_gateway_sessions();
    home.write("secrets/gateway", "wrong");
    home.run(&[&args[..], &["--send"]].concat())
        .fails(5, &["secrets/gateway"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trial_goes_step_by_step_and_a_person_may_stop_it() {
    let (home, sandbox) = home("manifest-step").await;
    let status = || {
        let documents = sandbox.sandbox().gateway_state()["documents"].clone();
        let all = documents.as_array().unwrap().iter();
        let all = all.map(|d| d["DOCSTATUS"].as_str().unwrap_or_default().to_owned());
        all.collect::<Vec<_>>()
    };
    let args = [
        "destination",
        "try",
        "gateway.toml",
        "--send",
        "--step",
        "--item",
        &sample(ITEM),
    ];
    // Nobody at the keyboard: nothing was written.
    home.run(&args).fails(5, &["下一步 put_asset"]);
    assert_eq!(status(), [""; 0]);
    // Six pictures and the document, and a stop before it is made public: what was saved is taken away.
    let until = |word: &str| {
        let mut typed = 0;
        loop {
            let lines = "\n".repeat(typed) + "q\n";
            let ran = home.run_typing(&args, &lines);
            let last = ran.err.lines().filter(|l| l.contains("下一步")).count();
            if ran.err.contains(&format!("下一步 {word}")) || last == 0 || typed > 20 {
                return ran;
            }
            typed += 1;
        }
    };
    let stopped = until("publish");
    stopped.fails(5, &["══ 撤稿 ══"]);
    let sent = "── 发布 publish ";
    assert!(!stopped.out.contains(sent), "{}", stopped.out);
    assert!(status().iter().all(|s| s == "-1"), "{:?}", status());
    let whole = home.run_typing(&args, &"\n".repeat(40));
    assert!(whole.ok().out.contains(sent), "{}", whole.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_by_manifest_is_published_to_changed_there_and_withdrawn() {
    let (home, sandbox) = home("manifest-use").await;
    fs::rename(
        home.path.join("gateway.toml"),
        home.path.join("destinations/gateway.toml"),
    )
    .unwrap();
    home.run(&["destination", "check", "gateway"]).ok();
    home.run(&["item", "import", &sample(ITEM)]).ok();
    home.run(&["item", "publish", ITEM, "--to", "gateway", "--approve"])
        .ok();
    let document = || sandbox.sandbox().gateway_state()["documents"][0].clone();
    assert_eq!(document()["DOCSTATUS"], "10");
    let order =
        serde_json::json!({"id": document()["DOCID"], "replace": "免费入园", "with": "凭票入园"});
    sandbox.sandbox().gateway_staff(&order).unwrap();

    // What readers get is looked at, too: words that are others', pictures that are gone.
    let order = serde_json::json!({"id": document()["DOCID"], "drop_files": true});
    sandbox.sandbox().gateway_staff(&order).unwrap();
    home.import_again(ITEM, "无需预约", "不需预约");
    let correct = ["item", "correct", ITEM, "--approve"];
    home.run(&correct)
        .fails(5, &["有人在网站后台改过这篇稿件", "yigao item verify"]);
    let words = || document()["DOCHTMLCON"].as_str().unwrap().to_owned();
    assert!(words().contains("凭票入园"));
    // What nobody has seen cannot be agreed to.
    let over = [&correct[..], &["--overwrite"]].concat();
    home.run(&over).fails(5, &["yigao item verify"]);
    home.run(&["item", "verify", ITEM])
        .fails(5, &["凭票入园", "读者看不到图片", "--overwrite"]);
    home.run(&over).ok();
    assert!(words().contains("免费入园") && words().contains("不需预约"));
    home.run(&["item", "verify", ITEM]).ok();
    // The same version puts back what staff lost, when that was seen.
    let order = serde_json::json!({"id": document()["DOCID"], "drop_files": true});
    sandbox.sandbox().gateway_staff(&order).unwrap();
    home.run(&["item", "verify", ITEM])
        .fails(5, &["读者看不到图片"]);
    home.run(&["item", "correct", ITEM, "--overwrite"]).ok();
    home.run(&["item", "verify", ITEM]).ok();

    // What is only planned for later changes nothing of what is public.
    let later = [
        "item",
        "correct",
        ITEM,
        "--overwrite",
        "--no-wait",
        "--at",
        "2199-01-01 09:00",
    ];
    home.run(&later).ok();
    home.run(&["item", "verify", ITEM]).ok();

    home.run(&["item", "withdraw", ITEM, "--reason", "有误"])
        .ok();
    assert_eq!(document()["DOCSTATUS"], "-1");
    home.run(&["item", "verify", ITEM]).ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_that_staff_emptied_is_not_written_over() {
    let (home, sandbox) = home("manifest-empty").await;
    fs::rename(
        home.path.join("gateway.toml"),
        home.path.join("destinations/gateway.toml"),
    )
    .unwrap();
    home.run(&["item", "import", &sample(ITEM)]).ok();
    home.run(&["item", "publish", ITEM, "--approve"]).ok();
    let document = || sandbox.sandbox().gateway_state()["documents"][0].clone();
    let order = serde_json::json!({"id": document()["DOCID"], "set": ""});
    sandbox.sandbox().gateway_staff(&order).unwrap();
    home.import_again(ITEM, "无需预约", "不需预约");
    home.run(&["item", "correct", ITEM, "--approve"])
        .fails(5, &["有人在网站后台改过这篇稿件"]);
    assert_eq!(document()["DOCHTMLCON"], "");
}

/// A site that takes every log-in and forgets it at once.
#[tokio::test(flavor = "multi_thread")]
async fn a_cycle_of_log_ins_ends_after_one_more() {
    let (home, sandbox) = home("manifest-cycle").await;
    fs::rename(
        home.path.join("gateway.toml"),
        home.path.join("destinations/gateway.toml"),
    )
    .unwrap();
    sandbox.sandbox().arm(yigao_sandbox::FaultOrder {
        platform: yigao_sandbox::Platform::Gateway,
        op: "sys_file.upload".into(),
        after: 0,
        times: 1_000,
        fault: yigao_sandbox::Fault::TokenDead,
    });
    home.run(&["item", "import", &sample(ITEM)]).ok();
    home.run(&["item", "publish", ITEM, "--approve"])
        .fails(5, &["登录", "secrets/gateway"]);
    let state = sandbox.sandbox().gateway_state();
    let calls = state["calls"].as_array().unwrap();
    let log_ins = calls
        .iter()
        .filter(|c| c["op"] == "sys_login.login")
        .count();
    assert_eq!(log_ins, 2, "{calls:?}");
    // A check asks whether the secret is good, not whether an earlier log-in still is.
    sandbox.sandbox().disarm();
    home.run(&["destination", "check", "gateway"]).ok();
    home.write("secrets/gateway", "wrong");
    home.run(&["destination", "check", "gateway"])
        .fails(2, &["secrets/gateway"]);
}
