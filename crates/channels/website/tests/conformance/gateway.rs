//! The gateway's stand-in under every trial.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a broken premise should stop the test where it stands"
)]

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::{Value, json};
use yigao_channel::{Answer, Call};
use yigao_conformance::{Copy, Pair, Paper, Place, Remote, Subject, Tampered, text_of_html};
use yigao_core::{Digest, Timestamp};
use yigao_fakes::SharedSandbox as Stand;
use yigao_website::{MANIFEST_EXAMPLE, Website};

use crate::with_base;

/// What the stand-in lets in.
const PASSWORD: &str = "gateway-password-0123456789";

#[derive(Debug)]
struct Gateway;

/// Documents of the item.
fn ours(place: &Place) -> Vec<Value> {
    Stand::get().set_clock(place.now);
    let marker = Digest::of_bytes(place.marker.as_bytes());
    let extra = format!("yigao:{}", marker.as_str().get(..32).unwrap());
    let state = Stand::get().sandbox.gateway_state();
    let mut all = state["documents"].as_array().cloned().unwrap();
    all.retain(|document| document["DOCEXT"] == extra.as_str());
    all
}

fn text(document: &Value, name: &str) -> String {
    document[name].as_str().unwrap().to_owned()
}

#[async_trait]
impl Remote for Gateway {
    async fn call(&self, call: &Call, now: Timestamp) -> Answer {
        Stand::get().call(call, now)
    }

    async fn copies(&self, place: &Place) -> Vec<Copy> {
        let mut copies = Vec::new();
        for document in ours(place) {
            let id = text(&document, "DOCID");
            let page = Stand::get().sandbox.gateway_page(id.parse().unwrap());
            copies.extend(page.map(|page| Copy {
                id,
                url: Some(text(&document, "DOCPUBURL")),
                text: text_of_html(&page),
            }));
        }
        copies
    }

    async fn tamper(&self, place: &Place) -> Tampered {
        let public = ours(place).into_iter().rfind(|d| d["DOCSTATUS"] == "10");
        let Some(document) = public else {
            return Tampered::Impossible("there is no copy");
        };
        let order = json!({ "id": document["DOCID"], "replace": "。", "with": "〇。" });
        Stand::get().sandbox.gateway_staff(&order).unwrap();
        Tampered::Done
    }

    async fn kill_token(&self) -> bool {
        Stand::get().sandbox.end_gateway_sessions();
        true
    }

    async fn leftovers(&self, place: &Place) -> usize {
        ours(place).iter().filter(|d| d["DOCSTATUS"] == "1").count()
    }
}

pub(crate) fn subject() -> Subject {
    let make = || {
        let sandbox = &Stand::get().sandbox;
        sandbox.reset();
        let config = with_base(MANIFEST_EXAMPLE, &format!("{}/", sandbox.base()));
        assert_eq!(sandbox.gateway_password(), PASSWORD);
        Pair {
            channel: Arc::new(yigao_conformance::open::<Website>(&config, PASSWORD).unwrap()),
            remote: Arc::new(Gateway),
        }
    };
    Subject {
        secrets: vec![PASSWORD],
        secret_place: Some("YIGAO_GATEWAY_PASSWORD"),
        codes: yigao_website::manifest_codes()
            .map(ToOwned::to_owned)
            .into(),
        ..Subject::new(
            "gateway",
            Paper {
                example: MANIFEST_EXAMPLE,
                ..Paper::of::<Website>(include_str!("../../MANIFEST.md"))
            },
            make,
        )
    }
}
