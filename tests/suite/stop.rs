//! A worker that is asked to stop while a remote takes its time.

use std::process::Stdio;

use yigao_sandbox::{Fault, FaultOrder, Platform, SandboxConfig, start};

use crate::{flows::eventually, program::Home};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_under_way_is_ended_by_the_one_that_stops_and_taken_over_by_nobody() {
    let sandbox = start(SandboxConfig::fast()).await.unwrap();
    // Longer than the lease of this home, which is three seconds.
    sandbox.sandbox().arm(FaultOrder {
        platform: Platform::County,
        op: "items.post".into(),
        after: 0,
        times: 1,
        fault: Fault::Slow { ms: 8_000 },
    });
    let home = Home::new("stop").with_sandbox(sandbox.base());
    home.write(
        "in/item.md",
        "---\nid: slow\nkind: news\ntitle: 慢稿\nsummary: 摘要\nunit: 局\n---\n\n正文。\n",
    );
    home.run(&["item", "import", "in"]).ok();
    home.run(&[
        "item",
        "publish",
        "slow",
        "--to",
        "push",
        "--approve",
        "--no-wait",
    ])
    .ok();
    let worker = || {
        let mut command = home.command(&["work"]);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().unwrap()
    };
    let show = || home.json(&["delivery", "list"])[0].clone();
    let mut first = worker();
    eventually("the slow call", || show()["state"] == "working");
    let status = std::process::Command::new("kill")
        .args(["-TERM", &first.id().to_string()])
        .status()
        .unwrap();
    assert!(status.success());
    let mut second = worker();
    eventually("the receipt", || show()["state"] == "delivered");
    assert_eq!(show()["fence"], 1, "nobody took it over: {}", show());
    assert!(first.wait().unwrap().success());
    second.kill().unwrap();
    second.wait().unwrap();
    let copies = sandbox.sandbox().county_state("yunxi")["copies"].clone();
    assert_eq!(copies.as_object().unwrap().values().next().unwrap(), 1);
    sandbox.stop().await.unwrap();
}
