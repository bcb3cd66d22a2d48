//! Runs the conformance suite over the county adapter, once for each transport: the interface against the sandbox, a folder
//! that nobody empties, and an editor at the hand-over page.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests: a broken premise stops the test where it happens"
)]

use std::{
    collections::BTreeMap,
    process::ExitCode,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use serde_json::{Value, json};
use yigao_channel::{Answer, Call, Incoming};
use yigao_conformance::{
    Copy, FolderRemote, Pair, Paper, Place, Remote, Subject, Tampered, Waiver, text_of_html,
};
use yigao_core::{Ticket, Timestamp};
use yigao_county::County;
use yigao_fakes::SharedSandbox;

const PUSH_SECRET: &str = "county-secret-0123456789";
const HAND_SECRET: &str = "hand-secret-9876543210";
const README: &str = include_str!("../README.md");

fn paper() -> Paper {
    Paper::of::<County>(README)
}

fn open(config: &str, secret: &str) -> Arc<County> {
    let config = format!("centre_name = \"云溪县融媒体中心\"\n{config}");
    Arc::new(yigao_conformance::open::<County>(&config, secret).unwrap())
}

#[derive(Debug)]
struct Centre;

#[async_trait]
impl Remote for Centre {
    async fn call(&self, call: &Call, now: Timestamp) -> Answer {
        SharedSandbox::get().call(call, now)
    }

    async fn copies(&self, place: &Place) -> Vec<Copy> {
        SharedSandbox::get().set_clock(place.now);
        let state = SharedSandbox::get().sandbox.county_state("yunxi");
        let uri = format!("urn:yigao:{}", place.marker);
        let items = state["items"].as_array().cloned().unwrap_or_default();
        items
            .iter()
            .filter(|item| item["uri"] == uri.as_str())
            .filter(|item| item["state"] == "received" || item["state"] == "adopted")
            .map(|item| Copy {
                id: item["id"].as_str().unwrap_or_default().to_owned(),
                url: None,
                text: reads(&item["history"].as_array().unwrap().last().unwrap()["item"]),
            })
            .collect()
    }

    async fn tamper(&self, _: &Place) -> Tampered {
        Tampered::Impossible(
            "the centre's list tells the digest of what it was sent, not what stands on its page",
        )
    }
}

/// What readers of an item of ninjs see.
fn reads(item: &Value) -> String {
    let text = |list: &Value, key: &str| -> Vec<String> {
        let all = list.as_array().cloned().unwrap_or_default();
        all.iter()
            .map(|entry| text_of_html(entry[key].as_str().unwrap_or_default()))
            .collect()
    };
    let (heads, bodies) = (
        text(&item["headlines"], "value"),
        text(&item["bodies"], "value"),
    );
    format!("{}\n{}", heads.join("\n"), bodies.join("\n"))
}

/// `keys`: whether the centre honours idempotency keys, and the adapter is configured so.
fn push(name: &'static str, keys: bool) -> Subject {
    let make = move || {
        let running = SharedSandbox::get();
        running.sandbox.reset();
        let dedupe = json!({ "dedupe": if keys { "key" } else { "none" } });
        running.sandbox.county_settings("yunxi", &dedupe).unwrap();
        let config = format!(
            "transport = \"push\"\n[push]\nbase_url = \"{}/county/yunxi\"\napp_key = \"yigao\"\nsecret = {{ env = \"YIGAO_YUNXI_SECRET\" }}\nkey_life_hours = {}",
            running.sandbox.base(),
            if keys { 24 } else { 0 }
        );
        Pair {
            channel: open(&config, PUSH_SECRET),
            remote: Arc::new(Centre),
        }
    };
    Subject {
        secrets: vec![PUSH_SECRET],
        secret_place: Some("YIGAO_YUNXI_SECRET"),
        codes: yigao_county::codes().map(|code| code.to_string()).collect(),
        ..Subject::new(name, paper(), make)
    }
}

/// What a centre makes of the packages: the last of each item counts.
fn packages(place: &Place) -> Vec<Copy> {
    let mut remote_state: BTreeMap<String, Option<Copy>> = BTreeMap::new();
    let uri = format!("urn:yigao:{}", place.marker);
    for (path, bytes) in place.folder.files() {
        let Some(name) = path
            .strip_prefix("in/")
            .and_then(|path| path.strip_suffix("/item.json"))
        else {
            continue;
        };
        let item: Value = serde_json::from_slice(bytes).unwrap();
        let live = (item["pubStatus"] == "usable").then(|| Copy {
            id: name.to_owned(),
            url: None,
            text: reads(&item),
        });
        let held = remote_state
            .entry(item["uri"].as_str().unwrap().to_owned())
            .or_default();
        // A second package of one version is a second copy: it would show here as another name.
        *held = live;
    }
    remote_state.remove(&uri).flatten().into_iter().collect()
}

fn drop_folder() -> Subject {
    let make = || Pair {
        channel: open("transport = \"drop\"\n[drop]\nfolder = \"drop\"", ""),
        remote: Arc::new(FolderRemote(packages)),
    };
    Subject::new("county-drop", paper(), make)
}

/// An editor who does what the page asks, and what is up at the centre because of it.
#[derive(Debug, Default)]
struct Editor(Mutex<Option<Copy>>);

#[async_trait]
impl Remote for Editor {
    async fn call(&self, _: &Call, _: Timestamp) -> Answer {
        Answer {
            status: 404,
            headers: Vec::new(),
            body: bytes::Bytes::new(),
        }
    }

    async fn copies(&self, _: &Place) -> Vec<Copy> {
        self.0.lock().unwrap().clone().into_iter().collect()
    }

    async fn tamper(&self, _: &Place) -> Tampered {
        Tampered::Impossible("nobody looks there for us; a person says what became of it")
    }

    async fn confirm(&self, ticket: &Ticket, place: &Place) -> Option<Incoming> {
        let link = ticket.note["link"].as_str().unwrap();
        let page = link
            .strip_prefix("https://hub.example.gov.cn/hand/here/")
            .unwrap();
        let (name, signature) = page.split_once("?s=").unwrap();
        let withdraw = ticket.note["pack"]["intent"] == "withdraw";
        let pack = &ticket.note["pack"];
        let text = |key: &str| pack[key].as_str().unwrap_or_default().to_owned();
        *self.0.lock().unwrap() = (!withdraw).then(|| Copy {
            id: ticket.id.clone(),
            url: None,
            text: format!("{}\n{}", text("title"), text("text")),
        });
        Some(Incoming {
            method: "POST".into(),
            path: format!("/hand/{name}"),
            query: vec![("s".into(), signature.into())],
            headers: Vec::new(),
            body: "who=%E5%BC%A0%E4%B8%89&answer=received".into(),
            now: place.now,
        })
    }
}

fn paste() -> Subject {
    let make = || Pair {
        channel: open(
            "transport = \"paste\"\n[paste]\nsecret = { env = \"YIGAO_HAND_SECRET\" }",
            HAND_SECRET,
        ),
        remote: Arc::new(Editor::default()),
    };
    let waive = |case, reason| Waiver {
        case,
        reason,
        until: "2027-06-30",
    };
    let no_wire = "a person is asked: there is no writing call whose answer could be lost";
    Subject {
        secrets: vec![HAND_SECRET],
        waivers: vec![
            waive("idempotency::a_lost_answer_is_one_copy", no_wire),
            waive("idempotency::a_lost_call_is_one_copy", no_wire),
        ],
        ..Subject::new("county-paste", paper(), make)
    }
}

fn main() -> ExitCode {
    yigao_conformance::main([
        push("county-push", true),
        push("county-push-keyless", false),
        drop_folder(),
        paste(),
    ])
}
