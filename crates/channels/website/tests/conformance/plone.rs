//! A real Plone under every trial. What readers see is read from its pages as nobody, what is there from its own listing.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a broken premise should stop the test where it stands"
)]

use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use serde_json::{Value, json};
use yigao_channel::{Answer, Call};
use yigao_conformance::{Copy, Pair, Paper, Place, Remote, Subject, Tampered, text_of_html};
use yigao_core::{Digest, Timestamp};
use yigao_testkit::{Exchanged, Plone, exchange};
use yigao_website::{PLONE_EXAMPLE, Website};

use crate::with_base;

const PLACE: &str = "YIGAO_PLONE_PASSWORD";

static SITE: OnceLock<Plone> = OnceLock::new();

/// The site, started at the first story.
fn site() -> &'static Plone {
    SITE.get_or_init(|| {
        let prepared = Plone::find()
            .expect("this command prepares it; make test runs it, PARTS=core goes without");
        Plone::shared(prepared).expect("the site comes up")
    })
}

/// A call of the site's own staff.
fn staff(method: &str, url: &str, body: Option<&Value>) -> Exchanged {
    let pair = STANDARD.encode(format!("yigao:{}", Plone::PASSWORD));
    let mut headers = vec![
        ("accept".to_owned(), "application/json".to_owned()),
        ("authorization".to_owned(), format!("Basic {pair}")),
    ];
    if body.is_some() {
        headers.push(("content-type".to_owned(), "application/json".to_owned()));
    }
    let body = body.map(Value::to_string).unwrap_or_default();
    exchange(method, url, &headers, body.as_bytes()).unwrap()
}

fn read(url: &str) -> Value {
    serde_json::from_slice(&staff("GET", url, None).body).unwrap()
}

/// Everything in a folder: its address and its state.
fn listed(folder: &str) -> Vec<(String, String)> {
    let all = read(&format!("{}{folder}?b_size=500", site().url()));
    let text = |item: &Value, name: &str| item[name].as_str().unwrap_or_default().to_owned();
    let items = all["items"].as_array().cloned().unwrap();
    items
        .iter()
        .map(|item| (text(item, "@id"), text(item, "review_state")))
        .collect()
}

fn class(place: &Place) -> String {
    let marker = Digest::of_bytes(place.marker.as_bytes());
    format!("yigao-m-{}", marker.as_str().get(..32).unwrap())
}

/// The page as somebody gets it who is not logged in.
fn page(url: &str) -> Option<String> {
    let headers = [("accept".to_owned(), "text/html".to_owned())];
    let answer = exchange("GET", url, &headers, b"").unwrap();
    (answer.status == 200).then(|| String::from_utf8_lossy(&answer.body).into_owned())
}

/// Empties the site.
fn empty() {
    for folder in ["news", "files"] {
        for (url, _) in listed(folder) {
            let gone = staff("DELETE", &url, None).status;
            assert_eq!(gone, 204, "{url} stays");
        }
    }
}

#[derive(Debug)]
struct Far;

#[async_trait]
impl Remote for Far {
    async fn call(&self, call: &Call, _: Timestamp) -> Answer {
        let mut headers = call.headers.clone();
        if !call.body.content_type.is_empty() {
            headers.push(("content-type".into(), call.body.content_type.clone()));
        }
        let answer = exchange(call.method.as_str(), &call.url, &headers, &call.body.bytes);
        let answer = answer.unwrap();
        Answer {
            status: answer.status,
            headers: answer.headers,
            body: Bytes::from(answer.body),
        }
    }

    async fn copies(&self, place: &Place) -> Vec<Copy> {
        let mut copies = Vec::new();
        for (url, _) in listed("news") {
            let page = page(&url).filter(|page| page.contains(&class(place)));
            copies.extend(page.map(|page| Copy {
                id: url.clone(),
                url: Some(url),
                text: text_of_html(&page),
            }));
        }
        copies
    }

    async fn tamper(&self, place: &Place) -> Tampered {
        let Some(copy) = self.copies(place).await.pop() else {
            return Tampered::Impossible("there is no copy");
        };
        let html = read(&copy.id)["text"]["data"].as_str().unwrap().to_owned();
        let html = html.replace('。', "〇。").replace('&', "&amp;");
        let body = json!({ "text": { "data": html, "content-type": "text/html" } });
        assert_eq!(staff("PATCH", &copy.id, Some(&body)).status, 204);
        Tampered::Done
    }

    async fn leftovers(&self, place: &Place) -> usize {
        let hidden = listed("news")
            .into_iter()
            .filter(|(_, state)| state != "published");
        hidden
            .filter(|(url, _)| {
                read(url)["text"]["data"]
                    .as_str()
                    .unwrap_or_default()
                    .contains(&class(place))
            })
            .count()
    }
}

/// The site under the trials; nothing is started before the first of them runs.
pub(crate) fn subject() -> Subject {
    let make = || {
        empty();
        let config = with_base(PLONE_EXAMPLE, &site().url());
        Pair {
            channel: Arc::new(
                yigao_conformance::open::<Website>(&config, Plone::PASSWORD).unwrap(),
            ),
            remote: Arc::new(Far),
        }
    };
    Subject {
        // Prime to the number of faults, so that each meets each point in time.
        one_in: 11,
        secrets: vec![Plone::PASSWORD],
        secret_place: Some(PLACE),
        codes: yigao_website::manifest_codes()
            .map(ToOwned::to_owned)
            .into(),
        ..Subject::new(
            "plone",
            Paper {
                example: PLONE_EXAMPLE,
                ..Paper::of::<Website>(include_str!("../../MANIFEST.md"))
            },
            make,
        )
    }
}
