//! Runs the conformance suite over the WeChat adapter, against the sandbox.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests: a broken premise stops the test where it happens"
)]

use std::{process::ExitCode, sync::Arc};

use async_trait::async_trait;
use serde_json::Value;
use url::Url;
use yigao_channel::{Answer, Call};
use yigao_conformance::{
    Copy, Pair, Paper, Place, Remote, Subject, Tampered, Waiver, text_of_html,
};
use yigao_core::Timestamp;
use yigao_fakes::SharedSandbox;
use yigao_sandbox::{Fault, FaultOrder, Platform};
use yigao_wechat::Wechat;

const SECRET: &str = "sandbox-secret-0123456789abcdef";
const NO_COVER: &str = "two samples have no picture, and WeChat takes no article without a cover";

#[derive(Debug)]
struct Account;

/// Entries of a list of the witness whose source address carries a marker of this item.
fn ours(list: &str, place: &Place) -> Vec<Value> {
    SharedSandbox::get().set_clock(place.now);
    let state = SharedSandbox::get().sandbox.wechat_state();
    let is_ours = |entry: &&Value| {
        let source = entry["content_source_url"].as_str().unwrap_or_default();
        Url::parse(source).is_ok_and(|url| {
            let mut markers = url.query_pairs().filter(|(name, _)| name == "d");
            markers.any(|(_, marker)| {
                place
                    .keys
                    .iter()
                    .any(|key| marker == format!("{key}.submit"))
            })
        })
    };
    let all = state[list].as_array().cloned().unwrap_or_default();
    all.iter().filter(is_ours).cloned().collect()
}

#[async_trait]
impl Remote for Account {
    async fn call(&self, call: &Call, now: Timestamp) -> Answer {
        SharedSandbox::get().call(call, now)
    }

    async fn copies(&self, place: &Place) -> Vec<Copy> {
        let text = |entry: &Value, key: &str| entry[key].as_str().unwrap_or_default().to_owned();
        ours("published", place)
            .iter()
            .filter(|entry| entry["deleted"] == false && entry["banned"] == false)
            .map(|entry| Copy {
                id: text(entry, "article_id"),
                url: Some(text(entry, "url")),
                text: format!(
                    "{}\n{}",
                    text(entry, "title"),
                    text_of_html(&text(entry, "content"))
                ),
            })
            .collect()
    }

    async fn tamper(&self, _: &Place) -> Tampered {
        Tampered::Impossible(
            "no interface and no page of the console changes a published article; what may change it, a deletion or a ban, is seen as gone",
        )
    }

    async fn kill_token(&self) -> bool {
        SharedSandbox::get().sandbox.arm(FaultOrder {
            platform: Platform::Wechat,
            op: "*".to_owned(),
            after: 0,
            times: 1,
            fault: Fault::TokenDead,
        });
        true
    }

    async fn leftovers(&self, place: &Place) -> usize {
        ours("drafts", place).len()
    }
}

/// `platform`: settings of the stand-in; `more`: keys of the configuration.
fn subject(name: &'static str, platform: &'static str, more: &'static str) -> Subject {
    let make = move || {
        let running = SharedSandbox::get();
        running.sandbox.reset();
        let platform = serde_json::from_str(platform).unwrap();
        running.sandbox.wechat_settings(&platform).unwrap();
        let config = format!(
            "base_url = \"{}/wechat\"\napp_id = \"wx00000000000000aa\"\nsecret = {{ env = \"YIGAO_WECHAT_SECRET\" }}\n{more}",
            running.sandbox.base()
        );
        Pair {
            channel: Arc::new(yigao_conformance::open::<Wechat>(&config, SECRET).unwrap()),
            remote: Arc::new(Account),
        }
    };
    let waive = |case| Waiver {
        case,
        reason: NO_COVER,
        until: "2027-06-30",
    };
    Subject {
        secrets: vec![SECRET],
        secret_place: Some("YIGAO_WECHAT_SECRET"),
        codes: yigao_wechat::codes().map(|code| code.to_string()).collect(),
        cannot: vec!["submit", "search"],
        waivers: vec![
            waive("promise::every_sample_goes_out"),
            waive("render::slots_declared_are_slots_used"),
        ],
        ..Subject::new(
            name,
            Paper::of::<Wechat>(include_str!("../README.md")),
            make,
        )
    }
}

fn main() -> ExitCode {
    yigao_conformance::main([
        subject("wechat", "{}", ""),
        subject(
            "wechat-old-first",
            "{}",
            "correct = \"old_first\"\nresubmit = \"never\"",
        ),
        // The audit outlasts the last lookup, and lists show nothing for a while.
        subject(
            "wechat-slow",
            "{\"publish_delay_ms\": 1800000, \"list_lag_ms\": 900000, \"consume_draft\": \"submit\"}",
            "",
        ),
    ])
}
