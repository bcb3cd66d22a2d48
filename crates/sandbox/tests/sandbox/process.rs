use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
use tokio::process::Command;

const BINARY: &str = env!("CARGO_BIN_EXE_yigao-sandbox");

#[tokio::test]
async fn the_program_says_one_line_and_ends_when_told() {
    let mut child = Command::new(BINARY)
        .args(["serve", "--fast"])
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    out.read_line(&mut line).await.unwrap();
    let ready: Value = serde_json::from_str(&line).unwrap();
    let base = ready["base"].as_str().unwrap();
    assert_eq!(ready, json!({"base": base}));
    drop(rustls::crypto::ring::default_provider().install_default());
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let overview = http.get(format!("{base}/")).send().await.unwrap();
    assert_eq!(overview.status().as_u16(), 200);
    // The client keeps its connection open: it must not keep the program alive.
    let id = child.id().unwrap().to_string();
    let told = Command::new("kill").arg(id).status().await.unwrap();
    assert_eq!(told.code(), Some(0));
    let ended = tokio::time::timeout(Duration::from_secs(10), child.wait()).await;
    assert_eq!(ended.unwrap().unwrap().code(), Some(0));
    let mut rest = String::new();
    out.read_to_string(&mut rest).await.unwrap();
    assert_eq!(rest, "");
}

#[tokio::test]
async fn the_program_does_not_listen_to_the_world() {
    let output = Command::new(BINARY)
        .args(["serve", "--listen", "0.0.0.0:0"])
        .output()
        .await
        .unwrap();
    assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0));
    let output = Command::new(BINARY).arg("serv").output().await.unwrap();
    assert_eq!(output.status.code(), Some(2));
}
