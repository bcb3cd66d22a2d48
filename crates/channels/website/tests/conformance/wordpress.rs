//! A real WordPress under every trial. What readers see is read from its pages, what is there from its database.

use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use bytes::Bytes;
use yigao_channel::{Answer, Call};
use yigao_conformance::{Copy, Pair, Paper, Place, Remote, Subject, Tampered, text_of_html};
use yigao_core::{Digest, Timestamp};
use yigao_testkit::WordPress;
use yigao_website::Website;

const PLACE: &str = "YIGAO_WORDPRESS_PASSWORD";

static SITE: OnceLock<WordPress> = OnceLock::new();

/// The site, started at the first story.
fn site() -> &'static WordPress {
    SITE.get_or_init(|| {
        let programs = WordPress::find()
            .expect("this package is needed; make test installs it, PARTS=core goes without");
        WordPress::shared(programs).expect("the site comes up")
    })
}

#[derive(Debug)]
struct Far;

/// One exchange over a connection of its own.
fn exchange(method: &str, url: &str, headers: &[(String, String)], body: &[u8]) -> Answer {
    let answer = yigao_testkit::exchange(method, url, headers, body).expect("the site is up");
    Answer {
        status: answer.status,
        headers: answer.headers,
        body: Bytes::from(answer.body),
    }
}

/// As a browser does it: along the redirects.
fn page(url: &str) -> Answer {
    let mut answer = exchange("GET", url, &[], b"");
    for _ in 0..5 {
        match answer.header("location").map(ToOwned::to_owned) {
            Some(next) if (300..400).contains(&answer.status) => {
                answer = exchange("GET", &next, &[], b"");
            }
            _ => break,
        }
    }
    answer
}

/// Numbers of our posts in one of these states.
fn ours(place: &Place, states: &str) -> Vec<String> {
    let marker = Digest::of_bytes(place.marker.as_bytes());
    let marker = marker.as_str().get(..32).expect("a digest is longer");
    let found = site()
        .sql(&format!(
            "select ID from wp_posts where post_type = 'post' and post_status in ({states}) \
             and post_content like '%<!-- yigao:{marker} -->%' order by ID"
        ))
        .expect("the database answers");
    found.lines().map(ToOwned::to_owned).collect()
}

#[async_trait]
impl Remote for Far {
    async fn call(&self, call: &Call, _: Timestamp) -> Answer {
        let mut headers = call.headers.clone();
        if !call.body.content_type.is_empty() {
            headers.push(("content-type".into(), call.body.content_type.clone()));
        }
        exchange(call.method.as_str(), &call.url, &headers, &call.body.bytes)
    }

    async fn copies(&self, place: &Place) -> Vec<Copy> {
        let base = site().url();
        ours(place, "'publish'")
            .into_iter()
            .map(|id| {
                let url = format!("{base}?p={id}");
                let answer = page(&url);
                let text = match answer.status {
                    200 => text_of_html(&answer.text()),
                    status => format!("HTTP {status}"),
                };
                Copy {
                    id,
                    url: Some(url),
                    text,
                }
            })
            .collect()
    }

    async fn tamper(&self, place: &Place) -> Tampered {
        let Some(id) = ours(place, "'publish'").pop() else {
            return Tampered::Impossible("there is no copy");
        };
        let changed = site().sql(&format!(
            "update wp_posts set post_content = replace(post_content, '。', '〇。') where ID = {id}"
        ));
        changed.expect("the database takes it");
        Tampered::Done
    }

    async fn leftovers(&self, place: &Place) -> usize {
        ours(place, "'draft', 'pending', 'future', 'private'").len()
    }
}

/// The site under the trials; nothing is started before the first of them runs.
pub(crate) fn subject() -> Subject {
    let make = || {
        let site = site();
        site.empty().expect("the site can be emptied");
        let config = format!(
            "driver = \"wordpress\"\nbase_url = \"{}\"\nuser = \"publisher\"\npassword = {{ env = \"{PLACE}\" }}\n",
            site.url()
        );
        Pair {
            channel: Arc::new(
                yigao_conformance::open::<Website>(&config, site.password("publisher"))
                    .expect("the test's own configuration opens"),
            ),
            remote: Arc::new(Far),
        }
    };
    Subject {
        // Prime to the number of faults, so that each meets each point in time.
        one_in: 11,
        secret_place: Some(PLACE),
        codes: yigao_website::wordpress_codes()
            .map(ToOwned::to_owned)
            .collect(),
        ..Subject::new(
            "wordpress",
            Paper {
                example: include_str!("../../example-wordpress.toml"),
                ..Paper::of::<Website>(include_str!("../../WORDPRESS.md"))
            },
            make,
        )
    }
}
